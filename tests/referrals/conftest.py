"""What the tests of seals share: the other implementation of age, installed once."""

import pytest

from tests.interop import runner


@pytest.fixture(scope="session")
def interop() -> None:
    """Make sure that age-encryption is installed; a test that uses this fails when it can't be."""
    runner.install()


@pytest.fixture(scope="session")
def vectors() -> list[runner.Vector]:
    """Every CCTV vector; a test that uses this fails when they can't be installed."""
    runner.install()
    return runner.vectors()
