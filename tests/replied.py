"""A caseworker's reply, really sealed: for tests of the person's side that do not open a browser. Fictional throughout."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from referrals.casebook import Casebook
from referrals.casebook_answers import Moved
from referrals.questions import QUESTIONS
from referrals.referral import Referral, utc_hour
from referrals.reply import Reply
from referrals.sealing import new_identity, seal_bytes

# The identity whose recipient tests.person.case() names: what her code would give, without Argon2id.
HER_IDENTITY = new_identity(bytes(32))


def written(referral_id: str, partner: str, moment: datetime, said: str) -> Reply:
    """A reply under a referral: the closed question whose code is given, or else a text."""
    text, question = (None, said) if said in QUESTIONS else (said, None)
    return Reply(referral_id=referral_id, partner=partner, written=utc_hour(moment), text=text, question=question)


def sealed_reply(reply: Reply, recipient: str, randomness: Callable[[int], bytes] = secrets.token_bytes) -> bytes:
    """The reply as her browser seals it to the key that the referral names (`Envelope.reply_to`)."""
    return seal_bytes(reply.to_bytes(), [recipient], randomness)


def answer(casebook: Casebook, referral: Referral, now: float, said: str) -> Moved:
    """What the desk does when a caseworker answers a referral that she opened; call it in the casebook's own thread."""
    about = referral.envelope
    if about.reply_to is None:
        raise ValueError("this referral can't be answered")
    reply = written(about.referral_id, about.partner, datetime.fromtimestamp(now, UTC), said)
    sealed = sealed_reply(reply, about.reply_to)
    return casebook.reply(about.referral_id, sealed, reply.question is not None, None, int(now))
