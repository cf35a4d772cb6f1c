"""What schemathesis does at every request and answer of ours; loaded by it, told by antwoorden.py where to look."""

import itertools
import json
import os
import re
import ssl
import urllib.request

import schemathesis

TOLD = json.loads(os.environ["INBEELD_E2E"])
SESSIONS = itertools.cycle(TOLD["sessions"] or [{}])
ADDRESSES = itertools.count()
LOG_OUT = ("DELETE", "/v1/sessies/huidige")
# Schemathesis learns names from answers; ours it may not close, nor by trying passwords.
CLOSING = ("_blokkeer", "_herstel")
LOG_IN = ("POST", "/v1/sessies")

# Beside API-Version, which is compared with the description.
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "frame-ancestors 'none'",
    "cross-origin-resource-policy": "",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d")
MOMENT_WITH_ZONE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.]\d+)?(Z|[+-]\d\d:\d\d)$")


def fresh_address():
    """An address nobody had before: a limit on addresses is tried elsewhere."""
    number = next(ADDRESSES)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def fresh_session():
    """A session to log out of; the others are still needed."""
    body = json.dumps({"naam": TOLD["name"], "wachtwoord": TOLD["password"]}).encode()
    headers = {"Content-Type": "application/json", "X-Forwarded-For": fresh_address()}
    request = urllib.request.Request(TOLD["url"] + "/v1/sessies", body, headers)
    with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=TOLD["ca"])) as answer:
        return {"Cookie": answer.headers["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.load(answer)["csrf"]}


@schemathesis.hook
def before_call(context, case, kwargs):
    route = (case.operation.method.upper(), case.operation.path)
    session = fresh_session() if route == LOG_OUT and TOLD["name"] else next(SESSIONS)
    if route[1].endswith(CLOSING) and case.path_parameters.get("naam") in TOLD["ours"]:
        case.path_parameters["naam"] = TOLD["nobody"]
    if route == LOG_IN and isinstance(case.body, dict) and case.body.get("naam") in TOLD["ours"]:
        if case.body.get("wachtwoord") != TOLD["password"]:
            case.body["naam"] = TOLD["nobody"]
    headers = case.headers if case.headers is not None else {}
    headers.update(session)
    headers["X-Forwarded-For"] = fresh_address()
    case.headers = headers


@schemathesis.check
def our_answer(ctx, response, case):
    """The headers that every answer has, the form of a refusal, times with their zone, and nothing of what was sent."""
    version = case.operation.schema.raw_schema["info"]["version"]
    header = {name.lower(): ", ".join(values) for name, values in response.headers.items()}
    assert header.get("api-version") == version, f"API-Version is {header.get('api-version')}"
    for name, part in HEADERS.items():
        assert part in header.get(name, "(none)"), f"{name} is {header.get(name)}"
    assert "server" not in header and "x-powered-by" not in header, "the answer tells what made it"
    if response.status_code == 429:
        assert int(header["retry-after"]) > 0, "no Retry-After"
    if response.status_code == 401:
        assert "www-authenticate" in header, "no WWW-Authenticate"
    if response.status_code == 405:
        assert "allow" in header, "no Allow"
    is_json = header.get("content-type", "").split(";")[0] in ("application/json", "application/problem+json")
    told = json.loads(response.content) if is_json and response.content else None
    if response.status_code >= 400 and case.method.upper() != "HEAD":
        assert told and told["status"] == response.status_code, "the problem names another status"
        assert all(told[name] for name in ("title", "detail", "code", "doe")), "the problem does not say all"
        assert not told.get("fouten") or told["status"] == 400, "faults of input with another status than 400"
        text = response.content.decode()
        for value in leaves(case.body):
            # Schemathesis sends what it learned from answers, also a code of ours.
            assert value == told["code"] or value not in text, "a refusal repeats what was sent"
    for value in leaves(told):
        assert not MOMENT.match(value) or MOMENT_WITH_ZONE.match(value), "a time without its zone"


def leaves(value):
    """Texts that are long enough not to be found by chance, and are no word of ours."""
    if isinstance(value, dict):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one)
    elif isinstance(value, str) and len(value) >= 6 and value not in TOLD["words"]:
        yield value
