"""A reply or a closed question for her, sealed in the caseworker's browser: kept, noted, and never read here."""

from dataclasses import dataclass, field
from typing import Final

from starlette.responses import Response

from referrals.casebook import Moved
from referrals.casebook_changes import Conflict
from referrals.casebook_moves import RefusedMove
from referrals.casebook_replies import TooMuch
from referrals.desk import assignments, audit, deeds, opening
from referrals.desk.audit import Action
from referrals.desk.deeds import Deed
from referrals.desk.doors import Door, Subject
from referrals.desk.grants import Grant
from referrals.desk.sent_files import decoded
from referrals.desk.settling import settle
from referrals.desk.store import Books
from referrals.desk.visit import BadRequest, Visit

_BODY_BYTES: Final = 32_768  # a sealed reply of below 11,000 bytes in Base64, and as much again
_SEALED: Final = (
    b"age-encryption.org/v1\n-> mlkem768x25519 "  # how every reply begins; what stands behind, only she can read
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a browser sent, read as far as it can be."""

    version: int  # of the referral as she saw it
    sealed: bytes = field(repr=False)
    asks: bool


async def _reply(visit: Visit) -> Response:
    """Keep a reply; 409 when the referral is another by now, or nothing can be said to her any more."""
    sent = read(await visit.json(_BODY_BYTES))
    try:
        moved = await visit.desk.run(lambda books: keep(visit, books, sent))
    except Conflict as conflict:
        return visit.json_answer({"code": "conflict", "state": conflict.state, "version": conflict.version}, 409)
    except RefusedMove as refused:
        return visit.json_answer({"code": "refused", "state": refused.state}, 409)
    except TooMuch:
        raise BadRequest("too many replies") from None
    return visit.json_answer({"state": moved.state, "version": moved.version})


def read(untrusted: dict[str, object]) -> Sent:
    """Read what was sent. Raises BadRequest for what no browser of ours sends: above all for what is not sealed."""
    version, asks = untrusted.get("version"), untrusted.get("asks")
    if type(version) is not int or type(asks) is not bool or untrusted.keys() != {"version", "sealed", "asks"}:
        raise BadRequest("no reply")
    sealed = decoded(untrusted["sealed"])
    if not sealed.startswith(_SEALED):
        raise BadRequest("not sealed")
    return Sent(version, sealed, asks)


def keep(visit: Visit, books: Books, sent: Sent) -> Moved:
    """Keep a reply in the casebook and note here that one was written, not what. Raises what `Casebook.reply` raises."""
    referral_id, who, partner = visit.path["referral_id"], visit.who.account, visit.who.partner or ""
    deed: Deed = "ask" if sent.asks else "reply"
    with books.desk.transaction() as db:
        before = assignments.holder(db, referral_id)
        moved = books.casebook.reply(referral_id, sent.sealed, sent.asks, sent.version, visit.now)
        if before is None:
            assignments.give(db, referral_id, partner, who, visit.now)
        deeds.note(db, referral_id, moved.version, deed, moved.state, who, visit.now, holder_before=before)
        audit.record(db, visit.now, who, Action.ASKED if sent.asks else Action.REPLIED, referral_id)
    settle(books, partner, visit.now)
    return moved


DOORS: tuple[Door, ...] = (
    Door("POST", "/case/{referral_id}/reply", Grant.WORK, _reply, Subject.REFERRAL),
    *opening.DOORS,
)
