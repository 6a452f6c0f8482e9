"""The casebook: sealed referrals, and how far each has come. It can't read any of them.

Everything here is safe to repeat: a referral arrives once however often it is delivered, and every state changes only from the
states it may follow. Times are Unix seconds, UTC. A `Casebook` belongs to the thread that opened it.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from referrals.casebook_view import CaseView, ReferralState
from referrals.database import Connection, checkpoint, numbered_scripts, open_database, reading, transaction
from referrals.matching import ACKNOWLEDGE_MINUTES
from referrals.secret import Secret

# Days the sealed packets stay after they were acknowledged, and at most (domain.md 5.3, "packet for partner").
_KEEP_ACKNOWLEDGED_DAYS = 7
KEEP_DAYS = 30
_DAY, _MINUTE, _HOUR = 86_400, 60, 3_600  # seconds
_ENDED = ("destroyed", "expired", "withdrawn")  # states of a referral to which nothing is added any more


class Routing(BaseModel):
    """What the casebook must know to file a sealed packet; nothing in it tells what was answered or by whom."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    packet_id: str = Field(pattern=r"^[0-9a-f]{32}$", repr=False)
    referral_id: str = Field(pattern=r"^[0-9a-f]{32}$", repr=False)
    case_id: str = Field(pattern=r"^[0-9a-f]{32}$", repr=False)
    verifier: str = Field(pattern=r"^[0-9a-f]{64}$", repr=False)
    kind: Literal["referral", "addition", "withdrawal"]
    partner: str
    klass: Literal["now", "days", "normal"]
    position: int = Field(ge=0)
    created: int  # hour
    expires: int  # hour


