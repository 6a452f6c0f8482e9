"""`naru directory suspend`: one operator alone takes a partner, or one caseworker's key, out of the list at once."""

import secrets
from datetime import datetime
from typing import Annotated

import typer
from pydantic import ValidationError

from bot.commands.directory.draft_folder import alone
from bot.commands.directory.drafting import name_missing
from bot.commands.directory.place import HERE, FolderOption, PassphraseOption, YesOption, day, on_disk
from bot.commands.directory.session import Session, agreed, chosen, moment, started
from bot.commands.failing import clearly
from bot.settings import SettingsError
from referrals import approval
from referrals.publishing.folder import Folder
from referrals.publishing.metadata import suspension_path, suspension_role
from referrals.publishing.targets import Reason, Suspension, key_digest, read_suspensions
from referrals.sealing import fingerprint

_MOST = 64  # partners or keys of one suspension, as targets.Suspension
_ID_BYTES = 8  # of a suspension's id, as targets.SuspensionId has it


def suspend(
    aliases: Annotated[list[str], typer.Argument(metavar="ALIAS...", help="The partners.")],
    reason: Annotated[Reason, typer.Option(help="Anybody can read it, so it says no more than one of these words.")],
    key: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Only these caseworkers' keys of the partner, by id. May be repeated."),
    ] = None,
    yes: YesOption = False,
    folder: FolderOption = HERE,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Suspend a partner, or single keys of it, by your signature alone. Bots obey with their next look, within a minute.

    When in doubt, do it: it adds nothing to the list, and two operators can lift it with `naru directory publish --lift ID`. Nobody can do
    it alone, not even you.
    """
    with clearly(), on_disk():
        work = started(folder, passphrase_file)
        now = moment()
        made = _suspension(work, aliases, key or [], reason, now)
        what = f"{len(made.keys)} keys of partner" if made.keys else "partner"
        if not agreed(f"Suspend {what} {', '.join(aliases)} now?", yes=yes):
            typer.echo("Nothing was changed.")
            raise typer.Exit(1)
        _publish(work, made, now)


def _suspension(work: Session, aliases: list[str], key_ids: list[str], reason: Reason, now: datetime) -> Suspension:
    _, document = work.published
    files = chosen(document.partners, aliases)
    if len(files) > _MOST or len(key_ids) > _MOST:
        raise SettingsError(f"Suspend {_MOST} at a time, the most urgent first.")
    for file in files:
        if not key_ids:
            approval.suspend(file, work.me, day(now))
    keys = {key.id: key for file in files for key in file.partner.x_keys}
    if unknown := [key_id for key_id in key_ids if key_id not in keys]:
        offered = ", ".join(f"{each.id} ({fingerprint(each.recipient)})" for each in keys.values())
        raise SettingsError(f"{len(unknown)} of the keys is not this partner's. It has: {offered or 'none'}.")
    return Suspension(
        id=secrets.token_hex(_ID_BYTES),
        partners=() if key_ids else tuple(file.partner.id for file in files),
        keys=tuple(key_digest(keys[key_id].recipient) for key_id in key_ids),
        reason=reason,
        since=now,
    )


def _publish(work: Session, made: Suspension, now: datetime) -> None:
    _, document = work.published
    place, name = work.place, work.key.name
    role = suspension_role(name)
    standing = [each for each in _mine(work) if not document.head.lifts(name, each)]
    online = place.online()
    place.log("suspend", [made.id, *made.partners, *made.keys], document.partners.version, now)
    with alone(place.shared, lambda each: each == role):
        try:
            place.repository.draft_suspensions(name, [*standing, made], now)
        except ValidationError:
            raise SettingsError(
                "You have suspended too much at once. Propose to suspend or remove partners, then lift old ones."
            ) from None
        place.repository.sign(role, work.key, now)
        if online is not None:
            place.repository.publish(online, now)
    typer.echo(f"Suspension {made.id}, signed by you alone.")
    typer.echo(
        "Published: bots obey within a minute."
        if online is not None
        else "NOT YET PUBLISHED: copy the shared folder to the machine with the online key now; `naru directory publish --renew` there."
    )


def _mine(work: Session) -> tuple[Suspension, ...]:
    """What she has suspended so far: as published, or as signed by her and not yet published."""
    role, name = suspension_role(work.key.name), work.key.name
    if role in work.place.repository.drafts() and not name_missing(work, role):
        folder = Folder(work.place.shared)
        target = folder.drafted(role).signed.targets[suspension_path(name)]
        return read_suspensions(folder.drafted_content(target), name)
    return work.place.repository.read_suspensions(name)
