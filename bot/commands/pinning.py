"""`naru pin`: a bot begins to trust the operators' partner list."""

import os
import secrets
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.failing import clearly
from bot.partners import ROOT, STATE, checked_root, pinned
from bot.settings import FIXTURES, Settings, SettingsError, read, read_keys
from referrals.publishing.client import PartnerListClient
from referrals.publishing.metadata import operators_in
from referrals.sealing import new_identity


def pin(
    root: Annotated[Path, typer.Argument(metavar="ROOT", help="The file 1.root.json that the operators gave you.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask: the operators' fingerprints were compared.")] = False,
) -> None:
    """Begin with the operators' partner list, once, after they added this bot to it.

    Shows whose signatures this bot will believe. Compare each fingerprint with its operator by voice before you say yes. From then on
    the bot takes nothing older than what it has seen.
    """
    with clearly():
        settings = read(os.environ)
        if settings.directory in {"", FIXTURES}:
            raise SettingsError("NARU_DIRECTORY should be the folder or https address of the signed partner list.")
        untrusted = _content(root)
        checked_root(untrusted, settings)
        typer.echo("This bot will believe two of these operators together:")
        for each in operators_in(untrusted):
            typer.echo(f"  {each.name}: {each.fingerprint}")
        if not yes:
            typer.confirm("Did you compare each of them by voice?", abort=True)
        version, partners = _pinned(settings, untrusted)
    typer.echo(f"Verified: list {version}, {partners} partners. Start the bot with: naru run")


def _content(root: Path) -> bytes:
    try:
        return root.read_bytes()
    except OSError as error:
        raise SettingsError(f"{root} can't be read: {error.strerror}. Check its name.") from None


def _pinned(settings: Settings, root: bytes) -> tuple[int, int]:
    """Verify and keep the first list; the root is kept once it held. Returns the list's version and how many partners it has."""
    seed = read_keys(settings.data_dir, os.environ.get("CREDENTIALS_DIRECTORY"))["naru_directory_key"]
    identity = new_identity(seed.reveal())
    state = settings.data_dir / STATE
    client = PartnerListClient(settings.directory, state, root, identity.secret, secrets.token_bytes, time.monotonic)
    verified = pinned(client, datetime.fromtimestamp(time.time(), UTC))
    (settings.data_dir / ROOT).write_bytes(root)
    return verified.list_version, len(verified.directory.partners)
