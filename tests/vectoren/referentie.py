#!/usr/bin/env python3
"""Reference implementation of every cryptographic construction of the contract.

It exists to disagree: it shares no code and no library with the product, so a
mistake in one of the two shows as a difference instead of as a wrong linkage.
That is why only the standard library is used, and why XChaCha20-Poly1305 is
written out here from RFC 8439 and draft-irtf-cfrg-xchacha.

It is for test vectors only. Python integers do not run in constant time, so no
real key belongs in this file.

Run it directly to check it against the published vectors of those documents.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
from typing import Final

KEY_BYTES: Final = 32
XNONCE_BYTES: Final = 24
TAG_BYTES: Final = 16
DOSSIER_BYTES: Final = 64
TOKEN_BYTES: Final = 16

SOORTEN: Final = ("koppel", "verwijzing", "dienst-deel", "intrekking", "logboek")

LABEL_BSN: Final = b"inbeeld:bsn:v1:"
LABEL_OWN: Final = b"inbeeld:own:v1:"
LABEL_SLEUTEL_ID: Final = b"inbeeld:sleutel-id:v1"
LABEL_PERIODE: Final = b"inbeeld:periode:v1:"
LABEL_VERWIJZING: Final = b"inbeeld:verwijzing:v1:"


class Geweigerd(ValueError):
    """Input that the contract says must be refused."""


class SleutelGeweigerd(Geweigerd):
    """A key file that is not one well-formed line."""


class TekstGeweigerd(Geweigerd):
    """A verwijzing whose text is not a nonce and a ciphertext in base64url."""


class ZegelGeweigerd(Geweigerd):
    """A verwijzing whose authentication tag does not match."""


class InhoudGeweigerd(Geweigerd):
    """A dossier number, or the plaintext of a verwijzing, that is not allowed."""


# --- HMAC and hashes ---------------------------------------------------------


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA256 (RFC 2104, FIPS 180-4)."""
    return hmac.new(key, message, hashlib.sha256).digest()


def _require_key(key: bytes) -> None:
    # HMAC accepts a key of any length. Handing it the 64 hex digits instead of
    # the 32 bytes would therefore work silently and link nothing.
    if len(key) != KEY_BYTES:
        raise Geweigerd(f"a key is {KEY_BYTES} bytes, not {len(key)}")


def _require_pseudoniem(pseudoniem: bytes) -> None:
    if len(pseudoniem) != 32:
        raise Geweigerd(f"a pseudoniem is 32 bytes, not {len(pseudoniem)}")


# --- ChaCha20 (RFC 8439, section 2.3 and 2.4) --------------------------------

_CONSTANTS: Final = struct.unpack("<4I", b"expand 32-byte k")


def _rotl32(value: int, count: int) -> int:
    return ((value << count) | (value >> (32 - count))) & 0xFFFFFFFF


def _quarter_round(s: list[int], a: int, b: int, c: int, d: int) -> None:
    s[a] = (s[a] + s[b]) & 0xFFFFFFFF
    s[d] = _rotl32(s[d] ^ s[a], 16)
    s[c] = (s[c] + s[d]) & 0xFFFFFFFF
    s[b] = _rotl32(s[b] ^ s[c], 12)
    s[a] = (s[a] + s[b]) & 0xFFFFFFFF
    s[d] = _rotl32(s[d] ^ s[a], 8)
    s[c] = (s[c] + s[d]) & 0xFFFFFFFF
    s[b] = _rotl32(s[b] ^ s[c], 7)


def _twenty_rounds(state: list[int]) -> list[int]:
    s = list(state)
    for _ in range(10):
        _quarter_round(s, 0, 4, 8, 12)
        _quarter_round(s, 1, 5, 9, 13)
        _quarter_round(s, 2, 6, 10, 14)
        _quarter_round(s, 3, 7, 11, 15)
        _quarter_round(s, 0, 5, 10, 15)
        _quarter_round(s, 1, 6, 11, 12)
        _quarter_round(s, 2, 7, 8, 13)
        _quarter_round(s, 3, 4, 9, 14)
    return s


