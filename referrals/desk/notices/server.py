"""The mail server that the notices go to: settings NARU_DESK_SMTP_..., and a password that is a file and never a setting."""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from referrals.desk.notices.mail import is_address
from referrals.key_file import ExposedKeyFileError, MissingKeyFileError
from referrals.secret import Secret

PASSWORD_NAME = "naru_desk_smtp_password"  # noqa: S105  # the name of its file, or of systemd's credential
_PASSWORD_BYTES = 1_024  # at most; a longer file is another file


class MailSettings(BaseSettings):
    """What whoever runs the desk says about the mail server."""

    model_config = SettingsConfigDict(
        env_prefix="NARU_DESK_SMTP_", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    host: str = Field(
        default="", pattern=r"^[A-Za-z0-9.:-]*$", description="name of the mail server, as in its certificate"
    )
    tls: Literal["implicit", "starttls"] = Field(
        default="implicit", description="implicit (TLS from the first byte, port 465) or starttls (port 587)"
    )
    port: int = Field(default=0, ge=0, le=65535, description="its port; 0 means 465 for implicit and 587 for starttls")
    user: str = Field(default="", description="the name to log in with; empty for a server that asks none")
    sender: str = Field(
        default="", validate_default=True, description="the address the notices come from; needed with a host"
    )
    ca: Path | None = Field(default=None, description="file of the certificate authority, if it is not a public one")

    @field_validator("ca", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("sender")
    @classmethod
    def _an_address(cls, value: str, info: ValidationInfo) -> str:
        if not is_address(value) and (value or info.data.get("host")):
            raise ValueError("no address")
        return value


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where and how a mail is handed over. Nothing here is optional in safety: without TLS and a valid certificate nothing is sent."""

    host: str
    port: int
    implicit: bool  # TLS from the first byte; else STARTTLS
    sender: str = field(repr=False)
    user: str = field(default="", repr=False)
    password: Secret[str] | None = None
    ca: Path | None = None
    # Seconds for each answer: RFC 5321, 4.5.3.2, has minutes, but a caseworker waits at the end of this.
    patience: float = 20.0
    # Seconds for one mail in all, so that a server which answers by the letter can't hold the others up.
    deadline: float = 60.0

    @property
    def name(self) -> str:
        """How we greet it: by the sender's domain. The machine's own name would be in every mail's head."""
        return self.sender.rpartition("@")[2]


_PORTS = {"implicit": 465, "starttls": 587}  # RFC 8314, 3.3 and 7.3


def mail_server(settings: MailSettings, keys: Path, credentials: Path | None) -> MailServer | None:
    """The mail server as set; None where none is. The password comes from systemd's credentials, else from the folder of keys.

    Raises MissingKeyFileError or ExposedKeyFileError where a user is set and there is no password that is ours alone.
    """
    if not settings.host:
        return None
    return MailServer(
        host=settings.host,
        port=settings.port or _PORTS[settings.tls],
        implicit=settings.tls == "implicit",
        sender=settings.sender,
        user=settings.user,
        password=read_password(keys, credentials) if settings.user else None,
        ca=settings.ca,
    )


def read_password(keys: Path, credentials: Path | None) -> Secret[str]:
    """The password: one line of text. Raises MissingKeyFileError or ExposedKeyFileError."""
    given = credentials / PASSWORD_NAME if credentials else None
    ours = given is None or not given.is_file()  # systemd sees to owner and mode of its credentials
    path = keys / PASSWORD_NAME if given is None or ours else given
    try:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())
            untrusted_content = file.read(_PASSWORD_BYTES + 1)
        password = untrusted_content.decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise MissingKeyFileError(path) from None
    if ours and (stat.S_IMODE(about.st_mode) not in {0o600, 0o400} or about.st_uid != os.geteuid()):
        raise ExposedKeyFileError(path)
    if not password or len(untrusted_content) > _PASSWORD_BYTES or not password.isprintable():
        raise MissingKeyFileError(path)
    return Secret(password)
