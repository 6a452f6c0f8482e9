"""The hour at which everybody hears once a day. Pure: the time is given, nothing is looked up but the zone's own rules."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

# What the pages offer: where partners of this work are (the countries of domain.md 2.4) and where their staff may sit. IANA names.
ZONES: tuple[str, ...] = (
    "Asia/Seoul",
    "Asia/Shanghai",
    "Asia/Ulaanbaatar",
    "Asia/Ho_Chi_Minh",
    "Asia/Vientiane",
    "Asia/Phnom_Penh",
    "Asia/Bangkok",
    "Asia/Yangon",
    "Asia/Tokyo",
    "Asia/Manila",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "UTC",
)
FIRST_ZONE, FIRST_HOUR = "Asia/Seoul", 9  # until a partner chose: the beginning of an office day in Seoul
_DAYS_BACK = 3  # the newest such moment is today's or yesterday's; one more for a zone that skipped a day


def last_slot(zone: str, hour: int, now: int) -> int:
    """The newest moment, not after `now`, at which it was `hour` o'clock (0 to 23) in `zone` (Unix seconds).

    Where the clock jumps over that hour, it is as long after midnight as it would have been; where it is struck twice, the first counts.
    """
    place = ZoneInfo(zone)
    today = datetime.fromtimestamp(now, place).date()
    moments = (datetime.combine(today - timedelta(days=back), time(hour), place) for back in range(_DAYS_BACK))
    return next(moment for each in moments if (moment := int(each.timestamp())) <= now)
