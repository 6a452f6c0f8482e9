"""The Bot API server without its HTTP: what a call is answered, and what a person can do on her phone.

Strict where Telegram is lenient: an unknown parameter is a 400 (see params). Everything stays in memory. Not for threads: call it from
the event loop that serves it.
"""

import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.practice.account import Account
from bot.practice.answers import Call, Json, Refusal, flooded
from bot.practice.chats import Chat, Message
from bot.practice.faults import Fault, Faults
from bot.practice.methods import METHODS, Method
from bot.practice.params import DATA_BYTES, Params, decode, text_of
from bot.practice.persons import Media, Person

TOKEN = "1:practice"  # noqa: S105 - opens nothing but this server
POLL_SECONDS = 50  # the longest a getUpdates waits; assumed, Telegram documents none
HTML_PAGE = "<html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"


class PhoneError(ValueError):
    """The person can't do that on this phone: no such chat, message or button."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to send back for one call."""

    status: int  # HTTP status
    body: Json = field(repr=False)  # JSON, or a str that is sent as an HTML page
    cut: bool = False  # send nothing: cut the connection
    delay: float = 0.0  # seconds to wait before answering
    wait: float = 0.0  # getUpdates: seconds to wait for an update; then ask `resume`
    poll: int = 0  # getUpdates: its number
    params: Params = field(default_factory=dict, repr=False)  # getUpdates: to fetch again


