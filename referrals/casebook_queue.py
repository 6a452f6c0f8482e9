"""What the desk lists without opening anything: a partner's queue, one referral, and how long referrals wait.

Every function reads inside the caller's `reading`. Times are Unix seconds, UTC.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from referrals.casebook_answers import UNDO_SECONDS
from referrals.casebook_moves import OPEN, UNSEEN
from referrals.database import Connection
from referrals.matching import ACKNOWLEDGE_MINUTES

# Minutes until a partner must have answered, by class (domain.md 4.4, SLA): accepted, declined, asked or written to her.
REPLY_MINUTES: Mapping[str, int] = {"now": 60, "days": 1440, "normal": 4320}
PAGE = 50  # referrals on one page of a queue
_LATE_DAYS = 30  # for which a late acknowledgement counts (domain.md 1.8)
_DAY, _MINUTE = 86_400, 60  # seconds


@dataclass(frozen=True, slots=True)
class Listed:
    """One referral as its partner sees it, unopened."""

    referral_id: str = field(repr=False)
    partner: str
    klass: str
    state: str
    version: int  # to be named by whatever changes it
    reason: str | None  # why it was declined, one of casebook_moves.DECLINE_REASONS
    outcome: str | None  # how it was completed, one of casebook_moves.OUTCOMES
    created: int  # hour of the consent
    arrived: int  # when it was filed, or released to this partner
    acknowledge_by: int
    deadline: int | None  # until when the next answer is due, by class; None when it is her turn, or nobody's
    answered: int | None  # when a caseworker first answered
    changed: int  # when something last happened; of what she did, the hour
    expires: int  # hour after which the sealed files are gone
    fresh: bool  # something came that no caseworker has acknowledged
    packets: int  # sealed files that are here
    replies: int  # to her that are here, read or not
    undo_until: int | None  # the last step can be undone until then

    @property
    def undoable(self) -> bool:
        """Whether the last step can be undone, if its time is not over."""
        return self.undo_until is not None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a queue, and what stands above it."""

    rows: tuple[Listed, ...] = field(repr=False)
    total: int  # referrals in the states that were asked for
    waiting: int  # of them with something that nobody acknowledged yet
    oldest: int | None  # when the oldest of those that wait was sent, an hour
    now_count: int  # of those that wait, how many are urgent
    page: int  # from 1; the last when there are fewer than was asked for
    pages: int  # at least 1


@dataclass(frozen=True, slots=True)
class Running:
    """One open referral as far as delays go by it."""

    referral_id: str = field(repr=False)
    partner: str
    klass: str
    state: str
    acknowledge_by: int


@dataclass(frozen=True, slots=True)
class Delay:
    """How a partner answers, in numbers."""

    partner: str
    open: int  # referrals that run
    waiting: int  # of them without any acknowledgement
    late: int  # of those that wait, past their deadline
    oldest: int | None  # when the oldest of those that wait arrived
    answered: int  # in the last 30 days
    answered_late: int  # of those, after the deadline
    median: int | None  # seconds from arrival to the first answer, of those


def queue(db: Connection, partner: str, page: int = 1, size: int = PAGE, states: Collection[str] = OPEN) -> QueuePage:
    """One page of what a partner has: urgent ones first, then what nobody has acknowledged, then by class, the oldest first."""
    asked = sorted(set(states) - UNSEEN)
    marks = ",".join("?" * len(asked))
    total, waiting, oldest, urgent = db.execute(
        f"""SELECT count(*), coalesce(sum(fresh), 0), min(created) FILTER (WHERE fresh), count(*) FILTER (WHERE fresh AND class = 'now')
            FROM referrals INDEXED BY referrals_queue WHERE partner = ? AND state IN ({marks})""",  # noqa: S608  # question marks
        (partner, *asked),
    ).fetchone()
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    rows = db.execute(
        f"""{_LISTED} WHERE r.rowid IN (SELECT rowid FROM referrals INDEXED BY referrals_queue
                WHERE partner = ? AND state IN ({marks}) ORDER BY rank, created, rowid LIMIT ? OFFSET ?)
            ORDER BY r.rank, r.created, r.rowid""",  # noqa: S608  # question marks
        (partner, *asked, size, (page - 1) * size),
    ).fetchall()
    return QueuePage(tuple(_listed(row) for row in rows), total, waiting, oldest, urgent, page, pages)


