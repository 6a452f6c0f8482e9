"""Debian's Chromium under Playwright, closed to everything but loopback."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import ConsoleMessage, Page, Request, async_playwright, expect

CHROMIUM = Path("/usr/bin/chromium")  # Debian's package; Playwright brings no browser here
ABSENT = "needs Debian's chromium: apt-get install chromium fonts-noto-cjk"
ARGUMENTS = (  # no sandbox as root; nothing that looks for its maker's hosts
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 20_000  # milliseconds for one step; a step takes a few tens, and the machine may be busy
expect.set_options(timeout=PATIENCE)


@asynccontextmanager
async def chromium(width: int = 1280, height: int = 900) -> AsyncIterator[Page]:
    """A page in a fresh browser. At the end the test fails if the page asked another host for anything, or reported an error."""
    troubles: list[str] = []

    def asked(request: Request) -> None:
        if urlsplit(request.url).hostname not in {"127.0.0.1", "localhost"}:
            troubles.append("the page asked another host for something")

    def said(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            troubles.append(message.text)

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = await browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(PATIENCE)
        page.on("request", asked)
        page.on("console", said)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        yield page
        await browser.close()
    assert troubles == []
