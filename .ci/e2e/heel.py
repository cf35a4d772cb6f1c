"""The whole month over HTTPS by clients that are not ours: curl, sources with a certificate, people of a provider.

    heel.py BINARY FOLDER MODULES

Sources deliver with client certificates, each for itself; coordinator, vrijgever, FG and gemeente log in at the npm
package oidc-provider; every request after that is curl's. What is released must be what the command line makes.
"""

import csv
import json
import pathlib
import subprocess
import sys
import urllib.parse

from huis import PERIOD, TODAY
from maand import TEXTS, deliveries, prepared, texts
from oidc import Browser, expect, housed

OTHER = "00000001999999999999"


def certificates(folder, oins):
    """A CA for sources, and of every OIN a certificate with its key."""
    ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    def openssl(*args):
        subprocess.run(["openssl", *args], cwd=folder, check=True, capture_output=True)

    openssl(
        "req", "-x509", *ec, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/C=NL/O=Alleen hier/CN=bronnen",
        "-addext", "basicConstraints=critical,CA:TRUE",
    )
    (folder / "blad.ext").write_text("basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\n", encoding="utf-8")
    for oin in oins:
        subject = f"/C=NL/O=Bron/serialNumber={oin}/CN=bron"
        openssl("req", "-new", *ec, "-keyout", f"{oin}.key", "-out", f"{oin}.csr", "-subj", subject)
        openssl(
            "x509", "-req", "-in", f"{oin}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30",
            "-extfile", "blad.ext", "-out", f"{oin}.pem",
        )


class Curl:
    """Requests by curl; as somebody with a session, or a source with a certificate."""

    def __init__(self, house, session=(), oin=None):
        self.house = house
        self.told = [part for name, value in dict(session).items() for part in ("-H", f"{name}: {value}")]
        if oin:
            self.told += ["--cert", f"{oin}.pem", "--key", f"{oin}.key"]

    def ask(self, path, *args, wanted=200, out="antwoord"):
        done = subprocess.run(
            ["curl", "--silent", "--show-error", "--cacert", "keten.pem", "--output", out, "--write-out", "%{http_code}",
             *self.told, *args, self.house.url + path],
            cwd=self.house.folder, capture_output=True, text=True, check=False,
        )
        body = (self.house.folder / out).read_bytes() if (self.house.folder / out).exists() else b""
        expect(done.stdout == str(wanted), f"{path}: {done.stdout} where {wanted} was expected: {body!r} {done.stderr}")
        return body

    def post(self, path, body, wanted=200):
        return json.loads(self.ask(path, "--json", json.dumps(body), wanted=wanted) or b"null")


def person(house, name):
    """Logs in at the provider; gives curl with that session."""
    browser = Browser(house)
    status, headers, body = browser.go(browser.log_in(name))
    expect(status == 200, f"{name}: {status} {body}")
    cookie = next(one for one in headers.get_all("Set-Cookie") if one.startswith("__Host-inbeeld="))
    return {"Cookie": cookie.split(";")[0], "X-CSRF-Token": json.loads(body)["csrf"]}


