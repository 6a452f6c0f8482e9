"""What an operator is told: each error in words of its own, with nothing in them but the place."""

import inspect

from referrals.publishing import errors
from referrals.publishing.errors import PublishingError

ALL = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, PublishingError)]


def test_every_error_has_its_own_code_and_words() -> None:
    """No two are told in the same words or kept under the same name."""
    assert len(ALL) > 30
    assert len({each.code for each in ALL}) == len(ALL)
    assert len({inspect.getdoc(each) for each in ALL}) == len(ALL)


def test_the_message_is_the_docstring_and_the_place() -> None:
    """On one line, so that it can be shown as it is."""
    told = str(errors.AlteredError("targets"))

    assert told.startswith("A file is not the one that was signed: it was damaged")
    assert told.endswith("(At: targets.)")
    assert "\n" not in told
