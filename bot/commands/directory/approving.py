"""`naru directory review` and `approve`: what somebody proposes, read by another, and signed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.directory import bundles
from bot.commands.directory.bundles import ENDING, Waiting
from bot.commands.directory.place import HERE, FolderOption, PassphraseOption, YesOption, day, on_disk
from bot.commands.directory.session import Session, agreed, moment, progress, started
from bot.commands.failing import clearly
from bot.settings import SettingsError
from referrals import approval, changes
from referrals.approval import Notice, Proposal
from referrals.lifecycle import check_change
from referrals.lifecycle_errors import LifecycleError
from referrals.vetting import PartnerFile

_FileArgument = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help="A proposal, by its name in the shared folder; all that wait, without any."),
]


def review(file: _FileArgument = None, folder: FolderOption = HERE, passphrase_file: PassphraseOption = None) -> None:
    """Show what a proposal changes, with contacts, key fingerprints and whom to tell. It signs nothing; that you looked stands in your log.

    Read a fingerprint to the partner over the phone, in its groups of five, before you approve a new key.
    """
    with clearly(), on_disk():
        work = started(folder, passphrase_file)
        trusted, document = work.published
        for path in _paths(work, file):
            typer.echo("\n".join(_told(work, path)))
            seen = bundles.opened(path, work.key.identity, trusted.publics).changes
            work.place.log("review", [approval.subject(each) for each, _ in seen], document.partners.version, moment())


def approve(
    file: _FileArgument = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="ALIAS", help="Approve only this partner of it. May be repeated.")
    ] = None,
    yes: YesOption = False,
    folder: FolderOption = HERE,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Show a proposal as `review` does, and sign it. Never what you proposed yourself, and never under pressure: suspend instead."""
    with clearly(), on_disk():
        work = started(folder, passphrase_file)
        work.published  # noqa: B018  # as above
        paths = _paths(work, file)
        if not paths:
            raise SettingsError("No proposal waits in the shared folder. Copy the newest one here.")
        for path in paths:
            typer.echo("\n".join(_told(work, path)))
            if not agreed(f"\nApprove {path.name}?", yes=yes):
                typer.echo("Nothing was signed.")
                raise typer.Exit(1)
            _approve(work, path, only or [])


def _approve(work: Session, path: Path, only: list[str]) -> None:
    trusted, document = work.published
    now = moment()
    given = []
    for proposal, after in progress("approved", bundles.opened(path, work.key.identity, trusted.publics).changes):
        if only and proposal.alias not in only:
            continue
        before = document.partners.by_id(proposal.partner_id)
        approval.approve(proposal, before, after, work.me, now)
        given.append((proposal, now))
    if not given:
        raise SettingsError(f"{path.name} has no change of the partners that you named. Nothing was approved.")
    beside = bundles.write_approvals(path, bundles.approvals_of(given, work.key))
    work.place.log("approve", [approval.subject(each) for each, _ in given], document.partners.version, now)
    typer.echo(
        f"\nApproved {len(given)} of {path.name}; your signature is in {beside.name}. Next: `naru directory publish`."
    )


def _paths(work: Session, file: Path | None) -> list[Path]:
    folder = work.place.shared / "proposals"
    if file is None:
        found = bundles.waiting(folder)
        if not found:
            typer.echo("No proposal waits.")
        return found
    for path in (file, folder / file.name, folder / f"{file.name}{ENDING}"):
        if path.is_file():
            return [path]
    raise SettingsError(f"There is no proposal {file.name} here or in {folder}. Copy the newest shared folder here.")


def _told(work: Session, path: Path) -> Iterator[str]:
    trusted, document = work.published
    waiting = bundles.opened(path, work.key.identity, trusted.publics)
    key = "" if waiting.bundle.by in trusted.publics else ", who holds no key: ask her whether it is hers"
    yield f"{path.name}: proposed by {waiting.bundle.by}{key}, {waiting.bundle.at:%Y-%m-%d %H:%M} UTC"
    before = [document.partners.by_id(proposal.partner_id) for proposal, _ in waiting.changes]
    yield changes.diff([each for each in before if each], [after for _, after in waiting.changes], contacts=True)
    yield from _notices(waiting, before)
    yield from _standing(waiting, before)


def _notices(waiting: Waiting, before: list[PartnerFile | None]) -> Iterator[str]:
    found = [
        notice
        for was, (_, after) in zip(before, waiting.changes, strict=True)
        for notice in approval.notices(was, after)
    ]
    yield from told_notices(found)


def told_notices(notices: list[Notice]) -> Iterator[str]:
    """Whom to tell by the old way before the change is published, and what to say."""
    if notices:
        yield "\nBefore this is published, tell these by the way you knew them until now, and wait for no answer:"
        yield from (f"  partner {each.alias}, {each.means.replace('_', ' ')} {each.to}" for each in notices)
        yield "In these words:"
        yield from (f"  {language}: {text}" for language, text in notices[0].text.items())


def _standing(waiting: Waiting, before: list[PartnerFile | None]) -> Iterator[str]:
    """Who approved, and what keeps a change from being approved at all."""
    on = day(moment())
    needs: dict[str, list[str]] = {}
    yield ""
    for was, (proposal, after) in zip(before, waiting.changes, strict=True):
        try:
            needed = approval.APPROVERS if check_change(was, after, on) else 1
        except LifecycleError as error:
            yield f"Can't be approved: {error}"
            continue
        needs.setdefault(_approved(proposal, needed), []).append(proposal.alias)
    yield from (f"Partner {', '.join(aliases)}: {what}" for what, aliases in needs.items())


def _approved(proposal: Proposal, needed: int) -> str:
    names = ", ".join(each.by for each in proposal.approvals) or "nobody"
    return f"approved by {names} so far; needs {needed}, and never {proposal.by}"
