"""What is erased by itself, and when."""

import pytest

from bot.dialogue.conversation import NOBODY
from bot.dialogue.events import Event
from tests.bot.rig import MEDIAN, URGENT, Rig
from tests.fakes import HER

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


async def test_one_that_fails_keeps_nothing_else_from_being_erased(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect in the casebook's part is noted; update ids are erased all the same."""

    def broken(_: int) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(rig.casebook, "release", broken)
    await rig.start()
    rig.clock.now += 9 * DAY
    await rig.retention.once()
    assert await rig.rows("SELECT * FROM seen_updates") == []
