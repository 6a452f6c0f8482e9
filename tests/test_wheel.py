"""The wheel holds what an installed bot needs, and nothing of the workshop."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools.words import ROOT, sources


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Build a wheel from a copy without anything compiled, and give the names of its files."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("bot", "referrals", "locales", "tools"):
        shutil.copytree(ROOT / name, folder / "source" / name, ignore=shutil.ignore_patterns("*.mo", "__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, folder / "source")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-qq",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
        ".",
    ]
    subprocess.run(command, cwd=folder / "source", check=True, timeout=120)
    (wheel,) = folder.glob("naru-*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_the_words_are_compiled_into_the_wheel(names: set[str]) -> None:
    """Every language's compiled catalogue is in the wheel, though none was there before."""
    locales = sources(ROOT / "locales")

    assert locales
    assert {f"bot/locales/{locale}/naru.mo" for locale in locales} <= names
    assert "bot/locales/reviews.toml" in names  # what `naru run` says of the words it has


def test_every_data_file_is_in_the_wheel(names: set[str]) -> None:
    """Modules, questions, schemas, pages and fixtures are all there."""
    files = {
        path.relative_to(ROOT).as_posix()
        for package in ("bot", "referrals")
        for path in (ROOT / package).rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and Path("bot/locales") not in path.relative_to(ROOT).parents
    }

    assert "bot/dialogue/questionnaire.toml" in files
    assert files - names == set()


def test_nothing_of_the_workshop_is_in_the_wheel(names: set[str]) -> None:
    """Tests, tools and sources of the words stay outside."""
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"bot", "referrals"}
    assert not [name for name in names if name.endswith((".po", ".key", ".db", ".pyc"))]
