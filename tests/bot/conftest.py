"""A rig with the fake messenger, for the tests of the loop."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.rig import Rig, rigged


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    """Give the bot's loop on new databases."""
    async with rigged(tmp_path) as made:
        yield made
