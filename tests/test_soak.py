"""Days of mixed work in compressed time: what is stored, held in memory and kept open does not grow beyond the open work."""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.dialogue.conversation import FRONT
from tests.bot.rig import MEDIAN, URGENT, Rig, rigged
from tests.conftest import FIGURE, LONG

DAYS = 30 if LONG else 4
PEOPLE_AN_HOUR = 4 if LONG else 1
SEED = int(os.environ.get("NARU_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
FIRST_CHAT = 5_000_001  # fictional; everybody is somebody new
_HOUR = 3_600  # seconds
_MEMORY_SLACK = (
    24 * 1024 * 1024
)  # bytes by which memory may differ from day to day: caches that fill, and the allocator's own
_FILE_SLACK = 1.25  # the file of conversations.db against its largest of the first half


@dataclass
class Day:
    """What was measured at the end of one day, after retention."""

    memory: int  # bytes of this process
    handles: int  # open files and sockets
    conversations: int  # bytes of conversations.db with its log
    logs: int  # bytes of both write-ahead logs
    overhead: float  # bytes of casebook.db for each byte of sealed files in it
    rows: int  # of conversations, paused, handles and unscheduled jobs


async def _visit(rig: Rig, chat: int, chance: random.Random) -> None:
    """One person: she hands something over, goes away in the middle, wipes, or only looks."""
    kind = chance.choice(["urgent", "median", "idle", "wiped", "paused", "looks"])
    await rig.start(chat)
    if kind == "urgent":
        await rig.tap(*URGENT, chat=chat)
    elif kind != "looks":
        await rig.tap(*(MEDIAN if kind == "median" else MEDIAN[: chance.randint(1, 9)]), chat=chat)
    await rig.settle()
    if kind == "median":
        await rig.tap(chance.choice(["share_yes", "share_no"]), chat=chat)
    elif kind == "paused" and "nav.pause" in _offered(rig, await rig.conversation(chat)):
        await rig.tap("nav.pause", chat=chat)
    elif kind in ("wiped", "paused") and (await rig.conversation(chat)).place != FRONT:
        await rig.tap("nav.wipe", chat=chat)
    await rig.settle()


def _offered(rig: Rig, conversation: object) -> set[str]:
    return {choice.option for row in rig.screen(conversation).rows for choice in row}  # type: ignore[arg-type]


async def _hour(rig: Rig, chats: range, chance: random.Random) -> None:
    """One hour: people come, time goes on, retention and notices look as often as they find something."""
    for chat in chats:
        await _visit(rig, chat, chance)
    for minutes in (4, 16, 40):
        rig.clock.now += minutes * 60
        await rig.retention.once()
        await rig.notices.once()
        await rig.settle()


def _of_this_process(folder: Path) -> tuple[int, int, dict[str, int]]:
    """Bytes of memory, number of open files, and the size of each file of the databases."""
    memory = int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGESIZE")
    sizes = {path.name: path.stat().st_size for path in folder.glob("*.db*")}
    return memory, len(list(Path("/proc/self/fd").iterdir())), sizes


async def _measured(rig: Rig, folder: Path) -> Day:
    await rig.retention.once()  # its last step folds the logs
    memory, handles, sizes = _of_this_process(folder)
    ((sealed,),) = await rig.filed("SELECT coalesce(sum(length(sealed)), 0) FROM packets")
    tables = ("conversations", "paused WHERE expires < 0", "outbox WHERE NOT scheduled")
    rows = [(await rig.rows(f"SELECT count(*) FROM {table}"))[0][0] for table in tables]  # noqa: S608  # a test's own words
    return Day(
        memory=memory,
        handles=handles,
        conversations=sum(size for name, size in sizes.items() if name.startswith("conversations")),
        logs=sum(size for name, size in sizes.items() if name.endswith("-wal")),
        overhead=sizes["casebook.db"] / max(1, sealed),
        rows=sum(rows),
    )


async def test_nothing_grows_beyond_the_open_work(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Each day's end is held against the first half of the days: memory, handles, files, logs, and rows that should be gone."""
    chance, days = random.Random(SEED), list[Day]()
    async with rigged(tmp_path) as rig:
        for day in range(DAYS):
            for hour in range(24):
                first = FIRST_CHAT + (day * 24 + hour) * PEOPLE_AN_HOUR
                await _hour(rig, range(first, first + PEOPLE_AN_HOUR), chance)
            days.append(await _measured(rig, tmp_path))
    half = len(days) // 2
    before, after = days[:half], days[half:]
    record_property(
        FIGURE,
        f"soak: seed {SEED}, {DAYS} days, {DAYS * 24 * PEOPLE_AN_HOUR} people; memory {before[-1].memory >> 20} to "
        f"{after[-1].memory >> 20} MiB, handles {before[0].handles} to {after[-1].handles}, conversations.db "
        f"{max(each.conversations for each in before) >> 10} to {max(each.conversations for each in after) >> 10} KiB, "
        f"casebook {after[-1].overhead:.2f} bytes for each sealed byte",
    )
    assert max(each.memory for each in after) <= max(each.memory for each in before) + _MEMORY_SLACK
    assert max(each.handles for each in after) <= max(each.handles for each in before)
    assert max(each.conversations for each in after) <= max(each.conversations for each in before) * _FILE_SLACK
    assert all(each.logs == 0 for each in days), "what was erased is still in a log"
    assert all(each.rows == 0 for each in days), "a conversation or a job outlived its time"
    assert after[-1].overhead <= before[-1].overhead * _FILE_SLACK
