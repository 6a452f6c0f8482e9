"""What a request may hold: text, buttons, names and types, refused with a reason where they do not fit."""

from typing import Any

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from tests.bot.practice.conftest import Phone
from tests.bot.practice.keyboards import keyboard


async def test_text_is_counted_in_utf16_units(phone: Phone) -> None:
    """4096 units pass and 4097 do not, and one character outside the first plane counts as two."""
    await phone.bot.send_message(phone.chat, "가" * 4096)
    await phone.bot.send_message(phone.chat, "𠀀" * 2048)

    with pytest.raises(BadRequest, match="Message is too long"):
        await phone.bot.send_message(phone.chat, "가" * 4097)
    with pytest.raises(BadRequest, match="Message is too long"):
        await phone.bot.send_message(phone.chat, "𠀀" * 2049)
    with pytest.raises(BadRequest, match="Message text is empty"):
        await phone.bot.send_message(phone.chat, " \n ")


@pytest.mark.parametrize("data", ["", "x" * 65, "가" * 22])
async def test_button_data_is_1_to_64_bytes(phone: Phone, data: str) -> None:
    """Bytes are counted, not characters."""
    await phone.bot.send_message(phone.chat, "fits", reply_markup=keyboard("x" * 64))

    with pytest.raises(BadRequest):
        await phone.bot.send_message(phone.chat, "no", reply_markup=keyboard(data))
    assert len(phone.server.chat(phone.chat).messages) == 2  # /start and the one that fitted


async def test_only_plain_buttons_are_taken(phone: Phone) -> None:
    """A button that opens a link is refused: Naru must never send one."""
    link = InlineKeyboardMarkup([[InlineKeyboardButton("link", url="https://example.org")]])

    with pytest.raises(BadRequest, match="text and callback_data only"):
        await phone.bot.send_message(phone.chat, "text", reply_markup=link)


@pytest.mark.parametrize(
    ("method", "given", "reason"),
    [
        ("sendMessage", {"chat_id": 1, "text": "t", "protect_contents": True}, "'protect_contents'"),
        ("sendMessage", {"chat_id": 1, "text": "t", "parse_mode": "HTML"}, "'parse_mode'"),
        ("sendMessage", {"text": "t"}, "'chat_id' is required"),
        ("sendMessage", {"chat_id": "x", "text": "t"}, "chat_id must be an Integer"),
        ("sendMessage", {"chat_id": 1, "text": "t", "protect_content": "yes"}, "protect_content must be a Boolean"),
        ("sendMessage", {"chat_id": 1, "text": 5}, "text must be a String"),
        ("deleteMessages", {"chat_id": 1, "message_ids": "[1,"}, "no JSON"),
        ("deleteMessages", {"chat_id": 1, "message_ids": ["1"]}, "Array of Integer"),
        ("getUpdates", {"allowed_updates": [1]}, "Array of String"),
        ("setMyName", {"name": "x", "language_code": "zh-hans"}, "invalid language code"),
        ("getMe", {"anything": 1}, "'anything'"),
    ],
)
async def test_what_a_method_does_not_take_is_refused(
    phone: Phone, method: str, given: dict[str, Any], reason: str
) -> None:
    """An unknown, missing or mistyped parameter is a 400 that names it, and nothing happens."""
    status, answer = await phone.raw(f"1:practice/{method}", json=given)

    assert (status, answer["ok"], answer["error_code"]) == (400, False, 400)
    assert reason in answer["description"]
    assert phone.server.screen(phone.chat) is None
