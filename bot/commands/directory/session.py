"""An operator at work: her folder, her opened key, and the published list, verified before anything of it is believed."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import typer
from tuf.api.metadata import Metadata, Root

from bot.commands.directory import register, trust
from bot.commands.directory.place import REGISTER, ROOT, TODAY, WORKING, Place, opened
from bot.commands.directory.register import Document
from bot.commands.directory.trust import Trusted
from bot.settings import SettingsError
from referrals.publishing.metadata import operators_of, to_file
from referrals.publishing.operator_key import OperatorKey
from referrals.spreadsheet.drafts import merged
from referrals.vetting import Operator, PartnerFile, PartnersFile, digest

T = TypeVar("T")
_EVERY = 1.0  # seconds between two lines of progress


@dataclass(frozen=True, slots=True)
class Session:
    """What commands with a key start from. Before the first publication `trusted` and `document` are None; the latter also for one
    whose key is not yet among those that count.
    """

    place: Place
    key: OperatorKey
    trusted: Trusted | None
    document: Document | None

    @property
    def joining(self) -> bool:
        """Whether there is a list that is not yet sealed to her key."""
        return self.trusted is not None and self.document is None

    @property
    def published(self) -> tuple[Trusted, Document]:
        """What is published; raises SettingsError before the first publication."""
        if self.trusted is None or self.document is None:
            raise SettingsError(_JOINING if self.joining else _NOTHING)
        return self.trusted, self.document

    @property
    def me(self) -> Operator:
        """Herself, as two operators have signed it. Raises SettingsError."""
        found = self.published[1].head.operator(self.place.me.name)
        if found is None:
            raise SettingsError(
                f"{self.place.me.name} is not among the operators of the published list. Ask one who is."
            )
        return found


_JOINING = "The published list is not for your key. Another operator runs `naru directory rotate-key` with your name, then you publish."
_NOTHING = "Nothing is published yet. The operators hold the first ceremony with `naru directory publish`."


def moment() -> datetime:
    """Now, in whole seconds, as signatures and logs have it."""
    return datetime.fromtimestamp(int(time.time()), UTC)


def started(folder: Path, passphrase_file: Path | None) -> Session:
    """Open her folder and key, verify what is published, and bring today.json and working.json up to it."""
    place = opened(folder)
    return session(place, place.key(passphrase_file))


def session(place: Place, key: OperatorKey) -> Session:
    """Verify what is published with an opened key."""
    if not place.list_version():
        return Session(place, key, None, None)
    trusted = believed(place, key)
    if key.public not in trusted.publics.values():
        return Session(place, key, trusted, None)
    document = register.read(place.repository.read_list(key.identity).operators)
    if document.partners.version != trusted.targets.version:
        raise SettingsError(
            "The published list names another version inside than outside. Don't use it; call the others."
        )
    place.put(REGISTER, document.head.model_dump_json(indent=1).encode())
    synced(place, document.partners)
    return Session(place, key, trusted, document)


def believed(place: Place, key: OperatorKey | None = None, *, yes: bool = False) -> Trusted:
    """Verify what is published, and remember the root. The first root is believed for her own signature under it, or for hers alone
    who compared its fingerprints.
    """
    pinned = place.root()
    if pinned is None:
        first = trust.first_root(place.shared)
        if key is None or not trust.signed_by(first, key.public):
            _compared(first, yes=yes)
        pinned = to_file(first)
    trusted = trust.verified(place.shared, pinned, place.today().version)
    if trusted.root_file != place.root():
        place.put(ROOT, trusted.root_file)
    return trusted


def _compared(root: Metadata[Root], *, yes: bool) -> None:
    """Have her compare whose keys count: whoever gives her another root lies to her from the start."""
    typer.echo("You see this list for the first time. It is signed by two of these; call them and compare:")
    for operator in operators_of(root.signed):
        typer.echo(f"  {operator.name:20}  {operator.fingerprint}")
    if not agreed("Are they the same?", yes=yes):
        typer.echo("Nothing was changed.")
        raise typer.Exit(1)


def synced(place: Place, new: PartnersFile) -> None:
    """Bring her copies up to the published list. What she changed stands, unless others changed the same partner."""
    old, working = place.today(), place.working()
    if old == new and working.version == new.version:
        return
    changed, clashes = [], []
    for file in working.partners:
        before, after = old.by_id(file.partner.id), new.by_id(file.partner.id)
        if same(file, before) or same(file, after):
            continue
        if same(before, after):
            changed.append(file.model_copy(update={"activation": after.activation if after else None}))
        else:
            clashes.append(file.alias)
    if clashes:
        typer.echo(
            f"Others changed partner {', '.join(clashes)} meanwhile. Your own changes there were set aside; make them again.",
            err=True,
        )
    place.put(TODAY, new)
    place.put(WORKING, new.model_copy(update={"partners": merged(new.partners, changed)}))


def same(one: PartnerFile | None, other: PartnerFile | None) -> bool:
    """Whether operators would see no difference; who activated it doesn't count."""
    return one is other or (one is not None and other is not None and digest(one) == digest(other))


def current(folder: Path, passphrase_file: Path | None) -> Place:
    """Open her folder with the newest list in it: her key is asked for only where the shared folder has a newer one."""
    place = opened(folder)
    version = place.list_version()
    if version > 1 and version != place.today().version:
        if place.me.role == "approver":
            session(place, place.key(passphrase_file))
        else:
            typer.echo(
                f"Your copy of the list is version {place.today().version}, the published one is {version}. Ask an approver for "
                "`naru directory export today.naru`, and import that file.",
                err=True,
            )
    return place


def chosen(listed: PartnersFile, aliases: Sequence[str]) -> list[PartnerFile]:
    """The partners with these aliases. Raises SettingsError for one that isn't there."""
    found = [(alias, listed.by_alias(alias)) for alias in aliases]
    if unknown := [number for number, (_, file) in enumerate(found, 1) if file is None]:
        raise SettingsError(
            f"Number {', '.join(map(str, unknown))} of the partners that you named is not in your working list. "
            "`naru directory check` shows which are."
        )
    return [file for _, file in found if file is not None]


def agreed(question: str, *, yes: bool) -> bool:
    """Ask, unless she said yes already; Ctrl-C, or nobody there to answer, is a no."""
    try:
        return yes or typer.confirm(question)
    except typer.Abort:
        return False


def progress(what: str, items: Sequence[T]) -> Iterator[T]:
    """Go through items, with a line a second on standard error where it takes longer."""
    last = time.monotonic()
    for number, item in enumerate(items):
        if time.monotonic() - last >= _EVERY:
            last = time.monotonic()
            typer.echo(f"{what}: {number} of {len(items)}", err=True)
        yield item
