"""How fast messages may go out: Telegram's flood limits, kept before it has to say so.

Telegram asks for about 30 messages a second over all chats and 1 a second in one chat (core.telegram.org/bots/faq, "My bot is hitting
limits"). A short burst within a chat is let through, because a person taps in bursts and each tap is one edit.
"""

import asyncio
from collections.abc import Callable

_PER_CHAT = 1.0  # seconds between messages of one chat, in the long run
_BURST = 3  # messages a chat may be ahead of that
_MOST_CHATS = 10_000  # remembered before old ones are dropped; about 1 MB
_FORGET_AFTER = 60.0  # seconds after which a chat's history no longer matters


class Pace:
    """Gives each message its turn. Time comes from `clock`, in seconds that only grow."""

    def __init__(self, a_second: float, clock: Callable[[], float]) -> None:
        """`a_second` messages over all chats; 0 means no limit at all, for benchmarks."""
        self._gap = 0.0 if a_second == 0 else 1.0 / a_second
        self._clock = clock
        self._next = 0.0
        self._chats: dict[int, float] = {}  # when each chat is even again

    async def turn(self, chat: int) -> None:
        """Wait until a message to this chat may go."""
        wait = self.reserve(chat)
        if wait > 0:
            await asyncio.sleep(wait)

    def reserve(self, chat: int) -> float:
        """Take the next turn and return how many seconds to wait for it."""
        if self._gap == 0:
            return 0.0
        now = self._clock()
        start = max(now, self._next, self._chats.get(chat, now) - _BURST * _PER_CHAT)
        self._next = max(now, self._next) + self._gap
        self._chats[chat] = max(start, self._chats.get(chat, start)) + _PER_CHAT
        if len(self._chats) > _MOST_CHATS:
            self._chats = {each: even for each, even in self._chats.items() if even > now - _FORGET_AFTER}
        return start - now
