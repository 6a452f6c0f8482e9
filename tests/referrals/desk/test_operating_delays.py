"""What operators may know of delays: late ones one by one, everything else in numbers too coarse to single anybody out."""

from hypothesis import given
from hypothesis import strategies as st

from referrals.casebook_attested import Attestation
from referrals.casebook_queue import Delay, Running
from referrals.desk.operating_delays import AGES, FEW, Answers, Row, age_step, answers, late, named, owed, rows
from referrals.matching import ACKNOWLEDGE_MINUTES
from tests.filed import DAY, HOUR, MINUTE, NOW

LIMIT = {klass: minutes * MINUTE for klass, minutes in ACKNOWLEDGE_MINUTES.items()}


def waiting(number: int, age: int, klass: str = "days", state: str = "delivered", partner: str = "P1") -> Running:
    """Return a referral that arrived `age` seconds ago."""
    arrived = NOW - age
    return Running(f"{number:032x}", partner, klass, state, arrived + LIMIT[klass])


def test_rows_by_partner_and_class() -> None:
    """Open ones are counted, the oldest of those that wait by its step, and those past their time to be acknowledged."""
    many = [waiting(number, 2 * HOUR, state="accepted") for number in range(FEW)]
    found = rows(
        [*many, waiting(7, 5 * HOUR), waiting(8, 10 * MINUTE, "now", partner="P2"), waiting(9, DAY, state="completed")],
        NOW,
    )

    assert found == (Row("P1", "days", FEW + 1, "day", 1), Row("P2", "now", None, "hour", 0))


def test_only_late_ones_are_listed() -> None:
    """By short name, partner and age, the oldest first; what was acknowledged, or has its time yet, isn't there."""
    found = late(
        [
            waiting(0x1234567890ABCDEF << 64, 5 * HOUR),
            waiting(2, 31 * MINUTE, "now", partner="P2"),
            waiting(3, 29 * MINUTE, "now"),
            waiting(4, 9 * HOUR, state="acknowledged"),
            waiting(5, 9 * HOUR, state="withdrawn"),
        ],
        NOW,
    )

    assert [(each.case, each.partner, each.age.key, each.age.count) for each in found] == [
        ("1234 5678", "P1", "time.hours", 5),
        ("0000 0000", "P2", "time.minutes", 31),
    ]


def test_the_second_itself_is_late() -> None:
    """As for matching."""
    assert [len(late([waiting(1, LIMIT["days"] - left)], NOW)) for left in (1, 0)] == [0, 1]


@given(
    st.lists(
        st.tuples(st.integers(0, 3 * HOUR), st.sampled_from(("delivered", "accepted", "acknowledged"))),
        min_size=1,
        max_size=4,
    ),
    st.lists(
        st.tuples(st.integers(0, 3 * HOUR), st.sampled_from(("delivered", "accepted", "acknowledged"))),
        min_size=1,
        max_size=4,
    ),
)
def test_few_referrals_can_not_be_told_apart(one: list[tuple[int, str]], other: list[tuple[int, str]]) -> None:
    """Two partners with a few referrals each, none late and of one step of age, look the same, whoever and however many they are."""
    seen = [
        rows([waiting(number, age, state=state) for number, (age, state) in enumerate(some)], NOW)
        for some in (one, other)
    ]
    steps = [each[0].oldest for each in seen]

    assert all(each[0].open is None and each[0].late == 0 for each in seen)
    assert (seen[0] == seen[1]) is (steps[0] == steps[1])


def test_answers_of_few_are_not_told() -> None:
    """A middle of one would be one person's time."""
    few = Delay("P1", 1, 0, 0, None, FEW - 1, 1, 60)
    enough = Delay("P2", 1, 0, 0, None, FEW, 2, 3600)

    assert answers([few, enough, Delay("P3", 1, 1, 0, NOW, 0, 0, None)]) == (
        Answers("P1", enough=False),
        Answers("P2", enough=True, answered=FEW, late=2, median=3600),
    )


def test_what_is_owed_is_counted_by_partner() -> None:
    """Only what is overdue, by partner, the longest first."""
    found = owed(
        [
            Attestation("1" * 32, "P1", NOW - HOUR, late=True),
            Attestation("2" * 32, "P2", NOW - 3 * DAY, late=True),
            Attestation("3" * 32, "P2", NOW - DAY, late=True),
            Attestation("4" * 32, "P3", NOW + DAY, late=False),
        ],
        NOW,
    )

    assert [(each.partner, each.overdue, each.oldest.key, each.oldest.count) for each in found] == [
        ("P2", 2, "time.days", 3),
        ("P1", 1, "time.hours", 1),
    ]


def test_steps_of_age() -> None:
    """Each begins where the one before ends."""
    edges = (0, HOUR, 4 * HOUR, DAY, 3 * DAY, 30 * DAY)

    assert tuple(age_step(edge) for edge in edges) == AGES
    assert [age_step(edge - 1) for edge in edges[1:]] == list(AGES[:-1])


def test_a_partner_that_left_has_a_name_still() -> None:
    """The beginning of its id."""
    assert (named({"abc": "7"}, "abc"), named({}, "0123456789")) == ("7", "(01234567)")
