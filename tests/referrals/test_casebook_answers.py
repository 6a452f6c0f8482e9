"""What caseworkers do, step by step: versions, what a step says by itself, and undoing it before anything has left the house."""

from collections.abc import Callable

import pytest

from referrals.casebook import Casebook, Conflict, Moved, RefusedMove, UnknownReferral
from referrals.casebook_answers import UNDO_SECONDS
from referrals.casebook_moves import OUTCOMES, Outcome, TooEarly
from tests.filed import (
    CASE,
    DAY,
    FIRST,
    HOUR,
    NOW,
    SECOND,
    THIRD,
    addition,
    alone,
    card,
    erasure,
    opened_case,
    routing,
    rows,
    tables,
    withdrawal,
)

Step = Callable[[Casebook, int | None], Moved]
STEPS: dict[str, Step] = {
    "acknowledge": lambda book, version: book.acknowledge(FIRST, NOW, version),
    "accept": lambda book, version: book.accept(FIRST, NOW, version),
    "decline": lambda book, version: book.decline(FIRST, "language", NOW, version),
    "need_more": lambda book, version: book.need_more(FIRST, NOW, version),
    "reply": lambda book, version: book.reply(FIRST, b"sealed reply", asks=False, version=version, now=NOW),
    "ask": lambda book, version: book.reply(FIRST, b"sealed question", asks=True, version=version, now=NOW),
    "in_contact": lambda book, version: book.in_contact(FIRST, NOW, version),
    "complete": lambda book, version: book.complete(FIRST, NOW, version=version),
    "no_contact": lambda book, version: book.no_contact(FIRST, NOW + 31 * DAY, version),
    "undo": lambda book, version: book.undo(FIRST, NOW, version),
}


def version_of(book: Casebook, referral_id: str = FIRST) -> int:
    """The version that a page made now would name."""
    found = book.one(referral_id)
    assert found is not None
    return found.version


# --- versions ---


@pytest.mark.parametrize("name", sorted(STEPS))
@pytest.mark.parametrize("stale", [1, 2, 4])
def test_a_step_decided_on_another_version_changes_nothing(book: Casebook, name: str, stale: int) -> None:
    """An older and a newer one alike: the error says what it is now, and every table is as it was."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.acknowledge(FIRST, NOW, 1)
    book.accept(FIRST, NOW, 2)
    before = tables(book)
    with pytest.raises(Conflict) as conflict:
        STEPS[name](book, stale)
    assert (conflict.value.state, conflict.value.version) == ("accepted", 3)
    assert "is accepted now. Look at it again" in str(conflict.value)
    assert tables(book) == before


@pytest.mark.parametrize("happened", ["addition", "withdrawal", "reply", "expired", "undone"])
def test_whatever_happens_meanwhile_is_noticed(book: Casebook, happened: str) -> None:
    """What she adds or takes back, what a colleague writes to her, that its time ran out, and an undo."""
    book.receive(alone(FIRST), b"sealed", NOW)
    seen = book.acknowledge(FIRST, NOW, 1).version
    match happened:
        case "addition":
            book.receive(addition(FIRST), b"more", NOW)
        case "withdrawal":
            book.receive(withdrawal(FIRST), b"back", NOW)
        case "reply":
            book.reply(FIRST, b"a colleague's", asks=False, version=seen, now=NOW)
        case "expired":
            book.undo(FIRST, NOW, seen)
            seen = version_of(book)
            book.expire(NOW + 31 * DAY)
        case _:
            book.undo(FIRST, NOW, seen)
    with pytest.raises(Conflict):
        book.decline(FIRST, "language", NOW, seen)


def test_what_must_not_be_known_is_no_conflict(book: Casebook) -> None:
    """Of a held one not even the version is told apart from one that nobody has."""
    book.receive(routing(FIRST), b"first", NOW)
    book.receive(routing(SECOND), b"held", NOW)
    for guessed in (SECOND, THIRD):
        for version in (1, 7):
            with pytest.raises(UnknownReferral):
                book.accept(guessed, NOW, version)


# --- what a step says by itself ---


def test_a_question_acknowledges_and_waits_for_her(book: Casebook) -> None:
    """The held ones are destroyed; what she sends then ends the waiting, and is new to the caseworkers."""
    book.receive(routing(FIRST), b"first", NOW)
    book.receive(routing(SECOND), b"second", NOW)
    assert book.need_more(FIRST, NOW + 5) == Moved("need_more", destroyed=1, version=2)
    assert book.overdue(NOW + DAY) == frozenset()
    book.receive(addition(FIRST, NOW + HOUR), b"her answer", NOW + HOUR)
    found = book.one(FIRST)
    assert found is not None
    assert (found.state, found.fresh, found.packets) == ("acknowledged", True, 2)


def test_an_outcome_is_kept_and_nothing_else_is_one(book: Casebook) -> None:
    """By its code; undone, it is gone."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.accept(FIRST, NOW, 1)
    moved = book.complete(FIRST, NOW, "referred", 2)
    assert rows(book, "SELECT state, outcome FROM referrals") == [("completed", "referred")]
    book.undo(FIRST, NOW, moved.version)
    assert rows(book, "SELECT state, outcome FROM referrals") == [("accepted", None)]
    with pytest.raises(ValueError, match="no such outcome"):
        book.complete(FIRST, NOW, "she was rude")  # type: ignore[arg-type]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_completes(book: Casebook, outcome: Outcome) -> None:
    """Also those that say that no help was given."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.accept(FIRST, NOW)
    assert book.complete(FIRST, NOW, outcome).state == "completed"


def test_thirty_days_without_a_sign_close_a_case(book: Casebook) -> None:
    """Counted from what last happened, on either side; a second before, nothing is changed."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.accept(FIRST, NOW + DAY)
    before = tables(book)
    with pytest.raises(TooEarly):
        book.no_contact(FIRST, NOW + 31 * DAY - 1)
    assert tables(book) == before
    book.receive(addition(FIRST, NOW + 20 * DAY), b"more", NOW + 20 * DAY)
    with pytest.raises(TooEarly):
        book.no_contact(FIRST, NOW + 31 * DAY)
    assert book.no_contact(FIRST, NOW + 50 * DAY).state == "no_contact_30d"
    assert book.news() == [CASE]  # of the acceptance, not of the end


