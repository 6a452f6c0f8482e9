"""Messengers: one file each, with the same few functions in each.

A channel turns an untrusted update into an `Incoming` or nothing, and carries out what the outbox asks: show the neutral front page
as a new message, edit a message, delete messages, answer a press. It decides nothing and stores nothing.

The errors below say what the outbox should do next. None of them carries an address, a text or a token.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.dialogue.events import Event
from bot.texts import Rendered


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update, read no deeper than needed."""

    update_id: int
    chat: int = field(repr=False)
    event: Event
    message: int | None = field(default=None, repr=False)  # the message the button stands on, or the one she sent
    callback: str | None = field(default=None, repr=False)  # id to answer, so that her phone stops waiting
    sent: int | None = None  # when the message the button stands on was sent, Unix seconds; None when that is not known


class ChannelError(Exception):
    """Something went wrong at the messenger. Subclasses say what to do."""


class Flooded(ChannelError):
    """Too many requests: wait `seconds` and try again."""

    def __init__(self, seconds: float) -> None:
        """`seconds` is the messenger's own figure (Telegram's retry_after)."""
        super().__init__("the messenger asks us to wait")
        self.seconds = seconds


class Unreachable(ChannelError):
    """No usable answer (network, time-out, server error): try again later; it may or may not have taken effect."""


class MessageGone(ChannelError):
    """The message is no longer there, or can no longer be changed: don't try again."""


class ChatClosed(ChannelError):
    """The person blocked the bot or the chat no longer exists: don't try again."""


class Refused(ChannelError):
    """The messenger will never accept this request as it is: a defect of ours; count it and give up."""


class TokenRefused(ChannelError):
    """The token is wrong or was revoked: nothing can be sent or fetched until an operator acts."""


class SecondPoller(ChannelError):
    """Another process fetches updates with the same token: an operator must stop one of them."""


class Channel(Protocol):
    """What a messenger must be able to do. Every method may raise the errors above."""

    async def fetch(self, offset: int | None, seconds: int) -> list[Mapping[str, object]]:
        """Updates from `offset` on, each still raw; waits up to `seconds` for one. Fetching confirms everything before `offset`."""

    async def show_front(self, chat: int, screen: Rendered) -> int:
        """Send a page as a new, silent message and return its id: the neutral front page, or a neutral line above its buttons."""

    async def edit(self, chat: int, message: int, screen: Rendered) -> None:
        """Turn a message into this screen; a message that shows it already counts as done."""

    async def delete(self, chat: int, messages: Sequence[int]) -> None:
        """Delete messages of either side; those already gone count as done."""

    async def answer(self, callback: str) -> None:
        """Tell her phone that a press arrived; a press too old to answer counts as done."""
