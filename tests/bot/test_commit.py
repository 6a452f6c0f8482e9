"""What one decision writes: what is sealed and to whom, what joins chat and case and for how long, and what is left after a wipe."""

import json

import pytest

from referrals import fixtures
from referrals.contact_card import ContactCard
from referrals.errors import NotForYouError
from referrals.referral import Packet
from referrals.sealing import open_bytes
from referrals.statistics import quarter_of
from tests.bot.handed import UNKNOWN, WORDS, enter, handed_over, reports, states
from tests.bot.rig import MEDIAN, START, URGENT, Rig
from tests.fakes import HER

# --------------------------------------------------------------------------------------------------------------- words


async def test_her_words_are_sealed_to_the_key_from_her_code(rig: Rig) -> None:
    """The casebook holds an age file; the identity from the code opens it, and no caseworker's does."""
    hers = await handed_over(rig, *WORDS)
    ((sealed,),) = await rig.filed("SELECT sealed FROM cards")

    assert sealed.startswith(b"age-encryption.org/v1")
    card = ContactCard.from_bytes(open_bytes(sealed, [hers.keys.identity.secret]))
    assert (card.check, card.danger) == ("moon", "rain")
    with pytest.raises(NotForYouError):
        open_bytes(sealed, [fixtures.identity(fixtures.IDS["SAFE-CN"], 1).secret])


async def test_each_partner_reads_her_check_word_and_not_the_danger_word(rig: Rig) -> None:
    """As an addition to what they have."""
    await handed_over(rig, "go_on", "share_yes", "go_on", "word.moon", "word.rain")

    for partner in ("SAFE-CN", "HEALTH"):
        first, added = await rig.opened(partner)
        assert (first.envelope.kind, added.envelope.kind) == ("referral", "addition")
        assert added.packet == Packet(check="moon")
        assert b"rain" not in first.to_bytes() + added.to_bytes()


async def test_the_words_are_in_no_row_of_the_bot(rig: Rig) -> None:
    """Once they are kept, neither the conversation nor the outbox holds them."""
    await handed_over(rig, *WORDS)
    ((state,),) = await rig.rows("SELECT state FROM conversations")

    assert not {"moon", "rain"} & set(state.split('"'))
    assert "deliver" not in await rig.queued()


async def test_the_danger_word_is_in_no_row_after_the_gate(rig: Rig) -> None:
    """It stands in the row only while she is asked."""
    hers = await handed_over(rig, *WORDS)
    await enter(rig, hers.code)
    ((asked,),) = await rig.rows("SELECT state FROM conversations")
    assert '"rain"' in asked
    await rig.tap("word.moon")
    ((opened,),) = await rig.rows("SELECT state FROM conversations")

    assert '"rain"' not in opened
    assert (await rig.conversation()).place == "k_case"


async def test_the_danger_word_is_read_by_the_partner_and_silences_the_phone(rig: Rig) -> None:
    """The partner gets a flag; the handle is gone; the row says nothing of a case; her check word opens it later."""
    hers = await handed_over(rig, *WORDS)
    assert len(await rig.rows("SELECT * FROM handles")) == 1
    await enter(rig, hers.code, "word.rain")
    await rig.settle()

    *_, marked = await rig.opened("SAFE-CN")
    assert (marked.envelope.kind, marked.packet) == ("addition", Packet(flags=("danger_word",)))
    assert await rig.rows("SELECT * FROM handles") == []
    ((state,),) = await rig.rows("SELECT state FROM conversations")
    assert json.loads(state) == {"place": "c_menu", "locale": "ko_CN", "note": "note.no_news"}
    await enter(rig, hers.code, "word.moon")
    assert (await rig.conversation()).place == "k_case"
    assert await states(rig) == ["delivered"]


async def test_a_wrong_word_looks_like_a_wrong_code(rig: Rig) -> None:
    """Letter for letter on the screen, and one more try counted, for the account and the case; what she paused is still there."""
    hers = await handed_over(rig, *WORDS)
    await enter(rig, hers.code, "word.moon", "new", "ph_mine", "agree", "nav.pause")
    assert len(await rig.rows("SELECT * FROM paused")) == 1
    await enter(rig, UNKNOWN)
    wrong_code = rig.render(await rig.conversation())
    await enter(rig, hers.code, "word.sea")

    assert rig.render(await rig.conversation()) == wrong_code
    assert await rig.rows("SELECT kind, count FROM tries WHERE kind = 'code'") == [("code", 2), ("code", 1)]
    assert len(await rig.rows("SELECT * FROM paused")) == 1
    await enter(rig, hers.code, "word.moon", "resume")
    assert (await rig.conversation()).place == "q4_urgent"
    assert await rig.rows("SELECT * FROM paused") == []


# --------------------------------------------------------------------------------------------------------------- codes


async def test_trying_codes_gets_slower_and_a_right_one_clears_it(rig: Rig) -> None:
    """Five are free; the sixth try waits a minute, right as it is; then it opens, and nothing is counted any more."""
    hers = await handed_over(rig)
    for _ in range(5):
        await enter(rig, UNKNOWN)
    await enter(rig, hers.code)
    assert (await rig.conversation()).note == "note.code_wait"
    assert await rig.rows("SELECT kind, count FROM alarms") == [("code_limit", 1)]
    rig.clock.now += 60
    await enter(rig, hers.code)

    assert (await rig.conversation()).place == "k_case"
    assert await rig.rows("SELECT count FROM tries WHERE kind = 'code'") == []