class PracticeServer:
    """One bot's Telegram. Give `clock` and `below` for a test that decides about time and chance; `journal` appends
    every call and update to a file as JSON lines."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        faults: Faults | None = None,
        clock: Callable[[], float] = time.time,
        below: Callable[[int], int] = secrets.randbelow,
        journal: Path | None = None,
    ) -> None:
        self.token = token
        self.faults = faults if faults is not None else Faults()
        self.account = Account(int(token.split(":", 1)[0]), clock, below, journal)
        self.closed = False

    # ------------------------------------------------------------------------------------------------ the bot's calls

    @property
    def calls(self) -> list[Call]:
        """Everything the bot called so far, oldest first."""
        return self.account.calls

    def token_fits(self, untrusted_token: str) -> bool:
        """Whether a call may be answered at all."""
        return hmac.compare_digest(untrusted_token.encode(), self.token.encode())

    def call(self, untrusted_method: str, untrusted: Mapping[str, Json]) -> Outcome:
        """Carry out one call of the bot, or let it go wrong as a test asked."""
        method = METHODS.get(untrusted_method.lower())
        name = method.name if method else untrusted_method
        fault = self.faults.take(name, _chat_of(untrusted))
        params: Params = {}
        if fault and fault.kind not in {"cut_after", "delay"}:
            outcome = _struck(fault)
        else:
            outcome, params = self._answer(method, untrusted)
        took_effect = outcome.status == 200 and not outcome.cut  # noqa: PLR2004 - HTTP's OK
        if fault and fault.kind == "cut_after":
            outcome = Outcome(0, None, cut=True)
        elif fault and fault.kind == "delay":
            outcome = Outcome(outcome.status, outcome.body, delay=fault.seconds)
        self.account.record(Call(name, params, self.account.clock(), outcome.status, took_effect))
        return outcome

    def _answer(self, method: Method | None, untrusted: Mapping[str, Json]) -> tuple[Outcome, Params]:
        params: Params = {}
        if method is None:
            refusal = Refusal(404, "Not Found: method not found")
            return Outcome(refusal.code, refusal.body()), params
        try:
            params = decode(method.known, method.required, untrusted)
            result = method.run(self.account, params)
        except Refusal as refusal:
            return Outcome(refusal.code, refusal.body()), params
        outcome = Outcome(200, {"ok": True, "result": result})
        return (self._polled(outcome, params) if method.name == "getUpdates" else outcome), params

    def _polled(self, outcome: Outcome, params: Params) -> Outcome:
        self.account.poll += 1
        self.account.changed()  # an earlier poll that still waits finds out that it was replaced
        wait = min(max(params.get("timeout", 0), 0), POLL_SECONDS) if not outcome.body["result"] else 0
        return Outcome(200, outcome.body, wait=wait, poll=self.account.poll, params=params)

    def ready(self, waiting: Outcome) -> bool:
        """Whether a getUpdates that waits has something to say."""
        return self.closed or len(self.account.queue) > 0 or waiting.poll != self.account.poll

    def resume(self, waiting: Outcome) -> Outcome:
        """The answer of a getUpdates that waited: updates, nothing, or 409 where another one replaced it."""
        if waiting.poll != self.account.poll:
            refusal = Refusal(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
            )
            self.account.record(
                Call("getUpdates", waiting.params, self.account.clock(), refusal.code, took_effect=False)
            )
            return Outcome(refusal.code, refusal.body())
        again = METHODS["getupdates"].run(self.account, waiting.params)
        return Outcome(200, {"ok": True, "result": again})

    def close(self) -> None:
        """Let every waiting request end, and close the journal."""
        self.closed = True
        self.account.changed()
        self.account.close()

    # --------------------------------------------------------------------------------------------- the person's phone

    def new_person(self, language_code: str = "zh-hans") -> Person:
        """A further invented person, who has not written to the bot yet."""
        return self.account.add_person(language_code)

    def chat(self, chat: int) -> Chat:
        """A person's chat, opened or not."""
        if chat not in self.account.chats:
            raise PhoneError("there is no such person on this phone: add one first")
        return self.account.chats[chat]

    def screen(self, chat: int) -> Message | None:
        """The newest message of the bot, which is what she looks at; None for an empty chat."""
        return next((m for m in reversed(self.chat(chat).messages.values()) if m.from_bot), None)

    def open(self, chat: int, payload: str = "") -> int | None:
        """Open the chat: sends /start, with what a link carried. Gives the update's id, as all of these do."""
        self.chat(chat).opened = True
        return self.type(chat, f"/start {payload}".strip())

    def type(self, chat: int, text: str) -> int | None:
        """Type a text and send it."""
        there = self._writing(chat)
        try:
            text = text_of(text)
        except Refusal as refusal:
            raise PhoneError(refusal.description) from None
        command = len(text.split()[0]) if text.startswith("/") else 0
        entities = [{"type": "bot_command", "offset": 0, "length": command}] if command > 1 else []
        return self._message(there, text=text, extra={"entities": entities} if entities else {})

    def send(self, chat: int, kind: Media) -> int | None:
        """Send something other than text: a photo, her location, a contact card."""
        there = self._writing(chat)
        return self._message(there, extra=there.person.media(kind))

    def press(self, chat: int, message_id: int, data: str, *, forged: bool = False) -> int | None:
        """Press the button with this data under a message. `forged`: as a changed client can, whatever stands there."""
        there = self._writing(chat)
        message = there.messages.get(message_id)
        if not forged and not (
            message and any(b["callback_data"] == data for row in message.keyboard or [] for b in row)
        ):
            raise PhoneError("there is no such button under this message now")
        if not 1 <= len(data.encode()) <= DATA_BYTES:
            raise PhoneError("a button holds 1 to 64 bytes")
        gone = {"chat": there.person.private_chat(), "message_id": message_id, "date": 0}  # an InaccessibleMessage
        query = {
            "id": self.account.query_id(there),
            "from": there.person.user(),
            "message": there.seen(message, self.account.bot()) if message else gone,
            "chat_instance": there.chat_instance,
            "data": data,
        }
        return self.account.add_update({"callback_query": query})

    def block(self, chat: int) -> int | None:
        """Block the bot: it can no longer write."""
        return self._membership(self.chat(chat), blocked=True)

    def unblock(self, chat: int) -> int | None:
        """Let the bot write again."""
        return self._membership(self.chat(chat), blocked=False)

    def clear(self, chat: int) -> None:
        """Delete the whole chat, on both sides. Telegram tells the bot nothing about it."""
        there = self.chat(chat)
        self.account.remove(there, list(there.messages))

    def inject(self, body: dict[str, Json]) -> int | None:
        """Queue an update as it is given, unchecked: a group's message, or one that can't be read."""
        return self.account.add_update(body)

    def _writing(self, chat: int) -> Chat:
        there = self.chat(chat)
        if not there.opened:
            raise PhoneError("the chat is not open yet: send /start first")
        if there.blocked:
            raise PhoneError("she blocked the bot: unblock it first")
        return there

    def _message(self, there: Chat, text: str = "", extra: dict[str, Json] | None = None) -> int | None:
        message = self.account.add_message(there, from_bot=False, text=text, extra=extra or {})
        return self.account.add_update({"message": there.seen(message, self.account.bot())})

    def _membership(self, there: Chat, *, blocked: bool) -> int | None:
        bot = self.account.bot()
        member: Json = {"status": "member", "user": bot}
        kicked: Json = {"status": "kicked", "user": bot, "until_date": 0}
        if not there.opened:
            raise PhoneError("the chat is not open yet: send /start first")
        there.blocked = blocked
        change = {
            "chat": there.person.private_chat(),
            "from": there.person.user(),
            "date": int(self.account.clock()),
            "old_chat_member": member if blocked else kicked,
            "new_chat_member": kicked if blocked else member,
        }
        return self.account.add_update({"my_chat_member": change})


def _struck(fault: Fault) -> Outcome:
    match fault.kind:
        case "flood":
            return Outcome(429, flooded(fault.retry_after).body())
        case "server_error":
            return Outcome(fault.status, Refusal(fault.status, "Internal Server Error").body())
        case "html":
            return Outcome(fault.status, HTML_PAGE)
        case _:
            return Outcome(0, None, cut=True)


def _chat_of(untrusted: Mapping[str, Json]) -> int | None:
    try:
        return int(untrusted.get("chat_id", ""))
    except (TypeError, ValueError):
        return None
