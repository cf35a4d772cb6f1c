#!/usr/bin/env python3
"""Holds what the keyed hash costs in a built binary against its limits: ratios within one run only, since times differ
by machine.

    sleutelhash.py BINARY            medians of three rounds; fails beyond a limit
    sleutelhash.py BINARY --namen    the ways of hashing that this CPU has, each seen to be used when it is asked for
"""

import json
import os
import statistics
import subprocess
import sys

ROUNDS = 3
# One message at a time, against the `hmac` crate alone: a build for the wrong CPU made it 95 times slower once.
SINGLE_AT_MOST = 2.0
# Many at once in the fastest way, against one at a time.
BATCHED_AT_LEAST = 1.5


def measure(binary, kernel=None):
    environment = {name: value for name, value in os.environ.items() if name != "INBEELD_KERNEL"}
    if kernel is not None:
        environment["INBEELD_KERNEL"] = kernel
    done = subprocess.run([binary, "meet-sleutelhash"], env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{kernel}: exit code {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def names(binary):
    ways = list(measure(binary)["samen"])
    for way in ways:
        chosen = measure(binary, way)["gekozen"]
        if chosen != way:
            sys.exit(f"asked for {way}, and {chosen} was used")
    print(*ways)


def ratios(binary):
    rounds = [measure(binary) for _ in range(ROUNDS)]
    chosen = rounds[0]["gekozen"]
    median = lambda of: statistics.median(of(found) for found in rounds)
    print(f"hmac crate {median(lambda found: found['hmac_ns']):.0f} ns, one at a time {median(lambda found: found['los_ns']):.0f} ns")
    for way in rounds[0]["samen"]:
        cost = median(lambda found: found["samen"][way]["ns"])
        print(f"{way}: {cost:.0f} ns, {median(lambda found: found['samen'][way]['maal_los']):.2f} times one at a time")
    single = median(lambda found: found["los_maal_hmac"])
    print(f"one at a time costs {single:.2f} times the crate alone (at most {SINGLE_AT_MOST})")
    if single > SINGLE_AT_MOST:
        sys.exit("the keyed hash of one message is too slow")
    if chosen == "portable":
        print("this CPU has no way of hashing many at once")
        return
    batched = median(lambda found: found["samen"][chosen]["maal_los"])
    print(f"many at once ({chosen}) go {batched:.2f} times as fast as one at a time (at least {BATCHED_AT_LEAST})")
    if batched < BATCHED_AT_LEAST:
        sys.exit("the keyed hash of many messages is too slow")


if __name__ == "__main__":
    if sys.argv[2:] == ["--namen"]:
        names(sys.argv[1])
    else:
        ratios(sys.argv[1])
