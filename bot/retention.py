"""What is erased by itself, and after how long. Runs inside the bot, so that no forgotten cron job can keep anything.

| what | after |
| --- | --- |
| a screen left open, and its conversation | 10 idle minutes; 3 on the urgent path and on the keypad (flow.idle_seconds) |
| a paused conversation | 24 hours; 72 when only the decision to send was left (engine) |
| lookup keys, update ids, set-aside updates | 72 hours, 8 days, 8 days (store) |
| sealed packets | 7 days after they were acknowledged, 30 at most (casebook) |

Idle conversations that were missed while the bot was down are covered as soon as it runs again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import TypeVar

from bot.dialogue.events import Idled
from bot.intake import Intake
from bot.quiet import note
from bot.store import Store
from referrals.casebook import Casebook
from referrals.database import DatabaseError

_EVERY = 5.0  # seconds between looks for idle screens: a wipe by idling comes at most this late
_TIDY_EVERY = 300.0  # seconds between erasures of what is past its time, and between foldings of the log
_AT_ONCE = 100  # idle conversations covered in one look

T = TypeVar("T")


class Retention:
    """Covers idle screens, releases held urgent referrals, and erases what is past its time."""

    def __init__(
        self,
        store: Store,
        casebook: Casebook,
        intake: Intake,
        ring: Callable[[], None],
        writer: Executor,
        clock: Callable[[], float],
    ) -> None:
        """`writer` is the thread that owns `store` and `casebook`; `ring` tells the outbox that there may be work."""
        self._store = store
        self._casebook = casebook
        self._intake = intake
        self._ring = ring
        self._writer = writer
        self._clock = clock
        self._tidied = float("-inf")

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self.once()
            await asyncio.sleep(_EVERY)

    async def once(self) -> None:
        """Do what is due now; what fails is noted, done again at the next look, and keeps nothing else from being done."""
        now = self._clock()
        await self._attempt(self._cover_idle(now))
        self._ring()
        await self._attempt(self._in_writer(lambda: self._casebook.release(int(now))))
        if not 0 <= now - self._tidied < _TIDY_EVERY:  # below 0: the clock was set back
            await self._attempt(self._erase(now))

    async def _attempt(self, work: Awaitable[object]) -> None:
        try:
            await work
        except DatabaseError as error:
            note("retention.storage", error=error)
        except Exception as error:  # noqa: BLE001  # nothing that one conversation brings out may end the erasing of the others
            note("retention.defect", error=error)

    async def _cover_idle(self, now: float) -> None:
        def read() -> list[int]:
            with self._store.reading():
                return self._store.idle(now, _AT_ONCE)

        for chat in await self._in_writer(read):
            await self._attempt(self._intake.happen(chat, Idled()))

    async def _erase(self, now: float) -> None:
        if await self._in_writer(lambda: self._tidy(now)):
            self._tidied = now

    def _tidy(self, now: float) -> bool:
        """Erase what is past its time; False when a reader kept what was erased in a log, so that it is tried again soon."""
        with self._store.transaction():
            self._store.expire(now)
        self._casebook.expire(int(now))
        folded = [self._store.checkpoint(), self._casebook.checkpoint()]
        return all(folded)

    async def _in_writer(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, work)
