"""What was erased is carried to the second place as soon as it can be; trouble there is told, and stops nothing."""

import asyncio
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import second_place
from bot.retention import Retention
from referrals import tombstones
from tests.bot.rig import MEDIAN, Rig

DAY, HOUR = 86_400, 3_600  # seconds


def _retention(rig: Rig, folder: Path | None) -> Retention:
    return Retention(rig.store, rig.casebook, rig.intake, rig.ring, rig.writer, rig.clock, second_place=folder)


async def _handed_over(rig: Rig) -> None:
    await rig.start()
    await rig.tap(*MEDIAN, "share_yes")
    await rig.settle()


async def _alarms(rig: Rig) -> int:
    return sum(row[0] for row in await rig.rows("SELECT count FROM alarms WHERE kind = ?", second_place.ALARM))


async def _kept(rig: Rig) -> int:
    return int((await rig.filed("SELECT count(*) FROM tombstones"))[0][0])


async def test_what_was_erased_is_carried_at_the_next_look(rig: Rig, tmp_path: Path) -> None:
    """A sealed file whose time is over stands there by its id, and is struck off here."""
    await _handed_over(rig)
    ids = {row[0] for row in await rig.filed("SELECT packet_id FROM packets")}
    retention = _retention(rig, tmp_path)
    await retention.once()
    rig.clock.now += 31 * DAY
    await retention.once()
    found = tombstones.read(tmp_path, datetime.fromtimestamp(rig.clock.now, UTC))
    assert ids
    assert {each for kind, each in found if kind == "packet"} == ids
    assert await _kept(rig) == 0
    assert await _alarms(rig) == 0


async def test_files_that_no_backup_reaches_back_to_are_forgotten(rig: Rig, tmp_path: Path) -> None:
    """Every day has its file, also one on which nothing was erased; the eighth day back has none any more."""
    retention = _retention(rig, tmp_path)
    for _ in range(12):
        await retention.once()
        rig.clock.now += DAY
    found = await asyncio.to_thread(lambda: list(tmp_path.glob("erased-*.ids")))
    assert len(found) == 8


async def test_without_a_second_place_nothing_is_remembered(rig: Rig) -> None:
    """A list of what was erased does not grow beside the casebook for years."""
    await _handed_over(rig)
    rig.clock.now += 31 * DAY
    await _retention(rig, None).once()
    assert await _kept(rig) == 0


async def test_a_place_that_is_gone_is_an_alarm_once_an_hour_and_stops_no_erasing(rig: Rig, tmp_path: Path) -> None:
    """Sealed files go in their time; what was erased waits, and is carried when the place is back."""
    await _handed_over(rig)
    retention = _retention(rig, tmp_path / "gone")
    rig.clock.now += 31 * DAY
    for _ in range(5):
        await retention.once()
    assert await rig.filed("SELECT * FROM packets") == []
    assert await _alarms(rig) == 1
    waiting = await _kept(rig)
    assert waiting > 0
    rig.clock.now += HOUR
    await retention.once()
    assert await _alarms(rig) == 2
    (tmp_path / "gone").mkdir()
    await retention.once()
    assert await _kept(rig) == 0


async def test_a_place_that_hangs_stops_no_erasing(rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is waited for only so long, told once, and not asked again before it has ended."""
    await _handed_over(rig)
    answers, asked = threading.Event(), list[int]()

    def hang(*_: object) -> None:
        asked.append(1)
        answers.wait(60)

    monkeypatch.setattr(tombstones, "write", hang)
    monkeypatch.setattr(second_place, "_PATIENCE", 0.05)
    retention = _retention(rig, tmp_path)
    try:
        rig.clock.now += 31 * DAY
        for _ in range(3):
            await retention.once()
        assert await rig.filed("SELECT * FROM packets") == []
        assert (len(asked), await _alarms(rig)) == (1, 1)
        assert await _kept(rig) > 0
    finally:
        answers.set()
