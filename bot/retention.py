"""What is erased by itself, and after how long. Runs inside the bot, so that no forgotten cron job can keep anything.

| what | after |
| --- | --- |
| a screen left open, and its conversation | 10 idle minutes; 3 on the urgent path and on the keypad (flow.idle_seconds) |
| a paused conversation | 24 hours; 72 when only the decision to send was left (engine) |
| the message that showed it | 47 hours after it was sent, before Telegram no longer lets it be deleted (jobs.DELETE_AFTER) |
| lookup keys, update ids, set-aside updates | 72 hours, 8 days, 8 days (store) |
| how often somebody tried codes or searched for partners, and the keys to it | 48 hours (limits) |
| the delivery handle, which joins chat and case, in the modes that allow writing | 14 days after her last action (handles) |
| sealed packets | 7 days after they were acknowledged, 30 at most (casebook) |
| replies to her, copies for colleagues, words that partners owe | see casebook_kept |
| the random ids of what was erased from the casebook | once they stand in the second place; at once where there is none (second_place) |

What is erased is still in the write-ahead log until that is folded into the file: at the next look after anything was written, and
again at each further one while a reader is in the way. Idle conversations that were missed while the bot was down are covered as soon
as it runs again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from pathlib import Path

from bot.dialogue.events import Idled
from bot.intake import Intake
from bot.quiet import note
from bot.second_place import SecondPlace
from bot.store import Store
from bot.writer import Writer
from referrals.casebook import Casebook
from referrals.casebook_release import May
from referrals.database import DatabaseError

_EVERY = 5.0  # seconds between looks for idle screens: a wipe by idling comes at most this late
_TIDY_EVERY = 300.0  # seconds between erasures of what is past its time, and between foldings of the casebook's log
_AT_ONCE = 100  # idle conversations covered in one look


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
        deliverable: May = lambda _: "yes",
        second_place: Path | None = None,
    ) -> None:
        """`writer` is the thread that owns `store` and `casebook`; `ring` tells the outbox that there may be work.

        `deliverable` is asked before a held referral goes to its partner: the partner may be suspended since she ticked it.
        `second_place` is the folder that keeps the ids of what was erased; None: there is none.
        """
        self._store = store
        self._casebook = casebook
        self._intake = intake
        self._ring = ring
        self._writer = Writer(store, writer)
        self._clock = clock
        self._deliverable = deliverable
        self._second_place = SecondPlace(second_place, store, casebook, self._writer, clock)
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
        await self._attempt(self._writer.run(lambda: self._casebook.release(int(now), self._deliverable)))
        await self._attempt(self._writer.run(lambda: self._casebook.settle(int(now))))
        if not 0 <= now - self._tidied < _TIDY_EVERY:  # below 0: the clock was set back
            await self._attempt(self._erase(now))
        await self._attempt(self._second_place.once())
        await self._attempt(self._writer.run(self._fold))

    async def _attempt(self, work: Awaitable[object]) -> None:
        try:
            await work
        except DatabaseError as error:
            note("retention.storage", error=error)
        except Exception as error:  # noqa: BLE001  # nothing that one conversation brings out may end the erasing of the others
            note("retention.defect", error=error)

    async def _cover_idle(self, now: float) -> None:
        for chat in await self._writer.read(lambda: self._store.idle(now, _AT_ONCE)):
            await self._attempt(self._intake.happen(chat, Idled()))

    async def _erase(self, now: float) -> None:
        if await self._writer.run(lambda: self._tidy(now)):
            self._tidied = now

    def _tidy(self, now: float) -> bool:
        """Erase what is past its time; False when a reader kept what was erased in a log, so that it is tried again soon."""
        with self._store.transaction():
            self._store.expire(now)
        self._casebook.expire(int(now))
        folded = [self._store.fold(), self._casebook.checkpoint()]
        return all(folded)

    def _fold(self) -> None:
        if not self._store.fold():
            note("retention.reader_in_the_way")  # what was erased is still in the log: again at the next look
