"""The pages of notices: my address and my hour, how far the newest mail came, a test; for leads their organisation's, for operators all.

An address is shown to its owner only. A lead sees whether notices reach her colleagues, never where.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from starlette.responses import Response

from referrals.desk import audit
from referrals.desk.audit import Action
from referrals.desk.doors import Door
from referrals.desk.grants import Grant
from referrals.desk.notices import boxes, outgoing, standing
from referrals.desk.notices.boxes import Address, Hour, NoAddress, NoHour, Owner
from referrals.desk.notices.deciding import Owed, Why
from referrals.desk.notices.hours import ZONES
from referrals.desk.notices.standing import Alive, Health, Member, Reach, Standing
from referrals.desk.notices.troubles import Trouble
from referrals.desk.store import Books
from referrals.desk.visit import Visit

_DONE = ("address", "removed", "hour", "test", "arrived")  # what a page says after it was done
KEYS = (
    *(f"notice.health.{each}" for each in Health),
    *(f"notice.trouble.{each}" for each in Trouble),
    *(f"notice.done.{each}" for each in _DONE),
    *(f"notice.team.{column}" for column in ("who", "state", "accepted")),
    *(f"notice.all.{column}" for column in ("partner", "people", "addresses", "failing")),
)
_ADDRESS_LONGEST = 254  # characters (RFC 5321, 4.5.3.1.3): the field takes no more


@dataclass(frozen=True, slots=True)
class Room:
    """One of the two pages that are alike: one's own notices, and a partner's second address."""

    path: str
    template: str
    owner: Callable[[Visit], Owner]


@dataclass(frozen=True, slots=True)
class Found:
    """What a page shows."""

    address: Address | None
    hour: Hour  # at which this one hears
    partner_hour: Hour
    standing: Standing
    alive: Alive
    members: tuple[Member, ...]


def _own(visit: Visit) -> Owner:
    return ("account", visit.who.account)


def _second(visit: Visit) -> Owner:
    return ("partner", visit.who.partner or "")


MINE = Room("/notices", "notices.html", _own)
TEAM = Room("/notices/team", "notices_team.html", _second)


async def _shown(room: Room, visit: Visit) -> Response:
    return await _page(room, visit)


async def _page(room: Room, visit: Visit, *, wrong: str = "") -> Response:
    """The page; `wrong` names the field that could not be taken, whose text is not repeated."""
    found = await visit.desk.run(partial(_found, visit, room.owner(visit), team=room is TEAM))
    done = next((each for each in _DONE if each in visit.query), "") if not wrong else ""
    return visit.page(
        room.template,
        422 if wrong else 200,
        found=found,
        zones=ZONES,
        shown=partial(shown, found.hour.zone),
        done=done,
        wrong=wrong,
        most=_ADDRESS_LONGEST,
        room=room.path,
    )


def _found(visit: Visit, owner: Owner, books: Books, *, team: bool) -> Found:
    with books.desk.reading() as db:
        address = boxes.of(db, owner)
        partner_hour = boxes.hour_of(db, visit.who.partner)
        return Found(
            address=address,
            hour=(address and address.own_hour) or partner_hour,
            partner_hour=partner_hour,
            standing=standing.of(db, address.box if address else None),
            alive=standing.alive(books.casebook.pulses(), visit.now),
            members=standing.members(db, visit.who.partner or "") if team else (),
        )


def shown(zone: str, moment: int) -> str:
    """A time as these pages show it, in the zone of the one who hears: 2026-11-24 09:00."""
    return datetime.fromtimestamp(moment, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


async def _entered(room: Room, visit: Visit) -> Response:
    """Take an address."""
    untrusted_address = visit.form.get("address", "")

    def enter(books: Books) -> None:
        with books.desk.transaction() as db:
            if boxes.enter(db, room.owner(visit), untrusted_address, visit.now):
                audit.record(db, visit.now, visit.who.account, Action.NOTICE_ADDRESS)

    try:
        await visit.desk.run(enter)
    except NoAddress:
        return await _page(room, visit, wrong="address")
    return visit.go(f"{room.path}?address")


async def _removed(room: Room, visit: Visit) -> Response:
    """Erase the address: nothing is sent there any more."""

    def forget(books: Books) -> None:
        with books.desk.transaction() as db:
            if boxes.forget(db, room.owner(visit)):
                audit.record(db, visit.now, visit.who.account, Action.NOTICE_ADDRESS)

    await visit.desk.run(forget)
    return visit.go(f"{room.path}?removed")


async def _tested(room: Room, visit: Visit) -> Response:
    """Owe the address one mail more, which is the same as any other."""

    def owe(books: Books) -> None:
        with books.desk.transaction() as db:
            address = boxes.of(db, room.owner(visit))
            if address is not None:
                outgoing.owe(db, Owed(address.box, Why.TEST), visit.now)

    await visit.desk.run(owe)
    return visit.go(f"{room.path}?test")


async def _arrived(room: Room, visit: Visit) -> Response:
    """Its owner says that a mail arrived: nobody else can know."""

    def note(books: Books) -> None:
        with books.desk.transaction() as db:
            boxes.say_arrived(db, room.owner(visit), visit.now)

    await visit.desk.run(note)
    return visit.go(f"{room.path}?arrived")


async def _own_hour(visit: Visit) -> Response:
    """An hour of her own."""
    try:
        hour = _hour(visit)
    except NoHour:
        return await _page(MINE, visit, wrong="hour")
    return await _heard_at(visit, hour)


async def _as_partner(visit: Visit) -> Response:
    """Her organisation's hour again."""
    return await _heard_at(visit, None)


