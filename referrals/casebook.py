"""The casebook: sealed referrals, and how far each has come. It can't read any of them.

Everything here is safe to repeat: what arrives is filed once however often it is delivered, and every state changes only to those that
casebook_moves allows. Times are Unix seconds, UTC. A `Casebook` belongs to the thread that opened it; more than one process may have the
file open.
"""

from dataclasses import dataclass, field
from pathlib import Path

from referrals.casebook_changes import UnknownReferral, change, destroy_held, heard, state_of
from referrals.casebook_filed import file
from referrals.casebook_kept import KEEP_DAYS, erase_past
from referrals.casebook_moves import DECLINE_REASONS, UNSEEN, DeclineReason, RefusedMove
from referrals.casebook_view import CaseView, ReferralState
from referrals.database import Connection, checkpoint, numbered_scripts, open_database, reading, transaction
from referrals.filing import Filing, Routing, hour
from referrals.matching import ACKNOWLEDGE_MINUTES
from referrals.secret import Secret

__all__ = [
    "KEEP_DAYS",
    "Casebook",
    "Filing",
    "Moved",
    "RefusedMove",
    "Routing",
    "UnknownReferral",
    "Waiting",
    "WaitingReport",
    "hour",
    "migrations",
]

_OVERDUE_DAYS = 30  # how long a late answer counts against a partner (domain.md 1.8)
_DAY, _MINUTE = 86_400, 60  # seconds


@dataclass(frozen=True, slots=True)
class Waiting:
    """One referral as a caseworker's list shows it, unopened."""

    referral_id: str = field(repr=False)
    partner: str
    klass: str
    state: str
    created: int  # hour
    acknowledge_by: int
    packets: int  # how many sealed files
    size: int = field(default=0)  # bytes of the first


