"""What is served to caseworkers' browsers is what its sources say, byte for byte, and speaks to nobody."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tools import browser


def test_two_builds_equal_each_other_and_the_committed_files() -> None:
    """Types hold, the lists are those of the linters, and anyone who builds gets the very bytes that are served."""
    browser.check()


def test_a_changed_bundle_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte more in the committed file is found, and the message says how to build it."""
    changed = tmp_path / "desk.js"
    shutil.copy(browser.BUNDLES["desk.js"], changed)
    changed.write_bytes(changed.read_bytes() + b"\n")
    monkeypatch.setattr(browser, "BUNDLES", {"desk.js": changed})

    with pytest.raises(browser.BuildError, match=r"python -m tools\.browser build"):
        browser.check()


def test_sources_read_no_markup_and_run_no_text() -> None:
    """No module of ours, and no built file, sets markup, evaluates text, or names another host."""
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\(|importScripts"
    )
    sources = list(browser.SOURCES.glob("*.js"))

    assert len(sources) > 20
    assert [path.name for path in sources if forbidden.search(path.read_text("utf-8"))] == []
    assert [path.name for path in browser.BUNDLES.values() if forbidden.search(path.read_text("utf-8"))] == []
    assert [path.name for path in sources if re.search(r"https?://(?!(www\.)?w3\.org)", path.read_text("utf-8"))] == []


def test_the_lockfile_names_a_hash_for_every_package_and_no_host() -> None:
    """What is installed is exactly what was looked at, wherever it comes from."""
    lock = json.loads((browser.SOURCES / "package-lock.json").read_text("utf-8"))
    packages = {name: each for name, each in lock["packages"].items() if name}

    assert "node_modules/age-encryption" in packages
    assert [name for name, each in packages.items() if not each.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, each in packages.items() if "resolved" in each] == []
