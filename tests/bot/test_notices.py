"""She is told that there is something new: once, by the neutral line, and never outside mode and band."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.channels import Unreachable
from bot.jobs import DELETE_AFTER
from referrals import casebook
from referrals.database import open_database
from referrals.filing import Routing
from tests.bot.rig import CASEBOOK_KEY, NOTICE, START, Rig
from tests.fakes import HER

HOUR, DAY = 3_600, 86_400  # seconds
CHINA = ZoneInfo("Asia/Shanghai")
BAND = "17-22"  # START is 15:30 in China
IN_BAND = START + 2 * HOUR


async def reach(rig: Rig, mode: str = "c_band", band: str | None = BAND, chat: int = HER) -> str:
    """She sent a referral and may be written to; its case."""
    case = f"{chat:032x}"
    routing = Routing(
        packet_id=f"{chat + 1:032x}", referral_id=f"{chat:032x}", case_id=case, verifier=f"{chat:064x}", kind="referral",
        partner="fictional", klass="normal", position=0, created=int(START), expires=int(START) + 30 * DAY,
    )  # fmt: skip
    await rig.cases(lambda: rig.casebook.receive(routing, b"fictional sealed file", int(START)))
    await rig.write(lambda: rig.store.handles.keep(chat, case, mode, band, "CN", rig.clock.now))
    return case


async def accepted(rig: Rig, chat: int = HER) -> None:
    """A caseworker takes her case: something she would want to hear."""
    await rig.cases(lambda: rig.casebook.accept(f"{chat:032x}", int(rig.clock.now)))


async def completed(rig: Rig, chat: int = HER) -> None:
    """And later something more."""
    await rig.cases(lambda: rig.casebook.complete(f"{chat:032x}", int(rig.clock.now)))


async def look(rig: Rig, seconds: float = 0) -> None:
    """Time passes; then the notices look once, and the outbox does what is due."""
    rig.clock.now += seconds
    await rig.notices.once()
    await rig.settle()


def lines(rig: Rig, chat: int = HER) -> int:
    """How often the neutral line was ever put into a chat."""
    return rig.fake.history.count((chat, NOTICE))


def hour(rig: Rig) -> int:
    """The hour on her clock."""
    return datetime.fromtimestamp(rig.clock.now, CHINA).hour


async def test_one_line_comes_when_the_band_opens(rig: Rig) -> None:
    """Not before, and once although something more happens; the line is no conversation."""
    await reach(rig)
    await accepted(rig)
    while hour(rig) < 17:
        await look(rig, 60)
        assert lines(rig) == (hour(rig) >= 17)
    await completed(rig)
    for _ in range(5):
        await look(rig, HOUR)
    assert lines(rig) == 1
    assert [screen for _, screen in rig.fake.ours(HER)] == [NOTICE]
    assert await rig.held() is None


@pytest.mark.parametrize("mode", ["c_return", "c_none"])
async def test_in_the_other_modes_nothing_is_ever_sent(rig: Rig, mode: str) -> None:
    """Over a day and a half, whatever happens."""
    await reach(rig, mode, None)
    await accepted(rig)
    for _ in range(36):
        await look(rig, HOUR)
    assert rig.fake.calls == []


async def test_at_any_time_is_at_once(rig: Rig) -> None:
    """Without a band the line comes at the next look."""
    await reach(rig, "c_any", None)
    await accepted(rig)
    await look(rig)
    assert lines(rig) == 1


async def test_an_outage_through_the_end_of_the_band_sends_nothing_until_the_next(rig: Rig) -> None:
    """The messenger is away from the band's first hour to an hour after its end; the line comes on the next day, in the band."""
    await reach(rig)
    await accepted(rig)
    rig.clock.now = IN_BAND
    rig.fake.fail("show_front", *(Unreachable() for _ in range(500)))
    while hour(rig) != 23:
        await look(rig, 60)
    tried = 500 - len(rig.fake._faults["show_front"])
    assert 3 <= tried <= 7  # at 5, 10, 20, 40 minutes' distance, for each try may have put a line there
    rig.fake._faults.clear()
    while hour(rig) != 17:
        await look(rig, 60)
        assert lines(rig) == (hour(rig) == 17)
    await look(rig, 60)
    assert lines(rig) == 1