@dataclass(frozen=True, slots=True)
class WaitingReport:
    """One report as the safety lead's list shows it, unopened."""

    report_id: str = field(repr=False)
    received: int  # hour
    acknowledged: bool
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of something that a caseworker did."""

    state: str
    destroyed: int = 0  # how many held referrals of the same urgent list are not sent any more


class Casebook:
    """casebook.db, opened."""

    def __init__(self, connection: Connection) -> None:
        """Take an open database (see `opened`)."""
        self._db = connection

    @classmethod
    def opened(cls, path: Path, key: Secret[bytes], *, create: bool = False) -> "Casebook":
        """Open casebook.db, bringing its schema up to date. Raises the errors of database.py."""
        return cls(open_database(path, key, migrations(), create=create))

    def close(self) -> None:
        """Fold the log into the file, so that nothing erased stays in it, and close."""
        checkpoint(self._db)
        self._db.close()

    def checkpoint(self) -> bool:
        """Fold the log into the file, so that nothing erased stays in the log; False when a reader was in the way."""
        return checkpoint(self._db)

    # --- what the bot does ---

    def receive(self, filing: Filing, sealed: bytes | None, now: int) -> None:
        """File what one delivery job carries; a second time changes nothing. `sealed` is None for feedback and erasures.

        Raises UnknownReferral for an addition, a withdrawal or feedback that came before its referral: try it again.
        """
        with transaction(self._db):
            file(self._db, filing, sealed, now)

    def release(self, now: int) -> int:
        """Deliver the next of each urgent list whose earlier ones are all late and silent, or declined. Returns how many.

        One that she took back counts as silent from its time on, not before: she may be taking back the others as well. Those that
        did not arrive here yet are waited for as long as an answer would be.
        """
        with transaction(self._db):
            ready = self._db.execute(
                """SELECT h.referral_id FROM referrals h WHERE h.state = 'held' AND NOT EXISTS (
                       SELECT 1 FROM referrals e WHERE e.case_id = h.case_id AND e.class = 'now' AND e.position < h.position
                       AND NOT (e.state IN ('declined', 'expired')
                                OR (e.state IN ('delivered', 'withdrawn') AND e.acknowledge_by <= :now)))
                   AND (h.acknowledge_by <= :now OR h.position <= (
                       SELECT count(*) FROM referrals e
                       WHERE e.case_id = h.case_id AND e.class = 'now' AND e.position < h.position))""",
                {"now": now},
            ).fetchall()
            for (each,) in ready:
                change(self._db, each, "release", now)
                self._db.execute(
                    "UPDATE referrals SET acknowledge_by = ?, delivered = ? WHERE referral_id = ?",
                    (now + ACKNOWLEDGE_MINUTES["now"] * _MINUTE, hour(now), each),
                )
            return len(ready)

    def expire(self, now: int) -> int:
        """Erase what is past its time (casebook_kept). Returns of how many referrals a sealed file was erased."""
        with transaction(self._db):
            return erase_past(self._db, now)

    def overdue(self, now: int) -> frozenset[str]:
        """Ids of the partners who let an acknowledgement become overdue within the last 30 days, answered late or not at all."""
        with reading(self._db):
            rows = self._db.execute(
                """SELECT DISTINCT partner FROM referrals WHERE acknowledge_by > ? AND acknowledge_by <= ?
                   AND delivered IS NOT NULL AND acknowledge_by <= coalesce(answered, closed, acknowledge_by)""",
                (now - _OVERDUE_DAYS * _DAY, now),
            )
            return frozenset(str(row[0]) for row in rows)

    def news(self) -> list[str]:
        """Ids of the cases of which something happened that she would want to hear and was not told, oldest first."""
        with reading(self._db):
            return [str(row[0]) for row in self._db.execute("SELECT case_id FROM news ORDER BY rowid")]

    def told(self, case_id: str) -> None:
        """She has heard of it: with her code she saw the states of her case."""
        with transaction(self._db):
            heard(self._db, case_id)

    def erased(self, case_id: str) -> bool:
        """Tell whether she erased this case."""
        with reading(self._db):
            found = self._db.execute("SELECT 1 FROM cases WHERE case_id = ? AND erased IS NOT NULL", (case_id,))
            return found.fetchone() is not None

    def case(self, verifier: bytes) -> CaseView | None:
        """What a return code opens; None for a code that opens nothing here."""
        with reading(self._db):
            row = self._db.execute(
                """SELECT case_id, sealed FROM cases LEFT JOIN cards USING (case_id)
                   WHERE verifier = ? AND erased IS NULL""",
                (verifier,),
            ).fetchone()
            if row is None:
                return None
            states = self._db.execute(
                """SELECT referral_id, partner, state, reason, asked FROM referrals
                   WHERE case_id = ? ORDER BY created, position, rowid""",
                (row[0],),
            )
            found = tuple(ReferralState(row[0], row[1], row[2], row[3], bool(row[4])) for row in states)
            return CaseView(row[0], found, None if row[1] is None else bytes(row[1]))

    # --- what caseworkers do ---

    def waiting(self, partner: str | None = None) -> list[Waiting]:
        """Every referral that a partner can see, most urgent and oldest first; one that ended only as long as it has sealed files."""
        with reading(self._db):
            rows = self._db.execute(
                """SELECT r.referral_id, r.partner, r.class, r.state, r.created, r.acknowledge_by, count(p.packet_id),
                          coalesce(max(length(p.sealed)) FILTER (WHERE p.kind = 'referral'), 0)
                   FROM referrals r LEFT JOIN packets p USING (referral_id)
                   WHERE r.state NOT IN ('held', 'destroyed', 'expired') AND (:partner IS NULL OR r.partner = :partner)
                   AND NOT (r.state IN ('declined', 'completed', 'no_contact_30d', 'withdrawn', 'revoked') AND p.packet_id IS NULL)
                   GROUP BY r.referral_id ORDER BY r.class != 'now', r.class != 'days', r.created, r.rowid""",
                {"partner": partner},
            )
            return [Waiting(*row) for row in rows]

    def sealed(self, referral_id: str) -> list[bytes]:
        """The sealed files of a referral, the referral itself first; none for a held one. Raises UnknownReferral."""
        with reading(self._db):
            if state_of(self._db, referral_id) in UNSEEN:
                return []
            rows = self._db.execute(
                "SELECT sealed FROM packets WHERE referral_id = ? ORDER BY kind != 'referral', received, rowid",
                (referral_id,),
            )
            return [bytes(row[0]) for row in rows]

    def acknowledge(self, referral_id: str, now: int) -> Moved:
        """A caseworker says that she has it: the held ones of the same urgent list are destroyed unsent.

        For one that went further already, it says that she has what came since. Raises UnknownReferral, also for one that its partner
        must not know of, and RefusedMove for one whose time is over.
        """
        with transaction(self._db):
            before = self._seen(referral_id, now)
            after = change(self._db, referral_id, "acknowledge", now)
            return Moved(after, self._taken(referral_id, now) if before == "delivered" else 0)

    def accept(self, referral_id: str, now: int) -> Moved:
        """A caseworker takes the case; that acknowledges it too. Raises UnknownReferral or RefusedMove."""
        with transaction(self._db):
            self._seen(referral_id, now)
            after = change(self._db, referral_id, "accept", now)
            return Moved(after, self._taken(referral_id, now))

    def decline(self, referral_id: str, reason: DeclineReason, now: int) -> Moved:
        """A caseworker can't take it; unless it was acknowledged before, the next of an urgent list gets it.

        Raises UnknownReferral or RefusedMove.
        """
        if reason not in DECLINE_REASONS:
            raise ValueError("no such reason to decline")
        with transaction(self._db):
            self._seen(referral_id, now)
            after = change(self._db, referral_id, "decline", now, reason)
            self._db.execute(
                "UPDATE referrals SET answered = coalesce(answered, ?) WHERE referral_id = ?", (now, referral_id)
            )
            return Moved(after)

    def complete(self, referral_id: str, now: int) -> Moved:
        """The help was given. Raises UnknownReferral or RefusedMove."""
        with transaction(self._db):
            self._seen(referral_id, now)
            return Moved(change(self._db, referral_id, "complete", now))

    def _seen(self, referral_id: str, now: int) -> str:
        """Note that a caseworker has its sealed files: they go after 7 days. Returns the state before."""
        state = state_of(self._db, referral_id)
        if state in UNSEEN:
            raise UnknownReferral
        self._db.execute(
            "UPDATE packets SET acknowledged = ? WHERE referral_id = ? AND acknowledged IS NULL", (now, referral_id)
        )
        return state

    def _taken(self, referral_id: str, now: int) -> int:
        """Note who has it; nobody further down her urgent list gets it then. Returns how many were held."""
        self._db.execute(
            """UPDATE referrals SET answered = coalesce(answered, :now), acknowledged = coalesce(acknowledged, :now)
               WHERE referral_id = :id""",
            {"now": now, "id": referral_id},
        )
        case_id, klass = self._db.execute(
            "SELECT case_id, class FROM referrals WHERE referral_id = ?", (referral_id,)
        ).fetchone()
        return destroy_held(self._db, case_id, now) if klass == "now" else 0

    # --- what the safety lead does ---

    def reports(self) -> list[WaitingReport]:
        """Every report that is here, oldest first."""
        with reading(self._db):
            rows = self._db.execute(
                "SELECT report_id, received, acknowledged IS NOT NULL, length(sealed) FROM reports ORDER BY received, rowid"
            )
            return [WaitingReport(row[0], row[1], bool(row[2]), row[3]) for row in rows]

    def sealed_report(self, report_id: str) -> bytes:
        """The sealed file of a report. Raises UnknownReferral."""
        with reading(self._db):
            row = self._db.execute("SELECT sealed FROM reports WHERE report_id = ?", (report_id,)).fetchone()
        if row is None:
            raise UnknownReferral
        return bytes(row[0])

    def acknowledge_report(self, report_id: str, now: int) -> None:
        """The safety lead says that she has it: it goes 7 days later. Raises UnknownReferral."""
        with transaction(self._db):
            found = self._db.execute(
                "UPDATE reports SET acknowledged = coalesce(acknowledged, ?) WHERE report_id = ?", (now, report_id)
            )
            if found.rowcount == 0:
                raise UnknownReferral


def migrations() -> list[str]:
    """The numbered schema scripts, in order."""
    return numbered_scripts(Path(__file__).parent / "schema")
