"""A place is brought back beside itself, and moved in when all of it is right: before that nothing, after that everything."""

import secrets
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import restoring
from bot.place import CASEBOOK, CONVERSATIONS, RESTORING, cut_off
from bot.restoring import Given, finished, refuse_occupied, restore
from referrals import backups
from referrals.backups import BackupError
from referrals.casebook import Casebook
from referrals.casebook_restored import Restored
from referrals.database import DatabaseError, WrongKeyError, open_database
from referrals.desk.store import DESK_DB, DeskStore
from referrals.sealing import new_identity
from referrals.secret import Secret
from tests.filed import FIRST, KEY, NOW, alone, states

OPERATOR = new_identity(b"\x07" * 32)
KEYS: Mapping[str, Secret[bytes]] = {
    CASEBOOK: Secret(b"1" * 32), DESK_DB: Secret(b"2" * 32), CONVERSATIONS: Secret(b"3" * 32),
}  # fmt: skip
MOMENT = datetime.fromtimestamp(NOW, UTC)


class Cut(BaseException):
    """The power goes."""


def _power_goes(*_: object, **__: object) -> None:
    raise Cut


@pytest.fixture
def given(tmp_path: Path) -> Given:
    """A backup with one case, for a place with keys of its own."""
    book = Casebook.opened(tmp_path / "casebook.db", KEY, create=True)
    book.receive(alone(FIRST), b"sealed", NOW)
    desk = DeskStore.opened(tmp_path / "desk.db", KEY, create=True)
    connections = {CASEBOOK: book._db, DESK_DB: desk.db}
    made = backups.make(connections, [OPERATOR.recipient], tmp_path / "backups", MOMENT, secrets.token_bytes)
    book.close()
    desk.close()
    return Given(made, backups.opened(made, OPERATOR.secret, MOMENT), [], KEYS, NOW, secrets.token_bytes)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A data directory without databases."""
    (tmp_path / "new").mkdir(mode=0o700)
    return tmp_path / "new"


def _files(place: Path) -> set[str]:
    return {path.name for path in place.iterdir()}


def test_all_three_databases_are_there_each_under_its_own_key(place: Path, given: Given) -> None:
    """Casebook and desk from the backup, an empty one for conversations; only their owner may read them; nothing else is left."""
    assert restore(place, given) == Restored(0, 0)
    assert _files(place) == {CASEBOOK, DESK_DB, CONVERSATIONS}
    assert [path.stat().st_mode & 0o077 for path in place.iterdir()] == [0, 0, 0]
    book = Casebook.opened(place / CASEBOOK, KEYS[CASEBOOK])
    assert states(book) == ["delivered"]
    book.close()
    for name in (DESK_DB, CONVERSATIONS):
        with pytest.raises(WrongKeyError):
            open_database(place / name, KEYS[CASEBOOK], ())


@pytest.mark.parametrize("name", [CASEBOOK, DESK_DB, CONVERSATIONS])
def test_a_place_with_any_database_is_refused(place: Path, given: Given, name: str) -> None:
    """Nothing is written over."""
    (place / name).write_bytes(b"fictional")
    with pytest.raises(BackupError, match=f"has {name}"):
        refuse_occupied(place)
    with pytest.raises(BackupError, match=f"has {name}"):
        restore(place, given)
    assert _files(place) == {name}


@pytest.mark.parametrize("step", ["_settled", "_made_ready"])
def test_cut_off_before_all_is_ready_nothing_is_there(
    place: Path, given: Given, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """A failure leaves the place as it was; what a kill leaves is swept away by the next try."""
    monkeypatch.setattr(restoring, step, _power_goes)
    with pytest.raises(Cut):
        restore(place, given)
    assert _files(place) == set()
    (place / RESTORING).mkdir()
    (place / RESTORING / CASEBOOK).write_bytes(b"half")
    assert cut_off(place)
    assert finished(place) is None
    assert not cut_off(place)


@pytest.mark.parametrize("moved", [0, 1, 2, 3])
def test_cut_off_while_it_moves_it_is_finished(
    place: Path, given: Given, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    """However many were moved, the same command moves the rest, and says what the first would have said."""
    rename, left = Path.rename, moved + 1  # one rename makes it ready

    def cut(self: Path, target: Path) -> Path:
        nonlocal left
        if left == 0:
            raise Cut
        left -= 1
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", cut)
    if moved < 3:
        with pytest.raises(Cut):
            restore(place, given)
        assert CASEBOOK not in _files(place)
    else:
        monkeypatch.setattr(shutil, "rmtree", _power_goes)
        with pytest.raises(Cut):
            restore(place, given)
    monkeypatch.undo()
    assert cut_off(place)
    assert finished(place) == Restored(0, 0)
    assert _files(place) == {CASEBOOK, DESK_DB, CONVERSATIONS}
    assert finished(place) is None


def test_a_damaged_backup_brings_nothing_back(place: Path, given: Given) -> None:
    """One part can't be opened: the other is not there either."""
    (given.backup / DESK_DB).write_bytes(secrets.token_bytes(8_192))
    with pytest.raises(DatabaseError):
        restore(place, given)
    assert _files(place) == set()
