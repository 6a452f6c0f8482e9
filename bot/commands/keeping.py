"""`naru backup`, `naru restore`, `naru restored` and `naru rekey`: what keeps a place alive for years."""

import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import restoring, store
from bot.commands.casework import read_identity
from bot.commands.failing import clearly
from bot.place import BACKUP_LOCK, CASEBOOK, CONVERSATIONS, DESK_LOCK, RUN_LOCK, in_use
from bot.restoring import KEPT, Given
from bot.settings import DESK_KEY, SettingsError, read, read_keys
from referrals import backups, casebook_restored, tombstones
from referrals.casebook_restored import Restored
from referrals.database import Connection, open_database, reading, transaction
from referrals.desk.store import DESK_DB
from referrals.occupied import occupied
from referrals.rekeying import rekey as rekeyed
from referrals.secret import Secret

_KEYS: Mapping[str, str] = {
    CONVERSATIONS: "naru_conversations_key", CASEBOOK: "naru_casebook_key", DESK_DB: DESK_KEY,
}  # fmt: skip
_SCHEMAS: Mapping[str, Callable[[], Sequence[str]]] = {CONVERSATIONS: store.migrations, **KEPT}


def backup(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where backups lie; those older than 7 days are erased.")
    ],
    recipients: Annotated[
        Path,
        typer.Option(help="A file with the operators' recipients (age1pq1…), one a line; `naru keygen` makes them."),
    ],
) -> None:
    """Copy casebook and desk into a folder that only the operators can open. Bot and desk may be running.

    Conversations are never in a backup. What is erased after it stays erased at a restore only if NARU_TOMBSTONES is set.
    """
    with clearly(), ExitStack() as open_ones:
        data_dir = _data_dir()
        open_ones.enter_context(in_use(data_dir, [BACKUP_LOCK], [_KEYS[name] for name in KEPT]))
        known = _recipients(recipients)
        connections = {name: open_ones.enter_context(_opened(data_dir, name)) for name in KEPT}
        made = backups.make(connections, known, folder, _now(), secrets.token_bytes)
    typer.echo(f"Made {made}, for {len(known)} recipients. Copy it to another place; after 7 days it is of no use.")


def restore(
    backup_folder: Annotated[Path, typer.Argument(metavar="BACKUP", help="One backup's folder (naru-…Z).")],
    identity: Annotated[Path, typer.Option(help="The identity file of an operator it was made for.")],
    tombstones_folder: Annotated[
        Path | None, typer.Option("--tombstones", help="The folder that was NARU_TOMBSTONES: what was erased since.")
    ] = None,
    without: Annotated[
        bool,
        typer.Option(
            "--without-tombstones",
            help="They are lost: no case and no reply is shown until she returns, or `naru restored` says so of a partner.",
        ),
    ] = False,
) -> None:
    """Bring casebook and desk back into a place without databases (`naru init --for-restore`). Nothing is sent by it."""
    with clearly():
        if without == (tombstones_folder is not None):
            raise SettingsError(
                "Give --tombstones DIR; or, if they are lost, --without-tombstones. Nothing was changed."
            )
        data_dir = _data_dir()
        with ExitStack() as locks:
            # Not by in_use: this is the command that takes up what was cut off.
            for name in (RUN_LOCK, DESK_LOCK, BACKUP_LOCK):
                locks.enter_context(occupied(data_dir / name))
            result = restoring.finished(data_dir)
            if result is None:
                restoring.refuse_occupied(data_dir)
                result = restoring.restore(
                    data_dir, _given(data_dir, backup_folder, read_identity(identity)[0], tombstones_folder)
                )
            else:
                typer.echo("A restore that was cut off is finished, with the backup and the tombstones given then.")
    for line in _told(result, with_tombstones=not without):
        typer.echo(line)


def _given(data_dir: Path, backup_folder: Path, identity: Secret[str], buried: Path | None) -> Given:
    now = _now()
    contents = backups.opened(backup_folder, identity, now)
    erased = None if buried is None else tombstones.read(buried, contents.made)
    keys = {name: _key(data_dir, key) for name, key in _KEYS.items()}
    return Given(backup_folder, contents, erased, keys, int(now.timestamp()), secrets.token_bytes)


def _told(result: Restored, *, with_tombstones: bool) -> Iterator[str]:
    yield f"Restored. Erased since the backup, and erased again: {result.erased}."
    if not with_tombstones:
        yield f"Referrals shown to nobody until the person returns or their partner says so: {result.hidden}."
        yield "When a partner says that it has its cases: naru restored --partner ID"
    yield "Nothing was sent. Conversations and ways to write to people are gone: people come back by their codes."
    yield "Everybody signs in at the desk anew. Look through `naru staff list`: whoever left after the backup is back in it."


def restored(
    partner: Annotated[str, typer.Option(help="Id of a partner who says that it has its cases.")] = "",
) -> None:
    """After a restore without tombstones: show a partner its referrals again. Without --partner, list what is hidden."""
    with clearly():
        data_dir = _data_dir()
        with in_use(data_dir, [], [_KEYS[CASEBOOK]]), _opened(data_dir, CASEBOOK) as connection:
            if partner:
                with transaction(connection):
                    shown = casebook_restored.confirmed_by(connection, partner)
                typer.echo(f"{shown} referrals are shown to this partner again.")
            with reading(connection):
                left = casebook_restored.hidden(connection)
    for each, count in left:
        typer.echo(f"Hidden: {count} referrals of {each}.")
    if not left:
        typer.echo("No referral is hidden.")


def rekey(
    name: Annotated[
        str, typer.Argument(metavar="KEY", help="naru_conversations_key, naru_casebook_key or naru_desk_key.")
    ],
) -> None:
    """Give a database a new key, or finish a change that was cut off. Bot and desk must be stopped."""
    with clearly():
        data_dir = _data_dir()
        found = next((each for each, key in _KEYS.items() if key == name), None)
        if found is None:
            raise SettingsError(f"There is no database under this key. Keys: {', '.join(_KEYS.values())}.")
        with in_use(data_dir, [RUN_LOCK, DESK_LOCK, BACKUP_LOCK], []):
            rows = rekeyed(data_dir / found, data_dir / "keys" / name, _SCHEMAS[found](), secrets.token_bytes)
    typer.echo(f"{found} has a new key ({rows} rows). Keep a copy of keys/{name} apart, and destroy the old one.")


def _data_dir() -> Path:
    data_dir = read(os.environ).data_dir
    if not data_dir.is_dir():
        raise SettingsError("NARU_DATA_DIR names no folder. It should be: the folder that `naru init` made.")
    return data_dir


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


@contextmanager
def _opened(data_dir: Path, name: str) -> Iterator[Connection]:
    connection = open_database(data_dir / name, _key(data_dir, _KEYS[name]), _SCHEMAS[name]())
    try:
        yield connection
    finally:
        connection.close()


def _key(data_dir: Path, name: str) -> Secret[bytes]:
    return read_keys(data_dir, os.environ.get("CREDENTIALS_DIRECTORY"), [name])[name]


def _recipients(path: Path) -> list[str]:
    """The recipients in a file; lines that begin with # are notes."""
    try:
        lines = [line.strip() for line in path.read_text("ascii").splitlines()]
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"The file of recipients {path} can't be read. Check its name.") from None
    known = [line for line in lines if line and not line.startswith("#")]
    if not known:
        raise SettingsError(f"{path} names no recipient: one a line, as `naru keygen` prints it (age1pq1…).")
    return known
