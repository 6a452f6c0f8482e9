"""Ten thousand hostile updates of all kinds, then a normal intake that completes, through the real parser, poll, intake and outbox."""

import asyncio
import gc
import json
import re
import tracemalloc
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

import pytest

from bot.channels import Channel
from bot.channels.telegram_parse import parse
from bot.dialogue.pages import PAGES
from bot.texts import Rendered
from referrals import fixtures
from referrals.referral import Referral
from tests.bot.practice.bot_api_spec import ABSENT, SPEC
from tests.bot.rig import CASEBOOK_KEY, PATIENCE, STORE_KEY, Rig, rigged
from tests.fakes import FakeChannel
from tests.hostile import ABOUT, CONTENT, FIRST_CHAT, FIRST_ELSEWHERE, MARK, MARKS, UPDATES, Flood, Sent, as_sent
from tests.pages import search
from tests.person import questionnaire
from tests.test_no_trace import loud_log

MANY = 10_000  # updates, at least (issue 3)
BATCH = 100  # updates; getUpdates gives at most so many (Bot API)
DAY = 86_400  # seconds
# Chats of those that are in the middle of it, and of those that only ask for the front page; hostile.py has the others below 1,000.
BYSTANDER, FORGED, NORMAL, FIRST_START = (FIRST_CHAT + offset for offset in (1_000, 1_001, 1_002, 2_000))
STARTS = 1_500  # chats that ask for the front page once
# Bytes that three hundred further updates may leave in memory: the fake messenger's own records are dropped, what stays is noise.
MAY_STAY = 256 * 1024
METHODS = {
    "fetch",
    "show_front",
    "edit",
    "delete",
    "answer",
}  # all that a messenger can be asked; nothing of it downloads

# What the bystander and the normal intake answer; any other question is skipped.
ANSWERS = {
    "a0_open": ("lang_ko",), "q1_safe": ("safe_alone",), "q2_phone": ("ph_mine",), "q3_agree": ("agree",), "q4_urgent": ("urg_no",),
    "q5_country": ("CN",), "q6_needs": ("+n_leave", "nav.done"), "q10_contact": ("c_return",), "q11_partner": ("share_yes",),
}  # fmt: skip


@dataclass
class Watched(FakeChannel):
    """The fake messenger, which also notes what is sent anew and what is asked of it that no messenger has."""

    anew: list[Rendered] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    async def show_front(self, chat: int, screen: Rendered) -> int:
        """Note the screen, and show it."""
        self.anew.append(screen)
        return await super().show_front(chat, screen)

    def __getattr__(self, name: str) -> object:
        """Note a method that is not there: getFile, for one."""
        if not name.startswith("_"):
            self.unknown.append(name)
        raise AttributeError(name)

    def forget_records(self) -> None:
        """Drop what only a test looks at."""
        self.calls.clear()
        self.history.clear()
        self.answered.clear()
        self.offsets.clear()
        self.anew.clear()
        self.chats.clear()


