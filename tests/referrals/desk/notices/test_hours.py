"""The daily hour comes once a day in every zone, whatever the clocks do."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.desk.notices.hours import FIRST_ZONE, ZONES, last_slot

HOUR, DAY = 3_600, 86_400  # seconds
times = st.integers(1_700_000_000, 2_100_000_000)  # 2023 to 2036


def at(year: int, month: int, day: int, hour: int = 0) -> int:
    """Unix seconds of a moment in UTC."""
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp())


def test_it_is_the_hour_of_that_place() -> None:
    """Nine in Seoul is midnight in UTC; a second before it, yesterday's is the newest."""
    nine = at(2026, 11, 24)

    assert last_slot("Asia/Seoul", 9, nine) == nine
    assert last_slot("Asia/Seoul", 9, nine - 1) == nine - DAY


@given(st.sampled_from(ZONES), st.integers(0, 23), times)
def test_it_is_the_newest_and_it_is_that_hour(zone: str, hour: int, now: int) -> None:
    """It lies in the 25 hours before, and the clocks there struck that hour; only where they jump over it, they show a later one."""
    slot = last_slot(zone, hour, now)

    assert now - 25 * HOUR < slot <= now
    assert (datetime.fromtimestamp(slot, ZoneInfo(zone)).hour - hour) % 24 in {0, 1}


@given(st.sampled_from(ZONES), st.integers(0, 23), times)
def test_it_comes_once_on_each_date(zone: str, hour: int, now: int) -> None:
    """Looking every quarter of an hour for ten days finds one on each date, each a day after the one before, give or take an hour."""
    found = sorted({last_slot(zone, hour, now + quarter * 900) for quarter in range(10 * 96)})

    assert {round((later - before) / HOUR) for before, later in pairwise(found)} <= {23, 24, 25}
    dates = [datetime.fromtimestamp(each, ZoneInfo(zone)).date() for each in found]
    assert len(set(dates)) == len(dates)


def test_an_hour_that_the_clocks_skip_comes_all_the_same() -> None:
    """In Berlin two o'clock on the last Sunday of March 2027 is not struck; it counts at three, summer time."""
    assert last_slot("Europe/Berlin", 2, at(2027, 3, 28, 1)) == at(2027, 3, 28, 1)


@pytest.mark.parametrize("zone", [*ZONES, FIRST_ZONE])
def test_every_zone_is_known(zone: str) -> None:
    """What the pages offer is in the time zone database."""
    assert ZoneInfo(zone).key == zone
