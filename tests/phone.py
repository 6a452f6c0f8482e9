"""The demo as a newcomer has it: the command in a process of its own, the practice phone in a browser, the caseworker's side beside it."""

import asyncio
import re
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from bot.app import Words
from bot.dialogue.screens import Line
from bot.texts import FRONT_LOCALES, Catalogues
from referrals import fixtures
from tests.browser import chromium
from tests.operated import environment
from tests.person import directory

ANSWER = 20_000  # milliseconds for one screen: the bot keeps to 1 edit a second in a chat, and the machine may be busy
DELIVERED = 30_000  # milliseconds from consent to the caseworker's list
START = 60.0  # seconds for the command to print its address
_TABS = 60  # stops of the keyboard on the page are fewer
SHOTS = Path(__file__).with_name("screenshots")  # looked at by a person; not committed
_CALM = re.compile(
    r"[0-9TZ:-]+ INFO bot\.(started|stopped)"
)  # all that the program's log holds when nothing goes wrong
_ADDRESS = re.compile(r"http://localhost:\d+/practice")
_DESK = re.compile(r"^Desk[^:]*: (http://localhost:\d+)", re.MULTILINE)
_CODE = re.compile(r"^(\d{4}) (\d{4}) (\d{4}) (\d{4})$", re.MULTILINE)


@cache
def words() -> Catalogues:
    """The shipped words."""
    return Words.loaded().catalogues


def line(label: str, value: str, locale: str) -> str:
    """One line of a referral as it is read, from the keys of its label and of its answer."""
    return words().say(Line(label, {"value": Line(value)}), locale)


def alias(name: str, locale: str) -> str:
    """What a person reads for a fictional partner (CHILD, HUB ...)."""
    return words().say(Line("card.alias", {"alias": _number(name)}), locale)


def _number(name: str) -> str:
    return directory().partner(fixtures.IDS[name]).x_alias


def front_page() -> str:
    """The neutral page before a language is chosen, and after a wipe."""
    return "\n\n".join(words().plain("a0_open", each) for each in FRONT_LOCALES)


@asynccontextmanager
async def demo() -> AsyncIterator[str]:
    """Run `naru demo --port 0` and give the practice phone's address; at the end it must stop cleanly, with nothing to report."""
    async with demo_addresses() as (phone, _):
        yield phone


@asynccontextmanager
async def demo_addresses() -> AsyncIterator[tuple[str, str]]:
    """The same, with both addresses that it prints: the practice phone's and the desk's."""
    command = Path(sys.executable).with_name("naru")
    quick = environment(NARU_SEND_RATE="0")  # the pace is Telegram's, and each test would wait for it half its time
    process = await asyncio.create_subprocess_exec(command, "demo", "--port", "0", stdout=PIPE, stderr=PIPE, env=quick)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START):
            printed = ""
            while (desk := _DESK.search(printed)) is None:
                more = await process.stdout.readline()
                assert more, "the demo ended before it printed its addresses"
                printed += more.decode()
        phone = _ADDRESS.search(printed)
        assert phone is not None
        yield phone[0], desk[1]
    finally:
        if process.returncode is None:
            process.terminate()
        _, said = await process.communicate()
    assert process.returncode == 0
    assert [each for each in said.decode().splitlines() if not _CALM.fullmatch(each)] == []


