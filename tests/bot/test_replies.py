"""Replies on their way through the loop: opened by her code, held in memory, shown after her word, and erased a day after she read them."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.dialogue.conversation import NOBODY, Waiting
from bot.replies import Opened, Said, opened
from referrals import fixtures
from referrals.casebook_replies import SealedReply
from referrals.referral import Referral
from referrals.reply import Reply
from referrals.sealing import new_identity, seal_bytes
from tests.bot.rig import MEDIAN, Rig
from tests.fakes import HER
from tests.replied import answer, sealed_reply, written

TEXT = "감자. 가상의 답입니다 zqmark."
DAY = 86_400
HERS = new_identity(b"\x01" * 32)
NOW = 1_795_000_000


def under(reply_id: str, reply: Reply, sealed: bytes | None = None) -> SealedReply:
    """A reply as the casebook gives it."""
    return SealedReply(reply_id, reply.referral_id, NOW, sealed or sealed_reply(reply, HERS.recipient))


def text(referral_id: str, said: str = TEXT) -> Reply:
    """A text under a referral of the fictional partner."""
    return Reply(referral_id=referral_id, partner="P1", written="2026-11-24T07:00Z", text=said)


# --- opening ---


def test_what_does_not_open_is_counted_and_keeps_nothing_else_from_opening() -> None:
    """Sealed to somebody else, moved from another referral, another partner's, or no reply at all."""
    other = new_identity(b"\x02" * 32).recipient
    strange = Reply(referral_id="a" * 32, partner="P2", written="2026-11-24T07:00Z", text=TEXT)
    found = opened(
        [
            under("1" * 32, text("a" * 32), sealed_reply(text("a" * 32), other)),
            under("2" * 32, text("a" * 32), sealed_reply(text("b" * 32), HERS.recipient)),
            under("3" * 32, strange),
            under("4" * 32, text("a" * 32), seal_bytes(b"{}", [HERS.recipient], secrets.token_bytes)),
            under("5" * 32, text("a" * 32), b"fictional"),
            under("6" * 32, text("a" * 32)),
        ],
        {"a" * 32: "P1"},
        HERS.secret,
    )
    assert found.waiting == (Waiting(reply_id="6" * 32, referral_id="a" * 32),)
    assert found.unopened == 5
    assert found.said["6" * 32].text == TEXT


def test_what_belongs_to_none_of_her_referrals_is_passed_over() -> None:
    """It is not hers, and no alarm."""
    assert opened([under("1" * 32, text("c" * 32))], {"a" * 32: "P1"}, HERS.secret) == Opened()


def test_of_many_the_newest_are_opened() -> None:
    """More than anybody writes in 30 days would keep her waiting."""
    many = [under(f"{number:032x}", text("a" * 32)) for number in range(25)]
    found = opened(many, {"a" * 32: "P1"}, HERS.secret)
    assert [int(each.reply_id, 16) for each in found.waiting] == list(range(5, 25))


def test_memory_holds_what_an_open_case_needs_and_nothing_longer() -> None:
    """By chat; gone when the conversation has no such case any more."""
    said, there = Said(), Waiting(reply_id="1" * 32, referral_id="a" * 32)
    reading = NOBODY.model_copy(update={"replies": (there,)})
    said.settle(HER, reading, Opened((there,), {"1" * 32: text("a" * 32)}))
    assert said.of(HER)["1" * 32].text == TEXT
    assert said.of(HER + 1) == {}
    said.settle(HER, reading, None)
    assert said.of(HER) != {}
    said.settle(HER, NOBODY, None)
    assert said.of(HER) == {}


# --- through the loop ---


async def handed(rig: Rig) -> str:
    """She handed herself over and left; her code."""
    await rig.start()
    await rig.tap(*MEDIAN, "share_yes")
    code = (await rig.conversation()).fresh_code
    assert code is not None
    await rig.tap("go_on", "share_no", "word.potato", "word.rain", "nav.wipe")
    await rig.settle()
    return code


async def referral_of(rig: Rig) -> Referral:
    """The referral as its partner's caseworker reads it."""
    for partner in fixtures.IDS:
        if found := await rig.opened(partner):
            return found[0]
    raise AssertionError("nobody got anything")


async def wrote(rig: Rig, said: str = TEXT) -> None:
    """The caseworker accepts and answers."""
    referral = await referral_of(rig)
    await rig.cases(lambda: rig.casebook.accept(referral.envelope.referral_id, int(rig.clock())))
    await rig.cases(lambda: answer(rig.casebook, referral, rig.clock(), said))


async def returns(rig: Rig, code: str, *then: str) -> None:
    """She comes back, enters her code, and goes on."""
    await rig.start()
    await rig.tap("lang_ko", "safe_alone", "code", *(f"key.{digit}" for digit in code), *then)


