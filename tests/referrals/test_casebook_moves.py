"""Which state may follow which."""

from typing import get_args

import pytest

from referrals.casebook_moves import (
    CLOSED,
    DECLINE_REASONS,
    MOVES,
    NEWS,
    OPEN,
    OUTCOMES,
    UNSEEN,
    Action,
    RefusedMove,
    TooEarly,
    moved,
)
from referrals.casebook_view import STATES

ACTIONS: tuple[Action, ...] = get_args(Action)


def test_every_state_has_its_row() -> None:
    """What is allowed in a state is written down, if only that nothing is; no move leads out of the known states."""
    assert set(MOVES) == set(STATES)
    assert {after for row in MOVES.values() for after in row.values()} <= set(STATES)
    assert set(STATES) >= CLOSED | UNSEEN | NEWS


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", ACTIONS)
def test_what_is_not_in_the_table_is_refused_with_the_state(state: str, action: Action) -> None:
    """Either the table's next state, or an error that names the state, the action and what can be done."""
    if action in MOVES[state]:
        assert moved(state, action) == MOVES[state][action]
        return
    with pytest.raises(RefusedMove) as refused:
        moved(state, action)
    told = str(refused.value)
    assert f"is {state.replace('_', ' ')}," in told
    assert f"nothing to {action.replace('_', ' ')} in that state" in told
    can = told.rpartition(":")[2]
    assert all(
        (each.replace("_", " ") in can) == (each in MOVES[state])
        for each in ("accept", "decline", "in_contact", "complete")
    )


def test_the_exact_words_of_a_refusal() -> None:
    """What is wrong, and what to do."""
    with pytest.raises(RefusedMove) as refused:
        moved("delivered", "complete")
    assert str(refused.value) == (
        "Nothing was changed: this referral is delivered, and there is nothing to complete in that state. "
        "What you can do with it: acknowledge, accept, decline, need more."
    )
    with pytest.raises(RefusedMove, match="What you can do with it: nothing any more"):
        moved("expired", "accept")


@pytest.mark.parametrize("state", sorted(CLOSED))
def test_from_an_end_only_her_own_word_leads_on(state: str) -> None:
    """No caseworker and no clock opens what has ended; she may take it back all the same."""
    assert {after for after in MOVES[state].values() if after != state} <= {"withdrawn"}


def test_nobody_at_the_partner_can_do_anything_with_what_is_held() -> None:
    """A held referral waits for the bot or for her."""
    assert set(MOVES["held"]) == {"release", "withdraw", "revoke", "destroy", "expire"}


def test_the_reasons_are_those_of_the_practice() -> None:
    """domain.md 4.4, decline reasons: nine."""
    assert " ".join(DECLINE_REASONS) == (
        "no_capacity out_of_area not_eligible language safety_conflict unsafe_contact duplicate suspected_misuse other"
    )


def test_an_acknowledgement_is_no_news() -> None:
    """N2: nothing she did not ask for."""
    assert sorted(NEWS) == ["accepted", "completed", "declined", "need_more"]


def test_the_outcomes_are_those_of_the_practice() -> None:
    """domain.md 4.4, outcome codes of GBVIMS: six."""
    assert " ".join(OUTCOMES) == (
        "service_provided_by_your_agency already_received declined_by_survivor service_unavailable not_applicable referred"
    )


def test_every_open_state_can_be_worked_on_and_no_ended_one_is_open() -> None:
    """What a queue shows is what a caseworker can do something with, and writing to her is possible in each."""
    assert OPEN.isdisjoint(CLOSED | UNSEEN)
    assert {state for state in STATES if "reply" in MOVES[state]} == OPEN
    assert {state for state in STATES if "need_more" in MOVES[state]} == OPEN


def test_a_question_does_not_undo_that_a_case_was_taken() -> None:
    """Asked before, the case waits for her; asked of an accepted one, it stays accepted. Her word ends the waiting."""
    assert [moved(state, "need_more") for state in ("delivered", "acknowledged", "accepted", "in_contact")] == [
        "need_more", "need_more", "accepted", "in_contact",
    ]  # fmt: skip
    assert moved("need_more", "add") == "acknowledged"


def test_only_what_was_asked_or_taken_is_closed_for_want_of_contact() -> None:
    """One that nobody has, or that was only acknowledged, is to be answered, not closed."""
    assert {state for state in STATES if "no_contact" in MOVES[state]} == {"accepted", "need_more", "in_contact"}
    told = str(TooEarly("accepted"))
    assert told == "Nothing was changed: 30 days without any sign have not passed yet. Try again when they have."