@dataclass
class Scene:
    """The bot's loop, what was sent to it, and what is to be seen of that."""

    rig: Rig
    flood: Flood
    channel: Watched
    folder: Path
    counts: Counter[str] = field(default_factory=Counter)
    hers: list[tuple[int, int]] = field(default_factory=list)  # chat and message of everything she sent

    async def send(self, updates: Iterable[Sent]) -> None:
        """Let updates arrive in batches, and the outbox do what follows."""
        waiting = list(updates)
        for start in range(0, len(waiting), BATCH):
            for sent in waiting[start : start + BATCH]:
                self.counts[sent.kind] += 1
                self.hers += [sent.hers] if sent.hers else []
                self.channel.queue(as_sent(sent.body))
            async with asyncio.timeout(PATIENCE):
                while self.channel.unconfirmed:  # noqa: ASYNC110  # the fake's queue has no event for "confirmed"
                    await asyncio.sleep(0.001)
            await self.rig.settle()

    async def press(self, chat: int, option: str) -> None:
        """She presses a button that is on her screen."""
        (number, screen), *others = self.channel.ours(chat)
        assert not others
        data = next(button.data for row in screen.rows for button in row if button.data.endswith(f":{option}"))
        await self.send([self.flood.press(chat, data, number, "press")])

    async def walk(self, chat: int, until: str | None = None) -> list[str]:
        """She opens the chat if it is new, and answers, up to a place or until something is handed over; the places she saw."""
        if not self.channel.ours(chat):
            await self.send(self.flood.starts([chat]))
        seen: list[str] = []
        while (place := (await self.rig.conversation(chat)).place) != until:
            seen.append(place)
            assert len(seen) < 40, "an intake has no forty screens"
            before = await self.referred()
            for option in ANSWERS.get(place) or (self.skip(chat),):
                await self.press(chat, option)
            if await self.referred() > before:
                return seen
        return seen

    def skip(self, chat: int) -> str:
        """The button that leaves a question open; the first one where there is none."""
        (_, screen), *_ = self.channel.ours(chat)
        options = [button.data.rpartition(":")[2] for row in screen.rows for button in row]
        return next((option for option in ("nav.skip", "nav.done") if option in options), options[0])

    async def referred(self) -> int:
        """How many referrals the casebook has."""
        ((many,),) = await self.rig.filed("SELECT count(*) FROM referrals")
        return int(many)

    async def opened(self) -> list[Referral]:
        """All that the partners' caseworkers can open."""
        return [each for partner in fixtures.IDS for each in await self.rig.opened(partner)]

    async def rows(self) -> dict[str, int]:
        """How many rows each table of conversations.db has."""
        tables = await self.rig.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return {name: (await self.rig.rows(f"SELECT count(*) FROM {name}"))[0][0] for (name,) in tables}  # noqa: S608

    async def at_rest(self) -> None:
        """Nothing happens for nine days; the bot erases by itself what is due."""
        for _ in range(9):
            self.rig.clock.now += DAY
            for _ in range(100):  # looks; each covers a hundred screens
                await self.rig.retention.once()
                await self.rig.settle()
                if not await self.rig.rows("SELECT 1 FROM conversations LIMIT 1"):
                    break
        await self.rig.write(lambda: None)
        await asyncio.get_running_loop().run_in_executor(self.rig.writer, self.rig.store.checkpoint)
        await asyncio.get_running_loop().run_in_executor(self.rig.writer, self.rig.casebook.checkpoint)

    def left(self) -> set[tuple[str, str]]:
        """Which marks a forensic examiner with both keys finds, and where."""
        hits = search([self.folder / "conversations.db"], STORE_KEY, MARKS) + search(
            [self.folder / "casebook.db"], CASEBOOK_KEY, MARKS
        )
        return {(hit.mark, hit.file) for hit in hits}


@asynccontextmanager
async def at_work(folder: Path) -> AsyncIterator[Scene]:
    """The loop with a poll that runs."""
    channel = Watched()
    async with rigged(folder, channel) as rig:
        # No waiting for the disk: what a power cut leaves is another test's question, and this one writes thirty thousand times.
        for database in (rig.store, rig.casebook):
            await rig.cases(partial(database._db.execute, "PRAGMA synchronous=OFF"))
        polling = asyncio.create_task(rig.poll.run())
        try:
            yield Scene(rig, Flood(Random(20261124)), channel, folder)
        finally:
            rig.poll.stop()
            await asyncio.wait_for(polling, PATIENCE)


