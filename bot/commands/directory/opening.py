"""`naru directory check-opener`: whether a file naru-open.html is the one that two operators signed. Needs no key, and no server's word."""

import hashlib
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.directory.place import content, on_disk
from bot.commands.directory.session import moment
from bot.commands.failing import clearly
from bot.settings import SettingsError
from referrals.publishing.errors import WrongOpenerError
from referrals.publishing.metadata import OPENER, needs_two, operators_in
from referrals.publishing.source import Source
from referrals.publishing.updating import Run


def opener_digest(page: bytes) -> str:
    """Return by which operators compare an opening page: its SHA-256 in hex."""
    return hashlib.sha256(page).hexdigest()


def check_opener(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The page as you have it.")],
    published: Annotated[str, typer.Option(metavar="PLACE", help="Folder or https address of the published list.")],
    root: Annotated[Path, typer.Option(metavar="FILE", help="The file 1.root.json that an operator gave you by hand.")],
) -> None:
    """Check a page naru-open.html before you open a referral with it: that two operators signed this very file, and still stand by it.

    Whose signatures are believed is printed; compare the fingerprints with the operators once, by voice.
    """
    with clearly(), on_disk():
        untrusted, trusted_root = content(file), content(root)
        if not needs_two(trusted_root):
            raise SettingsError(
                f"{root} lets fewer than two operators publish, or is no root. Don't trust it, and call the operators."
            )
        typer.echo("Two of these must have signed:")
        for each in operators_in(trusted_root):
            typer.echo(f"  {each.name}: {each.fingerprint}")
        version = _signed(published, trusted_root, untrusted)
    typer.echo(f"{file} is the page that list {version} vouches for. SHA-256: {opener_digest(untrusted)}")


def _signed(published: str, root: bytes, untrusted: bytes) -> int:
    """Return the version of the list that vouches for the page. Raises WrongOpenerError and other RefusedErrors."""
    try:
        source = Source(published, time.monotonic)
    except ValueError:
        raise SettingsError("--published should be a folder or an https address.") from None
    with tempfile.TemporaryDirectory(prefix="naru-") as folder:
        run = Run(source, Path(folder), root, moment())
        facts = run.check(None)
        if run.opener() != untrusted:
            raise WrongOpenerError(OPENER)
    return int(facts.versions["targets"])
