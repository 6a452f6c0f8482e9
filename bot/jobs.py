"""What was decided and is still to be done: the rows of the outbox, in order, and which of them may go now.

Every method is called inside a transaction of the store, which is where jobs are decided. Times are Unix seconds, UTC.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from referrals.database import Connection
from referrals.filing import Filing, Routing, lane_of

_HOUR, _DAY = 3_600, 86_400  # seconds
# Seconds after it was sent that a message of ours is deleted. Telegram lets a bot delete for 48 hours and not one second longer
# (Bot API, deleteMessage); the hour is for an outage, and for the tries after it.
DELETE_AFTER = 47 * _HOUR
# Seconds. A deletion that is due later than this was scheduled before the clock was set back; two hours for clocks that differ.
_LATEST_DELETION = DELETE_AFTER + 2 * _HOUR
# Urgencies: what goes first. Only what she does not need for her safety is held back when many sends hang.
_WIPE, _ERASE, _SCREEN, _NOTICE = 0, 1, 2, 3

Kind: TypeAlias = Literal["show", "cover", "delete", "answer", "deliver", "notice"]


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
    handle: int | None
    due: float
    attempts: int


class Jobs:
    """The outbox's table."""

    def __init__(self, connection: Connection) -> None:
        """Take the store's connection."""
        self._db = connection

    # --- queueing ---

    def queue_show(self, chat: int, conversation_id: int, now: float) -> None:
        """Queue the conversation's screen, in place of one that was not sent yet."""
        self._db.execute("DELETE FROM outbox WHERE conversation = ? AND kind = 'show'", (conversation_id,))
        self._queue("show", chat, _SCREEN, now, conversation=conversation_id)

    def queue_cover(self, chat: int, message: int, now: float) -> None:
        """Queue turning a message into the neutral front page, ahead of everything else."""
        self._queue("cover", chat, _WIPE, now, message=message)

    def queue_delete(self, chat: int, message: int, now: float, due: float | None = None) -> None:
        """Queue the deletion of a message, or schedule it for `due`, in place of an earlier schedule."""
        if due is None or due <= now:
            self._queue("delete", chat, _ERASE, now, message=message)
        else:
            self.unschedule(chat, message)
            self._queue("delete", chat, _ERASE, due, message=message, scheduled=1)

    def queue_answer(self, chat: int, callback: str, now: float) -> None:
        """Queue the answer to a press, so that her phone stops waiting."""
        self._queue("answer", chat, _SCREEN, now, callback=callback)

    def queue_delivery(self, filing: Filing, sealed: bytes | None, now: float) -> None:
        """Queue what the casebook is to file. The row belongs to no chat; what concerns one referral or case keeps its order."""
        self._queue("deliver", lane_of(filing), _ERASE, now, routing=filing.model_dump_json(), sealed=sealed)

    def undelivered(self, verifier: str) -> list[Routing]:
        """Referrals under a code that wait to be filed, and that she did not take back meanwhile; oldest first."""
        rows = self._db.execute(
            """SELECT r.routing FROM outbox r WHERE r.kind = 'deliver' AND json_extract(r.routing, '$.kind') = 'referral'
               AND json_extract(r.routing, '$.verifier') = ? AND NOT EXISTS (
                   SELECT 1 FROM outbox w WHERE w.lane = r.lane AND w.id > r.id AND json_extract(w.routing, '$.kind') = 'withdrawal'
                   AND json_extract(w.routing, '$.referral_id') = json_extract(r.routing, '$.referral_id')) ORDER BY r.id""",
            (verifier,),
        )
        return [Routing.model_validate_json(row[0]) for row in rows.fetchall()]

    def taken_back(self, job: Job) -> bool:
        """Tell whether a withdrawal of the same referral waits behind the delivery of a referral: then it is not delivered at all."""
        found = self._db.execute(
            """SELECT 1 FROM outbox w JOIN outbox r ON w.lane = r.lane AND w.id > r.id WHERE r.id = ? AND w.kind = 'deliver'
               AND json_extract(w.routing, '$.kind') = 'withdrawal'
               AND json_extract(w.routing, '$.referral_id') = json_extract(r.routing, '$.referral_id')""",
            (job.id,),
        ).fetchone()
        return found is not None

    def queue_notice(self, chat: int, handle_id: int, now: float) -> None:
        """Queue telling her that there is something new, unless that is queued already."""
        self._queue("notice", chat, _NOTICE, now, handle=handle_id)

    def _queue(self, kind: Kind, lane: int, urgency: int, due: float, **fields: int | str | bytes | None) -> None:
        names = ", ".join(("kind", "lane", "urgency", "due", *fields))
        marks = ", ".join("?" * (4 + len(fields)))
        once = " ON CONFLICT DO NOTHING" if kind == "notice" else ""
        self._db.execute(
            f"INSERT INTO outbox ({names}) VALUES ({marks}){once}",  # noqa: S608  # names of columns, written above
            (kind, lane, urgency, due, *fields.values()),
        )

    # --- scheduled deletions, and what waits ---

    def unschedule(self, chat: int, message: int) -> None:
        """Take back the scheduled deletion of a message: it is in use again."""
        self._db.execute("DELETE FROM outbox WHERE lane = ? AND message = ? AND scheduled", (chat, message))

    def delete_now(self, chat: int, now: float) -> None:
        """Let every deletion that was scheduled for a chat go at once."""
        self._db.execute("UPDATE outbox SET due = ?, scheduled = 0 WHERE lane = ? AND scheduled", (now, chat))

    def hurry(self, chat: int, now: float) -> None:
        """Let what waits for a chat go now: she was just heard from, so an earlier outage is over."""
        self._db.execute("UPDATE outbox SET due = ? WHERE lane = ? AND due > ? AND NOT scheduled", (now, chat, now))

    # --- doing ---

    def jobs(self, now: float, busy: Iterable[int], most: int) -> list[Job]:
        """The first job of each lane that is neither busy nor waiting for a later time: wipes first, then in order.

        A screen, a cover or a packet that waits for a later time holds up its lane, for what follows relies on it; a deletion or an
        answer that waits holds up nobody. Only answers, screens and notices are counted in `most`: however many sends hang, a wipe
        goes out.
        """
        taken = set(busy)
        found: list[Job] = []
        for row in self._db.execute(
            """SELECT id, kind, lane, urgency, conversation, message, callback, routing, sealed, handle, due, attempts FROM outbox
               WHERE NOT (scheduled AND due > ? AND due <= ?) ORDER BY urgency, id""",
            (now, now + _LATEST_DELETION),
        ):
            job = Job(*row)
            waits = now < job.due <= now + _DAY  # later than that: the clock was set back since
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
        """Count one more try of a job, and let it be tried again later; said twice of the same try, the later time counts."""
        self._db.execute(
            "UPDATE outbox SET attempts = ?, due = ?, scheduled = 0 WHERE id = ?", (job.attempts + 1, due, job.id)
        )
