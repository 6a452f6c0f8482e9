"""An operator's own folder and the shared one: what lies where, read whole or refused, written whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import ValidationError

from bot.settings import SettingsError
from referrals.checklist import Record
from referrals.key_file import read_key_file
from referrals.publishing import audit
from referrals.publishing.folder import Folder, write
from referrals.publishing.operator_key import OperatorKey, signer
from referrals.publishing.operator_key import read_key_file as read_operator_key
from referrals.publishing.operator_public import Name, OperatorPublic
from referrals.publishing.repository import Repository
from referrals.secret import Secret
from referrals.vetting import Operator, Organisation, PartnersFile, dump, load

ME, KEY, ONLINE, ONLINE_NEXT, ROOT, REGISTER, TODAY, WORKING, LOG = (
    "operator.json",
    "operator.key",
    "online.key",
    "online.key.next",  # made by rotate-key; takes the other's place once a root names it
    "root.json",
    "register.json",
    "today.json",
    "working.json",
    "audit.log",
)
_MOST_BYTES = 64 * 1024 * 1024  # of any file of ours; as vetting's longest list

FolderOption = Annotated[
    Path,
    typer.Option("--folder", "-f", metavar="DIR", envvar="NARU_OPERATOR_FOLDER", help="Your own folder, made by init."),
]
PassphraseOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        envvar="NARU_PASSPHRASE_FILE",
        help="A file with your passphrase in its first line; you are asked for it otherwise.",
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask; take what is shown as seen.")]
HERE = Path()


class Me(Record):
    """Whose folder this is. What counts of organisation and role is what two operators have signed."""

    format: Literal["naru-operator-folder/1"] = "naru-operator-folder/1"
    name: Name
    organisation: Organisation
    role: Literal["editor", "approver"]
    lead: bool = False
    shared: str  # the shared folder, from this one


class Card(Record):
    """What an operator gives the others: who she is, and her public key if she has one."""

    format: Literal["naru-operator-card/1"] = "naru-operator-card/1"
    operator: Operator
    public: OperatorPublic | None = None

    @property
    def sound(self) -> bool:
        """Whether the two halves speak of one person and one key."""
        if self.public is None:
            return self.operator.key is None and self.operator.role == "editor"
        return (self.operator.id, self.operator.key) == (self.public.name, self.public.key().keyid)


@dataclass(frozen=True, slots=True)
class Place:
    """An operator's folder that `init` made. Readers raise SettingsError or the errors of what they read."""

    folder: Path
    me: Me

    @property
    def shared(self) -> Path:
        """The folder that operators copy to each other."""
        return Path(os.path.normpath(self.folder / self.me.shared))

    @property
    def repository(self) -> Repository:
        """The published list and its drafts."""
        return Repository(self.shared)

    def list_version(self) -> int:
        """The version of the published list as the shared folder has it, unverified; 0 before the first."""
        return max(Folder(self.shared).versions("targets"), default=0)

    def key(self, passphrase_file: Path | None) -> OperatorKey:
        """Open her key; asks for the passphrase where no file has it."""
        if self.me.role != "approver":
            raise SettingsError(
                f"{self.me.name} is an editor and holds no key; `naru directory propose` is hers, and approvers do the rest."
            )
        typer.echo("Opening your key ...", err=True)  # takes about a second, on purpose
        key = read_operator_key(self.folder / KEY, passphrase(passphrase_file))
        if key.name != self.me.name:
            raise SettingsError(f"{KEY} is another operator's; bring back your own into {self.folder}.")
        return key

    def online(self) -> Secret[bytes] | None:
        """The online key that counts for the drafts or the published list, where this is a publishing machine."""
        coming = self.folder / ONLINE_NEXT
        if coming.exists() and self._counts(key := read_key_file(coming)):
            return key
        return read_key_file(self.folder / ONLINE) if (self.folder / ONLINE).exists() else None

    def settle_online(self) -> None:
        """Put the new online key in the place of the old one, once a published root names it."""
        coming = self.folder / ONLINE_NEXT
        if coming.exists() and self._counts(read_key_file(coming)):
            coming.replace(self.folder / ONLINE)

    def _counts(self, online: Secret[bytes]) -> bool:
        files = Folder(self.shared)
        root = files.drafted("root") if "root" in files.drafts() else files.newest("root")
        return signer(online).public_key.keyid in root.signed.roles["timestamp"].keyids

    def root(self) -> bytes | None:
        """The newest root that she has verified, or None before the first."""
        path = self.folder / ROOT
        return content(path) if path.exists() else None

    def today(self) -> PartnersFile:
        """The published list as she last had it."""
        return load(text(self.folder / TODAY), TODAY)

    def working(self) -> PartnersFile:
        """The list with what she is about to propose."""
        return load(text(self.folder / WORKING), WORKING)

    def put(self, name: str, new: PartnersFile | bytes) -> None:
        """Write one of the files."""
        save(self.folder / name, new if isinstance(new, bytes) else dump(new).encode())

    def cards(self) -> dict[str, Card]:
        """The operators' cards in the shared folder, by name. Whose they are only the fingerprints, read aloud, tell."""
        paths = sorted((self.shared / "operators").glob("*.json"))
        return {path.stem: read_card(path) for path in paths}

    def log(self, action: str, subjects: list[str], list_version: int, now: datetime) -> None:
        """Continue her log, and its copy in the shared folder; long lists of subjects take several lines."""
        path = self.folder / LOG
        lines = text(path).splitlines() if path.exists() else []
        if problems := audit.verify(lines):
            raise SettingsError(
                f"{LOG}, line {problems[0].line}: {problems[0].why}. Bring back {self.folder / LOG} from a copy."
            )
        for start in range(0, max(1, len(subjects)), 100):  # audit.Entry has 100 subjects at most
            lines.append(audit.next_line(lines, self.me.name, action, subjects[start : start + 100], list_version, now))
        whole = ("\n".join(lines) + "\n").encode()
        save(path, whole)
        save(self.shared / "audit" / f"{self.me.name}.log", whole)


