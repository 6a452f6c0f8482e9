"""A piece of work in a forked child that is killed at the n-th passing of a point: as `tests.failing`, without starting Python anew.

killed(point, 3, work)     the child's exit code, -9 where it was killed
passings(point, work)      how often the work passes the point
"""

import os
import signal
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from tests import failing
from tests.failing import Point

Work = Callable[[], object]
_WHEN: tuple[Literal["before", "after"], ...] = ("before", "after")
EXECUTE = "referrals.database:Connection.execute"
# What makes a database's change last, and what makes a file's.
COMMITS = tuple(Point("commit", EXECUTE, when, "COMMIT") for when in _WHEN)
FILES = (
    *(
        Point("publish", where, when)
        for where in ("os:fsync", "pathlib:Path.replace", "pathlib:Path.unlink")
        for when in _WHEN
    ),
    Point("publish", "pathlib:Path.open", "after", "wb"),  # made, and nothing in it yet
)


def child(work: Work) -> int:
    """Do something in a forked child; its exit code, or minus the signal that ended it."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:  # noqa: BLE001  # the parent's test reads it among its captured output
            traceback.print_exc()
        finally:
            os._exit(code)  # no handler and no fixture of the parent's
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def killed(point: Point, passing: int, work: Work) -> None:
    """Do something, and be killed at a passing of a point; fails where the work ended by itself."""

    def run() -> None:
        failing.arm(point, passing)
        work()

    ended = child(run)
    assert ended == -signal.SIGKILL, f"{point.name}, passing {passing}: ended with {ended}"


def passings(
    points: tuple[Point, ...], folder: Path, work: Callable[[Path], object], copied: Callable[[Path], Path]
) -> list[tuple[Point, int]]:
    """Every passing of every point in one run of the work, on a copy of its own; the work must end well."""
    tally = folder / "tally"
    tally.touch()
    place = copied(folder / "counting")

    def run() -> None:
        for number, point in enumerate(points):
            _counted(point, number, tally)
        work(place)

    assert child(run) == 0, "the work fails even where nobody kills it"
    seen = tally.read_bytes()
    return [(point, passing) for number, point in enumerate(points) for passing in range(1, seen.count(number) + 1)]


class _Tally(failing._Countdown):
    """Writes down each passing instead of ending the process."""

    def __init__(self, number: int, tally: Path) -> None:
        super().__init__(0)
        self._number, self._file = number, os.open(tally, os.O_WRONLY | os.O_APPEND)

    def passed(self, point: Point, arguments: tuple[object, ...]) -> None:
        if not point.statement or (len(arguments) > 1 and str(arguments[1]).startswith(point.statement)):
            os.write(self._file, bytes([self._number]))


def _counted(point: Point, number: int, tally: Path) -> None:
    countdown = _Tally(number, tally)
    original = failing._Countdown
    failing._Countdown = lambda _: countdown  # type: ignore[misc,assignment]  # `arm` makes its own
    try:
        failing.arm(point, 0)
    finally:
        failing._Countdown = original  # type: ignore[misc]


def latest(every: list[tuple[Point, int]], most: int) -> list[tuple[Point, int]]:
    """Of each point the last so many passings: what comes before them opens databases, which test_migrations kills."""
    counts = Counter(point for point, _ in every)
    return [(point, passing) for point, passing in every if passing > counts[point] - most]
