"""`naru directory propose`: what the working list changes, sealed to the operators, for others to approve."""

import secrets
from datetime import datetime
from typing import Annotated, Literal

import typer

from bot.commands.directory.bundles import Bundle, Change, signed, write_bundle
from bot.commands.directory.place import (
    HERE,
    WORKING,
    FolderOption,
    PassphraseOption,
    Place,
    YesOption,
    on_disk,
    opened,
)
from bot.commands.directory.session import believed, chosen, current, moment, progress, same, session
from bot.commands.failing import clearly
from bot.settings import SettingsError
from referrals import approval, changes
from referrals.lifecycle_errors import LifecycleError
from referrals.publishing.operator_key import OperatorKey
from referrals.spreadsheet.drafts import merged
from referrals.vetting import SERVING, Operator, PartnerFile, PartnersFile

_Status = Literal["candidate", "review", "provisional", "active", "suspended", "removed"]


def propose(
    aliases: Annotated[
        list[str] | None,
        typer.Argument(metavar="ALIAS...", help="Only these partners; all that you changed, without any."),
    ] = None,
    status: Annotated[
        _Status | None,
        typer.Option(help="Their new state: candidate, review, provisional, active, one after the other."),
    ] = None,
    yes: YesOption = False,
    folder: FolderOption = HERE,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Write a proposal of what your working list changes, for others to review and approve.

    It is sealed to the approvers, so it may travel by mail. You can't approve it yourself. To let people be sent to a partner takes two
    approvers of different organisations, one of them a lead; any other change takes one.
    """
    with clearly(), on_disk():
        place = opened(folder)
        if not place.list_version():
            raise SettingsError(
                "Nothing is published yet, so nobody can approve. First `naru directory publish` by the approvers."
            )
        key = place.key(passphrase_file) if place.me.role == "approver" else None
        now = moment()
        trusted = believed(place, key, yes=yes)
        if key is not None:
            session(place, key)
        else:
            current(folder, None)
        today, working = place.today(), place.working()
        if status is not None:
            working = _moved(working, aliases or [], status)
        wanted = chosen(working, aliases) if aliases else list(working.partners)
        found = [(before, file) for file in wanted if not same(before := today.by_id(file.partner.id), file)]
        if not found:
            raise SettingsError("Your working list changes nothing there. Import, check or confirm something first.")
        made = tuple(_proposed(before, after, place, key, now) for before, after in progress("proposed", found))
        bundle = Bundle(by=place.me.name, at=now, changes=made)
        path = write_bundle(place.shared / "proposals", bundle, trusted.publics, secrets.token_bytes)
        place.put(WORKING, working)
        place.log("propose", [approval.subject(each.proposal) for each in made], today.version, now)
    after_ids = {file.partner.id for _, file in found}
    typer.echo(
        changes.diff([file for file in today.partners if file.partner.id in after_ids], [file for _, file in found])
    )
    typer.echo(f"\nWrote {path}. Copy the shared folder to an approver; she runs:")
    typer.echo(f"  naru directory review {path.name}")


def _moved(working: PartnersFile, aliases: list[str], status: _Status) -> PartnersFile:
    """Set the state of these partners; one that is to serve gets the day until which its checks count."""
    if not aliases:
        raise SettingsError("Say whose state: naru directory propose ALIAS... --status STATE.")
    new = []
    for file in chosen(working, aliases):
        change: dict[str, object] = {"x_status": status}
        ends = [each.expires_on for each in file.checks if each.item in file.required]
        if status in SERVING and ends:
            change["x_vetted_until"] = min(ends)
        new.append(file.model_copy(update={"partner": file.partner.model_copy(update=change)}))
    return working.model_copy(update={"partners": merged(working.partners, new)})


def _proposed(
    before: PartnerFile | None, after: PartnerFile, place: Place, key: OperatorKey | None, now: datetime
) -> Change:
    me = place.me
    by = Operator(
        id=me.name,
        organisation=me.organisation,
        role=me.role,
        gbv_or_safeguarding_lead=me.lead,
        key=key.public.key().keyid if key else None,
    )
    try:
        made = approval.propose(before, after, by, now)
    except LifecycleError as error:
        raise SettingsError(f"Nothing was proposed. {error}") from None
    return Change(proposal=made, after=after, signature=signed("propose", made, me.name, now, key) if key else "")
