"""Carries what was erased to the second place (NARU_TOMBSTONES), so that no backup brings it back. Trouble there is an alarm, and no more.

The folder may be another machine's, which can hang: it is written in a thread of its own, and waited for only so long.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from bot.quiet import note
from bot.store import Store
from bot.writer import Writer
from referrals import tombstones
from referrals.casebook import Casebook
from referrals.tombstones import Tombstone, TombstoneError

ALARM = "second_place"
_PATIENCE = 10.0  # seconds for a write; a disk or a machine of one's own needs far below one
_REMINDED = 3_600  # seconds between alarms for the same trouble


class SecondPlace:
    """What was erased, on its way to the second place."""

    def __init__(
        self, folder: Path | None, store: Store, casebook: Casebook, writer: Writer, clock: Callable[[], float]
    ) -> None:
        """`folder` None: there is no second place, and what was erased is not remembered. `writer` owns both databases."""
        self._folder = folder
        self._store = store
        self._casebook = casebook
        self._writer = writer
        self._clock = clock
        self._writing: asyncio.Task[None] | None = None  # a write that may hang
        self._swept: date | None = None  # day on which old files were erased
        self._alarmed: float | None = None  # when the operators were last told of a trouble that lasts

    async def once(self) -> None:
        """Carry what waits, and forget what no backup reaches back to. Raises DatabaseError."""
        if self._folder is None:
            await self._writer.run(self._casebook.forget_erasures)
            return
        if self._writing is not None and not self._writing.done():
            return  # it still hangs, which was told
        now = datetime.fromtimestamp(self._clock(), UTC)
        try:
            while erased := await self._writer.run(self._casebook.erasures):
                await self._done(partial(tombstones.write, self._folder, erased, now))
                await self._writer.run(partial(self._struck_off, erased))
            if self._swept != now.date():
                await self._done(partial(tombstones.write, self._folder, (), now))
                await self._done(partial(tombstones.forget_old, self._folder, now.date()))
                self._swept = now.date()
        except TombstoneError as error:
            await self._trouble(error)
        else:
            self._alarmed = None

    def _struck_off(self, erased: list[Tombstone]) -> None:
        self._casebook.erasures_carried(erased)

    async def _done(self, work: Callable[[], object]) -> None:
        """Do it in a thread of its own. Raises TombstoneError, also when it takes too long."""

        async def write() -> None:
            await asyncio.to_thread(work)

        self._writing = asyncio.create_task(write())
        await asyncio.wait({self._writing}, timeout=_PATIENCE)
        if not self._writing.done():
            self._writing.add_done_callback(_heard)
            raise TombstoneError("It does not answer.")
        self._writing.result()

    async def _trouble(self, error: TombstoneError) -> None:
        now = self._clock()
        if self._alarmed is not None and 0 <= now - self._alarmed < _REMINDED:
            return
        note("retention.second_place", error=error)
        await self._writer.commit(lambda: self._store.alarm(ALARM, now))
        self._alarmed = now


def _heard(late: asyncio.Task[None]) -> None:
    """It ended after all; how, the next write shows."""
    if not late.cancelled():
        late.exception()
