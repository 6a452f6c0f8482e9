"""A wait ends by the bell, by the time, or by being told to end, and none of the three is lost."""

import asyncio

import pytest

from bot.waiting import rung


async def test_the_bell_ends_it() -> None:
    """Set before or meanwhile, it is told that the bell was rung."""
    bell = asyncio.Event()
    waiting = asyncio.create_task(rung(bell, 30))
    await asyncio.sleep(0)
    bell.set()
    assert await waiting
    assert await rung(bell, 30)


async def test_the_time_ends_it() -> None:
    """Without a bell it is told that there was none."""
    assert not await rung(asyncio.Event(), 0)


async def test_the_end_is_not_lost_when_the_bell_comes_with_it() -> None:
    """A cancellation in the same moment as the bell still cancels."""
    bell = asyncio.Event()
    waiting = asyncio.create_task(rung(bell, 30))
    await asyncio.sleep(0)
    bell.set()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
