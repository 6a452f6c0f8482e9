"""Addresses, and the hour at which each hears. Functions over desk.db, inside their caller's transaction."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from referrals.database import Connection
from referrals.desk.accounts import restored
from referrals.desk.grants import Role
from referrals.desk.notices.deciding import Box, Duty
from referrals.desk.notices.hours import FIRST_HOUR, FIRST_ZONE, ZONES, last_slot
from referrals.desk.notices.mail import is_address

Owner: TypeAlias = tuple[Literal["account", "partner"], str]
"""Whose address: an account's own, or a partner's second one; with the account (32 hex digits) or the partner's id."""

_DUTIES = {
    Role.CASEWORKER: Duty.CASEWORKER,
    Role.LEAD: Duty.LEAD,
    Role.SAFETY_LEAD: Duty.SAFETY_LEAD,
    Role.OPERATOR: Duty.OPERATOR,
}


class NoAddress(ValueError):
    """This is no mail address that a notice could go to."""


class NoHour(ValueError):
    """This is no hour of the day, or no time zone that the page offers."""


@dataclass(frozen=True, slots=True)
class Hour:
    """When somebody hears once a day."""

    zone: str = FIRST_ZONE  # IANA name
    hour: int = FIRST_HOUR  # 0 to 23


@dataclass(frozen=True, slots=True)
class Address:
    """One address as its owner's page shows it."""

    box: int
    address: str = field(repr=False)
    own_hour: Hour | None  # None: the partner's
    since: int
    arrived: int | None  # when its owner said that a mail had arrived


def of(db: Connection, owner: Owner) -> Address | None:
    """The address of an owner; None when there is none."""
    kind, whose = owner
    row = db.execute(
        f"SELECT box, address, zone, hour, since, arrived FROM notice_boxes WHERE {kind} = ?",  # noqa: S608  # our columns
        (whose,),
    ).fetchone()
    if row is None:
        return None
    box, address, zone, hour, since, arrived = row
    return Address(box, address, None if zone is None else Hour(zone, hour), since, arrived)


def enter(db: Connection, owner: Owner, untrusted_address: str, now: int) -> bool:
    """Take an address in place of the one before; what was on its way to that one is not sent. False when it is the same.

    Raises NoAddress. A new one hears for the first time at its next hour, or when something is urgent.
    """
    address = untrusted_address.strip()
    if not is_address(address):
        raise NoAddress
    before = of(db, owner)
    if before is not None and before.address == address:
        return False
    forget(db, owner)
    kind, whose = owner
    own = before.own_hour if before else None
    db.execute(
        f"INSERT INTO notice_boxes ({kind}, address, zone, hour, since, slot) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608  # our columns
        (whose, address, own.zone if own else None, own.hour if own else None, now, now),
    )
    return True


def forget(db: Connection, owner: Owner) -> bool:
    """Erase an address, with every mail on its way to it. False when there was none."""
    kind, whose = owner
    return db.execute(f"DELETE FROM notice_boxes WHERE {kind} = ?", (whose,)).rowcount > 0  # noqa: S608  # our columns


def forget_removed(db: Connection) -> int:
    """Erase the addresses of accounts that ended. Returns how many."""
    return db.execute(
        "DELETE FROM notice_boxes WHERE account IN (SELECT account FROM accounts WHERE removed IS NOT NULL)"
    ).rowcount


def say_arrived(db: Connection, owner: Owner, now: int) -> None:
    """Its owner says that a mail has arrived there."""
    kind, whose = owner
    db.execute(f"UPDATE notice_boxes SET arrived = ? WHERE {kind} = ?", (now, whose))  # noqa: S608  # our columns


def checked_hour(untrusted_zone: str, untrusted_hour: str) -> Hour:
    """An hour as a form gives it. Raises NoHour."""
    if untrusted_zone not in ZONES or not (untrusted_hour.isascii() and untrusted_hour.isdecimal()):
        raise NoHour
    if len(untrusted_hour) > 2 or not 0 <= int(untrusted_hour) <= 23:  # noqa: PLR2004  # hours of a day
        raise NoHour
    return Hour(untrusted_zone, int(untrusted_hour))


def hour_of(db: Connection, partner: str | None) -> Hour:
    """The hour at which a partner's people hear; the first one for those who belong to none."""
    row = db.execute("SELECT zone, hour FROM notice_hours WHERE partner = ?", (partner,)).fetchone()
    return Hour() if row is None else Hour(*row)


def set_partner_hour(db: Connection, partner: str, hour: Hour, now: int) -> None:
    """Everybody of a partner who chose no hour of her own hears at this one, from its next time on."""
    db.execute(
        """INSERT INTO notice_hours (partner, zone, hour) VALUES (?, ?, ?)
           ON CONFLICT (partner) DO UPDATE SET zone = excluded.zone, hour = excluded.hour""",
        (partner, hour.zone, hour.hour),
    )
    db.execute(
        """UPDATE notice_boxes SET slot = max(slot, ?) WHERE zone IS NULL
           AND (partner = ? OR account IN (SELECT account FROM accounts WHERE partner = ?))""",
        (last_slot(hour.zone, hour.hour, now), partner, partner),
    )


def set_own_hour(db: Connection, owner: Owner, hour: Hour | None, now: int) -> None:
    """The owner chooses her own hour, or with None her partner's, from its next time on."""
    kind, whose = owner
    at = hour or hour_of(db, whose if kind == "partner" else _partner_of(db, whose))
    db.execute(
        f"UPDATE notice_boxes SET zone = ?, hour = ?, slot = max(slot, ?) WHERE {kind} = ?",  # noqa: S608  # our columns
        (
            None if hour is None else hour.zone,
            None if hour is None else hour.hour,
            last_slot(at.zone, at.hour, now),
            whose,
        ),
    )


def _partner_of(db: Connection, account: str) -> str | None:
    row = db.execute("SELECT partner FROM accounts WHERE account = ?", (account,)).fetchone()
    return None if row is None else row[0]


def everyone(db: Connection) -> tuple[Box, ...]:
    """Every address that hears, without the addresses: of live accounts, and the second ones of partners."""
    rows = db.execute(
        """SELECT b.box, coalesce(b.partner, a.partner), b.partner IS NOT NULL, a.roles, coalesce(b.zone, h.zone, :zone),
                  coalesce(b.hour, h.hour, :hour), b.slot, coalesce(v.away, 0)
           FROM notice_boxes b LEFT JOIN accounts a ON a.account = b.account
           LEFT JOIN notice_hours h ON h.partner = coalesce(b.partner, a.partner)
           LEFT JOIN availability v ON v.account = b.account
           WHERE b.account IS NULL OR a.removed IS NULL ORDER BY b.box""",
        {"zone": FIRST_ZONE, "hour": FIRST_HOUR},
    )
    return tuple(
        Box(
            box=box,
            partner=partner,
            duties=frozenset({Duty.SECOND}) if second else frozenset(_DUTIES[role] for role in restored(roles)),
            zone=zone,
            hour=hour,
            slot=slot,
            available=not away,
        )
        for box, partner, second, roles, zone, hour, slot, away in rows
    )
