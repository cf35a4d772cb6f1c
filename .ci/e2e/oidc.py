"""People who log in at a provider (OpenID Connect), walked by HTTP: against the npm package oidc-provider.

    oidc.py BINARY FOLDER MODULES
"""

import http.cookiejar
import json
import pathlib
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

from huis import House

HERE = pathlib.Path(__file__).resolve().parent
TABLES = """[oidc]
uitgever = "http://127.0.0.1:{provider}"
client_id = "inbeeld"
client_geheim = "oidc.geheim"
scopes = ["inbeeld"]
claim_rol = "rollen"
claim_gemeente = "gemeente"
alleen = {only}
[oidc.rollen]
koppelen = "coordinator"
vrijgeven = "vrijgever"
functionaris = "privacy-officer"
gemeente = "gemeente"
"""
BEGIN, BACK = "/v1/aanmelden/oidc", "/v1/aanmelden/oidc/terug"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Still(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    """Cookies of every place, and redirects one by one."""

    def __init__(self, house):
        self.house = house
        self.jar = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(secure_protocols=("https",)))
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.jar), urllib.request.HTTPSHandler(context=house.tls), Still()
        )

    def go(self, address, form=None, accept="application/json"):
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(urllib.parse.urljoin(self.house.url, address), data, {"Accept": accept})
        try:
            answer = self.opener.open(request, timeout=30)
        except urllib.error.HTTPError as refused:
            answer = refused
        return answer.status, answer.headers, answer.read().decode()

    def begin(self, change=lambda address: address):
        """To the provider; gives where it sends on."""
        status, headers, body = self.go(BEGIN)
        expect(status == 302, f"the way to the provider: {status} {body}")
        cookie = headers["Set-Cookie"]
        for part in ("__Host-inbeeld-oidc=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="):
            expect(part in cookie, cookie)
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(headers["Location"]).query))
        for name, value in {"response_type": "code", "code_challenge_method": "S256", "client_id": "inbeeld"}.items():
            expect(asked.get(name) == value, f"{name}: {asked}")
        expect({"openid", "inbeeld"} <= set(asked["scope"].split()) and asked["state"] and asked["nonce"], asked)
        return change(headers["Location"])

    def log_in(self, name, change=lambda address: address):
        """Up to the address with which the provider sends back."""
        address = self.begin(change)
        base = address
        for _ in range(12):
            address = urllib.parse.urljoin(base, address)
            if urllib.parse.urlsplit(address).path == BACK:
                return address
            base = address
            status, headers, page = self.go(address, accept="text/html")
            if status in (302, 303):
                address = headers["Location"]
                continue
            expect(status == 200, f"{address}: {status} {page[:300]}")
            action = re.search(r'<form[^>]*action="([^"]+)"', page)[1]
            prompt = re.search(r'name="prompt" value="(\w+)"', page)[1]
            form = {"prompt": prompt, **({"login": name, "password": "x"} if prompt == "login" else {})}
            status, headers, page = self.go(urllib.parse.urljoin(base, action), form, accept="text/html")
            expect(status in (302, 303), f"{action}: {status} {page[:300]}")
            address = headers["Location"]
        raise SystemExit("the provider sends nobody back")


def expect(good, told):
    if not good:
        raise SystemExit(f"oidc: {told}")


def code_of(body):
    return json.loads(body).get("code")


def with_query(address, **changes):
    """The address with other values behind the question mark."""
    parts = urllib.parse.urlsplit(address)
    query = {**dict(urllib.parse.parse_qsl(parts.query)), **changes}
    return urllib.parse.urlunsplit(parts._replace(query=urllib.parse.urlencode(query)))


