"""`naru staff`: the first accounts of the desk, and what a colleague can't do there. Needs the desk's key; the desk may be running."""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from bot.commands.failing import clearly
from bot.settings import DESK_KEY, DESK_KEY_NAMES, DeskPlace, SettingsError, read_desk, read_keys
from referrals.casebook import Casebook
from referrals.desk import accounts, audit, invitations
from referrals.desk.accounts import Account, RefusedAccount
from referrals.desk.audit import Action
from referrals.desk.grants import Role
from referrals.desk.invitations import Invitation
from referrals.desk.settling import settle
from referrals.desk.store import DESK_DB, Books, DeskStore

staff = typer.Typer(no_args_is_help=True, help="Accounts of the desk: invite, list, remove, reset; check its audit.")
CASEBOOK = "casebook.db"
_SHORTEST = 6  # digits of an account's id that are enough to name it
_AccountId = Annotated[
    str, typer.Argument(metavar="ACCOUNT", help="Its id, or how that begins: see `naru staff list`.")
]


@contextmanager
def _books() -> Iterator[tuple[Books, DeskPlace, int]]:
    """The desk's databases, its place and the time. Raises what `clearly` tells."""
    place = read_desk(os.environ)
    keys = read_keys(place.data_dir, os.environ.get("CREDENTIALS_DIRECTORY"), DESK_KEY_NAMES)
    store = DeskStore.opened(place.data_dir / DESK_DB, keys[DESK_KEY])
    books = Books(store, Casebook.opened(place.data_dir / CASEBOOK, keys["naru_casebook_key"]))
    try:
        yield books, place, int(time.time())
    finally:
        books.close()


@staff.command()
def invite(
    name: Annotated[str, typer.Option(help="An alias that colleagues know; not a legal name.")],
    role: Annotated[list[Role], typer.Option(help="May be given twice: a lead can be a caseworker too.")],
    partner: Annotated[
        str | None, typer.Option(metavar="ID", help="Id in the list; for caseworkers and leads.")
    ] = None,
) -> None:
    """Print a link for one new account. It works once within 48 hours: whoever has it gets the account."""
    with clearly(), _books() as (books, place, now):
        _known(books, partner)
        token, invitation = secrets.token_bytes(invitations.TOKEN_BYTES), secrets.token_hex(accounts.ID_BYTES)
        try:
            with books.desk.transaction() as db:
                made = invitations.invite(db, invitation, token, name, partner, role, None, now)
                audit.record(db, now, None, Action.INVITED, made.invitation)
        except RefusedAccount as error:
            raise SettingsError(f"Nobody was invited: {error}.") from None
        _say_link(place, made, token)


@staff.command("list")
def show() -> None:
    """List the accounts, and the invitations that are open."""
    with clearly(), _books() as (books, _, now):
        with books.desk.reading() as db:
            everybody, invited = accounts.everybody(db), invitations.open_of(db, None, now)
        for each in everybody:
            typer.echo(_line(each.account, each.name, each.partner, each.roles, "removed" if each.removed else ""))
        for one in invited:
            state = "invited, waits for a second person" if one.waits else "invited"
            typer.echo(_line(one.owner, one.name, one.partner, one.roles, state))
        if not everybody and not invited:
            typer.echo("Nobody yet. `naru staff invite` makes the first link.")


@staff.command()
def remove(account: _AccountId) -> None:
    """End an account now: sessions, passkeys, passphrase and open links. Her key must leave the signed list as well."""
    with clearly(), _books() as (books, _, now):
        found = _found(books, account)
        with books.desk.transaction() as db:
            accounts.remove(db, found.account, now)
            audit.record(db, now, None, Action.REMOVED, found.account)
        if found.partner is not None:
            settle(books, found.partner, now)
    typer.echo(f"{found.account[:_SHORTEST]} is removed. Take her key out of the partner's record and sign the list.")


@staff.command()
def reset(account: _AccountId) -> None:
    """Print a link to new means of sign-in for somebody who lost hers; the old ones end now."""
    with clearly(), _books() as (books, place, now):
        found = _found(books, account)
        token, invitation = secrets.token_bytes(invitations.TOKEN_BYTES), secrets.token_hex(accounts.ID_BYTES)
        with books.desk.transaction() as db:
            made = invitations.invite_again(db, invitation, token, found, None, now)
            audit.record(db, now, None, Action.RESET, found.account)
        _say_link(place, made, token)


@staff.command("verify-audit")
def verify_audit(
    since: Annotated[
        str, typer.Option(metavar="HASH", help="The head that this command printed before: it must still be there.")
    ] = "",
) -> None:
    """Follow the audit's chain of hashes, and print its head to be noted elsewhere."""
    with clearly(), _books() as (books, _, _now):
        with books.desk.reading() as db:
            verdict, held = audit.verify(db), not since or audit.holds(db, since.strip().lower())
        if verdict.broken_at is not None:
            raise SettingsError(
                f"The audit is broken at entry {verdict.broken_at}: it was changed by another hand. Keep a copy of desk.db, and ask who."
            )
        if not held:
            raise SettingsError(
                "The audit is whole but does not hold that head: it was rewritten, or HASH is mistyped."
            )
        typer.echo(f"The audit is whole: {verdict.entries} entries. Its head, to be noted elsewhere:\n{verdict.head}")


def _known(books: Books, partner: str | None) -> None:
    """Once the casebook knows the signed list, a partner must be on it."""
    listed = {each.partner for each in books.casebook.all_listed()}
    if partner is not None and listed and partner not in listed:
        raise SettingsError("Nobody was invited: the signed list has no partner of that id. Copy it from the list.")


def _found(books: Books, untrusted_id: str) -> Account:
    """The live account that an id, or its beginning, names. Raises SettingsError."""
    with books.desk.reading() as db:
        live = [each for each in accounts.everybody(db) if each.removed is None]
    found = [each for each in live if each.account.startswith(untrusted_id)]
    if len(untrusted_id) < _SHORTEST or len(found) != 1:
        raise SettingsError(f"Nothing was changed: give {_SHORTEST} or more digits of one live account's id.")
    return found[0]


def _say_link(place: DeskPlace, made: Invitation, token: bytes) -> None:
    origin = place.desk.origin or f"http://localhost:{place.desk.port}"
    typer.echo(f"{origin}/join#{token.hex()}")
    typer.echo("Hand it over in person or by another safe way. It works once, within 48 hours.", err=True)
    if made.waits:
        typer.echo("This partner asks two people: a colleague there has to agree first (Team).", err=True)


def _line(account: str, name: str, partner: str | None, roles: frozenset[Role], state: str) -> str:
    shown = (account[:12], name, partner or "-", ",".join(sorted(roles)), state)
    return "  ".join(each for each in shown if each)
