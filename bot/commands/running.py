"""`naru init` and `naru run`."""

import asyncio
import os
import secrets
import shutil
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic_settings import BaseSettings

from bot.app import Words, make_databases, opened
from bot.commands.failing import clearly
from bot.place import RUN_LOCK, in_use
from bot.quiet import open_log
from bot.reviews import owed
from bot.settings import DESK_FILE, DESK_KEY, KEY_NAMES, SETTINGS_FILE, Settings, SettingsError, read
from bot.texts import used_keys
from referrals.desk.notices.server import MailSettings
from referrals.desk.settings import DeskSettings
from referrals.desk.store import DESK_DB, DeskStore
from referrals.sealing import new_identity, signing_public
from referrals.secret import Secret

PUBLIC_KEY = Path("public") / "bot.pub"
RECIPIENT = Path("public") / "bot.age"  # to which the operators seal the partner list
_KEY_BYTES = 32


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is not there yet, or is empty.")],
    for_restore: Annotated[
        bool, typer.Option("--for-restore", help="Make no databases: `naru restore` brings them.")
    ] = False,
) -> None:
    """Make a place for the bot: keys, empty databases and a commented settings file.

    Then put the token into DIR/settings.env and start the bot with `NARU_DATA_DIR=DIR naru run`.
    """
    with clearly():
        signer = made_place(directory, databases=not for_restore)
    typer.echo(f"Made {directory}. Its keys are in {directory / 'keys'}: keep a copy of them apart from the databases.")
    typer.echo(f"The bot's public key, by which caseworkers know its referrals: {signer.hex()}")
    typer.echo(f"Give {directory / PUBLIC_KEY} and {directory / RECIPIENT} to the operators of the partner list.")
    typer.echo(f"Next: fill in {directory / SETTINGS_FILE}; once the operators added this bot, `naru pin ROOT`; then:")
    typer.echo(f"NARU_DATA_DIR={directory} naru run")
    typer.echo("The caseworkers' pages are `naru desk`; `naru staff invite` makes the first account there.")


def made_place(directory: Path, *, databases: bool = True) -> bytes:
    """Make everything beside the place and move it there as a whole. Raises SettingsError. Returns the bot's public key."""
    place = Path(os.path.realpath(directory))  # a link to an empty folder could not be replaced, its target can
    if place == Path.cwd():  # it would be replaced under the shell that stands in it
        raise SettingsError(f"{directory} is the folder you are in. Name a new folder; nothing was changed.")
    partial = place.parent / f".{place.name}.{secrets.token_hex(4)}"
    try:
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise SettingsError(f"{directory} is there already and not empty. Name a new folder; nothing was changed.")
        signer = _filled(partial, databases=databases)
        partial.rename(place)
    except OSError as error:
        raise SettingsError(f"{directory} can't be made: {error.strerror}. Nothing was changed.") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)  # there only if something went wrong: no keys may lie about
    return signer


def _filled(partial: Path, *, databases: bool) -> bytes:
    """Make the folder with keys, settings and empty databases. Returns the bot's public key."""
    (partial / "keys").mkdir(parents=True, mode=0o700)
    (partial / "public").mkdir()
    partial.chmod(0o700)
    keys = {name: Secret(secrets.token_bytes(_KEY_BYTES)) for name in (*KEY_NAMES, DESK_KEY)}
    for name, key in keys.items():
        _write_private(partial / "keys" / name, key.reveal())
    signer = signing_public(keys["naru_signing_key"])
    (partial / PUBLIC_KEY).write_text(signer.hex() + "\n", "ascii")
    recipient = new_identity(keys["naru_directory_key"].reveal()).recipient
    (partial / RECIPIENT).write_text(recipient + "\n", "ascii")
    _write_private(partial / SETTINGS_FILE, settings_text("this bot", Settings).encode())
    _write_private(partial / DESK_FILE, settings_text("the desk", DeskSettings, MailSettings).encode())
    if databases:
        make_databases(partial, keys)
        DeskStore.opened(partial / DESK_DB, keys[DESK_KEY], create=True).close()
    return signer


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def settings_text(whose: str, *models: type[BaseSettings]) -> str:
    """Every setting with what it should be; those without a default are left for the operator to fill in."""
    lines = [f"# Settings of {whose}. The environment wins over what stands here.", ""]
    for model in models:
        prefix = model.model_config.get("env_prefix", "")
        for name, field in model.model_fields.items():
            if name != "data_dir":
                value = field.default
                default = "" if value in (None, "") else str(int(value) if isinstance(value, bool) else value)
                lines += [f"# {field.description}", f"{'' if not default else '#'}{prefix}{name.upper()}={default}", ""]
    return "\n".join(lines)


def run() -> None:
    """Run the bot until it is told to stop (SIGTERM or Ctrl-C).

    Settings come from the environment or from settings.env in NARU_DATA_DIR (see `naru init`).
    """
    open_log(sys.stderr)
    with clearly():
        settings = read(os.environ)
        if not settings.data_dir.is_dir():
            raise SettingsError("NARU_DATA_DIR names no folder. It should be: the folder that `naru init` made.")
        words = Words.loaded()
        with in_use(settings.data_dir, [RUN_LOCK], ["naru_conversations_key", "naru_casebook_key"]):
            asyncio.run(_run(settings, words))


async def _run(settings: Settings, words: Words) -> None:
    async with opened(settings, words, os.environ.get("CREDENTIALS_DIRECTORY")) as bot:
        for line in owed(words.catalogues, used_keys(words.questionnaire)):
            typer.echo(line)
        sys.stdout.flush()
        await bot.run(stop_signal())


def stop_signal() -> asyncio.Event:
    """An event that SIGTERM and Ctrl-C set."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
