"""domain.md, section 7, as it is lived: `naru demo` in a browser, tapped through until a caseworker reads exactly what was sent."""

import re

from playwright.async_api import expect

from tests.browser import MARKS
from tests.phone import ANSWER, DELIVERED, PracticePhone, alias, front_page, line, parts, practice_phone, words

pytestmark = MARKS

_AGREED = ("a0_open:lang_ko", "q1_safe:safe_alone", "q2_phone:ph_mine", "q3_agree:agree")


def _referral(locale: str, *answers: tuple[str, str]) -> list[str]:
    """What one opened referral says, from the keys of what was tapped."""
    return [
        words().plain("open.kind.referral", locale),
        *(line(f"line.{name}", value, locale) for name, value in answers),
    ]


# ------------------------------------------------------------------------------------------------- A1, mother in a village

_A1 = (
    ("klass", "line.klass.normal"),
    ("country", "q5_country.CN"),
    ("language", "line.language.ko"),
    ("need", "q6_needs.n_leave"),
    ("need", "q6_needs.n_child"),
    ("contact", "q10_contact.c_return"),
)


async def _a1_to_the_card(phone: PracticePhone) -> None:
    await phone.tap("a0_open:lang_ko", "q1_safe:safe_moment")
    await phone.reads(words().plain("q3_agree.short", "ko_CN"))
    await phone.tap("q3_agree:agree", "q4_urgent:urg_no", "q5_country:CN")
    await phone.tap("q6_needs:+n_leave", "q6_needs:+n_child")
    await phone.shot("a1-needs")
    await phone.tap("q6_needs:nav.done")
    await phone.reads(alias("CHILD", "ko_CN"), *(line(f"line.{name}", value, "ko_CN") for name, value in _A1))


async def _a1_sent_to_both(phone: PracticePhone) -> str:
    """The short path, both partners; the code that was shown."""
    await _a1_to_the_card(phone)
    await phone.shot("a1-card")
    await phone.tap("q11_partner*:share_yes")
    code = await phone.code()
    await phone.shot("a1-receipt")
    await phone.tap("r_receipt:go_on")
    await phone.reads(alias("SAFE-CN", "ko_CN"))
    await phone.tap("q11_partner*:share_yes", "m_sent:go_on")
    await phone.reads(alias("CYBER", "ko_CN"))  # fits as well; two are enough for her
    await phone.tap("q11_partner*:share_no")
    await phone.tap("w_check:nav.skip")
    await phone.reads(words().plain("m_end.sent", "ko_CN"))
    return code


async def test_a1_a_mother_with_a_moment_is_handed_to_two_partners() -> None:
    """Two partners in order, each by its own consent; both read exactly what was tapped; one tap leaves only the front page."""
    async with practice_phone() as phone:
        await _a1_sent_to_both(phone)
        await phone.delivered("CHILD", "SAFE-CN")
        for number in (1, 2):
            assert parts(await phone.opened(number), "en") == [_referral("en", *_A1)]
        for locale in ("ko", "zh_Hans"):
            assert parts(await phone.opened(1, locale), locale) == [_referral(locale, *_A1)]
        await phone.shot("a1-opened")

        await phone.tap("m_end:wipe_now")
        await phone.wiped()
        await phone.page.get_by_test_id("lock").click()
        await expect(phone.page.locator("#locked-notice > span")).to_have_text(front_page())
        await phone.shot("a1-locked")
        assert phone.lock_screen == {front_page()}


async def test_a_line_that_she_takes_out_is_not_sent() -> None:
    """Without the country and one need, the caseworker reads the rest and no more; the other partner's card is whole again."""
    async with practice_phone() as phone:
        await _a1_to_the_card(phone)
        await phone.tap("q11_partner*:share_less", "q11_less*:-country", "q11_less*:-need.n_leave")
        await phone.shot("a1-less")
        await phone.tap("q11_less*:nav.done")
        await expect(phone.text).not_to_contain_text(line("line.country", "q5_country.CN", "ko_CN"), timeout=ANSWER)
        await phone.tap("q11_partner*:share_yes", "r_receipt:go_on")
        await phone.reads(*(line(f"line.{name}", value, "ko_CN") for name, value in _A1))

        await phone.delivered("CHILD")
        gone = {("country", "q5_country.CN"), ("need", "q6_needs.n_leave")}
        assert parts(await phone.opened(1), "en") == [_referral("en", *(each for each in _A1 if each not in gone))]


