"""Makes the pictures of the documents from a real demo: `make screenshots`. Needs what `make test` needs (Debian's chromium)."""

import asyncio
from pathlib import Path

from tests.phone import practice_phone
from tools.words import ROOT

DOCS = ROOT / "docs"
_TO_NEEDS = ("q1_safe:safe_alone", "q2_phone:ph_mine", "q3_agree:agree", "q4_urgent:urg_no", "q5_country:CN")


async def make(folder: Path) -> None:
    """Write phone-ko.png, phone-zh.png and demo.png into `folder`."""
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


if __name__ == "__main__":
    DOCS.mkdir(exist_ok=True)
    asyncio.run(make(DOCS))
