"""Every page of the desk: held to WCAG 2.2 AA by axe in three languages, and worked by keyboard alone."""

import re
from pathlib import Path
from typing import Any

import pyotp
from playwright.async_api import Locator, Page, expect

from referrals.desk import key_store
from referrals.desk.app import DOORS
from referrals.desk.grants import Role
from tests import filed
from tests.browser import MARKS, profile
from tests.desked import COMPUTER, PHONE, Caseworker, Desked, desked
from tests.interop.runner import FOLDER, install
from tests.test_desk_whole_case import REPLY, refused, sent_with_word

pytestmark = MARKS

_AXE = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]  # axe's tags for WCAG 2.2, levels A and AA
_LOOK = """async (tags) => (await axe.run(document, {runOnly: tags, resultTypes: ['violations']})).violations
    .map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`)"""
# What answers no page: data for a script, a file, or a way to another page.
_NO_PAGE = {
    "/", "/health", "/key/own", "/key/notice", "/reseal/{account_id}/files", "/case/{referral_id}/sealed",
    "/reports/{report_id}/sealed", "/case-words",
}  # fmt: skip
_SCHEMES = {"ko": "light", "zh": "dark", "en": "light"}
_TABS = 120  # stops of the keyboard on the longest page are fewer
# Everything that can be pressed or filled in now; of radio buttons of one name the keyboard stops at one.
_STOPS = """() => {
    const seen = new Set();
    return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
        .filter((each) => !each.disabled && each.checkVisibility() && each.getClientRects().length > 0)
        .filter((each) => each.type !== "radio" || (!seen.has(each.name) && seen.add(each.name)))
        .map((each, number) => (each.dataset.stop = each.type === "radio" ? `radio ${each.name}` : String(number)));
}"""
_FROM_THE_TOP = (
    """() => { document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute("tabindex"); }"""
)
_HERE = """() => { const at = document.activeElement, style = getComputedStyle(at);
    const stop = at.type === "radio" ? `radio ${at.name}` : at.dataset.stop;
    return [at === document.body ? null : stop ?? at.tagName, style.outlineStyle !== "none" || style.boxShadow !== "none"]; }"""


async def _in_language(who: Caseworker, lang: str) -> None:
    await who.page.goto(f"{who.scene.origin}/enter")
    await who.page.click(f"button[name=lang][value={lang}]")
    await who.page.emulate_media(color_scheme=_SCHEMES[lang])  # type: ignore[arg-type]


async def _faults(page: Page) -> list[str]:
    """What axe finds on a page as it stands, and whether it is wider than its window."""
    await page.evaluate(_AXE.read_text("utf-8"))
    found: list[str] = await page.evaluate(_LOOK, _RULES)
    if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("the page is wider than the window")
    return found


async def _reached_by_tab(page: Page) -> list[str]:
    """What Tab alone does not reach, and what shows no focus."""
    wanted = set(await page.evaluate(_STOPS))
    unseen: list[str] = []
    await page.evaluate(_FROM_THE_TOP)
    for _ in range(_TABS):
        await page.keyboard.press("Tab")
        at, shown = await page.evaluate(_HERE)
        if at is None:
            break
        wanted.discard(at)
        if not shown:
            unseen.append(f"{at} shows no focus")
    left = [
        await page.locator(f'[data-stop="{each}"]').first.evaluate("(each) => each.outerHTML.slice(0, 120)")
        for each in sorted(wanted)
    ]
    return [*unseen, *left]


async def _ready(page: Page) -> None:
    """Wait until what a script makes is made."""
    for made in ("case", "key", "reseal"):
        if await page.locator(f"[data-page={made}]").count():
            await expect(page.locator(f"[data-page={made}] > :not(p)").first).to_be_visible()


async def _staffed(scene: Desked) -> tuple[dict[str, Caseworker], list[tuple[str, str, str]]]:
    """People of every role, a case and a report; and each page as (who, door, path)."""
    ada = await scene.joins("Ada", "CHILD", Role.CASEWORKER, Role.LEAD, size=PHONE)
    await scene.listed()
    her = await scene.person()
    await sent_with_word(her)
    bea = await scene.joins("Bea", "CHILD", Role.CASEWORKER)
    suni = await scene.joins("Suni", None, Role.SAFETY_LEAD, size=PHONE)
    ori = await scene.joins("Ori", None, Role.OPERATOR, key=False)
    await scene.invited("Cho", "CHILD", Role.CASEWORKER)
    now = int(scene.clock())
    await scene.desk.run(lambda books: books.casebook.receive(filed.report(now), b"fictional", now))

    def approve(books: Any) -> None:
        with books.desk.transaction() as db:
            key = key_store.own(db, bea.account)
            assert key is not None
            key_store.approve(db, key.mark, ada.account, now)

    await scene.desk.run(approve)
    case = await ada.arrived()
    link, _ = await scene.invited("Dal", "CHILD", Role.CASEWORKER)
    places = {"{referral_id}": case.rpartition("/")[2], "{account_id}": bea.account, "{report_id}": filed.REPORT}
    whose = {"public": "nobody", "reports": "suni", "operate": "ori"}
    pages = []
    for door in DOORS:
        if door.method == "GET" and door.path not in _NO_PAGE:
            path = door.path
            for name, value in places.items():
                path = path.replace(name, value)
            pages.append((whose.get(door.grant.value, "ada"), door.path, path))
    pages += [("nobody", "/join", link.removeprefix(scene.origin)), ("suni", "/key", "/key")]
    nobody = await scene._at_a_browser("", None, COMPUTER, "en")
    return {"ada": ada, "bea": bea, "suni": suni, "ori": ori, "nobody": nobody}, pages


