"""When a referral is not what it was when she decided: what changed, by whom and when, and what she was about to do.

Nothing of hers is lost: the page holds her choice, made for the referral as it is now, to be done all the same with one tap.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from starlette.responses import Response

from referrals import casebook_moves
from referrals.casebook_changes import UnknownReferral
from referrals.desk import assignments, deeds
from referrals.desk.case_view import Names, Row, Told, row, told
from referrals.desk.colleagues import names
from referrals.desk.deeds import Deed
from referrals.desk.store import Books
from referrals.desk.visit import Visit

Kind: TypeAlias = Literal["changed", "refused"]
"""Somebody changed it meanwhile; or it can't be done in its state, whoever looked when."""

KEYS = ("conflict.title", "conflict.told", "conflict.refused")
_WORDS: Mapping[str, str] = {"decline": "reason.", "complete": "outcome."}  # where a chosen code has its words


@dataclass(frozen=True, slots=True)
class Intended:
    """What she was about to do."""

    move: Deed
    version: int  # of the referral as she saw it
    code: str = ""  # what she had chosen
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)  # of her form, besides the code
    other: str | None = field(default=None, repr=False)  # an account: for whom, or to whom


@dataclass(frozen=True, slots=True)
class Kept:
    """What she was about to do, as the page shows it and offers it again."""

    move: Deed
    code: str
    words: str
    for_name: str | None
    possible: bool
    fields: Mapping[str, str] = field(repr=False)


def names_for(visit: Visit, books: Books) -> Names:
    """How accounts are named to this visitor. Inside a transaction or a reading."""
    known = names(books.desk.db, visit.who.partner or "")
    return Names(known, visit.who.account, visit.say("queue.me"), visit.say("queue.gone"))


async def conflict_page(visit: Visit, referral_id: str, intended: Intended, kind: Kind) -> Response:
    """The conflict screen, with status 409. Raises UnknownReferral when the referral is gone altogether."""
    now, changes, kept = await visit.desk.run(lambda books: _found(visit, books, referral_id, intended))
    return visit.page("conflict.html", 409, case=now, changes=changes, intended=kept, kind=kind)


def _found(visit: Visit, books: Books, referral_id: str, intended: Intended) -> tuple[Row, tuple[Told, ...], Kept]:
    with books.desk.reading() as db:
        listed = books.casebook.one(referral_id)
        if listed is None:
            raise UnknownReferral
        called = names_for(visit, books)
        now = row(listed, assignments.holder(db, referral_id), called, visit.now)
        since = [each for each in deeds.of(db, referral_id) if _after(each, intended.version)]
        kept = Kept(
            intended.move, intended.code, _WORDS.get(intended.move, ""),
            None if intended.other is None else called.of(intended.other),
            possible(listed.state, intended.move),
            {**({"code": intended.code} if intended.code else {}), **intended.fields},
        )  # fmt: skip
        return now, told(since, called, visit.now), kept


def _after(deed: deeds.Done, version: int) -> bool:
    """Whether a deed changed what she saw. A hand-over leaves the version as it was, so the last of these is told as well."""
    return deed.version > version or (deed.action == "hand_over" and deed.version == version)


def possible(state: str, move: Deed) -> bool:
    """Tell whether a move is possible in a state at all; whether 30 days have passed is found out when it is done."""
    if move == "hand_over":
        return state in casebook_moves.OPEN
    return move in casebook_moves.MOVES.get(state, {})
