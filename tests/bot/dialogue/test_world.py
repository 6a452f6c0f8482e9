"""Under which case something is sent: the known one, a new one, or none yet."""

from bot.dialogue.world import Fresh
from tests.person import CODE, Person, case

FRESH = Fresh(CODE, case())


def test_a_known_case_stays() -> None:
    """A fresh code that is not needed is not shown."""
    assert Person().world(FRESH).case_of(case()) == (case(), None)


def test_a_fresh_case_comes_with_its_code() -> None:
    """The only time that the code is there."""
    assert Person().world(FRESH).case_of(None) == (case(), CODE)


def test_without_either_there_is_none() -> None:
    """A code must be made first."""
    assert Person().world().case_of(None) == (None, None)


def test_nothing_of_it_is_printed() -> None:
    """Neither the code nor the ids of this update."""
    assert CODE not in repr(Person().world(FRESH))
    assert "aaaa" not in repr(Person().world())
