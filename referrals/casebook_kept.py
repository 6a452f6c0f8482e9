"""How long the casebook keeps what (domain.md 5.3; design.md, decision 11).

| what | how long |
| --- | --- |
| sealed packet | 7 days after it was acknowledged, 30 at most |
| her card | until nothing is open any more (casebook_changes.drop_card), 30 days after she last sent something at most |
| report | 7 days after the safety lead acknowledged it, 30 at most |
| referral, without content | 90 days after it was closed, which is when it ended and at the latest when it expired |
| case, with what is stored of her code | as long as any of its referrals; with none, 90 days after she last sent something |
| record of a consent | 12 months |
| reply to her | within 24 hours after she read it, 30 days at most; at once when she takes the referral back or erases all |
| packet sealed anew for a colleague | as long as the packet; at once when she takes it back or erases all |
| what a step can be undone by | 10 minutes (casebook_answers) |
| word of a partner that what she took back is deleted | 90 days after it was given; 12 months after it was due when nobody gave it |
| counts of feedback | for good |
"""

from referrals import casebook_attested, casebook_replies
from referrals.casebook_answers import settle_due
from referrals.casebook_changes import change
from referrals.database import Connection

KEEP_DAYS = 30  # sealed packets, cards and reports, at most: what their filings give as `expires`
_ACKNOWLEDGED_DAYS = 7
CLOSED_DAYS = 90
_CONSENT_DAYS = 365
DAY = 86_400  # seconds


def erase_past(db: Connection, now: int) -> int:
    """Erase all that is past its time, inside the caller's transaction. Returns of how many referrals a sealed file was erased."""
    settle_due(db, now)  # first: what is news, or open to be undone, holds her card
    casebook_replies.erase_past(db, now)
    casebook_attested.erase_past(db, now)
    seen = now - _ACKNOWLEDGED_DAYS * DAY
    erased = db.execute(
        "DELETE FROM packets WHERE expires <= ? OR acknowledged <= ? RETURNING referral_id", (now, seen)
    ).fetchall()
    over = db.execute("SELECT referral_id FROM referrals WHERE expires <= ? AND closed IS NULL", (now,)).fetchall()
    for (each,) in over:
        change(db, each, "expire", now)
    db.execute("DELETE FROM cards WHERE expires <= ?", (now,))
    db.execute("DELETE FROM reports WHERE expires <= ? OR acknowledged <= ?", (now, seen))
    db.execute("DELETE FROM consents WHERE given <= ?", (now - _CONSENT_DAYS * DAY,))
    db.execute("DELETE FROM referrals WHERE closed <= ?", (now - CLOSED_DAYS * DAY,))  # packets go along (CASCADE)
    db.execute(
        """DELETE FROM cases WHERE active <= ? AND case_id NOT IN (SELECT case_id FROM referrals)""",  # card and news go along (CASCADE)
        (now - CLOSED_DAYS * DAY,),
    )
    return len(set(erased))
