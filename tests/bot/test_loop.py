"""Poll, intake, outbox and retention together: what happens between the parts, with the fake and on the real channel."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.channels import Incoming
from bot.channels.telegram import Telegram
from bot.dialogue.events import Tapped
from bot.outbox import _AT_ONCE
from bot.practice.botapi import TOKEN, PracticeServer
from bot.practice.faults import Faults
from referrals.database import DiskFullError
from tests.bot.rig import MEDIAN, PATIENCE, Rig, rigged
from tests.fakes import HER
from tests.practice_server import running_practice


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what other tasks bring about; a failure after PATIENCE."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110  # databases and sockets have no event to wait for
            await asyncio.sleep(0.002)


@asynccontextmanager
async def looping(rig: Rig) -> AsyncIterator[None]:
    """Run poll and outbox as the program does, and end them as SIGTERM does."""
    sending = asyncio.create_task(rig.outbox.run())
    polling = asyncio.create_task(rig.poll.run())
    try:
        yield
    finally:
        rig.poll.stop()
        await asyncio.wait_for(polling, PATIENCE)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


@asynccontextmanager
async def practising(folder: Path, faults: Faults | None = None) -> AsyncIterator[tuple[Rig, PracticeServer]]:
    """The loop on the real Telegram channel, against the practice server."""
    async with running_practice(faults=faults) as (server, base_url):
        telegram = Telegram(TOKEN, base_url)
        await telegram.start()
        try:
            async with rigged(folder, telegram) as rig, looping(rig):
                yield rig, server
        finally:
            await telegram.stop()


def shown(server: PracticeServer, chat: int) -> str:
    """The text on her screen."""
    screen = server.screen(chat)
    return "" if screen is None else screen.text


async def press(rig: Rig, server: PracticeServer, chat: int, option: str) -> None:
    """She presses a button of the screen that is due once it is on her phone, and waits for what comes."""
    conversation = await rig.conversation(chat)
    await until(lambda: shown(server, chat) == rig.render(conversation).text)
    screen = server.screen(chat)
    assert screen is not None
    server.press(chat, screen.message_id, f"{rig.screen(conversation).id}:{option}")
    async with asyncio.timeout(PATIENCE):
        while await rig.conversation(chat) == conversation:  # noqa: ASYNC110  # as above
            await asyncio.sleep(0.002)


# ------------------------------------------------------------------------------------------------- on the real channel


async def test_a_person_is_walked_to_a_referral_that_a_caseworker_opens(tmp_path: Path) -> None:
    """From /start over HTTP to the sealed packet: one message all along, and what she answered is what is read."""
    async with practising(tmp_path) as (rig, server):
        chat = server.new_person().chat
        server.open(chat)
        await until(lambda: server.screen(chat) is not None)
        for option in (*MEDIAN, "share_yes"):
            await press(rig, server, chat, option)
        async with asyncio.timeout(PATIENCE):
            while not await rig.opened("SAFE-CN"):  # noqa: ASYNC110  # as above
                await asyncio.sleep(0.002)
        (referral,) = await rig.opened("SAFE-CN")
        assert referral.packet.needs == ("n_place", "n_leave", "n_med")
        assert referral.packet.country == "CN"
        assert len(server.chat(chat).messages) == 1


async def test_a_wipe_finds_a_connection_while_all_sends_hang(tmp_path: Path) -> None:
    """As many answers of the server are late as may be sent side by side: her screen is covered all the same."""
    faults = Faults()
    async with practising(tmp_path, faults) as (rig, server):
        people = [server.new_person().chat for _ in range(_AT_ONCE + 4)]  # more wait their turn than may be under way
        her, others = people[0], people[1:]
        for chat in people:
            server.open(chat)
        await until(lambda: all(server.screen(chat) for chat in people))
        await press(rig, server, her, "lang_ko")
        await until(lambda: shown(server, her) != rig.front.text)
        faults.add("delay", times=len(others), method="answerCallbackQuery", seconds=600.0)
        for chat in others:
            screen = server.screen(chat)
            assert screen is not None
            server.press(chat, screen.message_id, "a0_open:lang_ko")
        await until(lambda: len(faults) <= len(others) - _AT_ONCE)
        screen = server.screen(her)
        assert screen is not None
        server.press(her, screen.message_id, "q1_safe:nav.wipe")
        await until(lambda: shown(server, her) == rig.front.text)
        faults.clear()
        for task in rig.outbox._busy.values():
            task.cancel()


# -------------------------------------------------------------------------------------------------------- with the fake


async def test_a_screen_that_waited_for_its_turn_is_not_shown_after_a_wipe(tmp_path: Path) -> None:
    """She wiped while her screen waited for the flood limit: it never appears, not even before the cover."""
    async with rigged(tmp_path, rate=10) as rig:
        await rig.start()
        await rig.settle()
        await rig.tap("lang_ko")
        for _ in range(3):
            rig.pace.reserve(HER)  # her chat is ahead of its limit, so that the next screen waits 1 to 2 seconds
        assert await rig.outbox.begin() == 1  # the answer to the press
        await rig.outbox.ended()
        assert await rig.outbox.begin() == 1  # the screen: it waits now
        await rig.tap("nav.wipe")
        await rig.outbox.ended()
        await rig.settle()
        assert {screen for _, screen in rig.fake.history} == {rig.front}


async def test_a_disk_that_is_full_is_not_answered_with_a_storm(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen went out and could not be struck off: its chat rests before it is sent again, and then all is in order."""
    await rig.start()
    full = [DiskFullError(Path("conversations.db")) for _ in range(3)]
    done = rig.store.done

    def failing(job_id: int) -> None:
        if full:
            raise full.pop()
        done(job_id)

    monkeypatch.setattr(rig.store, "done", failing)
    resting: list[float] = []
    rest = asyncio.sleep

    async def counted(seconds: float) -> None:
        resting.append(seconds)
        await rest(0)

    monkeypatch.setattr("bot.outbox.asyncio.sleep", counted)
    await rig.settle()
    assert resting == [1.0, 1.0, 1.0]
    assert await rig.queued() == []


