"""How often somebody tried something lately, without a way from the count to a conversation, a handle or a case.

Counted per person under an HMAC of the chat id, with daily keys that nothing else uses; rows and keys are gone after 48 hours
(domain.md 5.3, "user-HMAC for rate limit"). Called inside a transaction of the store, like every part of it.
"""

from typing import Literal, TypeAlias

from bot.daily_keys import DAY, DailyKeys, Draw
from bot.dialogue.world import Tries
from referrals.database import Connection

# Days' keys kept besides today's. With one, what was written at midnight is erased at midnight two days later: 48 hours.
_OLD_KEYS = 1

Kind: TypeAlias = Literal["code", "match"]


class Limits:
    """Counts attempts."""

    def __init__(self, connection: Connection, draw: Draw) -> None:
        """Take the store's connection and a source of random bytes for the keys."""
        self._db = connection
        self._keys = DailyKeys(connection, "limit_keys", _OLD_KEYS, draw)

    def tries(self, chat: int, now: float) -> Tries:
        """What this person tried: codes yesterday and today, searches for partners today (UTC)."""
        codes, last, matches = 0, 0, 0
        for day, person in self._keys.known(chat, now).items():
            for kind, count, at in self._db.execute("SELECT kind, count, last FROM tries WHERE person = ?", (person,)):
                if kind == "code":
                    codes, last = codes + int(count), max(last, int(at))
                elif day == int(now) // DAY:
                    matches = int(count)
        return Tries(codes, float(last), matches)

    def count(self, chat: int, kind: Kind, now: float) -> None:
        """Count one more attempt: a return code that opened nothing, or a search for partners."""
        day, person = self._keys.today(chat, now)
        self._db.execute(
            """INSERT INTO tries VALUES (?, ?, ?, 1, ?)
               ON CONFLICT (person, kind) DO UPDATE SET count = count + 1, last = excluded.last""",
            (person, day, kind, int(now)),
        )

    def clear(self, chat: int, kind: Kind, now: float) -> None:
        """Forget the attempts of one kind: she knew the code after all."""
        for person in self._keys.known(chat, now).values():
            self._db.execute("DELETE FROM tries WHERE person = ? AND kind = ?", (person, kind))

    def expire(self, now: float) -> None:
        """Erase counts and keys that are past their 48 hours."""
        self._keys.expire(now)
        self._db.execute("DELETE FROM tries WHERE day NOT IN (SELECT day FROM limit_keys)")
