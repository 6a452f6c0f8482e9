"""The ordered lists of the urgent path, one partner after the other, and who was late.

Every function works inside the transaction of its caller. Times are Unix seconds, UTC.
"""

from collections.abc import Callable
from typing import Literal, TypeAlias

from referrals.casebook_changes import change
from referrals.database import Connection
from referrals.filing import Routing, hour
from referrals.matching import ACKNOWLEDGE_MINUTES

_OVERDUE_DAYS = 30  # how long a late answer counts against a partner (domain.md 1.8)
_DAY, _MINUTE = 86_400, 60  # seconds

May: TypeAlias = Callable[[Routing], Literal["yes", "hold", "no"]]
"""Whether a packet may go to its partner now: the partner list is looked at once more, as before any delivery."""


def release(db: Connection, may: May, now: int) -> int:
    """Deliver the next of each urgent list whose earlier ones are all late and silent, or over without an answer. Returns how many.

    One that she took back counts as silent from its time on, not before: she may be taking back the others as well. Those that
    did not arrive here yet are waited for as long as an answer would be. What may not go to its partner any more never does, and the
    one after it is next.
    """
    released, refused = 0, True
    while refused:
        refused = False
        for each in _ready(db, now):
            match may(_routing(db, each)):
                case "yes":
                    _deliver(db, each, now)
                    released += 1
                case "no":
                    change(db, each, "revoke", now)
                    refused = True
                case "hold":
                    pass
    return released


def overdue(db: Connection, now: int) -> frozenset[str]:
    """Ids of the partners who let an acknowledgement become overdue within the last 30 days, answered late or not at all."""
    rows = db.execute(
        """SELECT DISTINCT partner FROM referrals WHERE acknowledge_by > ? AND acknowledge_by <= ?
           AND delivered IS NOT NULL AND acknowledge_by <= coalesce(answered, closed, acknowledge_by)""",
        (now - _OVERDUE_DAYS * _DAY, now),
    )
    return frozenset(str(row[0]) for row in rows)


def _ready(db: Connection, now: int) -> list[str]:
    rows = db.execute(
        """SELECT h.referral_id FROM referrals h WHERE h.state = 'held' AND NOT EXISTS (
               SELECT 1 FROM referrals e WHERE e.case_id = h.case_id AND e.class = 'now' AND e.position < h.position
               AND NOT (e.state IN ('declined', 'expired', 'revoked')
                        OR (e.state IN ('delivered', 'withdrawn') AND e.acknowledge_by <= :now)))
           AND (h.acknowledge_by <= :now OR h.position <= (
               SELECT count(*) FROM referrals e
               WHERE e.case_id = h.case_id AND e.class = 'now' AND e.position < h.position))""",
        {"now": now},
    ).fetchall()
    return [str(row[0]) for row in rows]


def _routing(db: Connection, referral_id: str) -> Routing:
    """What was to be delivered, as it was filed."""
    row = db.execute(
        """SELECT packet_id, case_id, hex(verifier), partner, class, position, r.created, r.expires, recipients
           FROM referrals r JOIN cases USING (case_id) JOIN packets p USING (referral_id)
           WHERE referral_id = ? AND kind = 'referral'""",
        (referral_id,),
    ).fetchone()
    packet_id, case_id, verifier, partner, klass, position, created, expires, recipients = row
    return Routing(
        packet_id=packet_id, referral_id=referral_id, case_id=case_id, verifier=verifier.lower(), kind="referral", partner=partner,
        klass=klass, position=position, created=created, expires=expires, recipients=tuple(recipients.split()),
    )  # fmt: skip


def _deliver(db: Connection, referral_id: str, now: int) -> None:
    change(db, referral_id, "release", now)
    db.execute(
        "UPDATE referrals SET acknowledge_by = ?, delivered = ? WHERE referral_id = ?",
        (now + ACKNOWLEDGE_MINUTES["now"] * _MINUTE, hour(now), referral_id),
    )
