"""What was committed is done: at least once, in order within a chat, and whatever goes wrong ends in a known state."""

import asyncio
from pathlib import Path

import pytest

from bot.channels import ChannelError, Flooded, MessageGone, Refused, TokenRefused, Unreachable
from bot.dialogue.conversation import NOBODY
from bot.outbox import _AT_ONCE
from referrals.filing import Routing
from tests.bot.rig import MEDIAN, PATIENCE, START, URGENT, Rig, rigged
from tests.fakes import HER, LOST_ANSWER

SOMEBODY_ELSE = HER + 1


async def _asked(rig: Rig, *options: str, chat: int = HER) -> None:
    """She opened the chat, has the front page, and presses buttons; nothing of that is sent yet."""
    await rig.start(chat)
    await rig.settle()
    await rig.tap(*options, chat=chat)


async def test_a_newer_screen_replaces_an_unsent_one(rig: Rig) -> None:
    """Five presses while nothing could be sent are one edit, to the screen that is due."""
    await _asked(rig, *MEDIAN[:5])
    await rig.settle()
    edits = [call for call in rig.fake.calls if call[0] == "edit"]
    assert len(edits) == 1
    assert rig.fake.ours(HER)[0][1] == rig.render(await rig.conversation())


async def test_the_messengers_pause_is_kept(rig: Rig) -> None:
    """After a 429 nothing goes to that chat until retry_after has passed, though she presses on; then the screen comes."""
    await _asked(rig, "lang_ko")
    rig.fake.fail("edit", Flooded(20))
    await rig.settle()
    assert rig.fake.ours(HER)[0][1] == rig.front
    assert await rig.rows("SELECT due FROM outbox WHERE kind = 'show'") == [(rig.clock.now + 20,)]  # a restart keeps it
    rig.clock.now += 19
    await rig.tap("safe_alone")  # what waits for her is due at once, but for the messenger's own pause
    await rig.settle()
    assert rig.fake.ours(HER)[0][1] == rig.front
    rig.clock.now += 2
    await rig.settle()
    assert rig.fake.ours(HER)[0][1] == rig.render(await rig.conversation())


async def test_an_outage_is_waited_out_with_growing_pauses(rig: Rig) -> None:
    """One second, two, four, up to five minutes; nothing is tried before its time, and nothing is lost."""
    await _asked(rig, "lang_ko")
    pauses = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    rig.fake.fail("edit", *(Unreachable() for _ in pauses))
    for tries, pause in enumerate(pauses, 1):
        await rig.settle()
        rig.clock.now += pause - 0.5
        await rig.settle()
        assert await rig.rows("SELECT attempts FROM outbox WHERE kind = 'show'") == [(tries,)]
        assert rig.fake.ours(HER)[0][1] == rig.front
        rig.clock.now += 0.5
    await rig.settle()
    assert rig.fake.ours(HER)[0][1] == rig.render(await rig.conversation())


async def test_an_answer_that_is_lost_leaves_at_most_a_second_neutral_page(rig: Rig) -> None:
    """The front page may be sent twice, and nothing else ever is."""
    await rig.start()
    rig.fake.fail("show_front", LOST_ANSWER)
    await rig.settle()
    rig.clock.now += 2
    await rig.settle()
    assert [screen for _, screen in rig.fake.ours(HER)] == [rig.front, rig.front]


async def test_a_chat_that_she_closed_is_forgotten(rig: Rig) -> None:
    """She blocked the bot: the conversation and everything queued for it go."""
    await _asked(rig, *MEDIAN[:5])
    rig.fake.blocked.add(HER)
    await rig.settle()
    assert await rig.rows("SELECT * FROM conversations") == []
    assert await rig.queued() == []


async def test_a_screen_whose_message_is_gone_ends_the_conversation(rig: Rig) -> None:
    """Somebody cleared the chat: nothing new is sent there, and nothing is kept."""
    await _asked(rig, *MEDIAN[:5])
    rig.fake.clear(HER)
    await rig.settle()
    assert await rig.conversation() == NOBODY
    assert rig.fake.ours(HER) == []


async def test_a_lost_front_page_is_sent_anew(rig: Rig) -> None:
    """She cleared the chat and opens it again: the neutral page comes."""
    await rig.start()
    await rig.settle()
    rig.fake.clear(HER)
    await rig.start()
    await rig.settle()
    assert [screen for _, screen in rig.fake.ours(HER)] == [rig.front]


@pytest.mark.parametrize("hanging", [1, _AT_ONCE])
async def test_a_wipe_goes_out_while_other_chats_hang(rig: Rig, hanging: int) -> None:
    """Sends that never end hold up no wipe, not even when there are as many as may go side by side."""
    await _asked(rig, "lang_ko")
    others = range(SOMEBODY_ELSE, SOMEBODY_ELSE + hanging)
    for chat in others:
        await rig.start(chat)
    await rig.settle()  # her screen goes out as well
    for chat in others:
        await rig.tap("lang_ko", chat=chat)
    gates = [rig.fake.hang("edit") for _ in others]
    working = asyncio.create_task(rig.outbox.run())
    async with asyncio.timeout(PATIENCE):
        while rig.fake._faults["edit"]:  # noqa: ASYNC110  # the fake tells of the first that waits, not of the last
            await asyncio.sleep(0)
    await rig.tap("nav.wipe")
    rig.ring()
    async with asyncio.timeout(PATIENCE):
        while await rig.rows("SELECT * FROM outbox WHERE kind = 'cover'"):  # noqa: ASYNC110  # the queue has no event
            await asyncio.sleep(0)
    served = [chat for chat in others if rig.fake.ours(chat)[0][1] != rig.front]
    for gate in gates:
        gate.set()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    assert served == []
    assert rig.fake.ours(HER)[0][1] == rig.front


