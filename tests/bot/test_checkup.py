"""Each thing that can be wrong with a place or a machine is found by the doctor, told with what to do, and changed by nobody."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import machine
from bot.checkup import (
    Finding,
    of_databases,
    of_the_files,
    of_the_list,
    of_the_machine,
    of_the_queue,
)
from bot.commands.running import made_place
from bot.place import RESTORING
from bot.settings import read_keys
from referrals.casebook import Casebook, migrations
from referrals.casebook_listed import ListState
from referrals.rekeying import rekey
from referrals.secret import Secret

NOW = 1_795_000_000
DAY = 86_400


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A place as `naru init` makes it."""
    made_place(tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def casebook(place: Path) -> Iterator[Casebook]:
    """Its casebook, open."""
    found = Casebook.opened(place / "casebook.db", _key(place)("naru_casebook_key"))
    yield found
    found.close()


def _key(place: Path) -> Callable[[str], Secret[bytes]]:
    def key(name: str) -> Secret[bytes]:
        return read_keys(place, None, [name])[name]

    return key


def _bad(findings: Iterator[Finding]) -> list[str]:
    return [each.what for each in findings if each.weight == "bad"]


def test_a_restore_that_was_cut_off_is_told(place: Path) -> None:
    """Neither bot nor desk starts until it is finished."""
    (place / RESTORING).mkdir()
    assert _bad(of_databases(place, _key(place))) == ["A restore was cut off."]


def test_a_new_place_is_whole(place: Path) -> None:
    """Three databases, nothing to find in them."""
    assert [each.what for each in of_databases(place, _key(place))] == [
        "conversations.db: whole.", "casebook.db: whole.", "desk.db: whole.",
    ]  # fmt: skip


def test_a_changed_page_is_found(place: Path) -> None:
    """One flipped bit anywhere in the file."""
    content = bytearray((place / "casebook.db").read_bytes())
    content[-100] ^= 1
    (place / "casebook.db").write_bytes(content)
    (told,) = _bad(of_databases(place, _key(place)))
    assert told.startswith("casebook.db")


def test_a_missing_database_and_a_wrong_key_are_told_with_their_own_words(place: Path) -> None:
    """What is said is what the database itself says to do."""
    (place / "desk.db").unlink()
    (place / "keys" / "naru_conversations_key").write_bytes(b"x" * 32)
    found = {each.what: each.do for each in of_databases(place, _key(place)) if each.weight == "bad"}
    assert "naru init" in found["desk.db can't be used."]
    assert "The key does not open this database" in found["conversations.db can't be used."]


def test_a_change_of_key_that_was_cut_off_is_found(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it is finished the bot could not start; the doctor names the command."""

    class Cut(BaseException):
        pass

    def cut(*_: object) -> None:
        raise Cut

    with monkeypatch.context() as patched:
        patched.setattr("referrals.rekeying._key_moved", cut)
        with pytest.raises(Cut):
            rekey(place / "casebook.db", place / "keys" / "naru_casebook_key", migrations(), os.urandom)
    found = [each for each in of_databases(place, _key(place)) if each.weight == "bad"]
    assert "naru rekey naru_casebook_key" in found[0].do


@pytest.mark.parametrize(
    ("seen", "expires", "standing", "weight"),
    [
        (NOW, NOW + 10 * DAY, "good", "good"),
        (NOW, NOW + 3 * DAY, "good", "look"),
        (NOW, NOW - 1, "good", "bad"),
        (NOW, NOW + DAY, "urgent_only", "bad"),
        (NOW - 3_600, NOW + 10 * DAY, "good", "bad"),
    ],
)
def test_the_lists_age_is_told(casebook: Casebook, seen: int, expires: int, standing: str, weight: str) -> None:
    """In date, soon over, over, not renewed, and not looked at any more."""
    casebook.list_seen(ListState(1, expires, standing, (), seen), [])
    assert next(of_the_list(casebook, NOW)).weight == weight


def test_a_bot_that_never_ran_is_told(casebook: Casebook) -> None:
    """Without a list and without numbers there is something to do, and nothing to worry about."""
    assert [each.weight for each in (*of_the_list(casebook, NOW), *of_the_queue(casebook, NOW))] == ["look", "look"]


def test_a_queue_that_stands_still_is_told(casebook: Casebook) -> None:
    """By the age of its oldest job, not by its length."""
    casebook.pulses_set({"outbox_depth": 500, "outbox_oldest": NOW - 60, "set_aside": 0}, NOW)
    assert _bad(of_the_queue(casebook, NOW)) == []
    casebook.pulses_set({"outbox_depth": 1, "outbox_oldest": NOW - 3 * 3_600, "set_aside": 2}, NOW)
    found = list(of_the_queue(casebook, NOW))
    assert [each.weight for each in found] == ["bad", "look"]
    assert "3 hours" in found[0].what


def test_the_machine_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No time service, little disk, swap, core dumps and an open port: one line each."""
    monkeypatch.setattr(machine, "synchronized", lambda: False)
    monkeypatch.setattr(machine, "free_bytes", lambda _: 100)
    monkeypatch.setattr(machine, "swaps", lambda _: 1)
    monkeypatch.setattr(machine, "dumps_core", lambda _: True)
    monkeypatch.setattr(
        machine, "ports", lambda *_: [machine.Port(80, everywhere=True), machine.Port(8738, everywhere=False)]
    )
    found = list(of_the_machine(tmp_path, tmp_path, 0))
    assert [each.weight for each in found] == ["look", "bad", "bad", "bad", "bad"]
    assert "Port 80" in found[-1].what


def test_who_may_read_and_what_guards_the_keys(place: Path, tmp_path: Path) -> None:
    """A wrong mode is bad; keys in files are named as what they are."""
    nowhere = tmp_path / "none"
    (found,) = of_the_files(place, nowhere, given=False)
    assert "files on this disk" in found.what
    (place / "keys" / "naru_pepper").chmod(0o644)
    assert len(_bad(of_the_files(place, nowhere, given=False))) == 1
    assert "under a key on the same disk" in list(of_the_files(place, nowhere, given=True))[-1].what