# --------------------------------------------------------------------------------------------------- A2, locked in a flat


async def test_a2_three_taps_reach_the_duty_desk_and_a_second_partner_waits() -> None:
    """The urgent matter goes out at the third tap, the country follows; who is next in line gets nothing once the hub has it."""
    async with practice_phone() as phone:
        await phone.tap("a0_open:urgent_ko", "u1_what:u_locked")
        await phone.reads(words().plain("u2_send", "ko_CN"))
        await phone.page.get_by_test_id("menu").click()
        await phone.page.get_by_test_id("media-photo").click()
        await phone.reads(words().plain("note.buttons", "ko_CN"))
        await expect(phone.page.locator("#log .mine")).to_have_count(0, timeout=ANSWER)
        await phone.shot("a2-photo")
        await phone.tap("u2_send:send")
        assert phone.taps == 3
        code = await phone.code()
        await phone.delivered("HUB")

        await phone.tap("r_receipt:go_on")
        await phone.reads(words().plain("q5_country.added", "ko_CN"))
        await phone.tap("q5_country:CN")
        await phone.reads(alias("CYBER", "ko_CN"), words().plain("card.held", "ko_CN"))
        await phone.shot("a2-card")
        await phone.tap("q11_partner*:share_yes", "m_sent:go_on")
        await phone.reads(words().plain("m_end.sent", "ko_CN"))

        await phone.delivered("HUB")
        urgent = [("klass", "line.klass.now"), ("urgent", "u1_what.u_locked"), ("language", "line.language.ko")]
        added = [words().plain("open.kind.addition", "en"), line("line.country", "q5_country.CN", "en")]
        assert parts(await phone.opened(1), "en") == [_referral("en", *urgent), added]
        await phone.shot("a2-opened")

        await phone.tap("m_end:wipe_now")
        await phone.wiped()
        await _come_back(phone, code)
        await phone.reads(
            f"{alias('HUB', 'ko_CN')}: {words().plain('state.acknowledged', 'ko_CN')}",
            f"{alias('CYBER', 'ko_CN')}: {words().plain('state.destroyed', 'ko_CN')}",
        )
        await phone.shot("a2-back")
        await phone.delivered("HUB")


# -------------------------------------------------------------------------------------------------------- A4, girl of 16

_A4 = (
    ("klass", "line.klass.normal"),
    ("country", "q5_country.CN"),
    ("language", "line.language.zh"),
    ("need", "q6_needs.n_preg"),
    ("with", "q8_with.w_preg"),
    ("with", "q8_with.w_u18"),
    ("helper", "q9_talk.t_f_zh"),
    ("contact", "q10_contact.c_return"),
)


async def test_a4_a_girl_is_told_the_limits_first_and_offered_only_who_may_serve_her() -> None:
    """The limits stand before her need is asked; then the two partners trained for children, and nobody else."""
    async with practice_phone() as phone:
        await phone.tap("a0_open:lang_zh", "q1_safe:safe_alone", "q2_phone:ph_mine", "q3_agree:agree")
        await phone.tap("q4_urgent:urg_no", "q5_country:CN", "q8_with:+w_preg", "q8_with:+w_u18", "q8_with:nav.done")
        await phone.reads(words().plain("q8_limits", "zh_Hans"))
        await phone.shot("a4-limits")
        await phone.tap("q8_limits:limits_known", "q6_needs:+n_preg", "q6_needs:nav.done")
        await phone.tap("q9_talk:+t_f_zh", "q9_talk:nav.done", "q10_contact:c_return")

        # Both cover one need, so the day and the case decide who comes first.
        either = [alias("HEALTH", "zh_Hans"), alias("CHILD", "zh_Hans")]
        await expect(phone.text).to_contain_text(re.compile("|".join(either)), timeout=ANSWER)
        health_first = either[0] in await phone.text.inner_text()
        await phone.shot("a4-card")
        await phone.tap("q11_partner*:share_yes", "r_receipt:go_on")
        await phone.reads(either[1] if health_first else either[0])
        await phone.tap("q11_partner*:share_yes", "m_sent:go_on")
        await phone.reads(words().plain("w_check", "zh_Hans"))
        await phone.shot("a4-word")
        await phone.tap("w_check:nav.skip")
        await phone.reads(words().plain("m_end.sent", "zh_Hans"))

        await phone.delivered(*(("HEALTH", "CHILD") if health_first else ("CHILD", "HEALTH")))
        for number in (1, 2):
            assert parts(await phone.opened(number), "en") == [_referral("en", *_A4)]
        assert parts(await phone.opened(1, "zh_Hans"), "zh_Hans") == [_referral("zh_Hans", *_A4)]
        await phone.shot("a4-opened")