def chacha20_block(key: bytes, counter: int, nonce: bytes) -> bytes:
    """One 64-byte key stream block, with the 96-bit nonce of RFC 8439."""
    state = [
        *_CONSTANTS,
        *struct.unpack("<8I", key),
        counter,
        *struct.unpack("<3I", nonce),
    ]
    mixed = _twenty_rounds(state)
    return struct.pack("<16I", *((x + y) & 0xFFFFFFFF for x, y in zip(mixed, state, strict=True)))


def chacha20_xor(key: bytes, counter: int, nonce: bytes, data: bytes) -> bytes:
    """Encrypt or decrypt: the key stream from block `counter` on, xor the data."""
    out = bytearray()
    for index in range(0, len(data), 64):
        block = chacha20_block(key, counter + index // 64, nonce)
        out += bytes(x ^ y for x, y in zip(data[index : index + 64], block, strict=False))
    return bytes(out)


def hchacha20(key: bytes, nonce16: bytes) -> bytes:
    """HChaCha20 (draft-irtf-cfrg-xchacha, section 2.2): a subkey from 16 nonce bytes."""
    state = [*_CONSTANTS, *struct.unpack("<8I", key), *struct.unpack("<4I", nonce16)]
    mixed = _twenty_rounds(state)
    # Unlike a ChaCha20 block the start state is not added, and only the words
    # that held the constants and the nonce come out.
    return struct.pack("<8I", *mixed[0:4], *mixed[12:16])


# --- Poly1305 and the AEAD (RFC 8439, section 2.5 and 2.8) -------------------


def poly1305(key: bytes, message: bytes) -> bytes:
    """The one-time authenticator over `message`."""
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    s = int.from_bytes(key[16:32], "little")
    prime = (1 << 130) - 5
    accumulator = 0
    for index in range(0, len(message), 16):
        block = message[index : index + 16] + b"\x01"
        accumulator = (accumulator + int.from_bytes(block, "little")) * r % prime
    return ((accumulator + s) & ((1 << 128) - 1)).to_bytes(16, "little")


def _aead_tag(key: bytes, nonce: bytes, aad: bytes, ciphertext: bytes) -> bytes:
    def pad16(data: bytes) -> bytes:
        return bytes(-len(data) % 16)

    one_time_key = chacha20_block(key, 0, nonce)[:32]
    lengths = struct.pack("<QQ", len(aad), len(ciphertext))
    mac_data = aad + pad16(aad) + ciphertext + pad16(ciphertext) + lengths
    return poly1305(one_time_key, mac_data)


def chacha20_poly1305_seal(key: bytes, nonce: bytes, aad: bytes, plaintext: bytes) -> bytes:
    """Ciphertext followed by its 16-byte tag (RFC 8439, section 2.8)."""
    ciphertext = chacha20_xor(key, 1, nonce, plaintext)
    return ciphertext + _aead_tag(key, nonce, aad, ciphertext)


def chacha20_poly1305_open(key: bytes, nonce: bytes, aad: bytes, sealed: bytes) -> bytes:
    """The plaintext, or ZegelGeweigerd; nothing is decrypted before the tag holds."""
    if len(sealed) < TAG_BYTES:
        raise ZegelGeweigerd("shorter than a tag")
    ciphertext, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
    if not hmac.compare_digest(tag, _aead_tag(key, nonce, aad, ciphertext)):
        raise ZegelGeweigerd("the tag does not match")
    return chacha20_xor(key, 1, nonce, ciphertext)


def _xchacha_subkey(key: bytes, nonce24: bytes) -> tuple[bytes, bytes]:
    _require_key(key)
    if len(nonce24) != XNONCE_BYTES:
        raise Geweigerd(f"a nonce is {XNONCE_BYTES} bytes, not {len(nonce24)}")
    # The last 8 nonce bytes fill the end of the 12-byte nonce; its first 4 are zero.
    return hchacha20(key, nonce24[:16]), bytes(4) + nonce24[16:]


def xchacha20_poly1305_seal(key: bytes, nonce24: bytes, aad: bytes, plaintext: bytes) -> bytes:
    """AEAD_XChaCha20_Poly1305 (draft-irtf-cfrg-xchacha, section 2.3)."""
    subkey, nonce = _xchacha_subkey(key, nonce24)
    return chacha20_poly1305_seal(subkey, nonce, aad, plaintext)


def xchacha20_poly1305_open(key: bytes, nonce24: bytes, aad: bytes, sealed: bytes) -> bytes:
    """The inverse of `xchacha20_poly1305_seal`, or ZegelGeweigerd."""
    subkey, nonce = _xchacha_subkey(key, nonce24)
    return chacha20_poly1305_open(subkey, nonce, aad, sealed)


# --- base64url ---------------------------------------------------------------


def base64url_encode(data: bytes) -> str:
    """base64url (RFC 4648, section 5) without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def base64url_decode(text: str) -> bytes:
    """Strict inverse: no padding, no other alphabet, no spare bits set.

    Strict because of two texts that decode to the same bytes, one would pass
    for a second handle of the same dossier.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text) or len(text) % 4 == 1:
        raise TekstGeweigerd("not base64url without padding")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64url_encode(data) != text:
        raise TekstGeweigerd("spare bits in the last character are not zero")
    return data


