"""The one way in which a referral in the casebook changes its state, and all that follows from it.

Every function works inside the transaction of its caller. Times are Unix seconds, UTC.
"""

from referrals.casebook_attested import owe
from referrals.casebook_moves import CLOSED, NEWS, UNSEEN, Action, moved
from referrals.database import Connection
from referrals.filing import hour


class UnknownReferral(Exception):
    """There is no such referral or report here (any more): look at the list again."""

    def __init__(self) -> None:
        """Say it without the id: it was typed by whoever asks."""
        super().__init__("There is nothing with this id here (any more). Nothing was changed; look at the list again.")


class Conflict(Exception):
    """Somebody else, or the person herself, changed the referral since it was looked at. Nothing was changed now."""

    def __init__(self, state: str, version: int) -> None:
        """`state` and `version` are those of now."""
        self.state = state
        self.version = version
        super().__init__(
            f"Nothing was changed: since you looked, this referral was changed and is {state.replace('_', ' ')} now. "
            "Look at it again, then decide."
        )


def state_of(db: Connection, referral_id: str) -> str:
    """The state of a referral. Raises UnknownReferral."""
    row = db.execute("SELECT state FROM referrals WHERE referral_id = ?", (referral_id,)).fetchone()
    if row is None:
        raise UnknownReferral
    return str(row[0])


def known(db: Connection, referral_id: str, version: int | None) -> str:
    """The state of a referral that its partner may know of, if it is still as it was in that version; None asks for no version.

    Raises UnknownReferral or Conflict.
    """
    row = db.execute("SELECT state, version FROM referrals WHERE referral_id = ?", (referral_id,)).fetchone()
    if row is None or row[0] in UNSEEN:
        raise UnknownReferral
    if version is not None and version != row[1]:
        raise Conflict(row[0], row[1])
    return str(row[0])


def change(
    db: Connection, referral_id: str, action: Action, now: int, reason: str | None = None, *, later: bool = False
) -> str:
    """Do one thing to a referral and return its state afterwards. Raises UnknownReferral or RefusedMove before anything is written.

    With `later` the caller remembers how to undo it: until it stands it is no news to her, and her card stays.
    """
    before = state_of(db, referral_id)
    after = moved(before, action)
    if action != "withdraw":  # what went before it is news no more: she takes all of it back
        settle(db, referral_id)
    if after != before:
        db.execute("DELETE FROM undo WHERE referral_id = ?", (referral_id,))
        db.execute(
            "UPDATE referrals SET state = ?, reason = ?, version = version + 1, changed = max(changed, ?) WHERE referral_id = ?",
            (after, reason, hour(now) if action in ("withdraw", "add") else now, referral_id),
        )
    if after in ("destroyed", "expired") or action == "revoke" or (after == "withdrawn" and before in UNSEEN):
        db.execute("DELETE FROM packets WHERE referral_id = ?", (referral_id,))
    if after == "withdrawn" and before != after:  # of what nobody ever saw there is nothing to take back
        take_back(db, referral_id, now)
    if after != before and after in NEWS and not later:
        tell(db, referral_id)
    if action == "expire" or (after != before and after in CLOSED):
        _close(db, referral_id, action, now)
        if not later:
            drop_card(db, _case_of(db, referral_id))
    return after


def tell(db: Connection, referral_id: str) -> None:
    """There is something that she would want to hear, unless she erased her case."""
    db.execute(
        """INSERT OR IGNORE INTO news SELECT case_id FROM referrals JOIN cases USING (case_id)
           WHERE referral_id = ? AND erased IS NULL""",
        (referral_id,),
    )


def settle(db: Connection, referral_id: str) -> None:
    """The last change can't be undone any more: what she would want to hear of it is news from now on."""
    row = db.execute("DELETE FROM undo WHERE referral_id = ? RETURNING tells", (referral_id,)).fetchone()
    if row is not None and row[0]:
        tell(db, referral_id)
    if row is not None:
        drop_card(db, _case_of(db, referral_id))


def take_back(db: Connection, referral_id: str, now: int) -> None:
    """She took it back: what was written to her and what was sealed anew goes, and its partner owes a word that it deleted its copies."""
    db.execute("DELETE FROM replies WHERE referral_id = ?", (referral_id,))
    db.execute(
        "DELETE FROM resealed WHERE packet_id IN (SELECT packet_id FROM packets WHERE referral_id = ?)", (referral_id,)
    )
    owe(db, referral_id, now)


def _close(db: Connection, referral_id: str, action: Action, now: int) -> None:
    """Note when it ended: at the latest when it expired, also if nobody looked then.

    Only her own withdrawal moves that on: the partner's notice of it needs its time, whatever ended before.
    """
    kept = "NULL, ?" if action == "withdraw" else "closed, min(?, expires)"
    db.execute(f"UPDATE referrals SET closed = coalesce({kept}) WHERE referral_id = ?", (hour(now), referral_id))  # noqa: S608  # ours


def _case_of(db: Connection, referral_id: str) -> str:
    return str(db.execute("SELECT case_id FROM referrals WHERE referral_id = ?", (referral_id,)).fetchone()[0])


def drop_card(db: Connection, case_id: str) -> None:
    """Erase her card when nothing is open any more, she has heard of it, and nothing of it can be undone.

    A declined referral leaves the case open: she may choose somebody else, and must be known by her words until then.
    """
    db.execute(
        """DELETE FROM cards WHERE case_id = :case
           AND NOT EXISTS (SELECT 1 FROM news WHERE case_id = :case)
           AND NOT EXISTS (SELECT 1 FROM undo JOIN referrals USING (referral_id) WHERE case_id = :case)
           AND NOT EXISTS (SELECT 1 FROM referrals WHERE case_id = :case AND (closed IS NULL OR state = 'declined'))""",
        {"case": case_id},
    )


def heard(db: Connection, case_id: str) -> None:
    """With her code she saw the states of her case: nothing of it is news any more, and nothing that she saw can be undone."""
    db.execute("DELETE FROM news WHERE case_id = ?", (case_id,))
    db.execute(
        "DELETE FROM undo WHERE referral_id IN (SELECT referral_id FROM referrals WHERE case_id = ?)", (case_id,)
    )
    drop_card(db, case_id)


def destroy_held(db: Connection, case_id: str, now: int) -> int:
    """Destroy, unsent, what is held of a case. Returns how many."""
    held = db.execute("SELECT referral_id FROM referrals WHERE case_id = ? AND state = 'held'", (case_id,)).fetchall()
    for (each,) in held:
        change(db, each, "destroy", now)
    return len(held)
