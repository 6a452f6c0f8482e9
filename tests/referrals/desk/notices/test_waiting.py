"""What waits, without what it is: unanswered referrals, and what came later to an urgent one."""

from typing import Any

from referrals.casebook import Casebook
from referrals.desk.notices.deciding import Item
from referrals.desk.notices.waiting import items
from tests.filed import ADDED, DAY, FIRST, MINUTE, NOW, SECOND, addition, alone, routing, withdrawal

URGENT: dict[str, Any] = {"partner": "P1", "klass": "now", "position": 0}


def test_an_urgent_one_waits_from_its_very_second(book: Casebook) -> None:
    """It is since when it came, to the second, that a second person is called; and 30 minutes later it is late."""
    book.receive(alone(FIRST, **URGENT), b"sealed", NOW)

    assert items(book, NOW) == (Item(FIRST, "P1", urgent=True, since=NOW, late=NOW + 30 * MINUTE),)


def test_one_that_is_not_urgent_says_nothing_until_it_is_late(book: Casebook) -> None:
    """The daily mail comes anyway; after 24 hours it is late."""
    book.receive(alone(FIRST, partner="P1"), b"sealed", NOW)

    assert items(book, NOW + DAY - 1) == ()
    assert [(each.item, each.urgent) for each in items(book, NOW + DAY)] == [(FIRST, False)]


def test_what_is_answered_held_or_taken_back_is_not_there(book: Casebook) -> None:
    """Acknowledged, held behind another one, or withdrawn by her: none makes a mail, and a withdrawal itself makes none either."""
    book.receive(routing(FIRST), b"sealed", NOW)
    book.receive(routing(SECOND), b"sealed", NOW)
    assert {each.item for each in items(book, NOW)} == {FIRST}

    book.receive(withdrawal(FIRST, partner="partner-1", klass="now"), b"sealed", NOW)
    assert items(book, NOW) == ()

    book.release(NOW + 31 * MINUTE)
    assert {each.item for each in items(book, NOW + 31 * MINUTE)} == {SECOND}
    book.acknowledge(SECOND, NOW + 31 * MINUTE)
    assert items(book, NOW + 31 * MINUTE) == ()


def test_what_she_adds_to_an_urgent_one_is_urgent(book: Casebook) -> None:
    """It is an item of its own, until somebody acknowledges it; what she adds to another one is not."""
    book.receive(alone(FIRST, **URGENT), b"sealed", NOW)
    book.receive(alone(SECOND, partner="P1", case_id="d" * 32, verifier="d" * 64), b"sealed", NOW)
    book.acknowledge(FIRST, NOW)
    book.acknowledge(SECOND, NOW)
    assert items(book, NOW) == ()

    book.receive(addition(FIRST, **URGENT), b"sealed", NOW)
    book.receive(addition(SECOND, packet_id="9" * 32, partner="P1", klass="normal", position=0), b"sealed", NOW)
    assert [(each.item, each.urgent) for each in items(book, NOW)] == [(ADDED, True)]

    book.acknowledge(FIRST, NOW)
    assert items(book, NOW) == ()

    book.receive(addition(FIRST, packet_id="8" * 32, **URGENT), b"sealed", NOW)
    assert [each.item for each in items(book, NOW)] == ["8" * 32]
