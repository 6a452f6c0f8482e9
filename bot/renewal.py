"""Looks for a newer partner list every half minute, and tells the operators when one is refused.

A list that the operators publish counts within a minute, a suspension at once when it is seen. What can't be fetched or is refused changes
nothing: the last verified list stands until its own dates pass.
"""

import asyncio
from collections.abc import Callable

from bot.partners import Partners
from bot.quiet import note
from bot.store import Store
from bot.writer import Writer
from referrals.database import DatabaseError

_EVERY = 30.0  # seconds between looks: what is published counts within a minute (issue 4)


class Renewal:
    """Renews the list beside the conversations."""

    def __init__(self, partners: Partners, store: Store, writer: Writer, clock: Callable[[], float]) -> None:
        """`writer` is the thread that owns `store`."""
        self._partners = partners
        self._store = store
        self._writer = writer
        self._clock = clock
        self._told: tuple[type[Exception], ...] = ()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self.once()
            await asyncio.sleep(_EVERY)

    async def once(self) -> None:
        """Look once. Each kind of trouble is counted for the operators when it begins, not at every look."""
        try:
            verified = await asyncio.to_thread(self._partners.refresh)
            troubles: list[Exception] = [*verified.alarms, *([] if verified.refused is None else [verified.refused])]
        except Exception as error:  # noqa: BLE001  # whatever a disk or a server brings out, the next look comes
            troubles = [error]
        new = [each for each in troubles if type(each) not in self._told]
        self._told = tuple(type(each) for each in troubles)
        for each in new:
            note("partners.refused", error=each)
        if new:
            try:
                await self._writer.commit(lambda: self._store.alarm("partner_list", self._clock()))
            except DatabaseError as error:
                note("partners.storage", error=error)
