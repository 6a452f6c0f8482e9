"""The writer: one thread, all or nothing, and one moment."""

import asyncio
import threading

import pytest

from bot.writer import Writer
from tests.bot.rig import START, Rig
from tests.fakes import HER


async def test_what_fails_is_undone(rig: Rig) -> None:
    """Half of a commit is not kept, and the error comes through as it was."""
    writer = Writer(rig.store, rig.writer)

    def fail() -> None:
        rig.store.queue_cover(HER, 7, START)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await writer.commit(fail)
    assert await rig.queued() == []
    await writer.commit(lambda: rig.store.queue_cover(HER, 7, START))
    assert await rig.queued() == ["cover"]


async def test_all_work_is_done_in_one_thread(rig: Rig) -> None:
    """That of the databases, side by side as it may be asked for, and never in the event loop's."""
    writer = Writer(rig.store, rig.writer)
    found = await asyncio.gather(
        writer.run(threading.get_ident), writer.read(threading.get_ident), writer.commit(threading.get_ident)
    )
    assert len({*found, await rig.cases(threading.get_ident)}) == 1
    assert threading.get_ident() not in found


async def test_a_reading_writes_nothing(rig: Rig) -> None:
    """What is written while it reads is undone with it."""
    writer = Writer(rig.store, rig.writer)
    await writer.read(lambda: rig.store.queue_cover(HER, 7, START))
    assert await rig.queued() == []
