"""What a decision may look at besides the conversation: a snapshot, made anew for each update."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from bot.dialogue.conversation import Case
from bot.dialogue.questionnaire import Questionnaire
from bot.dialogue.tries import Tries
from referrals.directory import Directory
from referrals.policy import Policy, Rule
from referrals.reply import Reply
from referrals.rules import Room

__all__ = ["Fresh", "Standing", "Tries", "World", "serves"]

Standing: TypeAlias = Literal["good", "urgent_only", "none"]
"""What the partner list may be used for: everything, the urgent path alone because it could not be renewed in time, or nothing."""


def serves(standing: Standing, *, urgent: bool) -> bool:
    """Tell whether something may be sent by a list that stands so: ordinary referrals wait for one that is in date."""
    return standing == "good" or (urgent and standing == "urgent_only")


@dataclass(frozen=True, slots=True)
class Fresh:
    """A new return code and the case it will open."""

    code: str = field(repr=False)  # 16 digits
    case: Case = field(repr=False)


@dataclass(frozen=True, slots=True)
class World:
    """The questionnaire, the partners, and the randomness of this one update."""

    questionnaire: Questionnaire
    directory: Directory
    korean: str  # the catalogue that 우리말 means: ko_CN, or ko
    today: date  # UTC
    ids: tuple[str, str] = field(repr=False)  # 32 hex digits each: a referral's id and a consent's
    fresh: Fresh | None = field(default=None, repr=False)  # only after the engine asked for it with MakeCode
    policy: Policy = field(default_factory=Policy)  # without rows everything is closed
    tries: Tries = field(default_factory=Tries)
    overdue: frozenset[str] = frozenset()  # partners who did not acknowledge in time in the last 30 days
    standing: Standing = "good"
    # What the replies to the case that is open say, by their ids: in memory only, and gone with a restart.
    replies: Mapping[str, Reply] = field(default_factory=dict, repr=False)
    lowered: Mapping[str, Room] = field(default_factory=dict)  # partners with less room than the signed list says

    def rule(self, country: str | None) -> Rule:
        """What may be said and shown in a country today."""
        return self.policy.rule(country, self.today)

    def may_send(self, *, urgent: bool) -> bool:
        """Tell whether something may be sent by the list as it stands."""
        return serves(self.standing, urgent=urgent)

    @property
    def safety_lead(self) -> tuple[str, ...]:
        """The keys to which a report about a partner is sealed; without any, none is offered."""
        return self.directory.safety_lead(self.today)

    def packet_id(self, number: int) -> str:
        """The id of the `number`-th packet (from 0) that one decision makes: 32 hex digits, as random as `ids`."""
        return hashlib.sha256(f"{self.ids[1]} {number}".encode()).hexdigest()[:32]

    def case_of(self, known: Case | None) -> tuple[Case | None, str | None]:
        """The case to act under, and its code if that was made just now; no case when a code must be made first."""
        if known is not None:
            return known, None
        return (None, None) if self.fresh is None else (self.fresh.case, self.fresh.code)
