"""`naru directory import`: a spreadsheet or another directory's list, looked at first, then taken as a whole or not at all."""

import uuid
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.directory.place import (
    HERE,
    TODAY,
    WORKING,
    FolderOption,
    PassphraseOption,
    Place,
    YesOption,
    content,
    day,
    on_disk,
    text,
)
from bot.commands.directory.session import agreed, current, moment, synced
from bot.commands.failing import clearly
from bot.settings import SettingsError
from referrals import hsds_import
from referrals.preview import preview
from referrals.spreadsheet.csv_text import Encoding
from referrals.spreadsheet.drafts import drafted, merged
from referrals.spreadsheet.reader import read
from referrals.vetting import load

LIST_ENDING, HSDS_ENDING = ".naru", ".json"


def import_file(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help=".xlsx or .csv; .json of another directory (HSDS 3.1); .naru from an approver."
        ),
    ],
    encoding: Annotated[Encoding | None, typer.Option(help="How a .csv was saved, if it can't be found out.")] = None,
    yes: YesOption = False,
    folder: FolderOption = HERE,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Read a spreadsheet into your working list: it is shown first, and nothing is taken while anything in it is wrong.

    Headings and words may be Korean, Chinese or English, as `naru directory export` writes them. Nothing is proposed yet:
    look at `naru directory diff`, then run `naru directory propose`. A .json of another directory is only looked at: it says what of it
    can be used and what is missing. A .naru file gives an editor the published list.
    """
    with clearly(), on_disk():
        place = current(folder, passphrase_file)
        if file.suffix == LIST_ENDING:
            _take_list(place, file)
        elif file.suffix == HSDS_ENDING:
            _look_at_hsds(place, file)
        else:
            _take_rows(place, file, encoding, yes=yes)


def _take_rows(place: Place, file: Path, encoding: Encoding | None, *, yes: bool) -> None:
    working = place.working()
    typer.echo(f"Reading {file.name} ...", err=True)
    found = drafted(
        read(content(file), file.name, encoding), working.partners, day(moment()), lambda: str(uuid.uuid4())
    )
    typer.echo(preview(working.partners, found))
    if found.findings:
        raise typer.Exit(1)
    new = working.model_copy(update={"partners": merged(working.partners, found.partners)})
    if new == working:
        typer.echo("\nThe working list has all of it already. Nothing was changed.")
    elif agreed("\nTake this into your working list?", yes=yes):
        place.put(WORKING, new)
        changed = [each.partner.id for each in found.partners if each not in working.partners]
        place.log("import", changed, new.version, moment())
        typer.echo("\nTaken into your working list. Nothing is proposed yet: next, `naru directory propose`.")
    else:
        typer.echo("Nothing was changed.")


def _take_list(place: Place, file: Path) -> None:
    """Give an editor the published list; one with a key reads the signed one."""
    if place.me.role != "editor":
        raise SettingsError("You hold a key, so your list comes from the signed one. Only editors import a .naru file.")
    new = load(text(file), file.name)
    if new.version < place.today().version:
        raise SettingsError(f"{file.name} is version {new.version}, older than {TODAY}. Ask for the newest one.")
    synced(place, new)
    place.log("import", [file.suffix.removeprefix(".")], new.version, moment())
    typer.echo(f"Your list is now version {new.version}, with {len(new.partners)} partners.")


def _look_at_hsds(place: Place, file: Path) -> None:
    found = hsds_import.load(text(file), file.name)
    place.log("import", ["looked-at-hsds"], place.working().version, moment())
    typer.echo(
        f"{len(found.drafts)} organisations in {file.name}. Nothing of it was taken: enter them in a spreadsheet."
    )
    for draft in found.drafts:
        typer.echo(f"\n{draft.name or 'without a name'} ({draft.place})")
        for rule in draft.conditions:
            typer.echo(f"  hard rule {rule} is broken: no one can activate it")
        typer.echo(f"  missing for a referral: {', '.join(draft.missing)}")
        for service in draft.services:
            typer.echo(f"  service {service.place}: has {', '.join(service.fields) or 'nothing'}")
            typer.echo(
                f"    missing: {', '.join(service.missing)}"
                + (f"; codes: {', '.join(service.codes)}" if service.codes else "")
            )
    for title, lines in (("Left out", found.left_out), ("Not known", found.unknown)):
        if lines:
            typer.echo("\n" + "\n  ".join((f"{title}:", *lines)))
