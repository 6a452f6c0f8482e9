"""Times as the pages show them: in UTC and marked so, because staff of one partner may sit in two zones."""

from datetime import UTC, datetime


def day(seconds: int) -> str:
    """The day of a Unix time: 2026-11-24."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"


def minute(seconds: int) -> str:
    """The minute of a Unix time: 2026-11-24 07:05 UTC."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
