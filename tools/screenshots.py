"""Makes the pictures of the documents from a real demo: `make screenshots`. Needs what `make test` needs (Debian's chromium)."""

import asyncio
from pathlib import Path

from playwright.async_api import expect

from bot.commands.demo_desk import WORDS
from tests.browser import profile
from tests.phone import PracticePhone, practice_phone
from tools.words import ROOT

DOCS = ROOT / "docs"
_TO_NEEDS = ("q1_safe:safe_alone", "q2_phone:ph_mine", "q3_agree:agree", "q4_urgent:urg_no", "q5_country:CN")


async def make(folder: Path) -> None:
    """Write phone-ko.png, phone-zh.png, demo.png, desk-ko.png and desk-zh.png into `folder`."""
    async with practice_phone() as phone:
        await phone.tap("a0_open:lang_ko", *_TO_NEEDS, "q8_with:+w_child", "q8_with:nav.done")
        await phone.tap("q6_needs:+n_leave", "q6_needs:+n_child")
        await phone.button("q6_needs:-n_child").wait_for()
        await phone.page.locator(".phone").first.screenshot(path=folder / "phone-ko.png")
    async with practice_phone() as phone:
        await phone.tap("a0_open:lang_zh", "q1_safe:safe_moment", "q3_agree:agree", "q4_urgent:urg_no", "q5_country:CN")
        await phone.tap("q6_needs:+n_preg", "q6_needs:nav.done")
        await phone.button("q11_partner*:share_yes").wait_for()
        await phone.page.locator(".phone").first.screenshot(path=folder / "phone-zh.png")
        await phone.tap("q11_partner*:share_yes", "r_receipt:go_on", "w_check:nav.skip")
        await phone.page.get_by_test_id("english-switch").click()
        await phone.delivered("HEALTH")
        await phone.opened(1)
        await phone.button("m_end:wipe_now").wait_for()  # the receipt is gone: no picture shows a return code
        await phone.page.get_by_test_id("referral-1").get_by_text("acknowledged").wait_for()
        await phone.page.screenshot(path=folder / "demo.png")
        for lang in ("ko", "zh"):
            await _desk(phone, lang, folder / f"desk-{lang}.png")


async def _desk(phone: PracticePhone, lang: str, picture: Path) -> None:
    """The case that was sent, opened at the desk by a caseworker of its partner."""
    address = await phone.page.get_by_role("link", name="Open it at the desk").get_attribute("href")
    if address is None:
        raise RuntimeError("the page names no desk")
    async with profile(1000, 1250, locale=lang) as watched:
        page = await watched.context.new_page()
        await page.goto(address)
        await page.locator("form[action='/demo/enter'] button").first.click()
        await page.wait_for_url("**/case/*")
        await page.fill("#unlock-words", WORDS)
        await page.keyboard.press("Enter")
        await expect(page.locator(".opened")).to_be_visible()
        await page.goto(page.url)  # as it is read again: from its top, the key still there
        await expect(page.locator(".opened")).to_be_visible()
        await page.evaluate("scrollTo(0, 0)")
        await page.screenshot(path=picture)


if __name__ == "__main__":
    DOCS.mkdir(exist_ok=True)
    asyncio.run(make(DOCS))
