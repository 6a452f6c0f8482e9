"""The encrypted databases: every error really caused, every promise of an open connection seen on disk."""

import os
import sqlite3
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from referrals import database
from referrals.database import (
    Connection,
    DamagedPageError,
    DatabaseError,
    DiskFullError,
    LockedError,
    MissingDatabaseError,
    NewerSchemaError,
    NoEncryptionError,
    PlainTextDatabaseError,
    UnreachableDatabaseError,
    WrongKeyError,
    checkpoint,
    open_database,
    reading,
    transaction,
)
from referrals.secret import Secret

KEY = Secret(bytes(range(32)))
OTHER_KEY = Secret(bytes(32))
SCHEMA = ["CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT NOT NULL) STRICT;\n"]
MARK = "fictional mark 나루 7f3a"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the path of a database with one row, closed."""
    path = tmp_path / "test.db"
    connection = open_database(path, KEY, SCHEMA, create=True)
    with transaction(connection):
        connection.execute("INSERT INTO note (words) VALUES (?)", (MARK,))
    connection.close()
    return path


@pytest.fixture
def connection(path: Path) -> Iterator[Connection]:
    """Give an open connection to it."""
    connection = open_database(path, KEY, SCHEMA)
    yield connection
    connection.close()


def words(connection: Connection) -> list[str]:
    """Read all rows."""
    with reading(connection):
        return [row[0] for row in connection.execute("SELECT words FROM note ORDER BY id")]


# ------------------------------------------------------------------------------------------------------------ opening


def test_what_was_written_is_read_again(connection: Connection) -> None:
    """A row survives closing and opening."""
    assert words(connection) == [MARK]


def test_a_missing_file_is_not_made_silently(tmp_path: Path) -> None:
    """Without `create`, a missing database is an error and stays missing."""
    path = tmp_path / "none.db"

    with pytest.raises(MissingDatabaseError):
        open_database(path, KEY, SCHEMA)
    assert not path.exists()


def test_an_empty_file_is_a_missing_database(tmp_path: Path) -> None:
    """An empty file, which SQLite would take for a new database, is an error too."""
    path = tmp_path / "empty.db"
    path.touch()

    with pytest.raises(MissingDatabaseError):
        open_database(path, KEY, SCHEMA)


def test_a_plain_text_database_is_refused(tmp_path: Path) -> None:
    """A database without encryption is named as such, not called damaged."""
    path = tmp_path / "plain.db"
    plain = sqlite3.connect(path)
    plain.execute("CREATE TABLE note (words TEXT)")
    plain.close()

    with pytest.raises(PlainTextDatabaseError):
        open_database(path, KEY, SCHEMA)


def test_a_wrong_key_is_refused_and_does_no_harm(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A wrong key is told by its own error, SQLCipher itself prints nothing, and the file is as before."""
    before = path.read_bytes()

    with pytest.raises(WrongKeyError):
        open_database(path, OTHER_KEY, SCHEMA)
    assert path.read_bytes() == before
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_key_of_another_size_is_our_own_mistake(path: Path, size: int) -> None:
    """SQLCipher would take any other key for a passphrase; it never gets one."""
    with pytest.raises(ValueError, match="32 bytes"):
        open_database(path, Secret(bytes(size)), SCHEMA)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    """With `create`, a folder that isn't there is an error of its own."""
    with pytest.raises(UnreachableDatabaseError):
        open_database(tmp_path / "nowhere" / "test.db", KEY, SCHEMA, create=True)


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    """What can't be opened as a file is told apart from a missing one."""
    with pytest.raises(UnreachableDatabaseError):
        open_database(tmp_path, KEY, SCHEMA)


def test_a_folder_with_odd_characters_is_no_uri(tmp_path: Path) -> None:
    """A path with the characters of a URI means the file of that name."""
    folder = tmp_path / "50% ?mode=memory#나루"
    folder.mkdir()
    open_database(folder / "test.db", KEY, SCHEMA, create=True).close()

    assert (folder / "test.db").stat().st_size > 0


def test_only_the_owner_can_read_the_files(tmp_path: Path) -> None:
    """Database, log and index are made with mode 0600 under any umask."""
    before = os.umask(0)
    try:
        connection = open_database(tmp_path / "test.db", KEY, SCHEMA, create=True)
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
        connection.close()
    finally:
        os.umask(before)

    assert modes == {"test.db": 0o600, "test.db-wal": 0o600, "test.db-shm": 0o600}


