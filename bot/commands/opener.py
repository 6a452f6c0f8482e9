"""`naru desk-opener`: writes naru-open.html, which opens sealed files from disk, without network and without trusting the desk."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from bot import opened
from bot.app import Words
from bot.commands.failing import clearly
from bot.settings import SettingsError
from bot.texts import shipped
from referrals.desk.assets import shipped_static
from referrals.desk.opener import NAME, opener
from referrals.desk.words import LANGS, DeskWords


def desk_opener(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to write it; what stands there is replaced.")
    ] = Path(NAME),
) -> None:
    """Write naru-open.html: caseworkers open sealed files with it where there is no desk, or none that they trust.

    The file is the same for everybody with this version, so that its SHA-256 can be compared. Sign it as a target beside the partner
    list (docs/OPERATORS.md), and give it to caseworkers by hand.
    """
    with clearly():
        catalogues = Words.loaded().catalogues
        labels = {lang: opened.labels(catalogues, lang) for lang in LANGS}
        page = opener(shipped_static(), DeskWords(shipped()), labels)
        try:
            file.write_bytes(page)
        except OSError as error:
            raise SettingsError(f"{file} can't be written: {error.strerror}. Choose another place.") from None
    typer.echo(f"Wrote {file} ({len(page)} bytes).")
    typer.echo(f"SHA-256: {hashlib.sha256(page).hexdigest()}")
