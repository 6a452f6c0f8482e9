"""The caseworker's commands: `naru keygen`, `naru inbox`, `naru open`."""

import json
import os
import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from typer.models import OptionInfo

from bot import opened
from bot.app import CASEBOOK, Words
from bot.commands.failing import clearly
from bot.settings import SettingsError, read, read_keys
from referrals.casebook import Casebook, Moved, RefusedMove, Waiting, WaitingReport
from referrals.casebook_moves import DECLINE_REASONS, DeclineReason, Outcome
from referrals.directory import SAFETY_LEAD
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


def _option(does: str) -> OptionInfo:
    """An answer to one referral, named by its id."""
    made: OptionInfo = typer.Option(metavar="ID", help=does)
    return made


def inbox(
    partner: Annotated[
        str,
        typer.Option(help=f"Only what waits for this partner (its id in the list); {SAFETY_LEAD} for reports only."),
    ] = "",
    acknowledge: Annotated[
        str, _option("Say that you have this referral or report; later ones of an urgent list stop.")
    ] = "",
    accept: Annotated[str, _option("Say that you take this case; that acknowledges it too. She will see it.")] = "",
    decline: Annotated[
        str,
        _option(
            "Say that you can't take it, with --reason. Decline an urgent one without acknowledging it, and the next partner "
            "that she ticked gets it at once."
        ),
    ] = "",
    reason: Annotated[
        DeclineReason | None, typer.Option(help="Why you decline; she will see it in plain words.")
    ] = None,
    in_contact: Annotated[str, _option("Say that you are talking with her.")] = "",
    complete: Annotated[str, _option("Say that it is done, how is said with --outcome; the case ends.")] = "",
    outcome: Annotated[
        Outcome | None, typer.Option(help="How it was completed; without it, service_provided_by_your_agency.")
    ] = None,
    no_contact: Annotated[str, _option("Close a case of which nothing was heard for 30 days.")] = "",
    save: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the sealed files into this folder.")] = None,
) -> None:
    """List what waits, sealed: referrals, and reports for the safety lead. Answer one; save the sealed files for `naru open`.

    One answer at a time, and it stands: to undo a slip, to ask her something or to write to her, use the desk. The ID stands at the
    start of its line in the list. Needs the bot's data directory (NARU_DATA_DIR): it is run where the casebook is.
    """
    asked = {
        "acknowledge": acknowledge, "accept": accept, "decline": decline, "in-contact": in_contact, "complete": complete,
        "no-contact": no_contact,
    }  # fmt: skip
    with clearly():
        answer = _answer(asked, reason, outcome)
        settings = read(os.environ)
        keys = read_keys(settings.data_dir, os.environ.get("CREDENTIALS_DIRECTORY"))
        casebook = Casebook.opened(settings.data_dir / CASEBOOK, keys["naru_casebook_key"])
        try:
            now = int(time.time())
            if answer is not None:
                typer.echo(_answered(casebook, *answer, reason, outcome, now))
            waiting = [] if partner == SAFETY_LEAD else casebook.waiting(partner or None)
            reports = casebook.reports() if partner in {"", SAFETY_LEAD} else []
            for line in _listed(waiting, reports, now):
                typer.echo(line)
            if save is not None:
                typer.echo(f"Saved {_saved(casebook, waiting, reports, save)} sealed files in {save}.")
        finally:
            casebook.close()


def _answer(asked: Mapping[str, str], reason: DeclineReason | None, outcome: Outcome | None) -> tuple[str, str] | None:
    """The one answer that was asked for: what, and the id. Raises SettingsError."""
    given = [(what, untrusted_id) for what, untrusted_id in asked.items() if untrusted_id]
    if len(given) > 1:
        options = ", ".join(f"--{what}" for what, _ in given)
        raise SettingsError(f"Nothing was changed: {options} can't be given together. Do one after the other.")
    if bool(asked["decline"]) != (reason is not None):
        raise SettingsError(
            f"Nothing was changed: --decline ID and --reason go together. Reasons: {', '.join(DECLINE_REASONS)}."
        )
    if outcome is not None and not asked["complete"]:
        raise SettingsError("Nothing was changed: --outcome goes with --complete ID only.")
    return given[0] if given else None


