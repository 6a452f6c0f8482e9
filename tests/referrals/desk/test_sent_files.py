"""Files in JSON come back as they went, and nothing else is taken for one."""

import pytest

from referrals.desk.sent_files import coded, decoded
from referrals.desk.visit import BadRequest


def test_a_file_comes_back() -> None:
    """Every byte, in any length."""
    assert all(decoded(coded(bytes(range(size)))) == bytes(range(size)) for size in range(7))


@pytest.mark.parametrize("untrusted", [None, 7, ["AA=="], "A", "AA", "AA==\n", "Ä===", "A-_="])
def test_what_is_no_file_is_refused(untrusted: object) -> None:
    """Not text, not whole, of another alphabet."""
    with pytest.raises(BadRequest):
        decoded(untrusted)
