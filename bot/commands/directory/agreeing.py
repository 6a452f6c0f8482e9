"""`naru directory agree`: names and contacts leave the seal only when a second operator signs that she agrees.

EXPORT.request says who wants them, of which list, and in what kind of file; EXPORT.NAME.agreement is NAME's signature over that. An
agreement counts once, for three days, for that list. It keeps nobody from reading what her own key opens; it makes that a file with every
contact in it is never made by one under threat, or by one alone on a bad day, with the ordinary program, and that the logs of two say so.
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import AwareDatetime, StringConstraints, ValidationError
from securesystemslib.exceptions import UnverifiedSignatureError, VerificationError
from securesystemslib.signer import Signature

from bot.commands.directory.place import HERE, FolderOption, PassphraseOption, Place, YesOption, content, on_disk, save
from bot.commands.directory.session import Session, agreed, moment, started
from bot.commands.failing import clearly
from bot.settings import SettingsError
from referrals.checklist import Record
from referrals.publishing.operator_public import Name, OperatorPublic

REQUEST, AGREEMENT = ".request", ".agreement"
COUNTS = timedelta(days=3)  # as long as a draft may travel between operators (drafting.DRAFT_DAYS)
_NONCE_BYTES = 8  # tells two requests of one day apart


class Request(Record):
    """What somebody wants to take out of the seal."""

    format: Literal["naru-export/1"] = "naru-export/1"
    by: Name
    list_version: int
    ending: Annotated[str, StringConstraints(pattern=r"^\.(xlsx|csv|naru)$")]
    working: bool  # her working list, in place of the published one
    at: AwareDatetime
    nonce: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]


class Agreement(Record):
    """That another operator agrees to a request."""

    format: Literal["naru-export-agreement/1"] = "naru-export-agreement/1"
    by: Name
    at: AwareDatetime
    signature: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$")]  # Ed25519 in hex


def agree(yes: YesOption = False, folder: FolderOption = HERE, passphrase_file: PassphraseOption = None) -> None:
    """Sign that another may take names and contacts out of the seal, once. Call her first, by a way on which you know her voice.

    Whoever has the file can give every partner away. Never under pressure, and never because a message asks you to.
    """
    with clearly(), on_disk():
        work = started(folder, passphrase_file)
        version = work.published[1].partners.version
        waiting = [each for each in _open(work.place, moment()) if each[1].by != work.key.name]
        if not waiting:
            raise SettingsError("No other operator asks for names and contacts. Copy the newest shared folder here.")
        for path, request in waiting:
            typer.echo(
                f"{request.by} asks for NAMES AND CONTACTS of list {request.list_version} in a {request.ending} file, "
                f"{request.at:%Y-%m-%d %H:%M} UTC."
            )
            if not agreed("Did you speak with her, and do you agree?", yes=yes):
                typer.echo("Nothing was signed.")
                raise typer.Exit(1)
            _sign(work, path, version)


def _sign(work: Session, path: Path, version: int) -> None:
    now = moment()
    digest = _digest(path)
    signature = work.key.signer().sign(_payload(digest, work.key.name, now)).signature
    given = Agreement(by=work.key.name, at=now, signature=signature)
    beside = path.with_name(f"{path.stem}.{work.key.name}{AGREEMENT}")
    save(beside, given.model_dump_json(indent=1).encode())
    work.place.log("agree-export", [digest], version, now)
    typer.echo(f"Agreed; your signature is in {beside.name}. It counts once, for {COUNTS.days} days.")


def asked(place: Place, ending: str, version: int, *, working: bool, now: datetime) -> Path:
    """Return her open request for this, written now if there was none."""
    for path, request in _open(place, now):
        if (request.by, request.ending, request.list_version, request.working) == (
            place.me.name,
            ending,
            version,
            working,
        ):
            return path
    request = Request(
        by=place.me.name,
        list_version=version,
        ending=ending,
        working=working,
        at=now,
        nonce=secrets.token_hex(_NONCE_BYTES),
    )
    path = _folder(place) / f"{now.astimezone(UTC):%Y-%m-%d}-{request.by}-{request.nonce}{REQUEST}"
    save(path, request.model_dump_json(indent=1).encode())
    place.log("ask-export", [_digest(path)], version, now)
    return path


def agreed_by(path: Path, publics: Mapping[str, OperatorPublic], by: str, now: datetime) -> str | None:
    """Return who agreed to a request of `by`, or None as long as nobody else did. Raises SettingsError for a signature that isn't true."""
    for beside in sorted(path.parent.glob(f"{path.stem}.*{AGREEMENT}")):
        try:
            given = Agreement.model_validate_json(content(beside))
        except ValidationError:
            raise SettingsError(f"{beside.name} is damaged; ask for it again, or remove it.") from None
        if given.by == by or given.by not in publics or not timedelta(0) <= now - given.at <= COUNTS:
            continue
        key = publics[given.by].key()
        try:
            key.verify_signature(Signature(key.keyid, given.signature), _payload(_digest(path), given.by, given.at))
        except (UnverifiedSignatureError, VerificationError, ValueError):
            raise SettingsError(
                f"{beside.name}: the signature is not {given.by}'s. Call her, and find out who wrote it."
            ) from None
        return given.by
    return None


def done(path: Path) -> None:
    """Set a request aside with its agreements: they count once."""
    aside = path.parent / "done"
    aside.mkdir(exist_ok=True)
    for each in [path, *path.parent.glob(f"{path.stem}.*{AGREEMENT}")]:
        each.replace(aside / each.name)


def _open(place: Place, now: datetime) -> Iterator[tuple[Path, Request]]:
    for path in sorted(_folder(place).glob(f"*{REQUEST}")):
        try:
            request = Request.model_validate_json(content(path))
        except ValidationError:
            raise SettingsError(f"{path.name} is damaged; remove it, and let whoever asked ask again.") from None
        if timedelta(0) <= now - request.at <= COUNTS and not (path.parent / "done" / path.name).exists():
            yield path, request


def _folder(place: Place) -> Path:
    return place.shared / "exports"


def _digest(path: Path) -> str:
    return hashlib.sha256(content(path)).hexdigest()


def _payload(digest: str, by: str, at: datetime) -> bytes:
    # Never the beginning of TUF's signed bytes, which are JSON, nor of a proposal's.
    return f"naru-agree-export/1\n{digest}\n{by}\n{at.astimezone(UTC).isoformat()}".encode()
