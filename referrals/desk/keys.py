"""The pages of keys: her own, made and wrapped in her browser; her colleagues', for all of them to see; the notice for the operators."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from starlette.responses import Response

from referrals.desk import audit, key_store, resealing
from referrals.desk.audit import Action
from referrals.desk.doors import Door, Subject
from referrals.desk.grants import Grant
from referrals.desk.key_notice import Entry, key_until, notice
from referrals.desk.key_store import KINDS, Key, Kind, RefusedKey, State
from referrals.desk.sent_files import coded, decoded
from referrals.desk.store import Books
from referrals.desk.visit import BadRequest, Visit
from referrals.sealing import fingerprint

_BODY_BYTES: Final = 32_768  # two wraps of 8 KiB in Base64, and a recipient
KEYS = (*(f"key.state.{state}" for state in ("made", "listed", "old")), "key.why.lost", "key.why.left")


@dataclass(frozen=True, slots=True)
class Shown:
    """One key as colleagues see it."""

    account: str
    name: str
    digits: str  # fingerprint
    mark: str
    made: int
    state: State
    why: str | None
    own: bool
    approved: int
    mine: bool  # approved by who looks
    ready: bool  # open referrals may be sealed to it
    missing: int  # packets that it can't open yet


@dataclass(frozen=True, slots=True)
class Team:
    """The keys of one partner."""

    keys: list[Shown] = field(repr=False)
    needed: int
    still_listed: int  # keys that ended and stand in the signed list all the same
    unknown: int  # keys of the signed list that were not made here


async def _page(visit: Visit) -> Response:
    """`/key`: her own key, and her colleagues'."""
    partner = visit.who.partner
    team = None if partner is None else await visit.desk.run(lambda books: look(visit, books, partner))
    return visit.page("key.html", team=team, own=True)


async def _colleagues(visit: Visit) -> Response:
    """`/key/colleagues`: the keys of a partner's people; for a lead too, who has none."""
    team = await visit.desk.run(lambda books: look(visit, books, visit.who.partner or ""))
    return visit.page("key.html", team=team, own=False)


def look(visit: Visit, books: Books, partner: str) -> Team:
    """Read a partner's keys from both books."""
    listed = frozenset(found.marks) if (found := books.casebook.listed(partner)) else frozenset()
    with books.desk.reading() as db:
        keys = key_store.of_partner(db, partner)
        ready = {each.mark: key_store.may_be_sealed_to(db, each) for each in keys}
        needed = key_store.needed(db, partner)
    shown = [
        Shown(
            account=each.account, name=each.name, digits=fingerprint(each.recipient), mark=each.mark, made=each.made,
            state=each.state(listed), why=each.why, own=each.account == visit.who.account,
            approved=len(each.approved_by), mine=visit.who.account in each.approved_by, ready=ready[each.mark],
            missing=books.casebook.unreadable_count(partner, each.mark) if each.ended is None else 0,
        )
        for each in keys
    ]  # fmt: skip
    known = {each.mark for each in keys}
    ended = {each.mark for each in keys if each.ended is not None}
    return Team(shown, needed, len(ended & listed), len(listed - known))


async def _own(visit: Visit) -> Response:
    """`/key/own`: what the server keeps of her key, for her browser."""
    account, partner = visit.who.account, visit.who.partner

    def read(books: Books) -> dict[str, object]:
        state = books.casebook.list_state()
        listed = books.casebook.listed(partner) if partner else None
        with books.desk.reading() as db:
            key = key_store.own(db, account)
            wraps = key_store.wraps(db, key.mark) if key else {}
            prf = key_store.has_prf(db, account)
        return {
            "recipient": key.recipient if key else None,
            "state": key.state(listed.marks if listed else ()) if key else None,
            "passkey": prf,
            "signers": list(state.signers) if state else [],
            "wraps": [{"kind": kind, "sealed": coded(sealed)} for kind, sealed in wraps.items()],
        }

    return visit.json_answer(await visit.desk.run(read))


