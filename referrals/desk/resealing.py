"""Open referrals for a colleague who joined, or who lost her key: what her key can't open yet, and the copies that a colleague seals.

Nothing is offered or taken for a key before enough colleagues have heard its digits from its owner (`key_store.may_be_sealed_to`).
"""

import re
from dataclasses import dataclass, field
from typing import Final

from starlette.responses import Response

from referrals.casebook_changes import UnknownReferral
from referrals.casebook_moves import RefusedMove
from referrals.casebook_replies import TooMuch
from referrals.desk import audit, key_store
from referrals.desk.audit import Action
from referrals.desk.doors import Door, Subject
from referrals.desk.grants import Grant
from referrals.desk.key_store import RefusedKey
from referrals.desk.sent_files import coded, decoded
from referrals.desk.store import Books
from referrals.desk.visit import BadRequest, Visit

BATCH: Final = 20  # sealed files in one answer: at most 20 x 67 kB
_BODY_BYTES: Final = 196_608  # a sealed file of 67 kB in Base64, and as much again
_ID: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Wanting:
    """A colleague's key, and how many packets it can't open yet."""

    account: str = field(repr=False)
    name: str = field(repr=False)
    recipient: str = field(repr=False)
    mark: str = field(repr=False)
    partner: str
    ready: bool  # enough colleagues have heard its digits
    left: int


def wanting(books: Books, account: str, partner: str) -> Wanting | None:
    """What is to be done for a colleague's key; None when she has none."""
    with books.desk.reading() as db:
        key = key_store.own(db, account)
        ready = key is not None and key_store.may_be_sealed_to(db, key)
    if key is None:
        return None
    left = books.casebook.unreadable_count(partner, key.mark)
    return Wanting(key.account, key.name, key.recipient, key.mark, partner, ready, left)


async def _page(visit: Visit) -> Response:
    """`/reseal/{account_id}`: the page on which a colleague's key is given what is open."""
    account, partner = visit.path["account_id"], visit.who.partner or ""
    found = await visit.desk.run(lambda books: wanting(books, account, partner))
    return visit.page("reseal.html", wanting=found)


async def _files(visit: Visit) -> Response:
    """Some of the sealed files that the colleague's key can't open, for the browser of one who can."""
    account, partner = visit.path["account_id"], visit.who.partner or ""
    after = visit.query.get("after", "")
    if after and not _ID.fullmatch(after):
        raise BadRequest("no id")

    def read(books: Books) -> dict[str, object] | None:
        found = wanting(books, account, partner)
        if found is None or not found.ready:
            return None
        files = [
            {
                "referral_id": each.referral_id,
                "packet_id": each.packet_id,
                "sealed": [coded(copy) for copy in each.copies],
            }
            for each in books.casebook.unreadable(partner, found.mark, after, BATCH)
        ]
        return {"recipient": found.recipient, "partner": partner, "left": found.left, "files": files}

    answer = await visit.desk.run(read)
    return visit.json_answer({"code": "conflict"}, 409) if answer is None else visit.json_answer(answer)


async def _resealed(visit: Visit) -> Response:
    """A packet of this referral as a colleague sealed it once more."""
    untrusted = await visit.json(_BODY_BYTES)
    packet_id, recipient = untrusted.get("packet_id"), untrusted.get("recipient")
    sealed = decoded(untrusted.get("sealed"))
    if not isinstance(packet_id, str) or not isinstance(recipient, str):
        raise BadRequest("no packet or no key")
    try:
        await visit.desk.run(lambda books: keep(visit, books, packet_id, recipient, sealed))
    except (RefusedKey, RefusedMove, UnknownReferral):
        return visit.json_answer({"code": "conflict"}, 409)
    except TooMuch:
        raise BadRequest("too much") from None
    return visit.json_answer({})


def keep(visit: Visit, books: Books, packet_id: str, recipient: str, sealed: bytes) -> None:
    """Keep a copy for a colleague's key. Raises RefusedKey, and what `Casebook.reseal` raises."""
    referral_id, partner = visit.path["referral_id"], visit.who.partner or ""
    mark = key_store.mark_of(recipient)
    with books.desk.transaction() as db:
        keys = [each for each in key_store.of_partner(db, partner) if each.mark == mark]
        if not keys or not key_store.may_be_sealed_to(db, keys[0]):
            raise RefusedKey("no key that may be sealed to")
        books.casebook.reseal(referral_id, packet_id, mark, sealed)
        audit.record(db, visit.now, visit.who.account, Action.RESEALED, referral_id, on_behalf_of=keys[0].account)


DOORS: tuple[Door, ...] = (
    Door("GET", "/reseal/{account_id}", Grant.WORK, _page, Subject.ACCOUNT),
    Door("GET", "/reseal/{account_id}/files", Grant.WORK, _files, Subject.ACCOUNT),
    Door("POST", "/case/{referral_id}/resealed", Grant.WORK, _resealed, Subject.REFERRAL),
)