def _answered(
    casebook: Casebook, what: str, untrusted_id: str, reason: DeclineReason | None, outcome: Outcome | None, now: int
) -> str:
    """Do what was asked, and say what came of it. Raises UnknownReferral and SettingsError."""
    try:
        if what == "acknowledge" and any(each.report_id == untrusted_id for each in casebook.reports()):
            casebook.acknowledge_report(untrusted_id, now)
            return f"{untrusted_id}: report acknowledged; its sealed file goes in 7 days"
        moved = _moved(casebook, what, untrusted_id, reason, outcome, now)
    except RefusedMove as refused:
        raise SettingsError(str(refused)) from None
    stopped = f"; {moved.destroyed} later on her urgent list were destroyed unsent" if moved.destroyed else ""
    return f"{untrusted_id}: {moved.state}{stopped}"


def _moved(
    casebook: Casebook, what: str, untrusted_id: str, reason: DeclineReason | None, outcome: Outcome | None, now: int
) -> Moved:
    match what:
        case "accept":
            return casebook.accept(untrusted_id, now)
        case "decline" if reason is not None:
            return casebook.decline(untrusted_id, reason, now)
        case "in-contact":
            return casebook.in_contact(untrusted_id, now)
        case "complete":
            return casebook.complete(untrusted_id, now, outcome or "service_provided_by_your_agency")
        case "no-contact":
            return casebook.no_contact(untrusted_id, now)
        case _:
            return casebook.acknowledge(untrusted_id, now)


def _listed(waiting: list[Waiting], reports: list[WaitingReport], now: int) -> list[str]:
    """All that waits as lines of plain text; reports stand apart, for other eyes."""
    if not waiting and not reports:
        return ["Nothing waits."]
    return [*(_table(waiting, now) if waiting else ["No referral waits."]), *(_reports(reports) if reports else [])]


def _table(waiting: list[Waiting], now: int) -> list[str]:
    """The referrals, most urgent first."""
    lines = [
        f"{len(waiting)} referrals.",
        f"{'ID':32}  {'CLASS':6}  {'STATE':12}  {'SINCE (UTC)':16}  {'FILES':5}  PARTNER",
    ]
    for each in waiting:
        late = "  LATE" if each.state == "delivered" and each.acknowledge_by <= now else ""
        lines.append(
            f"{each.referral_id}  {each.klass:6}  {each.state:12}  {_hour(each.created)}  {each.packets:5}  {each.partner}{late}"
        )
    return lines


def _reports(reports: list[WaitingReport]) -> list[str]:
    """The reports, oldest first."""
    lines = ["", f"FOR THE SAFETY LEAD ONLY: {len(reports)} reports about helpers. No partner may be told of them."]
    lines.append(f"{'ID':32}  {'STATE':12}  SINCE (UTC)")
    for each in reports:
        state = "acknowledged" if each.acknowledged else "new"
        lines.append(f"{each.report_id}  {state:12}  {_hour(each.received)}")
    return lines


def _hour(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:00")


def _saved(casebook: Casebook, waiting: list[Waiting], reports: list[WaitingReport], folder: Path) -> int:
    """Write each sealed file under its id; one that is there already is the same and is left."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        count = 0
        for each in waiting:
            for number, sealed in enumerate(casebook.sealed(each.referral_id)):
                path = folder / f"{each.referral_id}{f'-{number}' if number else ''}.age"
                path.write_bytes(sealed)
                count += 1
        for report in reports:
            (folder / f"report-{report.report_id}.age").write_bytes(casebook.sealed_report(report.report_id))
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
        secret, known = read_identity(identity)
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


def read_identity(path: Path) -> tuple[Secret[str], list[bytes]]:
    """The secret in an identity file, and the bots' keys it trusts. Raises SettingsError and IdentityError."""
    untrusted_text = _content(path, "identity file").decode("ascii", errors="replace")
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
