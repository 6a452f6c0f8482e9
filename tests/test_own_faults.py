"""Faults of this machine under a running bot: nothing more can be written, no memory is left, somebody starts it twice. Nothing is lost.

What a single database does is in tests/referrals/test_database.py; this is the whole program, and what a person meets. The limits are
those of the kernel (`prlimit`), put on the running process and taken off again, as an operator frees a disk.
"""

import asyncio
import resource
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.practice.botapi import PracticeServer
from tests.conftest import FIGURE
from tests.fuzz.harm import Record
from tests.operated import count, handed_over, make_place, naru, start_bot
from tests.practice_server import running_practice
from tests.practised import Practised
from tests.test_kill import summed

ANSWERS = {
    "a0_open": ("lang_ko",), "q1_safe": ("safe_alone",), "q2_phone": ("ph_mine",), "q3_agree": ("agree",), "q4_urgent": ("urg_days",),
    "q5_country": ("CN",), "q8_with": ("w_child",), "q6_needs": ("n_leave",), "q7_situation": ("s_camera",), "q7b_danger": ("d_worse",),
    "q9_talk": ("t_f_ko",), "q10_contact": ("c_return",),
}  # fmt: skip
_LITTLE = 8 * 2**20  # bytes more than the bot has already: enough to go on, not for a return code's 64 MiB
_FREE = resource.RLIM_INFINITY


@dataclass
class Served:
    """A running bot, somebody who talks to it, and its log."""

    server: PracticeServer
    person: Practised
    place: Path
    bot: asyncio.subprocess.Process
    log: list[str] = field(default_factory=list)  # read from a pipe: a file could not be written either

    def limit(self, what: int, value: int) -> None:
        """Put a limit on the running bot, or take it off."""
        resource.prlimit(self.bot.pid, what, (value, _FREE))

    def take_memory(self) -> None:
        """Leave the running bot a little memory more than it has already."""
        pages = int(Path(f"/proc/{self.bot.pid}/statm").read_text("ascii").split()[0])
        self.limit(resource.RLIMIT_AS, pages * resource.getpagesize() + _LITTLE)

    async def said(self, words: str) -> None:
        """Read its log until it says something."""
        assert self.bot.stderr is not None
        async with asyncio.timeout(60):
            while not any(words in line for line in self.log):
                line = await self.bot.stderr.readline()
                assert line, "it ended"
                self.log.append(line.decode("utf-8"))

    async def stopped(self) -> int:
        """End it as systemd does."""
        self.bot.terminate()
        _, rest = await asyncio.wait_for(self.bot.communicate(), 20)
        self.log.append(rest.decode("utf-8"))
        assert self.bot.returncode is not None
        return self.bot.returncode


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Served]:
    """A bot that serves one person, for the length of a block."""
    async with running_practice() as (server, base_url):
        place = make_place(folder / "place", base_url)
        bot = await start_bot(place, asyncio.subprocess.PIPE)
        person = Practised(server)
        await person.open()
        try:
            yield Served(server, person, place, bot)
        finally:
            if bot.returncode is None:
                bot.kill()
                await bot.communicate()


async def _decided(person: Practised) -> None:
    """She agrees to the first card, and to no other."""
    await person.decide(lambda choices: "yes" if "yes" in choices and not person.handed else "no")


async def _ended(at: Served) -> None:
    """The bot ends well, and what she agreed to arrived once."""
    assert await at.stopped() == 0
    assert summed(handed_over(at.place)) == summed([at.person.handed])
    assert [count(at.place, table) for table in ("outbox", "set_aside")] == [0, 0]


async def test_nothing_can_be_written_for_a_while(tmp_path: Path, record_property: Record) -> None:
    """Every write fails: the bot says so, confirms nothing and goes on; once there is room, the same tap is answered, and nothing is lost.

    A second `naru run` meanwhile ends at once with one line, and harms nothing.
    """
    async with served(tmp_path) as at:
        await at.person.through(ANSWERS, until="q5_country")
        at.limit(resource.RLIMIT_FSIZE, 0)
        tap = asyncio.create_task(at.person.through(ANSWERS, until="q8_with"))
        await at.said("poll.storage")
        assert at.bot.returncode is None
        assert not tap.done()
        second = await asyncio.to_thread(naru, "run", NARU_DATA_DIR=str(at.place))
        told = [line for line in second.stderr.splitlines() if line.startswith("naru: ")]
        assert (second.returncode, len(told), "Traceback" in second.stderr) == (1, 1, False), second.stderr
        assert "run.lock" in told[0]
        began = time.monotonic()
        at.limit(resource.RLIMIT_FSIZE, _FREE)
        await tap
        record_property(
            FIGURE,
            f"no room to write: nothing lost, her tap answered {time.monotonic() - began:.1f} s after there was room",
        )
        await at.person.through(ANSWERS)
        await _decided(at.person)
        await _ended(at)
        assert not [line for line in at.log if "defect" in line]


async def test_no_memory_for_a_while(tmp_path: Path, record_property: Record) -> None:
    """A consent needs a return code, and that 64 MiB that are not there: nothing is set aside, and with memory her consent is kept."""
    async with served(tmp_path) as at:
        await at.person.through(ANSWERS)
        at.take_memory()
        deciding = asyncio.create_task(_decided(at.person))
        await at.said("poll.storage")
        assert at.bot.returncode is None
        assert not deciding.done()
        began = time.monotonic()
        at.limit(resource.RLIMIT_AS, _FREE)
        await deciding
        record_property(
            FIGURE, f"no memory: nothing lost, her consent kept {time.monotonic() - began:.1f} s after there was memory"
        )
        await _ended(at)
        assert not [line for line in at.log if "set_aside" in line]


@pytest.mark.long
async def test_no_memory_until_it_is_killed(tmp_path: Path) -> None:
    """The operator, or the kernel, ends the bot that has no memory: the next one keeps her consent, once."""
    async with served(tmp_path) as at:
        await at.person.through(ANSWERS)
        at.take_memory()
        deciding = asyncio.create_task(_decided(at.person))
        await at.said("poll.storage")
        at.bot.kill()
        await at.bot.communicate()
        at.bot = await start_bot(at.place, asyncio.subprocess.PIPE)
        await deciding
        await _ended(at)
