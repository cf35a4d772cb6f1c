#!/usr/bin/env python3
"""Opens a municipality's list without any code of the product, and says what is on it.

    openen.py LIJST IDENTITEIT VERWIJZINGSLEUTEL GEMEENTE

Prints `dossier;` and the other columns, rows sorted, without handles. With a key
of somebody else, for another municipality, or after a change of the file it
prints nothing and ends with exit code 1.

pyrage opens the file, PyNaCl (libsodium) the handles; what stands in between is
read here by the words of the contract. pyrage rests on the crate that the
product seals with, so a file of a third program is kept beside this one.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import io
import re
import sys
from pathlib import Path
from typing import Final, NoReturn

import pyrage
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt
from nacl.exceptions import CryptoError

STEP: Final = 16_384
NONCE_BYTES: Final = 24
TAG_BYTES: Final = 16
DOSSIER_BYTES: Final = 64
VELDEN: Final = ("klasse", "leeftijdsgroep", "cohort", "uitschrijfmaand", "contact", "betrokkenheid")


def refuse(why: str) -> NoReturn:
    print(f"niet geopend: {why}", file=sys.stderr)
    raise SystemExit(1)


def open_age(list_file: Path, identity_file: Path) -> str:
    """The content of the sealed file, without what fills it up."""
    lines = identity_file.read_text().splitlines()
    [secret] = [line for line in lines if line.strip() and not line.startswith("#")]
    try:
        identity = pyrage.x25519.Identity.from_str(secret.strip())
        content = pyrage.decrypt(list_file.read_bytes(), [identity])
    except (pyrage.DecryptError, pyrage.IdentityError):
        refuse("de lijst gaat niet open met deze identiteit")
    text = content.decode("utf-8", errors="strict").rstrip("\n") + "\n"
    rounded = -(-len(text.encode()) // STEP) * STEP
    if len(content) != rounded:
        refuse(f"de inhoud is {len(content)} bytes lang, en niet {rounded}")
    return text


def read_key(key_file: Path) -> bytes:
    """The 32 bytes of a key of soort verwijzing."""
    found = re.fullmatch(r"inbeeld-sleutel-v1:verwijzing:([0-9a-f]{16}):([0-9a-f]{64})\n?", key_file.read_text())
    if not found:
        refuse("dit is geen sleutel van soort verwijzing")
    key = bytes.fromhex(found[2])
    name = hmac.new(key, b"inbeeld:sleutel-id:v1", hashlib.sha256).hexdigest()[:16]
    return key if name == found[1] else refuse("de id hoort niet bij de sleutel")


def open_handle(handle: str, key: bytes, gemeente: str) -> str:
    """The dossier number in a handle."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{139}", handle):
        refuse("een verwijzing is geen base64url van 104 bytes")
    sealed = base64.urlsafe_b64decode(handle + "=")
    if len(sealed) != NONCE_BYTES + DOSSIER_BYTES + TAG_BYTES:
        refuse("een verwijzing is geen 104 bytes lang")
    bound_to = b"inbeeld:verwijzing:v1:" + gemeente.encode()
    try:
        padded = crypto_aead_xchacha20poly1305_ietf_decrypt(
            sealed[NONCE_BYTES:], bound_to, sealed[:NONCE_BYTES], key
        )
    except CryptoError:
        refuse("een verwijzing gaat niet open met deze sleutel voor deze gemeente")
    return padded.rstrip(b"\0").decode("utf-8", errors="strict")


def main(arguments: list[str]) -> None:
    if len(arguments) != 4:
        raise SystemExit(__doc__)
    list_file, identity_file, key_file = map(Path, arguments[:3])
    gemeente = arguments[3]
    text = open_age(list_file, identity_file)
    key = read_key(key_file)
    header, *rows = csv.reader(io.StringIO(text), delimiter=";", strict=True)
    velden = header[1:]
    known = velden == ["status"] or (set(velden) <= set(VELDEN) and len(set(velden)) == len(velden))
    if header[0] != "verwijzing" or not known:
        refuse("de kopregel is niet die van een lijst")
    if any(len(row) != len(header) for row in rows):
        refuse("een regel heeft een ander aantal cellen dan de kopregel")
    handles = [row[0] for row in rows]
    if len(set(handles)) != len(handles):
        refuse("een verwijzing staat er twee keer")
    # All of it is made before any of it is printed: with one wrong handle there is no output.
    opened = sorted([open_handle(handle, key, gemeente), *cells] for handle, *cells in rows)
    out = csv.writer(sys.stdout, delimiter=";", lineterminator="\n")
    out.writerows([["dossier", *velden], *opened])


if __name__ == "__main__":
    main(sys.argv[1:])
