"""What is to be done: the engine asks, intake.py commits, outbox.py acts.

The order of effects is part of the contract: they are carried out in the order given, in one transaction. `Forget` clears what was
queued for the screen, so it stands before anything that is shown afterwards.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from referrals.contact_card import ContactCard
from referrals.referral import Packet
from referrals.statistics import Facts


@dataclass(frozen=True, slots=True)
class Show:
    """Put the conversation's screen on the one message, or the neutral front page where there is no conversation."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Erase the conversation and what is queued for its screen; cover the message.

    `cover` is False when she left: there is nobody to show a page to. `links` is False when nothing happened for too long: then the
    delivery handle of a way of contact that she chose stays. Otherwise every link from chat to case goes.
    """

    cover: bool = True
    links: bool = True


@dataclass(frozen=True, slots=True)
class Refer:
    """Seal this packet to a partner and queue it, under the person's case."""

    partner: str  # id in the directory
    klass: Literal[
        "now", "days", "normal"
    ]  # by which the casebook counts deadlines, also when she took it out of the packet
    packet: Packet = field(repr=False)
    referral_id: str = field(repr=False)  # 32 hex digits
    consent_id: str = field(repr=False)  # 32 hex digits
    held: int  # 0: deliver at once; n: the n-th in the ordered list she ticked, released when those before stay silent


@dataclass(frozen=True, slots=True)
class Append:
    """Seal a further packet under a referral that was made: what she added, or that she takes it back."""

    referral_id: str = field(repr=False)
    partner: str
    kind: Literal["addition", "withdrawal"]
    packet: Packet = field(repr=False)
    consent_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MakeCode:
    """A return code is needed: derive a fresh one and decide the same event again with it in `World.fresh`.

    Deriving is slow on purpose (Argon2id), so it is not done for every update. Stands alone; nothing else happened yet.
    """


@dataclass(frozen=True, slots=True)
class Save:
    """Keep the paused conversation, sealed to the key from her code: only the code opens it."""

    state: str = field(repr=False)  # Conversation.stored()
    verifier: str = field(repr=False)  # Case.verifier, under which it is found again
    reply_to: str = field(repr=False)  # Case.reply_to, to which it is sealed
    hours: int  # how long it is kept


@dataclass(frozen=True, slots=True)
class CheckCode:
    """Find out what a code opens; the answer comes back as the event `CodeChecked`."""

    untrusted_code: str = field(repr=False)  # 16 digits, as entered


@dataclass(frozen=True, slots=True)
class Alarm:
    """Count something an operator must look at. Never says who or what was answered."""

    kind: Literal["canary", "match_limit", "code_limit", "reply"]


@dataclass(frozen=True, slots=True)
class Count:
    """Count a try of this account, so that trying gets slower; says nothing of what was tried."""

    kind: Literal["code", "word", "match"]  # word: also counted for the case that the code opened


@dataclass(frozen=True, slots=True)
class Returned:
    """Her code opened her case: tries no longer count against her, and her way of contact holds for another 14 days."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Keep a delivery handle, the one row that joins chat and case: she chose to be written to."""

    mode: str  # c_band or c_any
    band: str | None  # option of q10_band
    country: str | None


@dataclass(frozen=True, slots=True)
class Unreach:
    """Erase the delivery handles of the case and of this chat: nothing is to be sent to her any more."""


@dataclass(frozen=True, slots=True)
class KeepCard:
    """Seal her words to the key from her code, and keep them with the case."""

    card: ContactCard = field(repr=False)


@dataclass(frozen=True, slots=True)
class Report:
    """Seal a report to the safety lead; no partner gets it."""

    packet: Packet = field(repr=False)
    report_id: str = field(repr=False)  # 32 hex digits
    answerable: bool  # whether her reply key goes along, so that the safety lead can answer her


@dataclass(frozen=True, slots=True)
class Feedback:
    """Count whether a partner was of help; nothing says whose answer it was."""

    referral_id: str = field(repr=False)
    answer: Literal["helped", "not", "unsafe"]


@dataclass(frozen=True, slots=True)
class HaveRead:
    """She read a reply, or answered it: it is erased a day later. One that she puts off stays."""

    reply_id: str = field(repr=False)  # 32 hex digits


@dataclass(frozen=True, slots=True)
class EraseCase:
    """From now on her code opens nothing; what is kept only for her is erased."""


@dataclass(frozen=True, slots=True)
class Unsave:
    """Erase the paused conversation of a code: it runs again, or is not wanted any more."""

    verifier: str = field(repr=False)  # Case.verifier


@dataclass(frozen=True, slots=True)
class Tally:
    """Count her in the statistics: she ticked it."""

    facts: Facts = field(repr=False)


Effect: TypeAlias = (
    Show
    | Forget
    | Refer
    | Append
    | MakeCode
    | Save
    | CheckCode
    | Alarm
    | Count
    | Returned
    | Reach
    | Unreach
    | KeepCard
    | Report
    | Feedback
    | HaveRead
    | EraseCase
    | Unsave
    | Tally
)
