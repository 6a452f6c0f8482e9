"""Slow-down for what can be guessed, without addresses and without ever locking anybody out.

A bucket holds tokens that come back with time; a try takes one. Passkeys need none: there is nothing to guess.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

_HASHING: Final = 2  # passphrases checked at once: 64 MiB each
_MOST: Final = 4_096  # buckets kept; the one unused for longest goes first


@dataclass(frozen=True, slots=True)
class Pace:
    """How many tries at once, and how many seconds until one comes back."""

    burst: int
    seconds: float


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Slowing:
    """Buckets by name, in memory: a restart fills them, and nothing of a stranger is written down."""

    def __init__(self) -> None:
        self.hashing = asyncio.Semaphore(_HASHING)
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, name: str, pace: Pace, now: float) -> int:
        """Take one try from a bucket. Returns 0 when there was one, else the seconds until there will be."""
        bucket = self._buckets.setdefault(name, _Bucket(pace.burst, now))
        self._buckets.move_to_end(name)
        if len(self._buckets) > _MOST:
            self._buckets.popitem(last=False)
        passed = max(0.0, now - bucket.at)
        bucket.tokens = min(pace.burst, bucket.tokens + passed / pace.seconds)
        bucket.at = now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return 0
        return int((1 - bucket.tokens) * pace.seconds) + 1