@dataclass
class PracticePhone:
    """The page with one person's phone and the caseworker's side. What it shows is awaited, never slept for."""

    page: Page
    lock_screen: set[str] = field(default_factory=set)  # everything that the lock screen showed after a tap
    taps: int = 0

    @property
    def text(self) -> Locator:
        """The newest message of the bot."""
        return self.page.get_by_test_id("phone-text")

    def button(self, option: str) -> Locator:
        """The button that carries an option, given as "screen:option"; a screen may end in "*"."""
        screen, _, pressed = option.partition(":")
        if screen.endswith("*"):
            return self.page.locator(f'#log button[data-data^="{screen[:-1]}"][data-data$=":{pressed}"]')
        return self.page.locator(f'#log button[data-data="{option}"]')

    async def start(self) -> None:
        """Press Start and wait for the front page."""
        await self.page.get_by_test_id("start").click()
        await expect(self.text).to_have_text(front_page(), timeout=ANSWER)

    async def tap(self, *options: str) -> None:
        """Press buttons one after another, each as soon as its screen is there; a tick is waited for."""
        for option in options:
            await self.button(option).click(timeout=ANSWER)
            self.taps += 1
            screen, _, pressed = option.partition(":")
            if pressed[0] in "+-":
                await expect(self.button(f"{screen}:{'-' if pressed[0] == '+' else '+'}{pressed[1:]}")).to_be_visible(
                    timeout=ANSWER
                )
            self.lock_screen.add(await self.page.get_by_test_id("lock-line").inner_text())

    async def reads(self, *parts: str) -> None:
        """The screen holds these words."""
        for part in parts:
            await expect(self.text).to_contain_text(part, timeout=ANSWER, use_inner_text=True)

    async def options(self) -> list[str]:
        """What the buttons on the screen carry, without their screen."""
        found = await self.page.locator("#log button[data-data]").evaluate_all(
            "(all) => all.map((each) => each.dataset.data)"
        )
        return [str(each).partition(":")[2] for each in found]

    async def code(self) -> str:
        """The return code, read off the receipt."""
        await expect(self.text).to_contain_text(_CODE, timeout=ANSWER, use_inner_text=True)
        found = _CODE.search(await self.text.inner_text())
        assert found is not None
        return "".join(found.groups())

    async def wiped(self) -> None:
        """The chat shows the front page and nothing else; so does the lock screen."""
        await expect(self.text).to_have_text(front_page(), timeout=ANSWER)
        await expect(self.page.locator("#log .message")).to_have_count(1, timeout=ANSWER)
        await expect(self.page.get_by_test_id("lock-line")).to_have_text(front_page())

    async def shot(self, name: str) -> None:
        """Keep what the window shows, to be looked at."""
        SHOTS.mkdir(exist_ok=True)
        await self.page.screenshot(path=SHOTS / f"{name}.png")

    # --- the caseworker's side ---

    async def delivered(self, *partners: str) -> None:
        """Exactly these fictional partners (CHILD, HUB ...) have a referral, in the order in which it was sent."""
        listed = self.page.get_by_test_id("referrals").locator("> li")
        await expect(listed).to_have_count(len(partners), timeout=DELIVERED)
        named = await listed.evaluate_all("(all) => all.map((each) => each.dataset.partner)")
        assert named == [_number(each) for each in partners]

    async def opened(self, number: int, locale: str = "en") -> list[str]:
        """Open referral `number` (from 1) as the caseworker; every line that is read."""
        await self.page.get_by_test_id("language").select_option(locale.partition("_")[0])
        await self.page.get_by_test_id(f"open-{number}").click()
        await expect(self.page.get_by_test_id("opened-heading")).to_have_text(f"Referral {number}, opened")
        return await self.read(locale)

    async def read(self, locale: str = "en") -> list[str]:
        """Every line of the opened referral."""
        await expect(self.page.get_by_test_id("opened")).to_contain_text(words().plain("open.title", locale))
        return (await self.page.get_by_test_id("opened").inner_text()).splitlines()

    # --- by keyboard ---

    async def press(self, *options: str) -> None:
        """As `tap`, with Tab and Enter alone."""
        for option in options:
            await self.enter(self.button(option))

    async def enter(self, wanted: Locator) -> None:
        """Reach one element by Tab and press Enter on it."""
        await expect(wanted).to_be_visible(timeout=ANSWER)
        for _ in range(_TABS):
            if await wanted.evaluate("(each) => each === document.activeElement"):
                await expect(wanted).to_be_in_viewport()
                return await self.page.keyboard.press("Enter")
            await self.page.keyboard.press("Tab")
        raise AssertionError("Tab does not lead there")


@asynccontextmanager
async def practice_phone(width: int = 1280, height: int = 900, *, started: bool = True) -> AsyncIterator[PracticePhone]:
    """The demo, open in a browser; the front page on the phone if `started`."""
    async with demo() as address, chromium(width, height) as page:
        await page.goto(address)
        phone = PracticePhone(page)
        if started:
            await phone.start()
        yield phone


def parts(read: Iterable[str], locale: str) -> list[list[str]]:
    """The answer lines of each sealed file that was opened: what stands between its kind and its envelope."""
    kinds = [words().plain(f"open.kind.{kind}", locale) for kind in ("referral", "addition", "withdrawal")]
    envelope = words().say(Line("open.partner", {"value": ""}), locale)
    found: list[list[str]] = []
    inside = False
    for each in read:
        if each in kinds:
            found.append([each])
            inside = True
        elif each.startswith(envelope):
            inside = False
        elif inside:
            found[-1].append(each)
    return found
