"""The bot's loop without its program: all real, but the time, the chance and the messenger, which are given."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from bot.app import Words
from bot.channels import Channel, Incoming
from bot.channels.telegram import parse
from bot.dialogue import screens
from bot.dialogue.conversation import NOBODY, Conversation
from bot.dialogue.events import Event, Started, Tapped, Typed
from bot.dialogue.screens import Screen
from bot.dialogue.world import Standing, World
from bot.intake import Intake, Keys, Surroundings
from bot.notices import Notices
from bot.outbox import Outbox
from bot.pace import Pace
from bot.partners import Deliverable
from bot.poll import Poll
from bot.retention import Retention
from bot.store import Held, Store
from bot.texts import Button, Rendered
from referrals import fixtures
from referrals.casebook import Casebook
from referrals.directory import Directory
from referrals.directory import load as load_directory
from referrals.referral import Referral
from referrals.sealing import open_sealed, signing_public
from referrals.secret import Secret
from tests.fakes import HER, FakeChannel
from tests.person import policy, questionnaire

START = datetime(2026, 11, 24, 7, 30, tzinfo=UTC).timestamp()
STORE_KEY, CASEBOOK_KEY = Secret(bytes(range(32))), Secret(bytes(range(1, 33)))
KEYS = Keys(pepper=Secret(b"p" * 32), signing=Secret(b"s" * 32), directory=Secret(b"d" * 32))
PATIENCE = 30.0  # seconds until a wait counts as a failure; a busy machine is well below

# What app.py renders from the catalogue: the one line that there is something new, and the page that says what stays.
NOTICE = Rendered("fictional neutral line", ((Button("1 read", "a0_open:lang_ko"),),))
REMAINS = Rendered("fictional line about an earlier message", ((Button("1 read", "a0_open:lang_ko"),),))

_UPDATES = count(1_001)  # ids of updates, over all rigs: a second rig on the same databases is a restart

T = TypeVar("T")


@cache
def words() -> Words:
    """The shipped questionnaire and words."""
    return Words.loaded()


@cache
def partners() -> Directory:
    """The fictional partners on the day of START, with this rig's signing key."""
    day = datetime.fromtimestamp(START, UTC).date()
    return load_directory(fixtures.partners(day, [signing_public(KEYS.signing).hex()]), "fixtures")


@dataclass
class Clock:
    """Time that moves only when a test says so."""

    now: float = START

    def __call__(self) -> float:
        """Seconds since the epoch."""
        return self.now