def test_a_library_without_encryption_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If something puts plain SQLite in the place of SQLCipher, nothing is opened."""

    class Plain(sqlite3.Connection):
        path: Path

        def set_key(self, key: str) -> None:
            """Do nothing, as plain SQLite does with PRAGMA key."""

    def connect(database: str, **_options: object) -> Plain:
        return sqlite3.connect(database, isolation_level=None, uri=True, factory=Plain)

    monkeypatch.setattr(dbapi2, "connect", connect)

    with pytest.raises(NoEncryptionError):
        open_database(tmp_path / "test.db", KEY, SCHEMA, create=True)


# ------------------------------------------------------------------------------------------------------------ promises


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temp_store", 2),  # memory
        ("journal_mode", "wal"),
        ("synchronous", 2),  # full
        ("secure_delete", 1),
        ("foreign_keys", 1),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("cipher_memory_security", "1"),
        ("cipher_page_size", "4096"),  # tests/pages.py reads this format and no other
        ("cipher_hmac_algorithm", "HMAC_SHA512"),
    ],
)
def test_a_connection_keeps_its_promises(connection: Connection, name: str, value: object) -> None:
    """Each setting reads back as it must be."""
    assert connection.execute(f"PRAGMA {name}").fetchone() == (value,)


def test_sorting_leaves_no_temporary_file(connection: Connection) -> None:
    """A sort larger than the cache opens no temporary file, deleted or not."""
    connection.execute("PRAGMA cache_size=100")  # pages; the sort below needs some 1,500
    with transaction(connection):
        connection.executemany("INSERT INTO note (words) VALUES (?)", ((f"{i:0200}",) for i in range(30_000)))
    opened: set[Path] = set()

    def look() -> int:
        opened.update(link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink())
        return 0

    connection.set_progress_handler(look, 10_000)
    with reading(connection):
        connection.execute("SELECT words FROM note ORDER BY words DESC").fetchall()

    assert opened
    assert not [name for name in opened if "etilqs" in str(name)]


def test_no_row_and_no_statement_can_be_read_on_disk(connection: Connection) -> None:
    """Neither a row nor the schema nor SQLite's header stands in any of the files."""
    with transaction(connection):
        connection.execute("INSERT INTO note (words) VALUES (?)", (MARK,))
    files = list(connection.path.parent.iterdir())

    assert len(files) == 3
    for file in files:
        content = file.read_bytes()
        assert all(trace not in content for trace in (MARK.encode(), b"CREATE TABLE", b"SQLite format"))


def _wrong_key(path: Path) -> None:
    open_database(path, Secret(b"fictional key, of 32 bytes long."), SCHEMA)


def _newer(path: Path) -> None:
    open_database(path, KEY, [])


def _damaged(path: Path) -> None:
    _flip(path, 4096 + 100)
    connection = open_database(path, KEY, SCHEMA)
    try:
        words(connection)
    finally:
        connection.close()


@pytest.mark.parametrize("cause", [_wrong_key, _newer, _damaged])
def test_no_error_carries_a_key(path: Path, cause: Callable[[Path], None]) -> None:
    """Neither the message nor any local variable of the traceback shows a key, even when a reporter prints them."""
    with pytest.raises(DatabaseError) as caught:
        cause(path)

    shown = ""
    error: BaseException | None = caught.value
    while error is not None:
        shown += "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
        error = error.__context__
    assert "test.db" in shown
    for key in (KEY.reveal(), b"fictional key, of 32 bytes long."):
        assert key.hex() not in shown
        assert repr(key)[2:-1] not in shown.replace('Secret(b"fictional key, of 32 bytes long.")', "")


@pytest.mark.parametrize("error", DatabaseError.__subclasses__(), ids=lambda error: error.__name__)
def test_each_error_says_where_and_what_to_do(error: type[DatabaseError]) -> None:
    """The message names the file and has at least two sentences: what is wrong, and what to do."""
    message = str(error(Path("/data/test.db")))

    assert message.startswith("/data/test.db: ")
    assert message.count(".") >= 3
    assert "\n" not in message


# ---------------------------------------------------------------------------------------------------------- migrations