# --- numbers -----------------------------------------------------------------


def elfproef_rest(nummer: str) -> int | None:
    """Remainder of the 11-proef, 0 to 10; None unless it is nine ASCII digits.

    The weights are 9, 8, 7, 6, 5, 4, 3, 2 and -1. The sum can be negative (at
    000000001 it is -1); the remainder is the mathematical one, never negative.
    """
    # `[0-9]` and not `\d` or isdigit(): those take digits of other scripts too.
    if not re.fullmatch(r"[0-9]{9}", nummer):
        return None
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(int(digit) * weight for digit, weight in zip(nummer, weights, strict=True)) % 11


def is_bsn(nummer: str) -> bool:
    """Nine digits with remainder 0, and not 000000000 (which also has remainder 0)."""
    return elfproef_rest(nummer) == 0 and nummer != "000000000"


def is_onderwijsnummer(nummer: str) -> bool:
    """Nine digits beginning with 10, with remainder 5."""
    return nummer.startswith("10") and elfproef_rest(nummer) == 5


# --- constructions of the contract -------------------------------------------


def sleutel_id(key: bytes) -> str:
    """The id of a key, that may be shown and logged."""
    _require_key(key)
    return hmac_sha256(key, LABEL_SLEUTEL_ID).hex()[:16]


def sleutel_regel(soort: str, key: bytes) -> str:
    """The line of a key file, without line end."""
    if soort not in SOORTEN:
        raise SleutelGeweigerd("unknown soort")
    return f"inbeeld-sleutel-v1:{soort}:{sleutel_id(key)}:{key.hex()}"


def lees_sleutel(inhoud: str) -> tuple[str, bytes]:
    """Soort and key from the content of a key file, or SleutelGeweigerd."""
    regel = inhoud.removeprefix("\ufeff").removesuffix("\n")
    found = re.fullmatch(r"inbeeld-sleutel-v1:([a-z-]+):([0-9a-f]{16}):([0-9a-f]{64})", regel)
    if found is None:
        raise SleutelGeweigerd("not one line of the form of a key file")
    soort, stated_id, key = found[1], found[2], bytes.fromhex(found[3])
    if soort not in SOORTEN:
        raise SleutelGeweigerd("unknown soort")
    if not hmac.compare_digest(stated_id, sleutel_id(key)):
        raise SleutelGeweigerd("the id is not the id of this key")
    return soort, key


def pseudoniem_bsn(koppelsleutel: bytes, bsn: str) -> bytes:
    """The pseudoniem of a BSN, made at the source."""
    _require_key(koppelsleutel)
    if not is_bsn(bsn):
        raise Geweigerd("not a BSN")
    return hmac_sha256(koppelsleutel, LABEL_BSN + bsn.encode("ascii"))


