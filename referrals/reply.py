"""What a caseworker answers, sealed in her browser to the key made from the person's return code (`Envelope.reply_to`). Pure.

A reply is canonical JSON, padded and sealed as `sealing.seal_bytes` does it. It carries no signature: only who opened the referral knows
the key to seal to. It holds a short text or one closed question, never both. `Reply.from_bytes` and `open_reply` refuse everything else.
"""

import unicodedata
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from referrals import sealing
from referrals.errors import MalformedReferralError, OtherPartnerError
from referrals.questions import QUESTIONS
from referrals.referral import HexId, PartnerId, Record, UtcHour, check_format
from referrals.secret import Secret

FORMAT: Final = "naru-reply/1"
MAX_TEXT = 300  # characters (code points): read on a small phone, in a hurry

_FORMAT_NAME = "naru-reply/"
# Unicode categories of what would break the paragraph or the screen: control characters (line feed and tab among them), line and
# paragraph separators.
_BREAKING = frozenset({"Cc", "Zl", "Zp"})


def _paragraph(text: str) -> str:
    if not text.strip() or any(unicodedata.category(sign) in _BREAKING for sign in text):
        raise ValueError("not one paragraph of plain text")
    return text


def _known(question: str) -> str:
    if question not in QUESTIONS:
        raise ValueError("no such question")
    return question


Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT), AfterValidator(_paragraph)]
Question = Annotated[str, AfterValidator(_known)]


class Reply(Record):
    """One answer to her: a text of 1 to 300 characters in one paragraph, or the code of a closed question."""

    format: Literal["naru-reply/1"] = FORMAT
    referral_id: HexId
    partner: PartnerId
    written: UtcHour
    text: Text | None = None
    question: Question | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.text is None) == (self.question is None):
            raise ValueError("a reply says something or asks something")
        return self

    @classmethod
    def from_bytes(cls, untrusted: bytes) -> Self:
        """Read a reply back; raises TooNewError or MalformedReferralError."""
        check_format(untrusted, _FORMAT_NAME, FORMAT)
        return super().from_bytes(untrusted)


def open_reply(untrusted: bytes, identity: Secret[str], referral_id: str, partner: str) -> Reply:
    """Open a sealed reply with the identity from her return code, and check that it belongs to this referral of this partner.

    Raises a ReferralError: those of `sealing.open_bytes` and of `Reply.from_bytes`, OtherPartner, or Malformed for another referral.
    """
    reply = Reply.from_bytes(sealing.open_bytes(untrusted, [identity]))
    if reply.partner != partner:
        raise OtherPartnerError("partner")
    if reply.referral_id != referral_id:
        raise MalformedReferralError("referral_id")
    return reply
