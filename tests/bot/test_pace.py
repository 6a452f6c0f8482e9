"""Telegram's limits are kept before it has to say so."""

import asyncio

import pytest

from bot.pace import Pace
from tests.bot.rig import Clock


def test_thirty_a_second_over_all_chats() -> None:
    """Sixty messages to sixty chats take two seconds, in equal steps."""
    pace = Pace(30, Clock())
    waits = [pace.reserve(chat) for chat in range(1, 61)]
    assert waits == pytest.approx([number / 30 for number in range(60)])


def test_one_a_second_within_a_chat_after_a_short_burst() -> None:
    """Three taps in a row are answered at once; from then on one a second."""
    pace = Pace(1_000, Clock())
    waits = [pace.reserve(7) for _ in range(8)]
    assert all(wait < 0.01 for wait in waits[:4])
    assert [round(wait) for wait in waits[4:]] == [1, 2, 3, 4]


def test_a_chat_that_rested_has_its_burst_again() -> None:
    """Ten seconds later nothing waits."""
    clock = Clock()
    pace = Pace(1_000, clock)
    for _ in range(8):
        pace.reserve(7)
    clock.now += 10
    assert pace.reserve(7) == 0


def test_one_chat_does_not_slow_another() -> None:
    """Somebody else's first message goes while a busy chat waits."""
    pace = Pace(1_000, Clock())
    for _ in range(8):
        pace.reserve(7)
    assert pace.reserve(8) < 0.1


def test_zero_is_no_limit() -> None:
    """For benchmarks."""
    pace = Pace(0, Clock())
    assert [pace.reserve(7) for _ in range(100)] == [0.0] * 100


def test_chats_are_forgotten_but_not_the_busy_ones() -> None:
    """Ten thousand chats that rested are dropped; the one that is busy is still held to one a second."""
    clock = Clock()
    pace = Pace(1_000_000, clock)
    for chat in range(10, 10_010):
        pace.reserve(chat)
    clock.now += 120
    waits = [pace.reserve(7) for _ in range(8)]
    assert [round(wait) for wait in waits[4:]] == [1, 2, 3, 4]
    assert set(pace._chats) == {7}


async def test_a_turn_waits_until_it_is_due() -> None:
    """The first message goes at once, the next a twentieth of a second later."""
    pace, clock = Pace(20, Clock()), asyncio.get_running_loop().time
    began = clock()
    await pace.turn(7)
    first = clock()
    await pace.turn(8)
    assert first - began < clock() - first
    assert clock() - first >= 0.045  # seconds; 0.05 less what a timer may be early
