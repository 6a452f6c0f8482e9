"""Backups: what was there comes back under a new key, for the operators alone, for 7 days, and never half."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from referrals import backups
from referrals.backups import BackupError, forget_old, kept, make, opened, restore
from referrals.database import Connection, MissingDatabaseError, open_database, transaction
from referrals.sealing import new_identity
from referrals.secret import Secret

SCHEMA = ["CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT NOT NULL) STRICT;\n"]
NEWER = [*SCHEMA, "ALTER TABLE note ADD COLUMN seen INTEGER;\n"]
MARK = "fictional mark 7f3a"
NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
OPERATOR = new_identity(b"\x07" * 32)
OWN, NEW = Secret(b"\x01" * 32), Secret(b"\x02" * 32)


@pytest.fixture
def casebook(tmp_path: Path) -> Iterator[Connection]:
    """An open database with one row."""
    connection = open_database(tmp_path / "casebook.db", OWN, SCHEMA, create=True)
    with transaction(connection):
        connection.execute("INSERT INTO note (words) VALUES (?)", (MARK,))
    yield connection
    connection.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the backups go."""
    return tmp_path / "backups"


def _made(casebook: Connection, folder: Path, now: datetime = NOW) -> Path:
    return make({"casebook.db": casebook}, [OPERATOR.recipient], folder, now, secrets.token_bytes)


def _restored(backup: Path, target: Path, migrations: list[str] = SCHEMA) -> Connection:
    contents = opened(backup, OPERATOR.secret, NOW)
    return restore(backup, contents.part("casebook.db"), target, NEW, migrations)


def test_what_was_there_comes_back_under_the_new_places_key(casebook: Connection, folder: Path, tmp_path: Path) -> None:
    """Every row is in the restored database, which opens with its own key; nothing else is left in either folder."""
    backup = _made(casebook, folder)
    restored = _restored(backup, tmp_path / "new.db")
    assert restored.execute("SELECT words FROM note").fetchall() == [(MARK,)]
    restored.close()
    open_database(tmp_path / "new.db", NEW, SCHEMA).close()
    assert sorted(path.name for path in folder.iterdir()) == [backup.name]
    assert sorted(path.name for path in backup.iterdir()) == ["casebook.db", "contents.age"]
    assert not [path for path in tmp_path.iterdir() if "restoring" in path.name]


def test_a_backup_says_nothing_to_whoever_finds_it(casebook: Connection, folder: Path) -> None:
    """Neither its content nor the database's own key is in any file, and the machine's key does not open the copy."""
    backup = _made(casebook, folder)
    everything = b"".join(path.read_bytes() for path in backup.iterdir())
    assert MARK.encode() not in everything
    assert OWN.reveal() not in everything
    assert b"SQLite format 3" not in everything
    with pytest.raises(BackupError, match="can't be opened"):
        opened(backup, new_identity(b"\x08" * 32).secret, NOW)


def test_a_backup_keeps_its_moment_whatever_is_written_meanwhile(
    casebook: Connection, folder: Path, tmp_path: Path
) -> None:
    """What came after it was made is not in it."""
    backup = _made(casebook, folder)
    with transaction(casebook):
        casebook.execute("INSERT INTO note (words) VALUES ('later')")
    restored = _restored(backup, tmp_path / "new.db")
    assert restored.execute("SELECT count(*) FROM note").fetchone() == (1,)
    restored.close()


def test_backups_go_after_seven_days_and_other_files_stay(casebook: Connection, folder: Path) -> None:
    """Making one erases those that are 7 days old; what an operator put beside them is not touched."""
    old = _made(casebook, folder, NOW - timedelta(days=7))
    young = _made(casebook, folder, NOW - timedelta(days=6, hours=23))
    (folder / "naru-notes-Z").write_text("an operator's own", "utf-8")
    last = _made(casebook, folder)
    assert [each.path for each in kept(folder)] == [young, last]
    assert not old.exists()
    assert (folder / "naru-notes-Z").exists()
    assert forget_old(folder, NOW + timedelta(days=8)) == 2


def test_what_had_to_be_erased_by_now_is_not_restored(casebook: Connection, folder: Path) -> None:
    """A backup that somebody kept longer than 7 days is refused."""
    backup = _made(casebook, folder, NOW)
    with pytest.raises(BackupError, match="older than 7 days"):
        opened(backup, OPERATOR.secret, NOW + timedelta(days=7))


@pytest.mark.parametrize("harm", ["changed", "missing", "swapped"])
def test_a_backup_that_was_harmed_is_refused(casebook: Connection, folder: Path, harm: str) -> None:
    """A flipped bit, a missing file and a file of another backup are told, and nothing is restored."""
    backup = _made(casebook, folder)
    file = backup / "casebook.db"
    if harm == "changed":
        content = bytearray(file.read_bytes())
        content[5000] ^= 1
        file.write_bytes(content)
    elif harm == "missing":
        file.unlink()
    else:
        file.write_bytes((_made(casebook, folder, NOW + timedelta(seconds=1)) / "casebook.db").read_bytes())
    with pytest.raises(BackupError, match=r"casebook\.db of this backup is missing, damaged or changed"):
        opened(backup, OPERATOR.secret, NOW)


def test_a_cut_while_it_is_made_leaves_no_backup(
    casebook: Connection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that has the name of a backup is a whole one."""

    def full(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "seal_bytes", full)
    with pytest.raises(BackupError, match="No space left"):
        _made(casebook, folder)
    assert list(folder.iterdir()) == []


def test_a_place_that_is_not_empty_is_left_alone(casebook: Connection, folder: Path, tmp_path: Path) -> None:
    """Restoring over a database that is there would lose what it has."""
    backup = _made(casebook, folder)
    with pytest.raises(BackupError, match="is there already"):
        _restored(backup, tmp_path / "casebook.db")
    assert casebook.execute("SELECT count(*) FROM note").fetchone() == (1,)


def test_a_backup_of_an_older_schema_is_brought_up_to_date_and_stays_as_it_was(
    casebook: Connection, folder: Path, tmp_path: Path
) -> None:
    """After an upgrade the backup from before is restored with the new schema; its own file is not changed."""
    backup = _made(casebook, folder)
    before = (backup / "casebook.db").read_bytes()
    restored = _restored(backup, tmp_path / "new.db", NEWER)
    assert restored.execute("SELECT words, seen FROM note").fetchall() == [(MARK, None)]
    restored.close()
    assert (backup / "casebook.db").read_bytes() == before


def test_a_restore_that_fails_leaves_no_database(
    casebook: Connection, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the copy is found damaged inside, the place stays empty."""
    backup = _made(casebook, folder)
    monkeypatch.setattr(backups, "damages", lambda _: 1)
    with pytest.raises(BackupError, match="damaged inside"):
        _restored(backup, tmp_path / "new.db")
    with pytest.raises(MissingDatabaseError):
        open_database(tmp_path / "new.db", NEW, SCHEMA)
    assert not [path for path in tmp_path.iterdir() if "restoring" in path.name]
