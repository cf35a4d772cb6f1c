#!/usr/bin/env python3
"""A generated year of lists, made by the program and opened without it.

    jaar.py PROGRAMMA [--maanden N]

Twelve months of one invented region: `genereer`, `pseudonimiseer` and `koppel`
with one list for four municipalities. Who belongs on a list is computed here,
from the raw files and the generator's `waarheid.csv`, by the words of the
contract; what is on it is opened with pyrage and PyNaCl. Between months some
find work and lose it again, and once the koppelsleutel changes.
"""

from __future__ import annotations

import argparse
import base64
import csv
import datetime
import hashlib
import hmac
import io
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Final

import pyrage
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt
from nacl.exceptions import CryptoError

from openen import STEP, open_handle, read_key

REGIO: Final = "10"
JONGEREN: Final = 1800
GEMEENTEN: Final = ("0148", "0160", "0166", "0175", "0177", "0180", "0193", "0244", "0246", "1708", "1896")
# Three with every key; one that makes no handles, one whose age key the region does not have.
COMPLEET: Final = ("0148", "0166", "0193")
ZONDER_VERWIJZING: Final = "0160"
ZONDER_ONTVANGER: Final = "0175"
LIJST: Final = "te-benaderen"
ID: Final = "jaar-van-lijsten"
VELDEN: Final = ("klasse", "leeftijdsgroep", "uitschrijfmaand", "contact", "betrokkenheid")
KLASSEN: Final = ("geen_dagbesteding", "onbekend")
NIEUWE_SLEUTEL_IN: Final = 7
RUN: Final = 8

TEKST: Final = f"""schema = "inbeeld/doelbinding/v1"
id = "{ID}"
versie = 1
titel = "Een jaar van lijsten"
doel = "Jongeren benaderen die nergens in beeld zijn."
grondslag = ["AVG 6(1)(e)", "WEB 9.2.5"]
noodzaak = "Geen bron ziet het hele beeld."
bsn_grondslag = "UAVG 46 jo. Wabb 10"
verantwoordelijke = {{ naam = "Gemeente Zwolle", oin = "00000001999990000193" }}
geldig = {{ van = 2000-01-01, tot_en_met = 2099-12-31 }}
bewaartermijn_dagen = 62

[bronnen]
onderwijs = {{ velden = ["inschrijving_van", "inschrijving_tot", "startkwalificatie"], waarom = "School.", leveranciers = ["00000001999990001001", "00000001999990001002", "00000001999990001003"] }}
inkomen = {{ velden = ["maand", "bedrag_cent", "soort"], waarom = "Werk." }}
uitkering = {{ velden = ["van", "tot"], waarom = "Uitkering.", leveranciers = ["00000001999990000193", "00000001999990002001"] }}
brp = {{ velden = ["status", "sinds", "gemeente"], waarom = "Verhuizing." }}
betrokkenheid = {{ velden = ["sinds"], waarom = "Wie al contact heeft.", leveranciers = ["00000001999990005001", "00000001999990005002"] }}

[doelgroep]
regio = "{REGIO}"
gemeenten = {json.dumps(GEMEENTEN)}
leeftijd = {{ van = 16, tot = 27 }}
cohort = "oud"
inkomen_boven_cent = 30000

[[lijst]]
naam = "{LIJST}"
klassen = {json.dumps(KLASSEN)}
velden = {json.dumps(VELDEN)}
ontvangers = {json.dumps(sorted((*COMPLEET, ZONDER_VERWIJZING, ZONDER_ONTVANGER)))}
max_aandeel = 1.0
contact_uitgezonderd = ["begeleiding"]
betrokkenheid = "geen"
"""


class Fout(Exception):
    """Something is not as it must be."""


def eis(waar: object, wat: str) -> None:
    if not waar:
        raise Fout(wat)


# ---- the raw files, read by the words of the generator's own notes -----------------------------------------------


def geldig_nummer(tekst: str, rest: int) -> bool:
    if not re.fullmatch(r"[0-9]{9}", tekst) or tekst == "000000000":
        return False
    weging = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * int(c) for w, c in zip(weging, tekst, strict=True)) % 11 == rest


def tabel(pad: Path) -> list[dict[str, str]]:
    tekst = pad.read_bytes().decode("utf-8-sig")
    regels = csv.DictReader(io.StringIO(tekst, newline=""), delimiter=";", strict=True)
    return [{naam.lower().replace(" ", "_"): waarde for naam, waarde in regel.items()} for regel in regels]


