"""The encrypted databases: opened in one order, with one set of errors. The only file that imports SQLCipher.

Used by the bot for `conversations.db` and by the casebook for `casebook.db`. What an operator is told stands in the
docstring of each error: what is wrong, why, and what to do next. No error holds a key, a statement or anything from a
row.
"""

import inspect
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlcipher3 import dbapi2

from referrals.key_file import KEY_SIZE
from referrals.secret import Secret

# Seconds to wait for another writer; a transaction of ours takes about 0.0005 s, a checkpoint far below 1 s.
BUSY_TIMEOUT = 5.0
# sqlite.org/fileformat.html, section 1.3; an encrypted file begins with a random salt instead.
_PLAIN_HEADER = b"SQLite format 3\x00"
_TEMP_STORE_MEMORY = 2  # sqlite.org/pragma.html#pragma_temp_store


class DatabaseError(Exception):
    """The database could not be used."""

    def __init__(self, path: Path) -> None:
        """`path` is the file concerned; it is named in the message, and nothing else is."""
        self.path = path
        super().__init__(f"{path}: {' '.join((inspect.getdoc(type(self)) or '').split())}")


class MissingDatabaseError(DatabaseError):
    """There is no database here. Either the folder is the wrong one (see NARU_DATA_DIR), or it was never made: `naru
    init` makes it. If one was here before, stop and restore it first: a new one would know nothing of the referrals
    under way."""


class PlainTextDatabaseError(DatabaseError):
    """This is a database without encryption. Naru never writes one, so it came from somewhere else. Keep it away from
    this machine's users, find out who made it, and name the right folder in NARU_DATA_DIR."""


class WrongKeyError(DatabaseError):
    """The key does not open this database (a damaged first page looks the same). Check that key and database are of
    the same installation: a key belongs to one file, and conversations.db and casebook.db have different ones. If the
    key is right, restore the file."""


class NewerSchemaError(DatabaseError):
    """A newer version of Naru has used this database, and this version would misread it. Install the newer version
    again, or restore the backup from before the upgrade."""


class DiskFullError(DatabaseError):
    """The disk is full, so nothing more was written; what was saved before is whole. Free some space, then start
    again. Nothing is lost as long as Telegram keeps the updates, which is 24 hours."""


class LockedError(DatabaseError):
    """Another program keeps this database locked for longer than Naru waits. Find it (a second Naru, a backup, a shell
    left open) and end it, then start again."""


class DamagedPageError(DatabaseError):
    """A page of this database is damaged or was changed by another hand. Stop Naru, keep a copy of the file, check the
    disk, and restore the last backup. If the disk is sound, treat it as an intrusion."""


class UnreachableDatabaseError(DatabaseError):
    """The file or its folder can't be opened, read or written. Check its owner and mode, that the disk is mounted and
    writable, and the system's log for disk errors."""


class NoEncryptionError(DatabaseError):
    """The installed sqlcipher3 does not encrypt as it must, so nothing was opened. Install exactly what
    requirements/run.txt names, and none of sqlcipher3-binary and sqlcipher3-wheels, which put themselves in its place."""


class Connection(dbapi2.Connection):
    """An open, unlocked database, bound to the thread that opened it. Use it inside `transaction` or `reading`."""

    path: Path


def open_database(path: Path, key: Secret[bytes], migrations: Sequence[str], *, create: bool = False) -> Connection:
    """Open the database at `path` with its raw key of 32 bytes, and bring its schema up to date.

    `migrations` are SQL scripts, one statement begun on each line; the one at index i leads to schema version i + 1.
    With `create`, a missing file is made (mode 0600); without, it is an error. Rows come as plain tuples, and no
    transaction begins by itself.

    Raises a subclass of DatabaseError; ValueError when the key is not 32 bytes.
    """
    if len(key.reveal()) != KEY_SIZE:
        raise ValueError(f"a database key has {KEY_SIZE} bytes")
    _look_before_opening(path, create=create)
    with _told(path, not_a_database=WrongKeyError):
        connection = dbapi2.connect(
            f"{path.absolute().as_uri()}?mode=rw",  # whatever happens since the look: SQLite would make a missing file
            timeout=BUSY_TIMEOUT,
            isolation_level=None,
            uri=True,
            factory=Connection,
        )
        connection.path = path
        try:
            _unlock(connection, key)
            _migrate(connection, migrations)
        except BaseException:
            connection.close()
            raise
    return connection


