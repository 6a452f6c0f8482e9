"""The operators' pages in Debian's Chromium: they fit a phone and a desk, their charts are drawn, and nothing is refused or fetched."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page

from bot.commands.desk import listening_at, serving
from referrals.desk import operating, sessions
from referrals.desk.app import desk_app
from referrals.desk.grants import Role
from referrals.desk.settings import DeskSettings
from tests.browser import MARKS, profile
from tests.desk_rig import Rig, desk_in
from tests.referrals.desk.test_operating import fill

pytestmark = MARKS
TONGUES = {"ko": "ko-KR", "zh": "zh-CN"}
SIZES = ((320, 700), (1280, 900))  # pixels


@asynccontextmanager
async def signed_in(folder: Path, width: int, height: int, lang: str) -> AsyncIterator[tuple[Rig, Page]]:
    """An operator's browser at a desk that really listens, where something happened."""
    listener, settings = listening_at(DeskSettings(port=0))
    with desk_in(folder, origin=settings.origin) as rig:
        fill(rig)
        cookie = rig.signed_in(rig.account(Role.OPERATOR, name="Opal")).cookies[sessions.COOKIE]
        async with serving(desk_app(rig.desk), listener), profile(width, height) as watched:
            await watched.context.set_extra_http_headers({"accept-language": TONGUES[lang]})
            # Chromium takes a Secure cookie from localhost, but its protocol only with an https address; the port doesn't count.
            safe = settings.origin.replace("http:", "https:")
            await watched.context.add_cookies(
                [{"name": sessions.COOKIE, "value": cookie, "url": safe, "secure": True, "httpOnly": True}]
            )
            yield rig, await watched.context.new_page()


@pytest.mark.parametrize("lang", list(TONGUES))
@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_every_page_fits(tmp_path: Path, width: int, height: int, lang: str) -> None:
    """Nothing runs out at the side; a chart is as wide as the page and as high as its rows; no refusal stands in the console."""
    async with signed_in(tmp_path, width, height, lang) as (rig, page):
        for path in [door.path for door in operating.DOORS]:
            await page.goto(rig.desk.settings.origin + path)
            assert await page.get_attribute("html", "lang") == {"ko": "ko", "zh": "zh-Hans"}[lang]
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
            for chart in await page.locator("svg.chart").all():
                box = await chart.bounding_box()
                rows = await chart.locator("rect.track").count()
                assert box is not None
                assert box["width"] > width / 2 or width > 700
                assert box["height"] > 30 * rows  # pixels; a row has 2.8 em
