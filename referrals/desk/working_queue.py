"""The morning list: how many wait, how old the oldest is, `now` on top; fifty at a time, readable on a phone between two calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from starlette.responses import Response

from referrals.casebook_moves import OPEN
from referrals.casebook_queue import Listed
from referrals.desk import assignments, availability, deeds
from referrals.desk.capacity import Load
from referrals.desk.case_view import Row, Undo, row
from referrals.desk.conflicts import names_for
from referrals.desk.doors import Door
from referrals.desk.grants import Grant
from referrals.desk.queue_view import Span, due, order, span
from referrals.desk.settling import settle
from referrals.desk.store import Books
from referrals.desk.visit import Visit

View: TypeAlias = Literal["open", "waiting", "mine", "ended"]
VIEWS: Final[tuple[View, ...]] = get_args(View)
_STATES: Final = {
    "open": OPEN,
    "waiting": frozenset({"delivered"}),
    "ended": frozenset({"declined", "completed", "no_contact_30d"}),  # what she took back is gone from the desk
}
KEYS = (
    *(f"queue.shown.{view}" for view in VIEWS),
    *(f"queue.column.{column}" for column in ("case", "class", "state", "due", "received", "holder", "action")),
)
_MINE: Final = 100  # on one page: more than a caseworker's limit should ever be
_PAGES_DIGITS: Final = 6  # a page number with more is no number of ours


@dataclass(frozen=True, slots=True)
class OwedCount:
    """How many deletions are to be confirmed, and how many of them are overdue."""

    count: int
    late: int


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that the page shows."""

    rows: tuple[Row, ...]
    waiting: int
    oldest: Span | None
    now_count: int
    page: int
    pages: int
    more_mine: bool
    owed: OwedCount
    load: Load
    undo: Undo | None


async def _queue(visit: Visit) -> Response:
    """The list, in the view and on the page that the address names."""
    view, page = _view(visit.query.get("shown", "")), _page(visit.query.get("page", ""))
    found = await visit.desk.run(lambda books: look(visit, books, view, page))
    return visit.page(
        "queue.html", view=view, views=VIEWS, rows=found.rows, waiting=found.waiting, oldest=found.oldest, now_count=found.now_count,
        page=found.page, pages=found.pages, more_mine=found.more_mine, owed=found.owed, load=found.load, undo=found.undo,
    )  # fmt: skip


def look(visit: Visit, books: Books, view: View, page: int) -> Found:
    """Read one page of the list from both books."""
    partner, account, now = visit.who.partner or "", visit.who.account, visit.now
    owed = books.casebook.owed_attestations(partner, now)
    if owed:
        _let_go(books, partner, [each.referral_id for each in owed], now)
    listed = books.casebook.queue(partner, now, page=page, states=_STATES.get(view, OPEN))
    above = listed if view in {"open", "mine"} else books.casebook.queue(partner, now, size=1)
    with books.desk.reading() as db:
        mine = assignments.held(db, account) if view == "mine" else ()
        (load,) = availability.loads(db, partner, [account])
        last = deeds.last_by(db, account, now)
        rows, more = (listed.rows, False) if view != "mine" else _mine(books, mine)
        called, holders = names_for(visit, books), assignments.holders(db, [each.referral_id for each in rows])
    return Found(
        rows=tuple(row(each, holders.get(each.referral_id), called, now) for each in rows),
        waiting=above.waiting,
        oldest=None if above.oldest is None else span(max(0, now - above.oldest)),
        now_count=above.now_count,
        page=1 if view == "mine" else listed.page,
        pages=1 if view == "mine" else listed.pages,
        more_mine=more,
        owed=OwedCount(len(owed), sum(each.late for each in owed)),
        load=load,
        undo=_undo(books, last, now),
    )


def _mine(books: Books, referral_ids: Sequence[str]) -> tuple[Sequence[Listed], bool]:
    """What she has in hand, the most pressing first, and whether there is more than one page of it."""
    found = [each for one in referral_ids if (each := books.casebook.one(one)) is not None and each.state in OPEN]
    found.sort(key=lambda each: order(each.klass, due(each.state, each.deadline, each.replies), each.created))
    return found[:_MINE], len(found) > _MINE


def _undo(books: Books, last: deeds.Done | None, now: int) -> Undo | None:
    """The offer to undo what she did last, if nothing happened since and nothing of it left the house."""
    listed = None if last is None else books.casebook.one(last.referral_id)
    return Undo.of(last, listed, now)


def _let_go(books: Books, partner: str, taken_back: Sequence[str], now: int) -> None:
    """What a person took back is in nobody's hands any more: there is room for somebody else."""
    with books.desk.reading() as db:
        still_held = bool(assignments.holders(db, taken_back))
    if still_held:
        settle(books, partner, now)


def _view(untrusted_view: str) -> View:
    return next((view for view in VIEWS if view == untrusted_view), "open")


def _page(untrusted_page: str) -> int:
    """A page's number; the first for what is none."""
    if untrusted_page.isascii() and untrusted_page.isdecimal() and len(untrusted_page) <= _PAGES_DIGITS:
        return max(1, int(untrusted_page))
    return 1


DOORS: tuple[Door, ...] = (Door("GET", "/queue", Grant.WORK, _queue),)
