"""desk.db."""

from pathlib import Path

import pytest

from referrals.database import Connection, MissingDatabaseError, WrongKeyError
from referrals.desk.store import DeskStore, migrations
from referrals.secret import Secret
from tests.desk_rig import DESK_KEY, Rig
from tests.pages import read_pages


def test_it_is_made_once_and_opened_with_its_key_only(tmp_path: Path) -> None:
    """Without `create` a missing one is an error, and another key opens nothing."""
    with pytest.raises(MissingDatabaseError):
        DeskStore.opened(tmp_path / "desk.db", DESK_KEY)
    DeskStore.opened(tmp_path / "desk.db", DESK_KEY, create=True).close()
    DeskStore.opened(tmp_path / "desk.db", DESK_KEY).close()
    with pytest.raises(WrongKeyError):
        DeskStore.opened(tmp_path / "desk.db", Secret(bytes(32)))


def test_every_script_is_run(tmp_path: Path) -> None:
    """The schema has the version of the last script."""
    store = DeskStore.opened(tmp_path / "desk.db", DESK_KEY, create=True)
    version = store.db.execute("PRAGMA user_version").fetchone()[0]
    store.close()

    assert version == len(migrations()) >= 4


def test_what_is_undone_leaves_nothing(desk: Rig) -> None:
    """A transaction that fails half-way changes nothing, and a reader sees one moment."""

    def fail(db: Connection) -> None:
        db.execute("INSERT INTO partner_settings VALUES ('P1', 1, NULL)")
        raise LookupError

    with pytest.raises(LookupError):
        desk.written(fail)

    def count() -> int:
        return desk.books(
            lambda books: int(books.desk.db.execute("SELECT count(*) FROM partner_settings").fetchone()[0])
        )

    assert count() == 0


def test_an_erased_name_is_gone_from_the_file(tmp_path: Path) -> None:
    """After a row was erased and the desk closed, no page of the file holds what stood in it, also no free one."""
    mark = b"MARKEDNAME"

    def with_row(change: str) -> bytes:
        store = DeskStore.opened(tmp_path / "desk.db", DESK_KEY, create=True)
        with store.transaction() as db:
            db.execute(change)
        store.close()
        return b"".join(page.content for page in read_pages(tmp_path / "desk.db", DESK_KEY))

    assert mark in with_row(f"INSERT INTO accounts VALUES ('a', '{mark.decode()}', NULL, 'operator', 'en', 1, NULL)")  # noqa: S608
    assert mark not in with_row("DELETE FROM accounts")
