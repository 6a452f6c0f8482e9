"""Sealed files that caseworkers make: replies to the person, and copies for colleagues."""

import pytest

from referrals.casebook import Casebook, Moved, RefusedMove, UnknownReferral, hour
from referrals.casebook_replies import TooMuch
from referrals.filing import ReadFiling
from tests.filed import (
    CASE,
    DAY,
    FIRST,
    HOUR,
    NOW,
    OTHER_CASE,
    SECOND,
    THIRD,
    addition,
    alone,
    erasure,
    routing,
    rows,
    tables,
    withdrawal,
)

PACKET = FIRST[:31] + "f"
MARK, OTHER_MARK = "7" * 32, "8" * 32
THEIRS = {"case_id": OTHER_CASE, "verifier": "d" * 64}


def reply(book: Casebook, sealed: bytes = b"sealed reply", *, asks: bool = False, at: int = NOW) -> Moved:
    """Write to her, as the command line would: without a version."""
    return book.reply(FIRST, sealed, asks=asks, version=None, now=at)


def waiting(book: Casebook, case_id: str = CASE) -> list[bytes]:
    """What waits for her, sealed."""
    return [each.sealed for each in book.replies_for(case_id)]


# --- replies ---


def test_a_reply_waits_for_her_and_is_news(book: Casebook) -> None:
    """It acknowledges the case; she finds it oldest first, with the hour and its referral, and nobody else does."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.receive(alone(SECOND, **THEIRS), b"theirs", NOW)
    assert reply(book) == Moved("acknowledged", version=2)
    assert book.news() == [CASE]
    reply(book, b"the second", asks=True, at=NOW + HOUR)
    found = book.replies_for(CASE)
    assert [(each.sealed, each.referral_id, each.written) for each in found] == [
        (b"sealed reply", FIRST, hour(NOW)),
        (b"the second", FIRST, hour(NOW + HOUR)),
    ]
    assert waiting(book, OTHER_CASE) == []


@pytest.mark.parametrize(
    ("before", "plain", "asking"),
    [
        ("delivered", "acknowledged", "need_more"),
        ("accepted", "accepted", "accepted"),
        ("in_contact", "in_contact", "in_contact"),
    ],
)
def test_the_state_follows_the_table(book: Casebook, before: str, plain: str, asking: str) -> None:
    """A reply leaves a taken case taken; a question asked before that makes it wait for her."""
    book.receive(alone(FIRST), b"sealed", NOW)
    if before != "delivered":
        book.accept(FIRST, NOW)
    if before == "in_contact":
        book.in_contact(FIRST, NOW)
    assert reply(book).state == plain
    assert reply(book, b"question", asks=True).state == asking


def test_two_replies_of_one_page_are_a_conflict_and_not_two(book: Casebook) -> None:
    """A second press of the same button, or a colleague who writes at the same moment: she gets one."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.accept(FIRST, NOW, 1)
    book.reply(FIRST, b"sealed reply", asks=False, version=2, now=NOW)
    for again in (b"sealed reply", b"a colleague's"):
        with pytest.raises(Exception, match="Look at it again") as conflict:
            book.reply(FIRST, again, asks=False, version=2, now=NOW)
        assert type(conflict.value).__name__ == "Conflict"
    assert waiting(book) == [b"sealed reply"]


def test_the_same_file_sent_twice_is_one_reply(book: Casebook) -> None:
    """Also without a version: nothing moves."""
    book.receive(alone(FIRST), b"sealed", NOW)
    reply(book)
    before = tables(book)
    reply(book)
    assert tables(book) == before


@pytest.mark.parametrize("state", ["held", "declined", "withdrawn", "erased", "expired", "none"])
def test_nobody_writes_where_nothing_runs(book: Casebook, state: str) -> None:
    """What ended, what she erased, and what the partner must not know of."""
    book.receive(alone(FIRST) if state != "held" else routing(FIRST, position=1), b"sealed", NOW)
    match state:
        case "declined":
            book.decline(FIRST, "language", NOW)
        case "withdrawn":
            book.receive(withdrawal(FIRST), b"back", NOW)
        case "erased":
            book.receive(erasure(), None, NOW)
        case "expired":
            book.expire(NOW + 31 * DAY)
        case "none":
            book._db.execute("DELETE FROM referrals")
        case _:
            pass
    before = tables(book)
    with pytest.raises(UnknownReferral if state in {"held", "none"} else RefusedMove):
        reply(book)
    assert tables(book) == before
    assert waiting(book) == []


def test_neither_many_nor_large_replies_are_kept(book: Casebook) -> None:
    """Twenty of one referral; none that is larger than the largest that can be written, and none that is empty."""
    book.receive(alone(FIRST), b"sealed", NOW)
    for number in range(20):
        reply(book, bytes([number, 1]))
    before = tables(book)
    for sealed in (b"one more", b"", b"x" * 20_000):
        with pytest.raises(TooMuch, match="Nothing was kept"):
            reply(book, sealed)
    assert tables(book) == before


