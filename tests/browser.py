"""Debian's Chromium under Playwright, closed to everything but loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, async_playwright, expect

CHROMIUM = Path("/usr/bin/chromium")  # Debian's package; Playwright brings no browser here
ABSENT = "needs Debian's chromium: apt-get install chromium fonts-noto-cjk"
ARGUMENTS = (  # no sandbox as root; nothing that looks for its maker's hosts
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 20_000  # milliseconds for one step; a step takes a few tens, and the machine may be busy
LOOPBACK = frozenset({"127.0.0.1", "localhost"})
expect.set_options(timeout=PATIENCE)

# What a module of browser tests says at its top: one loop and one browser for all of them (`one_browser` in tests/conftest.py).
MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=ABSENT),
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.usefixtures("one_browser"),
]


def in_a_browser(test: Callable[..., Any]) -> Callable[..., Any]:
    """The same for one test of a module whose others need no browser."""
    for mark in MARKS:
        test = mark(test)
    return test


_kept: dict[asyncio.AbstractEventLoop, Browser] = {}


@dataclass
class Watched:
    """A window's profile of its own, everything it asked for, and what went wrong in it."""

    context: BrowserContext
    asked: list[str] = field(default_factory=list)  # addresses, in order
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin to watch."""
        self.context.set_default_timeout(PATIENCE)
        self.context.on("request", self._request)
        self.context.on("console", self._console)
        self.context.on("weberror", lambda error: self.troubles.append(str(error.error)))

    def _request(self, request: Request) -> None:
        self.asked.append(request.url)
        if urlsplit(request.url).scheme not in {"data", "blob"} and urlsplit(request.url).hostname not in LOOPBACK:
            self.troubles.append("the page asked another host for something")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.troubles.append(message.text)


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """A new browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        await browser.close()


@asynccontextmanager
async def kept() -> AsyncIterator[None]:
    """While this lasts, everything in this loop opens its windows in one browser: starting one takes seconds."""
    async with launched() as browser:
        _kept[asyncio.get_running_loop()] = browser
        try:
            yield
        finally:
            del _kept[asyncio.get_running_loop()]


@asynccontextmanager
async def profile(width: int = 1280, height: int = 900, **more: Any) -> AsyncIterator[Watched]:
    """A fresh profile: no cookie, nothing stored. At the end the test fails if a page asked another host for anything, or had an error."""
    async with AsyncExitStack() as stack:
        kept_one = _kept.get(asyncio.get_running_loop())
        browser = kept_one if kept_one is not None else await stack.enter_async_context(launched())
        context = await browser.new_context(viewport={"width": width, "height": height}, **more)
        stack.push_async_callback(context.close)
        watched = Watched(context)
        yield watched
    assert watched.troubles == []


@asynccontextmanager
async def chromium(width: int = 1280, height: int = 900) -> AsyncIterator[Page]:
    """One page in a fresh profile, watched as `profile` says."""
    async with profile(width, height) as watched:
        yield await watched.context.new_page()