def pseudoniem_own(koppelsleutel: bytes, onderwijsnummer: str) -> bytes:
    """The pseudoniem of an onderwijsnummer; its own label keeps it apart from BSNs."""
    _require_key(koppelsleutel)
    if not is_onderwijsnummer(onderwijsnummer):
        raise Geweigerd("not an onderwijsnummer")
    return hmac_sha256(koppelsleutel, LABEL_OWN + onderwijsnummer.encode("ascii"))


def hersleutel(key: bytes, pseudoniem: bytes) -> bytes:
    """A received pseudoniem keyed again, before it is matched or stored."""
    _require_key(key)
    _require_pseudoniem(pseudoniem)
    return hmac_sha256(key, pseudoniem)


def token(key: bytes, pseudoniem: bytes) -> bytes:
    """The first 16 bytes of the rekeyed pseudoniem."""
    return hersleutel(key, pseudoniem)[:TOKEN_BYTES]


def periodesleutel(share_a: bytes, share_b: bytes, maand: str) -> bytes:
    """The period key of the service from its two shares; B enters as 32 raw bytes."""
    _require_key(share_a)
    _require_key(share_b)
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", maand):
        raise Geweigerd("not a month as yyyy-mm")
    if hmac.compare_digest(share_a, share_b):
        raise Geweigerd("share A equals share B")
    return hmac_sha256(share_a, LABEL_PERIODE + maand.encode("ascii") + b":" + share_b)


def verwijzing_aad(gemeente: str) -> bytes:
    """The associated data of a verwijzing: it ties the handle to one municipality."""
    if not re.fullmatch(r"[0-9]{4}", gemeente):
        raise Geweigerd("not a gemeente code")
    return LABEL_VERWIJZING + gemeente.encode("ascii")


def vul_dossier(dossier: str) -> bytes:
    """The plaintext of a verwijzing: one length for all, so that length tells nothing."""
    data = dossier.encode("utf-8")
    if not 1 <= len(data) <= DOSSIER_BYTES:
        raise InhoudGeweigerd(f"a dossier number is 1 to {DOSSIER_BYTES} bytes")
    if data.endswith(b"\x00"):
        raise InhoudGeweigerd("a zero byte at the end cannot be told from padding")
    return data.ljust(DOSSIER_BYTES, b"\x00")


def verzegel(key: bytes, gemeente: str, dossier: str, nonce24: bytes) -> str:
    """A verwijzing. The nonce is an argument only because vectors must repeat."""
    sealed = xchacha20_poly1305_seal(key, nonce24, verwijzing_aad(gemeente), vul_dossier(dossier))
    return base64url_encode(nonce24 + sealed)


def ontzegel(key: bytes, gemeente: str, tekst: str) -> str:
    """The dossier number of a verwijzing, or one of the refusals above."""
    data = base64url_decode(tekst)
    if len(data) < XNONCE_BYTES + TAG_BYTES:
        raise TekstGeweigerd("shorter than a nonce and a tag")
    nonce24, sealed = data[:XNONCE_BYTES], data[XNONCE_BYTES:]
    padded = xchacha20_poly1305_open(key, nonce24, verwijzing_aad(gemeente), sealed)
    if len(padded) != DOSSIER_BYTES:
        raise InhoudGeweigerd(f"the plaintext is not {DOSSIER_BYTES} bytes")
    data = padded.rstrip(b"\x00")
    if not data:
        raise InhoudGeweigerd("the dossier number is empty")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise InhoudGeweigerd("the dossier number is not UTF-8") from None


def intrekking_tag(key: bytes, lijst_id: str, gemeente: str, pseudoniem: bytes) -> bytes:
    """The tag of a withdrawal: lijst id, ":", gemeente, ":" and 32 raw bytes."""
    _require_key(key)
    _require_pseudoniem(pseudoniem)
    message = f"{lijst_id}:{gemeente}:".encode("utf-8") + pseudoniem
    return hmac_sha256(key, message)


