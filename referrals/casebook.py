"""The casebook: sealed referrals, and how far each has come. It can't read any of them.

Everything here is safe to repeat: what arrives is filed once however often it is delivered, and every state changes only to those that
casebook_moves allows. Times are Unix seconds, UTC. A `Casebook` belongs to the thread that opened it; more than one process may have the
file open.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from referrals import casebook_answers, casebook_release, casebook_restored, tombstones
from referrals.casebook_answers import Moved
from referrals.casebook_changes import Conflict, UnknownReferral, heard, state_of
from referrals.casebook_desk import CasebookDesk
from referrals.casebook_filed import file
from referrals.casebook_kept import KEEP_DAYS, erase_past
from referrals.casebook_moves import UNSEEN, RefusedMove
from referrals.casebook_release import May
from referrals.casebook_view import CaseView, ReferralState
from referrals.database import checkpoint, numbered_scripts, open_database, reading, transaction
from referrals.filing import Filing, Routing, hour
from referrals.secret import Secret
from referrals.tombstones import Tombstone

__all__ = [
    "KEEP_DAYS",
    "Casebook",
    "Conflict",
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


class Casebook(CasebookDesk):
    """casebook.db, opened."""

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

    def release(self, now: int, may: May = lambda _: "yes") -> int:
        """Deliver the next of each urgent list whose earlier ones are all late and silent, or over unanswered. Returns how many.

        `may` is asked before each: a partner who may not get it any more never does, and the one after it is next.
        """
        with transaction(self._db):
            return casebook_release.release(self._db, may, now)

    def settle(self, now: int) -> None:
        """What caseworkers did ten minutes ago stands from now on, and is news for her where she would want to hear of it."""
        with transaction(self._db):
            casebook_answers.settle_due(self._db, now)

    def expire(self, now: int) -> int:
        """Erase what is past its time (casebook_kept). Returns of how many referrals a sealed file was erased."""
        with transaction(self._db):
            return erase_past(self._db, now)

    def overdue(self, now: int) -> frozenset[str]:
        """Ids of the partners who let an acknowledgement become overdue within the last 30 days, answered late or not at all."""
        with reading(self._db):
            return casebook_release.overdue(self._db, now)

    def news(self) -> list[str]:
        """Ids of the cases of which something happened that she would want to hear and was not told, oldest first."""
        with reading(self._db):
            return [str(row[0]) for row in self._db.execute("SELECT case_id FROM news ORDER BY rowid")]

    def told(self, case_id: str) -> None:
        """She has heard of it: with her code she saw the states of her case."""
        with transaction(self._db):
            heard(self._db, case_id)

    def erasures(self) -> list[Tombstone]:
        """The next of what was erased here and does not stand in the second place yet."""
        return tombstones.waiting(self._db)

    def erasures_carried(self, erased: Sequence[Tombstone]) -> None:
        """These stand in the second place."""
        tombstones.struck_off(self._db, erased)

    def forget_erasures(self) -> None:
        """There is no second place: what was erased is not remembered."""
        tombstones.dropped(self._db)

    def erased(self, case_id: str) -> bool:
        """Tell whether she erased this case."""
        with reading(self._db):
            found = self._db.execute("SELECT 1 FROM cases WHERE case_id = ? AND erased IS NOT NULL", (case_id,))
            return found.fetchone() is not None

    def case(self, verifier: bytes, now: int | None = None) -> CaseView | None:
        """What a return code opens; None for a code that opens nothing here. Without a time, none of it is called late.

        What a restore hid is shown again from here on: she is back.
        """
        with reading(self._db):
            hidden = casebook_restored.hidden_from_her(self._db, verifier)
        if hidden:
            with transaction(self._db):
                casebook_restored.confirmed_by_her(self._db, verifier)
        with reading(self._db):
            row = self._db.execute(
                """SELECT case_id, sealed FROM cases LEFT JOIN cards USING (case_id)
                   WHERE verifier = ? AND erased IS NULL""",
                (verifier,),
            ).fetchone()
            if row is None:
                return None
            states = self._db.execute(
                """SELECT referral_id, partner, state, reason, asked, state = 'delivered' AND acknowledge_by <= ? FROM referrals
                   WHERE case_id = ? ORDER BY created, position, rowid""",
                (-1 if now is None else now, row[0]),
            )
            found = tuple(ReferralState(at[0], at[1], at[2], at[3], bool(at[4]), bool(at[5])) for at in states)
            return CaseView(row[0], found, None if row[1] is None else bytes(row[1]))

    # --- what the command line lists (casebook_desk has the rest) ---

    def waiting(self, partner: str | None = None) -> list[Waiting]:
        """Every referral that a partner can see, most urgent and oldest first; one that ended only as long as it has sealed files."""
        with reading(self._db):
            rows = self._db.execute(
                """SELECT r.referral_id, r.partner, r.class, r.state, r.created, r.acknowledge_by, count(p.packet_id),
                          coalesce(max(length(p.sealed)) FILTER (WHERE p.kind = 'referral'), 0)
                   FROM referrals r LEFT JOIN packets p USING (referral_id)
                   WHERE r.state NOT IN ('held', 'destroyed', 'expired', 'restored') AND (:partner IS NULL OR r.partner = :partner)
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
