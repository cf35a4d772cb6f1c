"""Asks the real binary what schemathesis makes up from docs/openapi.json, as nobody and as every role.

Usage: antwoorden.py SCHEMATHESIS BINARY OPENAPI FOLDER SECONDS

No answer may be a 5xx, nor have a status, a content type or a form that the description does not have; see haken.py
for what holds of every answer. Seeded, and bounded by SECONDS in all.
"""

import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import time

from huis import PASSWORD, PEOPLE, PERIOD, TODAY, House
from maand import TEXTS, month, opened

SEED = "20261001"
# How often each route is asked per role, beside the boundaries that are always tried.
EXAMPLES = "40"
# A route may be used 30 times at once and once a second by one account, so there are more of each.
EACH = 4
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,negative_data_rejection,unsupported_method,allow_header_conformance,our_answer"
)
# An account that may be closed and begun again as often as somebody likes.
NOBODY = "proefkonijn"
# A month of which nothing is kept.
GONE = "2020-01"
# What leads nowhere without a provider; oidc.py walks it.
ELSEWHERE = ("/v1/aanmelden/oidc", "/v1/aanmelden/oidc/terug")


# What was wrong and too large besides, is refused as too large.
SETTINGS = """[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "408", "409", "413", "415", "429"]
"""


def good(house, number, share, handle):
    """Per route what is accepted; what is made up from the description alone hardly ever is."""
    name = f"nieuw-{number}"
    return {
        "/v1/sessies": {"naam": "coordinator-0", "wachtwoord": PASSWORD},
        "/v1/accounts": {"naam": f"{name}-api", "rol": "gemeente", "gemeente": "0193"},
        "/v1/accounts/_activeer": house.invited(name, "coordinator"),
        "/v1/doelbindingen": house.signed_text("raad-kwartaal.toml"),
        "/v1/perioden/{periode}/deel-b": share,
        "/v1/koppelingen": {"doelbinding": TEXTS[0], "versie": 1, "peildatum": TODAY},
        "/v1/koppelingen/{nr}/_weiger": {"reden": "een bron is te oud"},
        "/v1/perioden/{periode}/vernietiging/_bevestig": {"houder": "fg"},
        "/v1/lijsten/{nr}/_waarom": {"verwijzing": handle},
        "/v1/dataverwerkingen/_zoek": {"traceId": "0af7651916cd43dd8448eb211c80319c"},
    }


def our_words(doc):
    """What may stand in a refusal as well as in what was sent: roles, and names of fields."""
    fields = {name for schema in doc["components"]["schemas"].values() for name in schema.get("properties", {})}
    return sorted(fields | set(PEOPLE))


def destroy(house, fg):
    """Has a month destroyed that no text can use: its proof can be asked for and confirmed."""
    for path, body in (
        ("/v1/doelbindingen", house.signed_text("raad-kwartaal.toml")),
        (f"/v1/perioden/{GONE}/deel-b", house.share_b()),
    ):
        status, _, said = house.ask("POST", path, body, fg)
        if status not in (201, 204):
            raise SystemExit(f"{path} is refused: {status} {said!r}")
    if f"vernietigd: {GONE}\n" not in house.run("beheer", "opruimen", "--config", "dienst.toml", today="2026-11-05"):
        raise SystemExit("a month that no text can use is not destroyed")


def with_examples(openapi, bodies, there):
    """The description with an example at each place where only the right value leads further."""
    doc = json.loads(pathlib.Path(openapi).read_text(encoding="utf-8"))
    known = {"naam": NOBODY, "periode": PERIOD, "id": "raad-kwartaal", "versie": 1, "bestand": "vrijgave.json"}
    for path, item in doc["paths"].items():
        # What a number is of, stands before it.
        numbers = {"koppelingen": "koppeling", "vrijgaven": "vrijgave", "lijsten": "lijst"}
        known["nr"] = there.get(numbers.get(path.split("/")[2]))
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                if parameter["name"] in known:
                    parameter["example"] = known[parameter["name"]]
                    if "/vernietiging" in path:
                        parameter["example"] = GONE
        if path in bodies:
            item["post"]["requestBody"]["content"]["application/json"]["example"] = bodies[path]
    return doc


