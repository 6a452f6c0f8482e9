"""Why a change to a partner is refused: one class for each rule of the lifecycle.

The docstring of each is what the operator is told after "partner 7: ": the rule, and what to do. `place` adds which item, state or
operator, never what stands in a record.
"""

import inspect
from typing import ClassVar


class LifecycleError(Exception):
    """The change breaks a rule of the partner list."""

    code: ClassVar[str] = "lifecycle"

    def __init__(self, alias: str, place: str = "") -> None:
        """`alias` is the partner's; `place` names what exactly broke the rule."""
        self.alias = alias
        self.place = place
        told = " ".join((inspect.getdoc(type(self)) or "").split())
        super().__init__(f"partner {alias}: {told}" + (f" (At: {place}.)" if place else ""))


class TransitionError(LifecycleError):
    """A partner can't go from the one state to the other. Take the way candidate, review, provisional, active."""

    code = "transition"


class HardRuleError(LifecycleError):
    """It asks for money, debt, faith, testimony, media or marriage; nobody can activate such a partner. Leave it in review or
    remove it.
    """

    code = "hard_rule"


class LapsedError(LifecycleError):
    """Checks, keys, contact or capacity are missing or too old for a partner that people are sent to. Renew what is named."""

    code = "lapsed"


class NoReferenceError(LifecycleError):
    """A partner without registration needs two references from partners that are active today. Ask others to vouch for it."""

    code = "reference"


class FutureDateError(LifecycleError):
    """Something is marked as checked or confirmed on a day to come. Enter the day on which it was done."""

    code = "future_date"


class KeyYearError(LifecycleError):
    """A key may count for a year at most. Set key_until to an earlier day."""

    code = "key_year"


class IdentityChangedError(LifecycleError):
    """A partner keeps its id and its alias for life. Remove the partner and add a new candidate."""

    code = "identity_changed"


class ActivationByHandError(LifecycleError):
    """The record of an activation is written by the approval itself. Leave it as it was."""

    code = "activation_by_hand"


class MalformedFileError(LifecycleError):
    """The record breaks a rule of its form. Read the list again and repeat the change there."""

    code = "malformed"


class NothingChangedError(LifecycleError):
    """The proposal changes nothing. There is nothing to do."""

    code = "nothing_changed"


class StaleProposalError(LifecycleError):
    """The partner changed after this was proposed. Compare again and propose anew."""

    code = "stale"


class AlteredProposalError(LifecycleError):
    """This is not what was proposed. Don't approve it; ask the proposer by phone what she sent."""

    code = "altered"


class UnknownOperatorError(LifecycleError):
    """Someone named here is not, or no longer, an operator. Ask a present operator to propose or approve."""

    code = "unknown_operator"


class NotAnApproverError(LifecycleError):
    """Only an approver can do this, and to approve she must hold a key. Ask one who does."""

    code = "not_an_approver"


class OwnProposalError(LifecycleError):
    """Nobody approves what she proposed herself. Ask another approver."""

    code = "own_proposal"


class TwiceApprovedError(LifecycleError):
    """The same person or the same key approved twice; it counts once. Ask another approver."""

    code = "twice"


class ApprovalMissingError(LifecycleError):
    """Too few approvals: two to activate, one for any other change. Ask for one more."""

    code = "approval_missing"


class SameOrganisationError(LifecycleError):
    """The approvers of an activation must come from two organisations. Ask an approver of another one."""

    code = "same_organisation"


class NoLeadError(LifecycleError):
    """One approver of an activation must be a GBV or safeguarding lead. Ask one to approve."""

    code = "no_lead"
