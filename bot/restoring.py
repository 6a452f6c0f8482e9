"""A place is brought back from a backup: in a folder of its own first, and moved where it belongs when all of it is right.

Killed before the moving begins, nothing was done, and a restore begins anew. Killed while it moves, the same command finishes it. No
program takes the place in between (place.in_use).
"""

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.place import CASEBOOK, CONVERSATIONS, RESTORING
from bot.store import Store
from referrals import backups, casebook, casebook_restored
from referrals.backups import BackupError, Contents
from referrals.casebook import Casebook
from referrals.casebook_restored import Restored
from referrals.database import transaction
from referrals.desk import restored as desk_restored
from referrals.desk import store as desk_store
from referrals.desk.store import DESK_DB, Books, DeskStore
from referrals.secret import Secret
from referrals.tombstones import Tombstone

KEPT: Mapping[str, Callable[[], Sequence[str]]] = {CASEBOOK: casebook.migrations, DESK_DB: desk_store.migrations}
"""What is in a backup, with its schema. Conversations never are: what she has not sent yet is hers alone."""
_READY = "ready.json"  # beside the databases, once all of them are right: what became of them
_ORDER = (DESK_DB, CONVERSATIONS, CASEBOOK)  # without the last neither bot nor desk starts


@dataclass(frozen=True, slots=True)
class Given:
    """What a place is brought back from. Times are Unix seconds, UTC."""

    backup: Path
    contents: Contents
    erased_since: Sequence[Tombstone] | None  # None: lost
    keys: Mapping[str, Secret[bytes]]  # of the place, by the name of the database
    now: int
    draw: Callable[[int], bytes]


def finished(data_dir: Path) -> Restored | None:
    """Finish a restore that was cut off while it moved; None when there is none, and what was cut off before is swept away.

    Raises BackupError.
    """
    work = data_dir / RESTORING
    try:
        if (work / _READY).exists():
            return _moved(work, data_dir)
        if work.exists():
            shutil.rmtree(work)
    except OSError as error:
        raise BackupError(f"{work} can't be changed: {error.strerror}. Check its owner and mode.") from None
    return None


def refuse_occupied(data_dir: Path) -> None:
    """Raise BackupError where there is a database already."""
    there = [name for name in _ORDER if (data_dir / name).exists()]
    if there:
        raise BackupError(
            f"{data_dir} has {', '.join(there)}. A backup is restored into a place without databases, such as "
            "`naru init --for-restore` makes; nothing was changed."
        )


def restore(data_dir: Path, given: Given) -> Restored:
    """Bring back casebook and desk as they should be today, and an empty database for conversations; all of it or nothing.

    Raises BackupError and DatabaseError.
    """
    refuse_occupied(data_dir)
    work = data_dir / RESTORING
    try:
        work.mkdir(mode=0o700)
        try:
            result = _settled(work, given)
            Store.opened(work / CONVERSATIONS, given.keys[CONVERSATIONS], given.draw, create=True).close()
            _made_ready(work, result)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise
        return _moved(work, data_dir)
    except OSError as error:
        raise BackupError(f"{data_dir} can't be written: {error.strerror}. Check its owner, mode and disk.") from None


def _settled(work: Path, given: Given) -> Restored:
    """Both databases in the folder, under the place's own keys, brought to today."""
    result = Restored(0, 0)
    for name, migrations in KEPT.items():
        part = given.contents.part(name)
        connection = backups.restore(given.backup, part, work / name, given.keys[name], migrations())
        try:
            if name == CASEBOOK:
                with transaction(connection):
                    result = casebook_restored.settled(connection, given.erased_since, given.now, given.draw)
        finally:
            connection.close()
    desk = DeskStore.opened(work / DESK_DB, given.keys[DESK_DB])
    try:
        books = Books(desk, Casebook.opened(work / CASEBOOK, given.keys[CASEBOOK]))
    except BaseException:
        desk.close()
        raise
    try:
        desk_restored.settled(books, given.now)
    finally:
        books.close()
    return result


def _made_ready(work: Path, result: Restored) -> None:
    """From here on it is finished, not begun anew."""
    for name in _ORDER:
        _synced(work / name)
    ready = work / _READY
    ready.with_suffix(".part").write_text(json.dumps(asdict(result)), "ascii")
    _synced(ready.with_suffix(".part"))
    ready.with_suffix(".part").rename(ready)
    _synced(work)


def _moved(work: Path, data_dir: Path) -> Restored:
    result = Restored(**json.loads((work / _READY).read_text("ascii")))
    for name in _ORDER:
        if (work / name).exists():
            (work / name).rename(data_dir / name)
    _synced(data_dir)
    shutil.rmtree(work)
    return result


def _synced(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