async def test_axe_finds_nothing_on_any_page_in_any_language_and_tab_reaches_everything(tmp_path: Path) -> None:
    """Every page that the desk has, in Korean, Chinese and English, light and dark, as wide as a phone and as a computer."""
    install()
    async with desked(tmp_path / "place") as scene:
        staff, pages = await _staffed(scene)
        assert {door for _, door, _ in pages} == {each.path for each in DOORS if each.method == "GET"} - _NO_PAGE
        found: list[str] = []
        for lang in ("ko", "zh", "en"):
            for who in staff.values():
                await _in_language(who, lang)
            for name, door, path in pages:
                await staff[name].page.goto(
                    "about:blank"
                )  # or a page that differs by its fragment alone would not be loaded
                await staff[name].goes(path)
                page = staff[name].page
                await _ready(page)
                await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
                found += [f"{lang} {door}: {each}" for each in await _faults(page)]
                if lang == "en":
                    found += [f"{door}, by keyboard: {each}" for each in await _reached_by_tab(page)]
        assert "\n".join(found) == ""


# ---------------------------------------------------------------------------------------------------- by keyboard alone


async def _enter(page: Page, wanted: Locator, key: str = "Enter") -> None:
    """Reach one element by Tab and press a key on it."""
    await expect(wanted).to_be_visible()
    for _ in range(_TABS):
        if await wanted.evaluate("(each) => each === document.activeElement"):
            await page.keyboard.press(key)
            return
        await page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead there")


async def _typed(page: Page, selector: str, text: str) -> None:
    await _enter(page, page.locator(selector), "End")
    await page.keyboard.insert_text(text)


async def test_with_a_passphrase_and_codes_and_by_keyboard_alone_a_case_is_opened_accepted_and_answered(
    tmp_path: Path,
) -> None:
    """She joins without a passkey, signs in anew, makes her key, unlocks it by its words, reads, accepts and answers: no pointer."""
    async with desked(tmp_path / "place") as scene:
        link, account = await scene.invited("Ada", "CHILD", Role.CASEWORKER)
        async with profile(*COMPUTER, locale="en") as watched:
            page = await watched.context.new_page()
            ada = Caseworker(scene, account, "CHILD", watched, page)
            await page.goto(link)
            await _enter(page, page.locator("form[action='/join/phrase'] button"))
            await expect(page.locator("dd.secret")).to_have_count(2)
            name, phrase = await page.locator("dd.secret").all_inner_texts()
            code = pyotp.TOTP((await page.locator("p.secret").inner_text()).replace(" ", "").replace("-", ""))
            await _typed(page, "#code", code.at(int(scene.clock())))
            await page.keyboard.press("Enter")
            await page.wait_for_url("**/account")
            await _enter(page, page.locator(".leave button"))
            await page.wait_for_url("**/enter")

            scene.clock.moved += 30  # seconds: a code counts once
            await _enter(page, page.locator("details summary"))
            await _typed(page, "#name", name)
            await _typed(page, "#phrase", phrase)
            await _typed(page, "#code", code.at(int(scene.clock())))
            await page.keyboard.press("Enter")
            await page.wait_for_url("**/queue")

            await page.goto(f"{scene.origin}/key")
            await _enter(page, page.locator("[data-page=key] button").first)
            words = await page.inner_text(".recovery .words")
            await _typed(page, "#last-group", words[-4:])
            await page.keyboard.press("Enter")
            await expect(page.locator("[data-page=key] dl.facts")).to_be_visible()
            await scene.listed()
            her = await scene.person()
            await sent_with_word(her)

            await page.evaluate("sessionStorage.clear()")  # as in another tab: she unlocks anew
            await page.goto(f"{scene.origin}/queue")
            await _enter(page, page.locator("table.cards th[scope=row] a"))
            await _typed(page, "#unlock-words", words)
            await page.keyboard.press("Enter")
            await expect(page.locator(".opened")).to_contain_text("Leaving here")
            await _typed(page, "#reply-text", REPLY)
            await _enter(page, page.locator("form:has(#reply-text) > button"))
            await _enter(page, page.locator(".said .buttons button").first)
            await expect(page.locator(".said .told[role=status] a")).to_be_visible()
            await page.reload()  # what was answered was acknowledged by that
            await _enter(page, page.locator("form.moves button[formaction$='/accept']"))
            await expect(page.locator("dl.facts.pairs")).to_contain_text(re.compile("accepted", re.IGNORECASE))
            await refused(ada, f"/case/{'0' * 32}")
