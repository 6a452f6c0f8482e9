"""Which state of a referral may follow which, and by whose doing. Pure; every change of a state goes through `moved`."""

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

Action: TypeAlias = Literal[
    "acknowledge",  # a caseworker has it
    "accept",  # she takes the case
    "decline",  # she can't; with a reason
    "complete",  # the help was given
    "withdraw",  # the person takes it back
    "release",  # the bot: those before it in an ordered list stayed silent
    "destroy",  # the bot: it was held, and is not to be sent any more
    "expire",  # the bot: its time is over
]

DeclineReason: TypeAlias = Literal[
    "no_capacity", "out_of_area", "not_eligible", "language", "safety_conflict", "unsafe_contact", "duplicate",
    "suspected_misuse", "other",
]  # fmt: skip
DECLINE_REASONS: tuple[str, ...] = get_args(DeclineReason)
"""Why a partner can decline (domain.md 4.4)."""

# State -> what can be done in it -> the state that follows. What is not here is refused, and nothing changes. Acknowledging again what
# one has changes no state: it says that what came since was seen too. An expiry closes what was taken on without changing its state,
# for the sealed files are gone by then and the work may go on.
MOVES: Mapping[str, Mapping[Action, str]] = {
    "queued": {},  # not in the casebook yet
    "held": {"release": "delivered", "withdraw": "withdrawn", "destroy": "destroyed", "expire": "expired"},
    "delivered": {
        "acknowledge": "acknowledged", "accept": "accepted", "decline": "declined", "withdraw": "withdrawn", "expire": "expired",
    },
    "acknowledged": {
        "acknowledge": "acknowledged", "accept": "accepted", "decline": "declined", "withdraw": "withdrawn", "expire": "acknowledged",
    },
    "accepted": {"acknowledge": "accepted", "complete": "completed", "withdraw": "withdrawn", "expire": "accepted"},
    "need_more": {
        "acknowledge": "need_more", "accept": "accepted", "decline": "declined", "withdraw": "withdrawn", "expire": "need_more",
    },
    "in_contact": {"acknowledge": "in_contact", "complete": "completed", "withdraw": "withdrawn", "expire": "in_contact"},
    # The partner may still have what it saved, so the word that she takes it back must reach it after the end as well.
    "declined": {"acknowledge": "declined", "withdraw": "withdrawn"},
    "completed": {"acknowledge": "completed", "withdraw": "withdrawn"},
    "no_contact_30d": {"acknowledge": "no_contact_30d", "withdraw": "withdrawn"},
    "withdrawn": {"acknowledge": "withdrawn"},
    "revoked": {"acknowledge": "revoked"},
    "expired": {},
    "destroyed": {},
}  # fmt: skip

CLOSED = frozenset({"declined", "completed", "no_contact_30d", "withdrawn", "revoked", "expired", "destroyed"})
"""States in which a referral has ended: nothing is added to it any more."""

UNSEEN = frozenset({"queued", "held", "destroyed"})
"""States of a referral that its partner must not know of."""

NEWS = frozenset({"accepted", "declined", "completed"})
"""States that the person would want to hear of. That somebody has it is not among them: she did not ask for that (N2)."""

_BY_CASEWORKER: tuple[Action, ...] = ("acknowledge", "accept", "decline", "complete")


class RefusedMove(Exception):
    """What was asked can't be done with a referral in this state. Nothing was changed."""

    def __init__(self, state: str, action: Action) -> None:
        """`state` is the referral's own; the message says it, and what can be done instead."""
        self.state = state
        self.action = action
        can = [each for each in _BY_CASEWORKER if each in MOVES[state]]
        super().__init__(
            f"Nothing was changed: this referral is {state.replace('_', ' ')}, and there is nothing to {action} in that state. "
            f"What you can do with it: {', '.join(can) or 'nothing any more'}."
        )


def moved(state: str, action: Action) -> str:
    """The state that follows when `action` is done in `state`. Raises RefusedMove."""
    try:
        return MOVES[state][action]
    except KeyError:
        raise RefusedMove(state, action) from None
