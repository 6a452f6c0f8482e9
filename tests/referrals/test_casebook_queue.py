"""What the desk lists unopened: order, counts, pages, one referral, and how long partners take."""

from typing import Any

import pytest

from referrals.casebook import Casebook, hour
from referrals.casebook_answers import UNDO_SECONDS
from tests.filed import DAY, FIRST, HOUR, MINUTE, NOW, SECOND, THIRD, addition, alone, routing, withdrawal

PARTNER = "partner-1"


def file(book: Casebook, number: int, klass: str = "normal", at: int = NOW, **changes: Any) -> str:
    """File a referral of a case of its own for the partner; returns its id."""
    referral_id = f"{number:032x}"
    values: dict[str, Any] = {
        "packet_id": f"{number:031x}f",
        "case_id": f"{number:032x}",
        "verifier": f"{number:064x}",
        "partner": PARTNER,
        "klass": klass,
        "position": 0,
        "created": hour(at),
        "expires": hour(at + 30 * DAY),
    }
    book.receive(routing(referral_id, **(values | changes)), b"sealed", at)
    return referral_id


def order(book: Casebook, page: int = 1, **asked: Any) -> list[int]:
    """The numbers of the referrals on a page."""
    return [int(each.referral_id, 16) for each in book.queue(PARTNER, NOW, page, **asked).rows]


def test_urgent_ones_stand_first_then_what_nobody_has_then_by_class_and_age(book: Casebook) -> None:
    """An urgent case stays on top when it is taken; the others sink when somebody has them, and rise when she adds something."""
    file(book, 1, "normal", NOW - 3 * DAY)
    file(book, 2, "normal", NOW - 4 * DAY)
    file(book, 3, "days", NOW - 1 * DAY)
    file(book, 4, "days", NOW - 2 * DAY)
    file(book, 5, "now", NOW)
    for number in (2, 4, 5):
        book.accept(f"{number:032x}", NOW)
    assert order(book) == [5, 3, 1, 4, 2]
    book.receive(addition(f"{2:032x}", case_id=f"{2:032x}", verifier=f"{2:064x}", position=0), b"more", NOW)
    assert order(book) == [5, 3, 2, 1, 4]


def test_what_stands_above_the_queue(book: Casebook) -> None:
    """How many wait, the oldest of them, and whether any is urgent: those that somebody has do not wait."""
    assert book.queue(PARTNER, NOW) == type(book.queue(PARTNER, NOW))((), 0, 0, None, 0, 1, 1)
    file(book, 1, "normal", NOW - 3 * DAY)
    file(book, 2, "now", NOW - 5 * HOUR)
    file(book, 3, "now", NOW)
    file(book, 4, "days", NOW - 4 * DAY)
    book.acknowledge(f"{4:032x}", NOW)
    found = book.queue(PARTNER, NOW)
    assert (found.total, found.waiting, found.oldest, found.now_count) == (4, 3, hour(NOW - 3 * DAY), 2)


def test_pages_are_complete_and_do_not_overlap(book: Casebook) -> None:
    """Every referral once, in one order; a page beyond the last is the last, and one before the first is the first."""
    for number in range(1, 8):
        file(book, number, at=NOW - (number % 3) * HOUR)
    whole = order(book)
    assert [order(book, page, size=3) for page in (1, 2, 3)] == [whole[:3], whole[3:6], whole[6:]]
    last = book.queue(PARTNER, NOW, 9, size=3)
    assert (last.page, last.pages, len(last.rows)) == (3, 3, 1)
    assert book.queue(PARTNER, NOW, -1, size=3).page == 1


def test_a_queue_is_one_partners_and_of_states_it_may_know(book: Casebook) -> None:
    """No other partner's, none that ended unless it is asked for, and nothing held whoever asks."""
    mine, theirs = file(book, 1), file(book, 2, partner="partner-2")
    held = file(book, 3, "now", position=1)
    ended = file(book, 4)
    book.decline(ended, "language", NOW)
    assert order(book) == [1]
    assert order(book, states=["declined"]) == [4]
    assert order(book, states=["held", "destroyed", "queued"]) == []
    assert {each.referral_id for each in book.queue("partner-2", NOW).rows} == {theirs}
    assert (book.one(held), book.one("0" * 32)) == (None, None)
    assert book.one(mine) is not None


