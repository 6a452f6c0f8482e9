"""What a caseworker does with a referral by one tap: acknowledge, accept, decline, in contact, complete, no contact, undo.

Each names the version and the holder that its page was made with. When either is another by now nothing is done, and the conflict page
says what changed and keeps what she was about to do.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias, cast

from starlette.responses import Response

from referrals.casebook import Casebook, Moved
from referrals.casebook_answers import UNDO_SECONDS
from referrals.casebook_changes import Conflict, UnknownReferral
from referrals.casebook_moves import DECLINE_REASONS, OUTCOMES, DeclineReason, Outcome, RefusedMove
from referrals.database import Connection
from referrals.desk import assignments, audit, deeds
from referrals.desk.audit import Action
from referrals.desk.colleagues import caseworkers
from referrals.desk.conflicts import Intended, Kind, conflict_page
from referrals.desk.deeds import Deed
from referrals.desk.doors import Door, Subject
from referrals.desk.grants import Actor, Grant
from referrals.desk.settling import settle
from referrals.desk.store import Books
from referrals.desk.visit import BadRequest, Visit
from referrals.desk.working_case import choosing_page

Do: TypeAlias = Callable[[Casebook, str, str, int, int], Moved]
"""Of the casebook, the referral's id, the chosen code ("" where there is none), the version and the second of now."""


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that can be done with a referral."""

    name: Deed
    action: Action  # for the audit
    do: Do
    codes: tuple[str, ...] = ()  # one of these is to be chosen
    ends: bool = False  # nobody has the referral in hand afterwards


MOVES: Mapping[str, Move] = {
    each.name: each
    for each in (
        Move("acknowledge", Action.ACKNOWLEDGED, lambda book, of, _, seen, now: book.acknowledge(of, now, version=seen)),
        Move("accept", Action.ACCEPTED, lambda book, of, _, seen, now: book.accept(of, now, version=seen)),
        Move(
            "decline", Action.DECLINED, lambda book, of, code, seen, now: book.decline(of, cast(DeclineReason, code), now, version=seen),
            DECLINE_REASONS, ends=True,  # the code is one of these by then
        ),
        Move("in_contact", Action.IN_CONTACT, lambda book, of, _, seen, now: book.in_contact(of, now, version=seen)),
        Move(
            "complete", Action.COMPLETED, lambda book, of, code, seen, now: book.complete(of, now, cast(Outcome, code), version=seen),
            OUTCOMES, ends=True,
        ),
        Move("no_contact", Action.NO_CONTACT, lambda book, of, _, seen, now: book.no_contact(of, now, version=seen), ends=True),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A form, read: what she is about to do, and what she saw when she decided it."""

    referral_id: str = field(repr=False)
    version: int
    holder: str | None = field(repr=False)
    code: str
    on_behalf_of: str | None = field(repr=False)

    @classmethod
    def of(cls, visit: Visit) -> "Asked":
        """Read the form. Raises BadRequest when it is not one of ours."""
        form = visit.form
        untrusted_version = form.get("version", "")
        if not (untrusted_version.isascii() and untrusted_version.isdecimal() and len(untrusted_version) < 10):  # noqa: PLR2004  # far below 2**63
            raise BadRequest("no version")
        return cls(
            visit.path["referral_id"], int(untrusted_version), form.get("holder") or None, form.get("code", ""),
            form.get("on_behalf") or None,
        )  # fmt: skip


async def _do(move: Move, visit: Visit) -> Response:
    """Do one move and go on, or show why it was not done."""
    asked = Asked.of(visit)
    if move.codes and asked.code not in move.codes:
        return await choosing_page(move.name, move.codes, visit, wrong=True)
    try:
        await visit.desk.run(lambda books: carry_out(books, move, asked, visit.who, visit.now))
    except (Conflict, RefusedMove) as stopped:
        return await _stopped(move.name, asked, visit, "changed" if isinstance(stopped, Conflict) else "refused")
    return visit.go("/queue" if visit.form.get("back") == "queue" else f"/case/{asked.referral_id}")


