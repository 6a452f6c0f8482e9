"""`naru directory publish`: what is approved becomes a list, signed by two operators, each on her own machine, and then served."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.directory import bundles, drafting, register
from bot.commands.directory.approving import told_notices
from bot.commands.directory.draft_folder import alone, drop, drop_outdated, lacking
from bot.commands.directory.drafting import root_lines, sign_all, sign_own
from bot.commands.directory.place import (
    HERE,
    FolderOption,
    PassphraseOption,
    Place,
    YesOption,
    day,
    on_disk,
    opened,
)
from bot.commands.directory.register import Document
from bot.commands.directory.session import Session, agreed, moment, same, session
from bot.commands.directory.wanted import Wanted
from bot.commands.failing import clearly
from bot.settings import SettingsError
from referrals import changes
from referrals.publishing.errors import PublishingError
from referrals.publishing.folder import Folder
from referrals.sealing import signing_public

_SOON_DAYS = 7  # half of metadata.LIST_LIFE: from then on `publish` makes the list again by itself


def publish(
    bot: Annotated[
        list[Path] | None, typer.Option(metavar="DIR", help="The folder public/ of a bot that is to read the list.")
    ] = None,
    safety_lead: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A file with the recipient of one who reads reports about helpers."),
    ] = None,
    lift: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="End a suspension: its partner or key counts again.")
    ] = None,
    opener: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The file naru-open.html that caseworkers may believe. Whoever signs second names the one that she built.",
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Make the draft anew, also where nothing changed: for 14 more days.")
    ] = False,
    renew: Annotated[
        bool,
        typer.Option("--renew", help="Only renew the dates, without a passphrase: daily, on the machine that serves."),
    ] = False,
    yes: YesOption = False,
    folder: FolderOption = HERE,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Bring the list one step forward: draft it, sign it, or put it where bots read it.

    The first operator's `publish` makes the draft of everything approved and signs it. Copy the shared folder to the second; her
    `publish` makes it again, compares, shows it, and signs. Where the online key is, it is then published. The first time of all it is the
    first ceremony: every operator runs it once, and compares the fingerprints by phone.
    """
    with clearly(), on_disk():
        place, now = opened(folder), moment()
        for role in drop_outdated(place.shared):
            typer.echo(f"The draft of {role} was older than what is published, and is gone.")
        work = None
        if place.me.role == "approver" and not renew:
            work = session(place, place.key(passphrase_file))
            _bring_forward(work, Wanted(bot or [], safety_lead or [], lift or [], opener), now, again=again, yes=yes)
        serve(place, work, now)


def _bring_forward(work: Session, wanted: Wanted, now: datetime, *, again: bool, yes: bool) -> None:
    """Draft, or check another's draft, and sign after it was shown."""
    if work.joining:
        _join(work, now)
        return
    _tidy(work)
    repository = work.place.repository
    if "targets" in repository.drafts() and not again:
        if wanted and not wanted.only_opener:
            raise SettingsError("A draft waits for signatures already. Finish it first, or make it anew with --again.")
        if not drafting.name_missing(work, "targets"):
            typer.echo("Your signature stands under the draft.")
        else:
            document = drafting.checked(work, now)
            if wanted.only_opener and wanted.only_opener != document.head.opener:
                raise SettingsError(
                    "Don't sign this draft: its opening page is not the file that you named. Build it again from the same version; if it "
                    "still differs, call the operator who made the draft."
                )
            _show(work, document)
            if not agreed("Sign this list?", yes=yes):
                typer.echo("Nothing was signed.")
                raise typer.Exit(1)
            _sign(work, now, "sign", document)
    else:
        _draft(work, wanted, now, again=again, yes=yes)
    if "targets" in repository.drafts() or work.document is not None:
        _sign_own(work, now)


def _join(work: Session, now: datetime) -> None:
    """Her key is not yet among those that count: she can open neither list, and signs her own file alone."""
    if work.key.public not in drafting.coming_operators(work):
        raise SettingsError(
            "Your key doesn't count yet. Another operator runs `naru directory rotate-key` with your name first."
        )
    _sign_own(work, now)


def _sign_own(work: Session, now: datetime) -> None:
    if sign_own(work, now):
        typer.echo("Signed your own suspension file; it counts for 30 days.")


