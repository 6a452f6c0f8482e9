"""What arrives in the casebook: sealed packets, cards, reports, feedback, erasures.

A job is carried out at least once, and jobs of different lanes in any order: everything here is the same however often it arrives, and
an erasure holds also for what comes after it. Every function works inside the transaction of its caller.
"""

import hashlib
from datetime import UTC, datetime

from referrals.casebook_changes import change, destroy_held, heard, settle, state_of, take_back
from referrals.casebook_kept import CLOSED_DAYS, DAY, KEEP_DAYS
from referrals.casebook_moves import CLOSED, MOVES, UNSEEN
from referrals.casebook_replies import replies_read
from referrals.database import Connection
from referrals.filing import (
    CardFiling,
    ErasureFiling,
    FeedbackFiling,
    Filing,
    ReadFiling,
    ReportFiling,
    Routing,
    SeenFiling,
    hour,
)
from referrals.matching import ACKNOWLEDGE_MINUTES

_MINUTE = 60  # seconds


def file(db: Connection, filing: Filing, sealed: bytes | None, now: int) -> None:
    """File what one job carries. Raises UnknownReferral for what came before its referral; ValueError when a sealed file is missing."""
    match filing:
        case Routing():
            _packet(db, filing, sealed if filing.kind == "withdrawal" else _there(sealed), now)
        case CardFiling():
            _card(db, filing, _there(sealed), now)
        case ReportFiling():
            _report(db, filing, _there(sealed), now)
        case FeedbackFiling():
            _feedback(db, filing, now)
        case SeenFiling(case_id=case_id):
            heard(db, case_id)
        case ReadFiling(case_id=case_id, reply_id=reply_id):
            replies_read(db, (reply_id,), now, case_id)
        case ErasureFiling():
            _erasure(db, filing, now)


def _there(sealed: bytes | None) -> bytes:
    if sealed is None:
        raise ValueError("a delivery job came without its sealed file")
    return sealed


# --- packets ---