def walk(house):
    # Who is who: the role, what binds it, and a session that works.
    for name, role, gemeente in (("kop", "coordinator", None), ("fg", "privacy-officer", None), ("zwolle", "gemeente", "0193")):
        browser = Browser(house)
        status, headers, body = browser.go(browser.log_in(name))
        expect(status == 200, f"{name}: {status} {body}")
        told = json.loads(body)
        expect((told["rol"], told["gemeente"]) == (role, gemeente), told)
        expect(re.fullmatch("oidc-[0-9a-f]{20}", told["naam"]), told)
        cookies = headers.get_all("Set-Cookie")
        session = next(cookie for cookie in cookies if cookie.startswith("__Host-inbeeld="))
        for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
            expect(part in session, session)
        expect(any("__Host-inbeeld-oidc=;" in cookie and "Max-Age=0" in cookie for cookie in cookies), cookies)
        mine = {"Cookie": session.split(";")[0], "X-CSRF-Token": told["csrf"]}
        status, _, body = house.ask("GET", "/v1/sessies/huidige", headers=mine)
        expect(status == 200 and json.loads(body)["naam"] == told["naam"], body)
        status = house.ask("GET", "/v1/accounts", headers=mine)[0]
        expect(status == 403, f"{name} reads accounts: {status}")
        if name == "fg":
            officer = mine
        if name == "kop":
            coordinator = told["naam"]
    # The same person is the same account.
    browser = Browser(house)
    expect(json.loads(browser.go(browser.log_in("kop"))[2])["naam"] == coordinator, "another name for the same person")
    # In a browser it is a page that goes on by itself.
    browser = Browser(house)
    status, headers, page = browser.go(browser.log_in("kop"), accept="text/html,*/*;q=0.8")
    expect(status == 200 and 'url=/"' in page and headers["Content-Type"].startswith("text/html"), page)

    # Who has no role here, two, or no code that goes with it.
    for name, code in (("zonder", "oidc-rol-onbekend"), ("niets", "oidc-rol-onbekend"), ("twee", "oidc-rol-meer"), ("kaal", "oidc-binding")):
        browser = Browser(house)
        status, headers, body = browser.go(browser.log_in(name))
        expect((status, code_of(body)) == (403, code), f"{name}: {status} {body}")
        expect("__Host-inbeeld=" not in str(headers), "a session for somebody without a role")
    browser = Browser(house)
    status, headers, page = browser.go(browser.log_in("zonder"), accept="text/html,*/*;q=0.8")
    expect(status == 403 and "noemt geen rol die u hier heeft" in page and page.lower().startswith("<!doctype html>"), page)

    def refused(status, code, answer):
        expect((answer[0], code_of(answer[2])) == (status, code), f"{code}: {answer[0]} {answer[2]}")
        expect("__Host-inbeeld=" not in str(answer[1]), f"{code}: a session all the same")

    # Twice the same address; the code under a new state; a state that is nobody's; without a code.
    browser = Browser(house)
    address = browser.log_in("kop")
    expect(browser.go(address)[0] == 200, "the first time")
    refused(401, "oidc-staat", browser.go(address))
    used = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))["code"]
    fresh = browser.log_in("kop")
    refused(401, "oidc-geweigerd", browser.go(with_query(fresh, code=used)))
    browser = Browser(house)
    refused(401, "oidc-staat", browser.go(with_query(browser.log_in("kop"), state="A" * 22)))
    refused(401, "oidc-staat", browser.go(BACK))
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(browser.begin()).query))
    refused(401, "oidc-geweigerd", browser.go(f"{BACK}?state={asked['state']}&error=access_denied"))
    # Begun in one browser, ended in another that began one of its own: nobody logs somebody else in.
    one, other = Browser(house), Browser(house)
    address = one.log_in("kop")
    other.begin()
    refused(401, "oidc-staat", other.go(address))
    refused(401, "oidc-staat", Browser(house).go(one.log_in("fg")))
    # A nonce that is not ours, and a challenge that is not ours.
    browser = Browser(house)
    refused(401, "oidc-geweigerd", browser.go(browser.log_in("kop", lambda address: with_query(address, nonce="andere"))))
    browser = Browser(house)
    other = lambda address: with_query(address, code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    refused(401, "oidc-geweigerd", browser.go(browser.log_in("kop", other)))

    # A beheerder closes the account here, whatever the provider says.
    house.run("beheer", "account", "blokkeer", "--config", "dienst.toml", coordinator)
    browser = Browser(house)
    refused(403, "account-gesloten", browser.go(browser.log_in("kop")))
    house.run("beheer", "account", "herstel", "--config", "dienst.toml", coordinator)
    expect(browser.go(browser.log_in("kop"))[0] == 200, "opened again")

    status, _, body = house.ask("GET", "/v1/auditlogboek?aantal=200", headers=officer)
    acts = json.loads(body)["handelingen"]
    acts = [(act["op"], act["uitkomst"], act["code"]) for act in acts if act["daad"] == "aanmelden"]
    expect(len([one for one in acts if one[1] == "gelukt"]) == 8, acts)
    expect((coordinator, "geweigerd", "account-gesloten") in acts, acts)
    codes = {code for _, _, code in acts}
    expect({"oidc-staat", "oidc-geweigerd", "oidc-rol-onbekend", "oidc-rol-meer", "oidc-binding"} <= codes, acts)
    log = (house.folder / "audit" / "audit.jsonl").read_text(encoding="utf-8")
    expect("aanbieder.example" not in log and used not in log, "the audit log says who it is")
    return len(acts)


def housed(binary, folder, modules, only):
    """A service, not started yet, that knows a provider, and that provider, which runs."""
    provider, port = free_port(), free_port()
    address = f"https://localhost:{port}"
    tables = TABLES.format(provider=provider, only=only)
    house = House(binary, folder, port=port, extra=f'adres = "{address}"', tables=tables)
    (house.folder / "oidc.geheim").write_text("een-geheim-voor-deze-controle\n", encoding="utf-8")
    (house.folder / "oidc.geheim").chmod(0o600)
    serves = subprocess.Popen(
        ["node", str(HERE / "aanbieder.mjs"), str(provider), f"{address}{BACK}", str(pathlib.Path(modules).resolve())],
        stdout=subprocess.PIPE, stderr=open(f"{folder}.aanbieder.log", "w", encoding="utf-8"), text=True,
    )
    expect(any(line.startswith("luistert") for line in serves.stdout), "the provider does not start")
    return house, serves


def main(binary, folder, modules):
    house, serves = housed(binary, folder, modules, "false")
    try:
        with house:
            house.person("lokaal", "coordinator", None)
            house.log_in("lokaal", None)
            walked = walk(house)
        # Only there: nobody logs in here any more.
        config = house.folder / "dienst.toml"
        config.write_text(config.read_text(encoding="utf-8").replace("alleen = false", "alleen = true"), encoding="utf-8")
        with house:
            body = {"naam": "lokaal", "wachtwoord": "een lange zin om te raden"}
            status, _, body = house.ask("POST", "/v1/sessies", body)
            expect((status, code_of(body)) == (403, "alleen-oidc"), f"{status} {body}")
            # The provider goes away: others are served, and who logs in reads why not.
            serves.terminate()
            serves.wait(timeout=10)
            status, _, body = house.ask("GET", BEGIN)
            expect((status, code_of(body)) == (503, "oidc-onbereikbaar"), f"{status} {body}")
            expect(house.ask("GET", "/v1/gereedheid")[0] == 200, "not ready without its provider")
    finally:
        serves.kill()
    print(f"  {walked} log-ins, good and bad, and each as it should be")


if __name__ == "__main__":
    main(*sys.argv[1:])
