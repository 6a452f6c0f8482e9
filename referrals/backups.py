"""Backups: copies of databases under keys of their own, which only the operators' age identities open.

A backup is a folder named by its time. In it lies each database, copied from one moment under a fresh random key that is kept nowhere,
and `contents.age`: those keys and the files' hashes, sealed to the operators. So whoever finds the folder finds random bytes, and the
machine that made it can't read it either. Conversations are never in one: what is not sent yet is hers alone (domain.md 5.3).
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from referrals.database import Connection, DatabaseError, copied, damages, open_database
from referrals.errors import ReferralError
from referrals.key_file import KEY_SIZE
from referrals.sealing import open_bytes, seal_bytes
from referrals.secret import Secret

KEEP = timedelta(days=7)  # domain.md 5.3, "backups"
_NAME = "naru-%Y%m%dT%H%M%SZ"
_CONTENTS = "contents.age"
_READ = 1024 * 1024  # bytes hashed at a time


class BackupError(Exception):
    """A backup could not be made or used: the message says what is wrong and what to do. Nothing was changed."""


class _Model(BaseModel):
    """Frozen, closed, and silent about its values."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    __str__ = __repr__


_Hex64 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Part(_Model):
    """One database of a backup: its file's name, the one-time key that opens it, and the SHA-256 of the file."""

    name: Annotated[str, Field(pattern=r"^[a-z]{1,20}\.db$")]
    key: _Hex64
    sha256: _Hex64


class Contents(_Model):
    """What `contents.age` says of a backup."""

    format: Literal["naru-backup/1"] = "naru-backup/1"
    made: datetime
    parts: tuple[Part, ...]

    def part(self, name: str) -> Part:
        """The part of this name. Raises BackupError."""
        for each in self.parts:
            if each.name == name:
                return each
        raise BackupError(f"This backup has no {name}. Choose another backup.")


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup in a folder of backups."""

    path: Path
    made: datetime


def make(
    connections: Mapping[str, Connection],
    recipients: Sequence[str],
    folder: Path,
    now: datetime,
    draw: Callable[[int], bytes],
) -> Path:
    """Make a backup below `folder` from open databases by file name; then erase those that are past their 7 days.

    `recipients` are the operators' age recipients. The folder of the backup appears when it is complete; what an earlier one left
    that was cut off is swept away, so one at a time. Returns it. Raises BackupError, DatabaseError, and RecipientError.
    """
    made = now.replace(microsecond=0)
    place = folder / made.strftime(_NAME)
    partial = folder / f".{place.name}"
    try:
        for cut_off in folder.glob(".naru-*Z"):  # it may be whole but for its name, and would never grow old
            shutil.rmtree(cut_off)
        partial.mkdir(parents=True, mode=0o700)
        parts = tuple(_copied(connection, partial / name, draw) for name, connection in connections.items())
        sealed = seal_bytes(Contents(made=made, parts=parts).model_dump_json().encode(), recipients, draw)
        (partial / _CONTENTS).write_bytes(sealed)
        for path in (*sorted(partial.iterdir()), partial):
            _synced(path)
        partial.rename(place)
        _synced(folder)
    except OSError as error:
        raise BackupError(f"The backup can't be written to {folder}: {error.strerror}. Name another folder.") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    forget_old(folder, now)
    return place


def _copied(connection: Connection, target: Path, draw: Callable[[int], bytes]) -> Part:
    key = draw(KEY_SIZE)
    copied(connection, target, Secret(key))
    return Part(name=target.name, key=key.hex(), sha256=_hash(target))


def kept(folder: Path) -> list[Kept]:
    """The backups in a folder, the oldest first; what is named otherwise is left alone."""
    found = []
    for path in folder.glob("naru-*Z"):
        try:
            made = datetime.strptime(path.name, _NAME).replace(tzinfo=UTC)
        except ValueError:
            continue
        found.append(Kept(path, made))
    return sorted(found, key=lambda each: each.made)


def forget_old(folder: Path, now: datetime) -> int:
    """Erase the backups that are older than 7 days; how many. Raises BackupError."""
    old = [each for each in kept(folder) if each.made <= now - KEEP]
    try:
        for each in old:
            shutil.rmtree(each.path)
    except OSError as error:
        raise BackupError(
            f"{folder}: a backup older than 7 days can't be erased: {error.strerror}. Erase it."
        ) from None
    return len(old)


def opened(backup: Path, identity: Secret[str], now: datetime) -> Contents:
    """What is in a backup, its files held against their hashes. Raises BackupError."""
    try:
        contents = Contents.model_validate_json(open_bytes((backup / _CONTENTS).read_bytes(), [identity]))
    except OSError:
        raise BackupError(f"{backup} is no backup: it has no {_CONTENTS} that can be read.") from None
    except ReferralError as error:
        raise BackupError(f"The backup can't be opened. {error}") from None
    except ValidationError:
        raise BackupError("The backup was made by another version of the program. Install that one.") from None
    if contents.made <= now - KEEP:
        raise BackupError("The backup is older than 7 days. What it holds had to be erased; it is not restored.")
    for part in contents.parts:
        try:
            whole = _hash(backup / part.name) == part.sha256
        except OSError:
            whole = False
        if not whole:
            raise BackupError(f"{part.name} of this backup is missing, damaged or changed. Use another backup.")
    return contents


def restore(backup: Path, part: Part, target: Path, key: Secret[bytes], migrations: Sequence[str]) -> Connection:
    """Put a database of a backup at `target`, where nothing is yet, under its own new key, checked; returns it open.

    Raises BackupError and DatabaseError.
    """
    if target.exists():
        raise BackupError(f"{target} is there already. A backup is restored into an empty place; nothing was changed.")
    working = target.with_name(f".{target.name}.restoring")
    try:
        shutil.copyfile(backup / part.name, working)  # the backup itself stays as it is, also when its schema is older
        working.chmod(0o600)
        source = open_database(working, Secret(bytes.fromhex(part.key)), migrations)
        try:
            if damages(source):
                raise BackupError(f"{part.name} of this backup is damaged inside. Use another backup.")
            copied(source, target, key)
        finally:
            source.close()
        return open_database(target, key, migrations)
    except OSError as error:
        raise BackupError(f"{target} can't be written: {error.strerror}.") from None
    except (BackupError, DatabaseError):
        target.unlink(missing_ok=True)
        raise
    finally:
        for left in ("", "-wal", "-shm"):
            working.with_name(working.name + left).unlink(missing_ok=True)


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while content := file.read(_READ):
            digest.update(content)
    return digest.hexdigest()


def _synced(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
