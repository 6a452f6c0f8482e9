"""An untrusted Telegram update becomes an event, or nothing.

Written by hand on the raw JSON, no deeper than needed. A library's parser builds names, usernames and language codes that nobody here
may have, and gives up on a whole batch for one odd update. This one is total: any JSON gives an `Incoming` or None, never an exception.
Field names: Bot API, https://core.telegram.org/bots/api#update.
"""

from collections.abc import Mapping
from typing import Final

from bot.channels import Incoming
from bot.dialogue.events import Event, Left, SentMedia, Started, Tapped, Typed

# What Telegram is asked to send. Groups, channels, inline queries, business chats and payments are not even fetched.
ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")

_FRONT_COMMANDS: Final = frozenset({"/start", "/menu"})
_LARGEST_ID: Final = 2**52 - 1  # Bot API, Chat.id and User.id: "at most 52 significant bits"
_LARGEST_DATA: Final = 64  # bytes; Bot API, InlineKeyboardButton.callback_data
_LARGEST_CALLBACK_ID: Final = 64  # characters; Telegram's own are decimal numbers below 2**64: 20 digits

_LATEST_DATE: Final = 2**32 - 1  # seconds; Telegram's own dates are 32-bit numbers

_NOT_OURS: Final = Tapped("", "")  # no screen has this id: the press is answered and her screen shown again


def parse(untrusted_update: Mapping[str, object]) -> Incoming | None:
    """Read one update; None is for what is not ours: no private chat, another kind, not an update at all."""
    update_id = read_update_id(untrusted_update)
    if update_id is None:
        return None
    for kind, read in _KINDS:
        if kind in untrusted_update:
            return read(update_id, _object(untrusted_update[kind]))
    return None


def read_update_id(untrusted_update: object) -> int | None:
    """Read only the id, so that an update which is not ours can be confirmed all the same."""
    return _id(_object(untrusted_update).get("update_id"))


def _read_message(update_id: int, untrusted: Mapping[str, object]) -> Incoming | None:
    text = untrusted.get("text")
    return _from_message(update_id, untrusted, _read_text(text) if isinstance(text, str) else SentMedia())


def _read_edit(update_id: int, untrusted: Mapping[str, object]) -> Incoming | None:
    """Take an edit as something that is not looked at: the message it changes is one that we delete."""
    return _from_message(update_id, untrusted, SentMedia())


def _read_press(update_id: int, untrusted: Mapping[str, object]) -> Incoming | None:
    message = _object(untrusted.get("message"))  # may be an InaccessibleMessage, which has chat and message_id as well
    sent = _id(message.get("date"))  # a date is a positive integer too; that of an InaccessibleMessage is 0
    return _from_message(
        update_id,
        message,
        _read_data(untrusted.get("data")),
        callback=_callback_id(untrusted.get("id")),
        sent=sent if sent is not None and sent <= _LATEST_DATE else None,
    )


def _read_membership(update_id: int, untrusted: Mapping[str, object]) -> Incoming | None:
    if _object(untrusted.get("new_chat_member")).get("status") != "kicked":
        return None  # she unblocked the bot: she will say /start herself
    chat = _private_chat(untrusted)
    return None if chat is None else Incoming(update_id, chat, Left())


_KINDS: Final = (
    ("message", _read_message),
    ("edited_message", _read_edit),
    ("callback_query", _read_press),
    ("my_chat_member", _read_membership),
)


def _from_message(
    update_id: int,
    untrusted: Mapping[str, object],
    event: Event,
    callback: str | None = None,
    sent: int | None = None,
) -> Incoming | None:
    chat = _private_chat(untrusted)
    return None if chat is None else Incoming(update_id, chat, event, _id(untrusted.get("message_id")), callback, sent)


def _read_text(untrusted_text: str) -> Event:
    words = untrusted_text.split(maxsplit=1)
    # A payload after /start is dropped unread: what a link carries may be tied to a person. "/menu@bot" is the same command.
    command = words[0].partition("@")[0].lower() if words else ""
    return Started() if command in _FRONT_COMMANDS else Typed(untrusted_text)


def _read_data(untrusted_data: object) -> Tapped:
    """Split `<screen>:<option>`; a screen's id may hold dots, an option no colon. Anything else is no button of ours."""
    if not isinstance(untrusted_data, str) or not untrusted_data.isprintable():
        return _NOT_OURS  # isprintable also keeps out lone surrogates, which can't be written anywhere
    screen, _, option = untrusted_data.rpartition(":")
    if not screen or not option or len(untrusted_data.encode()) > _LARGEST_DATA:
        return _NOT_OURS
    return Tapped(screen, option)


def _private_chat(untrusted: Mapping[str, object]) -> int | None:
    chat = _object(untrusted.get("chat"))
    return _id(chat.get("id")) if chat.get("type") == "private" else None


def _callback_id(untrusted: object) -> str | None:
    if isinstance(untrusted, str) and 0 < len(untrusted) <= _LARGEST_CALLBACK_ID and untrusted.isascii():
        return untrusted if untrusted.isprintable() else None
    return None


def _id(untrusted: object) -> int | None:
    # bool is an int to Python, and True would be chat 1
    if isinstance(untrusted, int) and not isinstance(untrusted, bool) and 0 < untrusted <= _LARGEST_ID:
        return untrusted
    return None


def _object(untrusted: object) -> Mapping[str, object]:
    return untrusted if isinstance(untrusted, Mapping) else {}
