"""A secret shows itself only when it is asked to."""

import copy
import pickle
import traceback

import pytest

from referrals.secret import Secret

MARK = "fictional secret"


def test_a_secret_does_not_print_itself() -> None:
    """Neither printing, formatting nor a container around it shows the value."""
    secret = Secret(MARK)

    assert f"{secret} {secret!r} {secret:>3} {[secret]} {str(secret)!s}" == "*** *** *** [***] ***"
    assert secret.reveal() == MARK


def test_a_secret_is_not_written_anywhere() -> None:
    """It can't be pickled or copied, so no cache, queue or crash report takes it along."""
    for write in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError) as refused:
            write(Secret(MARK))
        assert MARK not in "".join(traceback.format_exception(refused.value))


def test_secrets_compare_by_value_and_are_no_keys() -> None:
    """Two secrets are equal when their values are; a secret isn't equal to its value, and has no hash."""
    assert Secret(MARK) == Secret(MARK)
    assert Secret("가") == Secret("가")
    assert Secret(b"one") != Secret(b"two")
    assert Secret(MARK) != MARK
    with pytest.raises(TypeError):
        hash(Secret(MARK))
