"""What follows from a change of state: packets, news, the end, her card."""

import pytest

from referrals.casebook import Casebook, RefusedMove, UnknownReferral, hour
from referrals.casebook_changes import change, destroy_held, state_of
from referrals.database import transaction
from tests.filed import (
    CASE,
    DAY,
    FIRST,
    NOW,
    SECOND,
    THIRD,
    alone,
    card,
    erasure,
    opened_case,
    routing,
    rows,
    tables,
    withdrawal,
)


def _card(book: Casebook) -> bytes | None:
    found = opened_case(book)
    return None if found is None else found.card


def test_a_refused_move_leaves_all_as_it_was(book: Casebook) -> None:
    """Not a column is different, and no packet is marked as seen."""
    book.receive(alone(FIRST), b"sealed", NOW)
    before = tables(book)
    with pytest.raises(RefusedMove):
        book.complete(FIRST, NOW)
    assert tables(book) == before


def test_an_unknown_one_is_said_without_its_id(book: Casebook) -> None:
    """The id was typed by somebody."""
    with transaction(book._db), pytest.raises(UnknownReferral) as unknown:
        state_of(book._db, THIRD)
    assert THIRD not in str(unknown.value)
    assert "look at the list again" in str(unknown.value)


def test_each_change_is_counted_and_doing_nothing_is_not(book: Casebook) -> None:
    """Two who edit the same referral notice each other by its version."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.acknowledge(FIRST, NOW)
    book.acknowledge(FIRST, NOW)
    assert rows(book, "SELECT version FROM referrals") == [(2,)]


def test_the_end_is_noted_once_by_its_hour(book: Casebook) -> None:
    """A case that expired and was completed later is kept from its expiry on; only her own withdrawal moves that."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.accept(FIRST, NOW)
    assert rows(book, "SELECT closed FROM referrals") == [(None,)]
    book.expire(NOW + 30 * DAY)
    book.complete(FIRST, NOW + 40 * DAY)
    assert rows(book, "SELECT state, closed FROM referrals") == [("completed", hour(NOW + 30 * DAY))]
    book.receive(withdrawal(FIRST, NOW + 50 * DAY), b"back", NOW + 50 * DAY)
    assert rows(book, "SELECT state, closed FROM referrals") == [("withdrawn", hour(NOW + 50 * DAY))]


def test_her_card_goes_when_all_is_over_and_she_knows(book: Casebook) -> None:
    """Completed is news: the card opens the way to it, and goes once she saw."""
    book.receive(card(), b"card", NOW)
    book.receive(alone(FIRST), b"sealed", NOW)
    book.accept(FIRST, NOW)
    book.told(CASE)
    assert _card(book) == b"card"
    book.complete(FIRST, NOW)
    assert _card(book) == b"card"
    book.told(CASE)
    assert _card(book) is None


def test_her_card_stays_while_anything_is_open(book: Casebook) -> None:
    """She took one back, and another runs on."""
    book.receive(card(), b"card", NOW)
    book.receive(alone(FIRST), b"sealed", NOW)
    book.receive(alone(SECOND), b"sealed", NOW)
    book.receive(withdrawal(FIRST), b"back", NOW)
    assert _card(book) == b"card"
    book.receive(withdrawal(SECOND, packet_id="9" * 32), b"back", NOW)
    assert _card(book) is None


def test_her_card_outlives_a_refusal(book: Casebook) -> None:
    """After a decline she may choose somebody else, and is to be known by her words until then."""
    book.receive(card(), b"card", NOW)
    book.receive(alone(FIRST), b"sealed", NOW)
    book.decline(FIRST, "no_capacity", NOW)
    book.told(CASE)
    assert _card(book) == b"card"


def test_a_card_that_comes_first_waits_for_its_referral(book: Casebook) -> None:
    """It opens the case by itself, and nothing that ended earlier takes it along."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.receive(withdrawal(FIRST), b"back", NOW)
    book.receive(card(), b"card", NOW)
    book.expire(NOW)
    assert _card(book) == b"card"


def test_of_an_erased_case_there_is_no_news(book: Casebook) -> None:
    """Nobody can be told any more."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.receive(erasure(), None, NOW)
    book.accept(FIRST, NOW)
    assert book.news() == []


def test_only_what_is_held_of_this_case_is_destroyed(book: Casebook) -> None:
    """What was delivered stays, and so does everybody else's; the sealed files of the destroyed are gone."""
    other = {"case_id": "d" * 32, "verifier": "d" * 64}
    book.receive(routing(FIRST), b"first", NOW)
    book.receive(routing(SECOND), b"second", NOW)
    book.receive(routing(THIRD, **other), b"theirs", NOW)
    with transaction(book._db):
        assert destroy_held(book._db, CASE, NOW) == 1
    assert rows(book, "SELECT state FROM referrals ORDER BY referral_id") == [("delivered",), ("destroyed",), ("held",)]
    assert rows(book, "SELECT referral_id FROM packets ORDER BY referral_id") == [(FIRST,), (THIRD,)]


def test_a_reason_is_kept_only_as_long_as_it_holds(book: Casebook) -> None:
    """When she takes back what was declined, it is withdrawn and nothing else."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.decline(FIRST, "language", NOW)
    with transaction(book._db):
        assert change(book._db, FIRST, "withdraw", NOW) == "withdrawn"
    assert rows(book, "SELECT state, reason FROM referrals") == [("withdrawn", None)]
