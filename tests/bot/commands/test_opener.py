"""`naru desk-opener` writes the same file each time, and says its hash."""

import hashlib
from pathlib import Path

from tests.invoked import invoked


def test_it_writes_the_same_page_and_says_its_hash(tmp_path: Path) -> None:
    """Twice the same bytes, whose SHA-256 is printed."""
    for name in ("one.html", "two.html"):
        said = invoked("desk-opener", str(tmp_path / name))
        assert said.exit_code == 0
    page = (tmp_path / "one.html").read_bytes()

    assert page == (tmp_path / "two.html").read_bytes()
    assert hashlib.sha256(page).hexdigest() in said.stdout


def test_a_place_that_takes_nothing_is_told(tmp_path: Path) -> None:
    """A folder that is not there: what is wrong and what to do, and no traceback."""
    said = invoked("desk-opener", str(tmp_path / "missing" / "open.html"))

    assert said.exit_code == 1
    assert "Choose another place" in said.stderr
