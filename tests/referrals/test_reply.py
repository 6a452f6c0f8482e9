"""A reply has one form, belongs to one referral of one partner, and says nothing of itself in errors."""

import json
import secrets
from typing import Any

import pytest

from referrals.errors import (
    MalformedReferralError,
    NotForYouError,
    NotSealedError,
    OtherPartnerError,
    ReferralError,
    TooNewError,
)
from referrals.reply import MAX_TEXT, Reply, open_reply
from referrals.sealing import PADDED_SIZES, new_identity, seal_bytes

HERS = new_identity(b"\x01" * 32)
ABOUT: dict[str, Any] = {"referral_id": "a" * 32, "partner": "fictional-1", "written": "2026-11-24T07:00Z"}


def sealed(reply: Reply) -> bytes:
    """The reply as it lies in the casebook."""
    return seal_bytes(reply.to_bytes(), [HERS.recipient], secrets.token_bytes)


@pytest.mark.parametrize(
    "said", [{"text": "감자. 다시 들어와 주십시오."}, {"text": "x" * MAX_TEXT}, {"question": "q_ill"}]
)
def test_what_was_written_is_read_with_the_key_from_her_code(said: dict[str, Any]) -> None:
    """A text of up to 300 characters, or one closed question."""
    reply = Reply(**ABOUT, **said)
    assert open_reply(sealed(reply), HERS.secret, "a" * 32, "fictional-1") == reply


def test_another_key_opens_nothing() -> None:
    """Only what follows from her code."""
    other = new_identity(b"\x02" * 32).secret
    with pytest.raises(NotForYouError):
        open_reply(sealed(Reply(**ABOUT, text="x")), other, "a" * 32, "fictional-1")
    with pytest.raises(NotSealedError):
        open_reply(b"fictional", HERS.secret, "a" * 32, "fictional-1")


def test_a_reply_moved_to_another_referral_or_partner_is_refused() -> None:
    """Whoever keeps the casebook can't put an answer under something else."""
    there = sealed(Reply(**ABOUT, text="x"))
    with pytest.raises(MalformedReferralError, match="referral_id"):
        open_reply(there, HERS.secret, "b" * 32, "fictional-1")
    with pytest.raises(OtherPartnerError):
        open_reply(there, HERS.secret, "a" * 32, "fictional-2")


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"text": "zq-mark", "question": "q_ill"},
        {"text": ""},
        {"text": "   "},
        {"text": "zq-mark" + "x" * MAX_TEXT},
        {"text": "zq-mark\nsecond"},
        {"text": "zq-mark\u2028second"},
        {"text": "zq-mark\x00"},
        {"question": "q_zq-mark"},
        {"text": "zq-mark", "phone": "1"},
    ],
)
def test_what_is_no_reply_is_refused_without_its_content(said: dict[str, str]) -> None:
    """Neither or both, empty, too long, more than a paragraph, an unknown question, an unknown member."""
    written = json.dumps(
        {"format": "naru-reply/1", **ABOUT, **said}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    with pytest.raises(ReferralError) as caught:
        Reply.from_bytes(written.encode())
    assert "zq-mark" not in str(caught.value)


def test_a_second_spelling_of_the_same_is_refused() -> None:
    """A reply has exactly one form."""
    with pytest.raises(MalformedReferralError, match="canonical form"):
        Reply.from_bytes(Reply(**ABOUT, text="x").to_bytes().replace(b":", b": ", 1))


def test_a_newer_form_is_told_as_such() -> None:
    """She is told to wait for the newer program and not that somebody changed it."""
    newer = Reply(**ABOUT, text="x").to_bytes().replace(b"naru-reply/1", b"naru-reply/2")
    with pytest.raises(TooNewError):
        Reply.from_bytes(newer)


def test_a_short_and_a_long_reply_look_the_same() -> None:
    """Padded to one size: neither a yes nor three hundred characters show."""
    assert len(sealed(Reply(**ABOUT, question="q_ill"))) == len(sealed(Reply(**ABOUT, text="감" * MAX_TEXT)))
    assert len(Reply(**ABOUT, text="감" * MAX_TEXT).to_bytes()) < PADDED_SIZES[0]


def test_a_reply_prints_nothing() -> None:
    """No word gets into a log."""
    assert repr(Reply(**ABOUT, text="zq-mark")) == "Reply(***)"
