"""What was tried is counted without anybody's name."""

from bot.dialogue.tries import Tries


def test_nothing_was_tried_by_default() -> None:
    """Somebody new waits for nothing."""
    assert (Tries().codes, Tries().last_code, Tries().matches) == (0, 0.0, 0)
