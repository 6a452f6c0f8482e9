"""Tells the desk how the bot is, every half minute: the partner list as it counts now, and its own queues and alarms, in numbers.

The desk can open neither the list nor conversations.db. What it gets is never about a person: of when somebody last wrote, the hour.

| number | what |
| --- | --- |
| `updates_last`, `sends_last` | Unix seconds, down to the hour: the last update taken; when a job last left the queue. 0: not known |
| `outbox_depth`, `outbox_oldest` | jobs; since when the oldest is due (Unix seconds; 0: none is) |
| `set_aside` | updates that could not be handled, of the last 8 days |
| `alarm.KIND` | how often in the last 30 days |
| `list.waiting`, `list.alarms` | changes of the list whose 24 hours run; what is wrong with it |
| `list.keys_end.PARTNER` | Unix seconds: when the first of its keys that count today ends |
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from bot.partners import Partners, key_mark
from bot.quiet import note
from bot.store import DAY, Store
from bot.writer import Writer
from referrals.casebook import Casebook, hour
from referrals.casebook_listed import ListedPartner, ListState
from referrals.database import DatabaseError
from referrals.directory import Directory
from referrals.partner import Partner

_EVERY = 30.0  # seconds between looks: as often as the list is renewed
_ALARM_DAYS = 30  # for which alarms are counted
KEYS_END = "list.keys_end."
_ROOM = ("closed", "limited", "open")  # the least first


class Pulse:
    """Writes down how the bot is."""

    def __init__(
        self, partners: Partners, store: Store, casebook: Casebook, writer: Writer, clock: Callable[[], float]
    ) -> None:
        """`writer` is the thread that owns `store` and `casebook`."""
        self._partners = partners
        self._store = store
        self._casebook = casebook
        self._writer = writer
        self._clock = clock
        self._told: tuple[Directory, date] | None = None  # what the desk has
        self._worked: int | None = None  # jobs that had ever left the queue
        self._sent = 0  # hour in which one last did

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self.once()
            await asyncio.sleep(_EVERY)

    async def once(self) -> None:
        """Write it down once; what fails is noted, and written at the next look."""
        now = self._clock()
        try:
            await self._list(now)
            await self._writer.run(lambda: self._queues(now))
        except DatabaseError as error:
            note("pulse.storage", error=error)
        except Exception as error:  # noqa: BLE001  # a defect in here must not end the bot's own work
            note("pulse.defect", error=error)

    async def _list(self, now: float) -> None:
        """The list, and its partners when they are others than the desk has, or the day is."""
        verified, standing = self._partners.verified, self._partners.standing
        directory, today = verified.directory, datetime.fromtimestamp(now, UTC).date()
        expires = int(verified.list_expires.timestamp())
        state = ListState(verified.list_version, expires, standing, directory.signers, int(now))
        numbers = {
            "list.waiting": verified.waiting,
            "list.alarms": len(verified.alarms) + (verified.refused is not None),
        }
        same = self._told is not None and self._told[0] is directory and self._told[1] == today
        told = None if same else await asyncio.to_thread(listed, directory, today)
        ends = {} if same else await asyncio.to_thread(keys_end, directory, today)

        def write() -> None:
            self._casebook.list_seen(state, told)
            self._casebook.pulses_set(numbers | ends, int(now), instead_of=None if same else KEYS_END)

        await self._writer.run(write)
        self._told = (directory, today)

    def _queues(self, now: float) -> None:
        with self._store.reading() as db:
            depth, oldest = db.execute(
                "SELECT count(*), coalesce(min(due) FILTER (WHERE due <= ?), 0) FROM outbox", (now,)
            ).fetchone()
            ever = db.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'outbox'").fetchone()[0]
            last = db.execute("SELECT coalesce(max(seen_at), 0) FROM seen_updates").fetchone()[0]
            aside = db.execute("SELECT count(*) FROM set_aside").fetchone()[0]
            since = int(now) // DAY - _ALARM_DAYS
            alarms = db.execute(
                "SELECT kind, coalesce(sum(count) FILTER (WHERE day > ?), 0) FROM alarms GROUP BY kind", (since,)
            ).fetchall()
        if self._worked is not None and ever - depth > self._worked:
            self._sent = hour(now)
        self._worked = ever - depth
        numbers = {
            "updates_last": hour(last),
            "sends_last": self._sent,
            "outbox_depth": depth,
            "outbox_oldest": int(oldest),
            "set_aside": aside,
        } | {f"alarm.{kind}": count for kind, count in alarms}
        self._casebook.pulses_set(numbers, int(now))


def listed(directory: Directory, today: date) -> list[ListedPartner]:
    """What the desk may know of each partner; of those who exist only to be found out (canaries) nothing."""
    return [
        ListedPartner(
            each.id, each.x_alias, each.x_status, _room(each), tuple(key_mark(key) for key in each.recipients(today))
        )
        for each in directory.partners
        if not each.x_canary
    ]


def keys_end(directory: Directory, today: date) -> dict[str, int]:
    """When the first of each partner's keys ends that count today: by number's name, in Unix seconds."""
    ends = {
        each.id: min((key.key_until for key in each.x_keys if key.key_until >= today), default=None)
        for each in directory.partners
        if not each.x_canary
    }
    return {KEYS_END + partner: _end(last) for partner, last in ends.items() if last is not None}


def _end(last: date) -> int:
    """The end of a day."""
    return int((datetime.combine(last, time(), UTC) + timedelta(days=1)).timestamp())


def _room(partner: Partner) -> str:
    """Of its service with the most room, as signed."""
    return max(
        (each.x_capacity for each in partner.services if each.status == "active"), key=_ROOM.index, default="closed"
    )
