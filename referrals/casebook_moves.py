"""Which state of a referral may follow which, and by whose doing. Pure; every change of a state goes through `moved`."""

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

Action: TypeAlias = Literal[
    "acknowledge",  # a caseworker has it
    "accept",  # she takes the case
    "decline",  # she can't; with a reason
    "need_more",  # she asks one of the closed questions
    "reply",  # she writes to the person
    "in_contact",  # they are talking, outside of this
    "complete",  # it is done; with an outcome
    "no_contact",  # nothing was heard for 30 days
    "undo",  # a caseworker takes back her last change; in no row of the table, for it leads to what was before
    "add",  # the person sends something more
    "withdraw",  # the person takes it back
    "release",  # the bot: those before it in an ordered list stayed silent
    "revoke",  # the bot: the partner left the list before it was released
    "destroy",  # the bot: it was held, and is not to be sent any more
    "expire",  # the bot: its time is over
]

DeclineReason: TypeAlias = Literal[
    "no_capacity", "out_of_area", "not_eligible", "language", "safety_conflict", "unsafe_contact", "duplicate",
    "suspected_misuse", "other",
]  # fmt: skip
DECLINE_REASONS: tuple[str, ...] = get_args(DeclineReason)
"""Why a partner can decline (domain.md 4.4)."""

Outcome: TypeAlias = Literal[
    "service_provided_by_your_agency", "already_received", "declined_by_survivor", "service_unavailable", "not_applicable", "referred",
]  # fmt: skip
OUTCOMES: tuple[str, ...] = get_args(Outcome)
"""How a case can have ended: the codes of GBVIMS (domain.md 4.4)."""

NO_CONTACT_DAYS = 30  # without a sign before a case may be closed for it (domain.md 4.4)

# State -> what can be done in it -> the state that follows. What is not here is refused, and nothing changes. Acknowledging again what
# one has changes no state: it says that what came since was seen too. A question or a reply is given by who has it, so either
# acknowledges; neither undoes that a case was taken. What she adds while she is asked is taken for the answer, for nobody here can
# read it. An expiry closes what was taken on without changing its state, for the sealed files are gone by then and the work may go on.
MOVES: Mapping[str, Mapping[Action, str]] = {
    "queued": {},  # not in the casebook yet
    "held": {
        "release": "delivered", "withdraw": "withdrawn", "revoke": "revoked", "destroy": "destroyed", "expire": "expired",
    },
    "delivered": {
        "acknowledge": "acknowledged", "accept": "accepted", "decline": "declined", "need_more": "need_more",
        "reply": "acknowledged", "withdraw": "withdrawn", "expire": "expired",
    },
    "acknowledged": {
        "acknowledge": "acknowledged", "accept": "accepted", "decline": "declined", "need_more": "need_more",
        "reply": "acknowledged", "withdraw": "withdrawn", "expire": "acknowledged",
    },
    "accepted": {
        "acknowledge": "accepted", "need_more": "accepted", "reply": "accepted", "in_contact": "in_contact",
        "complete": "completed", "no_contact": "no_contact_30d", "withdraw": "withdrawn", "expire": "accepted",
    },
    "need_more": {
        "acknowledge": "need_more", "accept": "accepted", "decline": "declined", "need_more": "need_more", "reply": "need_more",
        "no_contact": "no_contact_30d", "add": "acknowledged", "withdraw": "withdrawn", "expire": "need_more",
    },
    "in_contact": {
        "acknowledge": "in_contact", "need_more": "in_contact", "reply": "in_contact", "complete": "completed",
        "no_contact": "no_contact_30d", "withdraw": "withdrawn", "expire": "in_contact",
    },
    # The partner may still have what it saved, so the word that she takes it back must reach it after the end as well.
    "declined": {"acknowledge": "declined", "withdraw": "withdrawn"},
    "completed": {"acknowledge": "completed", "withdraw": "withdrawn"},
    "no_contact_30d": {"acknowledge": "no_contact_30d", "withdraw": "withdrawn"},
    "withdrawn": {"acknowledge": "withdrawn"},
    "revoked": {"acknowledge": "revoked"},
    "expired": {},
    "destroyed": {},
    "restored": {"withdraw": "withdrawn", "expire": "expired", "destroy": "destroyed"},  # until somebody can vouch for it
}  # fmt: skip

OPEN = frozenset({"delivered", "acknowledged", "need_more", "accepted", "in_contact"})
"""States of a referral that a caseworker has something to do with: what a queue shows."""

CLOSED = frozenset({"declined", "completed", "no_contact_30d", "withdrawn", "revoked", "expired", "destroyed"})
"""States in which a referral has ended: nothing is added to it any more."""

UNSEEN = frozenset({"queued", "held", "destroyed", "restored"})
"""States of a referral that its partner must not know of."""

NEWS = frozenset({"accepted", "declined", "need_more", "completed"})
"""States that the person would want to hear of. That somebody has it is not among them: she did not ask for that (N2).

Nor is the talking, of which she knows, nor the end after 30 days in which nobody heard of her: she may have her reasons.
"""

_BY_CASEWORKER: tuple[Action, ...] = ("acknowledge", "accept", "decline", "need_more", "in_contact", "complete")


class RefusedMove(Exception):
    """What was asked can't be done with a referral in this state. Nothing was changed."""

    def __init__(self, state: str, action: Action) -> None:
        """`state` is the referral's own; the message says it, and what can be done instead."""
        self.state = state
        self.action = action
        can = [each for each in _BY_CASEWORKER if each in MOVES[state]]
        super().__init__(
            f"Nothing was changed: this referral is {_plain(state)}, and there is nothing to {_plain(action)} in that state. "
            f"What you can do with it: {', '.join(map(_plain, can)) or 'nothing any more'}."
        )


class TooEarly(RefusedMove):
    """It can't be closed for want of contact before 30 days have passed without a sign. Nothing was changed."""

    def __init__(self, state: str) -> None:
        """`state` is the referral's own."""
        super().__init__(state, "no_contact")
        self.args = (
            f"Nothing was changed: {NO_CONTACT_DAYS} days without any sign have not passed yet. Try again when they have.",
        )


def _plain(code: str) -> str:
    return code.replace("_", " ")


def moved(state: str, action: Action) -> str:
    """The state that follows when `action` is done in `state`. Raises RefusedMove."""
    try:
        return MOVES[state][action]
    except KeyError:
        raise RefusedMove(state, action) from None
