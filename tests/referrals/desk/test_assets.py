"""What pages load."""

import base64
import hashlib
from pathlib import Path

import pytest

from referrals.desk.assets import Assets, shipped_static


def test_a_file_is_named_by_its_hash(tmp_path: Path) -> None:
    """Path and integrity follow from the bytes; what is no page's file is not served."""
    (tmp_path / "desk.css").write_bytes(b"body{}")
    (tmp_path / "notes.txt").write_bytes(b"x")
    (tmp_path / "below").mkdir()
    digest = hashlib.sha256(b"body{}").digest()
    assets = Assets(tmp_path)
    css = assets.named("desk.css")

    assert css.integrity == f"sha256-{base64.b64encode(digest).decode()}"
    assert css.path == f"/static/{digest.hex()[:16]}/desk.css"
    assert css.media_type == "text/css; charset=utf-8"
    assert assets.at(css.path) == css
    assert assets.at("/static/0000000000000000/desk.css") is None
    assert not assets.has("notes.txt")
    with pytest.raises(KeyError):
        assets.named("notes.txt")


def test_style_and_icon_are_shipped() -> None:
    """The pages find what they name."""
    assets = Assets(shipped_static())

    assert assets.has("desk.css")
    assert assets.has("icon.svg")
    assert b"url(" not in assets.named("desk.css").content  # nothing is fetched from anywhere
    assert b"@import" not in assets.named("desk.css").content
