"""The one way in which a referral in the casebook changes its state, and all that follows from it.

Every function works inside the transaction of its caller. Times are Unix seconds, UTC.
"""

from referrals.casebook_moves import CLOSED, NEWS, UNSEEN, Action, moved
from referrals.database import Connection
from referrals.filing import hour


class UnknownReferral(Exception):
    """There is no such referral or report here (any more): look at the list again."""

    def __init__(self) -> None:
        """Say it without the id: it was typed by whoever asks."""
        super().__init__("There is nothing with this id here (any more). Nothing was changed; look at the list again.")


def state_of(db: Connection, referral_id: str) -> str:
    """The state of a referral. Raises UnknownReferral."""
    row = db.execute("SELECT state FROM referrals WHERE referral_id = ?", (referral_id,)).fetchone()
    if row is None:
        raise UnknownReferral
    return str(row[0])


def change(db: Connection, referral_id: str, action: Action, now: int, reason: str | None = None) -> str:
    """Do one thing to a referral and return its state afterwards. Raises UnknownReferral or RefusedMove before anything is written."""
    before = state_of(db, referral_id)
    after = moved(before, action)
    if after != before:
        db.execute(
            "UPDATE referrals SET state = ?, reason = ?, version = version + 1 WHERE referral_id = ?",
            (after, reason, referral_id),
        )
    if after in ("destroyed", "expired") or (after == "withdrawn" and before in UNSEEN):
        db.execute("DELETE FROM packets WHERE referral_id = ?", (referral_id,))
    if after != before and after in NEWS:
        db.execute(
            """INSERT OR IGNORE INTO news SELECT case_id FROM referrals JOIN cases USING (case_id)
               WHERE referral_id = ? AND erased IS NULL""",
            (referral_id,),
        )
    if action == "expire" or (after != before and after in CLOSED):
        _close(db, referral_id, action, now)
    return after


def _close(db: Connection, referral_id: str, action: Action, now: int) -> None:
    """Note when it ended: at the latest when it expired, also if nobody looked then.

    Only her own withdrawal moves that on: the partner's notice of it needs its time, whatever ended before.
    """
    kept = "NULL, ?" if action == "withdraw" else "closed, min(?, expires)"
    db.execute(f"UPDATE referrals SET closed = coalesce({kept}) WHERE referral_id = ?", (hour(now), referral_id))  # noqa: S608  # ours
    (case_id,) = db.execute("SELECT case_id FROM referrals WHERE referral_id = ?", (referral_id,)).fetchone()
    drop_card(db, case_id)


def drop_card(db: Connection, case_id: str) -> None:
    """Erase her card when nothing is open any more and she has heard of it.

    A declined referral leaves the case open: she may choose somebody else, and must be known by her words until then.
    """
    db.execute(
        """DELETE FROM cards WHERE case_id = :case
           AND NOT EXISTS (SELECT 1 FROM news WHERE case_id = :case)
           AND NOT EXISTS (SELECT 1 FROM referrals WHERE case_id = :case AND (closed IS NULL OR state = 'declined'))""",
        {"case": case_id},
    )


def heard(db: Connection, case_id: str) -> None:
    """With her code she saw the states of her case: nothing of it is news any more."""
    db.execute("DELETE FROM news WHERE case_id = ?", (case_id,))
    drop_card(db, case_id)


def destroy_held(db: Connection, case_id: str, now: int) -> int:
    """Destroy, unsent, what is held of a case. Returns how many."""
    held = db.execute("SELECT referral_id FROM referrals WHERE case_id = ? AND state = 'held'", (case_id,)).fetchall()
    for (each,) in held:
        change(db, each, "destroy", now)
    return len(held)
