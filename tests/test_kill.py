"""The bot is killed again and again while people tap: no tap is lost, and every consent gives one referral."""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from bot.practice.answers import Call
from bot.practice.botapi import PracticeServer
from tests.conftest import FIGURE, LONG
from tests.operated import count, handed_over, make_place, start_bot
from tests.practice_server import running_practice
from tests.practised import Practised, random_answers

PERSONS = 20  # issue 2, "What must be shown"
KILLS = 50 if LONG else 6
SEED = int(os.environ.get("NARU_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
KINDS = ("urgent", "short", "long", "third", "wiped", "paused")
_JITTER = 0.02  # seconds, at most, from what triggers a kill to the kill: about as long as a tap takes to be handled
_QUIET = 0.1  # seconds between looks at the queue when nothing else happens


@dataclass
class Victim:
    """The bot, killed at random moments and started again."""

    folder: Path
    server: PracticeServer
    persons: list[Practised]
    log: IO[bytes]
    chance: random.Random
    kills: int = 0
    cold_starts: list[float] = field(default_factory=list)  # seconds from the start of the process to its first poll
    recoveries: list[float] = field(default_factory=list)  # seconds from a kill to the next poll

    async def suffer(self, kills: int, over: asyncio.Event) -> None:
        """Be killed so many times; the last start stays. Sets `over` when no further kill comes."""
        killed = None
        while True:
            started, calls = time.monotonic(), len(self.server.calls)
            process = await start_bot(self.folder, self.log)
            polled = asyncio.create_task(self._called(lambda call: call.method == "getUpdates", calls, 1))
            if self.kills < kills:
                await self._moment(calls)
                await self._kill(process)
            if polled.done() or self.kills >= kills:
                now = await polled
                self.cold_starts.append(now - started)
                if killed is not None:
                    self.recoveries.append(now - killed)
            polled.cancel()
            if process.returncode is None:
                break
            killed = time.monotonic()
        over.set()
        self.process = process

    async def _moment(self, since: int) -> None:
        """Wait for the moment to kill it: anywhere in its start or work, or just when a referral is on its way."""
        await self._called(lambda _: True, since, self.chance.randint(1, 150))
        if self.kills % 2:
            chat = await self._consent()
            since = len(self.server.calls)
            await self._called(lambda call: call.params.get("chat_id") == chat, since, 1)

    async def _consent(self) -> int:
        """Wait until somebody presses a button that hands her over; her chat."""
        before, wake = [each.consents for each in self.persons], asyncio.Event()
        with self.server.account.listening(wake.set):
            while True:
                for person, known in zip(self.persons, before, strict=True):
                    if person.consents > known:
                        return person.chat
                wake.clear()
                await wake.wait()

    async def _kill(self, process: asyncio.subprocess.Process) -> None:
        asyncio.get_running_loop().call_later(self.chance.random() * _JITTER, process.kill)
        assert await process.wait() == -signal.SIGKILL, "it ended before it was killed"
        self.kills += 1

    async def _called(self, fits: Callable[[Call], bool], since: int, times: int) -> float:
        """Wait until the bot made so many calls that fit, from the `since`-th on, and say when."""
        wake, calls = asyncio.Event(), self.server.calls
        with self.server.account.listening(wake.set):
            while True:
                while since < len(calls) and times:
                    times -= fits(calls[since])
                    since += 1
                if not times:
                    return time.monotonic()
                wake.clear()
                await wake.wait()

    async def stop(self) -> int:
        """End it as systemd does, once nothing is left to do; the exit code."""
        wake = asyncio.Event()
        with self.server.account.listening(wake.set):
            async with asyncio.timeout(30):
                while await asyncio.to_thread(count, self.folder, "outbox WHERE NOT scheduled"):
                    wake.clear()
                    await asyncio.wait([asyncio.create_task(wake.wait())], timeout=_QUIET)
        self.process.terminate()
        return await self.process.wait()


async def walk(person: Practised, kind: str, chance: random.Random) -> None:
    """One whole conversation, from the front page to the front page."""
    answers = random_answers("long" if kind in ("wiped", "paused") else kind, chance)
    if kind == "paused":
        answers["q2_phone"] = ("ph_mine",)  # on a phone that somebody looks through nothing can be put aside
    stop = chance.choice(["q3_agree", "q5_country", "q6_needs"]) if kind in ("wiped", "paused") else ""
    await person.through(answers, until=stop)
    if kind == "wiped":
        await person.wipe()
        return
    if kind == "paused":
        await person.tap("nav.pause")
        told, code = dict(person.told), person.code
        await person.wipe()
        await person.through({"a0_open": answers["a0_open"], "q1_safe": ("safe_alone",)}, until="q2_phone")
        await person.tap("code")
        await person.enter_code(code)
        assert person.place == stop, "she goes on where she paused"
        person.told = told
        await person.through(answers)

    await person.decide(chance.choice)
    if person.place == "q5_country":  # the urgent path asks for it once help is on its way
        await person.through(answers)
        await person.decide(chance.choice)
    assert person.place in ("m_end", "m_none")
    await person.wipe()


async def live(person: Practised, chance: random.Random, over: asyncio.Event) -> int:
    """Whole conversations one after another, until no kill comes any more; how many."""
    await person.open()
    walks = 0
    while walks == 0 or not over.is_set():
        await walk(person, KINDS[(person.person.number + walks) % len(KINDS)], chance)
        walks += 1
    return walks


def summed(cases: list[list]) -> Counter[str]:  # type: ignore[type-arg]
    """Count the cases by everything that was handed over in each."""
    return Counter(repr(sorted(each.key() for each in case)) for case in cases if case)


async def test_nothing_is_lost_or_doubled_by_kills(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Twenty people tap through whole conversations while the bot is killed: every tap is answered, every consent arrives once."""
    chance = random.Random(SEED)
    over = asyncio.Event()
    async with running_practice() as (server, base_url):
        folder = make_place(tmp_path / "place", base_url)
        with (tmp_path / "log").open("wb") as log:
            persons = [Practised(server) for _ in range(PERSONS)]
            victim = Victim(folder, server, persons, log, random.Random(chance.random()))
            async with asyncio.TaskGroup() as group:
                group.create_task(victim.suffer(KILLS, over))
                lives = [group.create_task(live(each, random.Random(chance.random()), over)) for each in persons]
            ended = await victim.stop()

    arrived, said = handed_over(folder), (tmp_path / "log").read_text("utf-8")
    record_property(
        FIGURE,
        f"kill test: seed {SEED}, {victim.kills} kills, {sum(task.result() for task in lives)} conversations, "
        f"{sum(each.taps for each in persons)} taps, {sum(len(case) for case in arrived)} referrals, "
        f"slowest tap {max(each.slowest for each in persons):.1f} s, slowest recovery {max(victim.recoveries):.1f} s, "
        f"cold start {min(victim.cold_starts):.1f} to {max(victim.cold_starts):.1f} s",
    )
    assert summed(arrived) == summed([case for each in persons for case in each.cases]), f"seed {SEED}"
    assert (ended, victim.kills) == (0, KILLS)
    assert [count(folder, table) for table in ("outbox", "set_aside", "conversations", "paused")] == [0, 0, 0, 0]
    assert "failed" not in said
    assert "defect" not in said
