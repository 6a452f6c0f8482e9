"""`naru directory diff`, `status` and `why`: what changes, what needs doing, and whom a person would see. They change nothing."""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated

import typer
from pydantic import ValidationError

from bot.commands.directory.draft_folder import lacking
from bot.commands.directory.place import HERE, REGISTER, FolderOption, PassphraseOption, Place, content, on_disk
from bot.commands.directory.register import Register
from bot.commands.directory.session import current, moment
from bot.commands.failing import clearly
from bot.settings import SettingsError
from referrals import changes, health
from referrals.publishing.folder import Folder, read_metadata
from referrals.publishing.metadata import delegated
from referrals.why import asked
from referrals.why import why as table

_SALT_BYTES = 16  # decides ties anew each time, as for each person


def diff(
    contacts: Annotated[bool, typer.Option("--contacts", help="Write the contacts out, too.")] = False,
    folder: FolderOption = HERE,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Show what your working list would change of the published one, partner by partner."""
    with clearly(), on_disk():
        place = current(folder, passphrase_file)
        typer.echo(changes.diff(place.today().partners, place.working().partners, contacts=contacts))


def status(folder: FolderOption = HERE, passphrase_file: PassphraseOption = None) -> None:
    """List until when the list counts, who is suspended, and what runs out within 14 days, the most pressing first.

    What runs out: vetting, checks, keys, unconfirmed contacts, stale capacity, public numbers.
    """
    with clearly(), on_disk():
        place, now = current(folder, passphrase_file), moment()
        for line in (*_dates(place, now), *_suspended(place)):
            typer.echo(line)
        typer.echo(health.told(place.today().partners, now))


def _dates(place: Place, now: datetime) -> Iterator[str]:
    """Until when what is published counts: the list, and whatever else ends within 14 days."""
    if not place.list_version():
        return
    folder, targets = Folder(place.shared), place.repository.targets()
    yield f"List {targets.version}: {_until(targets.expires, now)}"
    others = {role: folder.newest(role).signed.expires for role in ("root", *sorted(delegated(targets)))}
    soon = {role: until for role, until in others.items() if until - now < timedelta(days=health.SOON_DAYS)}
    yield from (f"{role}: {_until(until, now)}" for role, until in soon.items())
    dates = folder.published / "metadata" / "timestamp.json"
    yield f"dates: {_until(read_metadata(dates, 'timestamp').signed.expires, now)}, renewed by `naru directory publish --renew`"
    yield from (f"waits: {line}" for line in lacking(place))


def _register(place: Place) -> Register | None:
    """What stands beside the partners, as she last verified it; an editor can't know which suspensions two have ended."""
    try:
        return Register.model_validate_json(content(place.folder / REGISTER))
    except (SettingsError, ValidationError):
        return None


def _until(until: datetime, now: datetime) -> str:
    return f"{'EXPIRED on' if until <= now else 'until'} {until:%Y-%m-%d %H:%M} UTC"


def _suspended(place: Place) -> Iterator[str]:
    """What single operators have suspended and two have not lifted: it stands in no spreadsheet."""
    if not place.list_version():
        return
    head = _register(place)
    for role in sorted(delegated(place.repository.targets())):
        name = role.removeprefix("suspend-")
        for each in place.repository.read_suspensions(name):
            if head is None or not head.lifts(name, each):
                files = [place.today().by_id(partner_id) for partner_id in each.partners]
                aliases = ", ".join(file.alias for file in files if file)
                what = f"partner {aliases}" if each.partners else f"{len(each.keys)} keys"
                yield f"SUSPENDED by {name} alone: {what}, {each.reason}, since {each.since:%Y-%m-%d}; lifted by two with --lift {each.id}"


def why(
    need: Annotated[list[str], typer.Option(help="What she needs: a word of an export, or its code. May be repeated.")],
    country: Annotated[str | None, typer.Option(help="Where she is.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="What she speaks; Korean if you don't say.")] = None,
    urgent: Annotated[bool, typer.Option("--urgent", help="She needs it today.")] = False,
    under_18: Annotated[bool, typer.Option("--under-18", help="She is under 18.")] = False,
    folder: FolderOption = HERE,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Show whom a person with this need would see, and why not the others: on today's list and on your working list."""
    with clearly(), on_disk():
        place = current(folder, passphrase_file)
        facts = asked(need, country, language or ["ko"], urgent=urgent, under_18=under_18)
        lists = {"today": place.today().partners, "proposed": place.working().partners}
        typer.echo(table(facts, lists, moment(), secrets.token_bytes(_SALT_BYTES)))
