"""Times as pages show them."""

from referrals.desk.times import day, minute


def test_times_are_in_utc_and_say_so() -> None:
    """A day has no zone; a minute names it."""
    assert day(1_795_500_000) == "2026-11-24"
    assert minute(1_795_500_000) == "2026-11-24 06:00 UTC"