async def test_a_clock_set_back_lets_nobody_wait(rig: Rig) -> None:
    """The last wrong code seems to lie ahead."""
    hers = await handed_over(rig)
    for _ in range(6):
        await enter(rig, UNKNOWN)
    rig.clock.now -= 7_200
    await enter(rig, hers.code)

    assert (await rig.conversation()).place == "k_case"


async def test_looks_are_counted_and_the_fourth_finds_the_hub(rig: Rig) -> None:
    """Also over several conversations of one account, and told to the operator as a number."""
    await rig.start()
    for _ in range(3):
        await rig.tap(*MEDIAN)
        assert not (await rig.conversation()).hub_only
        await rig.tap("nav.wipe")
    await rig.tap(*MEDIAN)

    assert (await rig.conversation()).hub_only
    assert await rig.rows("SELECT kind, count FROM alarms") == [("match_limit", 1)]
    await rig.tap("nav.wipe", *URGENT)
    assert (await rig.conversation()).sent


# ------------------------------------------------------------------------------------------------------------- reports


async def test_a_report_about_a_partner_is_for_the_safety_lead_alone(rig: Rig) -> None:
    """Each safety lead opens it, the partner can't, and none of the partner's files holds it; her reply key goes along."""
    hers = await handed_over(rig)
    (waiting,) = await rig.cases(lambda: rig.casebook.waiting(fixtures.IDS["SAFE-CN"]))
    await rig.cases(lambda: rig.casebook.accept(waiting.referral_id, int(START)))
    await enter(rig, hers.code, f"ref.{waiting.referral_id[:8]}", "said.unsafe", "unsafe.yes")
    await rig.settle()

    for number in (1, 2):
        (report,) = await reports(rig, fixtures.safety_lead_identity(number))
        assert report.packet == Packet(report="unsafe", about=fixtures.IDS["SAFE-CN"], language="ko")
        assert report.envelope.reply_to == hers.keys.identity.recipient
        assert report.envelope.referral_id != waiting.referral_id
    with pytest.raises(NotForYouError):
        await reports(rig, fixtures.identity(fixtures.IDS["SAFE-CN"], 1))
    assert [each.envelope.kind for each in await rig.opened("SAFE-CN")] == ["referral"]
    assert await rig.filed("SELECT partner, answer, count FROM feedback") == [(fixtures.IDS["SAFE-CN"], "unsafe", 1)]


async def test_a_report_of_money_has_no_key_to_answer_to(rig: Rig) -> None:
    """What it is about and her language, from somebody who has no case."""
    await rig.start()
    await rig.tap(*MEDIAN, "share_no", "open.p_scam", "open.v_report", "report.yes")
    await rig.settle()
    (report,) = await reports(rig, fixtures.safety_lead_identity(1))

    # Her country left with her answers, when the last offer was decided.
    assert report.packet == Packet(report="money", language="ko")
    assert report.envelope.reply_to is None
    assert await rig.filed("SELECT * FROM cases") == []


async def test_how_it_was_is_counted_without_her(rig: Rig) -> None:
    """A number for the partner and the month; the referral keeps only that she was asked."""
    hers = await handed_over(rig)
    (waiting,) = await rig.cases(lambda: rig.casebook.waiting(fixtures.IDS["SAFE-CN"]))
    await rig.cases(lambda: rig.casebook.accept(waiting.referral_id, int(START)))
    await enter(rig, hers.code, f"ref.{waiting.referral_id[:8]}", "said.helped")
    await rig.settle()

    assert await rig.filed("SELECT answer, count FROM feedback") == [("helped", 1)]
    assert await rig.filed("SELECT asked FROM referrals") == [(1,)]
    await enter(rig, hers.code, f"ref.{waiting.referral_id[:8]}")
    screen = rig.screen(await rig.conversation())
    assert not [choice.option for row in screen.rows for choice in row if choice.option.startswith("said.")]


# ------------------------------------------------------------------------------------------------- contact and counting


async def test_a_handle_is_kept_for_the_hours_she_consented_to(rig: Rig) -> None:
    """Her band, in the one time zone of her country; taking the line out keeps none."""
    await rig.start()
    await rig.tap(*MEDIAN, "share_less", "-contact", "nav.done", "share_yes")
    assert await rig.rows("SELECT * FROM handles") == []
    await rig.tap("nav.wipe", *MEDIAN, "share_yes")

    case = (await rig.conversation()).case
    assert case is not None
    kept = await rig.rows("SELECT chat, case_id, mode, band, zone FROM handles")
    assert kept == [(HER, case.case_id, "c_band", "06-10", "Asia/Shanghai")]


async def test_who_ticked_it_is_counted_and_joined_to_nothing(rig: Rig) -> None:
    """Cells that grow by one; no row says whose."""
    await rig.start()
    await rig.tap(*MEDIAN, "+count", "share_yes", "go_on", "share_yes")
    quarter = quarter_of(START)
    counts = await rig.write(lambda: rig.store.tallies.counts(quarter))

    assert set(counts.values()) == {1}
    case = (await rig.conversation()).case
    assert case is not None
    rows = str(await rig.rows("SELECT * FROM tallies"))
    assert case.case_id not in rows
    assert str(HER) not in rows


async def test_who_did_not_tick_it_is_not_counted(rig: Rig) -> None:
    """The tick is off by default."""
    await handed_over(rig)

    assert await rig.rows("SELECT * FROM tallies") == []
