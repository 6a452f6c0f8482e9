"""The page in a real browser: a phone that can be played, in Korean and Chinese, with what the caseworker gets beside it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from telegram import Bot

from bot.practice.botapi import PracticeServer
from tests.bot.practice.casework_fake import REFERRAL, FakeCasework, english
from tests.bot.practice.echo_bot import FRONT, SCREENS, echoing
from tests.browser import MARKS, chromium
from tests.practice_server import running_practice

pytestmark = MARKS

SHOTS = Path(__file__).parents[2] / "screenshots"  # looked at by a person; not committed


@asynccontextmanager
async def shown(width: int = 1280, *, empty: bool = False) -> AsyncIterator[tuple[Page, PracticeServer]]:
    """The page open in a browser, with an echo bot behind it."""
    async with (
        running_practice(casework=FakeCasework(empty=empty), english=english) as (server, base_url),
        Bot(server.token, base_url=base_url) as bot,
        echoing(bot),
        chromium(width) as page,
    ):
        await bot.set_my_name("생활 정보")
        await page.goto(f"{base_url.removesuffix('/bot')}/practice")
        yield page, server


async def started(page: Page) -> None:
    """Press Start and wait for the front page."""
    await page.get_by_test_id("start").click()
    await expect(page.get_by_test_id("phone-text")).to_have_text(FRONT)


@pytest.mark.parametrize(("language", "tag"), [("ko", "ko"), ("zh", "zh-Hans")])
async def test_a_conversation_is_played(language: str, tag: str) -> None:
    """Start, a press, the screen edited in place: text and buttons as the bot sent them, marked with their language."""
    text, labels = SCREENS[language]
    async with shown() as (page, _):
        await started(page)
        await page.locator(f'[data-data="{language}"]').click()

        await expect(page.get_by_test_id("phone-text")).to_have_text(text)
        await expect(page.get_by_test_id("phone-text")).to_have_attribute("lang", tag)
        await expect(page.locator("#log .keyboard button")).to_have_text(list(labels))
        await expect(page.locator("#log .message:not(.mine)")).to_have_count(1)
        await page.get_by_test_id("english-switch").click()
        await expect(page.get_by_test_id("english-buttons").locator("li")).to_have_count(2)
        SHOTS.mkdir(exist_ok=True)
        await page.screenshot(path=SHOTS / f"practice-{language}.png", full_page=True)


async def test_the_lock_screen_shows_the_last_new_message() -> None:
    """An edit changes nothing there; the locked phone hides the chat, and unlocking shows it again."""
    async with shown() as (page, _):
        await expect(page.get_by_test_id("lock-line")).to_have_text("Nothing.")
        await started(page)
        await page.locator('[data-data="ko"]').click()
        await expect(page.get_by_test_id("phone-text")).to_have_text(SCREENS["ko"][0])

        await expect(page.get_by_test_id("lock-line")).to_have_text(FRONT)
        await expect(page.get_by_test_id("lock-note")).to_contain_text("without a sound")
        await page.get_by_test_id("lock").click()
        await expect(page.get_by_test_id("phone-text")).to_be_hidden()
        await expect(page.get_by_test_id("locked")).to_contain_text(FRONT)
        await expect(page.get_by_test_id("unlock")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("phone-text")).to_be_visible()


async def test_english_stands_beside() -> None:
    """The switch shows the same screen in English, and hides it again."""
    async with shown() as (page, _):
        await started(page)
        await expect(page.get_by_test_id("english-text")).to_be_hidden()
        await page.get_by_test_id("english-switch").click()

        await expect(page.get_by_test_id("english-text")).to_have_text("Are you alone now?")
        await expect(page.get_by_test_id("english-switch")).to_have_attribute("aria-checked", "true")
        await page.get_by_test_id("english-switch").click()
        await expect(page.get_by_test_id("english-text")).to_be_hidden()


async def test_a_referral_is_seen_sealed_and_opened() -> None:
    """Partner, size and first bytes; the sealed file to keep; opened in English, Chinese and Korean."""
    async with shown() as (page, _):
        referral = page.get_by_test_id("referral-1")
        await expect(referral).to_contain_text(REFERRAL["partner"])
        await expect(referral).to_contain_text("8.0 KiB (8192 bytes)")
        await expect(referral).to_contain_text(REFERRAL["head_hex"])
        async with page.expect_download() as download:
            await referral.get_by_role("link").click()
        kept = await (await download.value).path()
        assert kept.read_bytes() == await FakeCasework().sealed(REFERRAL["referral_id"])

        await page.get_by_test_id("open-1").click()
        await expect(page.get_by_test_id("opened")).to_have_text("Needs: a place to sleep")
        for language, tag, text in (("zh", "zh-Hans", "需要：住处"), ("ko", "ko", "필요한 것: 잠자리")):
            await page.get_by_test_id("language").select_option(language)
            await expect(page.get_by_test_id("opened")).to_have_text(text)
            await expect(page.get_by_test_id("opened")).to_have_attribute("lang", tag)


async def test_nothing_was_sent_yet() -> None:
    """An empty casebook is said."""
    async with shown(empty=True) as (page, _):
        await expect(page.get_by_test_id("no-referrals")).to_have_text("Nothing was sent yet.")
        await expect(page.get_by_test_id("referrals").locator("li")).to_have_count(0)


async def test_it_can_be_played_by_keyboard() -> None:
    """Tab and Enter are enough, and the focus stays with the screen when it changes."""
    async with shown() as (page, server):
        await expect(page.get_by_test_id("start")).to_be_visible()
        await page.get_by_test_id("start").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("phone-text")).to_have_text(FRONT)
        await page.get_by_role("log").focus()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")

        await expect(page.get_by_test_id("phone-text")).to_have_text(SCREENS["ko"][0])
        await expect(page.locator("#log .keyboard button").first).to_be_focused()
        width = await page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        assert width >= 2
        await page.get_by_test_id("type").fill("말")
        await page.keyboard.press("Enter")
        await expect(page.locator("#log .message")).to_have_count(4)
        assert [m.text for m in server.chat(next(iter(server.account.chats))).messages.values()][2] == "말"


async def test_text_is_never_read_as_html() -> None:
    """Markup in a message or on a button is shown as it was written."""
    async with shown() as (page, _):
        await started(page)
        await page.get_by_test_id("type").fill("markup")
        await page.get_by_test_id("send").click()

        await expect(page.get_by_test_id("phone-text")).to_have_text("<img src=x onerror=alert(1)>")
        await expect(page.locator("#log .keyboard button").last).to_have_text("<b>1</b>")
        await expect(page.locator("#log img, #log b")).to_have_count(0)


async def test_persons_are_played_side_by_side() -> None:
    """A new person has an empty chat; going back shows the first one's as it was."""
    async with shown() as (page, _):
        await started(page)
        await page.get_by_test_id("new-person").click()
        await expect(page.get_by_test_id("phone-text")).to_have_count(0)
        await expect(page.get_by_test_id("start")).to_be_visible()
        await page.get_by_test_id("person").select_option(label="Person 1")
        await expect(page.get_by_test_id("phone-text")).to_have_text(FRONT)
        await page.reload()
        await expect(page.get_by_test_id("phone-text")).to_have_text(FRONT)


