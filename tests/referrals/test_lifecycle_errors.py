"""Each rule of the lifecycle has an error of its own, in words that say what to do."""

import inspect

import pytest

from referrals import lifecycle_errors
from referrals.lifecycle_errors import LifecycleError

KINDS = [each for _, each in inspect.getmembers(lifecycle_errors, inspect.isclass) if issubclass(each, LifecycleError)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_says_which_partner_which_rule_and_what_to_do(kind: type[LifecycleError]) -> None:
    """The message begins with the alias, tells in one paragraph, and ends with the place."""
    message = str(kind("7", "check psea"))

    assert message.startswith("partner 7: ")
    assert message.endswith(" (At: check psea.)")
    assert "\n" not in message
    assert kind is LifecycleError or message.count(". ") >= 1
    assert "(At:" not in str(kind("7"))


def test_every_rule_has_a_name_of_its_own() -> None:
    """A catalogue can keep a translation for each."""
    assert len({each.code for each in KINDS}) == len(KINDS) > 15
