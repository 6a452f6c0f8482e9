"""How many people a partner can take, from what its caseworkers say."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from referrals.desk.capacity import Load, Lowered, level

LOADS = st.lists(
    st.builds(Load, st.just("a" * 32), st.booleans(), st.none() | st.integers(1, 4), st.integers(0, 6)), max_size=8
)
BY_LEAD = st.sampled_from((None, "limited", "closed"))
LOWER = (None, "limited", "closed")  # how low, in order


def free(cap: int | None = None, holds: int = 0, *, away: bool = False) -> Load:
    """One caseworker."""
    return Load("a" * 32, away, cap, holds)


def test_levels() -> None:
    """Nobody left is closed, half of them is limited, fewer is as signed; and who works without the desk is as signed."""
    away = free(away=True)
    full = free(2, 2)

    assert level([]) is None
    assert level([free(), free(), away]) is None
    assert level([free(), away]) == "limited"
    assert level([free(), full, away]) == "limited"
    assert level([away, full]) == "closed"
    assert level([free(2, 1)]) is None


@given(LOADS, BY_LEAD, st.data())
def test_nothing_that_takes_room_away_raises_it(
    loads: list[Load], by_lead: Lowered | None, data: st.DataObject
) -> None:
    """When one more goes away, gets one more referral or lowers her limit, the level is never higher than before."""
    if not loads:
        return
    place = data.draw(st.integers(0, len(loads) - 1))
    one = loads[place]
    less = data.draw(
        st.sampled_from(
            (replace(one, away=True), replace(one, holds=one.holds + 1), replace(one, cap=max(1, (one.cap or 5) - 1)))
        )
    )
    after = level([*loads[:place], less, *loads[place + 1 :]], by_lead)

    assert LOWER.index(after) >= LOWER.index(level(loads, by_lead))


@given(LOADS, BY_LEAD)
def test_the_lead_only_lowers(loads: list[Load], by_lead: Lowered | None) -> None:
    """What the lead says by hand and what the caseworkers can take: the lower of the two holds."""
    assert LOWER.index(level(loads, by_lead)) == max(LOWER.index(level(loads)), LOWER.index(by_lead))


@given(LOADS)
def test_coming_back_lifts_it(loads: list[Load]) -> None:
    """When everybody is there again and has room, nothing is lowered any more."""
    assert level([replace(each, away=False, cap=None) for each in loads]) is None
