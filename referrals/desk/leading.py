"""The lead's view: who has how much, how old, how late; overdue deletions; and the partner's capacity. States and times, no content."""

from dataclasses import dataclass, field

from starlette.responses import Response

from referrals.desk import assignments, audit, availability
from referrals.desk.attesting import Owing, owing
from referrals.desk.audit import Action
from referrals.desk.capacity import Lowered
from referrals.desk.colleagues import caseworkers
from referrals.desk.conflicts import names_for
from referrals.desk.delays_view import by_caseworker
from referrals.desk.doors import Door
from referrals.desk.grants import Grant
from referrals.desk.queue_view import Span
from referrals.desk.settling import settle
from referrals.desk.store import Books
from referrals.desk.visit import BadRequest, Visit

_ALL = 100_000  # referrals on one page: a partner's open ones are read at once, for they are counted only
_LEVELS: tuple[Lowered, ...] = ("limited", "closed")
KEYS = (
    *(f"lead.column.{column}" for column in ("who", "open", "oldest", "late", "there", "holds", "cap")),
    *(f"lead.capacity.{level}" for level in ("none", *_LEVELS)),
    *(f"availability.level.{level}" for level in ("none", *_LEVELS)),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One caseworker's referrals of one class, with her name."""

    name: str | None = field(repr=False)  # None: nobody has them yet
    klass: str
    open: int
    oldest: Span
    late: int


@dataclass(frozen=True, slots=True)
class Person:
    """One caseworker: whether she is there, and how much she has."""

    name: str = field(repr=False)
    away: bool
    full: bool
    holds: int
    cap: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that the page shows."""

    rows: tuple[Line, ...]
    people: tuple[Person, ...]
    owed: tuple[Owing, ...]
    level: Lowered | None
    by_lead: Lowered | None


async def _delays(visit: Visit) -> Response:
    """Delays, people, deletions and capacity."""
    found = await visit.desk.run(lambda books: look(visit, books))
    return visit.page(
        "leading.html", rows=found.rows, people=found.people, owed=found.owed, late_owed=[each for each in found.owed if each.late],
        level=found.level, by_lead=found.by_lead,
    )  # fmt: skip


def look(visit: Visit, books: Books) -> Found:
    """Read what the page shows from both books."""
    partner, now = visit.who.partner or "", visit.now
    opened = books.casebook.queue(partner, now, size=_ALL)
    with books.desk.reading() as db:
        called = names_for(visit, books)
        delayed = by_caseworker(opened.rows, assignments.of_partner(db, partner), now)
        staff = caseworkers(db, partner)
        loads = availability.loads(db, partner, [each.account for each in staff])
        by_lead = availability.lowered_by_lead(db, partner)
    return Found(
        rows=tuple(
            Line(
                None if each.account is None else called.of(each.account), each.klass, each.open, each.oldest, each.late
            )
            for each in delayed
        ),
        people=tuple(
            Person(each.name, load.away, load.full, load.holds, load.cap)
            for each, load in zip(staff, loads, strict=True)
        ),
        owed=owing(books, partner, now),
        level=books.casebook.lowered().get(partner),
        by_lead=by_lead,
    )


async def _lowered(visit: Visit) -> Response:
    """The lead lowers the whole partner, or takes that back."""
    untrusted_level = visit.form.get("level")
    level = next((each for each in _LEVELS if each == untrusted_level), None)
    if level is None and untrusted_level != "none":
        raise BadRequest("no such level")

    def lower(books: Books) -> None:
        partner = visit.who.partner or ""
        with books.desk.transaction() as db:
            availability.lower_by_lead(db, partner, level, visit.who.account, visit.now)
            audit.record(db, visit.now, visit.who.account, Action.CAPACITY)
        settle(books, partner, visit.now)

    await visit.desk.run(lower)
    return visit.go("/delays")


DOORS: tuple[Door, ...] = (
    Door("GET", "/delays", Grant.LEAD, _delays),
    Door("POST", "/delays/capacity", Grant.LEAD, _lowered),
)
