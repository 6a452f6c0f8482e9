"""Whether she can take somebody now, and how many at most: what she says here lowers her partner's capacity at once."""

from starlette.responses import Response

from referrals.desk import audit, availability
from referrals.desk.audit import Action
from referrals.desk.availability import MOST
from referrals.desk.capacity import Load, Lowered
from referrals.desk.doors import Door
from referrals.desk.grants import Grant
from referrals.desk.settling import settle
from referrals.desk.store import Books
from referrals.desk.visit import BadRequest, Visit


async def _shown(visit: Visit) -> Response:
    """What she said last, and what her partner's capacity is lowered to."""
    return await _page(visit, saved="saved" in visit.query)


async def _page(visit: Visit, *, saved: bool = False, wrong: bool = False) -> Response:
    def look(books: Books) -> tuple[Load, Lowered | None, Lowered | None]:
        partner = visit.who.partner or ""
        with books.desk.reading() as db:
            (load,) = availability.loads(db, partner, [visit.who.account])
            by_lead = availability.lowered_by_lead(db, partner)
        return load, books.casebook.lowered().get(partner), by_lead

    load, level, by_lead = await visit.desk.run(look)
    status = 422 if wrong else 200
    return visit.page(
        "availability.html", status, load=load, level=level, by_lead=by_lead, most=MOST, saved=saved, wrong=wrong
    )


async def _said(visit: Visit) -> Response:
    """Write down what she says."""
    there, untrusted_cap = visit.form.get("there"), visit.form.get("cap", "").strip()
    if there not in {"here", "away"}:
        raise BadRequest("no choice")
    cap = _cap(untrusted_cap)
    if untrusted_cap and cap is None:
        return await _page(visit, wrong=True)

    def say(books: Books) -> None:
        with books.desk.transaction() as db:
            availability.say(db, visit.who.account, away=there == "away", cap=cap, now=visit.now)
            audit.record(db, visit.now, visit.who.account, Action.AVAILABILITY)
        settle(books, visit.who.partner or "", visit.now)

    await visit.desk.run(say)
    return visit.go("/availability?saved")


def _cap(untrusted_text: str) -> int | None:
    """A limit from 1 to MOST; None for anything else."""
    if not (untrusted_text.isascii() and untrusted_text.isdecimal() and len(untrusted_text) <= len(str(MOST))):
        return None
    return int(untrusted_text) or None


DOORS: tuple[Door, ...] = (
    Door("GET", "/availability", Grant.WORK, _shown),
    Door("POST", "/availability", Grant.WORK, _said),
)