def copied(connection: Connection, target: Path, key: Secret[bytes]) -> None:
    """Copy everything into a new file at `target` under another key of 32 bytes, from one moment of the database.

    Raises a subclass of DatabaseError; FileExistsError where there is a file already.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    copy = open_database(target, key, (), create=True)
    try:
        with _told(target):
            connection.backup(copy)
            checkpoint(copy)
    finally:
        copy.close()


def alone(connection: Connection) -> None:
    """Fold the log away and leave no file beside the database; raises LockedError when another program has it open."""
    with _told(connection.path):
        connection.execute("PRAGMA journal_mode=DELETE")  # SQLite refuses while anybody else is connected


def damages(connection: Connection) -> int:
    """How many faults SQLCipher and SQLite find in the whole file: pages changed by another hand, broken indexes and references."""
    with _told(connection.path):
        pages = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        broken = [row for row in connection.execute("PRAGMA integrity_check").fetchall() if row[0] != "ok"]
        return len(pages) + len(broken) + len(connection.execute("PRAGMA foreign_key_check").fetchall())


def numbered_scripts(folder: Path) -> list[str]:
    """The migrations in a folder, `0001_name.sql` and on, in their order."""
    return [path.read_text("utf-8") for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))]


def _look_before_opening(path: Path, *, create: bool) -> None:
    """Tell apart what SQLCipher would all call "not a database", and make the empty file when asked to."""
    try:
        handle = os.open(path, os.O_RDWR | (os.O_CREAT if create else 0), 0o600)
    except FileNotFoundError:
        raise (UnreachableDatabaseError if create else MissingDatabaseError)(path) from None
    except OSError:
        raise UnreachableDatabaseError(path) from None
    with os.fdopen(handle, "rb") as file:
        start = file.read(len(_PLAIN_HEADER))
    if start == _PLAIN_HEADER:
        raise PlainTextDatabaseError(path)
    if not start and not create:
        raise MissingDatabaseError(path)  # SQLite would take an empty file for a new database


def _unlock(connection: Connection, key: Secret[bytes]) -> None:
    """Set the key and every promise a connection must keep. The order is part of it."""
    connection.execute("PRAGMA cipher_log_level=NONE")  # SQLCipher writes to standard error by itself
    connection.execute("PRAGMA cipher_memory_security=ON")  # before the key, so that the key's own buffers are covered
    connection.set_key(f"x'{key.reveal().hex()}'")  # not by PRAGMA: the key stays out of SQL text and trace callbacks
    connection.execute("PRAGMA temp_store=MEMORY")  # sorting on disk would write rows there in plain text
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # an update is confirmed to Telegram only once it is on disk
    connection.execute("PRAGMA secure_delete=ON")  # deleted means overwritten
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA trusted_schema=OFF")  # a changed schema can't call functions
    connection.execute("PRAGMA cell_size_check=ON")  # a damaged page is noticed where it is read
    connection.execute(
        "SELECT count(*) FROM sqlite_master"
    ).fetchone()  # the first real read: a wrong key fails here at the latest
    version = connection.execute("PRAGMA cipher_version").fetchone()
    kept = {
        "temp_store": _TEMP_STORE_MEMORY,
        "journal_mode": "wal",
        "secure_delete": 1,
        "foreign_keys": 1,
        "cipher_memory_security": "1",
    }
    if not version or not version[0] or any(_pragma(connection, name) != value for name, value in kept.items()):
        raise NoEncryptionError(connection.path)


def _pragma(connection: Connection, name: str) -> object:
    row = connection.execute(f"PRAGMA {name}").fetchone()
    return row[0] if row else None


def _migrate(connection: Connection, migrations: Sequence[str]) -> None:
    """Run what is new, each script in a transaction of its own that also holds the new version number."""
    for version, script in enumerate(migrations, start=1):
        with transaction(connection):
            # Read under the lock: another program may have run this very script since.
            if _schema_version(connection) >= version:
                continue
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version={version}")
    if _schema_version(connection) > len(migrations):
        raise NewerSchemaError(connection.path)


def _schema_version(connection: Connection) -> int:
    version = _pragma(connection, "user_version")
    assert isinstance(version, int)  # noqa: S101  - SQLite's promise; told to mypy
    return version


def _statements(script: str) -> Iterator[str]:
    """Cut a script into statements: executescript() would commit the transaction it runs in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if dbapi2.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


@contextmanager
def transaction(connection: Connection) -> Iterator[Connection]:
    """Write in one transaction: all of it is on disk afterwards, or none of it.

    It takes the write lock at once, so two writers wait for each other instead of failing half-way. Raises a subclass
    of DatabaseError; an exception from inside undoes everything and is raised again.
    """
    with _told(connection.path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            with suppress(
                dbapi2.Error
            ):  # SQLite has undone it already on some errors; the first error is the one to tell
                connection.execute("ROLLBACK")
            raise


@contextmanager
def reading(connection: Connection) -> Iterator[Connection]:
    """Read from one moment of the database, whatever others write meanwhile. Raises a subclass of DatabaseError."""
    with _told(connection.path):
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            with suppress(dbapi2.Error):
                connection.execute("ROLLBACK")


def checkpoint(connection: Connection) -> bool:
    """Move the write-ahead log into the database and cut it to nothing, so that deleted rows are not left in it.

    Returns False when a reader was in the way: old pages are still there, so try again.
    """
    with _told(connection.path):
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


_TOLD: dict[int, type[DatabaseError]] = {
    dbapi2.SQLITE_FULL: DiskFullError,
    dbapi2.SQLITE_BUSY: LockedError,
    dbapi2.SQLITE_LOCKED: LockedError,
    dbapi2.SQLITE_CORRUPT: DamagedPageError,
    dbapi2.SQLITE_NOTADB: DamagedPageError,
    dbapi2.SQLITE_IOERR: UnreachableDatabaseError,
    dbapi2.SQLITE_CANTOPEN: UnreachableDatabaseError,
    dbapi2.SQLITE_READONLY: UnreachableDatabaseError,
    dbapi2.SQLITE_PERM: UnreachableDatabaseError,
}


@contextmanager
def _told(path: Path, *, not_a_database: type[DatabaseError] = DamagedPageError) -> Iterator[None]:
    """Turn what the machine or an operator must mend into our errors; a mistake in our SQL stays what it is."""
    try:
        yield
    except dbapi2.Error as error:
        # The low byte is the primary code; sqlite.org/rescode.html#extrc. An error of the wrapper itself has none.
        primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
        told = not_a_database if primary == dbapi2.SQLITE_NOTADB else _TOLD.get(primary)
        if told is None:
            raise
        raise told(path) from None
