"""One program at a time for a place: a second start on the same data ends at once, and says why."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class OccupiedError(Exception):
    """Another program of the same kind works in this folder already. End it first: two would send everything twice."""

    def __init__(self, path: Path) -> None:
        """`path` is the lock's file, which names the kind of program."""
        super().__init__(f"{path}: {OccupiedError.__doc__}")


@contextmanager
def occupied(path: Path) -> Iterator[None]:
    """Hold the lock at `path` for as long as the block runs; the kernel lets go of it however the program ends.

    The file stays, empty. Raises OccupiedError, and OSError where it can't be made.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OccupiedError(path) from None
        yield
    finally:
        os.close(handle)