class UnknownReferral(Exception):
    """There is no such referral here (any more): look at the list again."""


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

    def receive(self, routing: Routing, sealed: bytes, now: int) -> None:
        """File a sealed packet; a second delivery of the same one changes nothing. Raises UnknownReferral for an addition to nothing."""
        with transaction(self._db):
            if routing.kind == "referral":
                self._file(routing, now)
            elif not self._db.execute(
                "SELECT 1 FROM referrals WHERE referral_id = ?", (routing.referral_id,)
            ).fetchone():
                raise UnknownReferral("an addition came before its referral")
            state = self._state(routing.referral_id)
            if state in _ENDED:  # nothing is kept for a referral that ended
                return
            if state == "held" and routing.kind == "withdrawal":  # the partner never hears of it
                self._db.execute("DELETE FROM packets WHERE referral_id = ?", (routing.referral_id,))
            else:
                row = (routing.packet_id, routing.referral_id, routing.kind, routing.created, sealed)
                self._db.execute("INSERT OR IGNORE INTO packets VALUES (?, ?, ?, ?, ?)", row)
            if routing.kind == "withdrawal":
                self._change(routing.referral_id, "withdrawn")

    def _file(self, routing: Routing, now: int) -> None:
        self._db.execute(
            "INSERT OR IGNORE INTO cases VALUES (?, ?, ?)",
            (routing.case_id, bytes.fromhex(routing.verifier), routing.created),
        )
        done = self._db.execute(
            "SELECT 1 FROM referrals WHERE case_id = ? AND class = 'now' AND acknowledged IS NOT NULL",
            (routing.case_id,),
        ).fetchone()
        state = "delivered" if routing.position == 0 else ("destroyed" if done else "held")
        late = now + ACKNOWLEDGE_MINUTES[routing.klass] * _MINUTE
        self._db.execute(
            "INSERT OR IGNORE INTO referrals VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, 1)",
            (routing.referral_id, routing.case_id, routing.partner, routing.klass, state, routing.position, routing.created, late,
             routing.expires),
        )  # fmt: skip

    def _state(self, referral_id: str) -> str:
        row = self._db.execute("SELECT state FROM referrals WHERE referral_id = ?", (referral_id,)).fetchone()
        if row is None:
            raise UnknownReferral("no such referral")
        return str(row[0])

    def _change(self, referral_id: str, state: str) -> None:
        self._db.execute(
            "UPDATE referrals SET state = ?, version = version + 1 WHERE referral_id = ?", (state, referral_id)
        )

    def waiting(self, partner: str | None = None) -> list[Waiting]:
        """Every referral that a partner can see, most urgent and oldest first."""
        with reading(self._db):
            rows = self._db.execute(
                """SELECT r.referral_id, r.partner, r.class, r.state, r.created, r.acknowledge_by, count(p.packet_id),
                          coalesce(length(max(p.sealed) FILTER (WHERE p.kind = 'referral')), 0)
                   FROM referrals r LEFT JOIN packets p USING (referral_id)
                   WHERE r.state NOT IN ('held', 'destroyed', 'expired') AND (? IS NULL OR r.partner = ?)
                   AND NOT (r.state = 'withdrawn' AND p.packet_id IS NULL)
                   GROUP BY r.referral_id ORDER BY r.class != 'now', r.class != 'days', r.created, r.rowid""",
                (partner, partner),
            )
            return [Waiting(*row) for row in rows]

    def sealed(self, referral_id: str) -> list[bytes]:
        """The sealed files of a referral, the referral itself first; none for a held one. Raises UnknownReferral."""
        with reading(self._db):
            if self._state(referral_id) == "held":
                return []
            rows = self._db.execute(
                "SELECT sealed FROM packets WHERE referral_id = ? ORDER BY kind != 'referral', received, rowid",
                (referral_id,),
            )
            return [bytes(row[0]) for row in rows]

    def acknowledge(self, referral_id: str, now: int) -> str:
        """A caseworker says that she has it: the held ones of the same urgent list are destroyed unsent. Returns the state."""
        with transaction(self._db):
            state = self._state(referral_id)
            if state != "delivered":
                return state
            self._change(referral_id, "acknowledged")
            self._db.execute("UPDATE referrals SET acknowledged = ? WHERE referral_id = ?", (now, referral_id))
            self._destroy_held(referral_id)
            return "acknowledged"

    def _destroy_held(self, referral_id: str) -> None:
        held = self._db.execute(
            """SELECT h.referral_id FROM referrals h JOIN referrals a USING (case_id)
               WHERE a.referral_id = ? AND a.class = 'now' AND h.state = 'held'""",
            (referral_id,),
        ).fetchall()
        for (each,) in held:
            self._db.execute("DELETE FROM packets WHERE referral_id = ?", (each,))
            self._change(each, "destroyed")

    def release(self, now: int) -> int:
        """Deliver the next of each urgent list whose earlier ones are all late and silent. Returns how many.

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
                self._change(each, "delivered")
                late = now + ACKNOWLEDGE_MINUTES["now"] * _MINUTE
                self._db.execute("UPDATE referrals SET acknowledge_by = ? WHERE referral_id = ?", (late, each))
            return len(ready)

    def expire(self, now: int) -> int:
        """Erase sealed packets past their time: 7 days after they were acknowledged, 30 at most. Returns how many referrals."""
        with transaction(self._db):
            old = self._db.execute(
                """SELECT referral_id, expires <= ? FROM referrals
                   WHERE (expires <= ? OR acknowledged <= ?)
                   AND EXISTS (SELECT 1 FROM packets p WHERE p.referral_id = referrals.referral_id)""",
                (now, now, now - _KEEP_ACKNOWLEDGED_DAYS * _DAY),
            ).fetchall()
            for referral_id, over in old:
                self._db.execute("DELETE FROM packets WHERE referral_id = ?", (referral_id,))
                if over and self._state(referral_id) in ("held", "delivered"):
                    self._change(referral_id, "expired")
            return len(old)

    def case(self, verifier: bytes) -> CaseView | None:
        """What a return code opens; None for a code that opens nothing here."""
        with reading(self._db):
            row = self._db.execute("SELECT case_id FROM cases WHERE verifier = ?", (verifier,)).fetchone()
            if row is None:
                return None
            states = self._db.execute(
                "SELECT referral_id, partner, state FROM referrals WHERE case_id = ? ORDER BY created, position, rowid",
                (row[0],),
            )
            return CaseView(case_id=row[0], referrals=tuple(ReferralState(*state) for state in states))


def migrations() -> list[str]:
    """The numbered schema scripts, in order."""
    return numbered_scripts(Path(__file__).parent / "schema")


def hour(now: float) -> int:
    """A time rounded down to its hour, the finest that is written about what a person did."""
    return int(now) // _HOUR * _HOUR
