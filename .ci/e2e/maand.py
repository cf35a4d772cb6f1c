"""The demo month over the API of a service: delivered, linked, looked at by another, released, fetched."""

import csv
import json
import os
import subprocess
import shutil
import time

from huis import FORM, PERIOD, TODAY, form

TEXTS = ("oud-vsv-maandmonitor", "contactlijst-gemeenten")
# The first half of what the command line makes: raw files, keys, leveringen, signed texts.
DEMO = "demo"


def asked(house, wanted, method, path, body=None, headers=None):
    """One request that must be answered with this status; gives what came back as JSON."""
    status, _, said = house.ask(method, path, body, headers)
    if status != wanted:
        raise SystemExit(f"{method} {path}: {status} where {wanted} was expected: {said!r}")
    return json.loads(said) if said and said[:1] == b"{" else said


def prepared(house):
    """The demo by the command line, and its keys where the service looks for them."""
    demo = house.folder / DEMO
    done = subprocess.run(
        [house.binary, "demo", "--map", DEMO], cwd=house.folder, capture_output=True, text=True, check=False,
        env={**os.environ, "INBEELD_VANDAAG": TODAY},
    )
    if done.returncode:
        raise SystemExit(f"the demo fails: {done.stderr}")
    for folder in ("vertrouwd", "doelbinding/ontvangers"):
        to = house.folder / folder.split("/")[-1]
        to.mkdir(exist_ok=True)
        for file in (demo / folder).iterdir():
            shutil.copyfile(file, to / file.name)
    return demo


def texts(house, demo, fg):
    """Takes in the two texts of the demo."""
    for name in TEXTS:
        text = demo / "doelbinding" / f"{name}.toml"
        signatures = [text.with_name(text.name + ending) for ending in (".minisig", ".2.minisig")]
        body = {
            "tekst": text.read_text(encoding="utf-8"),
            "handtekeningen": [one.read_text(encoding="utf-8") for one in signatures if one.exists()],
        }
        asked(house, 201, "POST", "/v1/doelbindingen", body, fg)


def deliveries(house, demo):
    """The leveringen of the demo in the order in which they were made: manifest, data, and both as a form."""
    manifests = []
    for file in (demo / "leveringen").glob("*.manifest.json"):
        told = file.read_bytes()
        # Without the Z they sort as they follow each other: what is behind the point is as long as it needs to be.
        manifests.append((json.loads(told)["aangemaakt"].removesuffix("Z"), file, told))
    for _, file, told in sorted(manifests, key=lambda one: one[:2]):
        data = file.with_name(file.name.removesuffix(".manifest.json"))
        before, after = form(told)
        yield file, data, before.replace(b"inkomen.csv", data.name.encode()) + data.read_bytes() + after


def ended(house, nr, who):
    """A koppeling once it runs no more."""
    for _ in range(600):
        run = asked(house, 200, "GET", f"/v1/koppelingen/{nr}", None, who)
        if run["staat"] not in ("gepland", "bezig"):
            return run
        time.sleep(0.2)
    raise SystemExit(f"koppeling {nr} does not end")


def run(house, text, coordinator):
    """Links under a text; gives the number of a koppeling that waits for a decision."""
    body = {"doelbinding": text, "versie": 1, "peildatum": TODAY}
    nr = asked(house, 201, "POST", "/v1/koppelingen", body, coordinator)["nr"]
    told = ended(house, nr, coordinator)
    if told["staat"] != "klaar":
        raise SystemExit(f"the koppeling under {text} is {told}")
    return nr


def on_list(house, demo, told):
    """A handle on a list that was fetched."""
    code = told["gemeente"]
    house.run(
        "herken", "--lijst", told["bestand"], "--gemeente", code, "--uit", "geopend.csv",
        "--identiteit", str(demo / f"sleutels/ontvanger/{code}.key"), "--verwijzingsleutel", str(demo / f"sleutels/verwijzing/{code}.sleutel"),
    )
    with open(house.folder / "geopend.csv", encoding="utf-8", newline="") as file:
        return next(csv.DictReader(file, delimiter=";"))["verwijzing"]


def month(house, who):
    """The whole month by these sessions, one per role; gives numbers of what there is then."""
    demo = prepared(house)
    texts(house, demo, who["privacy-officer"])
    for _, _, body in deliveries(house, demo):
        asked(house, 201, "POST", "/v1/leveringen", body, {**FORM, **who["coordinator"]})
    release = None
    for text in TEXTS:
        nr = run(house, text, who["coordinator"])
        status, headers, said = house.ask(
            "GET", f"/v1/koppelingen/{nr}/voortgang", None, {"Accept": "text/event-stream", **who["coordinator"]}
        )
        if status != 200 or b"event: koppeling" not in said or not headers["content-type"].startswith("text/event-stream"):
            raise SystemExit(f"nobody can follow koppeling {nr}: {status} {said!r}")
        asked(house, 200, "POST", f"/v1/koppelingen/{nr}/_bekijk", {}, who["vrijgever"])
        told = asked(house, 200, "POST", f"/v1/koppelingen/{nr}/_geef-vrij", {}, who["vrijgever"])
        release = release or told["koppeling"]["vrijgave"]
    for file in ("vrijgave.json", "gemeente_klasse.csv", "gemeente_klasse.xlsx", "rapport.html"):
        asked(house, 200, "GET", f"/v1/vrijgaven/{release}/bestanden/{file}", None, who["vrijgever"])
    lists = {}
    for name in ("gemeente", "contactgemeente"):
        lists[name], gone = asked(house, 200, "GET", "/v1/lijsten", None, who[name])["lijsten"]
        if (lists[name]["soort"], gone["soort"]) != ("contactlijst", "vervallen"):
            raise SystemExit(f"{name} sees {lists[name]} and {gone}")
        for one in (lists[name], gone):
            (house.folder / one["bestand"]).write_bytes(asked(house, 200, "GET", f"/v1/lijsten/{one['nr']}/bestand", None, who[name]))
    handle = on_list(house, demo, lists["gemeente"])
    lists = {name: one["nr"] for name, one in lists.items()}
    told = asked(house, 200, "POST", f"/v1/lijsten/{lists['gemeente']}/_waarom", {"verwijzing": handle}, who["gemeente"])
    if told["antwoord"] != {"lijsten": [{"naam": "te-benaderen"}]}:
        raise SystemExit(f"why somebody is on the list: {told}")
    asked(house, 200, "POST", f"/v1/lijsten/{lists['contactgemeente']}/_bevestig", {}, who["contactgemeente"])
    for what, name, body in (("_weiger", "vrijgever", {"reden": "een bron is te oud"}), ("_annuleer", "coordinator", {})):
        nr = run(house, TEXTS[0], who["coordinator"])
        asked(house, 200, "POST", f"/v1/koppelingen/{nr}/{what}", body, who[name])
    return {"koppeling": run(house, TEXTS[0], who["coordinator"]), "vrijgave": release, "lijst": lists["gemeente"], "verwijzing": handle}


def opened(house, fg):
    """Hands in a fresh share B of the month; gives it."""
    share = house.share_b()
    asked(house, 204, "POST", f"/v1/perioden/{PERIOD}/deel-b", share, fg)
    return share
