"""One referral: where it stands, what can be done with it, what was done; and the pages on which a code is chosen first."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from starlette.responses import Response

from referrals.casebook_changes import UnknownReferral
from referrals.casebook_moves import DECLINE_REASONS, NO_CONTACT_DAYS, OPEN, OUTCOMES
from referrals.desk import assignments, deeds
from referrals.desk.accounts import Account
from referrals.desk.case_view import Row, Told, Undo, row, told
from referrals.desk.colleagues import others
from referrals.desk.conflicts import names_for, possible
from referrals.desk.deeds import Deed
from referrals.desk.doors import Door, Subject
from referrals.desk.grants import Grant
from referrals.desk.store import Books
from referrals.desk.visit import Visit

_DAY = 86_400  # seconds
_AT_ONCE: tuple[Deed, ...] = ("accept", "in_contact", "no_contact")  # besides acknowledge
_ASKING: tuple[Deed, ...] = ("decline", "complete")  # a code is chosen first
_WORDS = {"decline": "reason.", "complete": "outcome."}
KEYS = (
    *(f"case.do.{move}" for move in ("acknowledge", "seen", *_AT_ONCE, *_ASKING, "hand_over")),
    *(f"case.{move}.{what}" for move in _ASKING for what in ("title", "hint")),
)


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that the page of one referral shows."""

    case: Row
    undo: Undo | None
    moves: tuple[Deed, ...]
    asks: tuple[Deed, ...]
    colleagues: list[Account] = field(repr=False)
    can_hand_over: bool
    can_ask: bool  # one of the closed questions
    no_contact_waits: bool  # it can be closed for want of contact, but not yet
    history: tuple[Told, ...]


async def _case(visit: Visit) -> Response:
    """The page of one referral."""
    found = await visit.desk.run(lambda books: look(visit, books))
    return visit.page(
        "case.html", case=found.case, undo=found.undo, moves=found.moves, asks=found.asks, colleagues=found.colleagues,
        can_hand_over=found.can_hand_over, can_ask=found.can_ask, no_contact_waits=found.no_contact_waits, history=found.history,
    )  # fmt: skip


def look(visit: Visit, books: Books) -> Found:
    """Read one referral from both books. Raises UnknownReferral."""
    referral_id = visit.path["referral_id"]
    with books.desk.reading() as db:
        listed = books.casebook.one(referral_id)
        if listed is None:
            raise UnknownReferral
        called = names_for(visit, books)
        shown = row(listed, assignments.holder(db, referral_id), called, visit.now)
        done = deeds.of(db, referral_id)
        colleagues = others(db, visit.who.partner or "", visit.who.account)
    early = listed.changed > visit.now - NO_CONTACT_DAYS * _DAY
    can = [each for each in _AT_ONCE if possible(listed.state, each) and not (each == "no_contact" and early)]
    return Found(
        case=shown,
        undo=Undo.of(done[-1] if done else None, listed, visit.now),
        moves=("acknowledge", *can) if listed.state == "delivered" or listed.fresh else tuple(can),
        asks=tuple(each for each in _ASKING if possible(listed.state, each)),
        colleagues=colleagues,
        can_hand_over=bool(colleagues) and listed.state in OPEN,
        can_ask=listed.state in OPEN,
        no_contact_waits=early and possible(listed.state, "no_contact"),
        history=told(done, called, visit.now),
    )


async def choosing_page(move: Deed, codes: Sequence[str], visit: Visit, *, wrong: bool = False) -> Response:
    """The page on which she chooses a code; with `wrong` it says that none was chosen."""
    found = await visit.desk.run(lambda books: look(visit, books))
    return visit.page(
        "choosing.html", 422 if wrong else 200, case=found.case, move=move, codes=codes, words=_WORDS[move],
        colleagues=found.colleagues, wrong=wrong,
    )  # fmt: skip


DOORS: tuple[Door, ...] = (
    Door("GET", "/case/{referral_id}", Grant.WORK, _case, Subject.REFERRAL),
    Door(
        "GET",
        "/case/{referral_id}/decline",
        Grant.WORK,
        partial(choosing_page, "decline", DECLINE_REASONS),
        Subject.REFERRAL,
    ),
    Door(
        "GET",
        "/case/{referral_id}/complete",
        Grant.WORK,
        partial(choosing_page, "complete", OUTCOMES),
        Subject.REFERRAL,
    ),
)
