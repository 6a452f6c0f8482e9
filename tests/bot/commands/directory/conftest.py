"""The operators' folders for a test, copied from ones that were made once."""

from pathlib import Path

import pytest

from referrals.publishing import operator_key
from tests.bot.commands.directory.office import Office, copied, founded, people

_LIGHT_KIB = (
    64 * 1024
)  # the least that a key file may ask for: a quarter of what `init` makes, since each command opens one


@pytest.fixture(scope="session")
def _founded(tmp_path_factory: pytest.TempPathFactory) -> Office:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operator_key, "_MEMORY_KIB", _LIGHT_KIB)
        return founded(tmp_path_factory.mktemp("founded") / "office")


@pytest.fixture(scope="session")
def _people(tmp_path_factory: pytest.TempPathFactory) -> Office:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operator_key, "_MEMORY_KIB", _LIGHT_KIB)
        return people(tmp_path_factory.mktemp("people") / "office")


@pytest.fixture
def office(_founded: Office, tmp_path: Path) -> Office:
    """After the first ceremony: an empty list is published."""
    return copied(_founded, tmp_path / "office")


@pytest.fixture
def beginners(_people: Office, tmp_path: Path) -> Office:
    """Before the first ceremony: everybody has her folder, and nothing is published."""
    return copied(_people, tmp_path / "office")
