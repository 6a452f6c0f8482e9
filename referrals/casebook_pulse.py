"""How the bot is, in numbers that it leaves for the operators' pages: never anything about a person.

Every function works inside the transaction of its caller. Times are Unix seconds, UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from referrals.database import Connection


@dataclass(frozen=True, slots=True)
class Pulse:
    """One number."""

    value: int
    at: int  # when it was counted


def set_all(db: Connection, values: Mapping[str, int], now: int, instead_of: str | None = None) -> None:
    """Keep each number in place of the one before, and with `instead_of` in place of all whose names begin so."""
    if instead_of is not None:
        db.execute("DELETE FROM pulse WHERE substr(name, 1, ?) = ?", (len(instead_of), instead_of))
    db.executemany(
        """INSERT INTO pulse (name, value, at) VALUES (?, ?, ?)
           ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at""",
        [(name, value, now) for name, value in values.items()],
    )


def pulses(db: Connection) -> Mapping[str, Pulse]:
    """Every number by its name."""
    rows = db.execute("SELECT name, value, at FROM pulse ORDER BY name").fetchall()
    return {name: Pulse(value, at) for name, value, at in rows}
