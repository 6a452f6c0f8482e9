"""Everything the practice server remembers about one bot: its chats, its queue of updates, its profile."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.practice.answers import Call, Json, Refusal, bad_request
from bot.practice.chats import Chat, Message, Notice, Profile, Query
from bot.practice.persons import Person
from bot.practice.updates import UpdateQueue

BOT_FLAGS = (  # what BotFather switches on; all off here, as Naru asks for it
    "can_join_groups", "can_read_all_group_messages", "supports_inline_queries", "can_connect_to_business",
    "has_main_web_app", "has_topics_enabled", "allows_users_to_create_topics",
)  # fmt: skip


class Account:
    """The state. `clock` gives seconds since the epoch; `below(n)` a random number from 0 to n-1."""

    def __init__(
        self, bot_id: int, clock: Callable[[], float], below: Callable[[int], int], journal: Path | None
    ) -> None:
        self.clock = clock
        self.below = below
        self.bot_id = bot_id
        self.flags: dict[str, bool] = dict.fromkeys(BOT_FLAGS, False)
        self.profile = Profile()
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self.queue = UpdateQueue(clock, below)
        self.calls: list[Call] = []
        self.poll = 0  # number of the newest getUpdates; an earlier one that still waits is told 409
        self.version = 0  # grows with every change, so that a page knows whether it shows the newest
        self._last_message = 0
        self._listeners: set[Callable[[], None]] = set()
        self._journal = journal.open("a", encoding="utf-8") if journal else None

    # ------------------------------------------------------------------------------------------------------- the bot

    def bot(self) -> dict[str, Json]:
        """The Bot API's User for the bot itself."""
        name = Profile.in_language(self.profile.name, "") or "Practice"
        return {"id": self.bot_id, "is_bot": True, "first_name": name, "username": "practice_only_bot"}

    def record(self, call: Call) -> None:
        """Keep what the bot called, for tests."""
        self.calls.append(call)
        entry = {"method": call.method, "params": call.params, "status": call.status, "took_effect": call.took_effect}
        self._write("call", call.at, entry)

    # --------------------------------------------------------------------------------------------------------- chats

    def add_person(self, language_code: str) -> Person:
        """A further invented person, who has not written to the bot yet."""
        person = Person(len(self.chats) + 1, language_code)
        self.chats[person.chat] = Chat(person, str(self.below(2**62) + 1))
        self.changed()
        return person

    def chat(self, chat_id: int) -> Chat:
        """A chat that the person opened; otherwise Telegram's "chat not found"."""
        chat = self.chats.get(chat_id)
        if chat is None or not chat.opened:
            raise bad_request("chat not found")
        return chat

    def writable(self, chat_id: int) -> Chat:
        """A chat the bot may write to; 403 where the person blocked it."""
        chat = self.chat(chat_id)
        if chat.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        return chat

    def add_message(self, chat: Chat, *, from_bot: bool, text: str = "", **details: Json) -> Message:
        """Put a message into a chat; the details are Message's fields. One from the bot makes a notice."""
        self._last_message += 1
        message = Message(self._last_message, int(self.clock()), from_bot, text, **details)
        chat.messages[message.message_id] = message
        if from_bot:
            chat.notices.append(Notice(message.message_id, text, message.silent))
        self.changed()
        return message

    def remove(self, chat: Chat, message_ids: list[int]) -> None:
        """Delete messages on both sides. Their notices go too, as far as the phone is on line."""
        gone = set(message_ids)
        for message_id in gone:
            chat.messages.pop(message_id, None)
        chat.notices = [notice for notice in chat.notices if notice.message_id not in gone]
        self.changed()

    # ------------------------------------------------------------------------------------------------------- updates

    def add_update(self, body: dict[str, Json]) -> int | None:
        """Queue an update; None where the bot did not ask for its kind."""
        update_id = self.queue.add(body)
        if update_id is not None:
            self._write("update", self.clock(), {"update_id": update_id, **body})
        self.changed()
        return update_id

    def query_id(self, chat: Chat) -> str:
        """A fresh id for a press, to be answered by answerCallbackQuery."""
        query_id = str(self.below(2**62) + 1)
        self.queries[query_id] = Query(chat.person.chat, self.clock())
        return query_id

    # ------------------------------------------------------------------------------------------------------- changes

    def changed(self) -> None:
        """Wake whoever waits: a long poll, a page."""
        self.version += 1
        for wake in tuple(self._listeners):
            wake()

    @contextmanager
    def listening(self, wake: Callable[[], None]) -> Iterator[None]:
        """Have `wake` called at every change. Not for threads: call the server from its own event loop."""
        self._listeners.add(wake)
        try:
            yield
        finally:
            self._listeners.discard(wake)

    def close(self) -> None:
        """Close the journal."""
        if self._journal:
            self._journal.close()
            self._journal = None

    def _write(self, kind: str, at: float, entry: dict[str, Json]) -> None:
        if self._journal:
            self._journal.write(json.dumps({"kind": kind, "at": at, **entry}, ensure_ascii=False) + "\n")
            self._journal.flush()