def test_what_she_read_goes_within_a_day_and_the_rest_stays(book: Casebook) -> None:
    """Also by the bot's own job, which names the case: a reply of another case is not touched by it."""
    book.receive(alone(FIRST), b"sealed", NOW)
    reply(book, b"read")
    reply(book, b"later")
    first, second = (each.reply_id for each in book.replies_for(CASE))
    book.receive(ReadFiling(case_id=CASE, reply_id=first), None, NOW)
    book.receive(ReadFiling(case_id=OTHER_CASE, reply_id=second), None, NOW)
    book.receive(ReadFiling(case_id=CASE, reply_id=first), None, NOW + 20 * HOUR)  # repeated: the first hour counts
    book.expire(NOW + 23 * HOUR)
    assert waiting(book) == [b"read", b"later"]
    book.expire(NOW + 24 * HOUR)
    assert waiting(book) == [b"later"]
    book.expire(NOW + 30 * DAY)
    assert waiting(book) == []


def test_of_when_she_read_only_the_hour_is_kept(book: Casebook) -> None:
    """As of everything she does."""
    book.receive(alone(FIRST), b"sealed", NOW)
    reply(book)
    book.replies_read([book.replies_for(CASE)[0].reply_id, "0" * 32], NOW + 1234)
    assert rows(book, "SELECT read, written % 3600 FROM replies") == [(hour(NOW + 1234), 0)]


@pytest.mark.parametrize("filing", [withdrawal(FIRST), erasure()], ids=["withdrawn", "erased"])
def test_what_she_takes_back_takes_replies_and_copies_along(book: Casebook, filing: object) -> None:
    """At once; those of another referral stay."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.receive(alone(SECOND, **THEIRS), b"theirs", NOW)
    reply(book)
    book.reply(SECOND, b"to somebody else", asks=False, version=None, now=NOW)
    book.reseal(FIRST, PACKET, MARK, b"copy")
    book.receive(filing, b"back" if filing != erasure() else None, NOW)  # type: ignore[arg-type]
    assert rows(book, "SELECT sealed FROM replies") == [(b"to somebody else",)]
    assert rows(book, "SELECT * FROM resealed") == []


# --- copies ---


def test_a_colleague_finds_a_copy_beside_the_first_file(book: Casebook) -> None:
    """The newest for each key; an addition has its own."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.receive(addition(FIRST), b"more", NOW)
    for sealed in (b"copy", b"newer copy"):
        book.reseal(FIRST, PACKET, MARK, sealed)
    book.reseal(FIRST, PACKET, OTHER_MARK, b"another's copy")
    assert [(each.kind, each.copies) for each in book.sealed_files(FIRST)] == [
        ("referral", (b"sealed", b"newer copy", b"another's copy")),
        ("addition", (b"more",)),
    ]
    assert book.sealed_files(FIRST)[0].packet_id == PACKET


def test_a_copy_can_not_be_put_into_somebody_elses_referral(book: Casebook) -> None:
    """The packet named must be of the referral whose door was opened."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.receive(alone(SECOND, **THEIRS), b"theirs", NOW)
    before = tables(book)
    for referral_id, packet_id in ((FIRST, SECOND[:31] + "f"), (THIRD, PACKET), (FIRST, "0" * 32)):
        with pytest.raises(UnknownReferral):
            book.reseal(referral_id, packet_id, MARK, b"copy")
    assert tables(book) == before


def test_copies_are_bounded(book: Casebook) -> None:
    """Thirty-two keys, as many as a sealed file has room for."""
    book.receive(alone(FIRST), b"sealed", NOW)
    for number in range(32):
        book.reseal(FIRST, PACKET, f"{number:032x}", b"copy")
    book.reseal(FIRST, PACKET, f"{3:032x}", b"newer")
    for mark, sealed in ((MARK, b"copy"), (f"{3:032x}", b""), (f"{3:032x}", b"x" * 200_000)):
        with pytest.raises(TooMuch):
            book.reseal(FIRST, PACKET, mark, sealed)


def test_after_a_withdrawal_only_its_word_is_given_out(book: Casebook) -> None:
    """The sealed referral is gone from the desk, and nobody seals it anew; of a held one there was never anything."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.receive(withdrawal(FIRST), b"back", NOW)
    assert [each.copies for each in book.sealed_files(FIRST)] == [(b"back",)]
    with pytest.raises(RefusedMove):
        book.reseal(FIRST, PACKET, MARK, b"copy")
    book.receive(routing(SECOND, **THEIRS), b"held", NOW)
    for unknown in (SECOND, THIRD):
        with pytest.raises(UnknownReferral):
            book.sealed_files(unknown)


def test_copies_go_with_their_packet(book: Casebook) -> None:
    """Seven days after the packet was acknowledged."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.accept(FIRST, NOW)
    book.reseal(FIRST, PACKET, MARK, b"copy")
    book.expire(NOW + 7 * DAY)
    assert rows(book, "SELECT * FROM resealed") == []
