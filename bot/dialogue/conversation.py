"""What is known of one conversation, and nothing of who holds it.

A `Conversation` is a value: `advance` returns a new one. It is stored as JSON in `conversations.db` while the conversation runs, and
erased with it. It never holds a chat id, a message id, a name or a text that was typed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from referrals.casebook_view import CaseView
from referrals.contact_card import ContactCard

FRONT = "a0_open"


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def __repr__(self) -> str:
        """Print the kind only: an answer must not get into a log through a repr."""
        return f"{type(self).__name__}(...)"

    __str__ = __repr__


class Standing(_Value):
    """An offer, and what she decided about it."""

    partner: str
    service: int  # which of the partner's services
    reasons: tuple[str, ...]  # codes of matching.REASONS, said in words on the card
    decision: Literal["open", "passed", "sent"] = "open"


class Case(_Value):
    """The case that her return code opens."""

    case_id: str  # 32 hex digits, random
    verifier: str  # hex; what is stored of the code
    reply_to: str  # age1pq1... recipient made from the code, for what is answered to her


class Sent(_Value):
    """A referral made in this conversation, so that something can be added to it or taken back."""

    referral_id: str
    partner: str


class Waiting(_Value):
    """A reply that her code opened: that it is there, and nothing of what it says."""

    reply_id: str  # 32 hex digits, random
    referral_id: str


class Reading(_Value):
    """The reply on the screen. It is here only while the screen shows it; what other replies say is in memory alone (bot/replies.py)."""

    reply_id: str
    referral_id: str
    written: date  # UTC
    text: str | None = None  # what it says, or
    question: str | None = None  # the closed question that it asks, a key of questions.QUESTIONS


class Opening(_Value):
    """What a code opened, before she tapped her word: nothing of it is on the screen, and nothing is done under it but a warning."""

    seen: CaseView
    case: Case
    paused: str | None = None
    card: ContactCard | None = None
    replies: tuple[Waiting, ...] = ()


class Conversation(_Value):
    """One conversation. The defaults are the neutral front page: where everybody begins and where everything ends."""

    place: str = FRONT  # the id of what is on the screen: a question, a page, or one of screens.PLACES
    locale: str | None = None  # a catalogue in locales/; None before she chose a language
    salt: str = ""  # 8 hex digits, random: decides ties between partners, the same for the whole conversation
    answers: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    picked: tuple[str, ...] = ()  # ticks on the open question with several answers, before she goes on
    page: int = 1  # the page of the open question's options
    beneath: str | None = None  # where an information page was opened, and where "back" leads
    note: str | None = None  # one calm line above the screen: a key of texts, shown once
    offers: tuple[Standing, ...] = ()
    hub_only: bool = False  # the offers are the hub because nothing else fits or the country is unknown
    removed: tuple[str, ...] = ()  # lines she took out of the packet on the open card
    fresh_code: str | None = None  # 16 digits, only while the screen that shows it is open
    kept_hours: int = 0  # how long the paused conversation is kept, said on the screen with its code
    digits: str = ""  # what was entered on the keypad so far
    case: Case | None = None
    sent: tuple[Sent, ...] = ()
    seen: CaseView | None = None  # what her code opened
    paused: str | None = None  # the state of a paused conversation that the same code opened, until she resumes it
    third_unconfirmed: bool = False  # she came to the urgent path for somebody who was not asked
    hurried: bool = False  # something was sent on the urgent path
    watched: bool = (
        False  # she said that somebody looks through the phone, or that it is not hers; outlives the answers
    )
    had: tuple[str, ...] = ()  # partners who have her case from an earlier time and are not offered again
    chosen: str | None = None  # her check word, while she chooses the danger word
    card: ContactCard | None = None  # her check word, once her code and her word opened the case
    opening: Opening | None = None  # what her code opened, until she tapped her word
    asked: str | None = None  # beginning of the id of the referral that is looked at on its own
    replies: tuple[Waiting, ...] = ()  # replies in the case that is open, oldest first
    reading: Reading | None = None  # the reply on the screen, and on no other
    counted: Literal["no", "ticked", "done"] = "no"  # whether she wants to be counted in the statistics
    reported: bool = False  # she told the safety lead about somebody who wants money

    def stored(self) -> str:
        """The JSON that is stored; defaults are left out."""
        return self.model_dump_json(exclude_defaults=True)

    @classmethod
    def restored(cls, untrusted_json: str) -> "Conversation":
        """Read what `stored` wrote. Raises ValueError without content."""
        return cls.model_validate_json(untrusted_json)

    @property
    def urgent(self) -> bool:
        """Whether she is on the urgent path."""
        entry = self.answers.get(FRONT, ())
        return bool({"urgent_ko", "urgent_zh"} & set(entry)) or self.answers.get("q4_urgent") == ("urg_now",)


NOBODY = Conversation()
"""The conversation of a person about whom nothing is known."""
