"""`naru directory check` and `confirm`: what somebody looked at or asked, entered in the working list. Others approve it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated, Literal

import typer
from pydantic import ValidationError

from bot.commands.directory.place import HERE, WORKING, FolderOption, PassphraseOption, day, on_disk
from bot.commands.directory.session import chosen, current, moment, same
from bot.commands.failing import clearly
from bot.settings import SettingsError
from referrals.checklist import CHECKS, Check
from referrals.lifecycle import check_change, lapses
from referrals.lifecycle_errors import LifecycleError
from referrals.spreadsheet.drafts import merged
from referrals.vetting import PartnerFile, PartnersFile

_EVERY_ITEM = "all"


def check(
    aliases: Annotated[list[str] | None, typer.Argument(metavar="ALIAS...", help="Partners; all, without any.")] = None,
    item: Annotated[
        list[str] | None,
        typer.Option(metavar="ITEM", help=f"An item that you checked, or `{_EVERY_ITEM}`: {', '.join(CHECKS)}."),
    ] = None,
    evidence: Annotated[str, typer.Option(help="Where the evidence lies: a reference, never what it says.")] = "",
    reference: Annotated[
        list[str] | None, typer.Option(metavar="ALIAS", help="A partner that vouches; two, for the item identity.")
    ] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of the check; today if you don't say.")
    ] = None,
    folder: FolderOption = HERE,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Show what is wrong or missing in your working list. With --item and --evidence, enter that you checked something.

    The 14 items are those of the vetting checklist. A check counts for 90 days, and for 180 where every country is South Korea or Thailand.
    """
    with clearly(), on_disk():
        place = current(folder, passphrase_file)
        working, now = place.working(), moment()
        files = chosen(working, aliases) if aliases else list(working.partners)
        if item:
            if not aliases or not evidence:
                raise SettingsError("Say whom you checked (ALIAS...) and where the evidence lies (--evidence).")
            by, checked = place.me.name, on.date() if on else day(now)
            vouching = tuple(each.partner.id for each in chosen(working, reference or []))
            new = [_checked(each, item, evidence, vouching, by, checked) for each in files]
            place.put(WORKING, _with(working, new))
            place.log("check", [each.partner.id for each in files], working.version, now)
            typer.echo(f"Entered for partner {', '.join(each.alias for each in new)}. Next: `naru directory propose`.")
            return
        lines = list(_wrong(place.today(), files, day(now)))
    typer.echo("\n".join(lines) if lines else f"{len(files)} partners: nothing is wrong with what would be proposed.")
    for line in _missing(files, day(now)):
        typer.echo(line)
    if lines:
        raise typer.Exit(1)


def confirm(
    aliases: Annotated[list[str], typer.Argument(metavar="ALIAS...", help="The partners that you reached.")],
    capacity: Annotated[
        Literal["open", "limited", "closed"] | None, typer.Option(help="What they said; as before if you don't say.")
    ] = None,
    folder: FolderOption = HERE,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Enter that you reached these partners today by their contact, and that their capacity is as they said.

    It has to be done every 30 days: after that people are no longer sent there. It counts once it is proposed, approved and published.
    """
    with clearly(), on_disk():
        place = current(folder, passphrase_file)
        working, now = place.working(), moment()
        files = chosen(working, aliases)
        if without := [each.alias for each in files if not each.contacts]:
            raise SettingsError(
                f"Partner {', '.join(without)} has no contact to confirm. Enter one in the spreadsheet first."
            )
        place.put(WORKING, _with(working, [_confirmed(each, capacity, now) for each in files]))
        place.log("confirm", [each.partner.id for each in files], working.version, now)
    typer.echo(f"Confirmed today: partner {', '.join(each.alias for each in files)}. Next: `naru directory propose`.")


def _with(working: PartnersFile, new: list[PartnerFile]) -> PartnersFile:
    return working.model_copy(update={"partners": merged(working.partners, new)})


def _checked(
    file: PartnerFile, items: list[str], evidence: str, vouching: tuple[str, ...], by: str, on: date
) -> PartnerFile:
    wanted = file.required if items == [_EVERY_ITEM] else tuple(items)
    try:
        new = {
            each: Check.model_validate(
                {
                    "item": each,
                    "evidence": evidence,
                    "references": vouching if each == "identity" else (),
                    "checked_by": by,
                    "checked_on": on,
                    "expires_on": on + timedelta(days=file.check_days),
                }
            )
            for each in wanted
        }
        kept = {each.item: each for each in file.checks}
        order = list(CHECKS)
        checks = sorted((kept | new).values(), key=lambda each: order.index(each.item))
        return PartnerFile.model_validate({**dict(file), "checks": tuple(checks)})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        what = (
            "--item should be one of the checklist"
            if "item" in first["loc"]
            else first["msg"].removeprefix("Value error, ")
        )
        raise SettingsError(f"Partner {file.alias}: {what}. Nothing was changed.") from None


def _confirmed(file: PartnerFile, capacity: str | None, now: datetime) -> PartnerFile:
    said = {"x_capacity_at": now} | ({"x_capacity": capacity} if capacity else {})
    services = tuple(each.model_copy(update=said) for each in file.partner.services)
    partner = file.partner.model_copy(update={"services": services, "x_contact_confirmed_at": now})
    contacts = tuple(each.model_copy(update={"confirmed_at": now}) for each in file.contacts)
    return file.model_copy(update={"partner": partner, "contacts": contacts})


def _wrong(today: PartnersFile, files: list[PartnerFile], on: date) -> Iterator[str]:
    """Why a change could not be proposed."""
    for file in files:
        before = today.by_id(file.partner.id)
        if not same(before, file):
            try:
                check_change(before, file, on)
            except LifecycleError as error:
                yield str(error)


def _missing(files: list[PartnerFile], on: date) -> Iterator[str]:
    """What stands between a partner and an activation."""
    for file in files:
        found = lapses(file.model_copy(update={"activation": None}), on)
        if lacking := [each for each in found if each != "activation"]:
            yield f"partner {file.alias} ({file.partner.x_status}), before people can be sent there: {', '.join(lacking)}"