def nummer(regel: dict[str, str]) -> tuple[str, str] | None:
    """Who a row is about: the kind of number and the number."""
    if geldig_nummer(regel["bsn"].strip(), 0):
        return "bsn", regel["bsn"].strip()
    own = regel.get("onderwijsnummer", "").strip()
    return ("own", own) if own.startswith("10") and geldig_nummer(own, 5) else None


def dag(tekst: str) -> datetime.date | None:
    if not tekst:
        return None
    if delen := re.fullmatch(r"(\d{1,2})-(\d{1,2})-(\d{4})", tekst):
        d, m, j = map(int, delen.groups())
        return datetime.date(j, m, d)
    return datetime.date.fromisoformat(tekst)


def maand_van(tekst: str) -> tuple[int, int]:
    m, j = re.fullmatch(r"(\d{1,2})-(\d{4})", tekst).groups()  # type: ignore[union-attr]
    return int(j), int(m)


class Ruw:
    """One month's raw files."""

    def __init__(self, map_: Path, peildatum: datetime.date, werkt: set[tuple[str, str]]) -> None:
        self.peildatum = peildatum
        self.rijen: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
        # The list of the municipality itself is delivered last, so it is the newest.
        for naam in ("doelgroep-zwolle.csv", "doelgroep-ijssel-vecht.csv"):
            for regel in tabel(map_ / naam):
                if wie := nummer(regel):
                    self.rijen[wie].append(regel)
        self.brp: dict[tuple[str, str], set[tuple[datetime.date, str, str]]] = defaultdict(set)
        for regel in tabel(map_ / "brp.csv"):
            sinds = dag(regel["sinds"])
            if (wie := nummer(regel)) and sinds and sinds <= peildatum:
                self.brp[wie].add((sinds, regel["status"], regel["gemeente"]))
        self.betrokken: dict[tuple[str, str], set[str]] = defaultdict(set)
        for naam in ("betrokkenheid-jongerenwerk.csv", "betrokkenheid-sociaalteam.csv"):
            for regel in tabel(map_ / naam):
                sinds = dag(regel["sinds"])
                if (wie := nummer(regel)) and sinds and sinds <= peildatum:
                    self.betrokken[wie].add(naam)
        waarheid = (regel.split(";") for regel in (map_ / "waarheid.csv").read_text().split()[1:])
        klassen = {getal: klasse for getal, klasse in waarheid}
        self.klasse = {wie: klassen[wie[1]] for wie in self.rijen}
        # Who found work this month was without occupation in every way that counts.
        self.klasse.update({wie: "werk" for wie in werkt})

    def gemeente(self, wie: tuple[str, str]) -> str:
        """Where somebody is counted who is in one of the listed klassen."""
        eigen = code(self.rijen[wie][0]["gemeente"])
        if laatste := max((sinds for sinds, *_ in self.brp[wie]), default=None):
            regels = {(status, elders) for sinds, status, elders in self.brp[wie] if sinds == laatste}
            if len(regels) == 1:
                [(status, elders)] = regels
                if status == "ingezetene" and elders in GEMEENTEN:
                    return elders
        return eigen

    def leeftijd(self, wie: tuple[str, str]) -> int:
        jaar, maand = maand_van(self.rijen[wie][0]["geboortemaand"])
        return self.peildatum.year - jaar - (self.peildatum.month < maand)

    def lijsten(self) -> dict[str, dict[tuple[str, str], list[str]]]:
        """Per municipality that makes handles: the persons on its list with dossier and values."""
        alle: dict[str, dict[tuple[str, str], list[str]]] = {gemeente: {} for gemeente in COMPLEET}
        jaar_terug = self.peildatum.replace(year=self.peildatum.year - 1)
        for wie, regels in self.rijen.items():
            eerste = regels[0]
            weg = dag(eerste["uitschrijfdatum"])
            if self.klasse[wie] not in KLASSEN or weg is None or weg > jaar_terug:
                continue
            if any(regel["niet_benaderen"] for regel in regels):
                continue
            contact = eerste["contact"].lower()
            # Parties deliver BSNs only: of an onderwijsnummer nobody can say that no party is involved.
            if contact == "begeleiding" or wie[0] == "own" or self.betrokken[wie]:
                continue
            gemeente = self.gemeente(wie)
            eigen = [regel["dossier"] for regel in regels if code(regel["gemeente"]) == gemeente]
            if gemeente not in COMPLEET or not eigen:
                continue
            leeftijd = self.leeftijd(wie)
            groep = next(naam for tot, naam in ((16, "0-15"), (18, "16-17"), (23, "18-22"), (27, "23-26")) if leeftijd < tot)
            alle[gemeente][wie] = [eigen[0], self.klasse[wie], groep, f"{weg:%Y-%m}", contact or "onbekend", "geen"]
        return alle


