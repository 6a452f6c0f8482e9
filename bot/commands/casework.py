"""The caseworker's commands: `naru keygen`, `naru inbox`, `naru open`."""

import json
import os
import secrets
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot import opened
from bot.app import CASEBOOK, Words
from bot.commands.failing import clearly
from bot.settings import SettingsError, read, read_keys
from referrals.casebook import Casebook, Waiting
from referrals.errors import IdentityError
from referrals.sealing import fingerprint, new_identity, open_sealed
from referrals.secret import Secret

_SIGNER_LINE = "# signer: "
_SIGNER_BYTES = 32
_NO_SIGNER = (
    "It is not known which bot to trust. Give its public key with --signer (the bot's operator has it in public/bot.pub), "
    "or make the identity with `naru keygen --signer KEY`."
)


def keygen(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Where to write the identity; must not be there yet.")
    ] = Path("naru-identity.txt"),
    signer: Annotated[
        str, typer.Option(help="The bot's public key (64 hex digits); kept in the file for `naru open`.")
    ] = "",
) -> None:
    """Make a caseworker's identity: the secret stays in the file, the recipient goes to the partner list."""
    with clearly():
        identity = new_identity(secrets.token_bytes(32))
        trusted = f"{_SIGNER_LINE}{_signer(signer).hex()}\n" if signer else ""
        text = (
            "# Naru: a caseworker's identity. Whoever has this file can read her referrals: keep it to yourself.\n"
            f"# recipient: {identity.recipient}\n{trusted}{identity.secret.reveal()}\n"
        )
        try:
            with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
                file.write(text)
        except FileExistsError:
            raise SettingsError(
                f"{output} is there already and was not touched. Choose another name with --output."
            ) from None
        except OSError as error:
            raise SettingsError(
                f"{output} can't be written: {error.strerror}. Choose another place with --output."
            ) from None
    typer.echo(f"Wrote {output} (only you can read it). Keep a copy in a safe place: nobody can make it again.")
    typer.echo("Give this recipient to the operator of the partner list:")
    typer.echo(identity.recipient)
    typer.echo(f"and read its fingerprint aloud over the phone: {fingerprint(identity.recipient)}")


def inbox(
    partner: Annotated[str, typer.Option(help="Only what waits for this partner (its id in the list).")] = "",
    acknowledge: Annotated[
        str, typer.Option(metavar="ID", help="Say that you have this referral; later ones of an urgent list stop.")
    ] = "",
    save: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the sealed files into this folder.")] = None,
) -> None:
    """List the referrals that wait, sealed; acknowledge one; save the sealed files for `naru open`.

    Needs the bot's data directory (NARU_DATA_DIR): it is run where the casebook is.
    """
    with clearly():
        settings = read(os.environ)
        keys = read_keys(settings.data_dir, os.environ.get("CREDENTIALS_DIRECTORY"))
        casebook = Casebook.opened(settings.data_dir / CASEBOOK, keys["naru_casebook_key"])
        try:
            if acknowledge:
                typer.echo(f"{acknowledge}: {casebook.acknowledge(acknowledge, int(time.time()))}")
            waiting = casebook.waiting(partner or None)
            for line in _table(waiting, int(time.time())):
                typer.echo(line)
            if save is not None:
                typer.echo(f"Saved {_saved(casebook, waiting, save)} sealed files in {save}.")
        finally:
            casebook.close()


def _table(waiting: list[Waiting], now: int) -> list[str]:
    """The list as lines of plain text, most urgent first."""
    if not waiting:
        return ["Nothing waits."]
    lines = [
        f"{len(waiting)} referrals.",
        f"{'ID':32}  {'CLASS':6}  {'STATE':12}  {'SINCE (UTC)':16}  {'FILES':5}  PARTNER",
    ]
    for each in waiting:
        late = "  LATE" if each.state == "delivered" and each.acknowledge_by <= now else ""
        since = datetime.fromtimestamp(each.created, UTC).strftime("%Y-%m-%d %H:00")
        lines.append(
            f"{each.referral_id}  {each.klass:6}  {each.state:12}  {since}  {each.packets:5}  {each.partner}{late}"
        )
    return lines


def _saved(casebook: Casebook, waiting: list[Waiting], folder: Path) -> int:
    """Write each sealed file under the referral's id; one that is there already is the same and is left."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        count = 0
        for each in waiting:
            for number, sealed in enumerate(casebook.sealed(each.referral_id)):
                path = folder / f"{each.referral_id}{f'-{number}' if number else ''}.age"
                path.write_bytes(sealed)
                count += 1
    except OSError as error:
        raise SettingsError(f"{folder} can't be written: {error.strerror}. Name another folder with --save.") from None
    return count


def open_referral(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A sealed referral (.age).")],
    identity: Annotated[Path, typer.Option(help="Your identity file, made by `naru keygen`.")],
    signer: Annotated[str, typer.Option(help="The bot's public key, if your identity file does not name it.")] = "",
    language: Annotated[
        Literal["ko", "zh", "en"], typer.Option("--language", "-l", help="The language to print in.")
    ] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print the referral as JSON instead of words.")] = False,
) -> None:
    """Open a sealed referral and print it. Needs no database and no network."""
    with clearly():
        secret, known = _identity(_content(identity, "identity file").decode("ascii", errors="replace"))
        trusted = [_signer(signer)] if signer else known
        if not trusted:
            raise SettingsError(_NO_SIGNER)
        found = open_sealed(_content(file, "sealed file"), [secret], trusted)
        if as_json:
            typer.echo(json.dumps(json.loads(found.referral.to_bytes()), ensure_ascii=False, indent=2, sort_keys=True))
        else:
            now = datetime.fromtimestamp(time.time(), UTC)
            typer.echo(opened.text(found.referral, Words.loaded().catalogues, language, now), nl=False)


def _content(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"The {what} {path} can't be read: {error.strerror}. Check its name.") from None


def _identity(untrusted_text: str) -> tuple[Secret[str], list[bytes]]:
    """The secret in an identity file, and the bots' keys it trusts. Raises IdentityError."""
    lines = [line.strip() for line in untrusted_text.splitlines()]
    secrets_found = [line for line in lines if line and not line.startswith("#")]
    if len(secrets_found) != 1:
        raise IdentityError
    return Secret(secrets_found[0]), [
        _signer(line.removeprefix(_SIGNER_LINE)) for line in lines if line.startswith(_SIGNER_LINE)
    ]


def _signer(untrusted_text: str) -> bytes:
    try:
        key = bytes.fromhex(untrusted_text.strip())
    except ValueError:
        key = b""
    if len(key) != _SIGNER_BYTES:
        raise SettingsError("The bot's public key should be 64 hex digits, as in its file public/bot.pub.")
    return key
