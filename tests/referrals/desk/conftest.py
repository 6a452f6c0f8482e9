"""What the desk's tests share: a desk with real databases, its clock and its browsers (tests/desk_rig.py)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk_rig import Rig, desk_in


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Rig]:
    """A new desk."""
    with desk_in(tmp_path) as rig:
        yield rig
