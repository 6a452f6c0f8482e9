"""A new key for a database: a new file under the new key, verified, then put in the old one's place.

The file is not changed where it lies: a rewrite that is cut off would leave a database of which half the pages have each key. Between
the two renames a crash leaves the database under the new key, and that key beside the old one as `.next`; `rekey` finishes then.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from referrals.database import (
    Connection,
    DamagedPageError,
    WrongKeyError,
    alone,
    copied,
    damages,
    open_database,
    reading,
)
from referrals.key_file import KEY_SIZE, read_key_file
from referrals.secret import Secret

_NEXT = ".next"


def unfinished(key_file: Path) -> bool:
    """Tell whether a change of this key was cut off: until it is finished, the database may not open with the key."""
    return _beside(key_file).exists()


def rekey(database: Path, key_file: Path, migrations: Sequence[str], draw: Callable[[int], bytes]) -> int:
    """Give the database a new random key, or finish what was cut off. Returns how many rows the new file has.

    Nobody else may have the database open. Until the last step the old file and the old key are whole. Raises the errors of
    referrals.database and referrals.key_file.
    """
    if unfinished(key_file) and (rows := _finished(database, key_file, migrations)) is not None:
        return rows
    _swept(database, key_file)
    try:
        rows = _copied(database, key_file, migrations, draw)
    except Exception:
        _swept(database, key_file)  # nothing was changed, so nothing is left to finish
        raise
    _beside(database).replace(database)
    _synced(database.parent)
    return _key_moved(key_file, rows)


def _swept(database: Path, key_file: Path) -> None:
    _beside(database).unlink(missing_ok=True)
    _beside(key_file).unlink(missing_ok=True)


def _copied(database: Path, key_file: Path, migrations: Sequence[str], draw: Callable[[int], bytes]) -> int:
    """Write the new key, and the new file under it; the number of rows, which are as many as before."""
    old = open_database(database, read_key_file(key_file), migrations)
    try:
        alone(old)
        key = _written_key(_beside(key_file), draw)
        copied(old, _beside(database), key)
        rows = _checked(_beside(database), key, migrations)
        if rows != _rows(old):
            raise DamagedPageError(_beside(database))
        return rows
    finally:
        old.close()


def _finished(database: Path, key_file: Path, migrations: Sequence[str]) -> int | None:
    """Finish a change that was cut off between its two renames; None when the database still has the old key."""
    try:
        rows = _checked(database, read_key_file(_beside(key_file)), migrations)
    except WrongKeyError:
        return None
    return _key_moved(key_file, rows)


def _key_moved(key_file: Path, rows: int) -> int:
    _beside(key_file).replace(key_file)
    _synced(key_file.parent)
    return rows


def _checked(database: Path, key: Secret[bytes], migrations: Sequence[str]) -> int:
    """The number of rows of a database in which nothing is damaged."""
    connection = open_database(database, key, migrations)
    try:
        if damages(connection):
            raise DamagedPageError(database)
        alone(connection)  # so that no write-ahead log stays behind under the name the file has now
        return _rows(connection)
    finally:
        connection.close()


def _rows(connection: Connection) -> int:
    """How many rows all tables have together."""
    with reading(connection):
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        counts = [connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables]  # noqa: S608  # the schema's names
        return sum(counts)


def _written_key(path: Path, draw: Callable[[int], bytes]) -> Secret[bytes]:
    """A new key, on disk before anything is written under it."""
    key = draw(KEY_SIZE)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    _synced(path.parent)
    return Secret(key)


def _synced(folder: Path) -> None:
    """Have the folder's names on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _beside(path: Path) -> Path:
    return path.with_name(path.name + _NEXT)
