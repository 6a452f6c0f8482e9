"""An honest messenger in memory: it keeps every message, gives updates again until they are confirmed, and fails as it is told.

It passes the same contract tests as the real Telegram channel against the practice server (tests/bot/channels/test_contract.py), so
what is shown with it of the outbox or the poll holds for the real one.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.channels import ChannelError, ChatClosed, MessageGone, Unreachable
from bot.texts import Rendered

HER = 8_808_808_001  # a fictional chat
DELETABLE = 48 * 3_600  # seconds after it was sent that a message can be deleted; Bot API, deleteMessage


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one call: `error` is raised before it takes effect, or after (`late`); `gate` is waited for first."""

    error: ChannelError | Exception | None = None
    late: bool = False
    gate: asyncio.Event | None = None


@dataclass
class FakeChannel:
    """Chats by id, each with its messages by id; a message of ours is a `Rendered`, one of hers a text."""

    chats: defaultdict[int, dict[int, Rendered | str]] = field(default_factory=lambda: defaultdict(dict))
    calls: list[tuple[str, int, int]] = field(
        default_factory=list
    )  # method, chat, message; in the order of their effect
    history: list[tuple[int, Rendered]] = field(default_factory=list)  # chat, and what was put on its message
    blocked: set[int] = field(default_factory=set)
    offsets: list[int | None] = field(default_factory=list)  # of every fetch that took effect
    answered: list[str] = field(default_factory=list)
    clock: Callable[[], float] = lambda: 1.0  # Unix seconds, by which messages are dated
    dates: dict[tuple[int, int], int] = field(default_factory=dict)  # when each message was sent, by chat and message

    def __post_init__(self) -> None:
        """Begin with an empty queue of updates, nothing to go wrong, and nobody waiting."""
        self._updates: list[dict[str, Any]] = []
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._last_update, self._last_message, self._last_press = 100, 0, 0
        self._changed = asyncio.Event()
        self.waiting = asyncio.Event()  # set when a call waits at a gate

    # --- what a test does ---

    def fail(self, method: str, *errors: ChannelError | Exception | Fault) -> None:
        """Let the next calls of a method fail so, each once."""
        self._faults[method].extend(each if isinstance(each, Fault) else Fault(each) for each in errors)

    def hang(self, method: str) -> asyncio.Event:
        """Let the next call of a method wait until the event is set."""
        gate = asyncio.Event()
        self.fail(method, Fault(gate=gate))
        return gate

    def ours(self, chat: int) -> list[tuple[int, Rendered]]:
        """The messages of the bot in a chat, oldest first."""
        return [(number, each) for number, each in self.chats[chat].items() if isinstance(each, Rendered)]

    def type(self, chat: int, text: str) -> int:
        """She types; the message's id."""
        message = self._next_message(chat)
        self.chats[chat][message] = text
        self.queue({"message": {"message_id": message, "chat": {"id": chat, "type": "private"}, "text": text}})
        return message

    def press(self, chat: int, message: int, data: str) -> str:
        """She presses a button; the id of the press."""
        self._last_press += 1
        callback = str(self._last_press)
        about = {
            "message_id": message,
            "chat": {"id": chat, "type": "private"},
            "date": self.dates.get((chat, message), 0),
        }
        self.queue({"callback_query": {"id": callback, "message": about, "data": data}})
        return callback

    def block(self, chat: int) -> None:
        """She blocks the bot."""
        self.blocked.add(chat)
        body = {"chat": {"id": chat, "type": "private"}, "new_chat_member": {"status": "kicked"}}
        self.queue({"my_chat_member": body})

    def clear(self, chat: int) -> None:
        """Somebody deletes every message of the chat; the bot is not told."""
        self.chats[chat].clear()

    def queue(self, body: Mapping[str, Any], update_id: int | None = None) -> int:
        """Queue any update at all, with an id of its own or the next one."""
        self._last_update = self._last_update + 1 if update_id is None else update_id
        self._updates.append({"update_id": self._last_update, **body})
        self._changed.set()
        return self._last_update

    @property
    def unconfirmed(self) -> int:
        """How many updates were not confirmed yet."""
        return len(self._updates)

    # --- what the bot asks ---

    async def fetch(self, offset: int | None, seconds: int) -> list[Mapping[str, object]]:
        """Updates from `offset` on, which confirms those before it; waits for one up to `seconds`."""
        fault = await self._before("fetch")
        self.offsets.append(offset)
        if offset is not None:
            self._updates = [update for update in self._updates if update["update_id"] >= offset]
        if not self._updates and seconds:
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), seconds)
            except TimeoutError:
                return []
        self._after(fault)
        return [dict(update) for update in self._updates]

    async def show_front(self, chat: int, screen: Rendered) -> int:
        """Put a new message into the chat."""
        fault = await self._before("show_front")
        self._open(chat)
        message = self._next_message(chat)
        self._put("show_front", chat, message, screen)
        self._after(fault)
        return message

    async def edit(self, chat: int, message: int, screen: Rendered) -> None:
        """Change a message of ours that is there."""
        fault = await self._before("edit")
        self._open(chat)
        if not isinstance(self.chats[chat].get(message), Rendered):
            raise MessageGone
        self._put("edit", chat, message, screen)
        self._after(fault)

    async def delete(self, chat: int, messages: Sequence[int]) -> None:
        """Take messages out of the chat; one that is too old stays."""
        fault = await self._before("delete")
        old = {each for each in messages if self.clock() - self.dates.get((chat, each), self.clock()) >= DELETABLE}
        for message in messages:
            self.calls.append(("delete", chat, message))
            if message not in old:
                self.chats[chat].pop(message, None)
        if old & self.chats[chat].keys():
            raise MessageGone
        self._after(fault)

    async def answer(self, callback: str) -> None:
        """Let a press be answered."""
        fault = await self._before("answer")
        self.calls.append(("answer", 0, 0))
        self.answered.append(callback)
        self._after(fault)

    async def _before(self, method: str) -> Fault:
        fault = self._faults[method].popleft() if self._faults[method] else Fault()
        if fault.gate is not None:
            self.waiting.set()
            await fault.gate.wait()
        if fault.error is not None and not fault.late:
            raise fault.error
        return fault

    def _after(self, fault: Fault) -> None:
        if fault.error is not None:
            raise fault.error

    def _open(self, chat: int) -> None:
        if chat in self.blocked:
            raise ChatClosed

    def _put(self, method: str, chat: int, message: int, screen: Rendered) -> None:
        self.chats[chat][message] = screen
        self.calls.append((method, chat, message))
        self.history.append((chat, screen))

    def _next_message(self, chat: int) -> int:
        self._last_message += 1
        self.dates[chat, self._last_message] = int(self.clock())
        return self._last_message


LOST_ANSWER = Fault(Unreachable(), late=True)
"""The call takes effect, and its answer is lost."""
