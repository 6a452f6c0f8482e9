"""`naru directory export`: the published list as a spreadsheet, for another directory, or for an editor."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.directory.importing import HSDS_ENDING, LIST_ENDING
from bot.commands.directory.place import HERE, FolderOption, PassphraseOption, day, on_disk, save
from bot.commands.directory.session import current, moment
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
    folder: FolderOption = HERE,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Write the list into a file. A .xlsx or .csv comes back through `naru directory import` as it was.

    A .json holds what other directories may know, no name above tier T1, no contact and no key. A .naru is for an editor of yours.
    Spreadsheets and .naru hold names and contacts: give them by hand, and erase them after use.
    """
    with clearly(), on_disk():
        place = current(folder, passphrase_file)
        listed = place.working() if working else place.today()
        save(file, _written(file, listed, language))
    typer.echo(f"Wrote {file}: {len(listed.partners)} partners, version {listed.version} of the list.")


def _written(file: Path, listed: PartnersFile, language: Tongue) -> bytes:
    match file.suffix:
        case ".xlsx":
            return xlsx_file(listed.partners, language)
        case ".csv":
            return csv_file(listed.partners, language)
        case ending if ending == HSDS_ENDING:
            return hsds_export.export_text(listed.partners, day(moment())).encode()
        case ending if ending == LIST_ENDING:
            return dump(listed).encode()
    raise SettingsError(f"{file.name} should end in .xlsx, .csv, .json or .naru.")