def opened(folder: Path) -> Place:
    """Open an operator's folder. Raises SettingsError."""
    if not (folder / ME).is_file():
        raise SettingsError(
            f"{folder} is no operator's folder. Go into yours, or name it with --folder or NARU_OPERATOR_FOLDER; "
            "`naru directory init` makes one."
        )
    try:
        return Place(folder, Me.model_validate_json(text(folder / ME)))
    except ValidationError:
        raise SettingsError(f"{folder / ME} is damaged; bring it back from a copy.") from None


def passphrase(file: Path | None, *, new: bool = False) -> Secret[str]:
    """Read a passphrase from a file, or ask for it; a new one is asked for twice."""
    if file is not None:
        return Secret((text(file).splitlines() or [""])[0])
    return Secret(str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True)))


def read_card(path: Path) -> Card:
    """Read an operator's card. Raises SettingsError."""
    try:
        card = Card.model_validate_json(text(path))
        if card.public is not None:
            OperatorPublic.from_json(card.public.to_json())
    except ValidationError:
        raise SettingsError(f"{path} is no operator's card; ask her for it again.") from None
    if not card.sound or card.operator.id != path.stem:
        raise SettingsError(f"{path} doesn't fit together: name, role and key are not of one person. Ask her again.")
    return card


def content(path: Path) -> bytes:
    """Read a file. Raises SettingsError."""
    try:
        with path.open("rb") as file:
            found = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"{path} can't be read: {error.strerror}. Check its name and owner.") from None
    if len(found) > _MOST_BYTES:
        raise SettingsError(f"{path} is larger than {_MOST_BYTES // 2**20} MiB; check that it is the right file.")
    return found


def text(path: Path) -> str:
    """Read a text file in UTF-8. Raises SettingsError."""
    try:
        return content(path).decode("utf-8")
    except UnicodeDecodeError:
        raise SettingsError(f"{path} is no text in UTF-8; check that it is the right file.") from None


def save(path: Path, new: bytes) -> None:
    """Write a file whole, readable by its owner alone. Raises SettingsError."""
    try:
        write(path, new)
        path.chmod(0o600)
    except OSError as error:
        raise SettingsError(
            f"{path} can't be written: {error.strerror}. Check the disk and the folder's owner."
        ) from None


@contextmanager
def on_disk() -> Iterator[None]:
    """Turn what the disk refuses, wherever in a command, into one line. Raises SettingsError."""
    try:
        yield
    except OSError as error:
        place = error.filename or "A file"
        raise SettingsError(
            f"{place} can't be read or written: {error.strerror}. Check the disk and the owner."
        ) from None


def empty_list() -> PartnersFile:
    """The list before the first publication."""
    return PartnersFile(format="naru-partner-files/1", version=1, partners=())


def day(now: datetime) -> date:
    """The day of a moment in UTC."""
    return now.astimezone(UTC).date()
