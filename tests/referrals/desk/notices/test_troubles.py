"""Troubles say what must be done, and nothing else."""

import pytest

from referrals.desk.notices.troubles import Trouble, Undelivered


@pytest.mark.parametrize("trouble", list(Trouble))
def test_an_error_says_why_and_nothing_else(trouble: Trouble) -> None:
    """Its text is the trouble's own name."""
    assert str(Undelivered(trouble)) == trouble.value


def test_only_what_a_server_refused_for_good_is_final() -> None:
    """A 5xx for the address or the mail is not tried again; everything else is."""
    assert {each for each in Trouble if each.final} == {Trouble.ADDRESS, Trouble.REFUSED}


def test_what_is_about_one_mail_does_not_stop_the_others() -> None:
    """A refused address, or a mail that was put off, says nothing of the next; a server that can't be reached does."""
    assert {each for each in Trouble if not each.everybody} == {
        Trouble.ADDRESS, Trouble.REFUSED, Trouble.LATER, Trouble.UNSURE,
    }  # fmt: skip
