"""What was done to a referral at the desk, by whom and when: for undoing a slip, and to show what a colleague changed meanwhile.

Functions over desk.db, inside the transaction of their caller; times are Unix seconds. No content: an action's name and a state's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, get_args

from referrals.casebook_answers import UNDO_SECONDS
from referrals.database import Connection

Deed: TypeAlias = Literal[
    "acknowledge", "accept", "decline", "in_contact", "complete", "no_contact", "undo", "hand_over", "ask", "reply", "attest",
]  # fmt: skip
DEEDS: Final[tuple[Deed, ...]] = get_args(Deed)
KEEP_DAYS = 210  # a referral's row is gone by then: open for 30 days, and twice 90 when she takes it back at the end of the first
_DAY = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Done:
    """One deed."""

    deed: int
    referral_id: str = field(repr=False)
    version: int  # of the referral afterwards
    action: Deed
    state: str  # of the referral afterwards
    account: str  # who did it at the desk
    on_behalf_of: str | None  # who did it elsewhere
    holder_before: str | None
    at: int

    @property
    def doer(self) -> str:
        """The account whose deed it was."""
        return self.on_behalf_of or self.account


_COLUMNS = "deed, referral_id, version, action, state, account, on_behalf_of, holder_before, at"


def note(
    db: Connection, referral_id: str, version: int, action: Deed, state: str, account: str, now: int, *,
    on_behalf_of: str | None = None, holder_before: str | None = None,
) -> None:  # fmt: skip
    """Write one deed down."""
    db.execute(
        """INSERT INTO deeds (referral_id, version, action, state, account, on_behalf_of, holder_before, at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        (referral_id, version, action, state, account, on_behalf_of, holder_before, now),
    )


def of(db: Connection, referral_id: str) -> tuple[Done, ...]:
    """All that was done to a referral, oldest first."""
    return _read(db.execute(f"SELECT {_COLUMNS} FROM deeds WHERE referral_id = ? ORDER BY deed", (referral_id,)))  # noqa: S608


def last(db: Connection, referral_id: str) -> Done | None:
    """What was done to a referral last; None when nothing was."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM deeds WHERE referral_id = ? ORDER BY deed DESC LIMIT 1",  # noqa: S608  # our columns
        (referral_id,),
    )
    return next(iter(_read(rows)), None)


def last_by(db: Connection, account: str, now: int) -> Done | None:
    """What an account did last, if it is recent enough to be undone; None when it is not."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM deeds WHERE account = ? AND at > ? ORDER BY deed DESC LIMIT 1",  # noqa: S608  # our columns
        (account, now - UNDO_SECONDS),
    )
    return next(iter(_read(rows)), None)


def erase_past(db: Connection, now: int) -> int:
    """Erase what is about referrals that are gone from the casebook for certain. Returns how many deeds."""
    db.execute("DELETE FROM assignments WHERE since <= ?", (now - KEEP_DAYS * _DAY,))
    return db.execute("DELETE FROM deeds WHERE at <= ?", (now - KEEP_DAYS * _DAY,)).rowcount


def _read(rows: Iterable[tuple[object, ...]]) -> tuple[Done, ...]:
    return tuple(Done(*row) for row in rows)  # type: ignore[arg-type]  # the columns are as STRICT tables keep them
