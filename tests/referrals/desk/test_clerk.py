"""The one thread that owns both databases."""

import asyncio
import threading
from pathlib import Path

import pytest

from referrals.database import MissingDatabaseError
from referrals.desk.clerk import Clerk
from referrals.desk.store import Books, DeskStore
from tests.desk_rig import DESK_KEY, opened_books


def test_all_work_is_done_in_one_thread_in_turn(tmp_path: Path) -> None:
    """Whoever asks, from a loop or not: the same thread, one after the other."""
    clerk = Clerk(lambda: opened_books(tmp_path))
    done: list[int] = []

    def work(books: Books, number: int) -> int:
        assert isinstance(books.desk, DeskStore)
        done.append(number)
        return threading.get_ident()

    async def many() -> list[int]:
        return await asyncio.gather(*(clerk.run(lambda books, n=number: work(books, n)) for number in range(20)))  # type: ignore[misc]

    threads = {*asyncio.run(many()), clerk.do(lambda books: work(books, 20))}
    clerk.close()

    assert len(threads) == 1
    assert threads != {threading.get_ident()}
    assert done == list(range(21))


def test_what_work_raises_is_raised(tmp_path: Path) -> None:
    """Also to who waits in a loop."""
    clerk = Clerk(lambda: opened_books(tmp_path))

    def fail(_: Books) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        clerk.do(fail)
    with pytest.raises(LookupError):
        asyncio.run(clerk.run(fail))
    clerk.close()


def test_what_can_not_be_opened_is_told(tmp_path: Path) -> None:
    """At once, and no thread is left behind."""
    before = threading.active_count()

    with pytest.raises(MissingDatabaseError):
        Clerk(lambda: Books(DeskStore.opened(tmp_path / "no.db", DESK_KEY), None))  # type: ignore[arg-type]  # not reached

    assert threading.active_count() == before
