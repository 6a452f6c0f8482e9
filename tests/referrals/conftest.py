"""What tests here share: the other implementation of age, installed once, and a new casebook."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from referrals.casebook import Casebook
from tests.filed import KEY
from tests.interop import runner


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    """A new casebook."""
    made = Casebook.opened(tmp_path / "casebook.db", KEY, create=True)
    yield made
    made.close()


@pytest.fixture(scope="session")
def interop() -> None:
    """Make sure that age-encryption is installed; a test that uses this fails when it can't be."""
    runner.install()


@pytest.fixture(scope="session")
def vectors() -> list[runner.Vector]:
    """Every CCTV vector; a test that uses this fails when they can't be installed."""
    runner.install()
    return runner.vectors()
