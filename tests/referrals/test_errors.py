"""Each error tells a person what is wrong and what to do next, and nothing else."""

import pytest

from referrals import errors
from referrals.errors import DamagedError, ReferralError

EVERY = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, ReferralError)]


@pytest.mark.parametrize("error", EVERY)
def test_an_error_says_what_to_do(error: type[ReferralError]) -> None:
    """What is wrong is one sentence, what to do next at least one more, and the place comes last."""
    told = str(error("header MAC"))

    assert told.count(". ") >= 1
    assert told.endswith(" (At: header MAC.)")
    assert "\n" not in told


def test_codes_are_distinct() -> None:
    """Each error has its own name in the catalogues."""
    assert len({error.code for error in EVERY}) == len(EVERY) == 12


def test_without_a_place_nothing_is_said_of_one() -> None:
    """An error that concerns the whole file names no place."""
    assert str(DamagedError()).endswith("someone may have altered it.")
