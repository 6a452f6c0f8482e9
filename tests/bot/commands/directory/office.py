"""Three operators, an editor and a bot, all fictional, each with a folder of her own, and `naru directory` run as one of them."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.commands.directory import register
from referrals import fixtures
from referrals.key_file import read_key_file
from referrals.publishing.client import PartnerListClient
from referrals.publishing.operator_key import OperatorKey, unwrap
from referrals.publishing.repository import Repository
from referrals.sealing import signing_public
from referrals.secret import Secret
from referrals.vetting import PartnerFile, PartnersFile
from tests.invoked import invoked
from tests.referrals import vetted
from tests.referrals.publishing import ceremony

PASSPHRASE = "fictional words for nobody at all"
# name -> organisation and what else `init` is told.
PEOPLE = {
    "kim": ("north-wind", "--lead", "--online"),
    "lee": ("south-gate",),
    "park": ("south-gate", "--lead"),
    "edi": ("north-wind", "--role", "editor"),
}
APPROVERS = ("kim", "lee", "park")


@lru_cache(maxsize=16)
def _key(content: bytes) -> OperatorKey:
    return unwrap(content, Secret(PASSPHRASE))


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


Runner = Callable[..., Said]


def in_process(*arguments: str, **settings: str) -> Said:
    """Run `naru` in this process."""
    ended = invoked(*arguments, **settings)
    return Said(ended.exit_code, ended.stdout, ended.stderr)


class Office:
    """The folders, and the people who work in them."""

    def __init__(self, folder: Path, runner: Runner = in_process) -> None:
        """`folder` is made as it is filled."""
        self.folder = folder
        self._runner = runner

    @property
    def shared(self) -> Path:
        """The folder that they copy to each other; here it is one."""
        return self.folder / "shared"

    @property
    def repository(self) -> Repository:
        """The list in the shared folder."""
        return Repository(self.shared)

    def own(self, name: str) -> Path:
        """An operator's own folder."""
        return self.folder / name

    def run(self, name: str, *arguments: str) -> Said:
        """Run a command as one of them."""
        return self._runner(
            "directory",
            *arguments,
            NARU_OPERATOR_FOLDER=str(self.own(name)),
            NARU_PASSPHRASE_FILE=str(self.folder / "passphrase"),
        )

    def done(self, name: str, *arguments: str) -> str:
        """Run a command that must end well; returns what it printed."""
        said = self.run(name, *arguments)
        assert said.code == 0, said.out + said.err
        return said.out

    def refused(self, name: str, *arguments: str) -> str:
        """Run a command that must end with 1 and say why; returns that."""
        said = self.run(name, *arguments)
        assert said.code == 1, said.out + said.err
        told = "\n".join(line for line in said.err.splitlines() if not line.endswith(" ..."))
        assert "Traceback" not in told
        return told

    def key(self, name: str) -> OperatorKey:
        """An operator's key, opened."""
        return _key((self.own(name) / "operator.key").read_bytes())

    def logged(self, name: str) -> list[dict[str, Any]]:
        """The lines of an operator's log, as the others have it."""
        return [json.loads(line) for line in (self.shared / "audit" / f"{name}.log").read_text("utf-8").splitlines()]

    def exported(self, name: str, file: Path, *options: str, agrees: str = "lee") -> str:
        """Export names and contacts, after another operator agreed; returns what was printed."""
        assert "a second operator must agree" in self.done(name, "export", str(file), *options)
        assert not file.exists()
        self.done(agrees, "agree", "--yes")
        return self.done(name, "export", str(file), *options)

    def client(self, name: str = "bot") -> PartnerListClient:
        """A bot that reads the list, with its own state."""
        root = (self.shared / "published" / "metadata" / "1.root.json").read_bytes()
        state = self.folder / name
        return PartnerListClient(
            str(self.shared / "published"), state, root, ceremony.bot().secret, ceremony.stream("bot"), lambda: 0.0
        )


def people(folder: Path, runner: Runner = in_process) -> Office:
    """Let everybody run `init`; nothing is published."""
    office = Office(folder, runner)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    signer = signing_public(fixtures.signing_key()).hex()
    put_bot(folder / "bot-public", signer, ceremony.bot().recipient)
    for name, (organisation, *rest) in PEOPLE.items():
        own = str(office.own(name))
        office.done(
            name, "init", own, "--name", name, "--organisation", organisation, "--shared", str(office.shared), *rest
        )
    return office


def put_bot(folder: Path, signer: str, recipient: str) -> None:
    """Write the two files that a bot's operator gives the others."""
    folder.mkdir()
    (folder / "bot.pub").write_text(signer + "\n", encoding="ascii")
    (folder / "bot.age").write_text(recipient + "\n", encoding="ascii")


def founded(folder: Path, runner: Runner = in_process) -> Office:
    """Hold the first ceremony: an empty list is published."""
    office = people(folder, runner)
    office.done("kim", "publish", "--bot", str(folder / "bot-public"), "--yes")
    office.done("lee", "publish", "--yes")
    office.done("park", "publish", "--yes")
    office.done("kim", "publish", "--yes")
    return office


def copied(office: Office, folder: Path) -> Office:
    """A copy of everything, to be changed."""
    shutil.copytree(office.folder, folder)
    return Office(folder, office._runner)


def put_list(office: Office, *files: PartnerFile, now: datetime | None = None, **head: object) -> None:
    """Publish a list of these partners by Kim's and Lee's keys, without proposals: for what came before a test."""
    now = now or later()
    draft_list(office, *files, now=now, **head)
    for name in ("kim", "lee"):
        office.repository.sign("targets", office.key(name), now)
    office.repository.publish(read_key_file(office.own("kim") / "online.key"), now)


def draft_list(office: Office, *files: PartnerFile, now: datetime | None = None, **head: object) -> None:
    """Draft a list of these partners, approved by nobody and signed by nobody; `head` changes what stands beside them."""
    now = now or later()
    document = register.read(office.repository.read_list(office.key("kim").identity).operators)
    partners = PartnersFile(
        format="naru-partner-files/1", version=office.repository.next_version(), partners=tuple(files)
    )
    told = document.head.model_copy(update={"drafted_on": now.date(), **head})
    new = document.model_copy(update={"head": told, "partners": partners})
    office.repository.draft_list(
        register.bot_list(new), new.to_bytes(), register.recipients(new), now, ceremony.stream("draft")
    )


def partner(which: str = "SAFE-CN", status: str | None = None, **changes: Any) -> PartnerFile:
    """A fictional partner as of today."""
    return vetted.file(which, later().date(), status, **changes)


def later(**by: int) -> datetime:
    """A moment from now on."""
    return datetime.now(UTC).replace(microsecond=0) + timedelta(**by)
