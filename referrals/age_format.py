"""The age file format, version 1: Bech32 keys, the header with its stanzas, and the STREAM payload.

Only what lies between bytes and structure, plus the two keys that age derives from a file key; who may open a file is
decided in `sealing`. Source: C2SP age.md (https://c2sp.org/age), which every "spec" below means; held to C2SP's own
test vectors (CCTV).
"""

import base64
import binascii
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import xor

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from referrals.errors import DamagedError, NotSealedError, TooNewError

FILE_KEY_BYTES = 16  # spec, "File key": 128 bits
NONCE_BYTES = 16  # spec, "Payload": the nonce in front of the first chunk
CHUNK_BYTES = 64 * 1024  # spec, "Payload": plaintext bytes per chunk
TAG_BYTES = 16  # RFC 8439: Poly1305 tag
MAC_BYTES = 32  # HMAC-SHA-256
# A sealed file has at most 32 stanzas of 1,557 bytes. 64 KiB leaves room for other programs' headers, not for a flood.
MAX_HEADER_BYTES = 64 * 1024

_COLUMNS = 64  # characters per line of a stanza's body (spec, "Recipient stanza")
_VERSION_LINE = b"age-encryption.org/v1"
_ANY_VERSION = re.compile(rb"age-encryption\.org/v[0-9]{1,9}\Z")
_ARGUMENT = re.compile(rb"[!-~]+\Z")  # spec: one or more visible ASCII characters
_BECH32_SYMBOLS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"  # BIP 173
_NO_VALUE = 255  # what a character that is no symbol becomes
_BECH32_VALUES = bytes(_BECH32_SYMBOLS.find(chr(byte)) % 256 for byte in range(256))
_BECH32_CHECKSUM = 6  # symbols of checksum
_BECH32_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)  # BIP 173
# What five bits that leave the checksum at the top put back in below: a table, since a recipient has 1,946 symbols.
_BECH32_FOLD = tuple(
    reduce(xor, (generator for bit, generator in enumerate(_BECH32_GENERATOR) if top >> bit & 1), 0)
    for top in range(32)
)


@dataclass(frozen=True, slots=True)
class Stanza:
    """One recipient's wrapped file key, unopened: its type and arguments, and its body in bytes."""

    args: tuple[str, ...]  # args[0] is the type, such as "mlkem768x25519"
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class AgeFile:
    """A file taken apart and not yet believed: its stanzas, its MAC and what the MAC covers, nonce and chunks."""

    stanzas: tuple[Stanza, ...] = field(repr=False)
    mac: bytes = field(repr=False)
    covered: bytes = field(repr=False)  # the header up to and including "---"
    payload: bytes = field(repr=False)  # 16 bytes of nonce, then the encrypted chunks


def encode_bech32(prefix: str, data: bytes) -> str:
    """Return `data` as lower-case Bech32 (BIP 173) without BIP 173's limit of 90 characters, as age uses it."""
    symbols = _regroup(data, 8, 5, pad=True)
    values = [*_expand(prefix), *symbols, *[0] * _BECH32_CHECKSUM]
    checksum = _polymod(values) ^ 1
    symbols += bytes((checksum >> 5 * (5 - place)) & 31 for place in range(_BECH32_CHECKSUM))
    return f"{prefix}1" + "".join(_BECH32_SYMBOLS[symbol] for symbol in symbols)


def decode_bech32(untrusted_text: str) -> tuple[str, bytes]:
    """Return (prefix in lower case, data) of a Bech32 text; raises ValueError, which never holds the text."""
    lower = untrusted_text.lower()
    if not untrusted_text.isascii() or untrusted_text not in (lower, untrusted_text.upper()):
        raise ValueError("mixed case or not ASCII")
    prefix, separator, coded = lower.rpartition("1")
    symbols = coded.encode("ascii").translate(_BECH32_VALUES)
    if not prefix or not separator or len(coded) < _BECH32_CHECKSUM or _NO_VALUE in symbols:
        raise ValueError("not Bech32")
    if _polymod([*_expand(prefix), *symbols]) != 1:
        raise ValueError("wrong checksum")
    return prefix, _regroup(symbols[:-_BECH32_CHECKSUM], 5, 8, pad=False)


def _expand(prefix: str) -> list[int]:
    return [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]


def _polymod(values: Sequence[int]) -> int:
    checksum = 1
    for value in values:
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value ^ _BECH32_FOLD[checksum >> 25]
    return checksum


def _regroup(data: bytes, width: int, new_width: int, *, pad: bool) -> bytes:
    held, bits = 0, 0  # the bits read and not yet written: fewer than `width` + `new_width`
    regrouped = bytearray()
    for value in data:
        held, bits = held << width | value, bits + width
        while bits >= new_width:
            bits -= new_width
            regrouped.append(held >> bits)
            held &= (1 << bits) - 1
    if pad and bits:
        regrouped.append(held << new_width - bits)
    elif bits >= width or held:
        raise ValueError("padding is not zero")
    return bytes(regrouped)


def encode_header(stanzas: Sequence[Stanza], file_key: bytes) -> bytes:
    """Return the header for `stanzas`, ended by its MAC line."""
    covered = _VERSION_LINE + b"\n" + b"".join(_encode_stanza(stanza) for stanza in stanzas) + b"---"
    return covered + b" " + to_base64(_header_mac(file_key, covered)).encode() + b"\n"


