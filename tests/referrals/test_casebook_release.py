"""Urgent lists, one partner after the other: whoever may not get it any more never does."""

from typing import Literal

import pytest

from referrals.casebook import Casebook
from referrals.filing import Routing
from tests.filed import FIRST, MINUTE, NOW, SECOND, THIRD, routing, rows, states

MARKS = ("5" * 32, "6" * 32)


def listed(book: Casebook, **changes: object) -> None:
    """She ticked three partners in order."""
    for referral_id in (FIRST, SECOND, THIRD):
        book.receive(routing(referral_id, recipients=MARKS, **changes), referral_id.encode(), NOW)


def test_a_partner_that_may_not_get_it_never_does_and_the_next_one_gets_it_at_once(book: Casebook) -> None:
    """Suspended since she ticked it: its sealed file is erased unsent, and nobody waits half an hour for it."""
    listed(book)
    assert book.release(NOW + 30 * MINUTE, lambda each: "no" if each.partner == "partner-2" else "yes") == 1
    assert states(book) == ["delivered", "revoked", "delivered"]
    assert rows(book, "SELECT referral_id FROM packets ORDER BY referral_id") == [(FIRST,), (THIRD,)]
    assert book.sealed(SECOND) == []
    assert [each.referral_id for each in book.waiting()] == [FIRST, THIRD]
    assert book.overdue(NOW + 30 * MINUTE) == {"partner-1"}


def test_all_that_may_not_get_it_are_passed_over_in_one_look(book: Casebook) -> None:
    """In her order, and none of them is released."""
    listed(book)
    assert book.release(NOW + 30 * MINUTE, lambda _: "no") == 0
    assert states(book) == ["delivered", "revoked", "revoked"]


def test_while_the_list_is_out_of_date_it_stays_held(book: Casebook) -> None:
    """And goes when the list is in date again."""
    listed(book)
    assert book.release(NOW + 30 * MINUTE, lambda _: "hold") == 0
    assert states(book) == ["delivered", "held", "held"]
    assert book.release(NOW + 31 * MINUTE) == 1


def test_the_question_is_asked_with_what_was_filed(book: Casebook) -> None:
    """Partner, class and the keys it was sealed to, as just before any delivery."""
    listed(book)
    asked: list[Routing] = []

    def may(each: Routing) -> Literal["yes"]:
        asked.append(each)
        return "yes"

    book.release(NOW + 30 * MINUTE, may)
    assert asked == [routing(SECOND, recipients=MARKS)]


@pytest.mark.parametrize("gone", ["revoked", "withdrawn"])
def test_a_first_partner_that_left_the_list_before_delivery_blocks_nobody(book: Casebook, gone: str) -> None:
    """It was filed unsent: the next one gets it at once; after a withdrawal only when an answer would be late."""
    book.receive(routing(FIRST, instead=gone), b"first", NOW)
    book.receive(routing(SECOND), b"second", NOW)
    assert book.release(NOW) == (1 if gone == "revoked" else 0)
    assert book.release(NOW + 30 * MINUTE) == (0 if gone == "revoked" else 1)