# ---------------------------------------------------------------------------------------------------- A6, stuck in Laos

_A6 = (
    ("klass", "line.klass.days"),
    ("country", "q5_country.LA"),
    ("language", "line.language.ko"),
    ("need", "q6_needs.n_path"),
    ("need", "q6_needs.n_scam"),
    ("situation", "q7_situation.s_debt"),
    ("danger", "line.danger.high"),
    ("with", "q8_with.w_adult"),
    ("helper", "q9_talk.t_any_ko"),
    ("contact", "q10_contact.c_return"),
)


async def test_a6_stuck_on_the_way_only_the_hub_fits_and_the_page_about_money_is_near() -> None:
    """Danger is high, no partner but the hub, the page about money opens from its card and leads back to it."""
    async with practice_phone() as phone:
        await phone.tap(*_AGREED, "q4_urgent:urg_days", "q5_country:LA", "q8_with:+w_adult", "q8_with:nav.done")
        await phone.tap(
            "q6_needs:page.2", "q6_needs:+n_path", "q6_needs:page.3", "q6_needs:+n_scam", "q6_needs:nav.done"
        )
        await phone.tap("q7_situation:+s_debt", "q7_situation:nav.done", "q7b_danger:+d_handed")
        await phone.shot("a6-danger")
        await phone.tap("q7b_danger:nav.done", "q9_talk:+t_any_ko", "q9_talk:nav.done", "q10_contact:c_return")
        await phone.reads(alias("HUB", "ko_CN"))
        await phone.shot("a6-card")
        await phone.tap("q11_partner*:open.p_scam")
        await phone.reads(words().plain("p_scam", "ko_CN"))
        await phone.shot("a6-money")
        await phone.tap("p_scam:nav.back")
        await phone.reads(alias("HUB", "ko_CN"))
        await phone.tap("q11_partner*:share_yes", "r_receipt:go_on", "w_check:nav.skip")
        await phone.reads(words().plain("m_end.sent", "ko_CN"))  # no second offer

        await phone.delivered("HUB")
        assert parts(await phone.opened(1), "en") == [_referral("en", *_A6)]
        assert parts(await phone.opened(1, "ko"), "ko") == [_referral("ko", *_A6)]


# ------------------------------------------------------------------------------------------------------------ coming back


async def _come_back(phone: PracticePhone, code: str) -> None:
    """From the front page: language, the safety check, the phone, the number."""
    await phone.tap("a0_open:lang_ko", "q1_safe:safe_alone", "q2_phone:code")
    for entered, digit in enumerate(code, 1):
        await phone.tap(f"k_code:key.{digit}")
        if entered < len(code):
            await phone.reads(_dots(entered))


def _dots(entered: int) -> str:
    dots = "●" * entered + "○" * (16 - entered)
    return " ".join(dots[start : start + 4] for start in range(0, 16, 4))


