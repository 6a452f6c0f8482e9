"""The mail server's settings and its password: read once, refused with what to do, and never shown."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from referrals.desk.notices.server import PASSWORD_NAME, MailServer, MailSettings, mail_server, read_password
from referrals.key_file import ExposedKeyFileError, MissingKeyFileError
from referrals.secret import Secret

PASSWORD = "a fictional password"
SET = {"host": "mail.example", "sender": "notices@desk.example", "user": "desk"}


def written(folder: Path, content: bytes = PASSWORD.encode() + b"\n", mode: int = 0o600) -> Path:
    """A password file; returns its folder."""
    path = folder / PASSWORD_NAME
    path.write_bytes(content)
    path.chmod(mode)
    return folder


def test_none_is_set() -> None:
    """Without a host there is no mail server, and no password is looked for."""
    assert mail_server(MailSettings(), Path("/nowhere"), None) is None


@pytest.mark.parametrize(("tls", "port"), [("implicit", 465), ("starttls", 587)])
def test_what_is_set_becomes_a_server(tmp_path: Path, tls: str, port: int) -> None:
    """With the port that belongs to its way of TLS (RFC 8314), and its password from the file."""
    server = mail_server(MailSettings(**SET, tls=tls), written(tmp_path), None)  # type: ignore[arg-type]

    assert server is not None
    assert (server.port, server.implicit, server.name) == (port, tls == "implicit", "desk.example")
    assert server.password == Secret(PASSWORD)
    assert PASSWORD not in repr(server)
    assert SET["sender"] not in repr(server)


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "mail.example"},
        SET | {"sender": "no address"},
        SET | {"tls": "none"},
        SET | {"port": 70_000},
        SET | {"host": "mail example"},
    ],
)
def test_what_can_not_be_used_is_refused(wrong: dict[str, object]) -> None:
    """No sender, no address, no TLS, no port, no name; the value itself is not repeated."""
    with pytest.raises(ValidationError) as raised:
        MailSettings(**wrong)  # type: ignore[arg-type]

    assert "no address" not in str(raised.value).replace("no address [", "")


def test_a_password_is_never_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """One in the environment is not taken."""
    monkeypatch.setenv("NARU_DESK_SMTP_PASSWORD", PASSWORD)
    monkeypatch.setenv("NARU_DESK_SMTP_HOST", "mail.example")
    monkeypatch.setenv("NARU_DESK_SMTP_SENDER", SET["sender"])

    assert MailSettings().host == "mail.example"
    assert PASSWORD not in repr(MailSettings())


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_password_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    """The file must be ours alone."""
    with pytest.raises(ExposedKeyFileError):
        read_password(written(tmp_path, mode=mode), None)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"two\nlines", b"x" * 2_000])
def test_what_is_no_password_is_refused(tmp_path: Path, content: bytes) -> None:
    """Nothing, no text, more than one line, or another file altogether."""
    with pytest.raises(MissingKeyFileError):
        read_password(written(tmp_path, content), None)


def test_no_file_at_all_is_refused(tmp_path: Path) -> None:
    """With the place where it should be."""
    with pytest.raises(MissingKeyFileError, match=PASSWORD_NAME):
        read_password(tmp_path, None)


def test_systemd_comes_first(tmp_path: Path) -> None:
    """A credential of that name counts, with whatever mode systemd gave it; where there is none, the file."""
    keys, credentials = tmp_path / "keys", tmp_path / "credentials"
    keys.mkdir()
    credentials.mkdir()
    written(keys)
    assert read_password(keys, credentials) == Secret(PASSWORD)

    written(credentials, b"another", 0o440)
    assert read_password(keys, credentials) == Secret("another")


def test_a_server_greets_by_the_senders_domain() -> None:
    """Not by the machine's name."""
    assert MailServer("mail.example", 465, True, "notices@desk.example").name == "desk.example"