async def _heard_at(visit: Visit, hour: Hour | None) -> Response:
    def change(books: Books) -> None:
        with books.desk.transaction() as db:
            boxes.set_own_hour(db, _own(visit), hour, visit.now)

    await visit.desk.run(change)
    return visit.go(f"{MINE.path}?hour")


async def _partner_hour(visit: Visit) -> Response:
    """The organisation's hour."""
    try:
        hour = _hour(visit)
    except NoHour:
        return await _page(TEAM, visit, wrong="hour")

    def change(books: Books) -> None:
        with books.desk.transaction() as db:
            boxes.set_partner_hour(db, visit.who.partner or "", hour, visit.now)

    await visit.desk.run(change)
    return visit.go(f"{TEAM.path}?hour")


def _hour(visit: Visit) -> Hour:
    return boxes.checked_hour(visit.form.get("zone", ""), visit.form.get("hour", ""))


async def _everybody(visit: Visit) -> Response:
    """For operators: by partner, how many notices reach, and whether the notices run."""

    def look(books: Books) -> tuple[tuple[Reach, ...], dict[str, str], Alive]:
        aliases = {each.partner: each.alias for each in books.casebook.all_listed()}
        with books.desk.reading() as db:
            return standing.reach(db), aliases, standing.alive(books.casebook.pulses(), visit.now)

    reach, aliases, alive = await visit.desk.run(look)
    return visit.page("notices_all.html", reach=reach, aliases=aliases, alive=alive, shown=partial(shown, "UTC"))


def _room(room: Room, grant: Grant) -> tuple[Door, ...]:
    def door(method: str, path: str, answer: Callable[[Room, Visit], Awaitable[Response]]) -> Door:
        return Door("GET" if method == "GET" else "POST", f"{room.path}{path}", grant, partial(answer, room))

    return (
        door("GET", "", _shown),
        door("POST", "/address", _entered),
        door("POST", "/remove", _removed),
        door("POST", "/test", _tested),
        door("POST", "/arrived", _arrived),
    )


DOORS: tuple[Door, ...] = (
    *_room(MINE, Grant.SIGNED_IN),
    Door("POST", "/notices/hour", Grant.SIGNED_IN, _own_hour),
    Door("POST", "/notices/hour/partner", Grant.SIGNED_IN, _as_partner),
    *_room(TEAM, Grant.LEAD),
    Door("POST", "/notices/team/hour", Grant.LEAD, _partner_hour),
    Door("GET", "/notices/all", Grant.OPERATE, _everybody),
)
