"""What was erased stands in a second place, whole, by the end; and says since when it knows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from referrals import tombstones
from referrals.casebook import migrations
from referrals.database import Connection, open_database, transaction
from referrals.tombstones import TombstoneError, dropped, forget_old, read, struck_off, waiting, write
from tests.filed import KEY

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
FIRST, SECOND, THIRD = ("packet", "1" * 32), ("erased", "2" * 32), ("card", "3" * 32)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Connection]:
    """A casebook's database with three erasures in it."""
    connection = open_database(tmp_path / "casebook.db", KEY, migrations(), create=True)
    with transaction(connection):
        connection.executemany("INSERT INTO tombstones VALUES (?, ?)", [FIRST, SECOND, THIRD])
    yield connection
    connection.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The second place."""
    (tmp_path / "second").mkdir()
    return tmp_path / "second"


def test_what_was_carried_is_struck_off_here_and_stands_there(db: Connection, folder: Path) -> None:
    """Every erasure is in one of the two places at any time, and only what was carried goes here."""
    erased = waiting(db)
    assert sorted(erased) == sorted([FIRST, SECOND, THIRD])
    write(folder, erased, NOW)
    assert sorted(waiting(db)) == sorted(erased)
    with transaction(db):
        db.execute("INSERT INTO tombstones VALUES ('reply', ?)", ("4" * 32,))
    struck_off(db, erased)
    assert waiting(db) == [("reply", "4" * 32)]
    assert sorted(read(folder, NOW)) == sorted(erased)


def test_no_more_is_carried_in_one_go_than_was_said(db: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long list comes in parts, each of which is struck off before the next."""
    monkeypatch.setattr(tombstones, "_AT_ONCE", 2)
    first = waiting(db)
    assert len(first) == 2
    struck_off(db, first)
    assert len(waiting(db)) == 1


def test_without_a_second_place_nothing_of_it_is_left(db: Connection) -> None:
    """Ids of what was erased are not kept beside what they were erased from."""
    dropped(db)
    assert waiting(db) == []


@pytest.mark.parametrize("cut", [1, 7, 20, 33, 60])
def test_a_line_that_was_cut_off_takes_none_of_the_next_with_it(folder: Path, cut: int) -> None:
    """The power fails in the middle of a write; the same is carried again, and every line of it is read."""
    write(folder, [], NOW)
    path = folder / "erased-2026-11-24.ids"
    before = path.read_bytes()
    write(folder, [FIRST, SECOND], NOW)
    path.write_bytes(path.read_bytes()[: len(before) + cut])
    write(folder, [FIRST, SECOND], NOW)
    assert sorted(read(folder, NOW)) == sorted([FIRST, SECOND])


def test_only_its_owner_reads_the_second_place(folder: Path) -> None:
    """The ids mean nothing, and are nobody's concern."""
    write(folder, [FIRST], NOW)
    assert [path.stat().st_mode & 0o077 for path in folder.iterdir()] == [0]


def test_a_day_on_which_nothing_was_erased_is_known_as_such(folder: Path) -> None:
    """An empty file says since when erasures would be in it, and is made once."""
    write(folder, [], NOW)
    write(folder, [], NOW + timedelta(hours=3))
    assert (folder / "erased-2026-11-24.ids").read_text("ascii").split() == ["since", str(int(NOW.timestamp()))]
    assert read(folder, NOW) == []


def test_a_second_place_that_was_set_up_after_the_backup_is_refused(folder: Path) -> None:
    """What was erased between the two is in no file: it must not pass for everything."""
    write(folder, [FIRST], NOW)
    with pytest.raises(TombstoneError, match=r"does not reach back to the backup.*--without-tombstones"):
        read(folder, NOW - timedelta(seconds=1))
    assert read(folder, NOW + timedelta(days=6)) == [FIRST]


def test_a_folder_that_is_no_second_place_is_refused(folder: Path, tmp_path: Path) -> None:
    """An empty folder, or none, is not taken for one in which nothing was erased."""
    for each in (folder, tmp_path / "nowhere"):
        with pytest.raises(TombstoneError):
            read(each, NOW)


def test_what_is_no_line_of_ours_is_passed_over(folder: Path) -> None:
    """Half a line, another kind, and a file of another name; bytes that are no text are refused."""
    write(folder, [FIRST], NOW)
    with (folder / "erased-2026-11-24.ids").open("a", encoding="ascii") as file:
        file.write(f"\npacket 123\npartner {'5' * 32}\n{'6' * 32}\nsince\n")
    (folder / "erased-someday.ids").write_text("since 1\n", "ascii")
    assert read(folder, NOW) == [FIRST]
    (folder / "erased-2026-11-25.ids").write_bytes(b"\xff\xfe")
    with pytest.raises(TombstoneError, match="can't be read"):
        read(folder, NOW)


def test_files_go_once_no_backup_reaches_back_to_them(folder: Path) -> None:
    """A backup lives for 7 days and may have been made at any hour of its first: the eighth day back goes, the seventh stays."""
    for days in (9, 8, 7, 0):
        write(folder, [FIRST], NOW - timedelta(days=days))
    assert forget_old(folder, NOW.date()) == 2
    assert sorted(path.name for path in folder.iterdir()) == ["erased-2026-11-17.ids", "erased-2026-11-24.ids"]


def test_a_place_that_is_gone_is_told_with_its_name(tmp_path: Path) -> None:
    """Nothing is struck off by a write that failed, and the message says what waits."""
    with pytest.raises(TombstoneError, match=r"nowhere can't be written: .*Erasures wait"):
        write(tmp_path / "nowhere", [FIRST], NOW)
