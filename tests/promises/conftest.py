"""A rig with the fake messenger, for every promise that is kept by the loop."""

from tests.bot.conftest import rig

__all__ = ["rig"]
