"""The lock files fit pyproject.toml, hold every file to a hash, and name no place to load from."""

import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.words import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUN = PROJECT["project"]["dependencies"]
BUILD = PROJECT["build-system"]["requires"]
GROUPS = PROJECT["dependency-groups"]


def locked(name: str) -> dict[str, tuple[Requirement, list[str]]]:
    """Read a lock file: each package with its requirement and its hashes."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[str, tuple[Requirement, list[str]]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            words, *hashes = line.split("--hash=")
            requirement = Requirement(words.strip())
            found[canonicalize_name(requirement.name)] = (requirement, [each.strip() for each in hashes])
    return found


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("run", RUN),
        ("build", BUILD),
        ("build", GROUPS["build"]),
        ("dev", RUN + GROUPS["build"] + GROUPS["dev"]),
        ("supply", GROUPS["supply"]),
    ],
)
def test_a_lock_has_what_the_project_asks_for(name: str, wanted: list[str]) -> None:
    """Every requirement stands in the lock in a version that satisfies it; if not, run `make lock`."""
    lock = locked(name)

    for requirement in map(Requirement, wanted):
        (pin,) = lock[canonicalize_name(requirement.name)][0].specifier
        assert pin.operator == "=="
        assert requirement.specifier.contains(pin.version), str(requirement)


@pytest.mark.parametrize("name", ["run", "build", "dev", "supply"])
def test_a_lock_holds_every_file_to_a_hash(name: str) -> None:
    """Each package is pinned and has SHA-256 hashes, and no line names an index, a link or a folder."""
    for package, (requirement, hashes) in locked(name).items():
        assert [pin.operator for pin in requirement.specifier] == ["=="], package
        assert requirement.url is None
        assert hashes
        assert all(each.startswith("sha256:") and len(each) == len("sha256:") + 64 for each in hashes)


def test_what_is_tested_is_what_runs() -> None:
    """The versions that run are the versions that are tested."""
    tested = locked("dev")

    assert locked("run")
    for package, pinned in (locked("run") | locked("build")).items():
        assert tested[package] == pinned