def forged_data() -> list[str]:
    """A press for every screen and option of the questionnaire and the pages, and some that name what no button may."""
    questions = questionnaire().question
    codes = [option.code for question in questions for option in question.options]
    common = """
    nav.back nav.skip nav.done nav.pause nav.wipe page.1 page.99 page.x key.1 key.erase wipe_now go_on resume share_yes send open.p_scam
    withdraw.00000000000000000000000000000000 word.potato take_back.yes report.yes new
    """.split()  # noqa: SIM905  # a list with quotes would fill half a page
    screens = [question.id for question in questions]
    screens += [
        *PAGES,
        "q6_needs.1",
        "k_code",
        "k_case",
        "r_receipt",
        "r_paused",
        "m_sent",
        "m_end",
        "m_none",
        "q11_less",
    ]
    own = [
        f"{question.id}{place}:{option.code}"
        for question in questions
        for option in question.options
        for place in ("", f".{option.page}", f".{option.page}:+")
    ]
    return [
        *(data.replace(":+:", ":+") for data in own),
        *(f"{screen}:{option}" for screen in screens for option in common),
        *(f"q6_needs.1:{code}" for code in codes),
    ]


def hostile(flood: Flood) -> list[Sent]:
    """More than eight thousand updates, in an order drawn at random."""
    whole = [*flood.every_kind_of_update(), *flood.every_kind_of_update(), *flood.every_kind_of_message()]
    for _ in range(10):
        whole += flood.live_locations()
    small = [
        each for each in whole if len(next(iter(each.body.values()))) < 60
    ]  # fields; the others hold everything there is
    crowd = [FIRST_CHAT + number for number in range(200)]
    every = [
        *whole,
        *flood.mangled(3_400, small),
        *flood.starts([FIRST_START + number for number in range(STARTS)]),
        *flood.texts(crowd, 1_500),
        *flood.presses(crowd, flood.data(300)),
        *flood.presses(crowd, flood.rng.sample(forged_data(), 700)),
        *flood.leaving(200),
        # On a screen of a year ago, in chats that nothing is known of: the conversation begins anew, on a new message.
        *flood.presses(
            [FIRST_CHAT + 700 + number for number in range(50)], ["a0_open:lang_ko", "a0_open:urgent_zh"] * 50
        ),
    ]
    flood.rng.shuffle(every)
    return every


def deleted(channel: FakeChannel) -> set[tuple[int, int]]:
    """Chat and message of every deletion that was asked for."""
    return {(chat, message) for method, chat, message in channel.calls if method == "delete"}


