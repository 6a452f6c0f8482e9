"""All that the desk's server received and kept, to be searched for marks of what nobody there may read."""

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

from referrals.database import Connection
from referrals.desk.store import Books

_ALIGNMENTS = 3  # bytes of one Base64 group: where a mark begins in it decides how it is written


def written(mark: str) -> Iterator[bytes]:
    """How a mark can stand in a file or a request: plain, as JSON, in an address, in hexadecimal, in Base64."""
    plain = mark.encode()
    yield plain
    yield plain.hex().encode()
    yield json.dumps(mark)[1:-1].encode()
    yield quote(mark, safe="").encode()
    yield quote_plus(mark).encode()
    for before in range(_ALIGNMENTS):
        coded = base64.b64encode(bytes(before) + plain)
        yield coded[(0, 2, 3)[before] : len(coded) - 4 or None]  # the groups that hold nothing but the mark


def found(marks: Iterable[str], pieces: Iterable[bytes]) -> list[str]:
    """The marks that stand in any of the pieces."""
    whole = b"\x00".join(pieces)
    return [mark for mark in marks if any(way in whole for way in written(mark))]


def kept(books: Books) -> list[bytes]:
    """Every value of every row of both databases, decrypted."""
    return [*_values(books.desk.db), *_values(books.casebook._db)]


def _values(db: Connection) -> Iterator[bytes]:
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
    for table in tables:
        for row in db.execute(f'SELECT * FROM "{table}"').fetchall():  # noqa: S608  # names from the schema itself
            for value in row:
                yield value if isinstance(value, bytes) else str(value).encode()


def files(folder: Path) -> list[bytes]:
    """Every file below a folder, as it lies on the disk."""
    return [each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file()]
