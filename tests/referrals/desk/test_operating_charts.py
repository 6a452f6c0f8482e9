"""The operators' charts draw what their tables say, and nothing beyond."""

from xml.etree import ElementTree as ET

from referrals.casebook_listed import ListState
from referrals.casebook_pulse import Pulse
from referrals.desk.operating_bot import Alarm
from referrals.desk.operating_charts import alarms, answers, dates, waiting
from referrals.desk.operating_delays import FEW, Answers, Row
from referrals.desk.operating_list import health
from tests.filed import DAY, HOUR, NOW


def say(key: str, **fill: object) -> str:
    """Return a key and what fills it, in place of words."""
    return " ".join((key, *(f"{name}={value}" for name, value in sorted(fill.items()))))


def name(partner: str) -> str:
    """Return a partner's alias."""
    return f"no. {partner[1:]}"


def written(markup: str | None) -> list[str]:
    """Return what is written in a chart, in order."""
    assert markup is not None
    return [each.text or "" for each in ET.fromstring(markup).iter("text")]  # noqa: S314  # made by the function under test


def lengths(markup: str | None, look: str) -> list[str | None]:
    """Return how long the pieces with a filling are."""
    assert markup is not None
    found = ET.fromstring(markup).iter("rect")  # noqa: S314  # as above
    return [each.get("width") for each in found if each.get("class") == look and "%" in (each.get("width") or "")]


def test_dates_are_drawn_as_days() -> None:
    """What is past has no bar; a year doesn't make the others slivers; the line is what counts as soon."""
    told = {"list.until.suspend-kim": Pulse(NOW - DAY, NOW), "list.until.root": Pulse(NOW + 300 * DAY, NOW)}
    markup = dates(health(ListState(7, NOW + 7 * DAY, "good", (), NOW), told, NOW), say)

    assert written(markup) == [
        "operate.role.suspend name=kim", "operate.past", "operate.role.targets", "operate.days_left count=7", "operate.role.root",
        "operate.days_left count=300", "operate.chart.soon count=14",
    ]  # fmt: skip
    assert lengths(markup, "full") == ["0%", "25%", "100%"]


def test_open_ones_by_partner_with_the_late_ones_first() -> None:
    """Counts of all classes together, in one bar."""
    markup = waiting(
        [Row("P1", "days", 8, "day", 2), Row("P1", "normal", 12, None, 0), Row("P2", "now", 5, "hour", 0)], name, say
    )

    assert written(markup)[:4] == [
        "no. 1", "operate.chart.open count=20 late=2", "no. 2", "operate.chart.open count=5 late=0",
    ]  # fmt: skip
    assert (lengths(markup, "full"), lengths(markup, "outlined")) == (["10%", "0%"], ["90%", "25%"])


def test_a_hidden_count_is_drawn_as_the_most_it_can_be() -> None:
    """One and four look the same."""
    markup = waiting([Row("P1", "days", None, "hour", 0), Row("P1", "normal", 12, None, 0)], name, say)

    assert written(markup)[1] == f"operate.chart.at_most count={12 + FEW - 1} late=0"


def test_answers_and_alarms() -> None:
    """Only partners with enough answers have a bar; each kind of alarm has one."""
    found = [Answers("P1", enough=False), Answers("P2", enough=True, answered=9, late=1, median=3 * HOUR)]

    assert written(answers(found, name, say)) == ["no. 2", "time.hours count=3"]
    assert written(alarms([Alarm("canary", 0), Alarm("code_limit", 3)], say)) == [
        "operate.alarm.canary", "0", "operate.alarm.code_limit", "3",
    ]  # fmt: skip


def test_nothing_to_draw_is_no_chart() -> None:
    """The page has a sentence in its place."""
    assert (waiting([], name, say), answers([Answers("P1", enough=False)], name, say), alarms([], say)) == (
        None,
        None,
        None,
    )
