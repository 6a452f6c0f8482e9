"""Every setting, read and checked once, at start.

A setting comes from the environment (NARU_...), else from `settings.env` in the data directory, else from its default. Keys are never
settings: they are files in the data directory (mode 0600) or systemd credentials of the same names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from referrals.desk.notices.server import MailSettings
from referrals.desk.settings import DeskSettings
from referrals.key_file import MissingKeyFileError, parse_key, read_key_file
from referrals.secret import Secret

FIXTURES = "fixtures"  # NARU_DIRECTORY=fixtures: the built-in fictional partners
SETTINGS_FILE = "settings.env"
DESK_FILE = "desk.env"  # the desk's: settings.env holds the bot's token, which the desk's user needn't read
# File names of the keys, in the data directory's keys/ or in systemd's credentials directory. Each holds 32 random bytes.
KEY_NAMES = (
    "naru_conversations_key",
    "naru_casebook_key",
    "naru_pepper",
    "naru_signing_key",
    "naru_directory_key",  # opens the partner list that the operators seal to this bot
)
DESK_KEY = "naru_desk_key"  # opens desk.db; `naru run` neither has nor needs it
DESK_KEY_NAMES = ("naru_casebook_key", DESK_KEY)  # all that `naru desk` and `naru staff` ever read

S = TypeVar("S", bound=BaseSettings)


class SettingsError(Exception):
    """A setting is missing or wrong: the message names it and says what it should be. The value itself is never repeated."""


class Settings(BaseSettings):
    """What the operator decides."""

    model_config = SettingsConfigDict(env_prefix="NARU_", extra="ignore", frozen=True, hide_input_in_errors=True)

    data_dir: Path = Field(description="folder with the databases and keys, made by `naru init`")
    telegram_token: SecretStr | None = Field(default=None, description="the bot's token from BotFather")
    telegram_base_url: str = Field(
        default="https://api.telegram.org/bot", pattern=r"^https?://[^\s]+/bot$", description="ends in /bot"
    )
    directory: str = Field(
        default="",
        description="folder or https address of the signed partner list, or `fixtures` for the fictional one",
    )
    allow_fixtures: bool = Field(
        default=False, description="1 lets fictional partners in: for the demo and for practice only"
    )
    proxy: str | None = Field(
        default=None, pattern=r"^(socks5h?|https?)://[^\s]+$", description="socks5://host:port or http://host:port"
    )
    send_rate: float = Field(
        default=30.0,
        ge=0,
        allow_inf_nan=False,
        description="messages a second over all chats; 0 means no limit, for benchmarks",
    )
    tombstones: Path | None = Field(
        default=None,
        description="folder on another disk or machine, for the random ids of what was erased: a restore needs them; empty for none",
    )
    korean: Literal["ko_CN", "ko"] = Field(default="ko_CN", description="the Korean that the button 우리말 means")

    @field_validator("data_dir", mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        if value == "":
            raise ValueError("empty")  # it would mean the folder one happens to stand in
        return value

    @field_validator("proxy", "telegram_token", "tombstones", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value


def read(environment: Mapping[str, str], **given: Any) -> Settings:
    """Read the settings; `given` wins over everything (a command's options). Raises SettingsError."""
    return _checked(Settings, given.get("data_dir") or environment.get("NARU_DATA_DIR"), SETTINGS_FILE, given)


@dataclass(frozen=True, slots=True)
class DeskPlace:
    """Where the desk is, and what is set for it."""

    data_dir: Path
    desk: DeskSettings
    mail: MailSettings


def read_desk(environment: Mapping[str, str], **given: Any) -> DeskPlace:
    """Read the desk's settings, from the environment or desk.env; `given` wins over both. Raises SettingsError."""
    folder = environment.get("NARU_DATA_DIR")
    if not folder or not Path(folder).is_dir():
        raise SettingsError("NARU_DATA_DIR names no folder. It should be: the folder that `naru init` made.")
    desk = _checked(DeskSettings, folder, DESK_FILE, given)
    return DeskPlace(Path(folder), desk, _checked(MailSettings, folder, DESK_FILE, {}))


def _checked(model: type[S], folder: str | None, name: str, given: Mapping[str, Any]) -> S:
    file = Path(folder) / name if folder else None
    prefix = model.model_config.get("env_prefix", "")
    try:
        return model(_env_file=file if file and file.is_file() else None, **given)
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{name} in NARU_DATA_DIR can't be read as text.") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        setting = str(first["loc"][0]) if first["loc"] else "settings"
        field = model.model_fields.get(setting)
        wanted = field.description if field is not None and field.description else first["msg"]
        missing = first["type"] == "missing"
        what = "is not set" if missing else "can't be used"
        raise SettingsError(f"{prefix}{setting.upper()} {what}. It should be: {wanted}.") from None


def read_keys(
    data_dir: Path, credentials_dir: str | None, names: Iterable[str] = KEY_NAMES
) -> dict[str, Secret[bytes]]:
    """The keys by name: a systemd credential where there is one, else the file. Raises the errors of referrals.key_file."""
    keys: dict[str, Secret[bytes]] = {}
    for name in names:
        credential = Path(credentials_dir) / name if credentials_dir else None
        if credential is not None and credential.is_file():
            try:
                keys[name] = parse_key(credential, credential.read_bytes())
            except OSError:
                raise MissingKeyFileError(credential) from None
        else:
            keys[name] = read_key_file(data_dir / "keys" / name)
    return keys
