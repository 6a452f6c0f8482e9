"""Telegram: fetch updates, show the one message, edit and delete, answer a press.

On python-telegram-bot's `telegram.Bot`, whose names are the Bot API's own. Every failure becomes one of the errors in `bot.channels`,
raised outside the handler that caught it, so that no chained exception carries a token, an address or a text.
"""

import contextlib
import datetime as dt
import re
import warnings
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import BulkRequestLimit, InlineKeyboardButtonLimit
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning

from bot.channels import (
    ChannelError,
    ChatClosed,
    Flooded,
    MessageGone,
    Refused,
    SecondPoller,
    TokenRefused,
    Unreachable,
)
from bot.channels.telegram_parse import ALLOWED_UPDATES, parse, read_update_id
from bot.texts import Rendered

__all__ = ["ALLOWED_UPDATES", "OFFICIAL", "Profile", "Telegram", "parse", "read_update_id"]

OFFICIAL: Final = "https://api.telegram.org/bot"  # python-telegram-bot's form: the token follows directly

# Seconds. The library's 5 is for a clean line; a bot behind a proxy or Tor needs about as long as a circuit takes to build
# (Tor gives a circuit up to 60, most take under 10). Nothing waits for these but the outbox, and each retry may repeat the request.
_CONNECT: Final = 15.0
_READ: Final = 20.0  # to fetch, it comes on top of the long poll
_WRITE: Final = 10.0
_WAIT_FOR_CONNECTION: Final = 30.0  # behind our own requests only: more than one full time-out of those in front

# Connections for sending. 30 messages a second (the Bot API FAQ's figure) at half a second each take 15; httpx slows down from 32 on
# (owner's measurement: 1146 requests a second at 8, 278 at 32).
_CONNECTIONS: Final = 16

# What BotFather should have switched off, as named by Bot API's getMe.
_OPENINGS: Final = (
    "can_join_groups",
    "can_read_all_group_messages",
    "supports_inline_queries",
    "can_connect_to_business",
)

_STATUS: Final = re.compile(r"\([1-5]\d\d\)")  # "Not Found (404)": the library's words for an answer without Telegram's

_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)

_T = TypeVar("_T")


class _AlreadySo(ChannelError):
    """What was asked for is already so."""


# What Telegram says, and what it means: error class, a part of Telegram's words (lower case), our error. The first match counts.
# An error that Telegram's own words don't explain (a proxy's or a censor's page, an unknown body) is always Unreachable: acting on
# a forged 403 would erase her conversation.
_MEANINGS: Final[tuple[tuple[type[TelegramError], str, type[ChannelError]], ...]] = (
    (InvalidToken, "unauthorized", TokenRefused),
    (InvalidToken, "not found", Refused),  # a malformed token (see start), or a method that this server lacks
    (Conflict, "conflict: ", SecondPoller),
    (Forbidden, "forbidden: ", ChatClosed),
    (ChatMigrated, "", ChatClosed),
    (BadRequest, "message is not modified", _AlreadySo),
    (BadRequest, "message to delete not found", _AlreadySo),
    (BadRequest, "query is too old", _AlreadySo),
    (BadRequest, "query id is invalid", _AlreadySo),
    (BadRequest, "message to edit not found", MessageGone),
    (BadRequest, "message can't be edited", MessageGone),
    (BadRequest, "message can't be deleted", MessageGone),
    (BadRequest, "message_id_invalid", MessageGone),
    (BadRequest, "chat not found", ChatClosed),
    (BadRequest, "user not found", ChatClosed),
    (BadRequest, "peer_id_invalid", ChatClosed),
    (BadRequest, "", Refused),
)


@dataclass(frozen=True, slots=True)
class Profile:
    """What anybody sees who looks at the bot, in one language: neutral words only."""

    name: str  # 0 to 64 characters; Bot API, setMyName
    description: str  # 0 to 512 characters, shown in the empty chat
    short_description: str  # 0 to 120 characters, shown on the profile page and in shared links
    commands: tuple[tuple[str, str], ...]  # command without the slash, and what it says


