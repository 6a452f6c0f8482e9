"""What happened: everything that can move a conversation, without a trace of who or where.

An event never carries a chat id, a name or a message id. Those stay in the channel and in the intake, so that nothing the
dialogue decides can depend on them.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from bot.dialogue.conversation import Case, Waiting
from bot.dialogue.tries import Tries
from referrals.casebook_view import CaseView
from referrals.contact_card import ContactCard


@dataclass(frozen=True, slots=True)
class Started:
    """She opened the chat or asked for the front page (/start, /menu)."""


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button was pressed. Both halves come from outside and may be old or forged.

    `screen` is the id of the screen the button stood on, `option` the option's code; see `screens.invited`.
    """

    screen: str
    option: str


@dataclass(frozen=True, slots=True)
class Typed:
    """She typed. The text lives for as long as it takes to answer it and is never stored or printed."""

    untrusted_text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SentMedia:
    """She sent something that is not text: a photo, a place, a contact, a voice. It is never looked at."""


@dataclass(frozen=True, slots=True)
class Left:
    """She blocked the bot or deleted the chat with it."""


@dataclass(frozen=True, slots=True)
class Idled:
    """Nothing happened for as long as the screen may stay open."""


@dataclass(frozen=True, slots=True)
class MessageLost:
    """The message that shows the screen is gone from the chat: somebody deleted it or cleared the chat."""


@dataclass(frozen=True, slots=True)
class Remained:
    """A message could not be deleted: the messenger no longer allows it."""


@dataclass(frozen=True, slots=True)
class CodeChecked:
    """The answer to the effect `CheckCode`: the case that the code opens, or None for a code that opens nothing."""

    case: CaseView | None
    keys: Case | None = field(default=None, repr=False)  # under which something can be added to that case
    saved: str | None = field(default=None, repr=False)  # a paused conversation's state, opened by the code
    card: ContactCard | None = field(default=None, repr=False)  # her words, opened by the code
    words: Tries = field(default_factory=Tries)  # wrong words lately for this case, from whatever account
    replies: tuple[Waiting, ...] = ()  # replies that the code opened, oldest first
    unopened: int = 0  # replies that did not open, are malformed or belong to another referral


Event: TypeAlias = Started | Tapped | Typed | SentMedia | Left | Idled | MessageLost | Remained | CodeChecked
