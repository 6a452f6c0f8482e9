"""Key files: what is read, what is refused, and that no refusal shows the content."""

import os
import traceback
from pathlib import Path

import pytest

from referrals.key_file import (
    ExposedKeyFileError,
    KeyFileError,
    MalformedKeyFileError,
    MissingKeyFileError,
    parse_key,
    read_key_file,
)
from referrals.secret import Secret

KEY = bytes(range(100, 132))


def write(path: Path, content: bytes, mode: int = 0o600) -> Path:
    """Make a key file."""
    path.write_bytes(content)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("mode", [0o600, 0o400])
@pytest.mark.parametrize("content", [KEY, KEY.hex().encode(), KEY.hex().upper().encode() + b"\n"])
def test_both_spellings_give_the_same_key(tmp_path: Path, content: bytes, mode: int) -> None:
    """32 raw bytes and 64 hexadecimal digits are the same key, with a line end or without."""
    assert read_key_file(write(tmp_path / "test.key", content, mode)) == Secret(KEY)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        KEY[:31],
        KEY + b"\n",
        KEY.hex()[:63].encode(),
        KEY.hex().encode() * 2,
        b"correct horse battery staple",
        "열쇠".encode(),
    ],
)
def test_anything_else_is_refused(tmp_path: Path, content: bytes) -> None:
    """A short, long or worded key is refused, and no report shows what the file held."""
    with pytest.raises(MalformedKeyFileError) as caught:
        read_key_file(write(tmp_path / "test.key", content))

    shown = "".join(traceback.TracebackException.from_exception(caught.value).format())
    assert "test.key" in shown
    assert not content or repr(content)[2:-1] not in shown


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o700, 0o777, 0o620])
def test_a_file_that_others_can_use_is_refused(tmp_path: Path, mode: int) -> None:
    """Any mode but 0600 and 0400 is refused."""
    with pytest.raises(ExposedKeyFileError):
        read_key_file(write(tmp_path / "test.key", KEY, mode))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_refused(tmp_path: Path) -> None:
    """A key that another user owns could be replaced by that user."""
    path = write(tmp_path / "test.key", KEY)
    os.chown(path, 65534, 65534)  # nobody

    with pytest.raises(ExposedKeyFileError):
        read_key_file(path)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    """What can't be read is missing."""
    for path in (tmp_path / "none.key", tmp_path):
        with pytest.raises(MissingKeyFileError):
            read_key_file(path)


def test_a_credential_is_read_from_its_content() -> None:
    """A systemd credential has no mode to check here."""
    assert parse_key(Path("db_key"), KEY) == Secret(KEY)


@pytest.mark.parametrize("error", KeyFileError.__subclasses__(), ids=lambda error: error.__name__)
def test_each_error_says_where_and_what_to_do(error: type[KeyFileError]) -> None:
    """The message names the file and is one line."""
    message = str(error(Path("/keys/test.key")))

    assert message.startswith("/keys/test.key: ")
    assert "\n" not in message