def test_migrations_run_once_and_in_order(path: Path) -> None:
    """A second opening runs only what is new, and the version tells how far it went."""
    more = [*SCHEMA, "ALTER TABLE note ADD COLUMN seen INTEGER;\nUPDATE note SET seen = 1;\n"]
    for _ in range(2):
        connection = open_database(path, KEY, more)
        assert connection.execute("SELECT seen FROM note").fetchall() == [(1,)]
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        connection.close()


def test_a_migration_runs_once_though_many_open_at_once(path: Path) -> None:
    """Six threads open a database with the same slow migration pending: one runs it, the others wait and go on."""
    slow = """INSERT INTO note (words)
        WITH RECURSIVE counter(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counter WHERE i < 50000) SELECT i FROM counter;"""
    together = threading.Barrier(6)

    def open_and_close() -> None:
        together.wait()
        open_database(path, KEY, [*SCHEMA, slow]).close()

    with ThreadPoolExecutor(6) as pool:
        for opened in [pool.submit(open_and_close) for _ in range(6)]:
            opened.result()

    connection = open_database(path, KEY, [*SCHEMA, slow])
    found = words(connection)
    connection.close()
    assert len(found) == 50_001


def test_a_failing_migration_leaves_the_one_before(path: Path) -> None:
    """What a broken script did is undone, version number included; the scripts before it stand."""
    broken = [*SCHEMA, "CREATE TABLE second (id INTEGER);\n", "CREATE TABLE third (id INTEGER);\nNO SQL AT ALL;\n"]

    with pytest.raises(dbapi2.OperationalError, match="syntax error"):
        open_database(path, KEY, broken)

    connection = open_database(path, KEY, broken[:2])
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master ORDER BY name")]
    connection.close()
    assert names == ["note", "second"]


def test_a_trigger_is_one_statement(path: Path) -> None:
    """A script may hold statements with semicolons inside, comments, and no semicolon at its end."""
    script = """
    -- Every note is written twice; on purpose.
    CREATE TRIGGER twice AFTER INSERT ON note WHEN new.words = 'once' BEGIN
        INSERT INTO note (words) VALUES ('again');
        DELETE FROM note WHERE words = 'once';
    END;
    INSERT INTO note (words) VALUES ('once')"""
    connection = open_database(path, KEY, [*SCHEMA, script])

    found = words(connection)

    connection.close()
    assert found == [MARK, "again"]


def test_a_newer_schema_is_refused(path: Path) -> None:
    """An older program leaves a newer database alone."""
    open_database(path, KEY, [*SCHEMA, "CREATE TABLE second (id INTEGER);\n"]).close()

    with pytest.raises(NewerSchemaError):
        open_database(path, KEY, SCHEMA)


# -------------------------------------------------------------------------------------------------------- transactions


def test_an_exception_undoes_everything(connection: Connection) -> None:
    """What was written before an exception in the same transaction is gone, and the next one works."""
    with pytest.raises(KeyError), transaction(connection):
        connection.execute("DELETE FROM note")
        raise KeyError
    with transaction(connection):
        pass

    assert words(connection) == [MARK]


def test_a_mistake_in_our_sql_is_not_dressed_up(connection: Connection) -> None:
    """A broken constraint is a programmer's mistake and keeps its own exception."""
    with pytest.raises(dbapi2.IntegrityError), transaction(connection):
        connection.execute("INSERT INTO note (words) VALUES (NULL)")

    assert words(connection) == [MARK]


def test_reading_sees_one_moment(path: Path, connection: Connection) -> None:
    """What another connection commits while we read is seen only by the next reading."""
    other = open_database(path, KEY, SCHEMA)
    with reading(connection):
        connection.execute("SELECT count(*) FROM note").fetchone()
        with transaction(other):
            other.execute("DELETE FROM note")
        during = connection.execute("SELECT count(*) FROM note").fetchone()
    other.close()

    assert during == (1,)
    assert words(connection) == []


def test_a_locked_database_is_told(path: Path, connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that waits too long gets its own error, and can write once the lock is gone."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT", 0.05)
    other = open_database(path, KEY, SCHEMA)
    with transaction(connection), pytest.raises(LockedError), transaction(other):
        pass
    with transaction(other):
        other.execute("DELETE FROM note")
    other.close()

    assert words(connection) == []


