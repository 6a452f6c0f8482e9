"""A store, and a rig with the fake messenger, for the tests of the loop."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.store import Store
from tests.bot.rig import STORE_KEY, Rig, rigged
from tests.bot.test_daily_keys import drawing


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    """Give the bot's loop on new databases."""
    async with rigged(tmp_path) as made:
        yield made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give a new store, inside a transaction."""
    keys = drawing()
    store = Store.opened(tmp_path / "conversations.db", STORE_KEY, lambda _: next(keys), create=True)
    with store.transaction():
        yield store
    store.close()