def dossiers(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = [{name: value for name, value in row.items() if name != "verwijzing"} for row in csv.DictReader(file, delimiter=";")]
    return sorted(json.dumps(row) for row in rows)


def walk(house, demo):
    people = {name: person(house, name) for name in ("kop", "vrij", "fg", "zwolle")}
    curl = {name: Curl(house, session) for name, session in people.items()}
    texts(house, demo, people["fg"])
    share = json.dumps(house.share_b())
    curl["fg"].ask(f"/v1/perioden/{PERIOD}/deel-b", "--json", share, wanted=204)
    count = 0
    for manifest, data, _ in deliveries(house, demo):
        oin = json.loads(manifest.read_bytes())["leverancier"]["oin"]
        parts = ["-F", f"manifest=@{manifest}", "-F", f"bestand=@{data}"]
        if count == 0:
            said = Curl(house, oin=OTHER).ask("/v1/leveringen", *parts, wanted=403)
            expect(json.loads(said)["code"] == "oin-anders", said)
        told = json.loads(Curl(house, oin=oin).ask("/v1/leveringen", *parts, wanted=201))
        expect(told["ontvangstbewijs"]["oin"] == oin and len(told["audit_kop"]) == 64, told)
        count += 1
    releases = {}
    for text in TEXTS:
        body = {"doelbinding": text, "versie": 1, "peildatum": TODAY}
        nr = curl["kop"].post("/v1/koppelingen", body, wanted=201)["nr"]
        said = curl["kop"].ask(f"/v1/koppelingen/{nr}/voortgang", "-N", "-H", "Accept: text/event-stream")
        expect(b'"staat":"klaar"' in said, said)
        curl["kop"].post(f"/v1/koppelingen/{nr}/_geef-vrij", {}, wanted=403)
        curl["vrij"].post(f"/v1/koppelingen/{nr}/_bekijk", {})
        releases[text] = curl["vrij"].post(f"/v1/koppelingen/{nr}/_geef-vrij", {})["koppeling"]["vrijgave"]
    same = {TEXTS[0]: ("vrijgave", ["vrijgave.json", "gemeente_klasse.csv", "gemeente_klasse.xlsx"]), TEXTS[1]: ("contactlijst", ["vrijgave.json"])}
    for text, (folder, names) in same.items():
        for name in names:
            got = curl["fg"].ask(f"/v1/vrijgaven/{releases[text]}/bestanden/{urllib.parse.quote(name)}")
            expect(got == (demo / folder / name).read_bytes(), f"{text}: {name} is not what the command line made")
    lists = json.loads(curl["zwolle"].ask("/v1/lijsten"))["lijsten"]
    expect([(one["gemeente"], one["soort"]) for one in lists] == [("0193", "contactlijst"), ("0193", "vervallen")], lists)
    curl["zwolle"].ask(f"/v1/lijsten/{lists[0]['nr']}/bestand", out="zwolle.csv.age")
    house.run(
        "herken", "--lijst", "zwolle.csv.age", "--gemeente", "0193", "--uit", "zwolle.csv",
        "--identiteit", str(demo / "sleutels/ontvanger/0193.key"), "--verwijzingsleutel", str(demo / "sleutels/verwijzing/0193.sleutel"),
    )
    found = dossiers(house.folder / "zwolle.csv")
    expect(len(found) > 20 and found == dossiers(demo / "gemeente/zwolle.csv"), "other dossiers than the command line found")
    curl["zwolle"].ask(f"/v1/lijsten/{lists[1]['nr']}/bestand", out="vervallen.csv.age")
    house.run(
        "herken", "--lijst", "vervallen.csv.age", "--gemeente", "0193", "--uit", "vervallen.csv",
        "--identiteit", str(demo / "sleutels/ontvanger/0193.key"), "--verwijzingsleutel", str(demo / "sleutels/verwijzing/0193.sleutel"),
    )
    expect(dossiers(house.folder / "vervallen.csv") == [], "somebody was withdrawn from the first list")
    for one in lists:
        curl["zwolle"].post(f"/v1/lijsten/{one['nr']}/_bevestig", {})
    return count, len(found)


def main(binary, folder, modules):
    house, serves = housed(binary, folder, modules, "true")
    try:
        config = house.folder / "dienst.toml"
        text = config.read_text(encoding="utf-8")
        config.write_text(text.replace('sleutel = "tls.pem"', 'sleutel = "tls.pem"\nbronnen_ca = "ca.pem"'), encoding="utf-8")
        demo = prepared(house)
        oins = {json.loads(manifest.read_bytes())["leverancier"]["oin"] for manifest, _, _ in deliveries(house, demo)}
        certificates(house.folder, [*oins, OTHER])
        for number, oin in enumerate([*sorted(oins), OTHER]):
            house.run("beheer", "account", "nieuw", "--config", "dienst.toml", "--rol", "bronhouder", "--oin", oin, f"bron-{number}")
        with house:
            delivered, opened = walk(house, demo)
        house.run("register", "verifieer", "--register", "register.jsonl")
    finally:
        serves.kill()
    print(f"  {delivered} leveringen of {len(oins)} sources by certificate, two releases as the command line's, {opened} dossiers opened")


if __name__ == "__main__":
    main(*sys.argv[1:])
