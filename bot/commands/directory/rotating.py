"""`naru directory rotate-key`: a lost or stolen key is replaced by two of the other operators; so is the online key."""

import os
import secrets
from datetime import datetime
from typing import Annotated

import typer

from bot.commands.directory import drafting
from bot.commands.directory.draft_folder import drop
from bot.commands.directory.drafting import online_public, root_lines, settled, sign_all, sign_own
from bot.commands.directory.place import HERE, ONLINE_NEXT, FolderOption, PassphraseOption, YesOption, day, on_disk
from bot.commands.directory.publishing import serve
from bot.commands.directory.register import Document, Register, differences
from bot.commands.directory.session import Session, agreed, moment, started
from bot.commands.failing import clearly
from bot.settings import SettingsError
from referrals.publishing.operator_public import OperatorPublic
from referrals.sealing import signing_public
from referrals.secret import Secret
from referrals.vetting import Operator

_ONLINE_BYTES = 32  # a raw Ed25519 seed


def rotate_key(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="The operator whose card in the shared folder is to count from now on; also a new operator.",
        ),
    ] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take NAME out instead; three with a key must remain.")
    ] = False,
    online: Annotated[bool, typer.Option("--online", help="Replace the online key; only where it lies.")] = False,
    yes: YesOption = False,
    folder: FolderOption = HERE,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Draft a new root in which another key counts, and sign it. A second operator signs with `naru directory publish`.

    After a lost key: its owner runs `naru directory init` in a new folder, which replaces her card. Call her and compare the fingerprint
    before you sign. What the old key signed counts no more as soon as the new root is published.
    """
    with clearly(), on_disk():
        if (name is None) == (not online):
            raise SettingsError("Say whose key: `naru directory rotate-key NAME`, or `--online` for the online key.")
        work = started(folder, passphrase_file)
        if {"root", "targets"} & set(work.place.repository.drafts()):
            raise SettingsError(
                "A draft waits for signatures. Finish it first with `naru directory publish`, on both machines."
            )
        now = moment()
        _, document = work.published
        head = document.head.model_copy(update={"drafted_on": day(now)})
        if name is not None:
            head = head.model_copy(update={"operators": _operators(work, head.operators, name, remove=remove)})
        _draft_root(work, name, now, remove=remove, online=online)
        lines = [*root_lines(work), *differences(document.head, head)]
        typer.echo("\n  ".join(("A new root:", *lines)))
        if not agreed("Did you compare it by phone, and is it to count?", yes=yes):
            drop(work.place.shared, "root")
            typer.echo("Nothing was signed.")
            raise typer.Exit(1)
        _finish(work, head, now)
        serve(work.place, work, now)


def _operators(work: Session, before: tuple[Operator, ...], name: str, *, remove: bool) -> tuple[Operator, ...]:
    kept = tuple(each for each in before if each.id != name)
    if remove:
        if len(kept) == len(before):
            raise SettingsError(f"There is no operator {name} in the published list.")
        return kept
    return (*kept, _card_of(work, name)[0])


def _card_of(work: Session, name: str) -> tuple[Operator, OperatorPublic | None]:
    card = work.place.cards().get(name)
    if card is None:
        raise SettingsError(
            f"There is no card operators/{name}.json in the shared folder. She makes it with `naru directory init`."
        )
    return card.operator, card.public


def _draft_root(work: Session, name: str | None, now: datetime, *, remove: bool, online: bool) -> None:
    trusted, _ = work.published
    publics = dict(trusted.publics)
    if name is not None:
        publics.pop(name, None)
        if not remove and (public := _card_of(work, name)[1]) is not None:
            publics[name] = public
    raw = online_public(trusted.root.signed)
    if online:
        raw = signing_public(_new_online(work))
    if online or publics != trusted.publics:
        work.place.repository.draft_root(list(publics.values()), raw, now)


def _new_online(work: Session) -> Secret[bytes]:
    """A new online key beside the old one, which signs until the new root is published."""
    if work.place.online() is None:
        raise SettingsError("The online key is not on this machine. Replace it where it lies.")
    secret = secrets.token_bytes(_ONLINE_BYTES)
    path = work.place.folder / ONLINE_NEXT
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)
    return Secret(secret)


def _finish(work: Session, head: Register, now: datetime) -> None:
    """The list must name the operators of the root, so it is drafted with it; what is approved meanwhile goes along."""
    settling = settled(work, day(now))
    document: Document = drafting.planned(work, head, settling)
    work.place.log("rotate-key", list(settling.subjects), document.partners.version, now)
    drafting.draft(work, document, now)
    typer.echo(f"Signed: {', '.join(sign_all(work, now))}.")
    sign_own(work, now)
