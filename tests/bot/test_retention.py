"""What is erased by itself, and when; and that nothing of it is left in the write-ahead logs."""

import asyncio
from pathlib import Path
from typing import Literal

import pytest

from bot.dialogue.conversation import NOBODY
from bot.dialogue.events import Event
from bot.handles import KEEP
from bot.retention import Retention
from bot.store import migrations
from referrals import casebook, fixtures
from referrals.database import open_database
from referrals.filing import Routing
from tests.bot.rig import CASEBOOK_KEY, MEDIAN, START, STORE_KEY, URGENT, Rig
from tests.fakes import HER
from tests.pages import Hit, search

HOUR, DAY = 3_600, 86_400  # seconds


@pytest.mark.parametrize(("path", "seconds"), [(("lang_ko", "safe_alone"), 600), (("urgent_ko", "u_locked"), 180)])
async def test_an_idle_screen_is_covered_and_erased(rig: Rig, path: tuple[str, ...], seconds: int) -> None:
    """After ten minutes, three on the urgent path, and not before; the chat then shows the front page."""
    await rig.start()
    await rig.settle()
    await rig.tap(*path)
    await rig.settle()
    rig.clock.now += seconds - 1
    await rig.retention.once()
    assert await rig.conversation() != NOBODY
    rig.clock.now += 2
    await rig.retention.once()
    await rig.settle()
    assert await rig.rows("SELECT * FROM conversations") == []
    assert [screen for _, screen in rig.fake.ours(HER)] == [rig.front]


async def test_a_paused_conversation_is_gone_after_its_hours(rig: Rig) -> None:
    """Unfinished: 24 hours."""
    await rig.start()
    await rig.settle()
    await rig.tap(*MEDIAN[:5], "nav.pause")
    rig.clock.now += 24 * HOUR - 60
    await rig.retention.once()
    assert len(await rig.rows("SELECT * FROM paused")) == 1
    rig.clock.now += 400
    await rig.retention.once()
    assert await rig.rows("SELECT * FROM paused") == []


async def test_lookup_keys_are_gone_after_72_hours(rig: Rig) -> None:
    """Today's and those of two days before are kept; none that is older."""
    for _ in range(6):
        await rig.start()
        rig.clock.now += DAY
        await rig.retention.once()
    await rig.start()
    today = int(rig.clock.now) // DAY
    assert await rig.rows("SELECT day FROM lookup_keys ORDER BY day") == [(today - 2,), (today - 1,), (today,)]


async def test_update_ids_are_gone_after_eight_days(rig: Rig) -> None:
    """What was handled is remembered for as long as Telegram could send it again, and a week more; what was set aside likewise."""
    await rig.start()
    await rig.intake.set_aside(7, 3)
    rig.clock.now += 8 * DAY - HOUR
    await rig.retention.once()
    assert len(await rig.rows("SELECT * FROM seen_updates")) == 2
    assert len(await rig.rows("SELECT * FROM set_aside")) == 1
    rig.clock.now += 2 * HOUR
    await rig.retention.once()
    assert await rig.rows("SELECT * FROM seen_updates") == []
    assert await rig.rows("SELECT * FROM set_aside") == []


async def test_sealed_packets_are_gone_after_thirty_days(rig: Rig) -> None:
    """Nobody acknowledged it: the partner's list is empty and no packet is left."""
    await rig.start()
    await rig.settle()
    await rig.tap(*URGENT)
    await rig.settle()
    rig.clock.now += 29 * DAY
    await rig.retention.once()
    assert await rig.filed("SELECT count(*) FROM packets") == [(1,)]
    rig.clock.now += DAY
    await rig.retention.once()
    assert await rig.filed("SELECT count(*) FROM packets") == [(0,)]


async def test_a_clock_set_back_does_not_stop_the_erasing(rig: Rig) -> None:
    """It had run thirty days ahead; back in the present, what is past its time still goes."""
    rig.clock.now += 30 * DAY
    await rig.retention.once()
    rig.clock.now -= 30 * DAY
    await rig.start()
    rig.clock.now += 9 * DAY
    await rig.retention.once()
    assert await rig.rows("SELECT * FROM seen_updates") == []


