"""Slow-down without addresses."""

from referrals.desk.slowing import Pace, Slowing

PACE = Pace(burst=3, seconds=10)


def test_a_bucket_empties_and_fills_again() -> None:
    """Three tries at once, then one every ten seconds."""
    slowing = Slowing()

    assert [slowing.wait("a", PACE, 0) for _ in range(4)] == [0, 0, 0, 11]
    assert slowing.wait("a", PACE, 9.9) > 0
    assert slowing.wait("a", PACE, 10) == 0
    assert slowing.wait("a", PACE, 1_000) == 0


def test_one_bucket_takes_nothing_from_another() -> None:
    """Whoever empties her own leaves everybody else's full."""
    slowing = Slowing()
    for _ in range(50):
        slowing.wait("a", PACE, 0)

    assert slowing.wait("b", PACE, 0) == 0


def test_the_number_of_buckets_is_bounded() -> None:
    """A stranger with a million names fills no memory."""
    slowing = Slowing()
    for number in range(10_000):
        slowing.wait(str(number), PACE, 0)

    assert len(slowing._buckets) == 4_096


def test_a_clock_set_back_locks_nobody_out() -> None:
    """Time that runs backwards gives no tokens, and takes none."""
    slowing = Slowing()
    slowing.wait("a", PACE, 1_000)

    assert slowing.wait("a", PACE, 0) == 0
