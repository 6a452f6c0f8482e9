"""The machine is lost, and a backup of two days ago is all there is: what people did since holds all the same."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from bot.place import CASEBOOK, CONVERSATIONS
from bot.restoring import Given, restore
from bot.retention import Retention
from referrals import backups, casebook_restored, fixtures, tombstones
from referrals.casebook_restored import Restored
from referrals.database import transaction
from referrals.desk.store import DESK_DB, DeskStore
from referrals.sealing import new_identity
from referrals.secret import Secret
from referrals.tombstones import Tombstone
from tests.bot.rig import CASEBOOK_KEY, MEDIAN, STORE_KEY, URGENT, Rig, rigged
from tests.replied import answer

OPERATOR, DESK_KEY = new_identity(b"\x07" * 32), Secret(b"d" * 32)
# Fictional chats: one will take back, one will erase all, one will read her reply, one comes back only afterwards, one is in danger.
BACK, GONE, READER, LATER, URGENTLY = 6_100_000_001, 6_100_000_002, 6_100_000_003, 6_100_000_004, 6_100_000_005
HOUR, DAY = 3_600, 86_400  # seconds


@dataclass
class Town:
    """What is left of it all."""

    folder: Path
    codes: dict[int, str] = field(default_factory=dict, repr=False)  # by chat
    referrals: dict[int, list[str]] = field(default_factory=dict)
    lost: float = 0.0  # when the machine was lost

    @property
    def second(self) -> Path:
        """The second place."""
        return self.folder / "second"

    def restored(self, erased: Sequence[Tombstone] | None) -> tuple[Path, Restored]:
        """A new place from the backup."""
        new = self.folder / f"new-{erased is not None}"
        new.mkdir()
        (made,) = backups.kept(self.folder / "backups")
        contents = backups.opened(made.path, OPERATOR.secret, datetime.fromtimestamp(self.lost, UTC))
        keys = {CASEBOOK: CASEBOOK_KEY, CONVERSATIONS: STORE_KEY, DESK_DB: DESK_KEY}
        result = restore(new, Given(made.path, contents, erased, keys, int(self.lost), secrets.token_bytes))
        return new, result

    def told(self) -> list[Tombstone]:
        """What was erased since the backup."""
        (made,) = backups.kept(self.folder / "backups")
        return tombstones.read(self.second, made.made)


async def _handed(rig: Rig, town: Town, chat: int) -> None:
    before = {row[0] for row in await rig.filed("SELECT referral_id FROM referrals")}
    await rig.start(chat)
    await rig.tap(*(URGENT if chat == URGENTLY else (*MEDIAN, "share_yes")), chat=chat)
    code = (await rig.conversation(chat)).fresh_code
    if code is not None:
        town.codes[chat] = code
        await rig.tap("nav.wipe", chat=chat)
    await rig.settle()
    after = await rig.filed("SELECT referral_id FROM referrals ORDER BY position, rowid")
    town.referrals[chat] = [each for (each,) in after if each not in before]


async def _returns(rig: Rig, town: Town, chat: int, *then: str) -> None:
    await rig.start(chat)
    await rig.tap("lang_ko", "safe_alone", "code", *(f"key.{digit}" for digit in town.codes[chat]), *then, chat=chat)


async def _answered(rig: Rig, town: Town, chat: int) -> None:
    """A caseworker writes to her."""
    (referral_id,) = town.referrals[chat]
    (partner,) = (await rig.filed("SELECT partner FROM referrals WHERE referral_id = ?", referral_id))[0]
    name = next(each for each, known in fixtures.IDS.items() if known == partner)
    (referral,) = [each for each in await rig.opened(name) if each.envelope.referral_id == referral_id]
    await rig.cases(lambda: answer(rig.casebook, referral, rig.clock(), "감자. 가상의 답입니다."))


async def _backed_up(rig: Rig, town: Town) -> None:
    def make() -> None:
        desk = DeskStore.opened(town.folder / "old" / DESK_DB, DESK_KEY, create=True)
        try:
            open_ones = {CASEBOOK: rig.casebook._db, DESK_DB: desk.db}
            now = datetime.fromtimestamp(rig.clock(), UTC)
            backups.make(open_ones, [OPERATOR.recipient], town.folder / "backups", now, secrets.token_bytes)
        finally:
            desk.close()

    await rig.cases(make)


async def _lived(rig: Rig, town: Town) -> None:
    """Five people; a backup; then one takes back, one erases all, one reads, and the erasures are carried; then all is lost."""
    retention = Retention(
        rig.store, rig.casebook, rig.intake, rig.ring, rig.writer, rig.clock, second_place=town.second
    )
    for chat in (BACK, GONE, READER, LATER, URGENTLY):
        await _handed(rig, town, chat)
    for chat in (READER, LATER):
        await _answered(rig, town, chat)
    await retention.once()
    await _backed_up(rig, town)
    rig.clock.now += HOUR
    await _returns(rig, town, BACK)
    await rig.tap(f"ref.{town.referrals[BACK][0][:8]}", "withdraw", chat=BACK)
    await _returns(rig, town, GONE)
    await rig.tap("erase_all", "erase.yes", chat=GONE)
    await _returns(rig, town, READER)
    await rig.tap(next(each for each in await _options(rig, READER) if each.startswith("reply.")), chat=READER)
    await rig.settle()
    for _ in range(3):
        rig.clock.now += 12 * HOUR
        await retention.once()
        await rig.settle()
    town.lost = rig.clock.now


async def _options(rig: Rig, chat: int) -> list[str]:
    return [choice.option for row in rig.screen(await rig.conversation(chat)).rows for choice in row]


@asynccontextmanager
async def _back(town: Town, new: Path) -> AsyncIterator[Rig]:
    """The bot on the restored place, at the time of the restore; whatever it sends by itself is heard."""
    async with rigged(new) as rig:
        rig.clock.now = town.lost
        yield rig


@pytest.fixture
async def town(tmp_path: Path) -> Town:
    """All of it lived through, and the machine lost."""
    found = Town(tmp_path)
    for name in ("old", "second"):
        (tmp_path / name).mkdir()
    async with rigged(tmp_path / "old") as rig:
        await _lived(rig, found)
    return found


async def _nothing_sent(rig: Rig) -> None:
    """The bot works for two days, and neither writes to anybody nor releases anything."""
    for _ in range(16):
        rig.clock.now += 3 * HOUR
        await rig.retention.once()
        await rig.notices.once()
        await rig.settle()
    assert rig.fake.calls == []
    assert await rig.cases(rig.casebook.news) == []


async def _state(rig: Rig, town: Town, chat: int) -> list[str]:
    found = dict(await rig.filed("SELECT referral_id, state FROM referrals"))
    return [found[each] for each in town.referrals[chat] if each in found]


async def test_with_the_tombstones_nothing_that_was_erased_is_back(town: Town) -> None:
    """Taken back stays taken back, erased stays erased, a reply that was read is gone; nothing is sent by it."""
    new, result = await asyncio.to_thread(lambda: town.restored(town.told()))
    assert result.erased >= 3
    assert result.hidden == 0
    async with _back(town, new) as rig:
        assert await _state(rig, town, BACK) == ["withdrawn"]
        assert await rig.filed("SELECT * FROM packets WHERE referral_id = ?", town.referrals[BACK][0]) == []
        assert await rig.filed("SELECT count(*) FROM cases WHERE erased IS NOT NULL") == [(1,)]
        assert [row[0] for row in await rig.filed("SELECT referral_id FROM replies")] == town.referrals[LATER]
        assert set((await _state(rig, town, URGENTLY))[1:]) <= {"destroyed"}
        await _returns(rig, town, GONE)
        assert (await rig.conversation(GONE)).place != "k_case"
        await _returns(rig, town, LATER)
        seen = (await rig.conversation(LATER)).seen
        assert seen is not None
        assert [each.referral_id for each in seen.referrals] == town.referrals[LATER]
        assert [each for each in await _options(rig, LATER) if each.startswith("reply.")]


async def test_a_restored_bot_sends_nothing_by_itself(town: Town) -> None:
    """Two days of its work: no message, no news, nothing that was held goes to a partner."""
    new, _ = await asyncio.to_thread(lambda: town.restored(town.told()))
    async with _back(town, new) as rig:
        before = await rig.filed("SELECT count(*) FROM referrals WHERE delivered IS NOT NULL")
        await _nothing_sent(rig)
        assert await rig.filed("SELECT count(*) FROM referrals WHERE delivered IS NOT NULL") == before


async def test_without_the_tombstones_nobody_sees_anything_until_somebody_vouches(town: Town) -> None:
    """The queue is empty and no reply is shown; her return shows hers, a partner's word its own, and nothing is sent."""
    new, result = await asyncio.to_thread(lambda: town.restored(None))
    async with _back(town, new) as rig:
        assert await rig.cases(rig.casebook.waiting) == []
        for (partner,) in await rig.filed("SELECT DISTINCT partner FROM referrals"):
            assert (await rig.cases(partial(rig.casebook.queue, partner, int(rig.clock())))).rows == ()
        hidden = await rig.filed("SELECT referral_id FROM referrals WHERE state = 'restored'")
        assert len(hidden) == result.hidden >= 5
        await _returns(rig, town, LATER)
        seen = (await rig.conversation(LATER)).seen
        assert seen is not None
        assert [each.state for each in seen.referrals] == ["acknowledged"]
        assert [each for each in await _options(rig, LATER) if each.startswith("reply.")]
        assert [each.referral_id for each in await rig.cases(rig.casebook.waiting)] == town.referrals[LATER]
        await rig.settle()
        (partner,) = (
            await rig.filed("SELECT partner FROM referrals WHERE referral_id = ?", town.referrals[URGENTLY][0])
        )[0]

        def vouched() -> int:
            with transaction(rig.casebook._db) as db:
                return casebook_restored.confirmed_by(db, partner)

        assert await rig.cases(vouched) >= 1
        assert town.referrals[URGENTLY][0] in [each.referral_id for each in await rig.cases(rig.casebook.waiting)]


async def test_without_the_tombstones_a_restored_bot_sends_nothing_either(town: Town) -> None:
    """Two days of its work, and no partner's word came."""
    new, _ = await asyncio.to_thread(lambda: town.restored(None))
    async with _back(town, new) as rig:
        await _nothing_sent(rig)
        assert await rig.cases(rig.casebook.waiting) == []
