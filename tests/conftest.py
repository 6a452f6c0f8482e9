"""What every test shares: the words, compiled once; one browser; the order of the files; and what waits for `make long`."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

from tests import browser
from tools.words import ROOT, compile_catalogues

LONG = os.environ.get("NARU_TEST_LONG") == "1"
FIGURE = "figure"  # a recorded property of this name is printed above pytest's closing line

# No deadline: Argon2 and the first import are slow by nature, and a slow machine is no defect.
settings.register_profile("short", deadline=None, print_blob=False)
settings.register_profile("long", deadline=None, print_blob=False, max_examples=1000)
settings.load_profile("long" if LONG else "short")

# Where two workers share the tests, a file is one worker's from end to end, so that what its tests share is made once. Of these files
# the second worker would have to walk through every screen again, which takes half a minute of its time.
_WALKS_EVERY_SCREEN = ("tests/promises/", "tests/test_rendered_screens.py")
# These take longest: a worker that began one of them last would leave the other with nothing to do.
_LONGEST = (
    "tests/test_scenarios_browser.py",
    "tests/test_desk_",
    *_WALKS_EVERY_SCREEN,
    "tests/test_operators_guide.py",
)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the words, so that a test never reads older ones than the catalogues hold; once, before any worker starts."""
    if not hasattr(session.config, "workerinput"):
        compile_catalogues(ROOT / "locales", ROOT / "bot" / "locales")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest; leave the tests marked `long` to `make long`."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONGEST))
    if LONG:
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="runs with NARU_TEST_LONG=1 (make long)"))


def _share(nodeid: str) -> str:
    """What a worker takes at a time: a file, or everything that walks through every screen."""
    return "every screen" if nodeid.startswith(_WALKS_EVERY_SCREEN) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Share the tests out among workers, in the order in which they were collected."""
    config.option.loadscopereorder = False
    scheduler = LoadFileScheduling(config, log)
    scheduler._split_scope = _share
    return scheduler


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def one_browser() -> AsyncIterator[None]:
    """One Chromium for all tests of this worker that ask for one; each has a profile of its own in it."""
    async with browser.kept():
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests measured: a worker's own standard output is nobody's."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            for name, value in report.user_properties:
                if name == FIGURE:
                    terminalreporter.write_line(str(value))
