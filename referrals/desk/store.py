"""desk.db: staff accounts, sessions, wrapped keys, audit. Nothing in it opens a referral."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from referrals.casebook import Casebook
from referrals.database import Connection, checkpoint, numbered_scripts, open_database, reading, transaction
from referrals.secret import Secret

DESK_DB = "desk.db"  # file name, in the data directory


class DeskStore:
    """desk.db, opened. It belongs to the thread that opened it; `db` is for functions that are called inside a block below."""

    def __init__(self, connection: Connection) -> None:
        """Take an open database (see `opened`)."""
        self.db = connection

    @classmethod
    def opened(cls, path: Path, key: Secret[bytes], *, create: bool = False) -> "DeskStore":
        """Open desk.db, bringing its schema up to date. Raises the errors of referrals.database."""
        return cls(open_database(path, key, migrations(), create=create))

    def close(self) -> None:
        """Fold the log into the file, so that nothing erased stays in it, and close."""
        checkpoint(self.db)
        self.db.close()

    def transaction(self) -> AbstractContextManager[Connection]:
        """Everything done inside is committed together."""
        return transaction(self.db)

    def reading(self) -> AbstractContextManager[Connection]:
        """Everything read inside is of one moment."""
        return reading(self.db)


@dataclass(frozen=True, slots=True)
class Books:
    """Both databases of the desk, in the one thread that has them open."""

    desk: DeskStore
    casebook: Casebook

    def close(self) -> None:
        """Close both."""
        self.desk.close()
        self.casebook.close()


def migrations() -> list[str]:
    """The numbered schema scripts, in order."""
    return numbered_scripts(Path(__file__).parent / "schema")