def code(tekst: str) -> str:
    return tekst.removeprefix("GM").zfill(4)


def laat_met_rust(map_: Path) -> None:
    """Of those who stand on two lists: half wish, on the older one alone, to be left alone."""
    pad = map_ / "doelgroep-ijssel-vecht.csv"
    elders = {regel["bsn"] for regel in tabel(map_ / "doelgroep-zwolle.csv")}
    kop, *regels = csv.reader(io.StringIO(pad.read_bytes().decode("utf-8-sig"), newline=""), delimiter=";", strict=True)
    for regel in regels:
        if regel and regel[0] and regel[0] in elders and regel[0][-1] in "02468":
            regel[kop.index("Niet benaderen")] = "Ja"
    with pad.open("w", encoding="utf-8-sig", newline="") as uit:
        csv.writer(uit, delimiter=";").writerows([kop, *filter(None, regels)])


# ---- running the program ----------------------------------------------------------------------------------------


class Regio:
    """A region with its keys, its register and its text, in a folder of its own."""

    def __init__(self, programma: Path, map_: Path) -> None:
        self.programma, self.map = programma, map_
        for naam in ("sleutels", "verwijzing", "vertrouwd", "tekst/ontvangers"):
            (map_ / naam).mkdir(parents=True)
        self.nieuwe_koppelsleutel(0)
        self.sleutel("intrekking", "sleutels/intrekking.sleutel")
        for gemeente in COMPLEET:
            self.sleutel("verwijzing", f"verwijzing/{gemeente}.sleutel")
        for gemeente in (*COMPLEET, ZONDER_VERWIJZING):
            identiteit = pyrage.x25519.Identity.generate()
            (map_ / f"sleutels/{gemeente}.identiteit").write_text(f"{identiteit}\n")
            (map_ / f"tekst/ontvangers/{gemeente}.txt").write_text(f"{identiteit.to_public()}\n")
        self.sleutel("ondertekening", "sleutels/fg.sleutel")
        (map_ / "sleutels/fg.pub").rename(map_ / "vertrouwd/fg.pub")
        self.tekst = map_ / f"tekst/{ID}.toml"
        self.tekst.write_text(TEKST)
        self.doe("doelbinding", "onderteken", str(self.tekst), "--sleutel", "sleutels/fg.sleutel")

    def doe(self, *woorden: str, verwacht: int = 0, vandaag: datetime.date | None = None) -> str:
        omgeving = dict(os.environ) | ({"INBEELD_VANDAAG": vandaag.isoformat()} if vandaag else {})
        klaar = subprocess.run(
            [self.programma, *woorden], cwd=self.map, env=omgeving, capture_output=True, text=True, check=False
        )
        gezegd = klaar.stdout + klaar.stderr
        eis(klaar.returncode == verwacht, f"{woorden[0]}: exit {klaar.returncode}, verwacht {verwacht}\n{gezegd}")
        return gezegd

    def sleutel(self, soort: str, uit: str) -> None:
        self.doe("sleutel", "nieuw", "--soort", soort, "--uit", uit)

    def nieuwe_koppelsleutel(self, nr: int) -> None:
        self.koppelsleutel = self.map / f"sleutels/koppel-{nr}.sleutel"
        self.sleutel("koppel", str(self.koppelsleutel))

    def maand(self, nr: int, peildatum: datetime.date, werkt: set[tuple[str, str]]) -> Path:
        """One month, from raw files to the folder of the release."""
        ruw, leveringen, uit = (self.map / f"{naam}-{nr:02}" for naam in ("ruw", "leveringen", "uit"))
        vandaag = peildatum + datetime.timedelta(days=4)
        self.doe(
            *("genereer", "--regio", REGIO, "--jongeren", str(JONGEREN), "--peildatum", peildatum.isoformat()),
            *("--seed", "7", "--uit", str(ruw)),
        )
        with (ruw / "inkomen.csv").open("a") as inkomen:
            inkomen.writelines(f"{bsn};{peildatum:%Y%m};1.250,00;loon\n" for _, bsn in sorted(werkt))
        laat_met_rust(ruw)
        for bestand in sorted(tomllib.loads((ruw / "bronnen.toml").read_text())["bestand"], key=lambda b: b["volgorde"]):
            woorden = [f"--{naam}={bestand[naam]}" for naam in ("bron", "oin", "naam", "regio", "periode", "dekking", "profiel")]
            verwijzing = ["--verwijzingsleutels", "verwijzing"] if bestand["bron"] == "doelgroep" else []
            self.doe(
                *("pseudonimiseer", "--sleutel", str(self.koppelsleutel), "--uit", str(leveringen)),
                *(*woorden, *verwijzing, str(ruw / bestand["bestand"])),
                vandaag=vandaag,
            )
        gezegd = self.doe(
            *("koppel", "--peildatum", peildatum.isoformat(), "--doelbinding", str(self.tekst), "--vertrouwd", "vertrouwd"),
            *("--leveringen", str(leveringen), "--uit", str(uit), "--register", "register.jsonl"),
            *("--intrekking", "sleutels/intrekking.sleutel"),
            verwacht=4,
            vandaag=vandaag,
        )
        eis(f"voor gemeente {ZONDER_ONTVANGER}: er is geen openbare sleutel" in gezegd, "de geweigerde lijst is niet genoemd")
        return uit


