"""Waiting for something to happen, but not for ever."""

import asyncio


async def rung(bell: asyncio.Event, seconds: float) -> bool:
    """Wait until `bell` is set, at most so many seconds; tell whether it was.

    Not by asyncio.wait_for: that of Python 3.11 loses a cancellation which comes in the same moment as the bell, and whoever was to
    end would go on for ever.
    """
    try:
        async with asyncio.timeout(seconds):
            await bell.wait()
    except TimeoutError:
        return False
    return True
