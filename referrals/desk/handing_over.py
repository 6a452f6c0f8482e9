"""Handing a referral over to a colleague: one of the same partner, who can open it with a key that counts today."""

from dataclasses import dataclass, field

from starlette.responses import Response

from referrals.casebook_changes import Conflict, UnknownReferral
from referrals.casebook_moves import OPEN, RefusedMove
from referrals.database import Connection
from referrals.desk import assignments, audit, availability, deeds
from referrals.desk.audit import Action
from referrals.desk.case_view import Row, row
from referrals.desk.colleagues import others
from referrals.desk.conflicts import Intended, Kind, conflict_page, names_for
from referrals.desk.counted import counted
from referrals.desk.doors import Door, Subject
from referrals.desk.grants import Actor, Grant
from referrals.desk.settling import settle
from referrals.desk.store import Books
from referrals.desk.visit import Visit
from referrals.desk.working_moves import Asked


class NotToHer(Exception):
    """The colleague is none of this partner, or has no key that counts."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """One colleague as she can be chosen."""

    account: str = field(repr=False)
    name: str = field(repr=False)
    counted: bool  # she has a key that referrals are sealed to
    away: bool
    full: bool
    holds: int  # referrals in hand


def colleagues(books: Books, db: Connection, partner: str, account: str) -> tuple[Colleague, ...]:
    """Everybody a caseworker could hand something to, by name. Inside a transaction or a reading."""
    found = others(db, partner, account)
    good = counted(books.casebook, db, partner)
    loads = availability.loads(db, partner, [each.account for each in found])
    return tuple(
        Colleague(each.account, each.name, each.account in good, load.away, load.full, load.holds)
        for each, load in zip(found, loads, strict=True)
    )


async def _choosing(visit: Visit) -> Response:
    """The page on which she chooses a colleague."""
    return await _page(visit)


async def _page(visit: Visit, *, wrong: bool = False) -> Response:
    def look(books: Books) -> tuple[Row, tuple[Colleague, ...]]:
        referral_id = visit.path["referral_id"]
        listed = books.casebook.one(referral_id)
        if listed is None:
            raise UnknownReferral
        with books.desk.reading() as db:
            shown = row(listed, assignments.holder(db, referral_id), names_for(visit, books), visit.now)
            return shown, colleagues(books, db, visit.who.partner or "", visit.who.account)

    case, found = await visit.desk.run(look)
    return visit.page("hand_over.html", 422 if wrong else 200, case=case, colleagues=found, wrong=wrong)


async def _handed_over(visit: Visit) -> Response:
    """Hand it over, or say why not."""
    asked, to = Asked.of(visit), visit.form.get("to", "")
    try:
        await visit.desk.run(lambda books: hand_over(books, asked, to, visit.who, visit.now))
    except NotToHer:
        return await _page(visit, wrong=True)
    except (Conflict, RefusedMove) as stopped:
        kind: Kind = "changed" if isinstance(stopped, Conflict) else "refused"
        intended = Intended("hand_over", asked.version, fields={"to": to}, other=to)
        return await conflict_page(visit, asked.referral_id, intended, kind)
    return visit.go(f"/case/{asked.referral_id}")


def hand_over(books: Books, asked: Asked, untrusted_to: str, who: Actor, now: int) -> None:
    """Put a referral into a colleague's hands. Raises NotToHer, Conflict, UnknownReferral, or RefusedMove for one that has ended."""
    partner, of = who.partner or "", asked.referral_id
    with books.desk.transaction() as db:
        if all(
            each.account != untrusted_to or not each.counted for each in colleagues(books, db, partner, who.account)
        ):
            raise NotToHer
        listed = books.casebook.one(of)
        if listed is None:
            raise UnknownReferral
        before = assignments.holder(db, of)
        if listed.version != asked.version or before != asked.holder:
            raise Conflict(listed.state, listed.version)
        if listed.state not in OPEN:
            raise RefusedMove(listed.state, "acknowledge")
        assignments.give(db, of, partner, untrusted_to, now)
        deeds.note(db, of, listed.version, "hand_over", listed.state, who.account, now, holder_before=before)
        audit.record(db, now, who.account, Action.HANDED_OVER, of, untrusted_to)
    settle(books, partner, now)


DOORS: tuple[Door, ...] = (
    Door("GET", "/case/{referral_id}/hand_over", Grant.WORK, _choosing, Subject.REFERRAL),
    Door("POST", "/case/{referral_id}/hand_over", Grant.WORK, _handed_over, Subject.REFERRAL),
)
