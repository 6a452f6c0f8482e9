"""A8 as it is seen: the phone in somebody else's hands, before and after a wipe, and after nobody pressed anything. Korean and Chinese."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser import MARKS, chromium
from tests.operated import make_place
from tests.phone import SHOTS, front_page, words
from tests.practice_server import running_practice
from tests.test_no_trace import Clock, at_work

pytestmark = MARKS

WAY = (
    "q1_safe:safe_alone",
    "q2_phone:ph_mine",
    "q3_agree:agree",
    "q4_urgent:urg_no",
    "q5_country:CN",
    "q8_with:+w_child",
)
BEGINNINGS = {"ko": ("a0_open:lang_ko", "ko_CN"), "zh": ("a0_open:lang_zh", "zh_Hans")}
MINUTES = 10 * 60 + 1  # seconds: one more than a screen may stay open


async def tap(page: Page, *options: str) -> None:
    """Press buttons one after another, each as soon as it is there."""
    for option in options:
        await page.locator(
            f'#log button[data-data="{option}"]'
        ).last.click()  # who types after a wipe gets a second front page


async def to_needs(page: Page, language: str) -> str:
    """Walk to the needs; the catalogue that the screen speaks from."""
    begin, locale = BEGINNINGS[language]
    await tap(page, begin, *WAY)
    await page.locator('#log button[data-data="q8_with:-w_child"]').wait_for()
    await tap(page, "q8_with:nav.done", "q6_needs:+n_leave")
    await page.locator('#log button[data-data="q6_needs:-n_leave"]').wait_for()
    return locale


async def only_the_front_page(page: Page, name: str) -> None:
    """Chat and lock screen show the front page and nothing else; whoever has the phone now presses and types in vain."""
    await expect(page.get_by_test_id("phone-text")).to_have_text(front_page())
    await expect(page.locator("#log .message")).to_have_count(1)
    await expect(page.get_by_test_id("lock-line")).to_have_text(front_page())
    await page.screenshot(path=SHOTS / f"{name}.png")
    for text in ("탈북", "도와줘", "帮帮我"):
        await page.get_by_test_id("type").fill(text)
        await page.get_by_test_id("send").click()
        await expect(page.get_by_test_id("type")).to_have_value("")
        await expect(page.locator("#log .mine")).to_have_count(0)
        await expect(page.get_by_test_id("phone-text")).to_have_text(front_page())
    await tap(page, "a0_open:cover")
    await expect(page.get_by_test_id("phone-text")).to_contain_text(
        words().plain("c_menu", "zh_Hans"), use_inner_text=True
    )


@pytest.mark.parametrize("language", list(BEGINNINGS))
@pytest.mark.parametrize("ending", ["wipe", "idle"])
async def test_the_phone_is_grabbed(tmp_path: Path, language: str, ending: str) -> None:
    """She is at the needs; one tap, or ten minutes without one, and nothing is left to be found on the phone."""
    SHOTS.mkdir(exist_ok=True)
    clock = Clock()
    async with running_practice(clock=clock) as (_, base_url):
        folder = make_place(tmp_path / "place", base_url)
        async with at_work(folder, clock) as bot, chromium(1280, 1000) as page:
            await page.goto(f"{base_url.removesuffix('/bot')}/practice")
            await page.get_by_test_id("start").click()
            await expect(page.get_by_test_id("phone-text")).to_have_text(front_page())
            locale = await to_needs(page, language)
            await expect(page.get_by_test_id("phone-text")).to_contain_text(
                words().plain("q6_needs", locale).splitlines()[0], use_inner_text=True
            )
            await page.screenshot(path=SHOTS / f"a8-{ending}-{language}-before.png")
            if ending == "wipe":
                await tap(page, "q6_needs:nav.wipe")
            else:
                clock.moved += MINUTES
                await bot.retention.once()
            await only_the_front_page(page, f"a8-{ending}-{language}-after")
