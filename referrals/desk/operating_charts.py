"""The operators' charts: which numbers of which page are drawn, and what stands beside the bars. Pure; `charts` draws.

A chart shows no more than the table beside it: where a count is hidden the bar is drawn as long as the most it can be, and says so.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from referrals.desk.charts import Bar, Line, Look, Part, bars
from referrals.desk.operating_bot import Alarm
from referrals.desk.operating_delays import FEW, Answers, Row
from referrals.desk.operating_list import SOON_DAYS, Date, Health
from referrals.desk.queue_view import span

KEYS = ("operate.chart.open",)
_HOUR = 3_600  # seconds


Say: TypeAlias = Callable[..., str]  # the desk's words in one language: a key, and what fills its places


def dates(health: Health, say: Say) -> str:
    """Days left of everything that was signed."""
    rows = [
        Bar(
            _role(date, say),
            say("operate.days_left", count=date.days) if date.days >= 0 else say("operate.past"),
            (Part(max(0, date.days)),),
        )
        for date in health.dates
    ]
    line = Line(SOON_DAYS, say("operate.chart.soon", count=SOON_DAYS))
    title, text = say("operate.chart.dates"), say("operate.chart.same")
    # The root counts a year: beside it all others would be slivers, so that a bar ends where it is long enough.
    shorter = [Bar(row.label, row.said, (Part(min(row.size, 2.0 * SOON_DAYS)),)) for row in rows]
    return bars("dates", title, text, shorter, line=line)


def waiting(rows: Sequence[Row], name: Callable[[str], str], say: Say) -> str | None:
    """Open referrals by partner: late ones, and the rest. None where there is nothing to draw."""
    by_partner: dict[str, list[Row]] = {}
    for row in rows:
        by_partner.setdefault(row.partner, []).append(row)
    drawn = [_waiting(name(partner), own, say) for partner, own in by_partner.items()]
    if not drawn:
        return None
    key: tuple[tuple[Look, str], ...] = (
        ("full", say("operate.column.late")),
        ("outlined", say("operate.chart.not_late")),
    )
    return bars("waiting", say("operate.chart.waiting"), say("operate.chart.same"), drawn, key=key)


def answers(found: Sequence[Answers], name: Callable[[str], str], say: Say) -> str | None:
    """The middle time to the first answer by partner, of those that gave enough answers."""
    rows = [
        Bar(name(each.partner), _long(each.median, say), (Part(each.median / _HOUR),))
        for each in found
        if each.median is not None
    ]
    return bars("answers", say("operate.chart.answers"), say("operate.chart.same"), rows) if rows else None


def alarms(found: Sequence[Alarm], say: Say) -> str | None:
    """How often each kind of alarm was raised."""
    rows = [Bar(say(f"operate.alarm.{each.kind}"), str(each.count), (Part(each.count),)) for each in found]
    return bars("alarms", say("operate.chart.alarms"), say("operate.chart.same"), rows) if rows else None


def _role(date: Date, say: Say) -> str:
    return say(f"operate.role.{date.role}", name=date.operator) if date.operator else say(f"operate.role.{date.role}")


def _waiting(name: str, own: Sequence[Row], say: Say) -> Bar:
    hidden = any(row.open is None for row in own)
    most = sum(FEW - 1 if row.open is None else row.open for row in own)
    late = sum(row.late for row in own)
    said = say("operate.chart.at_most" if hidden else "operate.chart.open", count=most, late=late)
    return Bar(name, said, (Part(late, "full"), Part(max(0, most - late), "outlined")))


def _long(seconds: int, say: Say) -> str:
    length = span(seconds)
    return say(length.key, count=length.count)
