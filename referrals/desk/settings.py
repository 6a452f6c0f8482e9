"""The desk's settings: NARU_DESK_... in the environment or in settings.env of the data directory."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_LOCAL = frozenset({"localhost"})  # the only name that browsers trust without TLS


class DeskSettings(BaseSettings):
    """What whoever runs the desk decides."""

    model_config = SettingsConfigDict(env_prefix="NARU_DESK_", extra="ignore", frozen=True, hide_input_in_errors=True)

    origin: str = Field(
        default="",
        description="the address in caseworkers' browsers, https://name with no path; http only for localhost. "
        "Empty: http://localhost and the port",
    )
    port: int = Field(default=8738, ge=0, le=65535, description="port on 127.0.0.1; 0 takes a free one")
    socket: Path | None = Field(default=None, description="path of a Unix socket to listen on instead of a port")

    @field_validator("origin")
    @classmethod
    def _plain_origin(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        trusted = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
        if not trusted or not parts.hostname or value != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
            raise ValueError("no origin")
        if value != value.lower():
            raise ValueError("browsers write origins in lower case")
        return value

    @field_validator("socket", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @property
    def host(self) -> str:
        """Name and port as the Host header has them."""
        return urlsplit(self.origin).netloc

    @property
    def relying_party(self) -> str:
        """The name that passkeys are bound to: the host without its port."""
        return urlsplit(self.origin).hostname or ""
