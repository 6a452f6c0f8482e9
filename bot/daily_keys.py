"""Keys that change every day and are destroyed soon after: what was written under one can't be found or joined once it is gone."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Literal, TypeAlias

from referrals.database import Connection

DAY = 86_400  # seconds

Draw: TypeAlias = Callable[[int], bytes]
"""Gives so many random bytes."""


class DailyKeys:
    """One table of daily keys. The caller's transaction holds everything that is done here."""

    def __init__(
        self, connection: Connection, table: Literal["lookup_keys", "limit_keys"], old: int, draw: Draw
    ) -> None:
        """`old` is how many days' keys are kept besides today's; `draw` gives random bytes for new ones."""
        self._db = connection
        self._table = table
        self._old = old
        self._draw = draw

    def known(self, chat: int, now: float) -> dict[int, bytes]:
        """The chat's HMAC under each key that is not destroyed, by day. Days to come are among them if the clock was set back."""
        rows = self._db.execute(f"SELECT day, key FROM {self._table} WHERE day >= ?", (self._first(now),))  # noqa: S608  # ours
        return {int(day): _hmac(bytes(key), chat) for day, key in rows.fetchall()}

    def today(self, chat: int, now: float) -> tuple[int, bytes]:
        """Today, in days since 1970-01-01, and the chat's HMAC under today's key, which is made if there is none yet."""
        day = int(now) // DAY
        known = self.known(chat, now)
        if day in known:
            return day, known[day]
        key = self._draw(32)
        self._db.execute(f"INSERT INTO {self._table} VALUES (?, ?)", (day, key))  # noqa: S608  # ours
        return day, _hmac(key, chat)

    def expire(self, now: float) -> None:
        """Destroy the keys that are past their time."""
        self._db.execute(f"DELETE FROM {self._table} WHERE day < ?", (self._first(now),))  # noqa: S608  # ours

    def _first(self, now: float) -> int:
        return int(now) // DAY - self._old


def _hmac(key: bytes, chat: int) -> bytes:
    return hmac.new(key, chat.to_bytes(8, "big", signed=True), hashlib.sha256).digest()
