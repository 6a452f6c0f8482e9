"""What the Bot API answers, and what the record keeps of a call."""

import json

import pytest
from telegram.error import BadRequest

from bot.practice.answers import Refusal, bad_request, flooded
from tests.bot.practice.conftest import Phone


def test_refusals_have_telegrams_form() -> None:
    """Code, words and, for a flood, the seconds to wait."""
    assert bad_request("chat not found").body() == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: chat not found",
    }
    assert Refusal(401, "Unauthorized").body() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert flooded(3).body()["parameters"] == {"retry_after": 3}


async def test_every_call_is_recorded_but_not_printed(phone: Phone) -> None:
    """Method, parameters and outcome are kept; the printed form of a call shows no parameter."""
    await phone.bot.send_message(phone.chat, "secret-text")
    with pytest.raises(BadRequest):
        await phone.bot.edit_message_text("x", phone.chat, 999)

    assert [(c.method, c.status, c.took_effect) for c in phone.server.calls] == [
        ("sendMessage", 200, True),
        ("editMessageText", 400, False),
    ]
    assert "secret-text" not in repr(phone.server.calls)
    assert str(phone.chat) not in repr(phone.server.calls)
    assert "secret-text" in json.dumps(phone.server.calls[0].params)
