"""The practice server on a free loopback port, for tests that speak to it over HTTP."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.practice.botapi import TOKEN, PracticeServer
from bot.practice.casework import CaseworkView, English
from bot.practice.faults import Faults
from bot.practice.serve import listening
from bot.practice.web import practice_app


@asynccontextmanager
async def running_practice(
    *,
    faults: Faults | None = None,
    clock: Callable[[], float] = time.time,
    journal: Path | None = None,
    token: str = TOKEN,
    english: English | None = None,
    casework: CaseworkView | None = None,
) -> AsyncIterator[tuple[PracticeServer, str]]:
    """Run one in this event loop and give (server, base_url); base_url is python-telegram-bot's `base_url`."""
    server = PracticeServer(token=token, faults=faults, journal=journal, clock=clock)
    async with listening(practice_app(server, english, casework), server) as port:
        yield server, f"http://127.0.0.1:{port}/bot"
