"""What the pages show of the notices: how far the newest mail to an address came, and whether the notifier itself is alive."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from referrals.casebook_pulse import Pulse
from referrals.database import Connection
from referrals.desk.notices.troubles import Trouble

STALLED_AFTER = 180  # seconds without a sign of life: one comes every 30 s, and one mail to a server that says nothing takes 60 s at most
# The notifier's signs of life in casebook.db: how many addresses are not reached, and 1 when a mail server is set.
FAILING, SERVER = "notices.failing", "notices.server"


class Health(StrEnum):
    """How it is with one address, in one word. The catalogue has the words: `notice.health.<value>`."""

    NONE = "none"  # there is no address
    NEW = "new"  # nothing was sent yet
    UNPROVEN = "unproven"  # accepted, but nobody said yet that one arrived
    GOOD = "good"  # the newest was accepted, and its owner said once that one arrived
    TRYING = "trying"  # one is on its way and was not accepted at the first try
    FAILED = "failed"  # the newest was given up


@dataclass(frozen=True, slots=True)
class Standing:
    """One address, without the address."""

    health: Health
    accepted: int | None = None  # when the mail server last accepted one; Unix seconds
    failed: int | None = None  # when the newest that failed was given up
    trouble: Trouble | None = None  # of the newest mail, while it is not accepted
    next_try: int | None = None  # when it is tried again
    waiting: bool = False  # one is on its way


@dataclass(frozen=True, slots=True)
class Member:
    """One colleague as her lead's page shows her: whether notices reach her, never where."""

    name: str = field(repr=False)
    standing: Standing


@dataclass(frozen=True, slots=True)
class Reach:
    """How many of one partner's people notices reach; for the operators."""

    partner: str | None  # id in the directory; None: operators and safety leads
    people: int
    addresses: int  # the partner's second one counted
    failing: int


@dataclass(frozen=True, slots=True)
class Alive:
    """Whether the notifier itself is alive."""

    at: int | None  # its newest sign of life; None: never
    stalled: bool  # that is too long ago, or never was
    server: bool  # a mail server is set


def alive(pulses: Mapping[str, Pulse], now: int) -> Alive:
    """What the notifier's signs of life say at `now` (Unix seconds)."""
    newest = pulses.get(SERVER)
    if newest is None:
        return Alive(None, stalled=True, server=False)
    return Alive(newest.at, stalled=now - newest.at > STALLED_AFTER, server=bool(newest.value))


def of(db: Connection, box: int | None) -> Standing:
    """How it is with one address; None for an owner who has none."""
    row = db.execute("SELECT arrived FROM notice_boxes WHERE box = ?", (box,)).fetchone()
    if row is None:
        return Standing(Health.NONE)
    accepted, failed = db.execute(
        """SELECT max(ended) FILTER (WHERE state = 'accepted'), max(ended) FILTER (WHERE state = 'failed')
           FROM notice_mails WHERE box = ?""",
        (box,),
    ).fetchone()
    newest = db.execute(
        "SELECT state, trouble, next_try FROM notice_mails WHERE box = ? ORDER BY mail DESC LIMIT 1", (box,)
    ).fetchone()
    if newest is None:
        return Standing(Health.NEW)
    state, trouble, next_try = newest
    waiting = state == "waiting"
    return Standing(
        _health(state, trouble, arrived=row[0] is not None, accepted=accepted is not None),
        accepted=accepted,
        failed=failed,
        trouble=None if trouble is None or state == "accepted" else Trouble(trouble),
        next_try=next_try if waiting and trouble is not None else None,
        waiting=waiting,
    )


def _health(state: str, trouble: str | None, *, arrived: bool, accepted: bool) -> Health:
    if state == "failed":
        return Health.FAILED
    if state == "waiting" and trouble is not None:
        return Health.TRYING
    if not accepted:
        return Health.NEW
    return Health.GOOD if arrived else Health.UNPROVEN


def members(db: Connection, partner: str) -> tuple[Member, ...]:
    """The people of a partner, and whether notices reach each."""
    rows = db.execute(
        """SELECT a.name, b.box FROM accounts a LEFT JOIN notice_boxes b ON b.account = a.account
           WHERE a.partner = ? AND a.removed IS NULL ORDER BY a.name, a.account""",
        (partner,),
    ).fetchall()
    return tuple(Member(name, of(db, box)) for name, box in rows)


def reach(db: Connection) -> tuple[Reach, ...]:
    """By partner, how many people there are and how many notices reach; the operators' own first."""
    people: dict[str | None, list[int | None]] = {}
    rows = db.execute(
        """SELECT a.partner, b.box FROM accounts a LEFT JOIN notice_boxes b ON b.account = a.account
           WHERE a.removed IS NULL ORDER BY a.partner"""
    )
    for partner, box in rows.fetchall():
        people.setdefault(partner, []).append(box)
    second = dict(db.execute("SELECT partner, box FROM notice_boxes WHERE partner IS NOT NULL").fetchall())
    return tuple(_reach(db, partner, boxes, second.get(partner)) for partner, boxes in people.items())


def _reach(db: Connection, partner: str | None, boxes: Iterable[int | None], second: int | None) -> Reach:
    own = list(boxes)
    there = [box for box in (*own, second) if box is not None]
    failing = [box for box in there if of(db, box).health in {Health.FAILED, Health.TRYING}]
    return Reach(partner, people=len(own), addresses=len(there), failing=len(failing))
