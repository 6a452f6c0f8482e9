"""The one thread that owns the databases, as seen from the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from bot.store import Store

T = TypeVar("T")


class Writer:
    """Does work in that thread, in turn with everybody else's."""

    def __init__(self, store: Store, thread: Executor) -> None:
        """`thread` is the one in which `store` was opened."""
        self._store = store
        self._thread = thread

    async def commit(self, work: Callable[[], T]) -> T:
        """Do something in one transaction of the store. Raises DatabaseError."""

        def write() -> T:
            with self._store.transaction():
                return work()

        return await self.run(write)

    async def read(self, work: Callable[[], T]) -> T:
        """Read from one moment of the store. Raises DatabaseError."""

        def read() -> T:
            with self._store.reading():
                return work()

        return await self.run(read)

    async def run(self, work: Callable[[], T]) -> T:
        """Do something that holds its own transactions, or needs none."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
