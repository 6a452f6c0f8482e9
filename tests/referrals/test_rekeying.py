"""A new key for a database: all rows under it, none under the old one, and a cut at any step that can be finished."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from referrals import rekeying
from referrals.database import (
    DamagedPageError,
    LockedError,
    WrongKeyError,
    copied,
    open_database,
    transaction,
)
from referrals.key_file import read_key_file
from referrals.rekeying import rekey, unfinished
from referrals.secret import Secret

SCHEMA = ["CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT NOT NULL) STRICT;\n"]
ROWS = 300


class _Cut(BaseException):
    """The power goes."""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with `test.db` of 300 rows and its key file `key`."""
    key = secrets.token_bytes(32)
    (tmp_path / "key").write_bytes(key)
    (tmp_path / "key").chmod(0o600)
    connection = open_database(tmp_path / "test.db", Secret(key), SCHEMA, create=True)
    with transaction(connection):
        connection.executemany("INSERT INTO note (words) VALUES (?)", [("fictional mark 7f3a",)] * ROWS)
    connection.close()
    return tmp_path


def _rekeyed(place: Path) -> int:
    return rekey(place / "test.db", place / "key", SCHEMA, secrets.token_bytes)


def _rows(place: Path) -> int:
    connection = open_database(place / "test.db", read_key_file(place / "key"), SCHEMA)
    try:
        return int(connection.execute("SELECT count(*) FROM note").fetchone()[0])
    finally:
        connection.close()


def test_all_rows_are_there_under_the_new_key_and_the_old_one_opens_nothing(place: Path) -> None:
    """The key file holds another key, the database opens with it alone, and nothing of the change is left beside them."""
    old = read_key_file(place / "key")
    assert _rekeyed(place) == ROWS
    assert read_key_file(place / "key") != old
    assert _rows(place) == ROWS
    with pytest.raises(WrongKeyError):
        open_database(place / "test.db", old, SCHEMA)
    assert not [path for path in place.iterdir() if path.name.endswith(".next")]


def _cuts() -> dict[str, str]:
    """What is cut, by the step at which the power goes."""
    return {
        "before the key is written": "_written_key",
        "before the copy": "copied",
        "before the check": "damages",
        "before the first rename": "_rows",
        "after the first rename": "_key_moved",
    }


@pytest.mark.parametrize("step", _cuts())
def test_a_cut_at_any_step_loses_nothing_and_the_same_command_finishes(
    place: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """After a cut the rows open with the old key or the new one; asked again, the change is made."""

    def cut(*_: object) -> None:
        raise _Cut

    old = read_key_file(place / "key")
    with monkeypatch.context() as patched:
        patched.setattr(rekeying, _cuts()[step], cut)
        with pytest.raises(_Cut):
            _rekeyed(place)
    kept = place / ("key.next" if step == "after the first rename" else "key")
    open_database(place / "test.db", read_key_file(kept), SCHEMA).close()
    assert unfinished(place / "key") == (step != "before the key is written")
    assert _rekeyed(place) == ROWS
    assert not unfinished(place / "key")
    assert read_key_file(place / "key") != old
    assert _rows(place) == ROWS


def test_a_database_that_somebody_has_open_is_left_alone(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A running bot would go on writing into the file that is replaced: refused, and nothing changed."""
    monkeypatch.setattr("referrals.database.BUSY_TIMEOUT", 0.1)
    other = open_database(place / "test.db", read_key_file(place / "key"), SCHEMA)
    try:
        with pytest.raises(LockedError):
            _rekeyed(place)
    finally:
        other.close()
    assert not unfinished(place / "key")
    assert _rows(place) == ROWS


def test_a_damaged_database_is_not_carried_over(place: Path) -> None:
    """A page that was changed by another hand stops the change: the old key stays, and nothing waits to be finished."""
    key = read_key_file(place / "key")
    content = bytearray((place / "test.db").read_bytes())
    content[-100] ^= 1
    (place / "test.db").write_bytes(content)
    with pytest.raises(DamagedPageError):
        _rekeyed(place)
    assert read_key_file(place / "key") == key
    assert not unfinished(place / "key")
    assert not [path for path in place.iterdir() if path.name.endswith(".next")]


def test_the_new_key_is_on_disk_before_anything_is_written_under_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database whose key was only in memory would be lost with the power."""
    order: list[str] = []

    def noted(name: str, do: Callable[..., object]) -> Callable[..., object]:
        def step(*given: object) -> object:
            order.append(name)
            return do(*given)

        return step

    monkeypatch.setattr(os, "fsync", noted("fsync", os.fsync))
    monkeypatch.setattr(rekeying, "copied", noted("copied", copied))
    _rekeyed(place)
    assert order.index("fsync") < order.index("copied")
