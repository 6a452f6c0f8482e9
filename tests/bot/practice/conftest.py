"""A practice server over real HTTP, and python-telegram-bot as its client."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.practice.botapi import PracticeServer
from bot.practice.faults import Faults
from tests.practice_server import running_practice

START = 1_790_000_000.0  # seconds since the epoch: a day in 2026


@dataclass
class Clock:
    """Time that moves only when a test says so."""

    now: float = START

    def __call__(self) -> float:
        """Seconds since the epoch."""
        return self.now

    def forward(self, *, hours: float = 0, seconds: float = 0) -> None:
        """Let time pass."""
        self.now += hours * 3600 + seconds


@dataclass
class Phone:
    """A server, its bot, and one person who opened the chat."""

    server: PracticeServer
    bot: Bot
    base_url: str
    chat: int
    clock: Clock
    faults: Faults

    @property
    def site(self) -> str:
        """The address of the page, without a slash at its end."""
        return self.base_url.removesuffix("/bot")

    async def get(self, path: str) -> httpx.Response:
        """One GET from the page's side."""
        async with httpx.AsyncClient(base_url=self.site) as client:
            return await client.get(path)

    async def post(self, path: str, body: object) -> httpx.Response:
        """One POST of JSON from the page's side."""
        async with httpx.AsyncClient(base_url=self.site) as client:
            return await client.post(path, json=body)

    async def raw(self, path: str, **request: Any) -> tuple[int, dict[str, Any]]:
        """Any POST at all to the Bot API, beside python-telegram-bot: status and body."""
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{self.base_url}{path}", **request)
        return answer.status_code, answer.json()


def screen_with(server: PracticeServer, chat: int, *, silent: bool = False, data: str = "a") -> int:
    """A message of the bot with one button, sent without HTTP; its id."""
    rows = [[{"text": "1", "callback_data": data}]]
    given = {
        "chat_id": chat,
        "text": "screen",
        "reply_markup": {"inline_keyboard": rows},
        "disable_notification": silent,
    }
    message_id = server.call("sendMessage", given).body["result"]["message_id"]
    assert isinstance(message_id, int)
    return message_id


def connected(server: PracticeServer, base_url: str) -> Bot:
    """A python-telegram-bot client of this server."""
    plain = {"verify": False, "trust_env": False}  # loopback speaks no TLS: spare each test two certificate stores
    requests = [HTTPXRequest(httpx_kwargs=plain) for _ in range(2)]
    return Bot(server.token, base_url=base_url, request=requests[0], get_updates_request=requests[1])


@pytest.fixture
async def phone() -> AsyncIterator[Phone]:
    """One person, chat open, the /start already fetched and confirmed."""
    clock, faults = Clock(), Faults()
    async with running_practice(clock=clock, faults=faults) as (server, base_url), connected(server, base_url) as bot:
        chat = server.new_person().chat
        server.open(chat)
        for update in await bot.get_updates():
            await bot.get_updates(offset=update.update_id + 1)
        server.calls.clear()
        yield Phone(server, bot, base_url, chat, clock, faults)


@pytest.fixture
def second_bot() -> Callable[[Phone], AbstractAsyncContextManager[Bot]]:
    """A second client with the same token, as after a careless start of a second process."""

    @asynccontextmanager
    async def connect(phone: Phone) -> AsyncIterator[Bot]:
        async with connected(phone.server, phone.base_url) as bot:
            yield bot

    return connect


@pytest.fixture
def server() -> PracticeServer:
    """A server without HTTP, whose time stands still."""
    return PracticeServer(clock=Clock())


def opened(server: PracticeServer) -> int:
    """A person who opened the chat; its id."""
    chat = server.new_person().chat
    server.open(chat)
    return chat
