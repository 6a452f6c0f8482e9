"""Which state may follow which."""

from typing import get_args

import pytest

from referrals.casebook_moves import CLOSED, DECLINE_REASONS, MOVES, NEWS, UNSEEN, Action, RefusedMove, moved
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
    assert f"nothing to {action} in that state" in told
    assert all(
        (each in told.rpartition(":")[2]) == (each in MOVES[state]) for each in ("accept", "decline", "complete")
    )


def test_the_exact_words_of_a_refusal() -> None:
    """What is wrong, and what to do."""
    with pytest.raises(RefusedMove) as refused:
        moved("delivered", "complete")
    assert str(refused.value) == (
        "Nothing was changed: this referral is delivered, and there is nothing to complete in that state. "
        "What you can do with it: acknowledge, accept, decline."
    )
    with pytest.raises(RefusedMove, match="What you can do with it: nothing any more"):
        moved("expired", "accept")


@pytest.mark.parametrize("state", sorted(CLOSED))
def test_from_an_end_only_her_own_word_leads_on(state: str) -> None:
    """No caseworker and no clock opens what has ended; she may take it back all the same."""
    assert {after for after in MOVES[state].values() if after != state} <= {"withdrawn"}


def test_nobody_at_the_partner_can_do_anything_with_what_is_held() -> None:
    """A held referral waits for the bot or for her."""
    assert set(MOVES["held"]) == {"release", "withdraw", "destroy", "expire"}


def test_the_reasons_are_those_of_the_practice() -> None:
    """domain.md 4.4, decline reasons: nine."""
    assert " ".join(DECLINE_REASONS) == (
        "no_capacity out_of_area not_eligible language safety_conflict unsafe_contact duplicate suspected_misuse other"
    )


def test_an_acknowledgement_is_no_news() -> None:
    """N2: nothing she did not ask for."""
    assert sorted(NEWS) == ["accepted", "completed", "declined"]
