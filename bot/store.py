"""conversations.db: the running conversations, and the jobs that were decided with them.

A `Store` belongs to the thread that opened it; app.py gives it one thread of its own. Every method below is called inside
`transaction()`, or inside `reading()` where it only reads, so what one update changes is on disk together or not at all, and a disk
or lock that fails is told as a DatabaseError. Times are Unix seconds, UTC.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from bot.dialogue.conversation import Conversation
from bot.quiet import note
from referrals.casebook import Routing
from referrals.database import Connection, checkpoint, numbered_scripts, open_database, reading, transaction
from referrals.secret import Secret

DAY = 86_400  # seconds
# How many daily lookup keys are kept besides today's: 72 hours (design.md, decision 5).
_OLD_KEYS = 2
# Days an update id is remembered: Telegram keeps an unconfirmed update for 24 hours; a week for safety (design.md, decision 11).
_SEEN_DAYS = 8
# Seconds. A screen may stay open for 10 minutes (flow.idle_seconds); one that would for longer was written before the clock was set back.
_LONGEST_IDLE = 3_600
# Urgencies: what goes first. Only screens and answers are held back when many sends hang.
_WIPE, _ERASE, _SCREEN = 0, 1, 2

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
    idle_at: int
    conversation: Conversation | None  # None: another version wrote it, and it can't be read

    def idle(self, now: float) -> bool:
        """Tell whether its screen stood open too long, so that it is to be covered and not to be continued."""
        return not now < self.idle_at <= now + _LONGEST_IDLE


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

    # --- conversations ---

    def find(self, chat: int, now: float) -> Held | None:
        """The running conversation of a chat."""
        lookups = [_lookup(key, chat) for key in self._lookup_keys(now).values()]
        found = self._one(f"lookup IN ({','.join('?' * len(lookups))})", *lookups)
        # A row outlives its key when the bot stood still for 72 hours: it is still hers, and has to be covered and erased.
        return found or self._one("chat = ?", chat)

    def held(self, conversation_id: int) -> Held | None:
        """A conversation by its row."""
        return self._one("id = ?", conversation_id)

    def _one(self, condition: str, *values: int | bytes) -> Held | None:
        row = self._db.execute(
            f"SELECT id, chat, message, revision, idle_at, state FROM conversations WHERE {condition}",  # noqa: S608  # ours
            values,
        ).fetchone()
        return None if row is None else Held(row[0], row[1], row[2], row[3], row[4], _restored(row[5]))

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
        if (existing := self.find(chat, now)) is None:
            return None
        self._db.execute("DELETE FROM conversations WHERE id = ?", (existing.id,))  # its screen goes with it (CASCADE)
        return existing.message

    def shown(self, conversation_id: int, message: int) -> None:
        """Note which message shows a conversation."""
        self._db.execute("UPDATE conversations SET message = ? WHERE id = ?", (message, conversation_id))

    def idle(self, now: float, most: int) -> list[int]:
        """Chats whose screen stood open too long, at most so many."""
        rows = self._db.execute(
            "SELECT chat FROM conversations WHERE idle_at <= ? OR idle_at > ? ORDER BY idle_at LIMIT ?",
            (int(now), int(now) + _LONGEST_IDLE, most),
        )
        return [int(row[0]) for row in rows]

    def _lookup_keys(self, now: float) -> dict[int, bytes]:
        """The lookup keys that are not destroyed, by day; makes today's. A later day is among them if the clock was set back."""
        today = int(now) // DAY
        rows = self._db.execute("SELECT day, key FROM lookup_keys WHERE day >= ?", (today - _OLD_KEYS,))
        keys = {int(day): bytes(key) for day, key in rows.fetchall()}
        if today not in keys:
            keys[today] = self._draw(32)
            self._db.execute("INSERT INTO lookup_keys VALUES (?, ?)", (today, keys[today]))
        return keys

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

    # --- jobs ---

    def hurry(self, chat: int, now: float) -> None:
        """Let what waits for a chat go now: she was just heard from, so an earlier outage is over."""
        self._db.execute("UPDATE outbox SET due = ? WHERE lane = ? AND due > ?", (now, chat, now))

    def queue_show(self, chat: int, conversation_id: int, now: float) -> None:
        """Queue the conversation's screen, in place of one that was not sent yet."""
        self._db.execute("DELETE FROM outbox WHERE conversation = ? AND kind = 'show'", (conversation_id,))
        self._queue("show", chat, _SCREEN, now, conversation=conversation_id)

    def queue_cover(self, chat: int, message: int, now: float) -> None:
        """Queue turning a message into the neutral front page, ahead of everything else."""
        self._queue("cover", chat, _WIPE, now, message=message)

    def queue_delete(self, chat: int, message: int, now: float) -> None:
        """Queue the deletion of a message."""
        self._queue("delete", chat, _ERASE, now, message=message)

    def queue_answer(self, chat: int, callback: str, now: float) -> None:
        """Queue the answer to a press, so that her phone stops waiting."""
        self._queue("answer", chat, _SCREEN, now, callback=callback)

    def queue_delivery(self, routing: Routing, sealed: bytes, now: float) -> None:
        """Queue a sealed packet for the casebook. The row belongs to no chat; packets of one referral keep their order."""
        lane = -1 - int(routing.referral_id[:12], 16)  # chat ids of people are positive
        self._queue("deliver", lane, _ERASE, now, routing=routing.model_dump_json(), sealed=sealed)

    def _queue(self, kind: Kind, lane: int, urgency: int, due: float, **fields: int | str | bytes) -> None:
        names = ", ".join(("kind", "lane", "urgency", "due", *fields))
        marks = ", ".join("?" * (4 + len(fields)))
        self._db.execute(
            f"INSERT INTO outbox ({names}) VALUES ({marks})",  # noqa: S608  # names of columns, written above
            (kind, lane, urgency, due, *fields.values()),
        )

    def jobs(self, now: float, busy: Iterable[int], most: int) -> list[Job]:
        """The first job of each lane that is neither busy nor waiting for a later time: wipes first, then in order.

        A screen, a cover or a packet that waits for a later time holds up its lane, for what follows relies on it; a deletion or an
        answer that waits holds up nobody. Only answers and screens are counted in `most`: however many sends hang, a wipe goes out.
        """
        taken = set(busy)
        found: list[Job] = []
        for row in self._db.execute(
            """SELECT id, kind, lane, urgency, conversation, message, callback, routing, sealed, due, attempts FROM outbox
               ORDER BY urgency, id"""
        ):
            job = Job(*row)
            waits = now < job.due <= now + DAY  # later than that: the clock was set back since
            if job.lane in taken or (waits and job.kind in ("answer", "delete")):
                continue
            if job.urgency >= _SCREEN and most <= 0:
                break
            taken.add(job.lane)
            if not waits:
                found.append(job)
                most -= job.urgency >= _SCREEN
        return found

    def next_due(self, now: float) -> float | None:
        """When the next job that is not due yet becomes due."""
        (due,) = self._db.execute("SELECT min(due) FROM outbox WHERE due > ?", (now,)).fetchone()
        return due if due is None else float(due)

    def done(self, job_id: int) -> None:
        """Strike a job off."""
        self._db.execute("DELETE FROM outbox WHERE id = ?", (job_id,))

    def postpone(self, job: Job, due: float) -> None:
        """Try a job again later."""
        self._db.execute("UPDATE outbox SET attempts = attempts + 1, due = ? WHERE id = ?", (due, job.id))

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
        """Erase what is past its time: old lookup keys, update ids, paused conversations."""
        today = int(now) // DAY
        self._db.execute("DELETE FROM lookup_keys WHERE day < ?", (today - _OLD_KEYS,))
        self._db.execute("DELETE FROM seen_updates WHERE seen_at <= ?", (int(now) - _SEEN_DAYS * DAY,))
        self._db.execute("DELETE FROM set_aside WHERE set_at <= ?", (int(now) - _SEEN_DAYS * DAY,))
        self._db.execute("DELETE FROM paused WHERE expires <= ?", (int(now),))


def _restored(untrusted_json: str) -> Conversation | None:
    try:
        return Conversation.restored(untrusted_json)
    except ValueError:
        note("store.unreadable_conversation")
        return None


def _lookup(key: bytes, chat: int) -> bytes:
    return hmac.new(key, chat.to_bytes(8, "big", signed=True), hashlib.sha256).digest()


def migrations() -> list[str]:
    """The numbered schema scripts, in order."""
    return numbered_scripts(Path(__file__).parent / "schema")
