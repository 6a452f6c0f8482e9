"""The public half of an operator's key: read from a file that anyone may have changed, compared by phone."""

import json

import pytest

from referrals.publishing import errors
from referrals.publishing.operator_public import OperatorPublic, public_key
from referrals.sealing import recipient_of
from tests.referrals.publishing.ceremony import operator

KEY = operator("kim")


def test_the_public_half_comes_back_from_its_file_and_has_a_fingerprint_to_read_aloud() -> None:
    """Six groups of five digits, other for any other key or recipient."""
    public = KEY.public

    assert OperatorPublic.from_json(public.to_json()) == public
    assert public.recipient == recipient_of(KEY.identity)
    assert [len(group) for group in public.fingerprint.split(" ")] == [5] * 6
    others = {operator("lee").public.fingerprint, public.model_copy(update={"signing": "0" * 64}).fingerprint}
    assert len({*others, public.fingerprint}) == 3


@pytest.mark.parametrize("change", [{"recipient": "age1pq1oops"}, {"signing": "00"}, {"name": "../kim"}, {"more": 1}])
def test_a_public_half_that_is_not_one_is_refused(change: dict[str, object]) -> None:
    """The message repeats nothing of what stood there."""
    untrusted = json.dumps(KEY.public.model_dump() | change)

    with pytest.raises(errors.OperatorPublicError) as caught:
        OperatorPublic.from_json(untrusted)
    assert "oops" not in str(caught.value)


def test_what_is_noted_beside_a_key_does_not_change_its_id() -> None:
    """A root can name whose key it is, and the same key stays the same."""
    raw = bytes.fromhex(KEY.public.signing)

    assert public_key(raw).keyid == KEY.public.key().keyid
    assert KEY.public.key().unrecognized_fields["x-naru-operator"] == "kim"
