"""Who has which referral in hand. Functions over desk.db, inside the transaction of their caller; times are Unix seconds."""

from collections.abc import Iterable, Mapping

from referrals.database import Connection

_AT_ONCE = 500  # ids in one statement; SQLite takes 32,766 variables (sqlite.org/limits.html)


def give(db: Connection, referral_id: str, partner: str, account: str, now: int) -> None:
    """Put a referral into an account's hands, out of whose it was."""
    db.execute(
        """INSERT INTO assignments (referral_id, partner, account, since) VALUES (?, ?, ?, ?)
           ON CONFLICT (referral_id) DO UPDATE SET account = excluded.account, since = excluded.since
           WHERE account != excluded.account""",
        (referral_id, partner, account, now),
    )


def let_go(db: Connection, referral_ids: Iterable[str]) -> int:
    """Nobody has these any more. Returns how many were in somebody's hands."""
    return sum(db.execute("DELETE FROM assignments WHERE referral_id = ?", (each,)).rowcount for each in referral_ids)


def holder(db: Connection, referral_id: str) -> str | None:
    """The account that has a referral; None when nobody has."""
    return holders(db, [referral_id]).get(referral_id)


def holders(db: Connection, referral_ids: Iterable[str]) -> Mapping[str, str]:
    """The account that has each of these referrals, without those that nobody has."""
    asked = list(referral_ids)
    found: dict[str, str] = {}
    for start in range(0, len(asked), _AT_ONCE):
        some = asked[start : start + _AT_ONCE]
        marks = ",".join("?" * len(some))
        found.update(
            db.execute(f"SELECT referral_id, account FROM assignments WHERE referral_id IN ({marks})", some).fetchall()  # noqa: S608  # marks only
        )
    return found


def held(db: Connection, account: str) -> tuple[str, ...]:
    """The referrals that an account has, the longest held first."""
    rows = db.execute("SELECT referral_id FROM assignments WHERE account = ? ORDER BY since, rowid", (account,))
    return tuple(row[0] for row in rows)


def of_partner(db: Connection, partner: str) -> Mapping[str, str]:
    """Every referral of a partner that somebody has, with the account."""
    return dict(db.execute("SELECT referral_id, account FROM assignments WHERE partner = ?", (partner,)).fetchall())


def counts(db: Connection, partner: str) -> Mapping[str, int]:
    """How many referrals each account of a partner has; an account without any is not in it."""
    return dict(
        db.execute(
            "SELECT account, count(*) FROM assignments WHERE partner = ? GROUP BY account", (partner,)
        ).fetchall()
    )