def data_subject_id(key: bytes, pseudoniem: bytes) -> bytes:
    """The id under which the log book knows a person."""
    _require_key(key)
    _require_pseudoniem(pseudoniem)
    return hmac_sha256(key, pseudoniem)


# --- published vectors -------------------------------------------------------

# RFC 4231, section 4: key, data, published MAC. Case 5 publishes 128 bits only.
RFC4231: Final[tuple[tuple[int, bytes, bytes, str], ...]] = (
    (
        1,
        b"\x0b" * 20,
        b"Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    ),
    (
        2,
        b"Jefe",
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    (
        3,
        b"\xaa" * 20,
        b"\xdd" * 50,
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
    ),
    (
        4,
        bytes(range(1, 26)),
        b"\xcd" * 50,
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
    ),
    (
        5,
        b"\x0c" * 20,
        b"Test With Truncation",
        "a3b6167473100ee06e0c796c2955552b",
    ),
    (
        6,
        b"\xaa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    (
        7,
        b"\xaa" * 131,
        b"This is a test using a larger than block-size key and a larger than "
        b"block-size data. The key needs to be hashed before being used by the "
        b"HMAC algorithm.",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ),
)

# The plaintext, key and associated data that RFC 8439 and the draft share.
_SUNSCREEN: Final = (
    b"Ladies and Gentlemen of the class of '99: If I could offer you only one "
    b"tip for the future, sunscreen would be it."
)
_AEAD_KEY: Final = bytes(range(0x80, 0xA0))
_AEAD_AAD: Final = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")

RFC8439_2_8_2: Final = (
    bytes.fromhex("070000004041424344454647"),
    "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
    "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
    "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
    "3ff4def08e4b7a9de576d26586cec64b6116"
    "1ae10b594f09e26a7e902ecbd0600691",
)
DRAFT_2_2_1: Final = (
    bytes(range(0x20)),
    bytes.fromhex("000000090000004a0000000031415927"),
    "82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc",
)
DRAFT_A_3_1: Final = (
    bytes(range(0x40, 0x58)),
    "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
    "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
    "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
    "21f9664c97637da9768812f615c68b13b52e"
    "c0875924c1c7987947deafd8780acf49",
)


def zelfcontrole() -> list[str]:
    """Check the primitives against the published vectors; names what was checked."""
    checked: list[str] = []

    def expect(name: str, got: str, published: str) -> None:
        # Not `assert`: that one disappears under `python3 -O`.
        if got != published:
            raise SystemExit(f"{name}: computed {got}, published {published}")
        checked.append(name)

    for number, key, data, published in RFC4231:
        computed = hmac_sha256(key, data)[: len(published) // 2]
        expect(f"RFC 4231 case {number}", computed.hex(), published)

    nonce, published = RFC8439_2_8_2
    sealed = chacha20_poly1305_seal(_AEAD_KEY, nonce, _AEAD_AAD, _SUNSCREEN)
    expect("RFC 8439 2.8.2 seal", sealed.hex(), published)
    opened = chacha20_poly1305_open(_AEAD_KEY, nonce, _AEAD_AAD, bytes.fromhex(published))
    expect("RFC 8439 2.8.2 open", opened.hex(), _SUNSCREEN.hex())

    key, nonce, published = DRAFT_2_2_1
    expect("draft-irtf-cfrg-xchacha 2.2.1", hchacha20(key, nonce).hex(), published)

    nonce, published = DRAFT_A_3_1
    sealed = xchacha20_poly1305_seal(_AEAD_KEY, nonce, _AEAD_AAD, _SUNSCREEN)
    expect("draft-irtf-cfrg-xchacha A.3.1 seal", sealed.hex(), published)
    opened = xchacha20_poly1305_open(_AEAD_KEY, nonce, _AEAD_AAD, bytes.fromhex(published))
    expect("draft-irtf-cfrg-xchacha A.3.1 open", opened.hex(), _SUNSCREEN.hex())
    return checked


if __name__ == "__main__":
    for line in zelfcontrole():
        print("ok", line)