def _draft(work: Session, wanted: Wanted, now: datetime, *, again: bool, yes: bool) -> None:
    settling = drafting.settled(work, day(now))
    for line in settling.waiting:
        typer.echo(f"Not published: {line}")
    ends_soon = work.trusted is not None and work.trusted.targets.expires - now < timedelta(days=_SOON_DAYS)
    if not (settling.files or wanted or again or ends_soon or work.document is None):
        typer.echo("Nothing new is approved.")
        return
    head = wanted.head(work, now)
    if work.document is None:
        _draft_first_root(work, now)
    document = drafting.planned(work, head, settling)
    _show(work, document)
    for line in told_notices(list(settling.notices)):
        typer.echo(line)
    if not agreed("Draft and sign this list?", yes=yes):
        if work.document is None:
            drop(work.place.shared, "root")
        typer.echo("Nothing was signed.")
        raise typer.Exit(1)
    work.place.log("draft", list(settling.subjects), document.partners.version, now)
    drafting.draft(work, document, now, wanted.opener)
    _sign(work, now, "sign", document)


def _draft_first_root(work: Session, now: datetime) -> None:
    online = work.place.online()
    if online is None:
        raise SettingsError(
            "The first to run this is the operator who made the online key (`naru directory init --online`)."
        )
    publics = [card.public for card in work.place.cards().values() if card.public is not None]
    work.place.repository.draft_root(publics, signing_public(online), now)


def _show(work: Session, document: Document) -> None:
    """Everything that a signature would make true."""
    before = work.document.partners.partners if work.document else ()
    typer.echo(f"List {document.partners.version}, drafted on {document.head.drafted_on}:")
    old = work.document.head if work.document else None
    for line in (*root_lines(work), *register.differences(old, document.head, document.partners.partners)):
        typer.echo(f"  {line}")
    typer.echo(changes.diff(before, document.partners.partners, contacts=True))


def _sign(work: Session, now: datetime, action: str, document: Document) -> None:
    roles = sign_all(work, now)
    work.place.log(action, roles, document.partners.version, now)
    typer.echo(f"Signed: {', '.join(roles)}.")


def serve(place: Place, work: Session | None, now: datetime) -> None:
    """Publish what has its signatures, or say what is missing; renew the dates where nothing is new."""
    repository = place.repository
    online = place.online()
    drafts = repository.drafts()
    missing = lacking(place) if drafts else []
    if online is None:
        _next_step(missing, bool(drafts))
        return
    if not drafts:
        if not place.list_version():
            raise SettingsError(
                "Nothing is published yet, and nothing is drafted. The approvers run `naru directory publish`."
            )
        repository.renew(online, now)
        typer.echo("Nothing new to publish; the dates were renewed.")
        return
    if missing:
        if Folder(place.shared).has("targets") and (ready := _ready_suspensions(place)):
            with alone(place.shared, lambda role: role in ready):
                repository.publish(online, now)
            typer.echo(f"Published at once: {', '.join(ready)}.")
        _next_step(missing, drafted=True)
        return
    repository.publish(online, now)
    place.log("publish", list(drafts), place.list_version(), now)
    typer.echo(f"Published list {place.list_version()}: {', '.join(drafts)}. Bots see it within a minute.")
    place.settle_online()
    if work is not None:
        _tidy(session(place, work.key))


def _ready_suspensions(place: Place) -> tuple[str, ...]:
    found = []
    for role in place.repository.drafts():
        if role.startswith("suspend-"):
            with alone(place.shared, lambda each, wanted=role: each == wanted):  # type: ignore[misc]
                if place.repository.standing(role).ready:
                    found.append(role)
    return tuple(found)


def _next_step(missing: list[str], drafted: bool) -> None:
    for line in missing:
        typer.echo(f"  {line}")
    if missing:
        typer.echo("Next: copy the shared folder to the next operator; she runs `naru directory publish`.")
    elif drafted:
        typer.echo(
            "All signatures are there. Next: copy the shared folder to the machine with the online key; `naru directory publish` there."
        )


def _tidy(work: Session) -> None:
    """Set aside the proposals that are published whole."""
    if work.document is None or work.trusted is None:
        return
    for path in bundles.waiting(work.place.shared / "proposals"):
        try:
            found = bundles.opened(path, work.key.identity, work.trusted.publics).changes
        except (SettingsError, PublishingError):
            continue
        if bundles.is_done(path) or all(
            same(work.document.partners.by_id(proposal.partner_id), after) for proposal, after in found
        ):
            bundles.set_aside(path)
