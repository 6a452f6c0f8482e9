"""What waits for somebody in casebook.db, without what it is."""

from referrals.casebook import Casebook
from referrals.database import Connection, reading
from referrals.desk.notices.deciding import Item
from referrals.matching import ACKNOWLEDGE_MINUTES

_MINUTE = 60  # seconds
_NEVER = 2**62  # Unix seconds, far beyond any


def items(casebook: Casebook, now: int) -> tuple[Item, ...]:
    """Referrals that nobody acknowledged, and what came since to an urgent one that somebody has. Raises DatabaseError.

    What is held, taken back, or ended is not among them. Of a referral that is neither urgent nor late there is nothing to say: the
    daily mail comes anyway.
    """
    db = casebook._db  # noqa: SLF001  # one look over all partners, which no page has a use for
    with reading(db):
        return (*_unanswered(db, now), *_added(db, now))


def _unanswered(db: Connection, now: int) -> tuple[Item, ...]:
    rows = db.execute(
        """SELECT referral_id, partner, class = 'now', acknowledge_by FROM referrals
           WHERE state = 'delivered' AND (class = 'now' OR acknowledge_by <= ?) ORDER BY rowid""",
        (now,),
    )
    # When a referral was delivered is kept to the hour; when it is late, to the second.
    early = ACKNOWLEDGE_MINUTES["now"] * _MINUTE
    return tuple(Item(each, partner, bool(urgent), late - early, late) for each, partner, urgent, late in rows)


def _added(db: Connection, now: int) -> tuple[Item, ...]:
    """Times of what came later are kept to the hour: too coarse for calling a second person, so there is one mail at once and no more."""
    rows = db.execute(
        """SELECT p.packet_id, r.partner FROM referrals r JOIN packets p USING (referral_id)
           WHERE r.class = 'now' AND r.fresh = 1 AND r.state IN ('acknowledged', 'accepted', 'need_more', 'in_contact')
           AND p.kind = 'addition' AND p.acknowledged IS NULL ORDER BY p.rowid"""
    )
    return tuple(Item(each, partner, urgent=True, since=now, late=_NEVER) for each, partner in rows)