async def test_an_idle_screen_that_fails_keeps_no_other_uncovered(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect that one chat brings out is noted, and the next chat's screen is covered in the same look."""
    happen = rig.intake.happen

    async def failing(chat: int, event: Event) -> None:
        if chat == HER:
            raise ZeroDivisionError
        await happen(chat, event)

    monkeypatch.setattr(rig.intake, "happen", failing)
    await rig.start()
    rig.clock.now += 1  # hers is the first in the look
    await rig.start(HER + 1)
    rig.clock.now += 601
    await rig.retention.once()
    assert await rig.held() is not None
    assert await rig.held(HER + 1) is None


async def test_the_next_of_an_urgent_list_is_released(rig: Rig) -> None:
    """Thirty minutes of silence at the hub; the second partner then has what she ticked."""
    await rig.start()
    await rig.settle()
    await rig.tap(*URGENT, "go_on", "CN", "share_yes")
    await rig.settle()
    assert await rig.opened("CYBER") == []
    rig.clock.now += 31 * 60
    await rig.retention.once()
    assert [referral.packet.country for referral in await rig.opened("CYBER")] == ["CN"]


async def test_a_partner_suspended_since_she_ticked_it_is_not_released_to(rig: Rig) -> None:
    """The list is asked once more before the second partner gets what she ticked; its sealed file is erased unsent."""
    await rig.start()
    await rig.settle()
    await rig.tap(*URGENT, "go_on", "CN", "share_yes")
    await rig.settle()
    asked: list[Routing] = []

    def suspended(routing: Routing) -> Literal["no"]:
        asked.append(routing)
        return "no"

    retention = Retention(rig.store, rig.casebook, rig.intake, rig.ring, rig.writer, rig.clock, suspended)
    rig.clock.now += 31 * 60
    await retention.once()
    assert await rig.opened("CYBER") == []
    assert [(each.partner, each.klass, bool(each.recipients)) for each in asked] == [
        (fixtures.IDS["CYBER"], "now", True)
    ]
    assert sorted(await rig.filed("SELECT state FROM referrals")) == [("delivered",), ("revoked",)]
    unsent = "SELECT 1 FROM packets JOIN referrals USING (referral_id) WHERE state = 'revoked'"
    assert await rig.filed(unsent) == []


async def test_what_a_caseworker_did_is_news_once_it_stands(rig: Rig) -> None:
    """Ten minutes after it was done at the desk, at the next look."""
    await rig.start()
    await rig.settle()
    await rig.tap(*MEDIAN)
    await rig.settle()
    await rig.tap("share_yes")
    await rig.settle()
    (waiting,) = await rig.cases(rig.casebook.waiting)
    await rig.cases(lambda: rig.casebook.accept(waiting.referral_id, int(rig.clock.now), 1))
    rig.clock.now += 599
    await rig.retention.once()
    assert await rig.cases(rig.casebook.news) == []
    rig.clock.now += 1
    await rig.retention.once()
    assert len(await rig.cases(rig.casebook.news)) == 1


async def test_one_that_fails_keeps_nothing_else_from_being_erased(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect in the casebook's part is noted; update ids are erased all the same."""

    def broken(*_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(rig.casebook, "release", broken)
    await rig.start()
    rig.clock.now += 9 * DAY
    await rig.retention.once()
    assert await rig.rows("SELECT * FROM seen_updates") == []


async def test_tries_are_gone_after_48_hours_and_handles_after_14_days(rig: Rig) -> None:
    """Without anybody doing anything, and their keys with them."""
    await rig.write(lambda: rig.store.limits.count(HER, "code", START))
    await rig.write(lambda: rig.store.handles.keep(HER, "c" * 32, "c_any", None, "CN", START))
    rig.clock.now += 2 * DAY
    await rig.retention.once()
    assert await rig.rows("SELECT day FROM tries UNION ALL SELECT day FROM limit_keys") == []
    rig.clock.now = START + KEEP - 1
    await rig.retention.once()
    assert len(await rig.rows("SELECT * FROM handles")) == 1
    rig.clock.now += 301
    await rig.retention.once()
    assert await rig.rows("SELECT * FROM handles") == []


# ------------------------------------------------------------------------------------------------------- what is left


def left(folder: Path) -> list[Hit]:
    """Where her chat id stands in conversations.db and its log."""
    return search([folder / "conversations.db"], STORE_KEY, {"chat": HER})


async def _wiped(rig: Rig) -> None:
    """The erasing of everything else was done just now; then she opens the chat, answers, wipes, and all is carried out."""
    await rig.retention.once()
    await rig.start()
    await rig.settle()
    await rig.tap("lang_ko", "safe_alone", "nav.wipe")
    await rig.settle()
    assert await rig.rows("SELECT chat FROM conversations UNION ALL SELECT lane FROM outbox") == []


async def test_a_wipe_is_out_of_the_log_at_the_next_look(rig: Rig, tmp_path: Path) -> None:
    """Five seconds later, long before the erasing of other things, no page, free page or frame holds her chat id."""
    await _wiped(rig)
    assert {hit.kind for hit in left(tmp_path)} >= {"frame"}
    rig.clock.now += 5
    await rig.retention.once()
    assert left(tmp_path) == []


async def test_a_reader_in_the_way_is_not_waited_for_and_the_folding_is_tried_again(rig: Rig, tmp_path: Path) -> None:
    """While another program reads, wipes go on at once; when it has ended, the next look folds the log."""
    await _wiped(rig)
    reader = open_database(tmp_path / "conversations.db", STORE_KEY, migrations())
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM conversations").fetchone()
    rig.clock.now += 5
    begun = asyncio.get_running_loop().time()
    await rig.retention.once()
    assert asyncio.get_running_loop().time() - begun < 3  # seconds; waiting for the reader would take five
    assert left(tmp_path) != []
    reader.execute("ROLLBACK")
    reader.close()
    rig.clock.now += 5
    await rig.retention.once()
    assert left(tmp_path) == []


async def test_where_nothing_was_written_nothing_is_folded(rig: Rig) -> None:
    """A quiet bot leaves its disk alone."""
    await rig.retention.once()
    folded = await rig.cases(lambda: rig.store._folded)
    rig.clock.now += 5
    await rig.retention.once()
    assert await rig.cases(lambda: rig.store._folded) == folded == await rig.cases(lambda: rig.store._db.total_changes)


async def test_a_packet_stays_in_no_log_once_a_reader_has_ended(rig: Rig, tmp_path: Path) -> None:
    """A reader of the casebook keeps an expired packet in the log; the erasing is tried again soon, and then it is gone."""
    mark = "fictional sealed mark 5c1e"
    routing = Routing(
        packet_id="a" * 32, referral_id="b" * 32, case_id="c" * 32, verifier="5e" * 32, kind="referral",
        partner="fictional", klass="normal", position=0, created=int(START), expires=int(START) + 30 * DAY,
    )  # fmt: skip
    await rig.cases(lambda: rig.casebook.receive(routing, mark.encode(), int(START)))
    await rig.cases(lambda: rig.casebook._db.execute("PRAGMA busy_timeout=0").fetchone())
    reader = open_database(tmp_path / "casebook.db", CASEBOOK_KEY, casebook.migrations())
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM packets").fetchone()
    rig.clock.now += 31 * DAY
    await rig.retention.once()
    assert await rig.filed("SELECT count(*) FROM packets") == [(0,)]
    assert search([tmp_path / "casebook.db"], CASEBOOK_KEY, {"packet": mark}) != []
    reader.execute("ROLLBACK")
    reader.close()
    rig.clock.now += 5
    await rig.retention.once()
    assert search([tmp_path / "casebook.db"], CASEBOOK_KEY, {"packet": mark}) == []
