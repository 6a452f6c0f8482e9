"""The clerk: the one thread that owns both databases, and does one piece of work after the other."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from referrals.desk.store import Books

T = TypeVar("T")


class Clerk:
    """Runs work on the books, in turn."""

    def __init__(self, opening: Callable[[], Books]) -> None:
        """`opening` opens both databases; it is called in the clerk's thread, and what it raises is raised here."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="desk-books")
        try:
            self._books = self._thread.submit(opening).result()
        except BaseException:
            self._thread.shutdown()
            raise

    async def run(self, work: Callable[[Books], T]) -> T:
        """Do a piece of work that holds its own transactions. Raises what it raises, DatabaseError among it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._books)

    def do(self, work: Callable[[Books], T]) -> T:
        """The same for who has no event loop: a command or a test."""
        return self._thread.submit(work, self._books).result()

    def close(self) -> None:
        """Close both databases and end the thread."""
        self._thread.submit(self._books.close).result()
        self._thread.shutdown()