async def test_a_line_that_was_queued_too_late_is_not_sent(rig: Rig) -> None:
    """Queued in the band and looked at again after it, as when the outbox was busy or down for hours."""
    await reach(rig)
    await accepted(rig)
    rig.clock.now = IN_BAND
    await rig.notices.once()
    assert await rig.queued() == ["notice"]
    rig.clock.now += 5 * HOUR
    await rig.settle()
    assert (await rig.queued(), rig.fake.calls) == ([], [])
    await look(rig, 20 * HOUR)
    assert lines(rig) == 1


async def test_nothing_is_sent_into_a_running_conversation(rig: Rig) -> None:
    """Neither found so by the look, nor begun after it; once it is over, the line comes."""
    await reach(rig)
    await accepted(rig)
    rig.clock.now = IN_BAND
    await rig.start()
    await look(rig)
    assert lines(rig) == 0
    await rig.write(lambda: rig.store.forget(HER, rig.clock.now))
    await rig.notices.once()
    await rig.start()
    await rig.settle()
    assert (lines(rig), await rig.queued()) == (0, [])
    await rig.write(lambda: rig.store.forget(HER, rig.clock.now))
    await look(rig)
    assert lines(rig) == 1


async def test_after_she_returned_new_things_are_told_again(rig: Rig) -> None:
    """What she saw with her code is not told; the casebook hears that she knows, and what happens then makes a second line."""
    case = await reach(rig)
    await accepted(rig)
    await look(rig, 2 * HOUR)
    await rig.write(lambda: rig.store.handles.returned(HER, case, rig.clock.now))
    await look(rig, 60)
    assert (lines(rig), await rig.cases(rig.casebook.news)) == (1, [])
    await completed(rig)
    await look(rig, 60)
    assert lines(rig) == 2


async def test_news_is_kept_until_she_knows(rig: Rig) -> None:
    """Being told by a line is not knowing: until she returned, the casebook still has it."""
    case = await reach(rig)
    await accepted(rig)
    await look(rig, 2 * HOUR)
    assert lines(rig) == 1
    assert await rig.cases(rig.casebook.news) == [case]


async def test_one_case_that_can_not_be_read_keeps_no_other_untold(rig: Rig, tmp_path: Path) -> None:
    """The casebook is locked by another program for a moment: who is due already is told all the same."""
    case = await reach(rig, "c_any", None)
    await rig.write(lambda: rig.store.handles.news(case))
    await rig.write(lambda: rig.store.handles.keep(HER + 1, "f" * 32, "c_any", None, "CN", START))
    await rig.write(lambda: rig.store.handles.returned(HER + 1, "f" * 32, START))
    await rig.cases(lambda: rig.casebook._db.execute("PRAGMA busy_timeout=0").fetchone())
    other = open_database(tmp_path / "casebook.db", CASEBOOK_KEY, casebook.migrations())
    other.execute("BEGIN IMMEDIATE")
    await look(rig)
    other.execute("ROLLBACK")
    other.close()
    assert lines(rig) == 1


async def test_the_line_goes_before_telegram_would_keep_it(rig: Rig) -> None:
    """Nobody answered it: after 47 hours it is gone, and so is every job with her chat in it."""
    await reach(rig)
    await accepted(rig)
    await look(rig, 2 * HOUR)
    rig.clock.now += DELETE_AFTER - 60
    await rig.settle()
    assert len(rig.fake.ours(HER)) == 1
    await look(rig, 120)
    assert rig.fake.ours(HER) == []
    assert await rig.rows("SELECT * FROM outbox") == []
