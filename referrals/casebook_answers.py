"""What caseworkers do with a referral, one step at a time, and how the last step is undone.

A step that names the version it was decided on changes nothing when the referral is another by now. For ten minutes such a step can be
undone, as long as nothing of it has left the house: nothing was destroyed unsent or released to the next of an urgent list, and the
person has not seen it. So that this is not a matter of luck, what she would want to hear of waits for those minutes. An urgent referral
waits for nothing: of such a one only the steps can be undone that nobody hears of. A step without a version (the command line's) stands.

Every function works inside the transaction of its caller. Times are Unix seconds, UTC.
"""

from dataclasses import dataclass

from referrals.casebook_changes import UnknownReferral, change, destroy_held, known, settle, tell
from referrals.casebook_moves import (
    DECLINE_REASONS,
    NEWS,
    NO_CONTACT_DAYS,
    OUTCOMES,
    Action,
    RefusedMove,
    TooEarly,
    moved,
)
from referrals.database import Connection

UNDO_SECONDS = 600  # ten minutes: long enough to notice a slip, and no wait that matters where nobody is in danger
_DAY = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of something that a caseworker did."""

    state: str
    destroyed: int = 0  # how many held referrals of the same urgent list are not sent any more
    version: int = 0  # on which the next step is decided


@dataclass(frozen=True, slots=True)
class _Before:
    """A referral as a step found it."""

    state: str
    reason: str | None
    answered: int | None
    acknowledged: int | None
    closed: int | None
    changed: int
    fresh: int
    klass: str
    case_id: str


def step(
    db: Connection,
    referral_id: str,
    action: Action,
    now: int,
    version: int | None,
    reason: str | None = None,
    reply_id: str | None = None,
) -> Moved:
    """Do one thing; `reply_id` names a reply that is written with it. Every step says that a caseworker has what is there.

    Raises UnknownReferral, also for one that its partner must not know of; Conflict; RefusedMove. ValueError for a reason to decline
    that is none.
    """
    if action == "decline" and reason not in DECLINE_REASONS:
        raise ValueError("no such reason to decline")
    known(db, referral_id, version)
    before = _before(db, referral_id)
    following = moved(before.state, action)
    tells = reply_id is not None or (following != before.state and following in NEWS)
    undoable = version is not None and _undoable(before, action, reply_id, tells=tells)
    after = change(db, referral_id, action, now, reason, later=undoable)
    destroyed = _answered(db, referral_id, before, after, now)
    _have(db, referral_id, now)
    if reply_id is not None:
        _written(db, referral_id, now, changed=after != before.state)
        if not undoable:
            tell(db, referral_id)
    if undoable:
        _remember(db, referral_id, before, now, reply_id, tells=tells)
    return Moved(after, destroyed, _version(db, referral_id))


def complete(db: Connection, referral_id: str, outcome: str, now: int, version: int | None) -> Moved:
    """It is done. Raises what `step` raises, and ValueError for an outcome that is none."""
    if outcome not in OUTCOMES:
        raise ValueError("no such outcome")
    done = step(db, referral_id, "complete", now, version)
    db.execute("UPDATE referrals SET outcome = ? WHERE referral_id = ?", (outcome, referral_id))
    return done


def no_contact(db: Connection, referral_id: str, now: int, version: int | None) -> Moved:
    """Nothing was heard of her or done for 30 days. Raises what `step` raises, and TooEarly."""
    known(db, referral_id, version)
    before = _before(db, referral_id)
    done = step(db, referral_id, "no_contact", now, version)
    if before.changed > now - NO_CONTACT_DAYS * _DAY:
        raise TooEarly(before.state)  # the caller's transaction takes the step back
    return done


def undo(db: Connection, referral_id: str, now: int, version: int | None) -> Moved:
    """Take the last step back, within ten minutes. Raises UnknownReferral, Conflict, and RefusedMove when it stands."""
    state = known(db, referral_id, version)
    row = db.execute(
        """SELECT since, state, fresh, reply_id FROM undo WHERE referral_id = ? AND since > ? AND NOT EXISTS (
               SELECT 1 FROM replies WHERE replies.reply_id = undo.reply_id AND read IS NOT NULL)""",
        (referral_id, now - UNDO_SECONDS),
    ).fetchone()
    if row is None:
        raise RefusedMove(state, "undo")
    since, before, fresh, reply_id = row
    db.execute(
        """UPDATE referrals SET (state, reason, answered, acknowledged, closed, changed, fresh) =
               (SELECT state, reason, answered, acknowledged, closed, changed, fresh FROM undo u WHERE u.referral_id = :id),
           outcome = NULL, version = version + 1 WHERE referral_id = :id""",
        {"id": referral_id},
    )
    if fresh:
        db.execute(
            "UPDATE packets SET acknowledged = NULL WHERE referral_id = ? AND acknowledged = ?", (referral_id, since)
        )
    db.execute("DELETE FROM replies WHERE reply_id = ?", (reply_id,))
    db.execute("DELETE FROM undo WHERE referral_id = ?", (referral_id,))
    return Moved(str(before), 0, _version(db, referral_id))


def settle_due(db: Connection, now: int) -> None:
    """What was done ten minutes ago stands; she may be told of it."""
    due = db.execute("SELECT referral_id FROM undo WHERE since <= ?", (now - UNDO_SECONDS,)).fetchall()
    for (each,) in due:
        settle(db, each)


def _undoable(before: _Before, action: Action, reply_id: str | None, *, tells: bool) -> bool:
    """Whether nothing of a step leaves the house for ten minutes."""
    if moved(before.state, action) == before.state and reply_id is None:
        return False  # nothing is changed by it
    return before.klass != "now" or (before.state != "delivered" and not tells)


def _before(db: Connection, referral_id: str) -> _Before:
    row = db.execute(
        """SELECT state, reason, answered, acknowledged, closed, changed, fresh, class, case_id
           FROM referrals WHERE referral_id = ?""",
        (referral_id,),
    ).fetchone()
    if row is None:
        raise UnknownReferral
    return _Before(*row)


def _version(db: Connection, referral_id: str) -> int:
    return int(db.execute("SELECT version FROM referrals WHERE referral_id = ?", (referral_id,)).fetchone()[0])


def _have(db: Connection, referral_id: str, now: int) -> None:
    """Note that a caseworker has its sealed files: they go after 7 days."""
    db.execute("UPDATE packets SET acknowledged = ? WHERE referral_id = ? AND acknowledged IS NULL", (now, referral_id))
    db.execute("UPDATE referrals SET fresh = 0 WHERE referral_id = ? AND fresh", (referral_id,))


def _answered(db: Connection, referral_id: str, before: _Before, after: str, now: int) -> int:
    """Note the first answer, and who has it; nobody further down her urgent list gets it then. Returns how many were held."""
    if before.state != "delivered":
        return 0
    taken = None if after == "declined" else now
    db.execute(
        "UPDATE referrals SET answered = coalesce(answered, ?), acknowledged = coalesce(acknowledged, ?) WHERE referral_id = ?",
        (now, taken, referral_id),
    )
    return destroy_held(db, before.case_id, now) if taken is not None and before.klass == "now" else 0


def _written(db: Connection, referral_id: str, now: int, *, changed: bool) -> None:
    """A reply counts as a change also where the state stays, so that two who write to her notice each other."""
    if not changed:
        db.execute(
            "UPDATE referrals SET version = version + 1, changed = max(changed, ?) WHERE referral_id = ?",
            (now, referral_id),
        )


def _remember(
    db: Connection, referral_id: str, before: _Before, now: int, reply_id: str | None, *, tells: bool
) -> None:
    db.execute(
        """INSERT INTO undo (referral_id, since, state, reason, answered, acknowledged, closed, changed, fresh, reply_id, tells)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            referral_id, now, before.state, before.reason, before.answered, before.acknowledged, before.closed, before.changed,
            before.fresh, reply_id, tells,
        ),
    )  # fmt: skip
