"""The whole of it in one event loop: the practice phone's server, the real bot, and the desk on loopback with caseworkers in Chromium.

    async with desked(folder) as scene:
        child = await scene.joins("Ada", "CHILD", Role.CASEWORKER)      by invitation, with a passkey; her key is made in her browser
        await scene.listed()                                          the operators put the keys that were made into the signed list
        person = await scene.person()                                 somebody with a practice phone

Everybody and everything is fictional. What the desk's server receives is written down (`Heard`).
"""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, MutableMapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from playwright.async_api import Page, expect
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.app import Bot, Words
from bot.app import opened as opened_bot
from bot.commands.desk import listening_at, made_desk, opened_books, serving
from bot.practice.botapi import PracticeServer
from bot.settings import DESK_KEY_NAMES, read, read_keys
from referrals import fixtures
from referrals.desk import accounts, invitations, key_store
from referrals.desk.app import desk_app
from referrals.desk.clerk import Clerk
from referrals.desk.grants import Role
from referrals.desk.parts import Desk
from referrals.desk.settings import DeskSettings
from referrals.desk.store import Books
from tests.browser import Watched, profile
from tests.operated import count, make_place
from tests.practice_server import running_practice
from tests.practised import Practised
from tests.test_no_trace import Clock

PHONE, COMPUTER = (360, 740), (1280, 800)  # pixels
AUTHENTICATOR = {
    "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True, "hasPrf": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
_LISTS = (
    "practice-list",
    "partner-list",
)  # in the data directory: a bot without them pins anew, and keys count at once


@dataclass
class Heard:
    """Everything that the desk's server was sent: request lines, headers and bodies, in order."""

    app: ASGIApp
    received: list[bytes] = field(default_factory=list, repr=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write down, and let through."""
        head = [scope["method"].encode(), scope["raw_path"], scope["query_string"]]
        self.received.append(b" ".join(head + [name + b": " + value for name, value in scope["headers"]]))

        async def overheard() -> MutableMapping[str, Any]:
            message = await receive()
            self.received.append(message.get("body", b""))
            return message

        await self.app(scope, overheard, send)


@dataclass
class Caseworker:
    """Somebody at the desk, in a browser profile of her own."""

    scene: "Desked"
    account: str
    partner: str | None
    watched: Watched
    page: Page
    words: str = field(default="", repr=False)  # of her recovery sheet
    known: set[str] = field(default_factory=set)  # paths of cases that she saw in her queue

    async def goes(self, path: str) -> None:
        """Open a page of the desk; who was idle too long signs in again with her passkey."""
        await self.page.goto(f"{self.scene.origin}{path}")
        if self.page.url.endswith("/enter") and path != "/enter":
            await self.page.click("[data-passkey=enter] [data-do]")
            await self.page.wait_for_url(lambda url: not url.endswith("/enter"))
            await self.page.goto(f"{self.scene.origin}{path}")

    async def makes_key(self) -> None:
        """Make her key, read the recovery sheet, and write down its last group."""
        await self.goes("/key")
        await self.page.click("[data-page=key] button")
        self.words = await self.page.inner_text(".recovery .words")
        await self.page.fill("#last-group", self.words[-4:])
        await self.page.click("form:has(#last-group) button")
        await expect(self.page.locator("[data-page=key] dl.facts")).to_be_visible()

    async def arrived(self) -> str:
        """The path of the one case that came since she last looked."""
        (path,) = set(await self.queue()) - self.known
        self.known.add(path)
        return path

    async def reads(self, path: str) -> str:
        """Go to a case and open what is sealed there: everything that stands in the opened part."""
        await self.goes(path)
        place = self.page.locator("[data-page=case]")
        await expect(place.locator(".opened, .unlocking, .bad").first).to_be_visible()
        if await place.locator(".unlocking").count():
            await self.unlocks()
            await expect(place.locator(".opened, .bad").first).to_be_visible()
        return await place.inner_text()

    async def unlocks(self) -> None:
        """By her passkey where her key is wrapped under it, by the words of her recovery sheet otherwise."""
        passkey = self.page.locator(".unlocking > p > button")
        if await passkey.count():
            await passkey.click()
            return
        await self.page.fill("#unlock-words", self.words.lower().replace("-", " "))
        await self.page.click(".unlocking form button")

    async def does(self, move: str) -> None:
        """Press the button of a move on the page of a case."""
        await self.page.click(f"form.moves button[formaction$='/{move}']")

    async def writes(self, text: str) -> None:
        """Write a reply, look at it as she will read it, and send it."""
        await self.page.fill("#reply-text", text)
        await self.page.click("form:has(#reply-text) > button")
        await self._sends()

    async def asks(self, question: str) -> None:
        """Ask one of the closed questions."""
        await self.page.select_option("#reply-question", question)
        await self.page.click("form:has(#reply-question) button")
        await self._sends()

    async def _sends(self) -> None:
        await self.page.click(".said .buttons button:first-child")
        await expect(self.page.locator(".said .told[role=status] a")).to_be_visible()

    async def queue(self) -> list[str]:
        """The paths of the cases that wait for her."""
        await self.goes("/queue")
        found = await self.page.locator("table.cards th[scope=row] a").evaluate_all(
            "(all) => all.map((each) => each.getAttribute('href'))"
        )
        return [str(each) for each in found]


@dataclass
class Desked:
    """Bot, phone and desk, and how to reach each of them."""

    folder: Path
    server: PracticeServer
    site: str
    origin: str
    clock: Clock
    desk: Desk
    heard: Heard
    stack: AsyncExitStack
    words: Words
    everybody: list[Caseworker] = field(default_factory=list)
    _bot: AsyncExitStack = field(default_factory=AsyncExitStack)
    bot: Bot | None = None

    async def starts(self) -> None:
        """Start the bot, and let the desk know the list that it has."""
        self.bot = await self._bot.enter_async_context(_running(self.folder, self.words, self.clock))
        await self.bot.pulse.once()

    async def stops(self) -> None:
        """Stop the bot."""
        await self._bot.aclose()

    async def listed(self) -> None:
        """The operators list the keys that were made at the desk: the bot begins anew with a list that has them."""
        await self.stops()
        for name in _LISTS:
            rmtree(self.folder / name)
        made = await self.desk.run(_recipients)
        patch = self.stack.enter_context(pytest.MonkeyPatch.context())  # the list is published again on another day
        patch.setattr(fixtures, "partners", lambda today, signers=(): _with_keys(made, today, signers))
        await self.starts()

    async def joins(
        self, name: str, partner: str | None, *roles: Role, size: tuple[int, int] = COMPUTER, lang: str = "en", key: bool = True
    ) -> Caseworker:  # fmt: skip
        """Somebody follows an invitation, makes a passkey, and her key."""
        link, account = await self.invited(name, partner, *roles)
        found = await self._at_a_browser(account, partner, size, lang)
        await found.page.goto(link)
        await found.page.click("[data-passkey=join] [data-do]")
        await found.page.wait_for_url("**/account")
        if key:
            await found.makes_key()
        return found

    async def invited(self, name: str, partner: str | None, *roles: Role) -> tuple[str, str]:
        """What `naru staff invite` prints, and the account that the link opens."""
        token, account = secrets.token_bytes(invitations.TOKEN_BYTES), secrets.token_hex(accounts.ID_BYTES)
        partner_id = fixtures.IDS[partner] if partner else None

        def write(books: Books) -> None:
            with books.desk.transaction() as db:
                invitations.invite(db, account, token, name, partner_id, roles, None, int(self.clock()))

        await self.desk.run(write)
        return f"{self.origin}/join#{token.hex()}", account

    async def _at_a_browser(
        self, account: str, partner: str | None, size: tuple[int, int], lang: str
    ) -> Caseworker:  # fmt: skip
        watched = await self.stack.enter_async_context(profile(*size, locale=lang))
        page = await watched.context.new_page()
        devtools = await watched.context.new_cdp_session(page)
        await devtools.send("WebAuthn.enable")
        await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        found = Caseworker(self, account, partner, watched, page)
        self.everybody.append(found)
        return found

    async def passes(self, seconds: float) -> None:
        """Time passes, and the bot does what it does by itself."""
        self.clock.moved += seconds
        assert self.bot is not None
        await self.bot.retention.once()
        await self.bot.notices.once()
        await self.rests()

    async def rests(self) -> None:
        """Wait until nothing is to be done now."""
        wake = asyncio.Event()
        with self.server.account.listening(wake.set):
            async with asyncio.timeout(60):
                while len(self.server.account.queue) or await asyncio.to_thread(
                    count, self.folder, f"outbox WHERE NOT scheduled OR due <= {int(self.clock())}"
                ):
                    wake.clear()
                    await asyncio.wait([asyncio.create_task(wake.wait())], timeout=0.05)

    async def person(self) -> Practised:
        """Somebody with a practice phone, who opened the chat."""
        found = Practised(self.server)
        await found.open()
        return found


@asynccontextmanager
async def desked(folder: Path) -> AsyncIterator[Desked]:
    """Bot, phone and desk, started and stopped; the bot has the built-in fictional list."""
    clock, words = Clock(), Words.loaded()
    async with AsyncExitStack() as stack:
        server, base_url = await stack.enter_async_context(running_practice(clock=clock))
        make_place(folder, base_url)
        keys = read_keys(folder, None, DESK_KEY_NAMES)
        clerk = Clerk(lambda: opened_books(folder, keys))
        stack.callback(clerk.close)
        listener, settings = listening_at(DeskSettings(port=0))
        desk = replace(made_desk(clerk, settings, words), clock=clock)
        heard = Heard(desk_app(desk))
        await stack.enter_async_context(serving(heard, listener))
        site = base_url.removesuffix("/bot")
        scene = Desked(folder, server, site, settings.origin, clock, desk, heard, stack, words)
        stack.push_async_callback(scene.stops)
        await scene.starts()
        yield scene


@asynccontextmanager
async def _running(folder: Path, words: Words, clock: Clock) -> AsyncIterator[Bot]:
    async with opened_bot(read({}, data_dir=folder), words, None, clock) as bot:
        stop = asyncio.Event()
        running = asyncio.create_task(bot.run(stop))
        try:
            yield bot
        finally:
            stop.set()
            await running


def _recipients(books: Books) -> dict[str, list[str]]:
    """Every live key that was made at the desk, by partner."""
    with books.desk.reading() as db:
        return {
            partner: [each.recipient for each in key_store.of_partner(db, partner) if each.ended is None]
            for partner in fixtures.IDS.values()
        }


_built_in = fixtures.partners


def _with_keys(made: dict[str, list[str]], today: date, signers: Any) -> str:
    """The fictional list, with these keys instead of the published ones wherever there are some."""
    document = json.loads(_built_in(today, signers))
    for record in document["partners"]:
        until = record["x_keys"][0]["key_until"]
        keys = made.get(record["id"], [])
        if keys:
            record["x_keys"] = [
                {"id": f"{number:08x}", "recipient": each, "key_until": until} for number, each in enumerate(keys, 1)
            ]
    return json.dumps(document, ensure_ascii=False)
