"""The contact card: one form, and silent about her words."""

import pytest

from referrals.contact_card import ContactCard
from referrals.errors import MalformedReferralError

FULL = ContactCard(check="moon", danger="spoon", mode="c_band", band="22-06")


@pytest.mark.parametrize("card", [FULL, ContactCard(), ContactCard(check="moon")])
def test_a_card_is_read_back_as_it_was_written(card: ContactCard) -> None:
    """Whatever she chose of it."""
    assert ContactCard.from_bytes(card.to_bytes()) == card


def test_a_card_prints_nothing() -> None:
    """No word gets into a log."""
    assert repr(FULL) == str(FULL) == "ContactCard(***)"


@pytest.mark.parametrize(
    "written", [b'{"check":"moon","name":"zq-mark"}', b'{"check":"zq-mark!"}', b'{"check": "moon"}', b"", b"[]"]
)
def test_what_is_no_card_is_refused_without_its_content(written: bytes) -> None:
    """Unknown members, odd words and a second spelling."""
    with pytest.raises(MalformedReferralError) as caught:
        ContactCard.from_bytes(written)
    assert "zq-mark" not in str(caught.value)
