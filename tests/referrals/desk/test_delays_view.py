"""How caseworkers keep up, in numbers."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from referrals.casebook_queue import Listed
from referrals.desk.delays_view import Delayed, by_caseworker
from referrals.desk.queue_view import CLASSES, Span
from tests.desk_work import LISTED, rid
from tests.filed import HOUR, NOW

ADA, BEA = "a" * 32, "b" * 32


def one(number: int, klass: str, arrived: int, deadline: int | None) -> Listed:
    """One open referral."""
    return replace(LISTED, referral_id=rid(number), klass=klass, arrived=arrived, deadline=deadline)


def test_by_caseworker_and_class() -> None:
    """Nobody's come first and urgent ones before others; the oldest and the late ones are counted for each."""
    rows = [
        one(1, "normal", NOW - 5 * HOUR, NOW - 1),
        one(2, "normal", NOW - 3 * HOUR, NOW + 1),
        one(3, "normal", NOW - HOUR, None),
        one(4, "now", NOW - 60, NOW),
    ]

    assert by_caseworker(rows, {rid(1): BEA, rid(2): BEA, rid(3): ADA}, NOW) == (
        Delayed(None, "now", 1, Span("time.minutes", 1), 1),
        Delayed(ADA, "normal", 1, Span("time.hours", 1), 0),
        Delayed(BEA, "normal", 2, Span("time.hours", 5), 1),
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from(CLASSES),
            st.integers(0, 99),
            st.none() | st.integers(0, 99),
            st.sampled_from((None, ADA, BEA)),
        ),
        max_size=25,
    )
)
def test_everything_is_counted_once(drawn: list[tuple[str, int, int | None, str | None]]) -> None:
    """Whatever is open stands in exactly one line, and what is late is counted exactly there."""
    rows = [
        one(number, klass, NOW - age, None if due is None else NOW - due + 50)
        for number, (klass, age, due, _) in enumerate(drawn)
    ]
    holders = {rid(number): account for number, (_, _, _, account) in enumerate(drawn) if account}

    lines = by_caseworker(rows, holders, NOW)

    assert len({(each.account, each.klass) for each in lines}) == len(lines)
    assert sum(each.open for each in lines) == len(rows)
    assert sum(each.late for each in lines) == sum(each.deadline is not None and each.deadline <= NOW for each in rows)
    for each in lines:
        assert each.open == sum(klass == each.klass and account == each.account for klass, _, _, account in drawn)
