"""One case from end to end: practice phone, bot, desk, and back to the phone; and everything that the desk's server saw of it."""

import asyncio
import logging
from pathlib import Path

import pytest
from playwright.async_api import expect

from referrals.desk import accounts
from referrals.desk.grants import Role
from referrals.desk.store import Books
from tests.browser import MARKS
from tests.desked import Caseworker, Desked, desked
from tests.overseen import files, found, kept
from tests.practised import Practised

pytestmark = MARKS

# domain.md, section 7, A1: a mother with a moment.
A1 = {
    "a0_open": ("lang_ko",),
    "q1_safe": ("safe_moment",),
    "q3_agree": ("agree",),
    "q4_urgent": ("urg_no",),
    "q5_country": ("CN",),
    "q6_needs": ("n_leave", "n_child"),
}
REPLY = "감자. 저녁에 다시 들어와 주십시오."
PLANTED = "zqplantedmark"


async def sent_with_word(her: Practised) -> None:
    """She agrees to the first partner alone, chooses a word, and erases the chat."""
    await her.through(A1)
    await her.tap("share_yes", "go_on")
    while her.place.startswith("q11_partner."):
        await her.tap("share_no")
    await her.tap("word.potato", "nav.skip")
    await her.wipe()


async def back_with_code(her: Practised, *words: str) -> None:
    """She comes back with her code, and the word she chose."""
    await her.tap("lang_ko", "safe_alone", "code")
    await her.enter_code(her.code)
    await her.tap(*words)
    assert her.place == "k_case"


async def chosen(her: Practised, beginning: str) -> None:
    """Press the first button whose data begins so."""
    await her.tap(next(each for each in her.options if each.startswith(beginning)))


async def refused(who: Caseworker, path: str) -> None:
    """The page is not there for her, and neither is what is sealed."""
    for each in (path, f"{path}/sealed"):
        answer = await who.page.goto(f"{who.scene.origin}{each}")
        assert answer is not None
        assert answer.status == 404
    assert all("404" in each for each in who.watched.troubles)
    who.watched.troubles.clear()


async def given_what_is_open(giver: Caseworker, to: Caseworker) -> None:
    """A colleague hears the digits of a key, says so, and seals what is open for it."""
    await giver.goes("/key/colleagues")
    await giver.page.click(f"form[action='/team/{to.account}/key'] button")
    await giver.page.click(f"a[href='/reseal/{to.account}']")
    if await giver.page.locator(".unlocking").count():
        await giver.unlocks()
    await giver.page.check("[data-page=reseal] input[type=checkbox]")
    await giver.page.click("[data-page=reseal] form button")
    await expect(giver.page.locator("[data-page=reseal] .told")).to_contain_text("Done")


async def removed(scene: Desked, who: Caseworker) -> None:
    """`naru staff remove`."""

    def end(books: Books) -> None:
        with books.desk.transaction() as db:
            accounts.remove(db, who.account, int(scene.clock()))

    await scene.desk.run(end)


async def test_a1_from_her_phone_to_the_desk_and_back(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Joined, opened, accepted, answered, read, taken back; others can't open it, a colleague can; the server read nothing."""
    for logger in ("naru", "referrals", "uvicorn", "asyncio"):  # what the desk's process writes: httpx is the bot's
        caplog.set_level(logging.DEBUG, logger)
    async with desked(tmp_path / "place") as scene:
        ada = await scene.joins("Ada", "CHILD", Role.CASEWORKER)
        eve = await scene.joins("Eve", "CYBER", Role.CASEWORKER)
        lea = await scene.joins("Lea", "CHILD", Role.LEAD, key=False)
        await scene.listed()
        her = await scene.person()
        await sent_with_word(her)

        path = await ada.arrived()
        await ada.reads(path)
        read = await ada.page.locator(".opened").inner_text()
        assert all(each in read for each in ("Country\nChina", "Leaving here", "About a child", "potato"))
        await ada.does("acknowledge")
        await ada.does("accept")
        await ada.reads(path)
        await ada.writes(REPLY)

        for other in (eve, lea):
            await refused(other, path)
        bea = await scene.joins("Bea", "CHILD", Role.CASEWORKER)
        assert "Leaving here" not in await bea.reads(path)
        await given_what_is_open(ada, bea)
        assert "Leaving here" in await bea.reads(path)
        await removed(scene, bea)
        await bea.page.goto(f"{scene.origin}{path}")
        assert bea.page.url.startswith(f"{scene.origin}/enter")

        await back_with_code(her, "word.potato")
        assert REPLY not in her.screen.text
        await chosen(her, "reply.")
        assert REPLY in her.screen.text
        await her.tap("nav.back")
        await chosen(her, "ref.")
        await her.tap("withdraw")
        async with asyncio.timeout(20):
            while await ada.queue():
                pass
        await ada.goes("/attest")
        await ada.page.check("input[name=gone]")
        await ada.page.click("form[action^='/attest/'] button")
        await expect(ada.page.locator("form[action^='/attest/']")).to_have_count(0)

        marks = [
            "n_leave",
            "n_child",
            "potato",
            "감자",
            REPLY,
            "저녁에",
            her.code,
            "AGE-SECRET-KEY",
            ada.words,
            bea.words,
        ]
        received = [*scene.heard.received, caplog.text.encode()]
        stored = [*await scene.desk.run(kept), *files(scene.folder)]
        assert found(marks, received) == []
        assert found(marks, stored) == []
        # The search itself finds what is there: in what was received, and in what is kept.
        await ada.goes(f"/queue?shown={PLANTED}")
        assert found([PLANTED, "age1pq1"], scene.heard.received) == [PLANTED, "age1pq1"]
        assert found(["Ada", "age1pq1"], stored) == ["Ada", "age1pq1"]
