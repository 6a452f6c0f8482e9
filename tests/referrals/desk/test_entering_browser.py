"""Joining and signing in with a passkey in Debian's Chromium, with its virtual authenticator, at a desk that really listens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import BrowserContext, Page

from bot.commands.desk import listening_at, serving
from referrals.desk import invitations
from referrals.desk.app import desk_app
from referrals.desk.grants import Role
from referrals.desk.settings import DeskSettings
from tests.browser import MARKS, profile
from tests.desk_rig import Rig, desk_in

pytestmark = MARKS
TOKEN = b"t" * 32
OWNERS_PHONE = {
    "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True, "hasPrf": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@asynccontextmanager
async def desk_on_loopback(folder: Path) -> AsyncIterator[Rig]:
    """A desk that listens on a free port, with one open invitation."""
    listener, settings = listening_at(DeskSettings(port=0))
    with desk_in(folder, origin=settings.origin) as rig:
        rig.written(
            lambda db: invitations.invite(
                db, "e" * 32, TOKEN, "Cy", "P1", {Role.CASEWORKER, Role.LEAD}, None, int(rig.clock())
            )
        )
        async with serving(desk_app(rig.desk), listener):
            yield rig


async def authenticator(context: BrowserContext, page: Page) -> None:
    """Give the browser an authenticator that verifies its user."""
    devtools = await context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": OWNERS_PHONE})


async def test_from_the_link_to_the_next_sign_in(tmp_path: Path) -> None:
    """The link's token leaves the address at once; the passkey that is made then signs in; the cookies are those of this host."""
    async with desk_on_loopback(tmp_path) as rig, profile(390, 800) as watched:
        page = await watched.context.new_page()
        await authenticator(watched.context, page)
        await page.goto(f"{rig.desk.settings.origin}/join#{TOKEN.hex()}")
        await page.fill("[data-passkey=join] [data-label]", "office")
        assert TOKEN.hex() not in page.url
        await page.click("[data-passkey=join] [data-do]")
        await page.wait_for_url("**/account")
        assert "office" in await page.inner_text("main")
        cookies = await watched.context.cookies()
        kept = {(each["name"], each["secure"], each["httpOnly"], each["sameSite"], each["path"]) for each in cookies}
        assert kept == {(name, True, True, "Strict", "/") for name in ("__Host-naru", "__Host-naru-lang")}

        await page.click(".leave button")
        await page.wait_for_url("**/enter")
        await page.click("[data-passkey=enter] [data-do]")
        await page.wait_for_url("**/queue")


async def test_who_is_not_verified_is_not_let_in(tmp_path: Path) -> None:
    """A phone whose owner shows neither finger nor PIN makes no passkey here; the page says so and the link stays open."""
    async with desk_on_loopback(tmp_path) as rig, profile(390, 800) as watched:
        page = await watched.context.new_page()
        devtools = await watched.context.new_cdp_session(page)
        await devtools.send("WebAuthn.enable")
        await devtools.send(
            "WebAuthn.addVirtualAuthenticator", {"options": OWNERS_PHONE | {"isUserVerified": False}}
        )  # fmt: skip
        await page.goto(f"{rig.desk.settings.origin}/join#{TOKEN.hex()}")
        await page.click("[data-passkey=join] [data-do]")
        await page.wait_for_selector("[data-passkey=join] [data-problem]:not([hidden])")

        assert rig.written(lambda db: invitations.opened_by(db, TOKEN.hex(), int(rig.clock()))) is not None
        assert rig.written(lambda db: db.execute("SELECT count(*) FROM accounts").fetchone()[0]) == 0