def _packet(db: Connection, routing: Routing, sealed: bytes | None, now: int) -> None:
    if db.execute("SELECT 1 FROM consents WHERE consent_id = ?", (routing.packet_id,)).fetchone():
        return  # it was here; since then it may have been erased, and must not come back
    if routing.kind == "referral" and routing.created <= now - CLOSED_DAYS * DAY:
        return  # after so long nothing is known of its case any more, not even whether she erased it
    _active(db, routing.case_id, routing.verifier, routing.created, routing.expires)
    if routing.kind == "referral":
        _referral(db, routing, now)
    state = state_of(db, routing.referral_id)
    if routing.kind != "withdrawal":
        _consent(db, routing, _there(sealed))
        if state in CLOSED:
            return
    elif "withdraw" not in MOVES[state]:
        return
    else:
        change(db, routing.referral_id, "withdraw", now)
        if state in UNSEEN:  # the partner never hears of it
            return
    if sealed is None:  # nobody can be told: the partner left the list, and what lies there for it goes
        db.execute("DELETE FROM packets WHERE referral_id = ?", (routing.referral_id,))
        return
    db.execute(
        """INSERT OR IGNORE INTO packets (packet_id, referral_id, kind, received, sealed, expires, recipients)
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (
            routing.packet_id, routing.referral_id, routing.kind, routing.created, sealed, routing.expires,
            " ".join(routing.recipients),
        ),
    )  # fmt: skip
    _fresh(db, routing, state, now)


def _fresh(db: Connection, routing: Routing, state: str, now: int) -> None:
    """Something came for the partner to see. Whoever decides on what was there before must look again."""
    db.execute("UPDATE referrals SET fresh = 1 WHERE referral_id = ?", (routing.referral_id,))
    if routing.kind != "addition":
        return
    if "add" in MOVES[state]:
        change(db, routing.referral_id, "add", now)
        return
    settle(db, routing.referral_id)  # she was here, and saw it
    db.execute(
        "UPDATE referrals SET version = version + 1, changed = max(changed, ?) WHERE referral_id = ?",
        (hour(now), routing.referral_id),
    )


def _active(db: Connection, case_id: str, verifier: str, created: int, expires: int) -> None:
    """Open the case if it is new, and note that she did something: her card lasts 30 days from then (design.md, decision 11)."""
    db.execute(
        "INSERT OR IGNORE INTO cases (case_id, verifier, created, active) VALUES (?, ?, ?, ?)",
        (case_id, bytes.fromhex(verifier), created, created),
    )
    db.execute("UPDATE cases SET active = max(active, ?) WHERE case_id = ?", (created, case_id))
    db.execute("UPDATE cards SET expires = max(expires, ?) WHERE case_id = ?", (expires, case_id))


def _referral(db: Connection, routing: Routing, now: int) -> None:
    state = _first_state(db, routing, now)
    late = now + ACKNOWLEDGE_MINUTES[routing.klass] * _MINUTE
    db.execute(
        """INSERT OR IGNORE INTO referrals
           (referral_id, case_id, partner, class, state, position, created, changed, acknowledge_by, expires, version, delivered, closed)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)""",
        (
            routing.referral_id, routing.case_id, routing.partner, routing.klass, state, routing.position, routing.created,
            routing.created, late, routing.expires, hour(now) if state == "delivered" else None,
            hour(now) if state in CLOSED else None,
        ),
    )  # fmt: skip


def _first_state(db: Connection, routing: Routing, now: int) -> str:
    """Where a new referral begins. What she erased meanwhile, or what somebody else has by now, is never delivered."""
    if routing.expires <= now:
        return "expired"
    erased = db.execute("SELECT 1 FROM cases WHERE case_id = ? AND erased IS NOT NULL", (routing.case_id,)).fetchone()
    if erased:
        return "destroyed"
    if routing.instead is not None:
        return routing.instead
    if routing.position == 0:
        return "delivered"
    taken = db.execute(
        "SELECT 1 FROM referrals WHERE case_id = ? AND class = 'now' AND acknowledged IS NOT NULL", (routing.case_id,)
    ).fetchone()
    return "destroyed" if taken else "held"


def _consent(db: Connection, routing: Routing, sealed: bytes) -> None:
    db.execute(
        "INSERT INTO consents (consent_id, partner, list_version, sealed_hash, given) VALUES (?, ?, ?, ?, ?)",
        (routing.packet_id, routing.partner, routing.list_version, hashlib.sha256(sealed).digest(), routing.created),
    )


# --- cards, reports, feedback, erasures ---


def _card(db: Connection, filing: CardFiling, sealed: bytes, now: int) -> None:
    """Keep her newest card. Cards of one case arrive in order, for they share a lane.

    What she did since may have been filed before it, in another lane: that moves the card's end as well.
    """
    if filing.expires <= now:
        return
    _active(db, filing.case_id, filing.verifier, filing.created, filing.expires)
    db.execute(
        """INSERT INTO cards SELECT case_id, max(:expires, active + :keep), :sealed FROM cases WHERE case_id = :case AND erased IS NULL
           ON CONFLICT (case_id) DO UPDATE SET expires = max(expires, excluded.expires), sealed = excluded.sealed""",
        {"case": filing.case_id, "expires": filing.expires, "keep": KEEP_DAYS * DAY, "sealed": sealed},
    )


def _report(db: Connection, filing: ReportFiling, sealed: bytes, now: int) -> None:
    if filing.expires <= now:
        return
    db.execute(
        "INSERT OR IGNORE INTO reports (report_id, received, sealed, expires) VALUES (?, ?, ?, ?)",
        (filing.report_id, filing.created, sealed, filing.expires),
    )


def _feedback(db: Connection, filing: FeedbackFiling, now: int) -> None:
    """Take her answer once; about a referral that no partner saw it counts for nobody."""
    seen = state_of(db, filing.referral_id) not in UNSEEN
    new = db.execute(
        "UPDATE referrals SET asked = 1 WHERE referral_id = ? AND asked = 0", (filing.referral_id,)
    ).rowcount
    if new and seen:
        db.execute(
            """INSERT INTO feedback SELECT partner, ?, ?, 1 FROM referrals WHERE referral_id = ?
               ON CONFLICT (partner, answer, month) DO UPDATE SET count = count + 1""",
            (filing.answer, datetime.fromtimestamp(now, UTC).strftime("%Y-%m"), filing.referral_id),
        )


def _erasure(db: Connection, filing: ErasureFiling, now: int) -> None:
    """Put random bytes where the verifier was. The row stays, so that what comes later under this case finds it erased."""
    this: dict[str, str | bytes | int] = {
        "case": filing.case_id,
        "blank": bytes.fromhex(filing.blank),
        "hour": hour(now),
    }
    db.execute(
        "INSERT OR IGNORE INTO cases (case_id, verifier, created, active) VALUES (:case, :blank, :hour, :hour)", this
    )
    db.execute("UPDATE cases SET verifier = :blank, erased = :hour WHERE case_id = :case AND erased IS NULL", this)
    db.execute("DELETE FROM cards WHERE case_id = :case", this)
    db.execute("DELETE FROM news WHERE case_id = :case", this)
    destroy_held(db, filing.case_id, now)
    seen = db.execute(
        "SELECT referral_id FROM referrals WHERE case_id = ? AND delivered IS NOT NULL AND state != 'withdrawn'",
        (filing.case_id,),
    ).fetchall()
    for (each,) in seen:
        db.execute("DELETE FROM undo WHERE referral_id = ?", (each,))
        take_back(db, each, now)