class Telegram:
    """One bot at a Bot API server.

    `base_url` is python-telegram-bot's form, to which the token is appended. `proxy` is an address like `socks5://host:port` or
    `http://host:port`; if it is given, nothing goes around it. Raises ValueError, without the values, if either can't be used.
    Every method raises ChannelErrors only; after SIGTERM or a time-out of the caller's own they may be cancelled.
    """

    def __init__(self, token: str, base_url: str = OFFICIAL, proxy: str | None = None) -> None:
        _expect_known_warnings()
        try:
            self._bot = Bot(
                token,
                base_url=base_url,
                request=_transport(proxy, connections=_CONNECTIONS),
                get_updates_request=_transport(proxy, connections=1),  # a second poll at once would be refused (409)
            )
        except Exception:  # noqa: BLE001 - httpx, socksio and the library each raise their own, with the values in the text
            usable = False
        else:
            usable = True
        if not usable:
            raise ValueError("The token is empty, or the proxy is not an address like socks5://host:port.")

    async def start(self) -> tuple[str, ...]:
        """Check the token and leave webhook mode without dropping updates; name what BotFather should switch off."""
        try:
            await _asked(self._bot.initialize())
        except Refused:
            malformed = True  # a server without getMe is no Bot API server, so it is the token that is not found
        else:
            malformed = False
        if malformed:
            raise TokenRefused
        await _asked(self._bot.delete_webhook(drop_pending_updates=False))
        return tuple(opening for opening in _OPENINGS if getattr(self._bot.bot, opening))

    async def stop(self) -> None:
        """Close the connections."""
        await _asked(self._bot.shutdown())

    async def fetch(self, offset: int | None, seconds: int) -> list[Mapping[str, object]]:
        """Wait up to `seconds` for updates from `offset` on, which confirms all before it; they come raw, for `parse`."""
        untrusted = await _asked(
            self._bot.do_api_request(
                "getUpdates",
                {"offset": offset, "timeout": seconds, "allowed_updates": list(ALLOWED_UPDATES)},
                read_timeout=seconds + _READ,
            )
        )
        if not isinstance(untrusted, list):
            raise Unreachable
        return [update for update in untrusted if isinstance(update, Mapping)]

    async def show_front(self, chat: int, screen: Rendered) -> int:
        """Send a new message, silently and protected from forwarding; the new message's id.

        Not idempotent: if the answer is lost, the message may be there. So only what says nothing about her is sent this way.
        """
        sent = await _asked(
            self._bot.send_message(
                chat,
                screen.text,
                reply_markup=_keyboard(screen),
                protect_content=True,
                disable_notification=True,
                link_preview_options=_NO_PREVIEW,
            )
        )
        return sent.message_id

    async def edit(self, chat: int, message: int, screen: Rendered) -> None:
        """Put a screen on a message; one that shows it already counts as done."""
        request = self._bot.edit_message_text(
            screen.text, chat, message, reply_markup=_keyboard(screen), link_preview_options=_NO_PREVIEW
        )
        with contextlib.suppress(_AlreadySo):
            await _asked(request)

    async def delete(self, chat: int, messages: Sequence[int]) -> None:
        """Delete messages, hers and the bot's; those already gone count as deleted.

        Raises MessageGone, after all were tried, if one can't be deleted (older than 48 hours; Bot API, deleteMessage).
        """
        too_old = False
        for start in range(0, len(messages), BulkRequestLimit.MAX_LIMIT):
            chunk = messages[start : start + BulkRequestLimit.MAX_LIMIT]
            try:
                await _asked(self._bot.delete_messages(chat, chunk))
            except (_AlreadySo, MessageGone, Refused):
                # One that can't be deleted may refuse them all, and a self-hosted server may lack the method.
                too_old |= not await self._delete_each(chat, chunk)
        if too_old:
            raise MessageGone

    async def _delete_each(self, chat: int, messages: Sequence[int]) -> bool:
        complete = True
        for message in messages:
            try:
                await _asked(self._bot.delete_message(chat, message))
            except _AlreadySo:
                continue
            except (MessageGone, Refused):
                complete = False  # the others are tried all the same: each that goes is one less to be found
        return complete

    async def answer(self, callback: str) -> None:
        """Let her phone stop waiting for a press, without a word; a press too old to be answered counts as done."""
        with contextlib.suppress(_AlreadySo):
            await _asked(self._bot.answer_callback_query(callback))

    async def introduce(self, profiles: Mapping[str, Profile]) -> None:
        """Set name, descriptions and commands for each language code ("": everyone else), where they differ.

        Reads first, because Telegram lets a bot change its name only a few times a day: Flooded may ask for hours.
        """
        for language in sorted(profiles):  # "" first: Telegram answers with its texts for a language that has none
            await self._introduce(language, profiles[language])

    async def _introduce(self, language: str, profile: Profile) -> None:
        bot = self._bot
        if (await _asked(bot.get_my_name(language))).name != profile.name:
            await _asked(bot.set_my_name(profile.name, language))
        if (await _asked(bot.get_my_description(language))).description != profile.description:
            await _asked(bot.set_my_description(profile.description, language))
        if (await _asked(bot.get_my_short_description(language))).short_description != profile.short_description:
            await _asked(bot.set_my_short_description(profile.short_description, language))
        commands = tuple(BotCommand(command, says) for command, says in profile.commands)
        if await _asked(bot.get_my_commands(language_code=language)) != commands:
            await _asked(bot.set_my_commands(commands, language_code=language))