def test_an_early_end_of_what_cannot_be_ended_is_refused_as_such(book: Casebook) -> None:
    """Not "try again later" for one that was never taken."""
    book.receive(alone(FIRST), b"sealed", NOW)
    with pytest.raises(RefusedMove, match="is delivered, and there is nothing to no contact"):
        book.no_contact(FIRST, NOW)


# --- undo ---


@pytest.mark.parametrize("name", ["acknowledge", "accept", "decline", "need_more", "reply", "ask"])
def test_a_slip_is_undone_without_a_trace(book: Casebook, name: str) -> None:
    """The state, the deadline, the time of the sealed file, her card and her news are as before; only the version moved on."""
    book.receive(card(), b"card", NOW)
    book.receive(alone(FIRST), b"sealed", NOW)
    before = tables(book)
    moved = STEPS[name](book, 1)
    undone = book.undo(FIRST, NOW + UNDO_SECONDS - 1, moved.version)
    assert undone == Moved("delivered", version=3)
    book._db.execute("UPDATE referrals SET version = 1")
    assert tables(book) == before
    assert book.overdue(NOW + 2 * DAY) == {"partner-1"}


@pytest.mark.parametrize("name", ["in_contact", "complete", "reply", "ask"])
def test_a_step_of_a_running_case_is_undone(book: Casebook, name: str) -> None:
    """Back to accepted, with her card."""
    book.receive(card(), b"card", NOW)
    book.receive(alone(FIRST), b"sealed", NOW)
    book.accept(FIRST, NOW)
    book.told(CASE)
    before = tables(book)
    moved = STEPS[name](book, 2)
    assert book.undo(FIRST, NOW, moved.version).state == "accepted"
    book._db.execute("UPDATE referrals SET version = 2")
    assert tables(book) == before


def test_her_card_waits_for_what_can_be_undone(book: Casebook) -> None:
    """Her last open case was completed by mistake, and another one ended meanwhile: the card is there until the end stands."""
    book.receive(card(), b"card", NOW)
    book.receive(alone(FIRST), b"first", NOW)
    book.receive(alone(SECOND), b"second", NOW)
    book.accept(FIRST, NOW)
    book.told(CASE)
    book.complete(FIRST, NOW, version=2)
    book.receive(withdrawal(SECOND), b"back", NOW)
    assert rows(book, "SELECT sealed FROM cards") == [(b"card",)]
    book.settle(NOW + UNDO_SECONDS)
    assert rows(book, "SELECT sealed FROM cards") == [(b"card",)]  # it is news now
    book.told(CASE)
    assert rows(book, "SELECT sealed FROM cards") == []


