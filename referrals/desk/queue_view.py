"""What a list of referrals says about time: what is asked of the partner by when, and how late it is. Pure.

Words are given as keys with a number, so that a page says them in the caseworker's language; late is said in words, never by a colour
alone. Times are Unix seconds, UTC.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NamedTuple

CLASSES = ("now", "days", "normal")  # the most urgent first
KEYS = (
    *(f"time.{unit}" for unit in ("under_minute", "minutes", "hours", "days")),
    *(f"due.{what}" for what in ("acknowledge", "answer")),
    *(f"class.{klass}" for klass in CLASSES),
    "time.left",
    "time.late",
)
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400  # seconds
# From here on the larger unit is said: below, "47 hours" tells more than "1 day".
_HOURS_FROM, _DAYS_FROM = 60 * _MINUTE, 48 * _HOUR


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as it is said: a key of the words, and how many of it."""

    key: Literal["time.under_minute", "time.minutes", "time.hours", "time.days"]
    count: int


class Due(NamedTuple):
    """What the partner still owes, and by when."""

    what: Literal["acknowledge", "answer"]
    at: int  # second from which it is late

    def late(self, now: int) -> bool:
        """Tell whether the time is over. The second itself is late, as it is for matching."""
        return self.at <= now

    def span(self, now: int) -> Span:
        """How long is left, or how long it is late by."""
        return span(abs(self.at - now))


def span(seconds: int) -> Span:
    """Say a length of time in its largest fitting unit, rounded down: what is left is never promised too long."""
    if seconds < _MINUTE:
        return Span("time.under_minute", 0)
    if seconds < _HOURS_FROM:
        return Span("time.minutes", seconds // _MINUTE)
    if seconds < _DAYS_FROM:
        return Span("time.hours", seconds // _HOUR)
    return Span("time.days", seconds // _DAY)


def due(state: str, deadline: int | None, replies: int) -> Due | None:
    """What is owed in this state by `deadline`: to acknowledge it, then to answer. None when it is nobody's turn.

    `replies` are those to her that are here: who wrote to her has answered, though the state stays as it was.
    """
    if deadline is None or (state != "delivered" and replies):
        return None
    return Due("acknowledge" if state == "delivered" else "answer", deadline)


def order(klass: str, owed: Due | None, created: int) -> tuple[int, int, int, int]:
    """The place in a list: `now` on top, then what is owed soonest, then what waits longest."""
    return (
        0 if klass == "now" else 1,
        1 if owed is None else 0,
        created if owed is None else owed.at,
        CLASSES.index(klass),
    )


def short(referral_id: str) -> str:
    """A referral's name for the telephone and the page: the first eight hex digits of its random id, in two groups."""
    return f"{referral_id[:4]} {referral_id[4:8]}".upper()


def stamp(moment: int) -> str:
    """A moment for `<time datetime>`: UTC, to the minute."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%MZ")


def shown(moment: int) -> str:
    """A moment as a page shows it: day and UTC time, to the minute."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M UTC")
