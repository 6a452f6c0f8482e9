"""The bot is killed at every named point between two durable steps: no tap is lost, and every consent gives one referral."""

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import FIGURE, LONG
from tests.failing import POINTS
from tests.operated import count, environment, handed_over, make_place
from tests.practice_server import running_practice
from tests.practised import Practised
from tests.test_kill import Victim, live, summed
from tools.words import ROOT

PERSONS = 6
SEED = int(os.environ.get("NARU_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
# Reached only while a person has no page yet, or at a start: these come first, and their first passing kills.
_RARE = ("show_front", "shown", "_tidy")
SAMPLE = len(POINTS) if LONG else 8  # `make long` takes every point
_LATEST_PASSING = 6  # a point is passed up to so many times before the kill: somewhere within the conversations
_REACHED = 60  # seconds in which a point must be reached under this load, also on a busy machine


def rare(name: str) -> bool:
    """Whether a point is passed too seldom to wait for a later passing."""
    return name.endswith(_RARE)


def _turn(name: str) -> int:
    """Where a point stands in the order: the rarer, the earlier."""
    return next((place for place, rare_one in enumerate(_RARE) if name.endswith(rare_one)), len(_RARE))


@dataclass
class Armed(Victim):
    """The bot, started again and again with the next point armed, and left alone after the last."""

    points: list[str] = field(default_factory=list)

    async def suffer(self, kills: int, over: asyncio.Event) -> None:
        """Be killed at each point in turn, and `kills` times at random after them. Sets `over` when no further kill comes."""
        for name in self.points:
            started = time.monotonic()
            process = await self._armed(name, 1 if rare(name) else self.chance.randint(1, _LATEST_PASSING))
            try:
                async with asyncio.timeout(_REACHED):
                    ended = await process.wait()
            except TimeoutError:
                raise AssertionError(f"{name}: this point was not reached (seed {SEED})") from None
            assert ended == -signal.SIGKILL, f"{name}: the program ended by itself (seed {SEED})"
            self.kills += 1
            self.recoveries.append(time.monotonic() - started)
        await super().suffer(self.kills + kills, over)

    async def _armed(self, name: str, passing: int) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.failing", name, str(passing), "run",
            cwd=ROOT,
            env=environment(NARU_DATA_DIR=str(self.folder)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=self.log,
        )  # fmt: skip


async def test_nothing_is_lost_or_doubled_at_any_point(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Six people tap through whole conversations while the bot dies at one point after another."""
    chance = random.Random(SEED)
    over = asyncio.Event()
    points = sorted(chance.sample(sorted(POINTS), SAMPLE), key=_turn)
    async with running_practice() as (server, base_url):
        folder = make_place(tmp_path / "place", base_url)
        with (tmp_path / "log").open("wb") as log:
            persons = [Practised(server) for _ in range(PERSONS)]
            victim = Armed(folder, server, persons, log, random.Random(chance.random()), points=points)
            async with asyncio.TaskGroup() as group:
                group.create_task(victim.suffer(0, over))
                lives = [group.create_task(live(each, random.Random(chance.random()), over)) for each in persons]
            ended = await victim.stop()
    record_property(
        FIGURE,
        f"failpoints: seed {SEED}, {victim.kills} of {len(POINTS)} points, "
        f"{sum(task.result() for task in lives)} conversations, slowest tap {max(each.slowest for each in persons):.1f} s",
    )
    assert summed(handed_over(folder)) == summed([case for each in persons for case in each.cases]), f"seed {SEED}"
    assert (ended, victim.kills) == (0, SAMPLE)
    assert [count(folder, table) for table in ("outbox", "set_aside", "conversations", "paused")] == [0, 0, 0, 0]