def answers(log):
    """How often each route gave which status, from the log of the service."""
    line = re.compile(r'methode="(\w+)" route="([^"]+)" status=(\d+)')
    return collections.Counter(match.groups() for match in map(line.search, log.read_text().splitlines()) if match)


def main():
    schemathesis, binary, openapi, folder, seconds = sys.argv[1:]
    schemathesis, folder = str(pathlib.Path(schemathesis).absolute()), pathlib.Path(folder).resolve()
    until = time.monotonic() + float(seconds)
    failed = []
    with House(binary, folder / "huis", proxy=True) as house:
        address = (f"192.0.2.{number}" for number in range(1, 255))
        ours = {role: [f"{role}-{number}" for number in range(EACH)] for role in PEOPLE}
        for role, names in ours.items():
            for name in names:
                house.person(name, role, next(address))
        sessions = {role: [house.log_in(name, next(address)) for name in names] for role, names in ours.items()}
        house.person(NOBODY, "coordinator", next(address))
        share = opened(house, sessions["privacy-officer"][0])
        there = month(house, {role: held[0] for role, held in sessions.items()})
        destroy(house, sessions["privacy-officer"][0])
        for number, role in enumerate([*PEOPLE, None]):
            doc = with_examples(openapi, good(house, number, share, there["verwijzing"]), there)
            (folder / "openapi.json").write_text(json.dumps(doc), encoding="utf-8")
            (folder / "schemathesis.toml").write_text(SETTINGS, encoding="utf-8")
            told = {
                "url": house.url,
                "ca": str(house.folder / "keten.pem"),
                "sessions": sessions.get(role, []),
                "name": f"{role}-0" if role else None,
                "password": PASSWORD,
                "ours": [name for names in ours.values() for name in names],
                "nobody": NOBODY,
                "words": our_words(doc),
            }
            begin = time.monotonic()
            said = folder / f"{role or 'niemand'}.txt"
            with open(said, "w", encoding="utf-8") as out:
                try:
                    code = subprocess.run(
                        [
                            schemathesis, "run", "openapi.json", "--url", house.url, "--tls-verify", told["ca"],
                            "--phases", "examples,coverage,fuzzing", "--checks", CHECKS, "--max-examples", EXAMPLES,
                            "--seed", SEED, "--generation-database", "none", "--no-color", "--warnings", "off",
                            "--generation-with-security-parameters", "false", "--request-timeout", "10",
                            # A refusal before all was sent may close the connection that the next request uses.
                            "--request-retries", "3", "--continue-on-failure",
                        ],
                        env={
                            **os.environ,
                            "INBEELD_E2E": json.dumps(told),
                            "SCHEMATHESIS_HOOKS": "haken",
                            "PYTHONPATH": str(pathlib.Path(__file__).resolve().parent),
                        },
                        cwd=folder, stdout=out, stderr=out, check=False, timeout=max(until - begin, 1),
                    ).returncode
                except subprocess.TimeoutExpired:
                    code = "no time left"
            tried = re.search(r"(\d+) generated", said.read_text(encoding="utf-8"))
            count = tried.group(1) if tried else "no"
            print(f"{role or 'nobody'}: {count} requests in {time.monotonic() - begin:.0f} s: {code}", flush=True)
            if code != 0:
                failed.append(role or "nobody")
                print(said.read_text(encoding="utf-8"))
        told = answers(house.folder / "dienst.log")
        limited = sum(count for (_, _, status), count in told.items() if status == "429")
        print(f"{sum(told.values())} answers, {limited} of them 429; memory: {house.memory()[0]} MB at most")
    succeeded = {(method, route) for method, route, status in told if status.startswith("2")}
    for path, item in doc["paths"].items():
        for method in item:
            if (method.upper(), path) not in succeeded and path not in ELSEWHERE:
                failed.append(f"{method.upper()} {path} (never succeeded: give it an example in good())")
    if failed:
        sys.exit("not as described: " + ", ".join(failed))


main()