async def in_rows(rig: Rig, mark: str) -> bool:
    """Whether a text stands in any row of conversations.db."""
    tables = ("conversations", "outbox", "paused", "alarms")
    found = [await rig.rows(f"SELECT * FROM {table}") for table in tables]  # noqa: S608  # ours
    return mark in str(found)


def reads(rig: Rig) -> Callable[[], list[tuple[int | None]]]:
    """When each reply of the casebook was read."""
    return lambda: rig.casebook._db.execute("SELECT read FROM replies").fetchall()


async def test_a_reply_is_read_after_code_and_word_and_stands_in_no_row_before(rig: Rig) -> None:
    """Code and word lead to the case, her tap to the text; until then it is nowhere on this machine's disk, readable."""
    code = await handed(rig)
    await wrote(rig)
    await returns(rig, code)
    assert not await in_rows(rig, "zqmark")
    await rig.tap("word.potato")
    (option,) = [each for each in await options(rig) if each.startswith("reply.")]
    assert not await in_rows(rig, "zqmark")
    await rig.tap(option)
    screen = rig.screen(await rig.conversation())
    assert any("zqmark" in str(line.fill.get("text", "")) for line in screen.lines)
    await rig.tap("nav.back")
    assert not await in_rows(rig, "zqmark")


async def options(rig: Rig) -> list[str]:
    """What she can press."""
    return [choice.option for row in rig.screen(await rig.conversation()).rows for choice in row]


async def test_what_was_read_is_erased_a_day_later(rig: Rig) -> None:
    """Opening it tells the casebook; within 24 hours more the sealed file is gone."""
    code = await handed(rig)
    await wrote(rig)
    await returns(rig, code, "word.potato")
    (option,) = [each for each in await options(rig) if each.startswith("reply.")]
    await rig.tap(option)
    await rig.settle()
    assert (await rig.cases(reads(rig)))[0][0] is not None
    rig.clock.now += DAY + 3_600
    await rig.retention.once()
    assert await rig.cases(reads(rig)) == []


async def test_her_answer_to_a_question_reaches_the_caseworker_sealed(rig: Rig) -> None:
    """One code in a sealed addition to the one who asked."""
    code = await handed(rig)
    await wrote(rig, "q_ill")
    await returns(rig, code, "word.potato")
    (option,) = [each for each in await options(rig) if each.startswith("reply.")]
    await rig.tap(option, "answer.today")
    await rig.settle()
    about = (await referral_of(rig)).envelope
    partner = next(name for name, identity in fixtures.IDS.items() if identity == about.partner)
    assert "q_ill.today" in [each.packet.answer for each in await rig.opened(partner)]


@pytest.mark.parametrize("word", ["word.rain", "word.sea"])
async def test_no_other_word_leaves_anything_in_memory(rig: Rig, word: str) -> None:
    """The danger word and a wrong one: what the code had opened is let go."""
    code = await handed(rig)
    await wrote(rig)
    await returns(rig, code)
    assert rig.intake._said.of(HER) != {}
    await rig.tap(word)
    assert rig.intake._said.of(HER) == {}
    assert not await in_rows(rig, "zqmark")


async def test_idle_time_takes_it_from_screen_row_and_memory(rig: Rig) -> None:
    """She left the phone with the reply open."""
    code = await handed(rig)
    await wrote(rig)
    await returns(rig, code, "word.potato")
    (option,) = [each for each in await options(rig) if each.startswith("reply.")]
    await rig.tap(option)
    assert await in_rows(rig, "zqmark")
    rig.clock.now += 11 * 60
    await rig.retention.once()
    assert not await in_rows(rig, "zqmark")
    assert rig.intake._said.of(HER) == {}


async def test_a_reply_that_does_not_open_is_an_alarm_without_content(rig: Rig) -> None:
    """Somebody wrote under her case who had not opened it: she sees nothing of it, and an operator a count."""
    code = await handed(rig)
    referral = await referral_of(rig)
    about = referral.envelope
    await rig.cases(lambda: rig.casebook.accept(about.referral_id, int(rig.clock())))
    forged = written(about.referral_id, about.partner, datetime.fromtimestamp(rig.clock(), UTC), TEXT)
    sealed = sealed_reply(forged, HERS.recipient)
    await rig.cases(lambda: rig.casebook.reply(about.referral_id, sealed, False, None, int(rig.clock())))
    await returns(rig, code, "word.potato")
    assert not [each for each in await options(rig) if each.startswith("reply.")]
    assert await rig.rows("SELECT kind, count FROM alarms WHERE kind = 'reply'") == [("reply", 1)]
