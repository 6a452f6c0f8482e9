"""Which open packets a key can't open yet."""

from pathlib import Path
from typing import Any

from referrals.casebook import Casebook
from tests import filed
from tests.filed import FIRST, KEY, NOW, SECOND, THIRD, addition, alone

OLD, NEW = "0" * 32, "9" * 32  # marks


def book_with_three(path: Path) -> Casebook:
    """Two open referrals of one partner, the first with an addition, and one of another partner."""
    book = Casebook.opened(path / "casebook.db", KEY, create=True)
    known: dict[str, Any] = {"partner": "P1", "recipients": (OLD,)}
    book.receive(alone(FIRST, **known), b"first", NOW)
    book.receive(addition(FIRST, NOW, position=0, klass="normal", **known), b"more", NOW)
    book.receive(alone(SECOND, **known), b"second", NOW)
    book.receive(alone(THIRD, partner="P2", recipients=(OLD,)), b"elsewhere", NOW)
    return book


def test_what_was_not_sealed_to_a_key_is_missing(tmp_path: Path) -> None:
    """Everything open of this partner for a new key, and nothing for the key it was all sealed to."""
    book = book_with_three(tmp_path)

    assert book.unreadable_count("P1", NEW) == 3
    assert book.unreadable_count("P1", OLD) == 0
    assert [each.copies for each in book.unreadable("P1", NEW, "", 9)] == [
        (sealed,)
        for _, sealed in sorted([(FIRST[:31] + "f", b"first"), (filed.ADDED, b"more"), (SECOND[:31] + "f", b"second")])
    ]
    book.close()


def test_a_copy_fills_the_gap_and_lets_others_seal_on(tmp_path: Path) -> None:
    """Once sealed for a key a packet is missing no more for it, and its copy is among what another is made from."""
    book = book_with_three(tmp_path)
    book.reseal(FIRST, FIRST[:31] + "f", NEW, b"copy")

    assert book.unreadable_count("P1", NEW) == 2
    first = next(each for each in book.unreadable("P1", "8" * 32, "", 9) if each.packet_id == FIRST[:31] + "f")
    assert first.copies == (b"first", b"copy")
    book.close()


def test_they_come_page_by_page(tmp_path: Path) -> None:
    """Each page begins behind the last id of the one before, so that what can't be opened holds nobody up."""
    book = book_with_three(tmp_path)
    seen: list[str] = []
    while page := book.unreadable("P1", NEW, seen[-1] if seen else "", 1):
        seen += [each.packet_id for each in page]

    assert len(seen) == 3
    assert seen == sorted(seen)
    book.close()


def test_what_has_ended_is_not_sealed_again(tmp_path: Path) -> None:
    """A referral that was declined is no colleague's business any more."""
    book = book_with_three(tmp_path)
    book.decline(SECOND, "language", NOW)

    assert book.unreadable_count("P1", NEW) == 2
    assert {each.referral_id for each in book.unreadable("P1", NEW, "", 9)} == {FIRST}
    book.close()
