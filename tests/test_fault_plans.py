"""Everything that can go wrong at Telegram's side, one plan after another, while people tap: no tap is lost, every consent arrives once."""

import asyncio
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.practice.botapi import PracticeServer
from tests.conftest import FIGURE, LONG
from tests.operated import count, handed_over, make_place, start_bot
from tests.practice_server import running_practice
from tests.practised import Practised
from tests.test_kill import KINDS, Victim, summed, walk

SEED = int(os.environ.get("NARU_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
ROUNDS = 4 if LONG else 1  # conversations of each person under each plan
PERSONS = 4
SAMPLE = 3  # plans of one short run; `make long` takes each, alone
_METHODS = ("editMessageText", "answerCallbackQuery", "sendMessage", "getUpdates")


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes wrong, and how often in a row."""

    name: str
    kind: str
    times: int
    details: dict[str, object] = field(default_factory=dict)


PLANS = (
    *(Plan(f"responses lost after they took effect: {each}", "cut_after", 3, {"method": each}) for each in _METHODS),
    *(Plan(f"resets: {each}", "cut_before", 3, {"method": each}) for each in _METHODS),
    Plan("a storm of 429 with retry_after", "flood", 12, {"retry_after": 1}),
    Plan("a storm of 429 at the poll", "flood", 3, {"retry_after": 1, "method": "getUpdates"}),
    Plan("5xx for a while", "server_error", 10, {"status": 502}),
    Plan("5xx at the poll", "server_error", 2, {"status": 500, "method": "getUpdates"}),
    Plan("a proxy's page in place of an answer", "html", 6, {"status": 503}),
    Plan("answers that take their time", "delay", 8, {"seconds": 0.7}),
)


@pytest.mark.parametrize("plan", PLANS if LONG else [None], ids=lambda plan: getattr(plan, "name", "a few in a row"))
async def test_a_plan_ends_with_nothing_lost_or_doubled(
    plan: Plan | None, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """People walk through whole conversations; under each plan everybody's conversation ends, and what arrived is what was agreed."""
    chance = random.Random(SEED)
    plans = chance.sample(PLANS, SAMPLE) if plan is None else [plan]
    async with running_practice() as (server, base_url):
        folder = make_place(tmp_path / "place", base_url)
        with (tmp_path / "log").open("wb") as log:
            process = await start_bot(folder, log)
            persons = [Practised(server) for _ in range(PERSONS)]
            for person in persons:
                await person.open()
            for each in plans:
                await _suffered(server, each, persons, chance)
            victim = Victim(folder, server, persons, log, chance)
            victim.process = process
            ended = await victim.stop()
    said = (tmp_path / "log").read_text("utf-8")
    taps, slowest = sum(each.taps for each in persons), max(each.slowest for each in persons)
    record_property(FIGURE, f"fault plans: seed {SEED}, {len(plans)} plans, {taps} taps, slowest {slowest:.1f} s")
    assert summed(handed_over(folder)) == summed([case for each in persons for case in each.cases]), f"seed {SEED}"
    assert [count(folder, table) for table in ("outbox", "set_aside", "conversations", "paused")] == [0, 0, 0, 0]
    assert ended == 0
    assert "defect" not in said


async def _suffered(server: PracticeServer, plan: Plan, persons: list[Practised], chance: random.Random) -> None:
    """One plan: its faults strike somewhere in the conversations of everybody."""
    server.faults.add(plan.kind, times=plan.times, **plan.details)  # type: ignore[arg-type]  # Fault checks the names
    async with asyncio.TaskGroup() as group:
        for person in persons:
            group.create_task(_walks(person, chance.randrange(len(KINDS)), random.Random(chance.random())))
    server.faults.clear()


async def _walks(person: Practised, kind: int, chance: random.Random) -> None:
    for number in range(ROUNDS):
        await walk(person, KINDS[(kind + number) % len(KINDS)], chance)
