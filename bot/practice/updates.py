"""The queue behind getUpdates: earliest first, given again until a higher offset confirms them.

Where the documentation is silent this follows the open Bot API server and the queue it is built on (tdlib's TQueue).
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.practice.answers import Json

KEPT_SECONDS = 24 * 3600  # core.telegram.org/bots/api#getting-updates: "not stored longer than 24 hours"
RESTART_SECONDS = 7 * 24 * 3600  # #update: after a week without updates the next id is chosen at random
OFFSET_AHEAD = 10  # TQueue.get: an offset further ahead of the newest id is taken for an error and ignored
ID_RANGE = 900_000_000  # ids are positive 32-bit numbers; the ones seen in the field have nine digits
NOT_BY_DEFAULT = frozenset(
    {"chat_member", "message_reaction", "message_reaction_count"}
)  # #getupdates, allowed_updates


@dataclass(frozen=True, slots=True)
class Waiting:
    """One update that was not confirmed yet."""

    update_id: int
    created: float  # seconds since the epoch
    body: dict[str, Json] = field(repr=False)


class UpdateQueue:
    """Updates for one bot. `clock` gives seconds since the epoch; `below(n)` a random number from 0 to n-1."""

    def __init__(self, clock: Callable[[], float], below: Callable[[int], int]) -> None:
        self._clock = clock
        self._below = below
        self._waiting: deque[Waiting] = deque()
        self._newest = 0  # 0: none was ever made
        self._newest_at = 0.0
        self.allowed: frozenset[str] | None = None  # None: all but NOT_BY_DEFAULT
        self.confirmed = 0  # how many were confirmed so far, for tests

    def add(self, body: dict[str, Json]) -> int | None:
        """Queue an update with these fields; None where its kind was not asked for.

        Kinds are filtered when an update is made, not when it is fetched, as Telegram documents it.
        """
        now = self._clock()
        kinds = set(body)
        if kinds & NOT_BY_DEFAULT if self.allowed is None else not kinds & self.allowed:
            return None
        if self._newest == 0 or now - self._newest_at >= RESTART_SECONDS:
            self._newest = 100_000_000 + self._below(ID_RANGE)
        else:
            self._newest += 1
        self._newest_at = now
        self._waiting.append(Waiting(self._newest, now, {"update_id": self._newest, **body}))
        return self._newest

    def fetch(self, offset: int, limit: int) -> list[dict[str, Json]]:
        """Confirm what lies below the offset and give up to `limit` of the rest; given again until confirmed."""
        self._drop_old()
        if offset < 0:
            while len(self._waiting) > -offset:
                self._confirm_first()
        elif offset <= self._newest + OFFSET_AHEAD:
            while self._waiting and self._waiting[0].update_id < offset:
                self._confirm_first()
        return [self._waiting[place].body for place in range(min(limit, len(self._waiting)))]

    def forget(self) -> None:
        """Drop everything that waits (deleteWebhook with drop_pending_updates)."""
        self._waiting.clear()

    def __len__(self) -> int:
        """How many wait to be confirmed."""
        return len(self._waiting)

    def _confirm_first(self) -> None:
        self._waiting.popleft()
        self.confirmed += 1

    def _drop_old(self) -> None:
        oldest = self._clock() - KEPT_SECONDS
        while self._waiting and self._waiting[0].created < oldest:
            self._waiting.popleft()
