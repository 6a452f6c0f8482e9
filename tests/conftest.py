"""What every test shares: the words compiled, the number of Hypothesis examples, and which tests run only in `make long`."""

import os

import pytest
from hypothesis import settings

from tools.words import ROOT, compile_catalogues

LONG = os.environ.get("NARU_TEST_LONG") == "1"

# No deadline: Argon2 and the first import are slow by nature, and a slow machine is no defect.
settings.register_profile("short", deadline=None, print_blob=False)
settings.register_profile("long", deadline=None, print_blob=False, max_examples=1000)
settings.load_profile("long" if LONG else "short")


def pytest_sessionstart() -> None:
    """Compile the words, so that a test never reads older ones than the catalogues hold."""
    compile_catalogues(ROOT / "locales", ROOT / "bot" / "locales")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the tests marked `long` to `make long`."""
    if LONG:
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="runs with NARU_TEST_LONG=1 (make long)"))
