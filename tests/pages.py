"""An own reader of SQLCipher 4 files, so that what is left in a database is seen and not believed.

It decrypts every page of the file, free ones included, and every frame of the write-ahead log, stale ones included, without
SQLite: what a forensic examiner with the key would see. Format: zetetic.net/sqlcipher/design and sqlite.org/fileformat.html.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from referrals.secret import Secret

PAGE_SIZE = 4096  # bytes; SQLCipher 4's default
SALT_SIZE = 16  # bytes; the first page begins with the salt, where SQLite's own header would begin
IV_SIZE = 16  # bytes
MAC_SIZE = 64  # bytes; HMAC-SHA512
RESERVE = IV_SIZE + MAC_SIZE  # bytes at the end of each page
USABLE = PAGE_SIZE - RESERVE  # bytes of a page that SQLite uses
WAL_HEADER = 32  # bytes
FRAME_HEADER = 24  # bytes before each page in the log
HEADER = b"SQLite format 3\x00"
_MAC_SALT_MASK = 0x3A  # the salt of the HMAC key is the file's salt, each byte XOR this
_MAC_KEY_ROUNDS = 2  # of PBKDF2-HMAC-SHA512 from the encryption key

Kind: TypeAlias = Literal["page", "free page", "frame", "stale frame"]
Mark: TypeAlias = bytes | str | int


class UnsoundPageError(Exception):
    """A page did not verify: wrong key, damage or another format. A search of it would find nothing, and prove nothing."""


@dataclass(frozen=True)
class Page:
    """One decrypted page: where it stood, what kind it is, and whether its HMAC was right."""

    file: str
    kind: Kind
    position: int  # page number in a database file (from 1); index of the frame in a log (from 0)
    number: int  # which page of the database it is (or was)
    sound: bool
    content: bytes = field(repr=False)  # USABLE bytes


class Hit(NamedTuple):
    """A mark that was found: its name, in which form, and where. Never the mark itself."""

    mark: str
    form: str
    file: str
    kind: Kind
    position: int


class _Keys(NamedTuple):
    encryption: bytes
    mac: bytes


def read_pages(path: Path, key: Secret[bytes]) -> Iterator[Page]:
    """Yield every page of the database at `path` and every frame of its write-ahead log, decrypted."""
    data = path.read_bytes()
    if len(data) % PAGE_SIZE:
        raise UnsoundPageError(f"{path.name}: {len(data)} bytes are no whole number of pages")
    if not data:
        return
    keys = _derive(key.reveal(), data[:SALT_SIZE])
    blocks = [data[start : start + PAGE_SIZE] for start in range(0, len(data), PAGE_SIZE)]
    opened = [_open(block, number, keys) for number, block in enumerate(blocks, start=1)]
    free = _free_numbers([content for content, _ in opened])
    for number, (content, sound) in enumerate(opened, start=1):
        yield Page(path.name, "free page" if number in free else "page", number, number, sound, content)
    log = path.with_name(f"{path.name}-wal")
    if log.exists():
        yield from _frames(log.name, log.read_bytes(), keys)


def _derive(key: bytes, salt: bytes) -> _Keys:
    mac_salt = bytes(byte ^ _MAC_SALT_MASK for byte in salt)
    return _Keys(key, hashlib.pbkdf2_hmac("sha512", key, mac_salt, _MAC_KEY_ROUNDS, 32))


def _open(block: bytes, number: int, keys: _Keys) -> tuple[bytes, bool]:
    """Decrypt one page and say whether it verified. A page never written is all zeros, which SQLCipher takes as it is."""
    if not any(block):
        return block[:USABLE], True
    start = SALT_SIZE if number == 1 else 0
    sealed, initial, mac = block[start:USABLE], block[USABLE : USABLE + IV_SIZE], block[USABLE + IV_SIZE :]
    expected = hmac.digest(keys.mac, sealed + initial + number.to_bytes(4, "little"), "sha512")
    decryptor = Cipher(algorithms.AES(keys.encryption), modes.CBC(initial)).decryptor()
    content = decryptor.update(sealed) + decryptor.finalize()
    return (HEADER if number == 1 else b"") + content, hmac.compare_digest(expected, mac)


def _free_numbers(contents: Sequence[bytes]) -> set[int]:
    """Walk the free list: each trunk page names the next trunk and its leaves (sqlite.org/fileformat.html, 1.5)."""
    free: set[int] = set()
    trunk = int.from_bytes(contents[0][32:36], "big")
    while 0 < trunk <= len(contents) and trunk not in free:
        free.add(trunk)
        page = contents[trunk - 1]
        leaves = min(int.from_bytes(page[4:8], "big"), USABLE // 4 - 2)
        free |= {int.from_bytes(page[8 + 4 * i : 12 + 4 * i], "big") for i in range(leaves)}
        trunk = int.from_bytes(page[:4], "big")
    return free


def _frames(file: str, log: bytes, keys: _Keys) -> Iterator[Page]:
    """Yield all frames; those of an earlier run of the log, or after the last commit, are stale but still readable."""
    size = FRAME_HEADER + PAGE_SIZE
    frames = [log[start : start + size] for start in range(WAL_HEADER, len(log) - size + 1, size)]
    current = [frame[8:16] == log[16:24] for frame in frames]  # the same two salts as the log's header
    commits = [i for i, frame in enumerate(frames) if current[i] and any(frame[4:8])]
    last = commits[-1] if commits else -1
    for i, frame in enumerate(frames):
        number = int.from_bytes(frame[:4], "big")
        content, sound = _open(frame[FRAME_HEADER:], number, keys)
        yield Page(file, "frame" if current[i] and i <= last else "stale frame", i, number, sound, content)


def search(paths: Sequence[Path], key: Secret[bytes], marks: Mapping[str, Mark]) -> list[Hit]:
    """Look for the marks on every page of the databases at `paths`, which share one key. An empty list is good.

    A `str` is looked for as UTF-8 and as JSON escapes, an `int` as SQLite stores integers (record and row id), packed, and as
    decimal text, `bytes` as they are. A mark cut in two by an overflow page is found too. Raises UnsoundPageError.
    """
    forms = [(name, form, content) for name, mark in marks.items() for form, content in spellings(mark).items()]
    return [hit for path in paths for hit in _search_one(path, key, forms)]


def _search_one(path: Path, key: Secret[bytes], forms: Sequence[tuple[str, str, bytes]]) -> Iterator[Hit]:
    pages = list(read_pages(path, key))
    for page in pages:
        if not page.sound:
            raise UnsoundPageError(f"{page.file}: {page.kind} {page.position} does not verify")
    for name, form, content in forms:
        for page in pages:
            if content in page.content or _begun_elsewhere(content, page, pages):
                yield Hit(name, form, page.file, page.kind, page.position)


def _begun_elsewhere(mark: bytes, page: Page, pages: Sequence[Page]) -> bool:
    """Whether `page` is an overflow page that holds the end of a mark whose beginning stands on a page that points to it."""
    pointer = page.number.to_bytes(4, "big")
    for cut in range(1, len(mark)):
        if page.content.startswith(mark[cut:], 4):  # the first 4 bytes point to the next overflow page
            begun = mark[:cut]
            for other in pages:
                chained = other.content[:4] == pointer and other.content.endswith(begun)
                if chained or begun + pointer in other.content:  # a cell ends with its pointer
                    return True
    return False


def spellings(mark: Mark) -> dict[str, bytes]:
    """Return the bytes a mark can leave behind, by the name of the form."""
    if isinstance(mark, bytes):
        return {"bytes": mark}
    if isinstance(mark, str):
        escaped = json.dumps(mark)[1:-1].encode()
        return {"text": mark.encode(), "JSON escapes": escaped} if escaped != mark.encode() else {"text": escaped}
    forms = {"decimal": str(mark).encode(), "row id": _varint(mark)}
    for size in (4, 6, 8):  # bytes; a record uses the smallest of 1, 2, 3, 4, 6 and 8 that fits
        if -(1 << (8 * size - 1)) <= mark < 1 << (8 * size - 1):
            forms[f"{size} bytes"] = mark.to_bytes(size, "big", signed=True)
    return forms | {"8 bytes, little-endian": mark.to_bytes(8, "little", signed=True)}


def _varint(value: int) -> bytes:
    """Spell a row id (sqlite.org/fileformat.html, 1.6): 7 bits a byte; a ninth byte, when there is one, holds 8."""
    bits = value & (1 << 64) - 1
    if bits >> 56:
        head, tail = bits >> 8, [bits & 0xFF]
        return bytes([0x80 | (head >> (7 * i)) & 0x7F for i in range(7, -1, -1)] + tail)
    groups = [bits & 0x7F]
    while bits := bits >> 7:
        groups.append(0x80 | bits & 0x7F)
    return bytes(reversed(groups))
