"""Which replies she may open."""

import pytest

from bot.dialogue import replies
from referrals.casebook_view import STATES
from tests.bot.dialogue.lists import changed
from tests.bot.dialogue.returned import answered, other_partners
from tests.person import Person

SILENT = {"queued", "held", "withdrawn", "revoked", "expired", "destroyed"}
# A state that she never sees: with her code the case is as it was (casebook_restored).
SEEN = [state for state in STATES if state != "restored"]


def readable(person: Person) -> list[str]:
    """Beginnings of the ids of all replies that she may open."""
    return [each.reply_id[:8] for _, each in replies.every(person.conversation, person.world())]


@pytest.mark.parametrize("state", SEEN)
def test_nothing_is_read_under_what_was_taken_back_or_never_arrived(state: str) -> None:
    """In every other state a reply can be read, also after the end."""
    assert readable(answered(state).tap("word.moon")) == ([] if state in SILENT else ["e0000001"])


def test_they_come_by_referral_and_the_oldest_first() -> None:
    """In the order of her case."""
    assert readable(answered("accepted", "declined").tap("word.moon")) == ["e0000001", "e0000002"]


def test_what_a_suspended_partner_wrote_is_withheld_and_not_lost() -> None:
    """She learns that something is there, and reads it when the partner is in force again."""
    person = answered("accepted").tap("word.moon")
    suspended = other_partners(person, changed(child={"x_status": "suspended"}))

    assert readable(suspended) == []
    assert "k_case.withheld" in {line.key for line in suspended.screen.lines}
    assert not [option for option in suspended.options if option.startswith("reply.")]
    assert readable(other_partners(suspended, person.partners)) == ["e0000001"]


@pytest.mark.parametrize("state", ["delivered", "acknowledged", "accepted", "need_more", "in_contact"])
def test_a_question_can_be_answered_while_somebody_works_on_it(state: str) -> None:
    """Its answers are offered, and a way to put it off."""
    person = answered(state, said="q_ill").tap("word.moon", "reply.e0000001")
    assert {"answer.today", "answer.later", "answer.no", "later"} <= set(person.options)


@pytest.mark.parametrize("state", ["declined", "completed", "no_contact_30d"])
def test_a_question_that_nobody_waits_for_has_no_answers(state: str) -> None:
    """It is shown, and that it is over."""
    person = answered(state, said="q_ill").tap("word.moon", "reply.e0000001")
    assert not [option for option in person.options if option.startswith("answer.")]
    assert "k_reply.over" in {line.key for line in person.screen.lines}
