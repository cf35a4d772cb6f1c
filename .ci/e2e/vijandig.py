"""Clients that mean harm against the real binary, while somebody else just wants to work.

Usage: vijandig.py BINARY FOLDER

Each attack must leave the service under 300 MB (VmHWM: the most it ever had) and others served within a second.
Standard library only.
"""

import concurrent.futures
import http.client
import io
import itertools
import json
import os
import pathlib
import random
import resource
import socket
import sys
import threading
import time
import zipfile

from huis import FORM, INCOMES, PASSWORD, PERIOD, House, Watcher, form, incomes, manifest

MOST_MB = 300
MOST_SECONDS = 1.0
LOGINS = 200
# How much is uploaded; INBEELD_E2E_UPLOAD_MB=5120 is what the service must bear, and takes as much disk.
UPLOAD_MB = int(os.environ.get("INBEELD_E2E_UPLOAD_MB", "500"))
# As many as the service takes in connections, less what others need to be served beside them.
LORIS = 900
# What is still there of a slow client: its connection is closed after ten seconds of silence.
PATIENCE = 14


def tls(house, source):
    """A connection of its own address, past the handshake."""
    plain = socket.create_connection(("localhost", house.port), timeout=30, source_address=(source, 0))
    return house.tls.wrap_socket(plain, server_hostname="localhost")


def slow_loris(house):
    """Connections that send one byte of a head now and then, and some that never begin the handshake."""
    open_ones = []
    for number in range(LORIS):
        source = f"127.0.{1 + number // 200}.{1 + number % 200}"
        if number % 3 == 0:
            one = socket.create_connection(("localhost", house.port), timeout=30, source_address=(source, 0))
        else:
            one = tls(house, source)
            one.sendall(b"GET /v1/gezondheid HTTP/1.1\r\nHost: localhost\r\nX-Traag: ")
        one.settimeout(0)
        open_ones.append(one)
    begin, alive = time.monotonic(), list(open_ones)
    while alive and time.monotonic() - begin < PATIENCE:
        for one in list(alive):
            try:
                one.send(b"a")
            except (OSError, ValueError):
                alive.remove(one)
        time.sleep(1)
    for one in open_ones:
        one.close()
    if alive:
        raise AssertionError(f"{len(alive)} slow connections are still open after {PATIENCE} s")
    return f"{LORIS} connections, all closed by the service within {time.monotonic() - begin:.0f} s"


def slow_bodies(house):
    """A head at once, and then a body at one byte a second."""
    links = [tls(house, f"127.0.20.{1 + number}") for number in range(100)]
    for link in links:
        link.sendall(
            b"POST /v1/sessies HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 4000\r\n\r\n{"
        )
    begin, waiting, statuses = time.monotonic(), list(links), []
    while waiting and time.monotonic() - begin < 40:
        for link in list(waiting):
            try:
                link.settimeout(0.001)
                said = link.recv(64)
                waiting.remove(link)
                statuses.append(said[9:12].decode())
            except TimeoutError:
                try:
                    link.sendall(b" ")
                except OSError:
                    pass
            except OSError:
                waiting.remove(link)
                statuses.append("closed")
        time.sleep(1)
    for link in links:
        link.close()
    if waiting or set(statuses) - {"408", "closed"}:
        raise AssertionError(f"{len(waiting)} still wait, the others got {sorted(set(statuses))}")
    return f"{len(statuses)} times 408, within {time.monotonic() - begin:.0f} s"


