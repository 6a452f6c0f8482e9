"""domain.md, section 7, as the desk lives it: A2, A3, A5 and A9, with the real bot and real keys, on a screen as small as a phone's."""

from pathlib import Path

from playwright.async_api import expect

from referrals.desk.grants import Role
from tests.browser import MARKS
from tests.desked import PHONE, Caseworker, desked
from tests.phone import words
from tests.practised import Practised
from tests.test_desk_whole_case import back_with_code, chosen

pytestmark = MARKS

MINUTE, DAY = 60, 86_400  # seconds
# Her own phone, in China, alone; a place to stay; to be written to at night only.
A9 = {
    "a0_open": ("lang_ko",), "q1_safe": ("safe_alone",), "q2_phone": ("ph_mine",), "q3_agree": ("agree",), "q4_urgent": ("urg_no",),
    "q5_country": ("CN",), "q8_with": ("w_alone",), "q6_needs": ("n_place",), "q10_contact": ("c_band",), "q10_band": ("22-06",),
}  # fmt: skip
A3 = {
    "a0_open": ("lang_zh",), "q1_safe": ("safe_alone",), "q2_phone": ("ph_mine",), "q3_agree": ("agree",), "q4_urgent": ("urg_no",),
    "q5_country": ("CN",), "q8_with": ("w_third",), "q8_wish": ("wish_unasked",),
}  # fmt: skip
A5 = {
    "a0_open": ("lang_ko",), "q1_safe": ("safe_alone",), "q2_phone": ("ph_mine",), "q3_agree": ("agree",), "q4_urgent": ("urg_no",),
    "q5_country": ("KR",), "q6_needs": ("n_mind",), "q9_talk": ("t_f_ko",), "q10_contact": ("c_return",),
}  # fmt: skip


async def _declines(who: Caseworker, path: str, code: str) -> None:
    await who.goes(f"{path}/decline")
    await who.page.check(f"input[name=code][value={code}]")
    await who.page.click("main form button[type=submit]")
    await expect(who.page.locator("dl.facts.pairs")).to_be_visible()


async def _leaves(her: Practised, decision: str = "yes") -> None:
    """She decides on the first card, passes the others by, chooses no word, and the chat is erased."""
    cards = iter([decision])
    await her.decide(lambda _: next(cards, "no"))
    await her.wipe()


async def test_a2_the_duty_desk_acknowledges_in_time_and_who_was_next_gets_nothing(tmp_path: Path) -> None:
    """Urgent stands on top with its half hour; acknowledging ends what was held for the second partner; a question is answered by a tap."""
    async with desked(tmp_path / "place") as scene:
        hub = await scene.joins("Ada", "HUB", Role.CASEWORKER, size=PHONE)
        cyber = await scene.joins("Eve", "CYBER", Role.CASEWORKER, size=PHONE)
        await scene.listed()
        her = await scene.person()
        await her.tap("urgent_ko", "u_locked", "send")
        await her.tap("go_on", "CN", "share_yes")
        while her.place in {"m_sent", "w_check"} or her.place.startswith("q11_partner."):
            await her.tap({"m_sent": "go_on", "w_check": "nav.skip"}.get(her.place, "share_no"))
        await her.wipe()

        path = await hub.arrived()
        await expect(hub.page.locator(".counts .now")).to_be_visible()
        read = await hub.reads(path)
        assert "China" in read
        assert await cyber.queue() == []
        await hub.does("acknowledge")
        await scene.passes(31 * MINUTE)
        assert await cyber.queue() == []

        await hub.reads(path)
        await hub.asks("q_when_alone")
        await back_with_code(her)
        await chosen(her, "reply.")
        await chosen(her, "answer.")
        await scene.rests()
        assert "When" in await hub.reads(path)
        assert await hub.page.locator(".opened article.packet").count() == 3  # the urgent one, the country, her answer
        assert await hub.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a2_when_the_duty_desk_is_silent_the_second_partner_has_it_after_half_an_hour(tmp_path: Path) -> None:
    """What was held is sent on without anybody's help, to whom she ticked and to nobody else."""
    async with desked(tmp_path / "place") as scene:
        await scene.joins("Ada", "HUB", Role.CASEWORKER)
        cyber = await scene.joins("Eve", "CYBER", Role.CASEWORKER, size=PHONE)
        await scene.listed()
        her = await scene.person()
        await her.tap("urgent_ko", "u_locked", "send", "go_on", "CN", "share_yes")
        await scene.passes(31 * MINUTE)
        path = await cyber.arrived()
        assert "China" in await cyber.reads(path)


async def test_a3_who_asks_for_somebody_else_reaches_no_desk(tmp_path: Path) -> None:
    """Information only: no queue has anything, and nothing was received."""
    async with desked(tmp_path / "place") as scene:
        ada = await scene.joins("Ada", "CHILD", Role.CASEWORKER, size=PHONE)
        await scene.listed()
        her = await scene.person()
        await her.through(A3, until="q8_third")
        await her.tap("third_done")
        await scene.rests()
        assert await ada.queue() == []
        assert await scene.desk.run(lambda books: books.casebook.waiting()) == []


async def test_a5_in_seoul_she_sees_how_far_it_came(tmp_path: Path) -> None:
    """One need is read and no other; accepted and in contact, which she reads in plain words under her code."""
    async with desked(tmp_path / "place") as scene:
        psy = await scene.joins("Ada", "PSY-KR", Role.CASEWORKER, size=PHONE)
        await scene.listed()
        her = await scene.person()
        await her.through(A5)
        await _leaves(her)
        path = await psy.arrived()
        read = await psy.reads(path)
        assert ("South Korea" in read, "China" in read, "Leaving here" in read) == (True, False, False)
        await psy.does("accept")
        await psy.goes(path)
        await psy.does("in_contact")
        await back_with_code(her)
        assert words().plain("state.in_contact", "ko") in her.screen.text


async def test_a9_declined_and_late_goes_on_by_nobody_but_herself(tmp_path: Path) -> None:
    """The reason reaches her in plain words, nobody else has the case; the next one is late, and its lead and the operator see it."""
    async with desked(tmp_path / "place") as scene:
        safe = await scene.joins("Ada", "SAFE-CN", Role.CASEWORKER, size=PHONE)
        hub = await scene.joins("Eve", "HUB", Role.CASEWORKER, Role.LEAD, size=PHONE)
        operator = await scene.joins("Ori", None, Role.OPERATOR, key=False)
        await scene.listed()
        her = await scene.person()
        await her.through(A9)
        await _leaves(her)
        path = await safe.arrived()
        await _declines(safe, path, "no_capacity")
        assert await hub.queue() == []

        await back_with_code(her)
        assert words().plain("declined.no_capacity", "ko_CN") in her.screen.text
        assert await hub.queue() == []
        await her.tap("new")
        her.told["a0_open"] = A9["a0_open"]  # in which language she is asked stands from before
        await her.through(
            {name: given for name, given in A9.items() if name != "q10_band"} | {"q10_contact": ("c_return",)}
        )
        await _leaves(her)
        await hub.arrived()
        await scene.passes(2 * DAY)
        await hub.goes("/delays")
        await expect(hub.page.locator("tr.late")).to_have_count(1)
        await operator.goes("/operate/delays")
        await expect(operator.page.locator("main")).to_contain_text("1")
        assert "n_place" not in await operator.page.content()