async def test_she_comes_back_with_her_code_and_takes_one_back() -> None:
    """After a wipe the code shows the state of each referral in words; what she takes back, its caseworker is told."""
    async with practice_phone() as phone:
        code = await _a1_sent_to_both(phone)
        await phone.delivered("CHILD", "SAFE-CN")
        await phone.opened(1)
        await phone.tap("m_end:wipe_now")
        await phone.wiped()
        await _come_back(phone, code)
        await phone.reads(
            f"{alias('CHILD', 'ko_CN')}: {words().plain('state.acknowledged', 'ko_CN')}",
            f"{alias('SAFE-CN', 'ko_CN')}: {words().plain('state.delivered', 'ko_CN')}",
        )
        await phone.shot("back-states")
        each_one = [each for each in await phone.options() if each.startswith("ref.")]
        assert len(each_one) == 2
        await phone.tap(f"k_case:{each_one[0]}", "k_ref*:withdraw")
        await phone.reads(f"{alias('CHILD', 'ko_CN')}: {words().plain('state.withdrawn', 'ko_CN')}")

        withdrawal = [words().plain("open.kind.withdrawal", "en"), words().plain("open.nothing", "en")]
        await expect(phone.page.get_by_test_id("referral-1").locator("dd").nth(2)).to_have_text(
            "withdrawn", timeout=DELIVERED
        )
        assert parts(await phone.opened(1), "en") == [_referral("en", *_A1), withdrawal]
        assert phone.lock_screen == {front_page()}


async def test_a_wrong_code_opens_nothing_and_says_so() -> None:
    """Sixteen digits that were never given out bring the keypad again, emptied, with the same words for every cause."""
    async with practice_phone() as phone:
        await _come_back(phone, "1234123412341234")
        await phone.reads(words().plain("note.code_wrong", "ko_CN"), _dots(0))


# -------------------------------------------------------------------------------------- a small screen, and no pointer


async def test_a1_by_keyboard_alone() -> None:
    """Tab and Enter are enough from Start to the opened referral; the long card is reached and read as well."""
    async with practice_phone(started=False) as phone:
        await phone.enter(phone.page.get_by_test_id("start"))
        await phone.press(
            "a0_open:lang_ko", "q1_safe:safe_moment", "q3_agree:agree", "q4_urgent:urg_no", "q5_country:CN"
        )
        await phone.press("q6_needs:+n_leave")
        await expect(phone.button("q6_needs:-n_leave")).to_be_focused(timeout=ANSWER)  # a tick does not move the focus
        await phone.press("q6_needs:+n_child")
        await expect(phone.button("q6_needs:-n_child")).to_be_focused(timeout=ANSWER)
        await phone.press("q6_needs:nav.done", "q11_partner*:share_yes")
        await phone.code()
        await phone.delivered("CHILD")
        await phone.enter(phone.page.get_by_test_id("open-1"))
        await expect(phone.page.get_by_test_id("opened")).to_be_focused()
        assert parts(await phone.read(), "en") == [_referral("en", *_A1)]


async def test_on_a_real_phone_the_whole_practice_phone_is_seen_and_a_card_is_read_from_its_top() -> None:
    """At 390 x 844 pixels nothing needs scrolling sideways; a long text starts at its first line, and ticks move nothing."""
    async with practice_phone(390, 844, started=False) as phone:
        await expect(phone.page.get_by_test_id("start")).to_be_in_viewport(ratio=1)
        await phone.start()
        await _a1_to_the_card(phone)
        down = phone.page.get_by_test_id("down")
        await expect(down).to_be_visible()
        tops = (
            "() => [...document.querySelectorAll('#log, #log .said')].map((each) => each.getBoundingClientRect().top)"
        )
        log, said = await phone.page.evaluate(tops)
        assert 0 <= said - log < 40
        await phone.shot("narrow-card")
        await down.click()
        await expect(down).to_be_hidden()
        await expect(phone.button("q11_partner*:share_yes")).to_be_in_viewport(ratio=1)
        assert await phone.page.evaluate("document.documentElement.scrollWidth") <= 390

        await phone.tap("q11_partner*:share_less")
        await expect(phone.button("q11_less*:-country")).to_be_visible(timeout=ANSWER)
        stood = await phone.page.evaluate("document.querySelector('#log').scrollTop")
        await phone.tap("q11_less*:-country")
        assert await phone.page.evaluate("document.querySelector('#log').scrollTop") == stood
