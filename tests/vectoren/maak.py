#!/usr/bin/env python3
"""Write the frozen test vectors, or check that they are still what they were.

    python3 tests/vectoren/maak.py               writes the JSON files
    python3 tests/vectoren/maak.py --controleer  recomputes, exit 1 on a difference

Nothing here is random: every key and nonce is the SHA-256 of a written label,
so anybody can make the same bytes again. They are therefore worthless as keys.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

# The vectors are the only thing this folder should gain from a run.
sys.dont_write_bytecode = True

import referentie as ref  # noqa: E402

Geval = dict[str, Any]
Maker = Callable[[], tuple[str, list[Geval]]]

MAP: Final = Path(__file__).resolve().parent

# The fictitious BSNs of the BRP test environment.
FICTIEVE_BSNS: Final = (
    "999993847",
    "999992077",
    "999993483",
    "999990482",
    "000009921",
    "999993653",
    "999995017",
    "999990408",
    "999994669",
    "999992806",
    "999993926",
    "999991905",
    "999993550",
    "999990421",
)

# There is no published range of fictitious onderwijsnummers, so these are
# patterns. With remainder 5 none of them can be anybody's BSN.
ONDERWIJSNUMMERS: Final = (
    "100000004",
    "101010108",
    "105555557",
    "107777776",
    "109999995",
)


def zaad(label: str) -> bytes:
    """32 bytes that only look random: SHA-256 of a fixed prefix and the label."""
    return hashlib.sha256(b"inbeeld:vectoren:v1:" + label.encode("utf-8")).digest()


def nonce(label: str) -> bytes:
    """24 bytes derived in the same way."""
    return zaad("nonce:" + label)[: ref.XNONCE_BYTES]


def sleutel(soort: str, nummer: int = 1) -> bytes:
    """The fixed key of a soort."""
    return zaad(f"sleutel:{soort}:{nummer}")


def pseudoniem(index: int) -> bytes:
    """The pseudoniem of one of the fictitious BSNs under the first koppelsleutel."""
    return ref.pseudoniem_bsn(sleutel("koppel"), FICTIEVE_BSNS[index])


# --- one function per file ---------------------------------------------------


def maak_rfc4231() -> tuple[str, list[Geval]]:
    toelichting = (
        "HMAC-SHA256 test cases 1 to 7 of RFC 4231, section 4, as published. In case 5 the "
        "RFC publishes only the first 16 bytes; it is marked 'afgekapt' and is to be compared "
        "with the first 16 bytes of the computed value."
    )
    gevallen: list[Geval] = [
        {
            "naam": f"RFC 4231 case {number}",
            "sleutel_hex": key.hex(),
            "data_hex": data.hex(),
            "mac_hex": published,
            "afgekapt": len(published) != 64,
        }
        for number, key, data, published in ref.RFC4231
    ]
    return toelichting, gevallen


def _ongeldige_sleutels() -> list[tuple[str, str]]:
    key = sleutel("koppel")
    key_id = ref.sleutel_id(key)
    regel = ref.sleutel_regel("koppel", key)
    ander_id = ref.sleutel_id(sleutel("koppel", 2))
    hexits = key.hex()

    def met(prefix: str = "inbeeld-sleutel-v1", soort: str = "koppel",
            id_: str = key_id, hex_: str = hexits, staart: str = "") -> str:
        return f"{prefix}:{soort}:{id_}:{hex_}{staart}\n"

    return [
        ("wrong prefix: another version", met(prefix="inbeeld-sleutel-v2")),
        ("wrong prefix: capitals", met(prefix="INBEELD-sleutel-v1")),
        ("wrong prefix: missing", regel.removeprefix("inbeeld-sleutel-v1:") + "\n"),
        ("unknown soort", met(soort="sleutelbos")),
        ("unknown soort: capitals", met(soort="Koppel")),
        ("unknown soort: empty", met(soort="")),
        ("soort of another format: ondertekening is a minisign key", met(soort="ondertekening")),
        ("soort of another format: ontvanger is an age identity", met(soort="ontvanger")),
        ("id that does not match: that of another key", met(id_=ander_id)),
        ("id that does not match: last digit changed",
         met(id_=key_id[:-1] + ("0" if key_id[-1] != "0" else "1"))),
        ("id of 15 digits", met(id_=key_id[:-1])),
        ("id of 17 digits", met(id_=ref.hmac_sha256(key, ref.LABEL_SLEUTEL_ID).hex()[:17])),
        ("id missing", f"inbeeld-sleutel-v1:koppel:{hexits}\n"),
        ("uppercase hex in the key", met(hex_=hexits.upper())),
        ("uppercase hex in the id", met(id_=key_id.upper())),
        ("63 hex digits", met(hex_=hexits[:-1])),
        ("65 hex digits", met(hex_=hexits + "0")),
        ("a digit that is not hexadecimal", met(hex_=hexits[:-1] + "g")),
        ("trailing text after a space", met(staart=" koppelsleutel 2026")),
        ("trailing text after a colon", met(staart=":2026")),
        ("leading text", "sleutel: " + regel + "\n"),
        ("two lines: two keys",
         regel + "\n" + ref.sleutel_regel("koppel", sleutel("koppel", 2)) + "\n"),
        ("two lines: a comment below the key", regel + "\n# koppelsleutel\n"),
        ("empty file", ""),
    ]


def maak_sleutel() -> tuple[str, list[Geval]]:
    toelichting = (
        "Key files. 'inhoud' is the whole content of the file. With geldig true it must be read "
        "as the given soort, id and key; with geldig false it must be refused, for 'reden'. The id "
        "is the first 16 hex digits of HMAC-SHA256(key, \"inbeeld:sleutel-id:v1\") with the key as "
        "its 32 raw bytes. The contract says 64 hex digits without naming their case; lower case "
        "is what is written everywhere else, so upper case is taken as invalid here. A leading "
        "BOM (U+FEFF) is tolerated on reading."
    )
    gevallen: list[Geval] = []

    def geldig(naam: str, soort: str, key: bytes, voor: str = "") -> None:
        regel = ref.sleutel_regel(soort, key)
        gevallen.append({
            "naam": naam,
            "geldig": True,
            "soort": soort,
            "sleutel_hex": key.hex(),
            "id": ref.sleutel_id(key),
            "regel": regel,
            "inhoud": voor + regel + "\n",
        })

    for soort in ref.SOORTEN:
        geldig(soort, soort, sleutel(soort))
    geldig("dienst-deel, the second share", "dienst-deel", sleutel("dienst-deel", 2))
    geldig("the soort does not enter the id: the koppel key as logboek", "logboek",
           sleutel("koppel"))
    geldig("a BOM is tolerated", "koppel", sleutel("koppel"), "\ufeff")

    for reden, inhoud in _ongeldige_sleutels():
        gevallen.append({"naam": reden, "geldig": False, "reden": reden, "inhoud": inhoud})
    return toelichting, gevallen


def maak_pseudoniem() -> tuple[str, list[Geval]]:
    toelichting = (
        "pseudoniem = HMAC-SHA256(koppelsleutel as 32 raw bytes, label + nine ASCII digits). The "
        "BSNs are the fictitious ones of the BRP test environment. No fictitious onderwijsnummers "
        "are published; the ones here are patterns, and with remainder 5 cannot be a BSN."
    )
    gevallen: list[Geval] = []

    def voeg_toe(nummer_sleutel: int, identificatie: str, nummer: str) -> None:
        key = sleutel("koppel", nummer_sleutel)
        bsn = identificatie == "bsn"
        label = ref.LABEL_BSN if bsn else ref.LABEL_OWN
        waarde = ref.pseudoniem_bsn(key, nummer) if bsn else ref.pseudoniem_own(key, nummer)
        gevallen.append({
            "naam": f"{identificatie} {nummer}, koppelsleutel {nummer_sleutel}",
            "koppelsleutel_hex": key.hex(),
            "identificatie": identificatie,
            "nummer": nummer,
            "label": label.decode("ascii"),
            "pseudoniem_hex": waarde.hex(),
        })

    for bsn in FICTIEVE_BSNS:
        voeg_toe(1, "bsn", bsn)
    for own in ONDERWIJSNUMMERS:
        voeg_toe(1, "own", own)
    # Another period, another key: nothing of the two may be equal.
    voeg_toe(2, "bsn", FICTIEVE_BSNS[0])
    voeg_toe(2, "bsn", FICTIEVE_BSNS[4])
    voeg_toe(2, "own", ONDERWIJSNUMMERS[0])
    return toelichting, gevallen


def maak_nummers() -> tuple[str, list[Geval]]:
    toelichting = (
        "Validity of numbers. The remainder is the sum of digit x weight with weights 9, 8, 7, 6, "
        "5, 4, 3, 2 and -1 (minus one on the last digit), modulo 11, as a number from 0 to 10. "
        "The sum can be negative (000000001 gives -1), so a remainder that keeps the sign is "
        "wrong. A BSN has remainder 0 and is not 000000000; an onderwijsnummer begins with 10 and "
        "has remainder 5. 'rest' is null when the text is not exactly nine ASCII digits, and such "
        "a text is valid as neither. 'aangevuld' stands with texts of eight digits: it is the text "
        "with the zero in front that a spreadsheet may have eaten, and 'aangevuld_elfproef' says "
        "whether that is a BSN. What a reader does with such a value (refuse or restore) is not "
        "fixed here."
    )
    bereik = [str(n) for n in range(999900000, 1000000000)]
    geldig_in_bereik = [n for n in bereik if ref.is_bsn(n) and n not in FICTIEVE_BSNS]
    acht = FICTIEVE_BSNS[4][1:]
    own = ONDERWIJSNUMMERS[0]

    def met_rest(prefix: str, rest: int) -> str:
        return next(n for d in "0123456789" if ref.elfproef_rest(n := prefix + d) == rest)

    teksten: list[tuple[str, str]] = []
    teksten += [(f"fictitious BSN {n}", n) for n in FICTIEVE_BSNS]
    teksten += [
        ("first BSN of the fictitious range", geldig_in_bereik[0]),
        ("BSN in the middle of the fictitious range", geldig_in_bereik[len(geldig_in_bereik) // 2]),
        ("last BSN of the fictitious range", geldig_in_bereik[-1]),
        ("000000000 passes the sum and is refused all the same", "000000000"),
        ("all nines", "999999999"),
        ("negative sum", "000000001"),
        ("negative sum, remainder 5, does not begin with 10", "000000006"),
        ("last digit one higher: remainder 10", "999993848"),
        ("last digit one lower: remainder 1", "999993846"),
        ("two neighbouring digits swapped", "999993487"),
        ("remainder 5, does not begin with 10", met_rest("99999207", 5)),
        ("eight digits: the zero in front is gone", acht),
        ("eight digits: the last digit is gone", FICTIEVE_BSNS[0][:-1]),
        ("eight digits: the first digit is gone", FICTIEVE_BSNS[0][1:]),
        ("eight zeros", "00000000"),
        ("four digits: every zero in front is gone", FICTIEVE_BSNS[4].lstrip("0")),
        ("ten digits: a zero too many", "0" + FICTIEVE_BSNS[0]),
        ("empty", ""),
        ("nine spaces", " " * 9),
        ("nine characters, one a letter", "99999384x"),
        ("nine characters, one a space", "99999384 "),
        ("nine characters, one a sign", "-99993847"),
        ("dots between the digits", "9999.93.847"),
        ("fullwidth digits", "".join(chr(0xFF10 + int(d)) for d in FICTIEVE_BSNS[0])),
        ("Arabic-Indic digits", "".join(chr(0x0660 + int(d)) for d in FICTIEVE_BSNS[0])),
    ]
    teksten += [(f"onderwijsnummer {n}", n) for n in ONDERWIJSNUMMERS]
    teksten += [
        ("begins with 10, remainder 4", met_rest("10000000", 4)),
        ("begins with 10, remainder 6", met_rest("10000000", 6)),
        ("begins with 10, remainder 1", met_rest("10101010", 1)),
        ("begins with 11, remainder 5", met_rest("11000000", 5)),
        ("begins with 01, remainder 5", met_rest("01000000", 5)),
        ("begins with 10, eight digits", own[:-1]),
        ("begins with 10, ten digits", own + "0"),
        ("begins with 10, one a letter", own[:-1] + "x"),
    ]

    gevallen: list[Geval] = []
    for naam, tekst in teksten:
        geval: Geval = {
            "naam": naam,
            "tekst": tekst,
            "rest": ref.elfproef_rest(tekst),
            "bsn": ref.is_bsn(tekst),
            "onderwijsnummer": ref.is_onderwijsnummer(tekst),
        }
        if len(tekst) == 8:
            geval["aangevuld"] = "0" + tekst
            geval["aangevuld_elfproef"] = ref.is_bsn("0" + tekst)
        gevallen.append(geval)
    return toelichting, gevallen


def maak_hersleutel() -> tuple[str, list[Geval]]:
    toelichting = (
        "A received pseudoniem keyed again: HMAC-SHA256(key as 32 raw bytes, pseudoniem as 32 raw "
        "bytes, not its hex text). 'token' is the first 16 bytes of that, a length that was chosen "
        "here. The last case is the way of the service: the key is the period key of the "
        "first case of periode.json."
    )
    gevallen: list[Geval] = []

    def voeg_toe(naam: str, key: bytes, ontvangen: bytes) -> None:
        gevallen.append({
            "naam": naam,
            "sleutel_hex": key.hex(),
            "pseudoniem_hex": ontvangen.hex(),
            "hmac_hex": ref.hersleutel(key, ontvangen).hex(),
            "token_hex": ref.token(key, ontvangen).hex(),
        })

    key = zaad("hersleutel:1")
    for index in range(4):
        voeg_toe(f"pseudoniem of {FICTIEVE_BSNS[index]}", key, pseudoniem(index))
    voeg_toe("pseudoniem of an onderwijsnummer", key,
             ref.pseudoniem_own(sleutel("koppel"), ONDERWIJSNUMMERS[0]))
    voeg_toe("the first pseudoniem under another key", zaad("hersleutel:2"), pseudoniem(0))
    voeg_toe("a pseudoniem of only zero bytes", key, bytes(32))
    voeg_toe("a pseudoniem of only ff bytes", key, b"\xff" * 32)
    voeg_toe("the first pseudoniem under a period key",
             ref.periodesleutel(sleutel("dienst-deel", 1), sleutel("dienst-deel", 2), "2026-10"),
             pseudoniem(0))
    return toelichting, gevallen


def maak_periode() -> tuple[str, list[Geval]]:
    toelichting = (
        "period key = HMAC-SHA256(share A as 32 raw bytes, \"inbeeld:periode:v1:\" + yyyy-mm + "
        "\":\" + share B). The contract does not say whether share B enters as raw bytes or as hex "
        "text; raw was chosen here: the message ends in the 32 raw bytes of B. 'bericht_hex' is "
        "the whole message. With geldig false the pair must be refused."
    )
    gevallen: list[Geval] = []
    a, b = sleutel("dienst-deel", 1), sleutel("dienst-deel", 2)

    def voeg_toe(naam: str, share_a: bytes, share_b: bytes, maand: str) -> None:
        gevallen.append({
            "naam": naam,
            "geldig": True,
            "deel_a_hex": share_a.hex(),
            "deel_b_hex": share_b.hex(),
            "maand": maand,
            "bericht_hex": (ref.LABEL_PERIODE + maand.encode("ascii") + b":" + share_b).hex(),
            "periodesleutel_hex": ref.periodesleutel(share_a, share_b, maand).hex(),
        })

    voeg_toe("A and B", a, b, "2026-10")
    voeg_toe("the next month with the same shares", a, b, "2026-11")
    voeg_toe("the turn of the year: december", a, b, "2026-12")
    voeg_toe("the turn of the year: januari", a, b, "2027-01")
    voeg_toe("A and B exchanged give another key", b, a, "2026-10")
    voeg_toe("another B", a, sleutel("dienst-deel", 3), "2026-10")
    # Bytes that a text type would cut, end or refuse.
    voeg_toe("B begins with a colon and holds a zero byte and a line end", a,
             b":\x00\n" + b[3:], "2026-10")
    voeg_toe("B of only ff bytes, which is not UTF-8", a, b"\xff" * 32, "2026-10")
    gevallen.append({
        "naam": "A equals B",
        "geldig": False,
        "reden": "share A equals share B",
        "deel_a_hex": a.hex(),
        "deel_b_hex": a.hex(),
        "maand": "2026-10",
    })
    return toelichting, gevallen


# Name of the case, gemeente and dossier number of what can be sealed.
DOSSIERS: Final[tuple[tuple[str, str, str], ...]] = (
    ("dossier of 1 byte", "0193", "7"),
    ("ordinary dossier number", "0193", "RMC-2026-000123"),
    ("the same dossier number in another municipality", "0148", "RMC-2026-000123"),
    ("dossier of 63 bytes: one byte of padding", "0193", "D" * 63),
    ("dossier of 64 bytes: no padding", "0193", "0123456789abcdef" * 4),
    ("multi-byte UTF-8 of 2, 3 and 4 bytes", "1708", "Zuid\u00e9-\u20ac-\U0001f4c1"),
    ("64 bytes in 32 characters", "1708", "\u00e9" * 32),
    ("64 bytes in 22 characters, 3 bytes each but the first", "1708", "x" + "\u20ac" * 21),
    ("a combining accent stays two characters", "0166", "e\u0301-12"),
    ("spaces at both ends stay", "0166", " 12 "),
    ("a line of a spreadsheet: semicolon and quotation mark", "0166", 'a;"b"'),
)


def _mislukt() -> list[Geval]:
    key, gemeente, dossier = sleutel("verwijzing"), "0193", "RMC-2026-000123"
    n = nonce("mislukt")
    tekst = ref.verzegel(key, gemeente, dossier, n)
    ruw = ref.base64url_decode(tekst)

    def geknoei(index: int) -> str:
        data = bytearray(ruw)
        data[index] ^= 0x01
        return ref.base64url_encode(bytes(data))

    def verzegeld(vlak: bytes, aad: bytes | None = None) -> str:
        # Past the padding on purpose: the tag is right, the content is not.
        bound = ref.verwijzing_aad(gemeente) if aad is None else aad
        return ref.base64url_encode(n + ref.xchacha20_poly1305_seal(key, n, bound, vlak))

    # A nonce that makes the text hold both characters in which the alphabets differ.
    n2 = next(
        kandidaat for i in range(1000)
        if {"-", "_"} <= set(ref.verzegel(key, gemeente, dossier, kandidaat := nonce(f"teken:{i}")))
    )
    url_tekst = ref.verzegel(key, gemeente, dossier, n2)
    # 104 bytes leave two spare bits in the last character; the next one in the
    # alphabet sets one of them, and a lenient reader gets the same bytes.
    alfabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    staart = alfabet[alfabet.index(tekst[-1]) + 1]

    paden: list[tuple[str, str, bytes, str, str]] = [
        ("other gemeente", "zegel", key, "0148", tekst),
        ("other key", "zegel", sleutel("verwijzing", 2), gemeente, tekst),
        ("one flipped bit in the first byte of the nonce", "zegel", key, gemeente, geknoei(0)),
        ("one flipped bit in the last byte of the nonce", "zegel", key, gemeente, geknoei(23)),
        ("one flipped bit in the first byte of the ciphertext", "zegel", key, gemeente,
         geknoei(24)),
        ("one flipped bit in the padding", "zegel", key, gemeente, geknoei(87)),
        ("one flipped bit in the first byte of the tag", "zegel", key, gemeente, geknoei(88)),
        ("one flipped bit in the last byte of the tag", "zegel", key, gemeente, geknoei(103)),
        ("truncated: the last byte is gone", "zegel", key, gemeente,
         ref.base64url_encode(ruw[:-1])),
        ("truncated: the first byte is gone", "zegel", key, gemeente,
         ref.base64url_encode(ruw[1:])),
        ("truncated: nonce and ciphertext without tag", "zegel", key, gemeente,
         ref.base64url_encode(ruw[:-16])),
        ("truncated: only the nonce", "tekst", key, gemeente, ref.base64url_encode(ruw[:24])),
        ("truncated: the last character is gone", "tekst", key, gemeente, tekst[:-1]),
        ("empty", "tekst", key, gemeente, ""),
        ("one byte added at the end", "zegel", key, gemeente, ref.base64url_encode(ruw + b"\x00")),
        ("sealed without associated data", "zegel", key, gemeente,
         verzegeld(ref.vul_dossier(dossier), b"")),
        ("sealed with the associated data of another version", "zegel", key, gemeente,
         verzegeld(ref.vul_dossier(dossier), b"inbeeld:verwijzing:v2:0193")),
        ("base64url with padding", "tekst", key, gemeente, tekst + "="),
        ("the alphabet of plain base64", "tekst", key, gemeente,
         url_tekst.replace("-", "+").replace("_", "/")),
        ("a spare bit of the last character is set", "tekst", key, gemeente, tekst[:-1] + staart),
        ("a line end after the text", "tekst", key, gemeente, tekst + "\n"),
        ("a space in the text", "tekst", key, gemeente, tekst[:70] + " " + tekst[70:]),
        ("plaintext of only padding: no dossier", "inhoud", key, gemeente, verzegeld(bytes(64))),
        ("plaintext that is not UTF-8", "inhoud", key, gemeente,
         verzegeld(b"\xff\xfe".ljust(64, b"\x00"))),
        ("plaintext of 63 bytes", "inhoud", key, gemeente, verzegeld(b"7".ljust(63, b"\x00"))),
        ("plaintext of 65 bytes", "inhoud", key, gemeente, verzegeld(b"7".ljust(65, b"\x00"))),
        ("plaintext without padding", "inhoud", key, gemeente, verzegeld(b"RMC-2026-000123")),
    ]
    soorten = {
        "zegel": ref.ZegelGeweigerd,
        "tekst": ref.TekstGeweigerd,
        "inhoud": ref.InhoudGeweigerd,
    }
    gevallen: list[Geval] = []
    for naam, laag, met_sleutel, met_gemeente, met_tekst in paden:
        # A must-fail vector that opens would be worse than none, so it is tried here.
        try:
            ref.ontzegel(met_sleutel, met_gemeente, met_tekst)
        except soorten[laag]:
            pass
        else:
            raise SystemExit(f"verwijzing, {naam}: opens but must not")
        gevallen.append({
            "naam": naam,
            "actie": "ontzegel",
            "geldig": False,
            "laag": laag,
            "sleutel_hex": met_sleutel.hex(),
            "gemeente": met_gemeente,
            "verwijzing": met_tekst,
        })

    for naam, te_verzegelen in (
        ("dossier of 0 bytes", ""),
        ("dossier of 65 bytes", "D" * 65),
        ("64 characters that are 65 bytes", "\u00e9" + "D" * 63),
        ("33 characters that are 66 bytes", "\u00e9" * 33),
    ):
        try:
            ref.vul_dossier(te_verzegelen)
        except ref.InhoudGeweigerd:
            pass
        else:
            raise SystemExit(f"verwijzing, {naam}: can be sealed but must not")
        gevallen.append({
            "naam": naam,
            "actie": "verzegel",
            "geldig": False,
            "laag": "inhoud",
            "sleutel_hex": key.hex(),
            "gemeente": gemeente,
            "dossier": te_verzegelen,
        })
    return gevallen


def maak_verwijzing() -> tuple[str, list[Geval]]:
    toelichting = (
        "Sealed handles: XChaCha20-Poly1305 with associated data \"inbeeld:verwijzing:v1:\" + "
        "gemeente, plaintext the dossier number as UTF-8 padded with zero bytes to 64, written as "
        "base64url without padding of nonce + ciphertext + 16-byte tag (139 characters). With "
        "geldig true (actie 'beide') sealing with the given nonce gives exactly 'verwijzing', and "
        "opening it gives 'dossier'; the nonce is fixed only so that vectors repeat, in use it is "
        "fresh and random. With geldig false the actie named ('ontzegel' or 'verzegel') must fail. "
        "'laag' says where: 'tekst' is not base64url without padding of enough bytes, 'zegel' does "
        "not authenticate, 'inhoud' is a dossier or plaintext that is not allowed. The refusals of "
        "layer 'tekst' for a set spare bit, a line end or a space are a strict reading of the "
        "contract's 'base64url without padding'. Dossier texts are not normalised."
    )
    gevallen: list[Geval] = []
    key = sleutel("verwijzing")

    def voeg_toe(naam: str, met_sleutel: bytes, gemeente: str, dossier: str, n: bytes) -> None:
        tekst = ref.verzegel(met_sleutel, gemeente, dossier, n)
        if ref.ontzegel(met_sleutel, gemeente, tekst) != dossier:
            raise SystemExit(f"verwijzing, {naam}: does not open to what was sealed")
        gevallen.append({
            "naam": naam,
            "actie": "beide",
            "geldig": True,
            "sleutel_hex": met_sleutel.hex(),
            "gemeente": gemeente,
            "dossier": dossier,
            "dossier_hex": dossier.encode("utf-8").hex(),
            "nonce_hex": n.hex(),
            "aad": ref.verwijzing_aad(gemeente).decode("ascii"),
            "vlak_hex": ref.vul_dossier(dossier).hex(),
            "verwijzing": tekst,
        })

    for index, (naam, gemeente, dossier) in enumerate(DOSSIERS):
        voeg_toe(naam, key, gemeente, dossier, nonce(f"verwijzing:{index}"))
    voeg_toe("the same dossier number next month: other bytes", key, "0193", "RMC-2026-000123",
             nonce("volgende maand"))
    voeg_toe("the key of another municipality", sleutel("verwijzing", 2), "0148", "2026/42",
             nonce("andere sleutel"))
    voeg_toe("nonce of only zero bytes", key, "0193", "RMC-2026-000123", bytes(24))
    voeg_toe("nonce of only ff bytes", key, "0193", "RMC-2026-000123", b"\xff" * 24)
    # The untouched text of which the must-fail cases below are damaged copies.
    voeg_toe("the undamaged text of the cases below", key, "0193", "RMC-2026-000123",
             nonce("mislukt"))
    return toelichting, gevallen + _mislukt()


def maak_intrekking() -> tuple[str, list[Geval]]:
    toelichting = (
        "tag = HMAC-SHA256(key of soort intrekking as 32 raw bytes, message). The contract does "
        "not fix how list id, municipality and received pseudoniem are put together; chosen here: "
        "list id as UTF-8 + \":\" + gemeente code + \":\" + the pseudoniem as 32 raw bytes. The "
        "last two parts have fixed lengths, so no two different triples give one message, also "
        "when a list id holds a colon. 'bericht_hex' is the whole message."
    )
    gevallen: list[Geval] = []

    def voeg_toe(naam: str, key: bytes, lijst_id: str, gemeente: str, ontvangen: bytes) -> None:
        bericht = lijst_id.encode("utf-8") + b":" + gemeente.encode("ascii") + b":" + ontvangen
        gevallen.append({
            "naam": naam,
            "sleutel_hex": key.hex(),
            "lijst_id": lijst_id,
            "gemeente": gemeente,
            "pseudoniem_hex": ontvangen.hex(),
            "bericht_hex": bericht.hex(),
            "tag_hex": ref.intrekking_tag(key, lijst_id, gemeente, ontvangen).hex(),
        })

    key = sleutel("intrekking")
    voeg_toe("one person on one list", key, "te-benaderen", "0193", pseudoniem(0))
    voeg_toe("another municipality", key, "te-benaderen", "0148", pseudoniem(0))
    voeg_toe("another list", key, "te-bellen", "0193", pseudoniem(0))
    voeg_toe("another person", key, "te-benaderen", "0193", pseudoniem(1))
    voeg_toe("another key", sleutel("intrekking", 2), "te-benaderen", "0193", pseudoniem(0))
    voeg_toe("a list id with a colon", key, "te-benaderen:0148", "0193", pseudoniem(0))
    voeg_toe("a list id with multi-byte UTF-8", key, "re\u00efntegratie", "0193", pseudoniem(0))
    return toelichting, gevallen


def maak_logboek() -> tuple[str, list[Geval]]:
    toelichting = (
        "data_subject_id = HMAC-SHA256(key of soort logboek as 32 raw bytes, received pseudoniem "
        "as 32 raw bytes, not its hex text), as 64 lower-case hex digits."
    )
    gevallen: list[Geval] = []

    def voeg_toe(naam: str, key: bytes, ontvangen: bytes) -> None:
        gevallen.append({
            "naam": naam,
            "sleutel_hex": key.hex(),
            "pseudoniem_hex": ontvangen.hex(),
            "data_subject_id_hex": ref.data_subject_id(key, ontvangen).hex(),
        })

    key = sleutel("logboek")
    for index in range(4):
        voeg_toe(f"pseudoniem of {FICTIEVE_BSNS[index]}", key, pseudoniem(index))
    voeg_toe("pseudoniem of an onderwijsnummer", key,
             ref.pseudoniem_own(sleutel("koppel"), ONDERWIJSNUMMERS[0]))
    voeg_toe("another key", sleutel("logboek", 2), pseudoniem(0))
    return toelichting, gevallen


BESTANDEN: Final[dict[str, Maker]] = {
    "rfc4231.json": maak_rfc4231,
    "sleutel.json": maak_sleutel,
    "pseudoniem.json": maak_pseudoniem,
    "nummers.json": maak_nummers,
    "hersleutel.json": maak_hersleutel,
    "periode.json": maak_periode,
    "verwijzing.json": maak_verwijzing,
    "intrekking.json": maak_intrekking,
    "logboek.json": maak_logboek,
}


# --- checks on what was made -------------------------------------------------


def keur() -> None:
    """Stop when the input of the vectors is not what it claims to be."""
    for nummer in FICTIEVE_BSNS:
        if not ref.is_bsn(nummer):
            raise SystemExit(f"{nummer} is not a BSN")
    for nummer in ONDERWIJSNUMMERS:
        if not ref.is_onderwijsnummer(nummer):
            raise SystemExit(f"{nummer} is not an onderwijsnummer")
    for geval in maak_sleutel()[1]:
        try:
            soort, key = ref.lees_sleutel(geval["inhoud"])
        except ref.SleutelGeweigerd:
            if geval["geldig"]:
                raise SystemExit(f"sleutel, {geval['naam']}: refused but is valid") from None
        else:
            if not geval["geldig"]:
                raise SystemExit(f"sleutel, {geval['naam']}: read but is invalid")
            if (soort, key.hex()) != (geval["soort"], geval["sleutel_hex"]):
                raise SystemExit(f"sleutel, {geval['naam']}: read as something else")
    for geval in maak_nummers()[1]:
        # Besides the chosen fictitious ones no number may be somebody's BSN.
        if geval["bsn"] and geval["tekst"] not in FICTIEVE_BSNS \
                and not "999900000" <= geval["tekst"] <= "999999999":
            raise SystemExit(f"nummers, {geval['naam']}: a BSN outside the fictitious range")
        if geval.get("aangevuld_elfproef") and geval["aangevuld"] not in FICTIEVE_BSNS:
            raise SystemExit(f"nummers, {geval['naam']}: a BSN outside the fictitious range")
    for bestand, maak in BESTANDEN.items():
        namen = [geval["naam"] for geval in maak()[1]]
        if len(namen) != len(set(namen)):
            raise SystemExit(f"{bestand}: two cases with one name")


def schrijf(maak: Maker) -> bytes:
    """The bytes of one file. ASCII with escapes, so that no editor changes a character."""
    toelichting, gevallen = maak()
    inhoud = {
        "toelichting": toelichting,
        "gemaakt_met": "tests/vectoren/maak.py",
        "gevallen": gevallen,
    }
    return (json.dumps(inhoud, indent=2, ensure_ascii=True) + "\n").encode("ascii")


def main() -> int:
    parser = argparse.ArgumentParser(description="Write or check the frozen test vectors.")
    parser.add_argument(
        "--controleer",
        action="store_true",
        help="write nothing; fail when a frozen file is not what is computed now",
    )
    controleer: bool = parser.parse_args().controleer

    ref.zelfcontrole()
    keur()

    fouten: list[str] = []
    for bestand, maak in BESTANDEN.items():
        pad = MAP / bestand
        berekend = schrijf(maak)
        if not controleer:
            pad.write_bytes(berekend)
        elif not pad.is_file():
            fouten.append(f"{bestand}: missing")
        elif pad.read_bytes() != berekend:
            fouten.append(f"{bestand}: differs from what is computed")
    # A file that nothing makes would be a vector that nobody can check.
    for pad in sorted(MAP.glob("*.json")):
        if pad.name not in BESTANDEN:
            fouten.append(f"{pad.name}: not made by this program")

    for fout in fouten:
        print(fout, file=sys.stderr)
    if not fouten:
        print(f"{len(BESTANDEN)} files {'checked' if controleer else 'written'}")
    return 1 if fouten else 0


if __name__ == "__main__":
    sys.exit(main())
