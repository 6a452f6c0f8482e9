"""The data directory as programs take it: one of a kind at a time, and none while a change of keys or a restore is unfinished."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from referrals.database import UnreachableDatabaseError
from referrals.occupied import occupied
from referrals.rekeying import unfinished

CONVERSATIONS, CASEBOOK = "conversations.db", "casebook.db"
RUN_LOCK, DESK_LOCK, BACKUP_LOCK = "run.lock", "desk.lock", "backup.lock"
RESTORING = ".restoring"  # where a restore works until all of it is right


class UnfinishedError(Exception):
    """A change was cut off here: the message says which, and how it is finished. Nothing was done now."""


@contextmanager
def in_use(data_dir: Path, locks: Sequence[str], keys: Sequence[str]) -> Iterator[None]:
    """Have the place to oneself, as far as these locks say, for as long as the block runs.

    `keys` are the names of the keys whose databases will be opened. Raises OccupiedError, UnfinishedError and UnreachableDatabaseError.
    """
    with ExitStack() as held:
        for name in locks:
            try:
                held.enter_context(occupied(data_dir / name))
            except OSError:
                raise UnreachableDatabaseError(data_dir / name) from None
        if cut_off(data_dir):
            raise UnfinishedError(
                "A restore was cut off here. Give the same `naru restore` again: it finishes, or begins anew."
            )
        for name in keys:
            if unfinished(data_dir / "keys" / name):
                raise UnfinishedError(f"A change of {name} was cut off here. Finish it first: naru rekey {name}")
        yield


def cut_off(data_dir: Path) -> bool:
    """Whether a restore was cut off here."""
    return (data_dir / RESTORING).exists()