def one(db: Connection, referral_id: str) -> Listed | None:
    """One referral; None when there is none, or its partner must not know of it."""
    row = db.execute(f"{_LISTED} WHERE r.referral_id = ?", (referral_id,)).fetchone()
    return None if row is None or row[3] in UNSEEN else _listed(row)


def running(db: Connection) -> tuple[Running, ...]:
    """Every open referral of every partner, without a look at its sealed files."""
    marks = ",".join("?" * len(OPEN))
    rows = db.execute(
        f"SELECT referral_id, partner, class, state, acknowledge_by FROM referrals WHERE state IN ({marks})",  # noqa: S608  # question marks
        sorted(OPEN),
    ).fetchall()
    return tuple(Running(*row) for row in rows)


def delays(db: Connection, partner: str | None, now: int) -> tuple[Delay, ...]:
    """How a partner answers, or each of them, by id."""
    rows = db.execute(
        """SELECT partner, class, state, acknowledge_by, answered FROM referrals
           WHERE delivered IS NOT NULL AND (:partner IS NULL OR partner = :partner)
           AND (state IN ('delivered', 'acknowledged', 'need_more', 'accepted', 'in_contact') OR answered > :since)""",
        {"partner": partner, "since": now - _LATE_DAYS * _DAY},
    ).fetchall()
    by_partner: dict[str, list[tuple[str, str, int, int | None]]] = {}
    for each in rows:
        by_partner.setdefault(each[0], []).append(each[1:])
    return tuple(_delay(each, by_partner[each], now) for each in sorted(by_partner))


def _delay(partner: str, rows: list[tuple[str, str, int, int | None]], now: int) -> Delay:
    """`rows` have class, state, deadline and first answer."""
    waiting = [(_arrived(klass, due), due) for klass, state, due, _ in rows if state == "delivered"]
    took = [
        (answered - _arrived(klass, due), answered >= due)
        for klass, _, due, answered in rows
        if answered is not None and answered > now - _LATE_DAYS * _DAY
    ]
    return Delay(
        partner,
        open=sum(state in OPEN for _, state, _, _ in rows),
        waiting=len(waiting),
        late=sum(due <= now for _, due in waiting),
        oldest=min((arrived for arrived, _ in waiting), default=None),
        answered=len(took),
        answered_late=sum(late for _, late in took),
        median=int(median(seconds for seconds, _ in took)) if took else None,
    )


_LISTED = """SELECT r.referral_id, r.partner, r.class, r.state, r.version, r.reason, r.outcome, r.created, r.acknowledge_by, r.answered,
                    r.changed, r.expires, r.fresh,
                    (SELECT count(*) FROM packets p WHERE p.referral_id = r.referral_id),
                    (SELECT count(*) FROM replies a WHERE a.referral_id = r.referral_id),
                    (SELECT since FROM undo u WHERE u.referral_id = r.referral_id)
             FROM referrals r"""


def _listed(row: Sequence[Any]) -> Listed:
    (
        referral_id,
        partner,
        klass,
        state,
        version,
        reason,
        outcome,
        created,
        due,
        answered,
        changed,
        expires,
        fresh,
        *counted,
    ) = row
    packets, replies, since = counted
    return Listed(
        referral_id, partner, klass, state, version, reason, outcome, created, _arrived(klass, due), due, _deadline(klass, state, due),
        answered, changed, expires, bool(fresh), packets, replies, None if since is None else since + UNDO_SECONDS,
    )  # fmt: skip


def _arrived(klass: str, acknowledge_by: int) -> int:
    return acknowledge_by - ACKNOWLEDGE_MINUTES[klass] * _MINUTE


def _deadline(klass: str, state: str, acknowledge_by: int) -> int | None:
    if state == "delivered":
        return acknowledge_by
    if state == "acknowledged":
        return _arrived(klass, acknowledge_by) + REPLY_MINUTES[klass] * _MINUTE
    return None
