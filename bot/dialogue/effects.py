"""What is to be done: the engine asks, intake.py commits, outbox.py acts.

The order of effects is part of the contract: they are carried out in the order given, in one transaction. `Forget` clears what was
queued for the screen, so it stands before anything that is shown afterwards.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from referrals.referral import Packet


@dataclass(frozen=True, slots=True)
class Show:
    """Put the conversation's screen on the one message, or the neutral front page where there is no conversation."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Erase the conversation, what is queued for its screen and every link from chat to case; cover the message.

    `cover` is False when she left: there is nobody to show a page to.
    """

    cover: bool = True


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

    kind: Literal["canary"]


Effect: TypeAlias = Show | Forget | Refer | Append | MakeCode | Save | CheckCode | Alarm
