"""What a list says about time."""

from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from referrals.desk.queue_view import CLASSES, Due, due, order, short, shown, span, stamp
from tests.filed import DAY, HOUR, MINUTE, NOW

UNITS = {"time.under_minute": 1, "time.minutes": MINUTE, "time.hours": HOUR, "time.days": DAY}
SECONDS = st.integers(0, 400 * DAY)


@given(SECONDS)
@example(0)
@example(HOUR - 1)
@example(48 * HOUR)
def test_a_span_never_says_more_than_there_is(seconds: int) -> None:
    """A length of time is rounded down, by less than its unit, and no unit is said that hides an hour of the first two days."""
    said = span(seconds)

    assert said.count * UNITS[said.key] <= seconds
    if said.key == "time.under_minute":
        assert seconds < MINUTE
    else:
        assert seconds - said.count * UNITS[said.key] < UNITS[said.key]
        assert said.count >= 1
    if seconds < 48 * HOUR:
        assert said.key != "time.days"


def test_spans_as_they_are_said() -> None:
    """Minutes below an hour, hours below two days, then days."""
    said = [span(each) for each in (59, 60, 17 * MINUTE + 59, HOUR, 47 * HOUR + 59 * MINUTE, 2 * DAY)]

    assert [(each.key.removeprefix("time."), each.count) for each in said] == [
        ("under_minute", 0),
        ("minutes", 1),
        ("minutes", 17),
        ("hours", 1),
        ("hours", 47),
        ("days", 2),
    ]


@given(st.integers(-40 * DAY, 40 * DAY))
def test_late_from_the_second_on(after: int) -> None:
    """A deadline is over from its own second on, and the span is the distance to it on either side."""
    owed = Due("answer", NOW)

    assert owed.late(NOW + after) == (after >= 0)
    assert owed.span(NOW + after) == span(abs(after))


def test_what_is_owed() -> None:
    """A new one is to be acknowledged, then answered; without a deadline nothing is owed."""
    assert due("delivered", NOW, 0) == Due("acknowledge", NOW)
    assert due("acknowledged", NOW, 0) == Due("answer", NOW)
    assert due("in_contact", None, 0) is None
    assert due("acknowledged", NOW, 1) is None  # she was written to


ROWS = st.tuples(
    st.sampled_from(CLASSES), st.none() | st.builds(Due, st.just("answer"), st.integers(0, 99)), st.integers(0, 99)
)


@given(st.lists(ROWS, max_size=30))
def test_urgent_ones_are_on_top_and_what_is_owed_sooner_comes_first(rows: list[tuple[str, Due | None, int]]) -> None:
    """In a sorted list no urgent referral stands below another class, and among the rest none that is owed below one that is not."""
    ordered = sorted(rows, key=lambda each: order(*each))

    urgent = [klass == "now" for klass, _, _ in ordered]
    assert urgent == sorted(urgent, reverse=True)
    for some in ([each for each in ordered if each[0] == "now"], [each for each in ordered if each[0] != "now"]):
        owed = [None if each is None else each.at for _, each, _ in some]
        assert [each is None for each in owed] == sorted(each is None for each in owed)
        assert [each for each in owed if each is not None] == sorted(each for each in owed if each is not None)


@given(st.integers(0, 4_000_000_000))
def test_moments_are_utc_to_the_minute(moment: int) -> None:
    """What machines and people read names the same minute, in UTC."""
    read = datetime.strptime(stamp(moment), "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)

    assert 0 <= moment - read.timestamp() < MINUTE
    assert shown(moment) == read.strftime("%Y-%m-%d %H:%M UTC")


def test_short_names() -> None:
    """A referral is named by eight digits of its random id, in two groups that can be read aloud."""
    assert short("0a1b2c3d" + "f" * 24) == "0A1B 2C3D"