async def _make(visit: Visit) -> Response:
    """A new key of hers, wrapped."""
    untrusted = await visit.json(_BODY_BYTES)
    recipient, replaces = untrusted.get("recipient"), untrusted.get("replaces")
    wraps = _wraps(untrusted.get("wraps"))
    if not isinstance(recipient, str) or not isinstance(replaces, str | None):
        raise BadRequest("a key")

    def keep(books: Books) -> None:
        with books.desk.transaction() as db:
            key = key_store.make(db, visit.who.account, recipient, wraps, replaces, visit.now)
            action = Action.KEY_MADE if replaces is None else Action.KEY_CHANGED
            audit.record(db, visit.now, visit.who.account, action, key.mark)

    return await _done(visit, keep)


async def _wrap(visit: Visit) -> Response:
    """One more way in which her identity is wrapped, or a new one in the place of the old."""
    untrusted = await visit.json(_BODY_BYTES)
    recipient = untrusted.get("recipient")
    wraps = _wraps([untrusted])
    if not isinstance(recipient, str):
        raise BadRequest("a wrapped key")

    def keep(books: Books) -> None:
        with books.desk.transaction() as db:
            for kind, sealed in wraps.items():
                key_store.wrap(db, visit.who.account, recipient, kind, sealed, visit.now)
            audit.record(db, visit.now, visit.who.account, Action.WRAP_ADDED, key_store.mark_of(recipient))

    return await _done(visit, keep)


async def _done(visit: Visit, keep: Callable[[Books], None]) -> Response:
    try:
        await visit.desk.run(keep)
    except RefusedKey:
        return visit.json_answer({"code": "conflict"}, 409)
    return visit.json_answer({})


def _wraps(untrusted: object) -> dict[Kind, bytes]:
    """Wraps by kind as they were sent. Raises BadRequest."""
    if not isinstance(untrusted, list) or not 0 < len(untrusted) <= len(KINDS):
        raise BadRequest("wraps")
    read: dict[Kind, bytes] = {}
    for each in untrusted:
        kind = next((kind for kind in KINDS if isinstance(each, dict) and each.get("kind") == kind), None)
        if kind is None or kind in read:
            raise BadRequest("wraps")
        read[kind] = decoded(each.get("sealed"))
    return read


async def _approve(visit: Visit) -> Response:
    """A colleague heard the digits of the key that her page showed."""
    mark = visit.form.get("mark", "")

    def note(books: Books) -> None:
        with books.desk.transaction() as db:
            key = key_store.own(db, visit.path["account_id"])
            if key is None or key.mark != mark:
                raise RefusedKey("another key by now")
            key_store.approve(db, mark, visit.who.account, visit.now)
            audit.record(db, visit.now, visit.who.account, Action.KEY_APPROVED, mark)

    try:
        await visit.desk.run(note)
    except RefusedKey:
        raise BadRequest("this key can't be approved") from None
    return visit.go("/key/colleagues")


async def _notice(visit: Visit) -> Response:
    """`/key/notice`: the file for the operators of the signed list."""
    partner = visit.who.partner or ""

    def read(books: Books) -> bytes | None:
        listed = books.casebook.listed(partner)
        with books.desk.reading() as db:
            keys = [each for each in key_store.of_partner(db, partner) if _counts(each, visit.now)]
        entries = [Entry(each.mark, each.recipient, each.made) for each in keys]
        return notice(listed.alias, entries) if listed and entries else None

    found = await visit.desk.run(read)
    if found is None:
        raise BadRequest("nothing to tell")
    headers = {"Content-Disposition": 'attachment; filename="keys.csv"'}
    return Response(found, media_type="text/csv", headers=headers)


def _counts(key: Key, now: int) -> bool:
    """Whether a key counts today: an older one is made anew, not told again."""
    return key.ended is None and key_until(key.made) >= datetime.fromtimestamp(now, UTC).date()


DOORS: tuple[Door, ...] = (
    Door("GET", "/key", Grant.SIGNED_IN, _page),
    Door("GET", "/key/colleagues", Grant.TEAM, _colleagues),
    Door("GET", "/key/own", Grant.SIGNED_IN, _own),
    Door("POST", "/key/own", Grant.SIGNED_IN, _make),
    Door("POST", "/key/wraps", Grant.SIGNED_IN, _wrap),
    Door("GET", "/key/notice", Grant.TEAM, _notice),
    Door("POST", "/team/{account_id}/key", Grant.TEAM, _approve, Subject.ACCOUNT),
    *resealing.DOORS,
)
