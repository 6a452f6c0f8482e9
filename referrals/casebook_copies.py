"""Which open packets a key can't open yet: what a colleague seals once more for who joined, or lost her key. Nothing here is read.

Every function reads inside its caller's `reading`.
"""

from dataclasses import dataclass, field

from referrals.casebook_moves import OPEN
from referrals.database import Connection


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A sealed packet of an open referral that has no copy for a key, with every copy that there is."""

    packet_id: str = field(repr=False)
    referral_id: str = field(repr=False)
    copies: tuple[bytes, ...] = field(repr=False)


_MISSING = f"""FROM packets p JOIN referrals r USING (referral_id)
    WHERE r.partner = :partner AND r.state IN ({", ".join(f"'{state}'" for state in sorted(OPEN))})
    AND instr(' ' || p.recipients || ' ', ' ' || :mark || ' ') = 0
    AND NOT EXISTS (SELECT 1 FROM resealed c WHERE c.packet_id = p.packet_id AND c.mark = :mark)"""  # noqa: S608  # states are ours


def count(db: Connection, partner: str, mark: str) -> int:
    """How many packets of a partner's open referrals the key with this mark can't open."""
    (found,) = db.execute(f"SELECT count(*) {_MISSING}", {"partner": partner, "mark": mark}).fetchone()
    return int(found)


def some(db: Connection, partner: str, mark: str, after: str, most: int) -> tuple[Unreadable, ...]:
    """At most `most` of them by id, those behind `after` ("" for the first)."""
    rows = db.execute(
        f"SELECT p.packet_id, p.referral_id, p.sealed {_MISSING} AND p.packet_id > :after ORDER BY p.packet_id LIMIT :most",
        {"partner": partner, "mark": mark, "after": after, "most": most},
    ).fetchall()
    return tuple(Unreadable(row[0], row[1], (bytes(row[2]), *_copies(db, row[0]))) for row in rows)


def _copies(db: Connection, packet_id: str) -> list[bytes]:
    rows = db.execute("SELECT sealed FROM resealed WHERE packet_id = ? ORDER BY rowid", (packet_id,)).fetchall()
    return [bytes(row[0]) for row in rows]