def _encode_stanza(stanza: Stanza) -> bytes:
    coded = to_base64(stanza.body)
    # A body whose length is a multiple of 48 bytes ends in an empty line (spec: the last line is shorter than 64).
    lines = [coded[start : start + _COLUMNS] for start in range(0, len(coded) + 1, _COLUMNS)]
    return ("-> " + " ".join(stanza.args) + "\n" + "\n".join(lines) + "\n").encode("ascii")


def parse(untrusted: bytes) -> AgeFile:
    """Take a binary age file apart, believing nothing yet; raises NotSealedError, TooNewError or DamagedError."""
    reader = _Reader(untrusted)
    version = reader.line("version line", NotSealedError)
    if version != _VERSION_LINE:
        raise TooNewError("version line") if _ANY_VERSION.match(version) else NotSealedError("version line")
    stanzas = []
    while not (line := reader.line("header")).startswith(b"---"):
        stanzas.append(_parse_stanza(line, reader))
    covered_end = reader.line_start + len(b"---")
    mac = from_base64(line[4:], "header MAC")
    if not line.startswith(b"--- ") or len(mac) != MAC_BYTES or not stanzas:
        raise DamagedError("header MAC" if stanzas else "header")
    payload = untrusted[reader.position :]
    if len(payload) < NONCE_BYTES:
        raise DamagedError("payload nonce")
    return AgeFile(tuple(stanzas), mac, untrusted[:covered_end], payload)


class _Reader:
    """Reads header lines, each ended by a line feed, within the header's limit."""

    def __init__(self, untrusted: bytes) -> None:
        self._header = untrusted[:MAX_HEADER_BYTES]
        self.line_start = 0
        self.position = 0

    def line(self, place: str, error: type[NotSealedError | DamagedError] = DamagedError) -> bytes:
        end = self._header.find(b"\n", self.position)
        if end < 0:
            raise error(place)
        self.line_start, self.position = self.position, end + 1
        return self._header[self.line_start : end]


def _parse_stanza(line: bytes, reader: _Reader) -> Stanza:
    mark, *args = line.split(b" ")
    if mark != b"->" or not args or not all(_ARGUMENT.match(arg) for arg in args):
        raise DamagedError("stanza")
    body = bytearray()
    while True:
        coded = reader.line("stanza body")
        if len(coded) > _COLUMNS:
            raise DamagedError("stanza body")
        body += from_base64(coded, "stanza body")
        if len(coded) < _COLUMNS:
            return Stanza(tuple(arg.decode("ascii") for arg in args), bytes(body))


def check_mac(age_file: AgeFile, file_key: bytes) -> None:
    """Raise DamagedError unless the whole header is the one that was made with this file key."""
    if not hmac.compare_digest(_header_mac(file_key, age_file.covered), age_file.mac):
        raise DamagedError("header MAC")


def seal_payload(plaintext: bytes, file_key: bytes, nonce: bytes) -> bytes:
    """Return nonce and encrypted chunks; a file key is used for one payload only, and `nonce` is 16 random bytes."""
    cipher = ChaCha20Poly1305(_payload_key(file_key, nonce))
    starts = range(0, len(plaintext), CHUNK_BYTES) or range(1)
    chunks = [
        cipher.encrypt(_chunk_nonce(count, last=start == starts[-1]), plaintext[start : start + CHUNK_BYTES], None)
        for count, start in enumerate(starts)
    ]
    return nonce + b"".join(chunks)


def open_payload(payload: bytes, file_key: bytes) -> bytes:
    """Return the plaintext, all of it or none; raises DamagedError."""
    nonce, untrusted_chunks = payload[:NONCE_BYTES], payload[NONCE_BYTES:]
    cipher = ChaCha20Poly1305(_payload_key(file_key, nonce))
    plaintext = bytearray()
    starts = range(0, len(untrusted_chunks), CHUNK_BYTES + TAG_BYTES) or range(1)
    for count, start in enumerate(starts):
        last = start == starts[-1]
        try:
            chunk = cipher.decrypt(
                _chunk_nonce(count, last=last), untrusted_chunks[start : start + CHUNK_BYTES + TAG_BYTES], None
            )
        except (InvalidTag, ValueError):
            raise DamagedError("payload") from None
        if last and not chunk and count:
            raise DamagedError("payload")  # spec: the last chunk is empty only when the whole payload is
        plaintext += chunk
    return bytes(plaintext)


def _chunk_nonce(count: int, *, last: bool) -> bytes:
    return count.to_bytes(11, "big") + (b"\x01" if last else b"\x00")  # spec: 11 bytes of counter, 1 of "last"


def _header_mac(file_key: bytes, covered: bytes) -> bytes:
    return hmac.digest(_hkdf(file_key, b"", b"header"), covered, "sha256")


def _payload_key(file_key: bytes, nonce: bytes) -> bytes:
    return _hkdf(file_key, nonce, b"payload")


def _hkdf(file_key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=info).derive(file_key)


def to_base64(data: bytes) -> str:
    """Return `data` in age's Base64: the standard alphabet, no padding."""
    return base64.b64encode(data).rstrip(b"=").decode("ascii")


def from_base64(untrusted_text: bytes, place: str) -> bytes:
    """Return the bytes of canonical, unpadded Base64; raises DamagedError at `place`."""
    try:
        data = base64.b64decode(untrusted_text + b"=" * (-len(untrusted_text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise DamagedError(place) from None
    if to_base64(data).encode() != untrusted_text:
        raise DamagedError(place)  # two texts for the same bytes would let a file change without being noticed
    return data
