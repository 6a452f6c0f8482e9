"""What the bot tells the desk of itself: the list as it counts now, queues and alarms in numbers, and nothing about a person."""

import random
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.partners import Partners, key_mark
from bot.pulse import KEYS_END, Pulse
from bot.store import Store
from bot.writer import Writer
from referrals import fixtures
from referrals.casebook import Casebook, hour
from referrals.directory import Directory
from referrals.filing import SeenFiling
from referrals.publishing.targets import Suspension
from tests.bot.rig import CASEBOOK_KEY, STORE_KEY
from tests.bot.test_partners import Moving, made, operated
from tests.fakes import HER
from tests.referrals.publishing.ceremony import NOW as THEN

SAFE = fixtures.IDS["SAFE-CN"]


@dataclass
class Told:
    """A bot's databases in their thread."""

    store: Store
    casebook: Casebook
    thread: ThreadPoolExecutor

    def pulse(self, partners: Partners, clock: Moving) -> Pulse:
        """The room under test."""
        return Pulse(partners, self.store, self.casebook, Writer(self.store, self.thread), clock)

    def numbers(self) -> dict[str, int]:
        """What the desk reads."""
        return {name: each.value for name, each in self.thread.submit(self.casebook.pulses).result().items()}

    def write(self, work: object) -> None:
        """Do something in the store."""

        def commit() -> None:
            with self.store.transaction():
                work(self.store)  # type: ignore[operator]

        self.thread.submit(commit).result()


@pytest.fixture
async def told(tmp_path: Path) -> AsyncIterator[Told]:
    """New databases."""
    thread = ThreadPoolExecutor(1)
    draw = random.Random(7).randbytes
    store = thread.submit(Store.opened, tmp_path / "conversations.db", STORE_KEY, draw, create=True).result()
    casebook = thread.submit(Casebook.opened, tmp_path / "casebook.db", CASEBOOK_KEY, create=True).result()
    yield Told(store, casebook, thread)
    for close in (store.close, casebook.close):
        thread.submit(close).result()
    thread.shutdown()


async def test_the_desk_knows_the_list_as_the_bot_has_it(tmp_path: Path, told: Told) -> None:
    """Aliases, signed room, marks of today's keys, signers and dates; of the canary not even that it is there."""
    clock = Moving()
    partners = made(tmp_path, clock=clock)
    await told.pulse(partners, clock).once()
    directory, today = partners.today(), datetime.fromtimestamp(clock.now, UTC).date()
    listed = {each.partner: each for each in told.thread.submit(told.casebook.all_listed).result()}
    assert set(listed) == {each.id for each in directory.partners} - {fixtures.IDS["CANARY"]}
    safe, mine = directory.partner(SAFE), listed[SAFE]
    assert (mine.alias, mine.status, mine.capacity) == (safe.x_alias, "active", safe.services[0].x_capacity)
    assert mine.marks == tuple(key_mark(each) for each in safe.recipients(today))
    state = told.thread.submit(told.casebook.list_state).result()
    assert state is not None
    assert (state.version, state.standing, state.signers, state.seen) == (
        directory.version,
        "good",
        directory.signers,
        int(clock.now),
    )
    assert state.expires == int(partners.verified.list_expires.timestamp())
    ends = min(key.key_until for key in safe.x_keys)
    assert told.numbers()[KEYS_END + SAFE] == int(
        (datetime(ends.year, ends.month, ends.day, tzinfo=UTC) + timedelta(days=1)).timestamp()
    )


async def test_a_suspension_is_told_at_the_next_look(tmp_path: Path, told: Told) -> None:
    """The partner is not there, or not active any more; when the bot only looks again, the time of the look moves on."""
    clock = Moving()
    ceremony, partners = operated(tmp_path, clock)
    pulse = told.pulse(partners, clock)
    await pulse.once()
    clock.now += 30
    await pulse.once()
    state = told.thread.submit(told.casebook.list_state).result()
    assert state is not None
    assert state.seen == int(clock.now)
    later = THEN + timedelta(minutes=5)
    ceremony.suspend("park", [Suspension(id="0" * 16, partners=(SAFE,), reason="complaint", since=later)], later)
    clock.now = later.timestamp()
    partners.refresh()
    await pulse.once()
    found = told.thread.submit(told.casebook.listed, SAFE).result()
    assert found is None or found.status != "active"


async def test_queues_and_alarms_are_counted(tmp_path: Path, told: Told) -> None:
    """Depth, since when the oldest is due, what was set aside, and alarms of the last thirty days."""
    clock = Moving()
    pulse, now = told.pulse(made(tmp_path, clock=clock), clock), clock.now
    told.write(lambda store: store.queue_delivery(SeenFiling(case_id="c" * 32), None, now - 100))
    told.write(lambda store: store.queue_delivery(SeenFiling(case_id="d" * 32), None, now + 100))
    told.write(lambda store: store.set_aside(1, 3, now))
    for days in (0, 0, 29, 31):
        told.write(lambda store, days=days: store.alarm("canary", now - days * 86_400))
    told.write(lambda store: store.alarm("code_limit", now - 40 * 86_400))
    await pulse.once()
    found = told.numbers()
    assert (found["outbox_depth"], found["outbox_oldest"], found["set_aside"]) == (2, int(now - 100), 1)
    assert (found["alarm.canary"], found["alarm.code_limit"]) == (3, 0)


async def test_that_something_was_sent_shows_once_a_job_has_left_the_queue(tmp_path: Path, told: Told) -> None:
    """By the hour, since the bot began; not known before."""
    clock = Moving()
    pulse = told.pulse(made(tmp_path, clock=clock), clock)
    told.write(lambda store: store.queue_answer(HER, "press", clock.now))
    await pulse.once()
    assert told.numbers()["sends_last"] == 0
    told.write(lambda store: store._db.execute("DELETE FROM outbox"))
    clock.now += 30
    await pulse.once()
    assert told.numbers()["sends_last"] == hour(clock.now)


async def test_of_when_somebody_wrote_only_the_hour_is_told(tmp_path: Path, told: Told) -> None:
    """And no number is a chat, a case or a message."""
    clock = Moving()
    told.write(lambda store: store.see(77_001_234, clock.now))
    told.write(lambda store: store.queue_answer(HER, "press", clock.now))
    await told.pulse(made(tmp_path, clock=clock), clock).once()
    found = told.numbers()
    assert found["updates_last"] == hour(clock.now)
    assert not {HER, 77_001_234} & set(found.values())
    assert {name.partition(".")[0] for name in found} <= {
        "updates_last", "sends_last", "outbox_depth", "outbox_oldest", "set_aside", "alarm", "list",
    }  # fmt: skip


async def test_a_defect_ends_nothing(tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is noted, and the next look writes."""
    clock = Moving()
    partners = made(tmp_path, clock=clock)
    pulse = told.pulse(partners, clock)

    def failing(*_: object) -> Directory:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("bot.pulse.listed", failing)
        await pulse.once()
    assert told.thread.submit(told.casebook.list_state).result() is None
    await pulse.once()
    assert len(told.thread.submit(told.casebook.all_listed).result()) > 5
