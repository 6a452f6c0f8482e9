"""Updates are confirmed only when they are on disk, one bad one never blocks the others, and a stop ends cleanly."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.channels import Incoming, Unreachable
from bot.channels.telegram import parse
from bot.dialogue.conversation import NOBODY
from bot.dialogue.events import Tapped
from bot.poll import Poll
from referrals.database import DiskFullError
from tests.bot.rig import PATIENCE, Rig
from tests.fakes import HER

SOMEBODY_ELSE = HER + 1


async def _until_confirmed(rig: Rig) -> None:
    """Run the poll until nothing is left unconfirmed, then stop it."""
    running = asyncio.create_task(rig.poll.run())
    async with asyncio.timeout(PATIENCE):
        while rig.fake.unconfirmed:  # noqa: ASYNC110  # the fake's queue has no event for "confirmed"
            await asyncio.sleep(0)
    rig.poll.stop()
    await asyncio.wait_for(running, PATIENCE)


async def test_what_is_confirmed_is_on_disk(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every fetch that confirms an update finds it remembered."""
    fetch, receive = rig.fake.fetch, rig.intake.receive
    remembered: list[int] = []  # how many were on disk at each fetch that confirms
    on_disk: list[int] = []

    async def received(incoming: Incoming) -> None:
        await receive(incoming)
        on_disk.extend(
            row[0] for row in await rig.rows("SELECT 1 FROM seen_updates WHERE update_id = ?", incoming.update_id)
        )

    async def watched(offset: int | None, seconds: int) -> list[Mapping[str, object]]:
        if offset is not None:
            remembered.append(
                len(on_disk)
            )  # at once: a look into the database would queue behind what is not written yet
        return await fetch(offset, seconds)

    monkeypatch.setattr(rig.intake, "receive", received)
    monkeypatch.setattr(rig.fake, "fetch", watched)
    for chat in (HER, SOMEBODY_ELSE):
        rig.fake.type(chat, "/start")
    await _until_confirmed(rig)
    assert remembered[0] == 2
    assert len(await rig.rows("SELECT * FROM conversations")) == 2


async def test_storage_that_fails_confirms_nothing(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the disk full the same updates come again, and are handled when there is room."""
    monkeypatch.setattr("bot.poll._FIRST_PAUSE", 0.0)
    receive = rig.intake.receive
    failures = [DiskFullError(Path("conversations.db")) for _ in range(3)]
    unconfirmed: list[int] = []

    async def full(incoming: Incoming) -> None:
        if failures:
            unconfirmed.append(rig.fake.unconfirmed)
            raise failures.pop()
        await receive(incoming)

    monkeypatch.setattr(rig.intake, "receive", full)
    rig.poll._pause = 0.0
    rig.fake.type(HER, "/start")
    await _until_confirmed(rig)
    assert unconfirmed == [1, 1, 1]
    assert await rig.rows("SELECT * FROM set_aside") == []
    assert await rig.held() is not None


async def test_a_poison_update_is_set_aside_and_blocks_nobody(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """After three tries only its id and count are kept; the others of the batch are handled."""
    receive, tries = rig.intake.receive, []

    async def poisoned(incoming: Incoming) -> None:
        if incoming.chat == SOMEBODY_ELSE:
            tries.append(1)
            raise ZeroDivisionError
        await receive(incoming)

    monkeypatch.setattr(rig.intake, "receive", poisoned)
    rig.fake.type(SOMEBODY_ELSE, "/start")
    rig.fake.type(HER, "/start")
    await _until_confirmed(rig)
    assert len(tries) == 3
    assert [row[1] for row in await rig.rows("SELECT * FROM set_aside")] == [3]
    assert await rig.held() is not None


async def test_an_update_seen_before_does_nothing(rig: Rig) -> None:
    """The same id again, as after a crash before the confirmation, changes nothing."""
    await rig.start()
    await rig.tap("lang_ko")
    before = await rig.rows("SELECT * FROM conversations")
    again = Incoming(rig.update, HER, _wipe(rig), None, None)
    await rig.intake.receive(again)
    assert await rig.rows("SELECT * FROM conversations") == before


def _wipe(rig: Rig) -> Tapped:
    return Tapped(rig.screen(NOBODY).id, "nav.wipe")


async def test_ids_that_start_again_lower_are_handled(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an idle week Telegram's ids restart anywhere; nothing asks for "more than the highest"."""
    monkeypatch.setattr("bot.poll._LONG_POLL", 0)  # an empty answer comes at once
    rig.fake.queue(_typed(HER), update_id=900_000)
    running = asyncio.create_task(rig.poll.run())
    async with asyncio.timeout(PATIENCE):
        while rig.fake.offsets[-2:] != [None, None] or rig.fake.unconfirmed:  # noqa: ASYNC110  # as above
            await asyncio.sleep(0)
    rig.poll.stop()
    await asyncio.wait_for(running, PATIENCE)
    rig.poll._stopping.clear()
    rig.fake.queue(_typed(SOMEBODY_ELSE), update_id=17)
    await _until_confirmed(rig)
    assert len(await rig.rows("SELECT * FROM conversations")) == 2


def _typed(chat: int) -> dict[str, object]:
    return {"message": {"message_id": 5, "chat": {"id": chat, "type": "private"}, "text": "/start"}}


async def test_a_messenger_that_is_down_is_asked_again(rig: Rig) -> None:
    """A fetch that fails is repeated, and nothing is lost."""
    rig.poll._pause = 0.0
    rig.fake.fail("fetch", Unreachable(), Unreachable())
    rig.fake.type(HER, "/start")
    await _until_confirmed(rig)
    assert await rig.held() is not None


async def test_stop_does_not_wait_for_a_long_poll(rig: Rig) -> None:
    """With nothing to fetch the loop ends as soon as it is told."""
    running = asyncio.create_task(rig.poll.run())
    while not rig.fake.offsets:  # noqa: ASYNC110  # as above
        await asyncio.sleep(0)
    rig.poll.stop()
    await asyncio.wait_for(running, 5)


async def test_an_update_that_can_not_be_read_blocks_nobody(rig: Rig) -> None:
    """Whatever a messenger's types trip over, the rest of the batch is handled and all of it is confirmed."""

    def tripping(untrusted: Mapping[str, object]) -> Incoming | None:
        if "poll" in untrusted:
            raise ZeroDivisionError
        return parse(untrusted)

    rig.poll = Poll(rig.fake, tripping, rig.intake, rig.ring)
    rig.fake.queue({"poll": {}})
    rig.fake.type(HER, "/start")
    await _until_confirmed(rig)
    assert await rig.held() is not None


async def test_stop_does_not_wait_for_a_rest(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it waits for room on the disk the loop ends as soon as it is told, and confirms nothing."""
    tried = asyncio.Event()

    async def full(_: Incoming) -> None:
        tried.set()
        raise DiskFullError(Path("conversations.db"))

    monkeypatch.setattr(rig.intake, "receive", full)
    rig.poll._pause = 3_600.0
    rig.fake.type(HER, "/start")
    running = asyncio.create_task(rig.poll.run())
    await asyncio.wait_for(tried.wait(), PATIENCE)
    rig.poll.stop()
    await asyncio.wait_for(running, 5)
    assert rig.fake.unconfirmed == 1
