"""A casebook after a restore: what was erased since the backup goes again, and what nobody can vouch for is shown to nobody.

Every function works inside the transaction of its caller. Times are Unix seconds, UTC.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from referrals.casebook_changes import change, destroy_held
from referrals.casebook_filed import file
from referrals.casebook_kept import erase_past
from referrals.casebook_moves import MOVES
from referrals.database import Connection
from referrals.filing import ErasureFiling
from referrals.tombstones import Tombstone

_VERIFIER_BYTES = 32
_HIDDEN = "restored"  # state of a referral that came back from a backup and is shown to nobody yet
# Kinds of tombstones whose row is simply deleted once more: table and column.
_ROWS = {
    "packet": ("packets", "packet_id"),
    "reply": ("replies", "reply_id"),
    "report": ("reports", "report_id"),
    "referral": ("referrals", "referral_id"),
    "case": ("cases", "case_id"),
}


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of a restored casebook."""

    erased: int  # tombstones that were applied
    hidden: int  # referrals that nobody sees until she returns or her partner confirms


def settled(db: Connection, buried: Iterable[Tombstone] | None, now: int, draw: Callable[[int], bytes]) -> Restored:
    """Bring a casebook from a backup to what is known today. `buried` is what was erased since; None when that is lost.

    Nothing is sent by a restore: held urgent referrals, whose time is over, are destroyed, and nobody is told news a second time.
    """
    _passed(db, now)
    cards = {tag: case for case, tag in db.execute("SELECT case_id, lower(hex(substr(sealed, -16))) FROM cards")}
    # What she took back first: it must find its referral as it was.
    told = sorted(buried or (), key=lambda each: each[0] not in ("withdrawn", "erased"))
    erased = sum(_buried(db, kind, untrusted_id, cards, now, draw) for kind, untrusted_id in told)
    erase_past(db, now)
    return Restored(erased, _hide(db) if buried is None else 0)


def _passed(db: Connection, now: int) -> None:
    """What was under way when the backup was made is over: what was held, what was news, what could be undone."""
    for (case_id,) in db.execute("SELECT DISTINCT case_id FROM referrals WHERE state = 'held'").fetchall():
        destroy_held(db, case_id, now)
    db.execute("DELETE FROM news")
    db.execute("DELETE FROM undo")


def _buried(
    db: Connection, kind: str, untrusted_id: str, cards: dict[str, str], now: int, draw: Callable[[int], bytes]
) -> bool:
    """Erase once more what a tombstone names; False for what this backup does not have, or a kind that a later version knows."""
    match kind:
        case "withdrawn":
            return _taken_back(db, untrusted_id, now)
        case "erased":
            if db.execute("SELECT 1 FROM cases WHERE case_id = ?", (untrusted_id,)).fetchone() is None:
                return False
            file(db, ErasureFiling(case_id=untrusted_id, blank=draw(_VERIFIER_BYTES).hex()), None, now)
            return True
        case "card":
            case_id = cards.get(untrusted_id, "")
            return db.execute("DELETE FROM cards WHERE case_id = ?", (case_id,)).rowcount > 0
        case _:
            return kind in _ROWS and _row_erased(db, kind, untrusted_id)


def _row_erased(db: Connection, kind: str, untrusted_id: str) -> bool:
    table, column = _ROWS[kind]
    if kind == "case":  # its referrals were erased before it, each with a tombstone of its own
        db.execute("DELETE FROM referrals WHERE case_id = ?", (untrusted_id,))
    return db.execute(f"DELETE FROM {table} WHERE {column} = ?", (untrusted_id,)).rowcount > 0  # noqa: S608  # ours


def _taken_back(db: Connection, untrusted_id: str, now: int) -> bool:
    """She took it back after the backup; the word for its partner is lost, so nothing of it stays there to be opened."""
    row = db.execute("SELECT state FROM referrals WHERE referral_id = ?", (untrusted_id,)).fetchone()
    if row is None or "withdraw" not in MOVES[row[0]]:
        return False
    change(db, untrusted_id, "withdraw", now)
    db.execute("DELETE FROM packets WHERE referral_id = ?", (untrusted_id,))
    return True


def _hide(db: Connection) -> int:
    """Hide every referral that its partner could see anything of. What expired or was destroyed has nothing to be seen."""
    db.execute(
        f"""INSERT OR IGNORE INTO restored
            SELECT referral_id, state FROM referrals WHERE state NOT IN ('expired', 'destroyed', '{_HIDDEN}')"""  # noqa: S608  # ours
    )
    return db.execute(
        f"""UPDATE referrals SET state = '{_HIDDEN}', version = version + 1
            WHERE state != '{_HIDDEN}' AND referral_id IN (SELECT referral_id FROM restored)"""  # noqa: S608  # ours
    ).rowcount


def hidden_from_her(db: Connection, verifier: bytes) -> bool:
    """Whether something of the case that this code opens is hidden."""
    found = db.execute(
        "SELECT 1 FROM restored JOIN referrals USING (referral_id) JOIN cases USING (case_id) WHERE verifier = ? LIMIT 1",
        (verifier,),
    )
    return found.fetchone() is not None


def hidden(db: Connection) -> list[tuple[str, int]]:
    """How many referrals are hidden of each partner, by its id."""
    rows = db.execute(
        f"SELECT partner, count(*) FROM referrals WHERE state = '{_HIDDEN}' GROUP BY partner ORDER BY partner"  # noqa: S608  # ours
    )
    return [(row[0], row[1]) for row in rows]


def confirmed_by_her(db: Connection, verifier: bytes) -> int:
    """She is back with her code: what is hers is shown again as it was. Returns how many referrals."""
    return _shown(db, "case_id = (SELECT case_id FROM cases WHERE verifier = ?)", verifier)


def confirmed_by(db: Connection, partner: str) -> int:
    """A partner says that it has its cases: they are shown to it again as they were. Returns how many referrals."""
    return _shown(db, "partner = ?", partner)


def _shown(db: Connection, whose: str, value: str | bytes) -> int:
    shown = db.execute(
        f"""UPDATE referrals SET version = version + 1,
            state = (SELECT r.state FROM restored r WHERE r.referral_id = referrals.referral_id)
            WHERE state = '{_HIDDEN}' AND {whose}""",  # noqa: S608  # ours
        (value,),
    ).rowcount
    # Also of those that expired while they were hidden.
    db.execute(
        f"DELETE FROM restored WHERE referral_id NOT IN (SELECT referral_id FROM referrals WHERE state = '{_HIDDEN}')"  # noqa: S608  # ours
    )
    return shown
