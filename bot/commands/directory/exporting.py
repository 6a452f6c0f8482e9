"""`naru directory export`: the published list as a spreadsheet, for another directory, or for an editor."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.directory import agreeing
from bot.commands.directory.importing import HSDS_ENDING, LIST_ENDING
from bot.commands.directory.place import HERE, FolderOption, PassphraseOption, Place, day, on_disk, save
from bot.commands.directory.session import believed, current, moment
from bot.commands.failing import clearly
from bot.settings import SettingsError
from referrals import hsds_export
from referrals.spreadsheet.columns import Tongue
from referrals.spreadsheet.writer import csv_file, xlsx_file
from referrals.vetting import PartnersFile, dump


def export(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Its ending says what it becomes: .xlsx, .csv, .json (HSDS 3.1), .naru."),
    ] = Path("partners.xlsx"),
    language: Annotated[Tongue, typer.Option("--language", "-l", help="Of headings and words.")] = "en",
    working: Annotated[bool, typer.Option("--working", help="Your working list instead of the published one.")] = False,
    contacts: Annotated[
        bool, typer.Option("--contacts", help="With names and contacts in a spreadsheet; a second operator must agree.")
    ] = False,
    folder: FolderOption = HERE,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Write the list into a file. A .xlsx or .csv comes back through `naru directory import` as it was.

    A spreadsheet has no names and no contacts unless you say --contacts; what has no column stays as it is when it comes back. A .json
    holds what other directories may know: no name above tier T1, no contact, no key. A .naru is for an editor of yours, and has all of it.
    For
    --contacts and .naru a second operator must sign that she agrees (`naru directory agree`); give such a file by hand, and erase it
    after use.
    """
    with clearly(), on_disk():
        place = current(folder, passphrase_file)
        listed = place.working() if working else place.today()
        # An empty list has nobody's name in it, and its headings are what an editor begins with.
        open_columns = contacts or not listed.partners
        written = _written(file, listed, language, contacts=open_columns)
        by, now = None, moment()
        if listed.partners and (file.suffix == LIST_ENDING or (contacts and file.suffix in {".xlsx", ".csv"})):
            by = _agreed(place, file, listed.version, working=working, now=now)
        save(file, written)
        place.log(
            "export", [file.suffix.removeprefix("."), f"agreed:{by}" if by else "without-contacts"], listed.version, now
        )
    typer.echo(f"Wrote {file}: {len(listed.partners)} partners, version {listed.version} of the list.")
    if by is not None:
        typer.echo(f"It has names and contacts, as {by} agreed: give it by hand, and erase it after use.")
    elif listed.partners and file.suffix in {".xlsx", ".csv"}:
        typer.echo("Names and contacts were left out. With --contacts they are in it, once a second operator agrees.")


def _agreed(place: Place, file: Path, version: int, *, working: bool, now: datetime) -> str:
    """Return who agreed; asks for it, and ends here, as long as nobody did."""
    request = agreeing.asked(place, file.suffix, version, working=working, now=now)
    by = agreeing.agreed_by(request, believed(place, yes=False).publics, place.me.name, now)
    if by is None:
        typer.echo(f"Nothing was written: {file.name} would hold names and contacts, so a second operator must agree.")
        typer.echo(
            f"Your request is {request.name}. Copy the shared folder to another approver and call her; she runs `naru directory agree`. "
            f"Then run this again, within {agreeing.COUNTS.days} days."
        )
        raise typer.Exit(0)
    agreeing.done(request)
    return by


def _written(file: Path, listed: PartnersFile, language: Tongue, *, contacts: bool) -> bytes:
    match file.suffix:
        case ".xlsx":
            return xlsx_file(listed.partners, language, contacts=contacts)
        case ".csv":
            return csv_file(listed.partners, language, contacts=contacts)
        case ending if ending == HSDS_ENDING:
            return hsds_export.export_text(listed.partners, day(moment())).encode()
        case ending if ending == LIST_ENDING:
            return dump(listed).encode()
    raise SettingsError(f"{file.name} should end in .xlsx, .csv, .json or .naru.")
