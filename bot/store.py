"""conversations.db: the running conversations, and the jobs that were decided with them.

A `Store` belongs to the thread that opened it; app.py gives it one thread of its own. Every method below is called inside
`transaction()`, or inside `reading()` where it only reads, so what one update changes is on disk together or not at all, and a disk
or lock that fails is told as a DatabaseError. Times are Unix seconds, UTC.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from bot.daily_keys import DAY, DailyKeys, Draw
from bot.dialogue.conversation import Conversation
from bot.handles import Handles
from bot.jobs import DELETE_AFTER, Job, Jobs
from bot.limits import Limits
from bot.quiet import note
from bot.tallies import Tallies
from referrals.database import (
    BUSY_TIMEOUT,
    Connection,
    checkpoint,
    numbered_scripts,
    open_database,
    reading,
    transaction,
)
from referrals.secret import Secret

__all__ = ["DAY", "DELETE_AFTER", "Draw", "Held", "Job", "Store", "migrations"]

# How many daily lookup keys are kept besides today's: 72 hours (design.md, decision 5).
_OLD_KEYS = 2
# Days an update id is remembered: Telegram keeps an unconfirmed update for 24 hours; a week for safety (design.md, decision 11).
_SEEN_DAYS = 8
# Seconds. A screen may stay open for 10 minutes (flow.idle_seconds); one that would for longer was written before the clock was set back.
_LONGEST_IDLE = 3_600


@dataclass(frozen=True, slots=True)
class Held:
    """A stored conversation."""

    id: int
    chat: int = field(repr=False)
    message: int | None = field(repr=False)
    revision: int
    idle_at: int
    sent: int | None  # when the message was sent; None when that is not known
    conversation: Conversation | None  # None: another version wrote it, and it can't be read

    def idle(self, now: float) -> bool:
        """Tell whether its screen stood open too long, so that it is to be covered and not to be continued."""
        return not now < self.idle_at <= now + _LONGEST_IDLE


class Store(Jobs):
    """conversations.db, opened. `handles`, `limits` and `tallies` are the parts of it that know nothing of conversations."""

    def __init__(self, connection: Connection, draw: Draw) -> None:
        """Take an open database and a source of random bytes for the daily keys."""
        super().__init__(connection)
        self.handles = Handles(connection)
        self.limits = Limits(connection, draw)
        self.tallies = Tallies(connection)
        self._lookups = DailyKeys(connection, "lookup_keys", _OLD_KEYS, draw)
        self._folded = -1  # how many rows had ever been changed when the log was folded last

    @classmethod
    def opened(cls, path: Path, key: Secret[bytes], draw: Draw, *, create: bool = False) -> "Store":
        """Open conversations.db, bringing its schema up to date. Raises the errors of referrals.database."""
        return cls(open_database(path, key, migrations(), create=create), draw)

    def close(self) -> None:
        """Fold the log into the file, so that nothing erased stays in it, and close."""
        checkpoint(self._db)
        self._db.close()

    def transaction(self) -> AbstractContextManager[Connection]:
        """Everything done inside is committed together."""
        return transaction(self._db)

    def reading(self) -> AbstractContextManager[Connection]:
        """Everything read inside is of one moment."""
        return reading(self._db)

    def checkpoint(self) -> bool:
        """Fold the log into the file, so that nothing erased stays in the log; False when a reader was in the way."""
        return checkpoint(self._db)

    def fold(self) -> bool:
        """Fold the log if anything was written or erased since it was folded last; False when a reader was in the way.

        Unlike `checkpoint` it waits for no reader: meanwhile no wipe could be committed. Ask again soon.
        """
        changed = self._db.total_changes
        if changed == self._folded:
            return True
        self._db.execute("PRAGMA busy_timeout=0")
        try:
            folded = self.checkpoint()
        finally:
            self._db.execute(f"PRAGMA busy_timeout={int(BUSY_TIMEOUT * 1000)}")  # milliseconds
        if folded:
            self._folded = changed
        return folded

    # --- conversations ---

    def find(self, chat: int, now: float) -> Held | None:
        """The running conversation of a chat."""
        lookups = list(self._lookups.known(chat, now).values())
        found = self._one(f"lookup IN ({','.join('?' * len(lookups))})", *lookups)
        # A row outlives its key when the bot stood still for 72 hours: it is still hers, and has to be covered and erased.
        return found or self._one("chat = ?", chat)

    def held(self, conversation_id: int) -> Held | None:
        """A conversation by its row."""
        return self._one("id = ?", conversation_id)

    def _one(self, condition: str, *values: int | bytes) -> Held | None:
        row = self._db.execute(
            f"SELECT id, chat, message, revision, idle_at, sent_at, state FROM conversations WHERE {condition}",  # noqa: S608  # ours
            values,
        ).fetchone()
        return None if row is None else Held(row[0], row[1], row[2], row[3], row[4], row[5], _restored(row[6]))

    def save(
        self,
        chat: int,
        message: int | None,
        conversation: Conversation,
        idle_at: float,
        now: float,
        sent: int | None = None,
    ) -> int:
        """Write a conversation under today's key. Returns the row's id.

        `message` shows it and was sent at `sent`; what is None leaves the known one.
        """
        existing = self.find(chat, now)
        day, lookup = self._lookups.today(chat, now)
        if existing is None:
            cursor = self._db.execute(
                """INSERT INTO conversations (lookup, lookup_day, chat, message, sent_at, revision, state, idle_at)
                   VALUES (?, ?, ?, ?, ?, 1, ?, ?)""",
                (lookup, day, chat, message, sent, conversation.stored(), int(idle_at)),
            )
            return int(cursor.lastrowid or 0)
        self._db.execute(
            """UPDATE conversations SET lookup = ?, lookup_day = ?, message = coalesce(?, message), sent_at = coalesce(?, sent_at),
               revision = revision + 1, state = ?, idle_at = ? WHERE id = ?""",
            (lookup, day, message, sent, conversation.stored(), int(idle_at), existing.id),
        )
        return existing.id

    def forget(self, chat: int, now: float) -> Held | None:
        """Erase the conversation of a chat and what was queued for its screen. Returns what was erased."""
        if (existing := self.find(chat, now)) is not None:
            # What was queued for its screen goes with it (CASCADE).
            self._db.execute("DELETE FROM conversations WHERE id = ?", (existing.id,))
        return existing

    def shown(self, conversation_id: int, message: int, sent: int | None) -> None:
        """Note which message shows a conversation, and when it was sent."""
        self._db.execute(
            "UPDATE conversations SET message = ?, sent_at = ? WHERE id = ?", (message, sent, conversation_id)
        )

    def idle(self, now: float, most: int) -> list[int]:
        """Chats whose screen stood open too long, at most so many."""
        rows = self._db.execute(
            "SELECT chat FROM conversations WHERE idle_at <= ? OR idle_at > ? ORDER BY idle_at LIMIT ?",
            (int(now), int(now) + _LONGEST_IDLE, most),
        )
        return [int(row[0]) for row in rows]

    # --- updates ---

    def see(self, update_id: int, now: float) -> bool:
        """Remember an update; False if it was handled before."""
        return self._db.execute("INSERT OR IGNORE INTO seen_updates VALUES (?, ?)", (update_id, int(now))).rowcount == 1

    def set_aside(self, update_id: int, tries: int, now: float) -> None:
        """Remember an update that could not be handled, so that it is not tried again."""
        self._db.execute("INSERT OR IGNORE INTO seen_updates VALUES (?, ?)", (update_id, int(now)))
        self._db.execute("INSERT OR REPLACE INTO set_aside VALUES (?, ?, ?)", (update_id, tries, int(now)))

    def alarm(self, kind: str, now: float) -> None:
        """Count something an operator must look at."""
        self._db.execute(
            "INSERT INTO alarms VALUES (?, ?, 1) ON CONFLICT (kind, day) DO UPDATE SET count = count + 1",
            (kind, int(now) // DAY),
        )

    # --- paused conversations and retention ---

    def pause(self, verifier: str, sealed: bytes, expires: float) -> None:
        """Keep a paused conversation that only its code opens."""
        row = (bytes.fromhex(verifier), sealed, int(expires))
        self._db.execute("INSERT OR REPLACE INTO paused VALUES (?, ?, ?)", row)

    def paused(self, verifier: bytes, now: float) -> bytes | None:
        """The sealed conversation that a code opens."""
        row = self._db.execute(
            "SELECT sealed FROM paused WHERE verifier = ? AND expires > ?", (verifier, int(now))
        ).fetchone()
        return None if row is None else bytes(row[0])

    def unpause(self, verifier: bytes) -> None:
        """Erase a paused conversation: it runs again."""
        self._db.execute("DELETE FROM paused WHERE verifier = ?", (verifier,))

    def expire(self, now: float) -> None:
        """Erase what is past its time: old keys, update ids, paused conversations, counted tries, handles."""
        self._lookups.expire(now)
        self.limits.expire(now)
        self.handles.expire(now)
        self._db.execute("DELETE FROM seen_updates WHERE seen_at <= ?", (int(now) - _SEEN_DAYS * DAY,))
        self._db.execute("DELETE FROM set_aside WHERE set_at <= ?", (int(now) - _SEEN_DAYS * DAY,))
        self._db.execute("DELETE FROM paused WHERE expires <= ?", (int(now),))


def _restored(untrusted_json: str) -> Conversation | None:
    try:
        return Conversation.restored(untrusted_json)
    except ValueError:
        note("store.unreadable_conversation")
        return None


def migrations() -> list[str]:
    """The numbered schema scripts, in order."""
    return numbered_scripts(Path(__file__).parent / "schema")