async def test_the_menu_sends_blocks_and_clears() -> None:
    """A photo, a block, an unblock, a deleted chat; a text to a blocked bot is refused with the reason."""
    async with shown() as (page, server):
        await started(page)
        chat = next(iter(server.account.chats))
        await page.get_by_test_id("menu").click()
        await page.get_by_test_id("media-photo").click()
        await expect(page.locator("#log .mine").last).to_contain_text("[Photo] fictional caption")
        await page.get_by_test_id("menu").click()
        await page.get_by_test_id("block").click()
        await expect(page.get_by_test_id("block")).to_have_text("Unblock the bot")
        assert server.chat(chat).blocked
        await page.get_by_test_id("menu").click()
        await page.get_by_test_id("block").click()
        await expect(page.get_by_test_id("block")).to_have_text("Block the bot")
        await page.get_by_test_id("menu").click()
        await page.get_by_test_id("clear").click()
        await expect(page.locator("#log .message")).to_have_count(0)
        assert server.chat(chat).messages == {}


async def test_it_fits_a_real_phone() -> None:
    """At 360 pixels nothing has to be scrolled sideways."""
    async with shown(360) as (page, _):
        await started(page)
        await page.get_by_test_id("english-switch").click()
        await expect(page.get_by_test_id("referral-1")).to_be_visible()

        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        SHOTS.mkdir(exist_ok=True)
        await page.screenshot(path=SHOTS / "practice-narrow.png", full_page=True)
