"""Whether a caseworker is there, and how many referrals she takes at most. Functions over desk.db, inside their caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass

from referrals.database import Connection
from referrals.desk.assignments import counts
from referrals.desk.capacity import Load, Lowered

MOST = 999  # a cap above it says nothing


@dataclass(frozen=True, slots=True)
class Availability:
    """What one account said of herself."""

    away: bool = False
    cap: int | None = None  # referrals at one time
    since: int | None = None  # second; None: she never said anything


def of(db: Connection, account: str) -> Availability:
    """What an account said last; there and without a cap when it never did."""
    row = db.execute("SELECT away, cap, since FROM availability WHERE account = ?", (account,)).fetchone()
    return Availability() if row is None else Availability(bool(row[0]), row[1], row[2])


def say(db: Connection, account: str, *, away: bool, cap: int | None, now: int) -> None:
    """Write down what an account says of herself. Raises ValueError for a cap outside 1 to MOST."""
    if cap is not None and not 1 <= cap <= MOST:
        raise ValueError(f"a cap is between 1 and {MOST}")
    db.execute(
        """INSERT INTO availability (account, away, cap, since) VALUES (?, ?, ?, ?)
           ON CONFLICT (account) DO UPDATE SET away = excluded.away, cap = excluded.cap, since = excluded.since""",
        (account, int(away), cap, now),
    )


def loads(db: Connection, partner: str, accounts: Iterable[str]) -> tuple[Load, ...]:
    """How much each of these accounts of one partner has, and whether she is there."""
    has = counts(db, partner)
    return tuple(Load(each, (said := of(db, each)).away, said.cap, has.get(each, 0)) for each in accounts)


def erase_past(db: Connection) -> int:
    """Erase what accounts said that are not live any more. Returns how many."""
    return db.execute(
        "DELETE FROM availability WHERE account NOT IN (SELECT account FROM accounts WHERE removed IS NULL)"
    ).rowcount


def lowered_by_lead(db: Connection, partner: str) -> Lowered | None:
    """To what the lead lowered the partner by hand; None when it was not."""
    row = db.execute("SELECT level FROM lowered WHERE partner = ?", (partner,)).fetchone()
    return None if row is None else row[0]


def lower_by_lead(db: Connection, partner: str, level: Lowered | None, account: str, now: int) -> None:
    """The lead lowers the partner by hand, or with None takes that back."""
    db.execute("DELETE FROM lowered WHERE partner = ?", (partner,))
    if level is not None:
        db.execute(
            "INSERT INTO lowered (partner, level, account, since) VALUES (?, ?, ?, ?)", (partner, level, account, now)
        )
