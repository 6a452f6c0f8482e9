"""Telegram's limits are kept before it has to say so."""

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


async def test_a_turn_that_is_due_does_not_wait() -> None:
    """The first message of a chat goes at once."""
    await Pace(30, Clock()).turn(7)
