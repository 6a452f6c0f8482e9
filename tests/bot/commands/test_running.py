"""`naru init` and `naru run`: nothing half-made, and every trouble at start is one clear line."""

import stat
from pathlib import Path

import pytest

from bot.app import CONVERSATIONS
from bot.commands import running
from bot.practice.botapi import TOKEN
from referrals.database import DiskFullError
from tests.operated import make_place, naru
from tools.words import ROOT

NOWHERE = "http://127.0.0.1:9/bot"  # the discard port: nothing listens there


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A place filled in for practice, with a Bot API server that isn't there."""
    return make_place(tmp_path / "data", NOWHERE)


def test_init_keeps_secrets_to_its_owner(place: Path) -> None:
    """The folders are 0700, keys, settings and databases 0600; the public key is for everybody who may enter."""
    files = (place / "settings.env", place / "desk.env", *place.glob("*.db"))
    private = [place, place / "keys", *(place / "keys").iterdir(), *files]
    assert len(private) == 13
    for path in private:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path.name
    assert len((place / "public" / "bot.pub").read_text("ascii").strip()) == 64


def test_init_touches_nothing_that_is_there(place: Path) -> None:
    """A second time it refuses, changes nothing and leaves nothing beside it."""
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    again = naru("init", str(place))
    assert again.returncode == 1
    assert "nothing was changed" in again.stderr
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before
    assert list(place.parent.iterdir()) == [place]


def test_init_makes_nothing_where_it_can_not(tmp_path: Path) -> None:
    """Below a file, in the folder one stands in, in a folder that is not empty: one line, and no keys lie about."""
    (tmp_path / "file").write_text("fictional", "utf-8")
    for target, said in (
        (tmp_path / "file" / "data", "can't be made"),
        (ROOT, "the folder you are in"),
        (tmp_path, "not empty"),
    ):
        ended = naru("init", str(target))
        _one_line(ended.returncode, ended.stderr, said)
    assert [path.name for path in tmp_path.rglob("*")] == ["file"]
    assert list(tmp_path.parent.glob(f".{tmp_path.name}.*")) == list(ROOT.parent.glob(f".{ROOT.name}.*")) == []


def test_init_leaves_nothing_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk fills up while the databases are made: keys and files made before are gone again."""

    def full(folder: Path, _: object) -> None:
        raise DiskFullError(folder / CONVERSATIONS)

    monkeypatch.setattr(running, "make_databases", full)
    with pytest.raises(DiskFullError):
        running.made_place(tmp_path / "data")
    assert list(tmp_path.iterdir()) == []


def test_init_fills_an_empty_folder_through_a_link(tmp_path: Path) -> None:
    """The link stays, and what it points to is the place."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "data").symlink_to("disk")
    assert naru("init", str(tmp_path / "data")).returncode == 0
    assert (tmp_path / "data").is_symlink()
    assert (tmp_path / "disk" / CONVERSATIONS).is_file()


def test_every_setting_stands_in_the_file_with_its_meaning(place: Path) -> None:
    """An operator finds each setting, and above it what it should be."""
    lines = (place / "settings.env").read_text("utf-8").splitlines()
    for name in ("TELEGRAM_TOKEN", "TELEGRAM_BASE_URL", "DIRECTORY", "ALLOW_FIXTURES", "PROXY", "SEND_RATE", "KOREAN"):
        number = next(number for number, line in enumerate(lines) if line.lstrip("#").startswith(f"NARU_{name}="))
        assert lines[number - 1].startswith("# ")


def _plain_text(place: Path) -> None:
    (place / CONVERSATIONS).write_bytes(b"SQLite format 3\x00" + bytes(4080))


def _key_of_another(place: Path) -> None:
    (place / "keys" / "naru_conversations_key").write_bytes(bytes(32))


def _exposed(place: Path) -> None:
    (place / "keys" / "naru_pepper").chmod(0o644)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (lambda place: (place / "keys" / "naru_pepper").unlink(), "no key file"),
        (_exposed, "Others on this machine can read"),
        (_key_of_another, "does not open this database"),
        (lambda place: (place / CONVERSATIONS).unlink(), "There is no database here"),
        (_plain_text, "database without encryption"),
    ],
)
def test_a_trouble_with_keys_or_databases_is_one_clear_line(place: Path, trouble: object, said: str) -> None:
    """Exit code 1, one line that says what is wrong, no traceback, no token."""
    assert callable(trouble)
    trouble(place)
    ended = naru("run", NARU_DATA_DIR=str(place))
    _one_line(ended.returncode, ended.stderr, said)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"NARU_DATA_DIR": ""}, "NARU_DATA_DIR"),
        ({"NARU_TELEGRAM_TOKEN": ""}, "NARU_TELEGRAM_TOKEN is not set"),
        ({"NARU_ALLOW_FIXTURES": "0"}, "NARU_ALLOW_FIXTURES=1"),
        ({"NARU_DIRECTORY": "/nowhere"}, "naru pin"),
    ],
)
def test_a_trouble_with_settings_is_one_clear_line(place: Path, settings: dict[str, str], said: str) -> None:
    """The setting is named."""
    ended = naru("run", **{"NARU_DATA_DIR": str(place), **settings})
    _one_line(ended.returncode, ended.stderr, said)


def _one_line(code: int, stderr: str, said: str) -> None:
    assert code == 1, stderr
    told = [line for line in stderr.splitlines() if line.startswith("naru: ")]
    assert len(told) == 1
    assert said in told[0]
    assert "Traceback" not in stderr
    assert TOKEN not in stderr
