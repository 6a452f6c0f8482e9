"""`naru directory init`: an operator's own folder, her key, and the card that she gives the others."""

import os
import secrets
from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import ValidationError

from bot.commands.directory.place import (
    KEY,
    LOG,
    ME,
    ONLINE,
    TODAY,
    WORKING,
    Card,
    Me,
    PassphraseOption,
    Place,
    YesOption,
    content,
    empty_list,
    on_disk,
    passphrase,
    save,
)
from bot.commands.directory.session import believed, moment
from bot.commands.failing import clearly
from bot.settings import SettingsError
from referrals.publishing.operator_key import new_operator_key, wrap, write_key_file
from referrals.publishing.operator_public import OperatorPublic
from referrals.vetting import Operator

_ONLINE_BYTES = 32  # a raw Ed25519 seed, as `referrals.key_file` reads it


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Your own folder; it is made, and nobody else needs it.")
    ],
    name: Annotated[str, typer.Option(help="What the others call you: 2 to 20 small letters and digits.")],
    organisation: Annotated[str, typer.Option(help="Yours, in small letters, digits and hyphens: north-wind.")],
    shared: Annotated[Path, typer.Option(metavar="DIR", help="The folder that you and the others copy to each other.")],
    role: Annotated[
        Literal["approver", "editor"], typer.Option(help="An editor only proposes, and holds no key.")
    ] = "approver",
    lead: Annotated[
        bool, typer.Option("--lead", help="You are a lead for gender-based violence or safeguarding.")
    ] = False,
    online: Annotated[
        bool, typer.Option("--online", help="Make the online key too: this is the machine that serves the list.")
    ] = False,
    passphrase_file: PassphraseOption = None,
    yes: YesOption = False,
) -> None:
    """Make your own folder, your key under a passphrase, and your card for the others.

    Do it once, on your own machine. Keep a copy of DIR/operator.key apart: without it the other two must replace your key.
    Read the fingerprint that is printed to each of the others over the phone.
    """
    with clearly(), on_disk():
        place = _place(folder, name, organisation, role, shared, lead=lead)
        public = _made_key(folder, name, passphrase_file) if role == "approver" else None
        if online:
            _write_new(folder / ONLINE, secrets.token_bytes(_ONLINE_BYTES))
        for file_name in (TODAY, WORKING):
            place.put(file_name, empty_list())
        card = _card(place.me, public)
        save(place.shared / "operators" / f"{name}.json", (card.model_dump_json(indent=1) + "\n").encode())
        save(folder / ME, (place.me.model_dump_json(indent=1) + "\n").encode())
        _continue_log(place)
        place.log("init", [card.operator.key] if card.operator.key else [], place.list_version(), moment())
        if place.list_version():
            believed(place, yes=yes)
    _tell(folder, place, card, online=online)


def _place(folder: Path, name: str, organisation: str, role: str, shared: Path, *, lead: bool) -> Place:
    taken = [file for file in (ME, KEY, ONLINE, LOG, TODAY) if (folder / file).exists()]
    if taken:
        raise SettingsError(
            f"{folder} is an operator's folder already ({taken[0]}). Name a new one; nothing was changed."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        shared.mkdir(parents=True, exist_ok=True)
        to_shared = os.path.relpath(shared, folder)
        me = Me.model_validate(
            {"name": name, "organisation": organisation, "role": role, "lead": lead, "shared": to_shared}
        )
    except OSError as error:
        raise SettingsError(f"{error.filename} can't be made: {error.strerror}. Name another folder.") from None
    except ValidationError as error:
        field = error.errors(include_input=False, include_url=False)[0]["loc"][0]
        wanted = (
            "2 to 20 small letters and digits, a letter first"
            if field == "name"
            else "small letters, digits and hyphens"
        )
        raise SettingsError(f"--{field} should be {wanted}.") from None
    return Place(folder, me)


def _made_key(folder: Path, name: str, passphrase_file: Path | None) -> OperatorPublic:
    key = new_operator_key(name, secrets.token_bytes)
    typer.echo("Your key gets a passphrase of 15 characters or more: five words drawn by dice.", err=True)
    wrapped = wrap(key, passphrase(passphrase_file, new=True), secrets.token_bytes)
    try:
        write_key_file(folder / KEY, wrapped)
    except OSError as error:
        raise SettingsError(f"{folder / KEY} can't be written: {error.strerror}.") from None
    return key.public


def _card(me: Me, public: OperatorPublic | None) -> Card:
    operator = Operator(
        id=me.name,
        organisation=me.organisation,
        role=me.role,
        gbv_or_safeguarding_lead=me.lead,
        key=public.key().keyid if public else None,
    )
    return Card(operator=operator, public=public)


def _write_new(path: Path, secret: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)


def _continue_log(place: Place) -> None:
    """After a lost folder, go on with the log that the others have of her: two operators vouch for where it stood."""
    copy = place.shared / "audit" / f"{place.me.name}.log"
    if copy.exists():
        save(place.folder / LOG, content(copy))


def _tell(folder: Path, place: Place, card: Card, *, online: bool) -> None:
    typer.echo(f"Made {folder}, and your card {place.shared / 'operators' / place.me.name}.json.")
    if card.public is not None:
        typer.echo("Read this to each of the other operators over the phone; it is the fingerprint of your key:")
        typer.echo(f"  {card.public.fingerprint}")
        typer.echo(f"Keep a copy of {folder / KEY} in a safe place, and the passphrase in your head or in another one.")
    if online:
        typer.echo(
            f"{folder / ONLINE} is the online key: it signs dates only. Copy it to nobody but a second publishing machine."
        )
