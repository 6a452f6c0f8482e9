"""`naru pin`: a bot begins with the operators' list, once, after somebody compared whom it will believe."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import Result

from bot.commands.running import made_place
from bot.partners import ROOT
from bot.settings import read_keys
from referrals.fixtures import signed
from referrals.sealing import new_identity
from tests.invoked import invoked
from tests.referrals.publishing import ceremony
from tests.referrals.publishing.ceremony import Ceremony, operator


@dataclass
class Place:
    """A bot's place, and a list that operators published today for it."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The file that the operators gave."""
        return str(self.folder.parent / "operators" / "published" / "metadata" / "1.root.json")

    def pin(self, *more: str, answers: str = "", root: str | None = None, **settings: str) -> Result:
        """Run `naru pin`."""
        return invoked("pin", root or self.root, *more, answers=answers, **(self.settings | settings))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A new place, which the list names as one of its readers."""
    folder = tmp_path / "bot"
    made_place(folder)
    identity = new_identity(read_keys(folder, None)["naru_directory_key"].reveal())
    monkeypatch.setattr(ceremony, "bot", lambda: identity)
    Ceremony(tmp_path / "operators").found(datetime.now(UTC))
    published = str(tmp_path / "operators" / "published")
    settings = {"NARU_DATA_DIR": str(folder), "NARU_DIRECTORY": published, "NARU_ALLOW_FIXTURES": "1"}
    return Place(folder, settings)


def test_it_shows_whom_the_bot_will_believe(place: Place) -> None:
    """Names and fingerprints first; the root is kept once the list held."""
    ended = place.pin(answers="y\n")
    assert ended.exit_code == 0, ended.output
    assert f"kim: {operator('kim').public.fingerprint}" in ended.stdout
    assert "Verified: list 1, 12 partners." in ended.stdout
    assert (place.folder / ROOT).read_bytes() == Path(place.root).read_bytes()


def test_without_a_yes_nothing_is_trusted(place: Place) -> None:
    """No root, no list."""
    assert place.pin(answers="n\n").exit_code == 1
    assert not (place.folder / ROOT).exists()
    assert "naru pin" in invoked("status", **place.settings).stdout


def test_a_second_time_is_refused(place: Place) -> None:
    """Beginning anew would forget what was seen, so it is not done by itself."""
    assert place.pin("--yes").exit_code == 0
    assert place.pin("--yes").exit_code == 1


def test_the_demo_operators_are_refused(place: Place) -> None:
    """In production nobody is believed whose key everybody has."""
    root = signed.published(
        place.folder.parent / "demo", datetime.now(UTC), ["5e" * 32], [new_identity(bytes(32)).recipient]
    )
    file = place.folder.parent / "root.json"
    file.write_bytes(root)
    ended = place.pin("--yes", root=str(file), NARU_ALLOW_FIXTURES="0")
    assert (ended.exit_code, "demo's operators" in ended.output) == (1, True)


@pytest.mark.parametrize("directory", ["", "fixtures"])
def test_a_directory_must_be_named(place: Place, directory: str) -> None:
    """There is nothing to begin with."""
    ended = place.pin("--yes", NARU_DIRECTORY=directory)
    assert (ended.exit_code, "NARU_DIRECTORY" in ended.output) == (1, True)


def test_a_file_that_is_no_root_is_refused(place: Place) -> None:
    """A wrong file is one clear line."""
    for name, content in (("none.json", None), ("words.json", b"no root")):
        file = place.folder.parent / name
        if content is not None:
            file.write_bytes(content)
        assert place.pin("--yes", root=str(file)).exit_code == 1
