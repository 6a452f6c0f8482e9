"""Settings: each wrong one is named, what it should be is said, and its value is never repeated."""

from pathlib import Path

import pytest

from bot.settings import DESK_KEY, DESK_KEY_NAMES, KEY_NAMES, SettingsError, read, read_desk, read_keys
from referrals.key_file import ExposedKeyFileError, MissingKeyFileError


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DESK_ORIGIN", "DESK_PORT", "DATA_DIR", "TELEGRAM_TOKEN", "PARTNERS", "PROXY", "SEND_RATE", "KOREAN"):
        monkeypatch.delenv(f"NARU_{name}", raising=False)


def test_a_missing_setting_is_named() -> None:
    """Without a data directory the message says which setting lacks and what makes the folder."""
    with pytest.raises(SettingsError, match=r"NARU_DATA_DIR is not set.*naru init"):
        read({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NARU_PROXY", "gopher://marked-value"),
        ("NARU_SEND_RATE", "marked-value"),
        ("NARU_SEND_RATE", "-1"),
        ("NARU_KOREAN", "marked-value"),
        ("NARU_TELEGRAM_BASE_URL", "http://marked-value/"),
    ],
)
def test_a_wrong_value_is_named_and_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """The message names the setting; the value, which may be a secret in the wrong place, stays out of it."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        read({}, data_dir=tmp_path)
    assert name in str(caught.value)
    assert "marked-value" not in str(caught.value)


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """settings.env is read, and what stands in the environment as well is taken from there."""
    (tmp_path / "settings.env").write_text("NARU_SEND_RATE=5\nNARU_KOREAN=ko\n", "utf-8")
    monkeypatch.setenv("NARU_SEND_RATE", "7")
    settings = read({"NARU_DATA_DIR": str(tmp_path)}, data_dir=tmp_path)
    assert (settings.send_rate, settings.korean) == (7, "ko")


def test_a_token_is_not_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither repr nor str of the settings holds the token."""
    monkeypatch.setenv("NARU_TELEGRAM_TOKEN", "1:marked-value")
    settings = read({}, data_dir=tmp_path)
    assert "marked-value" not in f"{settings!r} {settings}"


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    """A settings.env in another encoding ends in one line, not in a traceback."""
    (tmp_path / "settings.env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"settings\.env"):
        read({"NARU_DATA_DIR": str(tmp_path)}, data_dir=tmp_path)


def _keys(folder: Path) -> None:
    (folder / "keys").mkdir()
    for number, name in enumerate(KEY_NAMES, 1):
        path = folder / "keys" / name
        path.write_bytes(bytes([number]) * 32)
        path.chmod(0o600)


def test_a_credential_stands_for_the_file(tmp_path: Path) -> None:
    """What systemd hands over under a key's name is used in place of the file."""
    _keys(tmp_path)
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "naru_pepper").write_bytes(b"p" * 32)
    keys = read_keys(tmp_path, str(credentials))
    assert keys["naru_pepper"].reveal() == b"p" * 32
    assert keys["naru_casebook_key"].reveal() == b"\x02" * 32


def test_a_missing_or_exposed_key_is_refused(tmp_path: Path) -> None:
    """Each of the two has its own error."""
    _keys(tmp_path)
    (tmp_path / "keys" / "naru_pepper").chmod(0o644)
    with pytest.raises(ExposedKeyFileError):
        read_keys(tmp_path, None)
    (tmp_path / "keys" / "naru_pepper").unlink()
    with pytest.raises(MissingKeyFileError):
        read_keys(tmp_path, None)


def test_the_desk_has_settings_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They stand in desk.env and not in settings.env, whose token is none of its business; an option wins."""
    (tmp_path / "settings.env").write_text("NARU_DESK_PORT=1\nNARU_TELEGRAM_TOKEN=1:x\n", "utf-8")
    (tmp_path / "desk.env").write_text("NARU_DESK_PORT=2\nNARU_DESK_ORIGIN=https://desk.example\n", "utf-8")
    monkeypatch.setenv("NARU_DESK_ORIGIN", "https://other.example")
    place = read_desk({"NARU_DATA_DIR": str(tmp_path)})
    assert (place.desk.port, place.desk.origin, place.data_dir) == (2, "https://other.example", tmp_path)
    assert read_desk({"NARU_DATA_DIR": str(tmp_path)}, port=3).desk.port == 3


def test_a_wrong_setting_of_the_desk_is_named_and_not_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the prefix it has."""
    with pytest.raises(SettingsError, match="NARU_DATA_DIR"):
        read_desk({})
    monkeypatch.setenv("NARU_DESK_ORIGIN", "http://marked-value")
    with pytest.raises(SettingsError, match="NARU_DESK_ORIGIN can't be used") as caught:
        read_desk({"NARU_DATA_DIR": str(tmp_path)})
    assert "marked-value" not in str(caught.value)


def test_desk_and_bot_share_one_key_only(tmp_path: Path) -> None:
    """The bot reads five keys and never the desk's; the desk reads its own and the casebook's, and no other."""
    _keys(tmp_path)
    assert DESK_KEY not in KEY_NAMES
    assert set(KEY_NAMES) & set(DESK_KEY_NAMES) == {"naru_casebook_key"}
    assert set(read_keys(tmp_path, None)) == set(KEY_NAMES)
    with pytest.raises(MissingKeyFileError):
        read_keys(tmp_path, None, DESK_KEY_NAMES)
