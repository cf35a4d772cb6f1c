"""How fast people and programs are served while a koppeling of a whole region runs. A measurement, no test.

Usage: belasting.py BINARY FOLDER [JONGEREN [ROWS [SECONDS]]]     (200000, 6500000 and 30 when not given)

The demo month is there to look at; the large month stands beside it, and is linked again and again. Meanwhile wrk asks
200 pages and answers a second, by eight coordinators, over TLS. Standard library and wrk (Debian has it).
"""

import json
import pathlib
import re
import subprocess
import sys
import threading
import time

import maand
from huis import FORM, PEOPLE, TODAY, House, form

MONTH = "2026-09"
PEILDATUM = f"{MONTH}-01"
RATE, LINKS, PEOPLE_ASKING = 200, 40, 8
PATHS = ["/maand", "/koppelingen", "/vrijgaven", "/lijsten", "/register", "/kalender", "/v1/koppelingen", "/v1/vrijgaven",
         "/v1/lijsten", "/v1/register", f"/v1/perioden/{MONTH}/leveringen"]
SCRIPT = """local asked = {%s}
local at = 0
request = function()
  at = at %% #asked + 1
  return asked[at]
end
-- As many connections as together ask at the rate, none in step with another.
delay = function() return math.random(0, %d) end
local wrong = 0
done = function(summary, latency)
  io.write(string.format("gevraagd %%d niet-2xx %%d fouten %%d p50 %%.2f p99 %%.2f max %%.2f\\n", summary.requests, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
"""


def delivered(house, jongeren, rows, who):
    """The large month, from generated files to leveringen of the service."""
    raw, out = house.folder / "ruw", house.folder / "groot"
    house.run("genereer", "--regio", "10", "--jongeren", str(jongeren), "--peildatum", PEILDATUM, "--seed", "1", "--bronrijen", str(rows),
              "--uit", str(raw))
    house.run("sleutel", "nieuw", "--soort", "koppel", "--uit", "koppel.sleutel")
    index = (raw / "bronnen.toml").read_text(encoding="utf-8")
    items = [dict(re.findall(r'^(\w+) = "?([^"\n]*)"?$', part, re.MULTILINE)) for part in index.split("[[bestand]]")[1:]]
    for item in sorted(items, key=lambda one: int(one["volgorde"])):
        options = [f"--{name}={item[name]}" for name in ("bron", "oin", "naam", "regio", "periode", "dekking", "profiel") if name in item]
        house.run("pseudonimiseer", *options, "--sleutel", "koppel.sleutel", "--uit", str(out), str(raw / item["bestand"]), today=TODAY)
    maand.asked(house, 204, "POST", f"/v1/perioden/{MONTH}/deel-b", house.share_b(), who["privacy-officer"])
    told = sorted((json.loads(file.read_bytes())["aangemaakt"].removesuffix("Z"), file) for file in out.glob("*.manifest.json"))
    for _, file in told:
        data = file.with_name(file.name.removesuffix(".manifest.json"))
        before, after = form(file.read_bytes())
        body = before.replace(b"inkomen.csv", data.name.encode()) + data.read_bytes() + after
        status, _, said = house.ask("POST", "/v1/leveringen", body, {**FORM, **who["coordinator"]}, timeout=300)
        if status != 201:
            raise SystemExit(f"{data.name} is not taken in: {status} {said!r}")
        data.unlink()
    return len(told)


def linking(house, who, end, done):
    """Links the large month again and again; `done` gets the seconds of each."""
    body = {"doelbinding": maand.TEXTS[0], "versie": 1, "peildatum": PEILDATUM}
    while not end.is_set():
        begin = time.monotonic()
        nr = maand.asked(house, 201, "POST", "/v1/koppelingen", body, who["coordinator"])["nr"]
        told = maand.ended(house, nr, who["coordinator"])
        if told["staat"] != "klaar":
            raise SystemExit(f"the large koppeling is {told}")
        done.append(time.monotonic() - begin)
        maand.asked(house, 200, "POST", f"/v1/koppelingen/{nr}/_annuleer", {}, who["coordinator"])


def asked(house, sessions, seconds):
    """What wrk says of `seconds` of asking."""
    requests = [
        '"GET %s HTTP/1.1\\r\\nHost: localhost\\r\\nCookie: %s\\r\\nAccept: %s\\r\\n\\r\\n"'
        % (path, session["Cookie"], "application/json" if path.startswith("/v1") else "text/html")
        for path in PATHS for session in sessions
    ]
    script = house.folder / "vraag.lua"
    script.write_text(SCRIPT % (", ".join(requests), 2000 * LINKS // RATE), encoding="utf-8")
    done = subprocess.run(
        ["wrk", "--threads", "1", "--connections", str(LINKS), "--duration", f"{seconds}s", "--timeout", "10s", "--script", str(script), house.url],
        capture_output=True, text=True, check=True,
    )
    return next(line for line in done.stdout.splitlines() if line.startswith("gevraagd"))


def main():
    binary, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    jongeren, rows, seconds = [*map(int, sys.argv[3:]), *(200_000, 6_500_000, 30)[len(sys.argv) - 3:]]
    house = House(binary, folder)
    names = {role: role for role in PEOPLE}
    invited = [house.invited(name, role) for name, role in names.items()]
    invited += [house.invited(f"coordinator{number}", "coordinator") for number in range(PEOPLE_ASKING)]
    with house:
        for number, one in enumerate(invited):
            source = f"127.0.1.{1 + number}"
            if house.ask("POST", "/v1/accounts/_activeer", one, source=source)[0] != 200:
                raise SystemExit(f"{one['naam']} cannot be taken into use")
        who = {name: house.log_in(name, f"127.0.2.{1 + number}") for number, name in enumerate(names)}
        sessions = [house.log_in(f"coordinator{number}", f"127.0.3.{1 + number}") for number in range(PEOPLE_ASKING)]
        maand.opened(house, who["privacy-officer"])
        maand.month(house, who)
        count = delivered(house, jongeren, rows, who)
        print(f"{count} leveringen of {jongeren} jongeren and {rows} rows; at most {house.memory()[0]} MB until here")
        print(f"nothing runs:       {asked(house, sessions, seconds)}")
        end, done = threading.Event(), []
        busy = threading.Thread(target=linking, args=(house, who, end, done), daemon=True)
        busy.start()
        told = asked(house, sessions, seconds)
        end.set()
        busy.join()
        print(f"a koppeling runs:   {told}")
        print(f"{len(done)} koppelingen meanwhile, {sum(done) / len(done):.1f} s each; at most {house.memory()[0]} MB")


if __name__ == "__main__":
    main()