async def test_no_send_outlives_the_outbox(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A send that hangs at the end is given up after its time; its job is still there for the next start."""
    monkeypatch.setattr("bot.outbox._LAST_SENDS", 0.05)
    await rig.start()
    rig.fake.hang("show_front")
    sending = asyncio.create_task(rig.outbox.run())
    await asyncio.wait_for(rig.fake.waiting.wait(), PATIENCE)
    serving = list(rig.outbox._busy.values())
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert [task.done() for task in serving] == [True]
    assert await rig.queued() == ["show"]


async def test_the_end_is_not_missed_when_the_bell_rings_with_it(rig: Rig) -> None:
    """Told to stop in the very moment in which something was queued, the outbox stops: SIGTERM is never lost."""
    for _ in range(20):
        sending = asyncio.create_task(rig.outbox.run())
        await until(lambda: bool(rig.outbox._bell._waiters))  # it waits for the bell
        rig.ring()
        await asyncio.sleep(0)  # the bell's own task has it, the outbox not yet
        sending.cancel()
        done, _ = await asyncio.wait({sending}, timeout=5)
        sending.cancel()  # for the case that the first one was lost: nothing may run on
        await asyncio.wait({sending})
        assert done


async def test_a_screen_with_a_defect_does_not_hold_up_its_chat(rig: Rig) -> None:
    """After five tries it is given up, and what she presses next is shown."""
    await rig.start()
    await rig.settle()
    await rig.tap("lang_ko")
    rig.fake.fail("edit", *(ZeroDivisionError() for _ in range(9)))
    for _ in range(5):
        await rig.settle()
        rig.clock.now += 60
    assert await rig.queued() == []
    rig.fake._faults.clear()
    await rig.tap("safe_alone")
    await rig.settle()
    assert rig.fake.ours(HER)[-1][1] == rig.render(await rig.conversation())


async def test_an_update_that_is_tried_again_is_not_overtaken(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Her first press fails once for a reason of its own: it is handled before her second one all the same."""
    await rig.start()
    await rig.settle()
    receive, order = rig.intake.receive, []
    trouble = [ZeroDivisionError()]

    async def failing_once(incoming: Incoming) -> None:
        if incoming.event == Tapped("a0_open", "lang_ko") and trouble:
            await asyncio.sleep(0)  # time in which the second one could get ahead
            raise trouble.pop()
        await receive(incoming)
        order.append(incoming.event)

    monkeypatch.setattr(rig.intake, "receive", failing_once)
    message = rig.fake.ours(HER)[0][0]
    rig.fake.press(HER, message, "a0_open:lang_ko")
    rig.fake.press(HER, message, "q1_safe:safe_alone")
    async with looping(rig):
        await until(lambda: not rig.fake.unconfirmed)
    assert order == [Tapped("a0_open", "lang_ko"), Tapped("q1_safe", "safe_alone")]
    assert (await rig.conversation()).place == "q2_phone"


async def test_a_stop_in_the_middle_of_a_batch_ends_the_batch(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told to stop while an update is handled: it and those fetched with it are on disk, and unconfirmed ones are known then."""
    receive, begun, go_on = rig.intake.receive, asyncio.Event(), asyncio.Event()

    async def slow(incoming: Incoming) -> None:
        begun.set()
        await go_on.wait()
        await receive(incoming)

    monkeypatch.setattr(rig.intake, "receive", slow)
    for chat in (HER, HER + 1):
        rig.fake.type(chat, "/start")
    polling = asyncio.create_task(rig.poll.run())
    await asyncio.wait_for(begun.wait(), PATIENCE)
    rig.poll.stop()
    go_on.set()
    await asyncio.wait_for(polling, PATIENCE)
    assert len(await rig.rows("SELECT * FROM seen_updates")) == 2
    assert rig.fake.unconfirmed == 2  # fetched again at the next start, where both are seen before
