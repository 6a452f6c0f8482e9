"""Counting persons without identifying them: rows of conversations.db that only grow, and that belong to nobody."""

from referrals.database import Connection
from referrals.statistics import Cell, Facts, cells, quarter_of


class Tallies:
    """The table `tallies` of an open conversations.db. Every method is called inside a transaction or a reading, as those of Store."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def count(self, facts: Facts, now: float) -> None:
        """Count a person who agreed to it, in the quarter of `now` (Unix seconds).

        Never in a quarter before one that was begun: a clock set back must not change what may have been published.
        """
        (latest,) = self._db.execute("SELECT coalesce(max(quarter), '') FROM tallies").fetchone()
        quarter = max(quarter_of(now), latest)
        self._db.executemany(
            """INSERT INTO tallies (quarter, dimension, value, place, count) VALUES (?, ?, ?, ?, 1)
               ON CONFLICT DO UPDATE SET count = count + 1""",
            [(quarter, *cell) for cell in cells(facts)],
        )

    def quarters(self) -> list[str]:
        """The quarters in which somebody was counted, oldest first."""
        return [row[0] for row in self._db.execute("SELECT DISTINCT quarter FROM tallies ORDER BY quarter")]

    def counts(self, quarter: str) -> dict[Cell, int]:
        """The exact counts of a quarter: for `statistics.published`, never to be shown."""
        rows = self._db.execute("SELECT dimension, value, place, count FROM tallies WHERE quarter = ?", (quarter,))
        return {Cell(dimension, value, place): count for dimension, value, place, count in rows}
