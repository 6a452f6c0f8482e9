"""The Bot API's methods that Naru uses, one function each, with the errors as Telegram words them.

Source: core.telegram.org/bots/api (10.1). Wordings that stand in no documentation are those of the open Bot API server, as its users
quote them; where even that is silent, the comment says what was assumed.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from bot.practice.account import Account
from bot.practice.answers import Json, bad_request
from bot.practice.chats import Message, Profile
from bot.practice.params import (
    Kind,
    Params,
    boolean,
    integer,
    integers,
    keyboard_of,
    language,
    string,
    strings,
    structure,
    text_of,
    utf16,
)  # fmt: skip

DELETABLE_SECONDS = 48 * 3600  # #deletemessage: "can only be deleted if it was sent less than 48 hours ago"
QUERY_SECONDS = 60  # assumed: Telegram names no figure, bots see it after anything from 15 s to some minutes
MESSAGES_AT_ONCE = 100  # #deletemessages: 1-100 identifiers
UPDATES_AT_ONCE = 100  # #getupdates: values between 1-100
ANSWER_UNITS = 200  # #answercallbackquery: 0-200 characters
NAME_UNITS, DESCRIPTION_UNITS, SHORT_UNITS = 64, 512, 120  # #setmyname, #setmydescription, #setmyshortdescription
COMMANDS = 100  # #setmycommands: at most 100
COMMAND_UNITS, COMMAND_TEXT_UNITS = 32, 256  # #botcommand
UPDATE_KINDS = frozenset({
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "guest_message", "message_reaction",
    "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query", "shipping_query",
    "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member",
    "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot",
})  # fmt: skip


def get_me(account: Account, _: Params) -> Json:
    """Carry out getMe."""
    return {**account.bot(), **account.flags}


def get_updates(account: Account, params: Params) -> Json:
    """getUpdates, without its waiting: see `PracticeServer.resume`."""
    if "allowed_updates" in params:  # unknown kinds are ignored, an empty list means the default
        account.queue.allowed = frozenset(params["allowed_updates"]) & UPDATE_KINDS or None
    limit = params.get("limit", UPDATES_AT_ONCE)
    return account.queue.fetch(params.get("offset", 0), limit if 1 <= limit <= UPDATES_AT_ONCE else UPDATES_AT_ONCE)


def send_message(account: Account, params: Params) -> Json:
    """sendMessage: plain text, with an inline keyboard or none."""
    chat = account.writable(params["chat_id"])
    message = account.add_message(
        chat,
        from_bot=True,
        text=text_of(params["text"]),
        keyboard=keyboard_of(params.get("reply_markup")),
        protected=params.get("protect_content", False),
        silent=params.get("disable_notification", False),
    )
    return chat.seen(message, account.bot())


def edit_message_text(account: Account, params: Params) -> Json:
    """Carry out editMessageText: a keyboard that is not given again is removed."""
    return _edit(account, params, text_of(params["text"]))


def edit_message_reply_markup(account: Account, params: Params) -> Json:
    """Carry out editMessageReplyMarkup."""
    return _edit(account, params, None)


def _edit(account: Account, params: Params, text: str | None) -> Json:
    chat = account.writable(params["chat_id"])
    keyboard = keyboard_of(params.get("reply_markup"))
    message = chat.message(params["message_id"], "edit")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    text = message.text if text is None else text
    if (text, keyboard) == (message.text, message.keyboard):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as a "
            "current content and reply markup of the message"
        )
    message.text, message.keyboard, message.edited = text, keyboard, int(account.clock())
    account.changed()
    return chat.seen(message, account.bot())


def delete_message(account: Account, params: Params) -> Json:
    """deleteMessage: of either side in a private chat, for both. Assumed: also while the person blocks the bot."""
    chat = account.chat(params["chat_id"])
    _check_deletable(account, chat.message(params["message_id"], "delete"))
    account.remove(chat, [params["message_id"]])
    return True


def delete_messages(account: Account, params: Params) -> Json:
    """deleteMessages: ids that are not there are skipped; one that is too old makes the whole call fail (assumed)."""
    chat = account.chat(params["chat_id"])
    message_ids = params["message_ids"]
    if not message_ids:
        raise bad_request("message identifiers are not specified")
    if len(message_ids) > MESSAGES_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    there = [message_id for message_id in message_ids if message_id in chat.messages]
    for message_id in there:
        _check_deletable(account, chat.messages[message_id])
    account.remove(chat, there)
    return True


def _check_deletable(account: Account, message: Message) -> None:
    if account.clock() - message.date >= DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")


def answer_callback_query(account: Account, params: Params) -> Json:
    """answerCallbackQuery: once, and soon."""
    query = account.queries.pop(params["callback_query_id"], None)
    if query is None or account.clock() - query.made > QUERY_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if utf16(params.get("text", "")) > ANSWER_UNITS:
        raise bad_request("MESSAGE_TOO_LONG")
    account.chats[query.chat].toast = params.get("text", "")
    account.changed()
    return True


# --------------------------------------------------------------------------------------------------- the bot's profile


def _set_text(place: Callable[[Profile], dict[str, str]], field: str, limit: int) -> Callable[[Account, Params], Json]:
    def run(account: Account, params: Params) -> Json:
        text = params.get(field, "")
        if utf16(text) > limit:
            raise bad_request(f"bot {field.replace('_', ' ')} is too long")
        place(account.profile)[params.get("language_code", "")] = text
        account.changed()
        return True

    return run


def _get_text(place: Callable[[Profile], dict[str, str]], field: str) -> Callable[[Account, Params], Json]:
    def run(account: Account, params: Params) -> Json:
        return {field: Profile.in_language(place(account.profile), params.get("language_code", ""))}

    return run


def _scope(params: Params) -> tuple[str, str]:
    scope = json.dumps(params.get("scope", {"type": "default"}), sort_keys=True)
    return scope, params.get("language_code", "")


def set_my_commands(account: Account, params: Params) -> Json:
    """setMyCommands: names of a-z, 0-9 and _, each with a description."""
    commands = params["commands"]
    if not isinstance(commands, list) or len(commands) > COMMANDS:
        raise bad_request("expected an Array of at most 100 BotCommand")
    for command in commands:
        if not isinstance(command, dict) or set(command) != {"command", "description"}:
            raise bad_request("can't parse BotCommand")
        name, text = string("command", command["command"]), string("description", command["description"])
        if not 1 <= len(name) <= COMMAND_UNITS or not set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_"):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= utf16(text) <= COMMAND_TEXT_UNITS:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    account.profile.commands[_scope(params)] = commands
    account.changed()
    return True


def get_my_commands(account: Account, params: Params) -> Json:
    """getMyCommands: of exactly this scope and language."""
    return account.profile.commands.get(_scope(params), [])


def delete_my_commands(account: Account, params: Params) -> Json:
    """deleteMyCommands: of exactly this scope and language."""
    account.profile.commands.pop(_scope(params), None)
    account.changed()
    return True


def set_chat_menu_button(account: Account, params: Params) -> Json:
    """setChatMenuButton: the list of commands, or the default; an app behind the button is refused."""
    button = params.get("menu_button", {"type": "default"})
    if button not in ({"type": "commands"}, {"type": "default"}):
        raise bad_request("the practice server takes the menu buttons commands and default only")
    account.profile.menu_button[params.get("chat_id", 0)] = button
    return True


def get_chat_menu_button(account: Account, params: Params) -> Json:
    """getChatMenuButton: the chat's own, or the default."""
    buttons = account.profile.menu_button
    return buttons.get(params.get("chat_id", 0)) or buttons.get(0, {"type": "default"})


