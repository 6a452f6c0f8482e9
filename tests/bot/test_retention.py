"""What is erased by itself, and when."""

import pytest

from bot.dialogue.conversation import NOBODY
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
    assert all(day >= today - 2 for (day,) in await rig.rows("SELECT day FROM lookup_keys"))


async def test_update_ids_are_gone_after_eight_days(rig: Rig) -> None:
    """What was handled is remembered for as long as Telegram could send it again, and a week more."""
    await rig.start()
    rig.clock.now += 8 * DAY - HOUR
    await rig.retention.once()
    assert await rig.rows("SELECT * FROM seen_updates") != []
    rig.clock.now += 2 * HOUR
    await rig.retention.once()
    assert await rig.rows("SELECT * FROM seen_updates") == []


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
