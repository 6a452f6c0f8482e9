"""What stands in a chat, as the bot's messages and the person's left it, and what the lock screen showed."""

from dataclasses import dataclass, field

from bot.practice.answers import Json, bad_request
from bot.practice.persons import Person


@dataclass(slots=True)
class Message:
    """One message in a chat, of either side."""

    message_id: int
    date: int  # seconds since the epoch
    from_bot: bool
    text: str = field(repr=False)
    keyboard: list[list[dict[str, Json]]] | None = field(default=None, repr=False)
    protected: bool = False  # protect_content
    silent: bool = False  # disable_notification
    edited: int | None = None  # seconds since the epoch
    extra: dict[str, Json] = field(default_factory=dict, repr=False)  # entities, or a photo and its like


@dataclass(frozen=True, slots=True)
class Notice:
    """What the lock screen showed when a message arrived. A later edit of the message makes no further one."""

    message_id: int
    text: str = field(repr=False)
    silent: bool  # shown without a sound: Telegram's disable_notification hides nothing


@dataclass(slots=True)
class Chat:
    """A private chat between one person and the bot."""

    person: Person
    chat_instance: str  # opaque number that goes with every press
    opened: bool = False  # the bot can't write to a person who never wrote to it
    blocked: bool = False
    messages: dict[int, Message] = field(default_factory=dict, repr=False)  # by message id, oldest first
    notices: list[Notice] = field(default_factory=list, repr=False)
    toast: str = field(default="", repr=False)  # text of the last answerCallbackQuery

    def message(self, message_id: int, doing: str) -> Message:
        """The message with this id; otherwise Telegram's "message to edit (or delete) not found"."""
        if message_id not in self.messages:
            raise bad_request(f"message to {doing} not found")
        return self.messages[message_id]

    def seen(self, message: Message, bot: dict[str, Json]) -> dict[str, Json]:
        """The Bot API's Message."""
        body: dict[str, Json] = {
            "message_id": message.message_id,
            "from": bot if message.from_bot else self.person.user(),
            "chat": self.person.private_chat(),
            "date": message.date,
        }
        if message.edited is not None:
            body["edit_date"] = message.edited
        if message.protected:
            body["has_protected_content"] = True
        if message.text:
            body["text"] = message.text
        body |= message.extra
        if message.keyboard:
            body["reply_markup"] = {"inline_keyboard": message.keyboard}
        return body


@dataclass(frozen=True, slots=True)
class Query:
    """A press that waits for answerCallbackQuery."""

    chat: int = field(repr=False)
    made: float  # seconds since the epoch


@dataclass(slots=True)
class Profile:
    """What strangers see of the bot, by language code; "" is for every language without its own."""

    name: dict[str, str] = field(default_factory=dict)
    description: dict[str, str] = field(default_factory=dict)
    short_description: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)  # (scope as JSON, language)
    menu_button: dict[int, dict[str, Json]] = field(default_factory=dict)  # by chat id; 0 is the default

    @staticmethod
    def in_language(texts: dict[str, str], language: str) -> str:
        """The text for a language, or the one for all others."""
        return texts.get(language) or texts.get("", "")