def carry_out(books: Books, move: Move, asked: Asked, who: Actor, now: int) -> Moved:
    """Do a move in both books: the casebook's state, and here who has it, what was done, and the audit.

    The casebook is written inside the desk's transaction, so that nothing is noted here of what it refused. Raises Conflict, RefusedMove,
    UnknownReferral, or BadRequest for a colleague who is none.
    """
    partner, of = who.partner or "", asked.referral_id
    with books.desk.transaction() as db:
        _colleague(db, partner, asked.on_behalf_of)
        before = _as_seen(books, db, asked)
        done = move.do(books.casebook, of, asked.code, asked.version, now)
        if move.ends:
            assignments.let_go(db, [of])
        elif before is None or move.name == "accept":
            assignments.give(db, of, partner, asked.on_behalf_of or who.account, now)
        deeds.note(
            db, of, done.version, move.name, done.state, who.account, now, on_behalf_of=asked.on_behalf_of, holder_before=before
        )  # fmt: skip
        audit.record(db, now, who.account, move.action, of, asked.on_behalf_of)
    settle(books, partner, now)
    return done


def _as_seen(books: Books, db: Connection, asked: Asked) -> str | None:
    """Who has the referral, if that is whom her page named. Raises Conflict: it was handed over meanwhile."""
    has = assignments.holder(db, asked.referral_id)
    if has != asked.holder:
        listed = books.casebook.one(asked.referral_id)
        if listed is not None:
            raise Conflict(listed.state, listed.version)
    return has


def _colleague(db: Connection, partner: str, untrusted_account: str | None) -> None:
    if untrusted_account is not None and all(each.account != untrusted_account for each in caseworkers(db, partner)):
        raise BadRequest("no such colleague")


async def _undo(visit: Visit) -> Response:
    """Take the last deed back, if that is still possible."""
    asked = Asked.of(visit)
    try:
        await visit.desk.run(lambda books: take_back(books, asked, visit.who, visit.now))
    except (Conflict, RefusedMove) as stopped:
        return await _stopped("undo", asked, visit, "changed" if isinstance(stopped, Conflict) else "refused")
    return visit.go(f"/case/{asked.referral_id}")


def take_back(books: Books, asked: Asked, who: Actor, now: int) -> None:
    """Undo what was done last. Raises Conflict when something else was done since, RefusedMove when it is too late."""
    partner, of = who.partner or "", asked.referral_id
    with books.desk.transaction() as db:
        last = deeds.last(db, of)
        listed = books.casebook.one(of)
        if listed is None:
            raise UnknownReferral
        if last is None or listed.version != asked.version or last.version != listed.version:
            raise Conflict(listed.state, listed.version)
        if last.action == "undo":
            raise RefusedMove(listed.state, "undo")
        if last.action == "hand_over":  # the casebook knows nothing of it
            if last.at + UNDO_SECONDS <= now:
                raise RefusedMove(listed.state, "undo")
            state, version = listed.state, listed.version
        else:
            undone = books.casebook.undo(of, now, version=asked.version)
            state, version = undone.state, undone.version
        has = assignments.holder(db, of)
        if last.holder_before is None:
            assignments.let_go(db, [of])
        else:
            assignments.give(db, of, partner, last.holder_before, now)
        deeds.note(db, of, version, "undo", state, who.account, now, holder_before=has)
        audit.record(db, now, who.account, Action.UNDONE, of)
    settle(books, partner, now)


async def _stopped(name: Deed, asked: Asked, visit: Visit, kind: Kind) -> Response:
    """The page that says why nothing was done."""
    code = asked.code if name in MOVES and asked.code in MOVES[name].codes else ""
    intended = Intended(name, asked.version, code, {"on_behalf": asked.on_behalf_of or ""}, asked.on_behalf_of)
    return await conflict_page(visit, asked.referral_id, intended, kind)


DOORS: tuple[Door, ...] = (
    *(
        Door("POST", f"/case/{{referral_id}}/{move.name}", Grant.WORK, partial(_do, move), Subject.REFERRAL)
        for move in MOVES.values()
    ),
    Door("POST", "/case/{referral_id}/undo", Grant.WORK, _undo, Subject.REFERRAL),
)
