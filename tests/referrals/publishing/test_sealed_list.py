"""The seal around a list: only its size shows, and that only to a power of two."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.publishing import errors
from referrals.publishing.sealed_list import MIN_BYTES, open_list, seal_list
from tests.referrals.publishing.ceremony import bot, stream

ONE, TWO, OTHER = bot(1), bot(2), bot(3)


@given(st.binary(max_size=40_000))
@settings(max_examples=25, deadline=None)
def test_each_recipient_opens_what_was_sealed(content: bytes) -> None:
    """Whatever it is, spaces at its end included."""
    sealed = seal_list(content + b"  ", [ONE.recipient, TWO.recipient], stream("seal"))

    assert [open_list(sealed, [each.secret], "list") for each in (ONE, TWO)] == [content + b"  "] * 2


def test_lists_of_about_the_same_length_have_the_same_size() -> None:
    """Sizes are powers of two, from 16 KiB."""
    lengths = (0, 10_000, MIN_BYTES - 30, MIN_BYTES, 2 * MIN_BYTES - 30, 2 * MIN_BYTES)
    sizes = [len(seal_list(bytes(length), [ONE.recipient], stream("seal"))) for length in lengths]

    assert sizes[0] == sizes[1] == sizes[2] < sizes[3] == sizes[4] < sizes[5]


def test_a_list_for_others_or_a_damaged_one_is_refused() -> None:
    """With different words; an age file of another program isn't a list."""
    sealed = seal_list(b"list", [ONE.recipient], stream("seal"))

    with pytest.raises(errors.NotForThisBotError):
        open_list(sealed, [OTHER.secret], "list")
    for damaged in (sealed[:-1], sealed[:40], b"", sealed[:-1] + bytes([sealed[-1] ^ 1])):
        with pytest.raises(errors.AlteredError):
            open_list(damaged, [ONE.secret], "list")


def test_a_list_above_the_largest_size_is_refused() -> None:
    """Rather than sealed with its length showing."""
    with pytest.raises(ValueError, match="too long"):
        seal_list(bytes(64 * 1024 * 1024), [ONE.recipient], stream("seal"))
