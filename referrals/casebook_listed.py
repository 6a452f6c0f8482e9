"""What the desk may know of the partner list, which only the bot can open, and how much room partners say they have.

Every function works inside the transaction of its caller. Times are Unix seconds, UTC.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from referrals.database import Connection
from referrals.rules import Room

__all__ = [
    "ListState",
    "ListedPartner",
    "Room",
    "all_listed",
    "list_state",
    "listed",
    "lowered",
    "seen",
    "set_capacity",
]


@dataclass(frozen=True, slots=True)
class ListedPartner:
    """A partner as it stands in the signed list."""

    partner: str  # id
    alias: str  # what people are shown
    status: str  # active, suspended, ...
    capacity: str  # of its service with the most room: open, limited or closed
    marks: tuple[str, ...] = field(default=(), repr=False)  # of the keys that referrals are sealed to today


@dataclass(frozen=True, slots=True)
class ListState:
    """The list itself, as the bot has it."""

    version: int
    expires: int
    standing: str  # good, urgent_only or none
    signers: tuple[str, ...]  # the bots' public Ed25519 keys, in hex
    seen: int  # when the bot looked last


def seen(db: Connection, state: ListState, partners: Iterable[ListedPartner] | None) -> None:
    """Keep what the bot sees; with None for the partners, those from before stand."""
    db.execute(
        """INSERT INTO list_state (one, version, expires, standing, signers, seen) VALUES (1, ?, ?, ?, ?, ?)
           ON CONFLICT (one) DO UPDATE SET version = excluded.version, expires = excluded.expires,
           standing = excluded.standing, signers = excluded.signers, seen = excluded.seen""",
        (state.version, state.expires, state.standing, json.dumps(state.signers), state.seen),
    )
    if partners is not None:
        db.execute("DELETE FROM listed")
        db.executemany(
            "INSERT INTO listed (partner, alias, status, capacity, marks) VALUES (?, ?, ?, ?, ?)",
            [(each.partner, each.alias, each.status, each.capacity, json.dumps(each.marks)) for each in partners],
        )


def list_state(db: Connection) -> ListState | None:
    """The list as the bot saw it last; None before its first look."""
    row = db.execute("SELECT version, expires, standing, signers, seen FROM list_state").fetchone()
    return None if row is None else ListState(row[0], row[1], row[2], tuple(json.loads(row[3])), row[4])


def listed(db: Connection, partner: str) -> ListedPartner | None:
    """One partner of the list; None when it is not in it."""
    row = db.execute(
        "SELECT partner, alias, status, capacity, marks FROM listed WHERE partner = ?", (partner,)
    ).fetchone()
    return None if row is None else _listed(row)


def all_listed(db: Connection) -> tuple[ListedPartner, ...]:
    """Every partner of the list, by alias."""
    rows = db.execute(
        "SELECT partner, alias, status, capacity, marks FROM listed ORDER BY length(alias), alias, partner"
    ).fetchall()
    return tuple(_listed(row) for row in rows)


def set_capacity(db: Connection, partner: str, level: Room | None, now: int) -> None:
    """A partner has less room than the list says, or with None as much as that again. Whatever is said here only lowers."""
    if level is None:
        db.execute("DELETE FROM capacity WHERE partner = ?", (partner,))
        return
    db.execute(
        """INSERT INTO capacity (partner, level, since) VALUES (?, ?, ?)
           ON CONFLICT (partner) DO UPDATE SET since = iif(level = excluded.level, since, excluded.since), level = excluded.level""",
        (partner, level, now),
    )


def lowered(db: Connection) -> Mapping[str, Room]:
    """Who said to have less room: partner -> level."""
    return dict(db.execute("SELECT partner, level FROM capacity").fetchall())


def _listed(row: tuple[str, str, str, str, str]) -> ListedPartner:
    return ListedPartner(row[0], row[1], row[2], row[3], tuple(json.loads(row[4])))