@dataclass
class Rig:
    """Everything of `naru run` but the program around it."""

    store: Store
    casebook: Casebook
    channel: Channel
    writer: ThreadPoolExecutor
    clock: Clock
    workers: ThreadPoolExecutor
    pace: Pace
    update: int = 0  # the last update's id
    rung: int = 0
    standing: Standing = "good"  # of the partner list
    deliverable: Deliverable = "yes"  # what the partner list says just before a delivery
    intake: Intake = field(init=False)
    outbox: Outbox = field(init=False)
    poll: Poll = field(init=False)
    retention: Retention = field(init=False)
    notices: Notices = field(init=False)

    def __post_init__(self) -> None:
        """Join the parts."""
        chance = random.Random(7)
        around = Surroundings(
            questionnaire(), policy(), partners, "ko_CN", KEYS, chance.randbytes, lambda: self.standing, self.clock
        )
        self.intake = Intake(self.store, self.casebook, around, self.writer, self.workers)
        self.outbox = Outbox(
            self.store, self.casebook, self.channel, self.intake, self.render, self.pace, self.writer, self.clock,
            lambda: NOTICE, lambda: REMAINS, lambda _: self.deliverable,
        )  # fmt: skip
        self.poll = Poll(self.channel, parse, self.intake, self.ring)
        self.retention = Retention(self.store, self.casebook, self.intake, self.ring, self.writer, self.clock)
        self.notices = Notices(self.store, self.casebook, self.ring, self.writer, self.clock)
        if isinstance(self.channel, FakeChannel):
            self.channel.clock = self.clock

    @property
    def fake(self) -> FakeChannel:
        """The messenger, where it is the fake."""
        assert isinstance(self.channel, FakeChannel)
        return self.channel

    def ring(self) -> None:
        """What the poll and the retention ring."""
        self.rung += 1
        self.outbox.ring()

    def screen(self, conversation: Conversation) -> Screen:
        """The screen of a conversation, in keys."""
        today = datetime.fromtimestamp(self.clock(), UTC).date()
        world = World(questionnaire(), partners(), "ko_CN", today, ("a" * 32, "b" * 32), policy=policy())
        return screens.screen(conversation, world)

    def render(self, conversation: Conversation) -> Rendered:
        """The screen of a conversation, in words."""
        return words().catalogues.render(self.screen(conversation), conversation.locale)

    @property
    def front(self) -> Rendered:
        """The neutral page."""
        return self.render(NOBODY)

    # --- the databases ---

    async def write(self, work: Callable[[], T]) -> T:
        """Do something in one transaction of the store, in its thread."""

        def run() -> T:
            with self.store.transaction():
                return work()

        return await asyncio.get_running_loop().run_in_executor(self.writer, run)

    async def cases(self, work: Callable[[], T]) -> T:
        """Do something with the casebook, in its thread."""
        return await asyncio.get_running_loop().run_in_executor(self.writer, work)

    async def rows(self, sql: str, *values: Any) -> list[Any]:
        """Read the store's tables."""
        return await self.write(lambda: self.store._db.execute(sql, values).fetchall())

    async def filed(self, sql: str, *values: Any) -> list[Any]:
        """Read the casebook's tables."""
        return await self.cases(lambda: self.casebook._db.execute(sql, values).fetchall())

    async def held(self, chat: int = HER) -> Held | None:
        """Her stored conversation."""
        return await self.write(lambda: self.store.find(chat, self.clock()))

    async def conversation(self, chat: int = HER) -> Conversation:
        """Her conversation; the front page's when there is none."""
        held = await self.held(chat)
        return (held and held.conversation) or NOBODY

    async def queued(self) -> list[str]:
        """The kinds of what is still to be done, in the order in which it was decided."""
        return [row[0] for row in await self.rows("SELECT kind FROM outbox ORDER BY id")]

    async def opened(self, partner: str) -> list[Referral]:
        """What the partner's first caseworker reads, of all she was sent, oldest first."""
        waiting = await self.cases(lambda: self.casebook.waiting(fixtures.IDS[partner]))
        found = []
        for each in waiting:
            for sealed in await self.cases(partial(self.casebook.sealed, each.referral_id)):
                identity = fixtures.identity(fixtures.IDS[partner], 1)
                signers = [signing_public(KEYS.signing)]
                found.append(open_sealed(sealed, [identity.secret], signers, fixtures.IDS[partner]).referral)
        return found

    # --- what happens ---

    def incoming(
        self, event: Event, chat: int = HER, message: int | None = None, callback: str | None = None
    ) -> Incoming:
        """A further update."""
        self.update = next(_UPDATES)
        dates = self.channel.dates if isinstance(self.channel, FakeChannel) else {}
        sent = dates.get((chat, message or 0)) if isinstance(event, Tapped) else None
        return Incoming(self.update, chat, event, message, callback, sent)

    async def start(self, chat: int = HER) -> None:
        """She opens the chat."""
        await self.intake.receive(self.incoming(Started(), chat, 1))

    async def tap(self, *options: str, chat: int = HER) -> None:
        """She presses buttons, one after another, each on the screen that is due; nothing is sent meanwhile."""
        for option in options:
            screen = self.screen(await self.conversation(chat))
            assert screen.invites(screen.id, option), [choice.option for row in screen.rows for choice in row]
            held = await self.held(chat)
            await self.intake.receive(
                self.incoming(Tapped(screen.id, option), chat, held.message if held else None, "5")
            )

    async def say(self, text: str, message: int, chat: int = HER) -> None:
        """She types."""
        await self.intake.receive(self.incoming(Typed(text), chat, message))

    async def settle(self) -> None:
        """Let the outbox do all that is due now."""
        async with asyncio.timeout(PATIENCE):
            while await self.outbox.begin():
                await self.outbox.ended()


URGENT = ("urgent_ko", "u_locked", "send")
# The longest of the usual paths: every answer there is room for, up to the first card.
MEDIAN = (
    "lang_ko", "safe_alone", "ph_mine", "agree", "urg_no", "CN", "+w_child", "+w_preg", "nav.done", "+n_place", "+n_leave", "+n_med",
    "nav.done", "+s_notfree", "+s_papers", "+s_debt", "nav.done", "+d_worse", "+d_choke", "nav.done", "+t_f_ko", "+t_voice",
    "nav.done", "c_band", "06-10",
)  # fmt: skip


@asynccontextmanager
async def rigged(folder: Path, channel: Channel | None = None, rate: float = 0) -> AsyncIterator[Rig]:
    """A rig with new databases in `folder`, or with those that are there."""
    writer, workers = ThreadPoolExecutor(1), ThreadPoolExecutor(2)
    loop, clock = asyncio.get_running_loop(), Clock()
    chance = random.Random(11)
    store = await loop.run_in_executor(
        writer, lambda: Store.opened(folder / "conversations.db", STORE_KEY, chance.randbytes, create=True)
    )
    casebook = await loop.run_in_executor(
        writer, lambda: Casebook.opened(folder / "casebook.db", CASEBOOK_KEY, create=True)
    )
    try:
        yield Rig(store, casebook, channel or FakeChannel(), writer, clock, workers, Pace(rate, clock))
    finally:
        for close in (store.close, casebook.close):
            await loop.run_in_executor(writer, close)
        writer.shutdown()
        workers.shutdown()