def _flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def test_a_flipped_bit_is_a_damaged_page(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """One changed bit in a page is noticed when the page is read, and SQLCipher itself prints nothing."""
    _flip(path, 4096 + 100)
    connection = open_database(path, KEY, SCHEMA)

    with pytest.raises(DamagedPageError):
        words(connection)

    connection.close()
    assert capfd.readouterr() == ("", "")


def test_a_flipped_bit_of_the_first_page_looks_like_a_wrong_key(path: Path) -> None:
    """SQLCipher can't tell the two apart, so the message names both."""
    _flip(path, 100)

    with pytest.raises(WrongKeyError, match="damaged first page"):
        open_database(path, KEY, SCHEMA)


def _fill(connection: Connection, rows: int) -> None:
    with transaction(connection):
        connection.executemany("INSERT INTO note (words) VALUES (?)", (("x" * 1000,) for _ in range(rows)))


def test_a_full_database_is_told_and_nothing_is_lost(connection: Connection) -> None:
    """When no page is left, the transaction is undone, and what was there before is read and written on."""
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages + 10}")

    with pytest.raises(DiskFullError):
        _fill(connection, 100)

    assert words(connection) == [MARK]
    _fill(connection, 1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a folder on a disk of its own with 256 KiB; needs root."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root and a kernel that lets us")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_on_commit(small_disk: Path) -> None:
    """A transaction that fits the cache fails only when COMMIT writes it; all of it is undone, and freeing space is enough."""
    connection = open_database(small_disk / "test.db", KEY, SCHEMA, create=True)
    _fill(connection, 10)
    ballast = small_disk / "ballast"
    with pytest.raises(OSError, match="No space"), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))

    reached_commit = False
    with pytest.raises(DiskFullError), transaction(connection):
        connection.executemany("INSERT INTO note (words) VALUES (?)", (("y" * 1000,) for _ in range(30)))
        reached_commit = True
    assert reached_commit
    assert words(connection) == ["x" * 1000] * 10

    ballast.unlink()
    _fill(connection, 1)
    assert len(words(connection)) == 11
    connection.close()


# ------------------------------------------------------------------------------------------------------------- writers

WRITER = """
import sys
from pathlib import Path
from referrals.database import open_database, transaction
from referrals.secret import Secret
connection = open_database(Path(sys.argv[1]), Secret(bytes(range(32))), [sys.argv[2]])
for _ in range(int(sys.argv[3])):
    with transaction(connection):
        count = connection.execute("SELECT words FROM note WHERE id = 2").fetchone()[0]
        connection.execute("UPDATE note SET words = ? WHERE id = 2", (str(int(count) + 1),))
"""


def test_writers_wait_for_each_other(path: Path) -> None:
    """Six threads and two processes each read a number and write it back with one added: no addition is lost."""
    connection = open_database(path, KEY, SCHEMA)
    with transaction(connection):
        connection.execute("INSERT INTO note (id, words) VALUES (2, '0')")

    def add(times: int) -> None:
        mine = open_database(path, KEY, SCHEMA)
        for _ in range(times):
            with transaction(mine):
                count = mine.execute("SELECT words FROM note WHERE id = 2").fetchone()[0]
                mine.execute("UPDATE note SET words = ? WHERE id = 2", (str(int(count) + 1),))
        mine.close()

    processes = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), SCHEMA[0], "100"]) for _ in range(2)]
    with ThreadPoolExecutor(6) as pool:
        for added in [pool.submit(add, 100) for _ in range(6)]:
            added.result()
    codes = [process.wait() for process in processes]

    found = words(connection)
    connection.close()
    assert (codes, found) == ([0, 0], [MARK, "800"])


def test_a_checkpoint_empties_the_log(connection: Connection) -> None:
    """After a checkpoint the write-ahead log has no byte left; with a reader in the way it says so."""
    log = connection.path.with_name("test.db-wal")
    _fill(connection, 10)
    assert log.stat().st_size > 0

    assert checkpoint(connection)
    assert log.stat().st_size == 0


def test_a_checkpoint_tells_that_a_reader_was_in_the_way(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as somebody reads an older moment, the log can't be emptied, and the caller learns it."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT", 0.05)
    writer, reader = open_database(path, KEY, SCHEMA), open_database(path, KEY, SCHEMA)
    with reading(reader):
        reader.execute("SELECT count(*) FROM note").fetchone()
        _fill(writer, 1)
        assert not checkpoint(writer)
    assert checkpoint(writer)
    writer.close()
    reader.close()