def test_what_she_took_back_leaves_the_queue(book: Casebook) -> None:
    """At once; it stands among the words owed instead."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.receive(withdrawal(FIRST), b"back", NOW)
    assert book.queue(PARTNER, NOW).total == 0
    assert [each.referral_id for each in book.owed_attestations(PARTNER, NOW)] == [FIRST]


@pytest.mark.parametrize(
    ("klass", "acknowledge", "answer"), [("now", 30, 60), ("days", 240, 1440), ("normal", 1440, 4320)]
)
def test_deadlines_by_class(book: Casebook, klass: str, acknowledge: int, answer: int) -> None:
    """domain.md 4.4: first the acknowledgement, then the answer; then it is her turn, or theirs without a clock."""
    referral_id = file(book, 1, klass, NOW + 123)

    def due() -> int | None:
        found = book.one(referral_id)
        assert found is not None
        assert (found.arrived, found.acknowledge_by) == (NOW + 123, NOW + 123 + acknowledge * MINUTE)
        return found.deadline

    assert due() == NOW + 123 + acknowledge * MINUTE
    book.acknowledge(referral_id, NOW + 200)
    assert due() == NOW + 123 + answer * MINUTE
    book.accept(referral_id, NOW + 300)
    assert due() is None


def test_one_says_what_is_here_and_until_when_it_can_be_undone(book: Casebook) -> None:
    """Files, replies, the first answer, why it ended."""
    referral_id = file(book, 1)
    book.reply(referral_id, b"reply", asks=False, version=1, now=NOW)
    found = book.one(referral_id)
    assert found is not None
    assert (found.packets, found.replies, found.answered, found.version) == (1, 1, NOW, 2)
    assert (found.undo_until, found.undoable, found.fresh) == (NOW + UNDO_SECONDS, True, False)
    book.decline(referral_id, "duplicate", NOW)
    found = book.one(referral_id)
    assert found is not None
    assert (found.state, found.reason, found.outcome, found.undoable) == ("declined", "duplicate", None, False)


def test_how_partners_answer(book: Casebook) -> None:
    """Counts, the oldest that waits, who is late, and the median of the last 30 days; nothing of what was never delivered."""
    for number, minutes in ((1, 10), (2, 20), (3, 24 * 60 + 5)):
        book.acknowledge(file(book, number, at=NOW), NOW + minutes * MINUTE)
    file(book, 4, at=NOW - 2 * DAY)
    file(book, 5, at=NOW + DAY - HOUR)
    file(book, 6, "now", position=1)
    book.decline(file(book, 7, partner="partner-2"), "language", NOW + 40 * MINUTE)
    (one, two) = book.delays(None, NOW + DAY + HOUR)
    assert (one.partner, one.open, one.waiting, one.late, one.oldest) == (PARTNER, 5, 2, 1, NOW - 2 * DAY)
    assert (one.answered, one.answered_late, one.median) == (3, 1, 20 * MINUTE)
    assert (two.partner, two.open, two.waiting, two.answered, two.median) == ("partner-2", 0, 0, 1, 40 * MINUTE)
    assert book.delays("partner-2", NOW + DAY) == (two,)
    assert book.delays("partner-3", NOW) == ()
    (old,) = book.delays(PARTNER, NOW + 40 * DAY)
    assert (old.answered, old.median) == (0, None)


def test_a_released_one_arrives_when_it_is_released(book: Casebook) -> None:
    """Its partner is not charged with the time in which it was held."""
    for referral_id in (FIRST, SECOND, THIRD):
        book.receive(routing(referral_id, partner=PARTNER), b"sealed", NOW)
    book.release(NOW + 40 * MINUTE)
    found = book.one(SECOND)
    assert found is not None
    assert (found.arrived, found.deadline) == (NOW + 40 * MINUTE, NOW + 70 * MINUTE)


def test_every_open_referral_of_every_partner_runs(book: Casebook) -> None:
    """With its deadline; one that is held or ended is not among them."""
    first, second = file(book, 1, "days"), file(book, 2, partner="partner-2")
    book.decline(file(book, 3), "other", NOW)
    book.receive(routing(THIRD, position=2), b"sealed", NOW)

    assert sorted((each.referral_id, each.partner, each.klass, each.state) for each in book.running()) == [
        (first, PARTNER, "days", "delivered"),
        (second, "partner-2", "normal", "delivered"),
    ]
