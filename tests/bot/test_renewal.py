"""A newer partner list is taken while the bot runs, and what is refused is counted for the operators once."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from bot.renewal import Renewal
from bot.store import Store
from bot.writer import Writer
from referrals import fixtures
from referrals.publishing.targets import Suspension
from tests.bot.rig import STORE_KEY
from tests.bot.test_partners import Moving, operated
from tests.referrals.publishing.ceremony import NOW as THEN

SAFE = fixtures.IDS["SAFE-CN"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[tuple[Store, ThreadPoolExecutor]]:
    """A store in a thread of its own."""
    thread = ThreadPoolExecutor(1)
    opened = thread.submit(
        Store.opened, tmp_path / "conversations.db", STORE_KEY, random.Random(7).randbytes, create=True
    ).result()
    yield opened, thread
    thread.submit(opened.close).result()
    thread.shutdown()


async def test_a_suspension_is_seen_at_the_next_look(tmp_path: Path, store: tuple[Store, ThreadPoolExecutor]) -> None:
    """One operator alone takes a partner out, and the bot that runs no longer has it as active."""
    clock = Moving()
    ceremony, partners = operated(tmp_path, clock)
    renewal = Renewal(partners, store[0], Writer(*store), clock)
    assert partners.today().partner(SAFE).x_status == "active"
    later = THEN + timedelta(minutes=5)
    ceremony.suspend("park", [Suspension(id="0" * 16, partners=(SAFE,), reason="complaint", since=later)], later)
    clock.now = later.timestamp()
    await renewal.once()
    assert SAFE not in partners.today() or partners.today().partner(SAFE).x_status != "active"


async def test_what_is_refused_is_counted_once_and_changes_nothing(
    tmp_path: Path, store: tuple[Store, ThreadPoolExecutor]
) -> None:
    """An altered list leaves the last verified one standing."""
    clock = Moving()
    ceremony, partners = operated(tmp_path, clock)
    renewal = Renewal(partners, store[0], Writer(*store), clock)
    before = partners.today()
    timestamp = ceremony.published / "metadata" / "timestamp.json"
    timestamp.write_bytes(
        timestamp.read_bytes().replace(b'"version": ', b'"version": 9').replace(b'"version":', b'"version":9', 1)
    )
    for _ in range(3):
        await renewal.once()

    def alarms() -> list[tuple[str, int]]:
        with store[0].reading() as connection:
            return [tuple(row) for row in connection.execute("SELECT kind, count FROM alarms").fetchall()]

    assert store[1].submit(alarms).result() == [("partner_list", 1)]
    assert partners.today() == before