async def test_a_wipe_does_not_wait_for_the_pace(tmp_path: Path) -> None:
    """At one message in a thousand seconds her screen is covered at once all the same."""
    async with rigged(tmp_path, rate=0.001) as rig:
        await rig.start()
        await rig.settle()
        covered = rig.fake.ours(HER)[0][0]
        await rig.tap("lang_ko", "nav.wipe")
        await rig.settle()
        assert ("edit", HER, covered) in rig.fake.calls


@pytest.mark.parametrize("error", [Refused(), MessageGone()])
async def test_what_can_not_be_covered_is_deleted(rig: Rig, error: ChannelError) -> None:
    """A screen that the messenger will not edit does not stay readable after a wipe."""
    await _asked(rig, "lang_ko")
    await rig.settle()
    rig.fake.fail("edit", error)
    await rig.tap("nav.wipe")
    await rig.settle()
    assert rig.fake.ours(HER) == []


async def test_what_will_never_be_taken_is_given_up(rig: Rig) -> None:
    """A request that the messenger refuses for good is struck off, and the next press works."""
    await _asked(rig, "lang_ko")
    rig.fake.fail("edit", Refused())
    await rig.settle()
    assert await rig.queued() == []
    await rig.tap("safe_alone")
    await rig.settle()
    assert rig.fake.ours(HER)[0][1] == rig.render(await rig.conversation())


async def test_a_revoked_token_loses_nothing(rig: Rig) -> None:
    """The screen waits until an operator has acted."""
    await _asked(rig, "lang_ko")
    rig.fake.fail("edit", TokenRefused())
    await rig.settle()
    assert "show" in await rig.queued()


async def test_a_referral_is_filed_once_however_often_it_is_delivered(rig: Rig) -> None:
    """The job is done twice, as after a crash between filing and striking off; the casebook has it once."""
    await _asked(rig, *URGENT)
    (row,) = await rig.rows("SELECT lane, routing, sealed, due FROM outbox WHERE kind = 'deliver'")
    await rig.settle()
    await rig.rows(
        "INSERT INTO outbox (kind, lane, urgency, routing, sealed, due) VALUES ('deliver', ?, 1, ?, ?, ?)", *row
    )
    await rig.settle()
    assert await rig.queued() == []
    assert len(await rig.opened("HUB")) == 1
    assert await rig.filed("SELECT count(*) FROM packets") == [(1,)]


# ---------------------------------------------------------------------------------------------------------- giving up


async def _tries(rig: Rig, kind: str, most: int) -> int:
    """How often a job is tried until it is struck off; each try comes when its pause is over."""
    for tries in range(1, most + 1):
        await rig.settle()
        if kind not in await rig.queued():
            return tries
        rig.clock.now += 300
    return 0


async def test_an_answer_is_given_up_after_four_tries(rig: Rig) -> None:
    """By then Telegram has dropped the press; her screen was sent all the same."""
    await _asked(rig, "lang_ko")
    rig.fake.fail("answer", *(Unreachable() for _ in range(9)))
    assert await _tries(rig, "answer", 9) == 4
    assert rig.fake.answered == []
    assert rig.fake.ours(HER)[0][1] == rig.render(await rig.conversation())


async def test_a_screen_that_fails_by_a_defect_is_given_up_after_five_tries(rig: Rig) -> None:
    """It would hold up whatever comes after it; the next press is shown."""
    await _asked(rig, "lang_ko")
    rig.fake.fail("edit", *(ZeroDivisionError() for _ in range(5)))
    assert await _tries(rig, "show", 9) == 5
    rig.clock.now = START + 1
    await rig.tap("safe_alone")
    await rig.settle()
    assert rig.fake.ours(HER)[0][1] == rig.render(await rig.conversation())


@pytest.mark.parametrize("error", [Unreachable, ZeroDivisionError, TokenRefused])
async def test_a_wipe_is_never_given_up(rig: Rig, error: type[Exception]) -> None:
    """Whatever it fails by, and however often: the twenty-first try covers her screen."""
    await _asked(rig, "lang_ko")
    await rig.settle()
    rig.fake.fail("edit", *(error() for _ in range(20)))
    await rig.tap("nav.wipe")
    assert await _tries(rig, "cover", 30) == 21
    assert rig.fake.ours(HER)[0][1] == rig.front


async def test_an_addition_without_its_referral_is_given_up_after_eight_tries(rig: Rig) -> None:
    """Its referral was erased meanwhile: nothing is filed, and the lane is free again."""
    routing = Routing(
        packet_id="a" * 32, referral_id="b" * 32, case_id="c" * 32, verifier="5e" * 32, kind="addition",
        partner="fictional", klass="now", position=0, created=0, expires=0,
    )  # fmt: skip
    await rig.write(lambda: rig.store.queue_delivery(routing, b"fictional", rig.clock.now))
    assert await _tries(rig, "deliver", 20) == 8
    assert await rig.filed("SELECT count(*) FROM packets") == [(0,)]
