"""`naru desk-opener` writes the same file each time, and says its hash."""

import hashlib
from pathlib import Path

import pytest
import typer

from bot.commands.opener import desk_opener


def test_it_writes_the_same_page_and_says_its_hash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Twice the same bytes, whose SHA-256 is printed."""
    for name in ("one.html", "two.html"):
        desk_opener(tmp_path / name)
    page = (tmp_path / "one.html").read_bytes()

    assert page == (tmp_path / "two.html").read_bytes()
    assert hashlib.sha256(page).hexdigest() in capsys.readouterr().out


def test_a_place_that_takes_nothing_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that is not there: what is wrong and what to do, and no traceback."""
    with pytest.raises((typer.Exit, SystemExit)):
        desk_opener(tmp_path / "missing" / "open.html")

    assert "Choose another place" in capsys.readouterr().err
