"""What was erased, carried to a second place: a backup from before must not bring it back.

The second place is a folder on another machine or disk. In it lies one file for each day, `erased-2026-11-24.ids`, of lines such as
`packet 0123…`: a kind and a random id, which mean nothing to whoever finds them. The first line says since when there is such a file, so
that a place which was set up after a backup is not taken for one that knows it all. No backup is older than 7 days, so a file goes after 8.
"""

import os
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from referrals.database import Connection, reading, transaction

Tombstone: TypeAlias = tuple[str, str]  # kind and id, as in the table

KEEP_DAYS = 8  # one more than a backup is kept (backups.KEEP): a backup reaches back into the day on which it was made
_AT_ONCE = 1000  # tombstones carried in one go: about 45 kB
_SINCE = re.compile(r"since ([0-9]{1,11})")  # Unix seconds
_LINE = re.compile(r"(packet|reply|report|referral|case|card|withdrawn|erased) [0-9a-f]{32}")


class TombstoneError(Exception):
    """The second place for what was erased can't be used: the message says why. Nothing is forgotten meanwhile."""


def waiting(db: Connection) -> list[Tombstone]:
    """The next of what was erased and does not stand in the second place yet. Raises DatabaseError."""
    with reading(db):
        return [(row[0], row[1]) for row in db.execute("SELECT kind, id FROM tombstones LIMIT ?", (_AT_ONCE,))]


def struck_off(db: Connection, carried: Sequence[Tombstone]) -> None:
    """Forget here what stands in the second place. Raises DatabaseError."""
    with transaction(db):
        db.executemany("DELETE FROM tombstones WHERE kind = ? AND id = ?", carried)


def dropped(db: Connection) -> None:
    """Forget all of it: there is no second place, and a list of what was erased is of no use beside what it was erased from."""
    with reading(db):
        none = db.execute("SELECT 1 FROM tombstones LIMIT 1").fetchone() is None
    if not none:
        with transaction(db):
            db.execute("DELETE FROM tombstones")


def write(folder: Path, erased: Sequence[Tombstone], now: datetime) -> None:
    """Write what was erased into the second place, on disk there before this returns: then it may be struck off.

    Written twice, it means the same. Each writing begins on a line of its own, for the one before may have been cut off. Nothing erased:
    make the file of this day (UTC), if only that. Raises TombstoneError.
    """
    path = folder / f"erased-{now:%Y-%m-%d}.ids"
    try:
        lines = [] if path.exists() else [f"since {int(now.timestamp())}"]
        lines += [f"{kind} {each}" for kind, each in erased]
        if not lines:
            return
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write("\n" + "".join(f"{line}\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
        _synced(folder)
    except OSError as error:
        raise TombstoneError(f"{folder} can't be written: {error.strerror}. Erasures wait until it can.") from None


def forget_old(folder: Path, today: date) -> int:
    """Erase the files of days that no backup reaches back to; how many. Raises TombstoneError."""
    try:
        old = [path for path, day in _files(folder) if day <= today - timedelta(days=KEEP_DAYS)]
        for path in old:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise TombstoneError(f"{folder}: old files can't be erased: {error.strerror}. Erase them by hand.") from None
    return len(old)


def read(folder: Path, since: datetime) -> list[Tombstone]:
    """All that was erased by the files of a second place, which must reach back to `since`, when the backup was made.

    A line that was cut off by a crash stands whole in what was written next, and is passed over. Raises TombstoneError.
    """
    found: dict[Tombstone, None] = {}
    begun: list[int] = []
    try:
        for path, _ in sorted(_files(folder)):
            for line in path.read_text("ascii").splitlines():
                if _LINE.fullmatch(line):
                    kind, _, each = line.partition(" ")
                    found[kind, each] = None
                elif first := _SINCE.fullmatch(line):
                    begun.append(int(first[1]))
    except (OSError, UnicodeDecodeError):
        raise TombstoneError(
            f"{folder}: a file in it can't be read. Check --tombstones; nothing was changed."
        ) from None
    if not any(moment <= since.timestamp() for moment in begun):
        raise TombstoneError(
            f"{folder} does not reach back to the backup: what was erased in between is not known. "
            "Check --tombstones; if it is the right folder, restore with --without-tombstones. Nothing was changed."
        )
    return list(found)


def _files(folder: Path) -> list[tuple[Path, date]]:
    found = []
    for path in folder.glob("erased-*.ids"):
        try:
            found.append((path, datetime.strptime(path.stem, "erased-%Y-%m-%d").replace(tzinfo=UTC).date()))
        except ValueError:
            continue
    return found


def _synced(folder: Path) -> None:
    """Have the folder's names on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