def _transport(proxy: str | None, *, connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=_CONNECT,
        read_timeout=_READ,
        write_timeout=_WRITE,
        pool_timeout=_WAIT_FOR_CONNECTION,
        proxy=proxy,
        httpx_kwargs={"trust_env": False},  # a proxy or certificates from the environment would be a way round `proxy`
    )


def _expect_known_warnings() -> None:
    """Silence two of the library's warnings about what is done here on purpose."""
    # Raw updates are wanted: `get_updates` drops the whole batch, and logs it, if one update can't be built.
    warnings.filterwarnings("ignore", message="Please use 'Bot.getUpdates'", category=PTBUserWarning)
    # Raised by the library itself whenever it makes a RetryAfter; both forms are read below.
    warnings.filterwarnings("ignore", message=".*attribute `retry_after` will be", category=PTBUserWarning)


def _keyboard(screen: Rendered) -> InlineKeyboardMarkup | None:
    for button in (button for row in screen.rows for button in row):
        if not 0 < len(button.data.encode()) <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA:
            raise ValueError("A button's data must take 1 to 64 bytes (Bot API, callback_data): shorten its codes.")
    rows = [[InlineKeyboardButton(button.label, callback_data=button.data) for button in row] for row in screen.rows]
    return InlineKeyboardMarkup(rows) if rows else None


async def _asked(call: Awaitable[_T]) -> _T:
    """Await a request; whatever goes wrong becomes a ChannelError without a trace of what it was about."""
    try:
        return await call
    except TelegramError as error:
        problem = _meaning(error)
    except Exception:  # noqa: BLE001 - an answer in an unknown shape makes the library raise whatever it trips over
        problem = Unreachable()
    raise problem  # here and not above: an exception raised in the handler would keep the library's own as its context


def _meaning(error: TelegramError) -> ChannelError:
    while isinstance(error.__cause__, InvalidToken):
        error = error.__cause__  # the library puts its own words, and the token, over the server's
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return Flooded(wait.total_seconds() if isinstance(wait, dt.timedelta) else wait)
    words = error.message.lower()
    if _STATUS.search(words):
        return Unreachable()
    for kind, part, meaning in _MEANINGS:
        if isinstance(error, kind) and part in words:
            return meaning()
    return Unreachable()
