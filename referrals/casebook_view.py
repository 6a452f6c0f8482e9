"""What a return code opens: the states of a person's referrals, without content."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ReferralState:
    """One referral as the person may see it."""

    referral_id: str = field(repr=False)  # 32 hex digits, random
    partner: str  # the partner's id in the directory
    state: str  # one of STATES
    reason: str | None = None  # why it was declined, one of casebook_moves.DECLINE_REASONS
    asked: bool = False  # she said how it was; she is asked once
    late: bool = False  # nobody acknowledged it in time


@dataclass(frozen=True, slots=True)
class CaseView:
    """All referrals made under one return code, oldest first."""

    case_id: str = field(repr=False)  # 32 hex digits, random
    referrals: tuple[ReferralState, ...]
    card: bytes | None = field(default=None, repr=False)  # her contact card, sealed to the key from her code


# Every state a referral can have (domain.md 4.4), "held" and "destroyed" for the ordered list of the urgent path, and
# "restored" for what came back from a backup and nobody has vouched for yet (casebook_restored).
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
    "restored",
)