# ---- what a recipient and an onlooker see -----------------------------------------------------------------------


def open_lijst(regio: Regio, pad: Path, gemeente: str) -> list[list[str]]:
    """The rows as they stand; no other identity opens the file."""
    bytes_ = pad.read_bytes()
    for ander in sorted({*COMPLEET, ZONDER_VERWIJZING} - {gemeente}):
        identiteit = pyrage.x25519.Identity.from_str((regio.map / f"sleutels/{ander}.identiteit").read_text().strip())
        try:
            pyrage.decrypt(bytes_, [identiteit])
        except pyrage.DecryptError:
            continue
        raise Fout(f"{pad.name} gaat open met de sleutel van {ander}")
    identiteit = pyrage.x25519.Identity.from_str((regio.map / f"sleutels/{gemeente}.identiteit").read_text().strip())
    inhoud = pyrage.decrypt(bytes_, [identiteit])
    tekst = inhoud.decode("utf-8").rstrip("\n") + "\n"
    eis(len(inhoud) == -(-len(tekst.encode()) // STEP) * STEP, f"{pad.name}: {len(inhoud)} bytes onder het zegel")
    return list(csv.reader(io.StringIO(tekst), delimiter=";", strict=True))


def dossiers(regio: Regio, rijen: list[list[str]], gemeente: str) -> list[list[str]]:
    """Rows with the dossier in the place of the handle; no other key or municipality opens one."""
    sleutels = {g: read_key(regio.map / f"verwijzing/{g}.sleutel") for g in COMPLEET}
    for verwijzing, *_ in rijen:
        for ander in COMPLEET:
            for plaats in COMPLEET:
                if (ander, plaats) != (gemeente, gemeente) and gaat_open(verwijzing, sleutels[ander], plaats):
                    raise Fout(f"een verwijzing van {gemeente} gaat open met de sleutel van {ander}")
    return [[open_handle(verwijzing, sleutels[gemeente], gemeente), *rest] for verwijzing, *rest in rijen]


def gaat_open(verwijzing: str, sleutel: bytes, gemeente: str) -> bool:
    dicht = ruwe_bytes(verwijzing)
    try:
        crypto_aead_xchacha20poly1305_ietf_decrypt(
            dicht[24:], b"inbeeld:verwijzing:v1:" + gemeente.encode(), dicht[:24], sleutel
        )
    except CryptoError:
        return False
    return True


def ruwe_bytes(verwijzing: str) -> bytes:
    return base64.urlsafe_b64decode(verwijzing + "=")


class Stukken:
    """Runs of eight bytes, and where each was seen first."""

    def __init__(self) -> None:
        self.gezien: dict[bytes, str] = {}

    def voeg_toe(self, bytes_: bytes, waar: str) -> None:
        for plek in range(len(bytes_) - RUN + 1):
            eerder = self.gezien.setdefault(bytes_[plek : plek + RUN], waar)
            eis(eerder == waar, f"acht gelijke bytes in {eerder} en {waar}")


def kop_en_rest(pad: Path) -> tuple[list[bytes], bytes]:
    """The stanzas of an age file, and what is sealed."""
    bytes_ = pad.read_bytes()
    kop, _, rest = bytes_.partition(b"\n---")
    _, _, rest = rest.partition(b"\n")
    return kop.split(b"\n-> ")[1:], rest


class Geheugen:
    """What is remembered of lists, opened here with the intrekking key alone."""

    def __init__(self, regio: Regio, geheimen: set[bytes]) -> None:
        pad = regio.map / f"intrekking/{ID}.verzegeld"
        eis(stat.S_IMODE(pad.stat().st_mode) == 0o600, "het geheugen is leesbaar voor anderen")
        dicht = pad.read_bytes()
        lengtes = {len(geheim) for geheim in geheimen}
        for lengte in lengtes:
            stukken = {dicht[plek : plek + lengte] for plek in range(len(dicht) - lengte + 1)}
            eis(not stukken & geheimen, "in het geheugen staat iets leesbaars")
        delen = (regio.map / "sleutels/intrekking.sleutel").read_text().strip().split(":")
        self.sleutel = bytes.fromhex(delen[3])
        zegel = hmac.new(self.sleutel, b"inbeeld:intrekking:geheugen:v1", hashlib.sha256).digest()
        plat = crypto_aead_xchacha20poly1305_ietf_decrypt(
            dicht[24:], f"inbeeld:intrekking:geheugen:v1:{ID}".encode(), dicht[:24], zegel
        )
        self.lijsten = json.loads(plat)["lijsten"]

    def merk(self, gemeente: str, pseudoniem: str) -> str:
        plaats = f"inbeeld:intrekking:v1:{ID}:{LIJST}:{gemeente}:".encode()
        return hmac.new(self.sleutel, plaats + bytes.fromhex(pseudoniem), hashlib.sha256).hexdigest()


def pseudoniem(regio: Regio, wie: tuple[str, str]) -> str:
    sleutel = bytes.fromhex(regio.koppelsleutel.read_text().strip().split(":")[3])
    return hmac.new(sleutel, f"inbeeld:{wie[0]}:v1:{wie[1]}".encode(), hashlib.sha256).hexdigest()


# ---- the year ---------------------------------------------------------------------------------------------------


def jaar(regio: Regio, maanden: int) -> str:
    verwijzingen, bestanden = Stukken(), Stukken()
    maten: dict[int, set[int]] = defaultdict(set)
    regels_per_maat: dict[int, set[int]] = defaultdict(set)
    vorige: dict[str, dict[tuple[str, str], str]] = {}
    aantallen: set[int] = set()
    vervallen_totaal = kandidaten = 0
    zonder_werk: list[tuple[str, str]] = []
    for nr in range(maanden):
        peildatum = datetime.date(2025 + nr // 12, nr % 12 + 1, 1)
        nieuw = nr == NIEUWE_SLEUTEL_IN
        if nieuw:
            regio.nieuwe_koppelsleutel(nr)
        # Each works in the months that its place says: one in three of them in any month.
        werkt = {wie for plek, wie in enumerate(zonder_werk) if (plek + nr) % 3 == 0}
        uit = regio.maand(nr, peildatum, werkt)
        ruw = Ruw(regio.map / f"ruw-{nr:02}", peildatum, werkt)
        if not zonder_werk:
            zonder_werk = sorted(wie for wie, klasse in ruw.klasse.items() if klasse == "geen_dagbesteding")
        verwacht = ruw.lijsten()
        kandidaten += sum(map(len, verwacht.values()))
        namen = {pad.name for pad in (uit / "lijsten").iterdir()}
        eis(
            namen == {f"{LIJST}-{g}{soort}.csv.age" for g in (*COMPLEET, ZONDER_VERWIJZING) for soort in ("", "-vervallen")},
            f"andere bestanden dan verwacht: {sorted(namen)}",
        )
        nu: dict[str, dict[tuple[str, str], str]] = {}
        for gemeente in (*COMPLEET, ZONDER_VERWIJZING):
            kop, *rijen = open_lijst(regio, uit / f"lijsten/{LIJST}-{gemeente}.csv.age", gemeente)
            eis(kop == ["verwijzing", *VELDEN], f"kopregel van {gemeente}")
            aantallen.add(len(rijen))
            geopend = dossiers(regio, rijen, gemeente)
            hoort = verwacht.get(gemeente, {})
            eis(sorted(geopend) == sorted(hoort.values()), f"maand {nr}, {gemeente}: andere dossiers dan verwacht")
            wie_van = {tuple(waarden): wie for wie, waarden in hoort.items()}
            nu[gemeente] = {wie_van[tuple(rij)]: regel[0] for rij, regel in zip(geopend, rijen, strict=True)}
            for plek, (verwijzing, *_) in enumerate(rijen):
                verwijzingen.voeg_toe(ruwe_bytes(verwijzing), f"maand {nr}, {gemeente}, regel {plek}")
            weg_kop, *weg = open_lijst(regio, uit / f"lijsten/{LIJST}-{gemeente}-vervallen.csv.age", gemeente)
            eis(weg_kop == ["verwijzing", "status"], "kopregel van vervallen")
            eerder = vorige.get(gemeente, {})
            blijft = set() if nieuw else set(nu[gemeente])
            woord = "niet_te_vergelijken" if nieuw else "vervallen"
            hoort_weg = sorted([verwijzing, woord] for wie, verwijzing in eerder.items() if wie not in blijft)
            eis(sorted(weg) == hoort_weg, f"maand {nr}, {gemeente}: andere vervallen verwijzingen dan verwacht")
            vervallen_totaal += len(weg)
            for soort, inhoud in (("", [kop, *rijen]), ("-vervallen", [weg_kop, *weg])):
                stanzas, rest = kop_en_rest(uit / f"lijsten/{LIJST}-{gemeente}{soort}.csv.age")
                eis(sum(stuk.startswith(b"X25519 ") for stuk in stanzas) == 1, "niet precies één ontvanger")
                stappen = -(-sum(len(";".join(rij).encode()) + 1 for rij in inhoud) // STEP)
                maten[stappen].add(len(rest))
                regels_per_maat[stappen].add(len(inhoud) - 1)
                bestanden.voeg_toe(rest, f"maand {nr}, {gemeente}{soort}")
        geheimen = {geheim for per in nu.values() for v in per.values() for geheim in (v.encode(), ruwe_bytes(v))}
        for wie in ruw.rijen:
            hexa = pseudoniem(regio, wie)
            geheimen |= {hexa.encode(), bytes.fromhex(hexa)}
        geheugen = Geheugen(regio, geheimen)
        merken = {geheugen.merk(gemeente, pseudoniem(regio, wie)) for gemeente in nu for wie in nu[gemeente]}
        Geheugen(regio, {vorm for merk in merken for vorm in (merk.encode(), bytes.fromhex(merk))})
        for gemeente, per in nu.items():
            onthouden = geheugen.lijsten[f"{LIJST}/{gemeente}"]["lijst"]
            eis(
                onthouden == {geheugen.merk(gemeente, pseudoniem(regio, wie)): v for wie, v in per.items()},
                "er is iets anders onthouden dan wie op de lijst staat",
            )
        vorige = nu
    eis(max(aantallen) >= 20 and 0 in aantallen and len(aantallen) > 5, f"te eentonige lijsten: {sorted(aantallen)}")
    eis(vervallen_totaal > 10, "er verviel te weinig om iets te bewijzen")
    # One chunk: its tag and the file's nonce beside the content, whatever stands on the list.
    eis(maten == {stappen: {stappen * STEP + 32} for stappen in maten}, f"de grootte verraadt een aantal: {dict(maten)}")
    eis(len(maten) > 1 and len(regels_per_maat[1]) > 10, "te weinig verschillende aantallen van één grootte om iets te bewijzen")
    return (
        f"{maanden} maanden, {kandidaten} regels van 0 tot {max(aantallen)} per lijst, {vervallen_totaal} vervallen, "
        f"{len(verwijzingen.gezien)} en {len(bestanden.gezien)} stukken van {RUN} bytes, geen dubbel"
    )


def main() -> int:
    vraag = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    vraag.add_argument("programma", type=Path)
    vraag.add_argument("--maanden", type=int, default=12)
    keuze = vraag.parse_args()
    with tempfile.TemporaryDirectory() as map_:
        try:
            print(jaar(Regio(keuze.programma.resolve(), Path(map_)), keuze.maanden))
        except Fout as fout:
            print(f"fout: {fout}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