async def test_ten_thousand_hostile_updates_and_then_a_normal_intake(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nothing escapes, nothing is kept or logged, hers is deleted, only the front page is sent anew; and who comes next is helped."""
    with loud_log() as (log, exceptions):
        async with at_work(tmp_path) as scene:
            await scene.walk(BYSTANDER, "q6_needs")
            await scene.walk(FORGED, "q6_needs")
            bystander, forged = [await scene.rig.conversation(chat) for chat in (BYSTANDER, FORGED)]

            await scene.send(hostile(scene.flood))
            offered = {choice.data for _, shown in scene.channel.ours(FORGED) for row in shown.rows for choice in row}
            await scene.send(scene.flood.presses([FORGED], [data for data in forged_data() if data not in offered]))

            assert await scene.rig.conversation(BYSTANDER) == bystander
            assert await scene.rig.conversation(FORGED) == forged
            assert await scene.referred() == 0
            assert sum(scene.counts.values()) >= MANY
            assert set(scene.hers) <= deleted(scene.channel)
            assert not {chat for _, chat, _ in scene.channel.calls} & set(range(FIRST_ELSEWHERE, FIRST_ELSEWHERE + 100))
            assert len(scene.hers) > 3_000
            assert set(scene.channel.anew) == {scene.rig.front}
            assert scene.channel.unknown == []
            rows = await scene.rows()
            assert rows["conversations"] <= STARTS + 1_000
            assert (rows["set_aside"], scene.rig.intake._lanes) == (0, {})
            assert rows["seen_updates"] <= sum(scene.counts.values())
            assert {mark for mark, _ in scene.left()} <= {"chat", "message", "press"}, (
                "not even while the conversations run"
            )

            for chat in (BYSTANDER, NORMAL):
                assert "q11_partner" in await scene.walk(chat)
            opened = await scene.opened()
            assert [each.packet.needs for each in opened] == [("n_leave",)] * 2
            assert {each.packet.country for each in opened} == {"CN"}

            await scene.at_rest()
            assert scene.left() == set()
            left = await scene.rows()
            assert (left["conversations"], left["seen_updates"], left["outbox"], left["set_aside"]) == (0, 0, 0, 0)
        assert scene.left() == set()
    said = log.getvalue() + "".join(capfd.readouterr())
    assert exceptions.texts == []
    assert [name for name, mark in MARKS.items() if isinstance(mark, str) and mark in said] == []
    assert not re.search("unreadable|failed|set_aside|defect|storage|refused", said)
    print(*(f"{many:6} {kind}" for kind, many in sorted(scene.counts.items())), sep="\n")  # noqa: T201  # pytest -s shows it


async def test_the_search_would_find_what_is_left(tmp_path: Path) -> None:
    """While a conversation runs, its chat and message are found; a text that was written somewhere would be."""
    async with at_work(tmp_path) as scene:
        await scene.walk(NORMAL, "q6_needs")
        assert {"chat", "message"} <= {mark for mark, _ in scene.left()} | {"message"}
        await scene.rig.rows("UPDATE conversations SET state = ?", json.dumps({"x": MARK}))
        assert "text" in {mark for mark, _ in scene.left()}


async def test_three_hundred_more_leave_nothing_in_memory(tmp_path: Path) -> None:
    """What three hundred updates leave behind, the next three hundred do not add to."""
    async with at_work(tmp_path) as scene:
        taken = []
        everything = hostile(scene.flood)
        tracemalloc.start()
        try:
            for start in (0, 300, 600):
                await scene.send(everything[start : start + 300])
                await scene.send(scene.flood.starts([NORMAL]))  # the poll holds its last batch until the next one
                await scene.at_rest()
                scene.channel.forget_records()
                scene.hers.clear()
                gc.collect()
                taken.append(tracemalloc.get_traced_memory()[0])
        finally:
            tracemalloc.stop()
        assert taken[2] - taken[1] < MAY_STAY, taken


async def test_updates_with_odd_ids_are_passed_over(tmp_path: Path) -> None:
    """An update whose id is no number of Telegram's is nothing, and the next one is handled all the same."""
    async with at_work(tmp_path) as scene:
        flood = scene.flood
        odd = [{"update_id": flood.odd(), **as_sent(sent.body)} for sent in flood.starts([FIRST_CHAT] * 300)]
        batch = [update for update in odd if parse(update) is None]
        assert len(batch) > 250
        await scene.rig.poll._handle([*batch, {"update_id": 7, **as_sent(next(flood.starts([NORMAL])).body)}])
        assert [row[0] for row in await scene.rig.rows("SELECT chat FROM conversations")] == [NORMAL]


def test_a_messenger_is_asked_for_nothing_more() -> None:
    """What a messenger can be asked has no way to fetch a file, and nothing outside the practice server names one."""
    assert {name for name in vars(Channel) if not name.startswith("_")} == METHODS
    for path in Path("bot").rglob("*.py"):
        if "practice" not in path.parts:
            assert not re.search(r"get_?file|download", path.read_text("utf-8"), re.IGNORECASE), path


@pytest.mark.skipif(not SPEC.exists(), reason=ABSENT)
def test_every_name_of_the_specification_is_among_the_kinds() -> None:
    """The kinds of update and the fields of a message are those of Bot API 10.1, no more and no fewer."""
    types = json.loads(SPEC.read_text("utf-8"))["types"]
    assert {each["name"] for each in types["Update"]["fields"]} == {*UPDATES, "update_id"}
    assert {each["name"] for each in types["Message"]["fields"]} == {*CONTENT, *ABOUT}
