"""The desk after a restore: everybody signs in anew, no old link opens anything, and no mail goes out for what is known."""

from referrals.desk.notices import boxes, outgoing
from referrals.desk.notices.deciding import decide
from referrals.desk.notices.waiting import items
from referrals.desk.store import Books


def settled(books: Books, now: int) -> None:
    """Bring desk.db from a backup to today. Raises DatabaseError.

    What would be told at this moment counts as told: whether it was, after the backup, nobody knows, and nothing is sent by a restore.
    """
    waiting = items(books.casebook, now)
    with books.desk.transaction() as db:
        for table in ("sessions", "invitations", "pending_phrases"):
            db.execute(f"DELETE FROM {table}")  # noqa: S608  # ours
        boxes.forget_removed(db)
        outgoing.write_down(db, decide(boxes.everyone(db), waiting, outgoing.told(db), outgoing.failing(db), now), now)
        db.execute("DELETE FROM notice_mails WHERE state = 'waiting'")