def huge_bodies(house, session):
    """Far more than a route takes: said beforehand, and sent in pieces without saying."""
    got = []
    for path, headers in [
        ("/v1/sessies", {}),
        ("/v1/accounts/_activeer", {}),
        ("/v1/doelbindingen", session),
        ("/v1/gezondheid", {}),
    ]:
        for chunked in (False, True):
            link = http.client.HTTPSConnection("localhost", house.port, timeout=30, context=house.tls)
            link.putrequest("GET" if path == "/v1/gezondheid" else "POST", path)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                link.putheader(name, value)
            link.putheader(*(("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(5 << 30))))
            link.endheaders()
            sent, piece = 0, b"[" * (1 << 16)
            try:
                while sent < 64 << 20:
                    link.send(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
                    sent += len(piece)
                ended = "all was taken"
            except OSError:
                ended = "cut off"
            try:
                status = link.getresponse().status
            except (OSError, http.client.HTTPException):
                status = None
            link.close()
            got.append((path, status, ended))
            if ended != "cut off" or status not in (413, None):
                raise AssertionError(f"{path}: {status} and {ended}")
    return f"{len(got)} bodies of 5 GB, each cut off; {sum(1 for one in got if one[1] == 413)} heard 413"


def garbage(house, session):
    """An archive of nothing, and other bytes with no meaning, said to be what they are and to be JSON."""
    rng = random.Random(20261001)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("levering.csv", b"0" * (32 << 20))
        archive.writestr("../../etc/passwd", rng.randbytes(1000))
    bomb = packed.getvalue()
    bodies = [bomb, bomb[:1000], rng.randbytes(3000), b"[" * 3000, b'{"a":' * 500, b"\x00" * 3000, b"\xff\xfe{}"]
    bodies += [rng.randbytes(rng.randrange(1, 900)) for _ in range(10)]
    expected, count = {400, 413, 415}, 0
    for body in bodies:
        for kind in ("application/json", "application/zip", "multipart/form-data; boundary=x", "text/csv"):
            for path in ("/v1/sessies", "/v1/doelbindingen", "/v1/perioden/2026-10/deel-b"):
                # Another address each time, so that it is the route that refuses.
                headers = {"Content-Type": kind, **(session if path != "/v1/sessies" else {})}
                source = f"127.0.{40 + count // 200}.{1 + count % 200}"
                try:
                    status, answer, said = house.ask("POST", path, body, headers, source)
                except (OSError, http.client.HTTPException):
                    # Refused for its size before all was sent: the answer may be lost with the connection.
                    if len(body) < 1000:
                        raise
                    continue
                count += 1
                if status == 429 and session and path != "/v1/sessies":
                    continue
                if status not in expected or answer["Content-Type"] != "application/problem+json":
                    raise AssertionError(f"{path} as {kind}: {status} {said[:200]!r}")
    lines = [b"\x16\x03\x01" + rng.randbytes(500), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + rng.randbytes(500)]
    lines += [b"GET /v1/gezondheid HTTP/1.1\r\n" + b"X: " + b"a" * 200_000, b"GET /" + b"a" * 200_000]
    for number, line in enumerate(lines):
        link = tls(house, f"127.0.60.{1 + number}")
        try:
            link.sendall(line)
            link.settimeout(15)
            while link.recv(4096):
                pass
        except OSError:
            pass
        link.close()
    return f"{count} messages without meaning, each refused as a problem; {len(lines)} that are no HTTP"


def endless_upload(house, source):
    """A delivery far larger than memory, of which only the very end shows that it is not what was announced."""
    block = incomes(12_000)
    count = UPLOAD_MB * (1 << 20) // len(block)
    before, after = form(manifest(count * 12_000, "0" * 64))
    link = http.client.HTTPSConnection("localhost", house.port, timeout=120, context=house.tls)
    link.putrequest("POST", "/v1/leveringen")
    total = len(before) + len(INCOMES) + count * len(block) + len(after)
    for name, value in {**FORM, **source, "Content-Length": str(total)}.items():
        link.putheader(name, value)
    link.endheaders()
    begin = time.monotonic()
    for piece in itertools.chain([before, INCOMES], itertools.repeat(block, count), [after]):
        link.send(piece)
    answer = link.getresponse()
    told, took = json.loads(answer.read()), time.monotonic() - begin
    link.close()
    left = [path.name for path in (house.folder / "leveringen").rglob("*") if path.is_file() and path.stat().st_size]
    if answer.status != 400 or left or [one["plek"] for one in told["fouten"]] != ["sha256"]:
        raise AssertionError(f"{answer.status} {told}, and left behind: {left}")
    return f"{total >> 20} MB in {took:.0f} s ({(total >> 20) / took:.0f} MB/s): {told['code']}, nothing left behind"


def logins(house):
    """Everybody at once, each from an address of their own, half of them with the right password."""
    gate = threading.Barrier(LOGINS)

    def one(number):
        source = f"127.0.{100 + number // 200}.{1 + number % 200}"
        body = {"naam": f"collega-{number % 8}", "wachtwoord": PASSWORD if number % 2 else "iets anders als zin"}
        if not number % 2:
            # A wrong password would close the account for who has it right.
            body["naam"] = f"onbekend-{number}"
        gate.wait()
        begin = time.monotonic()
        status = house.ask("POST", "/v1/sessies", body, source=source, timeout=60)[0]
        return number % 2, status, time.monotonic() - begin

    with concurrent.futures.ThreadPoolExecutor(LOGINS) as pool:
        got = list(pool.map(one, range(LOGINS)))
    if any(status != (201 if right else 401) for right, status, _ in got):
        raise AssertionError(f"statuses {sorted({(right, status) for right, status, _ in got})}")
    return f"{LOGINS} at once, the last served after {max(took for _, _, took in got):.1f} s"


def from_one_address(house):
    """The same from one place: most are told to wait, and nothing is hashed for them."""
    def one(_):
        body = {"naam": "onbekend", "wachtwoord": "iets anders als zin"}
        return house.ask("POST", "/v1/sessies", body, source="127.0.200.1", timeout=60)[0]

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        got = list(pool.map(one, range(LOGINS)))
    if set(got) != {401, 429} or got.count(401) > 60:
        raise AssertionError(f"{got.count(401)} answered, statuses {set(got)}")
    return f"{got.count(401)} tried, {got.count(429)} told to wait"


def main():
    binary, folder = sys.argv[1:]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    failed = []
    with House(binary, pathlib.Path(folder) / "huis") as house:
        for number in range(8):
            house.person(f"collega-{number}", "coordinator", f"127.0.250.{1 + number}")
        house.person("fg", "privacy-officer", "127.0.250.20")
        session = house.log_in("fg", "127.0.250.21")
        house.person("bron", "bronhouder", "127.0.250.22")
        source = house.log_in("bron", "127.0.250.23")
        if house.ask("POST", f"/v1/perioden/{PERIOD}/deel-b", house.share_b(), session)[0] != 204:
            sys.exit("the month cannot be opened")
        attacks = [
            ("slow heads", lambda: slow_loris(house)),
            ("slow bodies", lambda: slow_bodies(house)),
            ("huge bodies", lambda: huge_bodies(house, session)),
            ("an upload without end", lambda: endless_upload(house, source)),
            ("garbage", lambda: garbage(house, session)),
            ("logins from everywhere", lambda: logins(house)),
            ("logins from one place", lambda: from_one_address(house)),
        ]
        for name, attack in attacks:
            open_one = Watcher(house, "/v1/gezondheid", {}, "127.0.251.1")
            known = Watcher(house, "/v1/doelbindingen", session, "127.0.251.2")
            with open_one, known:
                try:
                    said = attack()
                except AssertionError as fault:
                    said = f"FAILED: {fault}"
                    failed.append(name)
            slowest = max(open_one.slowest, known.slowest)
            wrong = open_one.wrong + known.wrong
            most, now = house.memory()
            count = open_one.count + known.count
            print(f"{name}: {said}", flush=True)
            print(f"    others: {count} answers, the slowest {slowest * 1000:.0f} ms; memory {most} MB at most, now {now} MB")
            if slowest > MOST_SECONDS or wrong or not count:
                failed.append(f"{name}: others were not served ({slowest:.1f} s, {wrong[:3]})")
            if most > MOST_MB:
                failed.append(f"{name}: {most} MB")
    if failed:
        sys.exit("; ".join(failed))


main()
