"""Tells her, by one neutral line, that there is something new: never outside the contact mode and the band she chose.

The casebook says which cases have news, and keeps them until it is told that she knows. Their delivery handles become due, and wait
until their band is open and nothing runs in the chat; then one job is queued for each. The outbox asks the same question again at the
moment of sending, and what may not be sent then is dropped and found here again, so that hours of a messenger's outage only make the
line later, never wrong.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor

from bot.handles import Handle
from bot.quiet import note
from bot.store import Store
from bot.writer import Writer
from referrals.casebook import Casebook
from referrals.database import DatabaseError

_EVERY = 5.0  # seconds between looks; nobody waits for the line more closely than that


class Notices:
    """Queues what she may be told now."""

    def __init__(
        self,
        store: Store,
        casebook: Casebook,
        ring: Callable[[], None],
        writer: Executor,
        clock: Callable[[], float],
    ) -> None:
        """`writer` is the thread that owns `store` and `casebook`; `ring` tells the outbox that there may be work."""
        self._store = store
        self._casebook = casebook
        self._ring = ring
        self._writer = Writer(store, writer)
        self._clock = clock

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self.once()
            await asyncio.sleep(_EVERY)

    async def once(self) -> None:
        """Take what is new and queue what may be told now; what fails is noted and done again at the next look."""
        for work in (self._strike_off, self._take, self._queue):
            try:
                await self._writer.run(work)
            except DatabaseError as error:
                note("notices.storage", error=error)
            except Exception as error:  # noqa: BLE001  # a defect in one part must not end the telling of the others
                note("notices.defect", error=error)
        self._ring()

    def _strike_off(self) -> None:
        """Tell the casebook of those who returned and saw what is new. Stopped in between, it is told twice, which changes nothing."""
        with self._store.reading():
            cases = self._store.handles.seen()
        for case_id in cases:
            self._casebook.told(case_id)
            with self._store.transaction():
                self._store.handles.heard(case_id)

    def _take(self) -> None:
        """Make the handles due of which the casebook has news; one that is due or told already stays so."""
        cases = self._casebook.news()
        with self._store.transaction():
            for case_id in cases:
                self._store.handles.news(case_id)

    def _queue(self) -> None:
        now = self._clock()
        with self._store.transaction():
            for handle in self._store.handles.due():
                if allowed(self._store, handle.id, now) is not None:
                    self._store.queue_notice(handle.chat, handle.id, now)


def allowed(store: Store, handle_id: int, now: float) -> Handle | None:
    """The handle, if its person may be told now: she is to be, her mode and band allow it, and nothing runs in her chat."""
    handle = store.handles.find(handle_id)
    if handle is None or handle.state != "due" or not store.handles.open(handle, now):
        return None
    return handle if store.find(handle.chat, now) is None else None
