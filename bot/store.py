"""conversations.db: the running conversations, and the jobs that were decided with them.

A `Store` belongs to the thread that opened it; app.py gives it one thread of its own. Every method below is called inside
`transaction()`, so what one update changes is on disk together or not at all. Times are Unix seconds, UTC.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from bot.dialogue.conversation import Conversation
from referrals.casebook import Routing
from referrals.database import Connection, checkpoint, open_database, transaction
from referrals.secret import Secret

DAY = 86_400  # seconds
# How many daily lookup keys are kept besides today's: 72 hours (design.md, decision 5).
_OLD_KEYS = 2
# Days an update id is remembered: Telegram keeps an unconfirmed update for 24 hours; a week for safety (design.md, decision 11).
_SEEN_DAYS = 8

Kind: TypeAlias = Literal["show", "cover", "delete", "answer", "deliver"]
Draw: TypeAlias = Callable[[int], bytes]
"""Gives so many random bytes."""


@dataclass(frozen=True, slots=True)
class Held:
    """A stored conversation."""

    id: int
    chat: int = field(repr=False)
    message: int | None = field(repr=False)
    revision: int
    conversation: Conversation


@dataclass(frozen=True, slots=True)
class Job:
    """Something still to be done. Which fields are set depends on the kind; see the schema."""

    id: int
    kind: Kind
    lane: int = field(repr=False)
    urgency: int
    conversation: int | None
    message: int | None = field(repr=False)
    callback: str | None = field(repr=False)
    routing: str | None = field(repr=False)
    sealed: bytes | None = field(repr=False)
    due: float
    attempts: int


class Store:
    """conversations.db, opened."""

    def __init__(self, connection: Connection, draw: Draw) -> None:
        """Take an open database and a source of random bytes for the lookup keys."""
        self._db = connection
        self._draw = draw
        self._keys: tuple[int, dict[int, bytes]] = (-1, {})  # the day they were read, and the keys by day

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

    def checkpoint(self) -> None:
        """Fold the log into the file, so that nothing erased stays in the log."""
        checkpoint(self._db)

    # --- conversations ---

    def find(self, chat: int, now: float) -> Held | None:
        """The running conversation of a chat."""
        lookups = [_lookup(key, chat) for key in self._lookup_keys(now).values()]
        marks = ",".join("?" * len(lookups))
        row = self._db.execute(
            f"SELECT id, chat, message, revision, state FROM conversations WHERE lookup IN ({marks})",  # noqa: S608  # only marks
            lookups,
        ).fetchone()
        return None if row is None else Held(row[0], row[1], row[2], row[3], Conversation.restored(row[4]))

    def held(self, conversation_id: int) -> Held | None:
        """A conversation by its row."""
        row = self._db.execute(
            "SELECT id, chat, message, revision, state FROM conversations WHERE id = ?", (conversation_id,)
        ).fetchone()
        return None if row is None else Held(row[0], row[1], row[2], row[3], Conversation.restored(row[4]))

    def save(self, chat: int, message: int | None, conversation: Conversation, idle_at: float, now: float) -> int:
        """Write a conversation under today's key; a message id that is None leaves the known one. Returns the row's id."""
        existing = self.find(chat, now)
        day = int(now) // DAY
        lookup = _lookup(self._lookup_keys(now)[day], chat)
        if existing is None:
            cursor = self._db.execute(
                "INSERT INTO conversations (lookup, lookup_day, chat, message, revision, state, idle_at) VALUES (?, ?, ?, ?, 1, ?, ?)",
                (lookup, day, chat, message, conversation.stored(), int(idle_at)),
            )
            return int(cursor.lastrowid or 0)
        self._db.execute(
            """UPDATE conversations SET lookup = ?, lookup_day = ?, message = coalesce(?, message), revision = revision + 1,
               state = ?, idle_at = ? WHERE id = ?""",
            (lookup, day, message, conversation.stored(), int(idle_at), existing.id),
        )
        return existing.id

    def forget(self, chat: int, now: float) -> int | None:
        """Erase the conversation of a chat and what was queued for its screen. Returns the message that showed it."""
        existing = self.find(chat, now)
        if existing is None:
            return None
        self._db.execute("DELETE FROM conversations WHERE id = ?", (existing.id,))  # its screen goes with it (CASCADE)
        return existing.message

    def shown(self, conversation_id: int, message: int) -> None:
        """Note which message shows a conversation."""
        self._db.execute("UPDATE conversations SET message = ? WHERE id = ?", (message, conversation_id))

    def idle(self, now: float, most: int) -> list[int]:
        """Chats whose screen stood open too long, at most so many."""
        rows = self._db.execute(
            "SELECT chat FROM conversations WHERE idle_at <= ? ORDER BY idle_at LIMIT ?", (int(now), most)
        )
        return [int(row[0]) for row in rows]

    def _lookup_keys(self, now: float) -> dict[int, bytes]:
        """The lookup keys of today and of the days before, by day, newest first; makes today's."""
        today = int(now) // DAY
        if self._keys[0] == today:
            return self._keys[1]
        self._db.execute("INSERT OR IGNORE INTO lookup_keys VALUES (?, ?)", (today, self._draw(32)))
        rows = self._db.execute(
            "SELECT day, key FROM lookup_keys WHERE day BETWEEN ? AND ? ORDER BY day DESC", (today - _OLD_KEYS, today)
        ).fetchall()
        return {int(day): bytes(key) for day, key in rows}

    # --- updates ---

    def see(self, update_id: int, now: float) -> bool:
        """Remember an update; False if it was handled before."""
        cursor = self._db.execute("INSERT OR IGNORE INTO seen_updates VALUES (?, ?)", (update_id, int(now)))
        return cursor.rowcount == 1

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

    # --- jobs ---

    def queue_show(self, chat: int, conversation_id: int, now: float) -> None:
        """Queue the conversation's screen, in place of one that was not sent yet."""
        self._db.execute("DELETE FROM outbox WHERE conversation = ? AND kind = 'show'", (conversation_id,))
        self._db.execute(
            "INSERT INTO outbox (kind, lane, urgency, conversation, due) VALUES ('show', ?, 1, ?, ?)",
            (chat, conversation_id, now),
        )

    def queue_cover(self, chat: int, message: int, now: float) -> None:
        """Queue turning a message into the neutral front page, ahead of everything else."""
        self._db.execute(
            "INSERT INTO outbox (kind, lane, urgency, message, due) VALUES ('cover', ?, 0, ?, ?)", (chat, message, now)
        )

    def queue_delete(self, chat: int, message: int, now: float) -> None:
        """Queue the deletion of a message."""
        self._db.execute(
            "INSERT INTO outbox (kind, lane, urgency, message, due) VALUES ('delete', ?, 0, ?, ?)", (chat, message, now)
        )

    def queue_answer(self, chat: int, callback: str, now: float) -> None:
        """Queue the answer to a press, so that her phone stops waiting."""
        self._db.execute(
            "INSERT INTO outbox (kind, lane, urgency, callback, due) VALUES ('answer', ?, 1, ?, ?)",
            (chat, callback, now),
        )

    def queue_delivery(self, routing: Routing, sealed: bytes, now: float) -> None:
        """Queue a sealed packet for the casebook. The row belongs to no chat; packets of one referral keep their order."""
        lane = -1 - int(routing.referral_id[:12], 16)  # chat ids of people are positive
        self._db.execute(
            "INSERT INTO outbox (kind, lane, urgency, routing, sealed, due) VALUES ('deliver', ?, 1, ?, ?, ?)",
            (lane, routing.model_dump_json(), sealed, now),
        )

    def jobs(self, now: float, busy: Iterable[int], most: int) -> list[Job]:
        """The first job of each lane that is neither busy nor waiting for a later time: wipes first, then in order.

        A lane whose first job waits is left alone as a whole, so that nothing overtakes within a chat but a wipe. Wipes are
        not counted in `most`: however many sends hang, a wipe goes out.
        """
        taken = set(busy)
        found: list[Job] = []
        for row in self._db.execute(
            """SELECT id, kind, lane, urgency, conversation, message, callback, routing, sealed, due, attempts FROM outbox
               ORDER BY urgency, id"""
        ):
            job = Job(*row)
            if job.lane not in taken:
                taken.add(job.lane)
                if job.urgency > 0 and most <= 0:
                    break
                if job.due <= now:
                    found.append(job)
                    most -= job.urgency > 0
        return found

    def next_due(self, now: float) -> float | None:
        """When the next job that is not due yet becomes due."""
        row = self._db.execute("SELECT min(due) FROM outbox WHERE due > ?", (now,)).fetchone()
        return None if row[0] is None else float(row[0])

    def done(self, job_id: int) -> None:
        """Strike a job off."""
        self._db.execute("DELETE FROM outbox WHERE id = ?", (job_id,))

    def postpone(self, job: Job, due: float) -> None:
        """Try a job again later."""
        self._db.execute("UPDATE outbox SET attempts = attempts + 1, due = ? WHERE id = ?", (due, job.id))

    # --- paused conversations and retention ---

    def pause(self, verifier: str, sealed: bytes, expires: float) -> None:
        """Keep a paused conversation that only its code opens."""
        self._db.execute(
            "INSERT OR REPLACE INTO paused VALUES (?, ?, ?)", (bytes.fromhex(verifier), sealed, int(expires))
        )

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
        """Erase what is past its time: old lookup keys, update ids, paused conversations."""
        today = int(now) // DAY
        self._db.execute("DELETE FROM lookup_keys WHERE day < ?", (today - _OLD_KEYS,))
        self._db.execute("DELETE FROM seen_updates WHERE seen_at <= ?", (int(now) - _SEEN_DAYS * DAY,))
        self._db.execute("DELETE FROM set_aside WHERE set_at <= ?", (int(now) - _SEEN_DAYS * DAY,))
        self._db.execute("DELETE FROM paused WHERE expires <= ?", (int(now),))


def _lookup(key: bytes, chat: int) -> bytes:
    return hmac.new(key, chat.to_bytes(8, "big", signed=True), hashlib.sha256).digest()


def migrations() -> list[str]:
    """The numbered schema scripts, in order."""
    folder = Path(__file__).parent / "schema"
    return [path.read_text("utf-8") for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))]
