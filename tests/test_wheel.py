"""The wheel holds what an installed bot needs, and nothing of the workshop."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools.words import ROOT, sources


def _built(folder: Path) -> Path:
    """Build a wheel in `folder` from a copy without anything compiled."""
    for name in ("bot", "referrals", "locales", "tools"):
        ignored = shutil.ignore_patterns("*.mo", "__pycache__", "node_modules")
        shutil.copytree(ROOT / name, folder / "source" / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, folder / "source")
    for path in (folder / "source").rglob("*"):
        os.utime(path)  # as in a fresh clone, where every file is new
    options = ["-qq", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, "."], cwd=folder / "source", check=True, timeout=120
    )
    (wheel,) = folder.glob("naru-*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built once."""
    return _built(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    """The names of the wheel's files."""
    return set(zipfile.ZipFile(wheel).namelist())


def test_the_same_source_gives_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    """Built again in another folder and at another time, with files as new as this moment, it is the same to the byte."""
    again = _built(tmp_path)
    assert again.name == wheel.name
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(wheel.read_bytes()).digest()


def test_the_words_are_compiled_into_the_wheel(names: set[str]) -> None:
    """Every language's compiled catalogue is in the wheel, though none was there before."""
    locales = sources(ROOT / "locales")

    assert locales
    assert {f"bot/locales/{locale}/naru.mo" for locale in locales} <= names
    assert {f"bot/locales/{locale}/desk.mo" for locale in sources(ROOT / "locales", "desk")} <= names
    assert "bot/locales/reviews.toml" in names  # what `naru run` says of the words it has


def test_every_data_file_is_in_the_wheel(names: set[str]) -> None:
    """Modules, questions, schemas, pages and fixtures are all there."""
    files = {
        path.relative_to(ROOT).as_posix()
        for package in ("bot", "referrals")
        for path in (ROOT / package).rglob("*")
        if path.is_file()
        and not {"__pycache__", "node_modules"} & set(path.parts)
        and Path("bot/locales") not in path.relative_to(ROOT).parents
    }

    assert "bot/dialogue/questionnaire.toml" in files
    assert files - names == set()


def test_nothing_of_the_workshop_is_in_the_wheel(names: set[str]) -> None:
    """Tests, tools and sources of the words stay outside."""
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"bot", "referrals"}
    assert not [name for name in names if name.endswith((".po", ".key", ".db", ".pyc"))]
