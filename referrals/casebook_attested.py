"""What partners owe: the word that what a person took back is deleted at their side as well (domain.md 5.5).

Every function works inside the transaction of its caller. Times are Unix seconds, UTC.
"""

from dataclasses import dataclass, field

from referrals.database import Connection
from referrals.filing import hour

ATTEST_DAYS = 7  # to confirm it (domain.md 5.5)
# Days for which a word that was given is kept, as long as the row of a referral that ended; and one that nobody gave, after it was due,
# as long as the record of the consent that it answers (domain.md 5.3).
_GIVEN_DAYS, _OWED_DAYS = 90, 365
_DAY = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Attestation:
    """One word that a partner owes."""

    referral_id: str = field(repr=False)
    partner: str
    due: int  # hour
    late: bool


def owe(db: Connection, referral_id: str, now: int) -> None:
    """Ask for the word, once; nothing for a referral that its partner never saw."""
    db.execute(
        """INSERT OR IGNORE INTO attestations (referral_id, partner, due)
           SELECT referral_id, partner, ? FROM referrals WHERE referral_id = ? AND delivered IS NOT NULL""",
        (hour(now) + ATTEST_DAYS * _DAY, referral_id),
    )


def attest(db: Connection, referral_id: str, now: int) -> bool:
    """Note that the word was given; once given it stays. False when none was asked for."""
    found = db.execute(
        "UPDATE attestations SET attested = coalesce(attested, ?) WHERE referral_id = ?", (now, referral_id)
    )
    return found.rowcount == 1


def owed(db: Connection, partner: str | None, now: int) -> tuple[Attestation, ...]:
    """What a partner owes, or all of them, the longest first."""
    rows = db.execute(
        """SELECT referral_id, partner, due, due <= :now FROM attestations
           WHERE attested IS NULL AND (:partner IS NULL OR partner = :partner) ORDER BY due, rowid""",
        {"partner": partner, "now": now},
    )
    return tuple(Attestation(row[0], row[1], row[2], bool(row[3])) for row in rows.fetchall())


def asker(db: Connection, referral_id: str) -> str | None:
    """The partner that was asked for its word about a referral; None when none was."""
    row = db.execute("SELECT partner FROM attestations WHERE referral_id = ?", (referral_id,)).fetchone()
    return None if row is None else str(row[0])


def erase_past(db: Connection, now: int) -> None:
    """Erase what was confirmed long enough ago, and what nobody will confirm any more."""
    db.execute(
        "DELETE FROM attestations WHERE attested <= ? OR due <= ?", (now - _GIVEN_DAYS * _DAY, now - _OWED_DAYS * _DAY)
    )
