"""What a decision may look at besides the conversation: a snapshot, made anew for each update."""

from dataclasses import dataclass, field
from datetime import date

from bot.dialogue.conversation import Case
from bot.dialogue.questionnaire import Questionnaire
from referrals.directory import Directory
from referrals.policy import Policy, Rule


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

    def rule(self, country: str | None) -> Rule:
        """What may be said and shown in a country today."""
        return self.policy.rule(country, self.today)

    def case_of(self, known: Case | None) -> tuple[Case | None, str | None]:
        """The case to act under, and its code if that was made just now; no case when a code must be made first."""
        if known is not None:
            return known, None
        return (None, None) if self.fresh is None else (self.fresh.case, self.fresh.code)
