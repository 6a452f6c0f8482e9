"""What a return code opens: the states of a person's referrals, without content."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ReferralState:
    """One referral as the person may see it."""

    referral_id: str = field(repr=False)  # 32 hex digits, random
    partner: str  # the partner's id in the directory
    state: str  # one of casebook.STATES


@dataclass(frozen=True, slots=True)
class CaseView:
    """All referrals made under one return code, oldest first."""

    case_id: str = field(repr=False)  # 32 hex digits, random
    referrals: tuple[ReferralState, ...]


# Every state a referral can have (domain.md 4.4), and "held" and "destroyed" for the ordered list of the urgent path.
STATES: tuple[str, ...] = (
    "queued",
    "held",
    "delivered",
    "acknowledged",
    "accepted",
    "declined",
    "need_more",
    "in_contact",
    "completed",
    "no_contact_30d",
    "withdrawn",
    "revoked",
    "expired",
    "destroyed",
)