def test_an_undone_end_for_want_of_contact_needs_no_new_thirty_days(book: Casebook) -> None:
    """When something last happened is as before, too."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.accept(FIRST, NOW)
    moved = book.no_contact(FIRST, NOW + 30 * DAY, 2)
    book.undo(FIRST, NOW + 30 * DAY, moved.version)
    assert book.no_contact(FIRST, NOW + 30 * DAY).state == "no_contact_30d"


def test_after_ten_minutes_a_step_stands_and_she_hears_of_it(book: Casebook) -> None:
    """Until then nothing of it leaves the house; then it is news, and there is nothing to undo."""
    book.receive(alone(FIRST), b"sealed", NOW)
    moved = book.accept(FIRST, NOW, 1)
    book.settle(NOW + UNDO_SECONDS - 1)
    assert book.news() == []
    with pytest.raises(RefusedMove):  # whether or not anybody tidied up meanwhile
        book.undo(FIRST, NOW + UNDO_SECONDS, moved.version)
    book.settle(NOW + UNDO_SECONDS)
    assert book.news() == [CASE]
    with pytest.raises(RefusedMove, match="nothing to undo"):
        book.undo(FIRST, NOW, moved.version)


def test_going_on_settles_what_was_before(book: Casebook) -> None:
    """Only the last step can be undone, and the news of the one before it is not lost."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.accept(FIRST, NOW, 1)
    moved = book.in_contact(FIRST, NOW + 60, 2)
    assert book.news() == [CASE]
    assert book.undo(FIRST, NOW + 61, moved.version).state == "accepted"
    with pytest.raises(RefusedMove):
        book.undo(FIRST, NOW + 61, moved.version + 1)
    assert book.news() == [CASE]


def test_what_she_saw_is_not_undone(book: Casebook) -> None:
    """She came back with her code and read that her case was taken."""
    book.receive(alone(FIRST), b"sealed", NOW)
    moved = book.accept(FIRST, NOW, 1)
    book.told(CASE)
    with pytest.raises(RefusedMove):
        book.undo(FIRST, NOW, moved.version)
    book.settle(NOW + DAY)
    assert book.news() == []


def test_a_reply_that_she_read_is_not_undone(book: Casebook) -> None:
    """And one that she did not read is gone."""
    book.receive(alone(FIRST), b"sealed", NOW)
    moved = STEPS["reply"](book, 1)
    book.replies_read([book.replies_for(CASE)[0].reply_id], NOW)
    with pytest.raises(RefusedMove):
        book.undo(FIRST, NOW, moved.version)
    assert len(book.replies_for(CASE)) == 1


@pytest.mark.parametrize("name", ["acknowledge", "accept", "decline", "reply", "ask"])
def test_of_an_urgent_one_the_first_answer_stands(book: Casebook, name: str) -> None:
    """The held ones are destroyed or the next one gets it at once, and she hears at once: nobody waits ten minutes for a slip."""
    book.receive(routing(FIRST), b"first", NOW)
    moved = STEPS[name](book, 1)
    with pytest.raises(RefusedMove):
        book.undo(FIRST, NOW, moved.version)
    assert book.news() == ([] if name == "acknowledge" else [CASE])


def test_of_an_urgent_one_a_step_that_nobody_hears_of_is_undone(book: Casebook) -> None:
    """That they are talking was pressed by mistake."""
    book.receive(routing(FIRST), b"first", NOW)
    book.accept(FIRST, NOW, 1)
    moved = book.in_contact(FIRST, NOW, 2)
    assert book.undo(FIRST, NOW, moved.version).state == "accepted"


def test_the_command_lines_steps_stand(book: Casebook) -> None:
    """Without a version she hears at once."""
    book.receive(alone(FIRST), b"sealed", NOW)
    moved = book.accept(FIRST, NOW)
    assert book.news() == [CASE]
    with pytest.raises(RefusedMove):
        book.undo(FIRST, NOW, moved.version)


@pytest.mark.parametrize("erases", [True, False])
def test_when_she_takes_it_back_nothing_is_undone_or_told(book: Casebook, erases: bool) -> None:
    """The end is hers."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.accept(FIRST, NOW, 1)
    if erases:
        book.receive(erasure(), None, NOW)
    book.receive(withdrawal(FIRST), b"back", NOW)
    with pytest.raises(RefusedMove):
        book.undo(FIRST, NOW, version_of(book))
    book.settle(NOW + DAY)
    assert book.news() == []
    found = opened_case(book)
    assert (found is None) if erases else (found is not None and found.referrals[0].state == "withdrawn")
