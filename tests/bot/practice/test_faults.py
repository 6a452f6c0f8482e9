"""What goes wrong when a test says so, as python-telegram-bot meets it."""

from typing import Any

import httpx
import pytest
from telegram import Message
from telegram.error import NetworkError, RetryAfter

from bot.practice.faults import Fault, Faults, Kind
from tests.bot.practice.conftest import Phone

# python-telegram-bot warns while it builds a RetryAfter, whoever reads it; as an error the warning would replace the RetryAfter
pytestmark = pytest.mark.filterwarnings("ignore:Deprecated since version v22.2.*retry_after")


def texts(phone: Phone) -> list[str]:
    """What the bot wrote into the chat."""
    return [m.text for m in phone.server.chat(phone.chat).messages.values() if m.from_bot]


async def send(phone: Phone, text: str = "text") -> Message:
    """One sendMessage."""
    return await phone.bot.send_message(phone.chat, text)


async def test_a_flood_lasts_for_the_calls_it_was_given(phone: Phone) -> None:
    """429 with retry_after for the next two calls, then all is well; nothing was sent meanwhile."""
    phone.faults.add("flood", times=2, retry_after=7)

    for _ in range(2):
        with pytest.raises(RetryAfter) as caught:
            await send(phone)
        assert caught.value._retry_after.total_seconds() == 7
    assert texts(phone) == []
    await send(phone)
    assert texts(phone) == ["text"]


async def test_the_answer_of_a_flood_is_telegrams(phone: Phone) -> None:
    """Status, body and header as Telegram sends them."""
    phone.faults.add("flood", retry_after=3)
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{phone.base_url}1:practice/getMe")

    body = {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }
    assert (answer.status_code, answer.json(), answer.headers["retry-after"]) == (429, body, "3")


@pytest.mark.parametrize(("kind", "arrived"), [("cut_before", False), ("cut_after", True)])
async def test_a_cut_connection_gives_no_answer(phone: Phone, kind: Kind, arrived: bool) -> None:
    """The bot sees a network error either way and can't tell whether its message arrived."""
    phone.faults.add(kind)

    with pytest.raises(NetworkError, match="Server disconnected without sending a response"):
        await send(phone)
    assert texts(phone) == (["text"] if arrived else [])
    assert [(c.status, c.took_effect) for c in phone.server.calls] == [(0, arrived)]
    await send(phone, "next")
    assert texts(phone)[-1] == "next"


@pytest.mark.parametrize("details", [{"kind": "server_error", "status": 500}, {"kind": "html", "status": 502}])
async def test_a_server_error_sends_nothing(phone: Phone, details: dict[str, Any]) -> None:
    """5xx, with JSON or with a proxy's HTML page."""
    phone.faults.add(**details)

    with pytest.raises(NetworkError):
        await send(phone)
    assert texts(phone) == []


async def test_a_delayed_call_takes_effect(phone: Phone) -> None:
    """The answer comes later, the effect does not."""
    phone.faults.add("delay", seconds=0.05)

    await send(phone)
    assert texts(phone) == ["text"]
    assert len(phone.faults) == 0


async def test_a_fault_strikes_only_what_it_names(phone: Phone) -> None:
    """By method and by chat; a poll never uses up a fault that does not name it."""
    other = phone.server.new_person().chat
    phone.server.open(other)
    phone.faults.add("flood", chat=other)
    phone.faults.add("server_error", method="getUpdates")

    await send(phone)
    with pytest.raises(RetryAfter):
        await phone.bot.send_message(other, "text")
    with pytest.raises(NetworkError):
        await phone.bot.get_updates()
    await phone.bot.get_updates()
    assert len(phone.faults) == 0


def test_faults_come_in_the_order_given() -> None:
    """The first one that fits is taken, used up by one, and others wait."""
    faults = Faults(Fault("flood", times=2), Fault("html"))

    assert len(faults) == 3
    kinds = [fault.kind for _ in range(3) if (fault := faults.take("sendMessage", 1))]
    assert kinds == ["flood", "flood", "html"]
    assert faults.take("sendMessage", 1) is None
    faults.add("html")
    faults.clear()
    assert len(faults) == 0