def delete_webhook(account: Account, params: Params) -> Json:
    """deleteWebhook: there never is one."""
    if params.get("drop_pending_updates"):
        account.queue.forget()
    return True


def get_webhook_info(account: Account, _: Params) -> Json:
    """getWebhookInfo: none is set; how many updates wait."""
    info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(account.queue)}
    if account.queue.allowed is not None:
        info["allowed_updates"] = sorted(account.queue.allowed)
    return info


# --------------------------------------------------------------------------------------------------------------- table


@dataclass(frozen=True, slots=True)
class Method:
    """One method: its name as the Bot API spells it, what it takes, and what it does."""

    name: str
    run: Callable[[Account, Params], Json]
    known: dict[str, Kind]
    required: frozenset[str]


def _method(
    name: str, run: Callable[[Account, Params], Json], required: dict[str, Kind], /, **optional: Kind
) -> Method:
    return Method(name, run, {**required, **optional}, frozenset(required))


_MESSAGE: dict[str, Kind] = {"chat_id": integer, "message_id": integer}
_TEXTS: tuple[tuple[str, Callable[[Profile], dict[str, str]], str, int], ...] = (
    ("Name", lambda profile: profile.name, "name", NAME_UNITS),
    ("Description", lambda profile: profile.description, "description", DESCRIPTION_UNITS),
    ("ShortDescription", lambda profile: profile.short_description, "short_description", SHORT_UNITS),
)
_TABLE = (
    _method("getMe", get_me, {}),
    _method("getUpdates", get_updates, {}, offset=integer, limit=integer, timeout=integer, allowed_updates=strings),
    _method(
        "sendMessage", send_message, {"chat_id": integer, "text": string},
        reply_markup=structure, protect_content=boolean, disable_notification=boolean, link_preview_options=structure,
    ),
    _method(
        "editMessageText", edit_message_text, {**_MESSAGE, "text": string},
        reply_markup=structure, link_preview_options=structure,
    ),
    _method("editMessageReplyMarkup", edit_message_reply_markup, _MESSAGE, reply_markup=structure),
    _method("deleteMessage", delete_message, _MESSAGE),
    _method("deleteMessages", delete_messages, {"chat_id": integer, "message_ids": integers}),
    _method(
        "answerCallbackQuery", answer_callback_query, {"callback_query_id": string},
        text=string, show_alert=boolean, cache_time=integer,
    ),
    *(_method(f"setMy{name}", _set_text(place, field, limit), {}, **{field: string, "language_code": language})
      for name, place, field, limit in _TEXTS),
    *(_method(f"getMy{name}", _get_text(place, field), {}, language_code=language) for name, place, field, _ in _TEXTS),
    _method("setMyCommands", set_my_commands, {"commands": structure}, scope=structure, language_code=language),
    _method("getMyCommands", get_my_commands, {}, scope=structure, language_code=language),
    _method("deleteMyCommands", delete_my_commands, {}, scope=structure, language_code=language),
    _method("setChatMenuButton", set_chat_menu_button, {}, chat_id=integer, menu_button=structure),
    _method("getChatMenuButton", get_chat_menu_button, {}, chat_id=integer),
    _method("deleteWebhook", delete_webhook, {}, drop_pending_updates=boolean),
    _method("getWebhookInfo", get_webhook_info, {}),
)  # fmt: skip
METHODS: dict[str, Method] = {
    method.name.lower(): method for method in _TABLE
}  # names are case-insensitive, #making-requests
