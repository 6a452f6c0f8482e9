"""What is left after she took back, erased, wiped or only stopped: nothing that joins chat and case, and no code that opens it."""

from pathlib import Path

import pytest

from bot.dialogue.events import Idled, Tapped
from bot.practice.persons import FIRST_CHAT_ID
from bot.store import DELETE_AFTER
from tests.bot.handed import UNKNOWN, WORDS, enter, handed_over, states
from tests.bot.rig import MEDIAN, START, STORE_KEY, Rig, rigged
from tests.fakes import HER
from tests.pages import search

_HOUR = 3_600  # seconds

# ------------------------------------------------------------------------------------------- taking back and erasing


async def test_erasing_all_leaves_nothing_that_her_code_opens(rig: Rig) -> None:
    """Withdrawals reach the partner; handle, card and paused conversation are gone; and then her code is an unknown one."""
    hers = await handed_over(rig, *WORDS)
    await enter(rig, hers.code, "word.moon", "new", "ph_mine", "agree", "nav.pause")
    await rig.settle()
    await enter(rig, hers.code, "word.moon", "erase_all", "erase.yes")
    await rig.settle()

    assert await states(rig) == ["withdrawn"]
    assert (await rig.opened("SAFE-CN"))[-1].envelope.kind == "withdrawal"
    for table in ("handles", "paused"):
        assert await rig.rows(f"SELECT * FROM {table}") == [], table  # noqa: S608  # names written above
    assert await rig.filed("SELECT * FROM cards") == []
    await enter(rig, UNKNOWN)
    unknown = await rig.conversation()
    await enter(rig, hers.code)
    erased = await rig.conversation()
    assert rig.render(erased) == rig.render(unknown)
    assert erased.model_copy(update={"salt": unknown.salt}) == unknown


async def test_erasing_all_without_words_or_pause_is_the_same(rig: Rig) -> None:
    """From somebody who sent once, and from another account."""
    hers = await handed_over(rig)
    await enter(rig, hers.code, "erase_all", "erase.yes", chat=HER + 1)
    await rig.settle()
    await enter(rig, hers.code)

    assert ((await rig.conversation()).place, (await rig.conversation()).note) == ("k_code", "note.code_wrong")
    assert await rig.rows("SELECT * FROM handles") == []


async def test_one_referral_is_taken_back_and_the_others_stand(rig: Rig) -> None:
    """By her code, later."""
    hers = await handed_over(rig, "go_on", "share_yes")
    first, _ = await rig.filed("SELECT referral_id FROM referrals ORDER BY rowid")
    await enter(rig, hers.code, f"ref.{first[0][:8]}", "withdraw")
    await rig.settle()

    assert await states(rig) == ["withdrawn", "delivered"]
    assert [each.envelope.kind for each in await rig.opened("SAFE-CN")] == ["referral", "withdrawal"]


@pytest.mark.parametrize(
    "then", [(), ("go_on", "share_yes"), WORDS[:2], WORDS], ids=["receipt", "m_sent", "words", "end"]
)
async def test_taking_back_at_once_withdraws_and_erases(rig: Rig, then: tuple[str, ...]) -> None:
    """Everything that was sent in this conversation, and then the conversation, with every link from chat to case."""
    await handed_over(rig, *then)
    if (await rig.conversation()).place == "w_check":
        await rig.tap("nav.skip")
    await rig.tap("take_back", "take_back.yes")
    await rig.settle()

    assert set(await states(rig)) == {"withdrawn"}
    for table in ("conversations", "handles", "outbox"):
        assert await rig.rows(f"SELECT * FROM {table}") == [], table  # noqa: S608  # names written above


async def test_the_code_leaves_the_row_before_anything_is_taken_back(rig: Rig) -> None:
    """The confirmation is a screen of its own."""
    hers = await handed_over(rig)
    assert hers.code in (await rig.rows("SELECT state FROM conversations"))[0][0]
    await rig.tap("take_back")

    assert hers.code not in (await rig.rows("SELECT state FROM conversations"))[0][0]


async def test_a_withdrawal_before_the_referral_was_delivered_reaches_nobody(rig: Rig) -> None:
    """She took it back within the same moment: the partner never hears of it."""
    await rig.start()
    await rig.tap(*MEDIAN, "share_yes", "take_back", "take_back.yes")
    await rig.settle()

    assert await states(rig) == ["withdrawn"]


# ------------------------------------------------------------------------------------------------- wiping and idling


async def test_idling_schedules_the_deletion_and_keeps_the_handle(rig: Rig) -> None:
    """Nobody wiped: the page is deleted 47 hours after it was sent, and she is still told that there is something new."""
    await handed_over(rig)
    ours = rig.fake.ours(HER)[0][0]
    rig.clock.now += 601
    await rig.intake.happen(HER, Idled())

    assert await rig.rows("SELECT * FROM conversations") == []
    assert len(await rig.rows("SELECT * FROM handles")) == 1
    deletions = await rig.rows("SELECT message, due FROM outbox WHERE kind = 'delete' AND scheduled")
    assert deletions == [(ours, START + DELETE_AFTER)]
    await rig.settle()
    assert rig.fake.ours(HER) == [(ours, rig.front)]
    rig.clock.now = START + DELETE_AFTER - 1
    await rig.settle()
    assert len(rig.fake.ours(HER)) == 1
    rig.clock.now += 1
    await rig.settle()
    assert rig.fake.ours(HER) == []
    assert DELETE_AFTER == 47 * _HOUR


async def test_a_wipe_leaves_no_way_from_chat_to_case(tmp_path: Path) -> None:
    """Neither a handle nor a scheduled deletion, and after the jobs ran the chat id is on no page of the database."""
    async with rigged(tmp_path) as rig:
        await rig.start(FIRST_CHAT_ID)
        await rig.settle()
        await rig.tap(*MEDIAN, "share_yes", chat=FIRST_CHAT_ID)
        case = (await rig.conversation(FIRST_CHAT_ID)).case
        assert case is not None
        await rig.settle()
        rig.clock.now += 601
        await rig.intake.happen(FIRST_CHAT_ID, Idled())
        await rig.settle()  # the page of before waits for its deletion, and the handle is there
        assert len(await rig.rows("SELECT * FROM handles")) == 1
        await rig.tap("lang_ko", chat=FIRST_CHAT_ID)
        await rig.tap("nav.wipe", chat=FIRST_CHAT_ID)

        assert await rig.rows("SELECT * FROM handles") == []
        assert await rig.rows("SELECT * FROM outbox WHERE scheduled") == []
        await rig.settle()
        assert await rig.rows("SELECT * FROM outbox") == []
        await rig.retention.once()
        marks: dict[str, bytes | str | int] = {"chat": FIRST_CHAT_ID, "case": case.case_id}
        assert search([tmp_path / "conversations.db"], STORE_KEY, marks) == []


async def test_a_page_that_is_used_again_is_not_deleted_under_her(rig: Rig) -> None:
    """She returned to it before its deletion was due."""
    await rig.start()
    await rig.settle()
    ours = rig.fake.ours(HER)[0][0]
    await rig.tap("lang_ko")
    rig.clock.now += 601
    await rig.intake.happen(HER, Idled())
    await rig.settle()
    assert await rig.rows("SELECT message FROM outbox WHERE scheduled") == [(ours,)]
    await rig.intake.receive(rig.incoming(Tapped("a0_open", "lang_ko"), HER, ours, "9"))

    held = await rig.held()
    assert held is not None
    assert held.message == ours
    assert await rig.rows("SELECT * FROM outbox WHERE scheduled") == []


@pytest.mark.parametrize(("hours", "used"), [(24, True), (25, False), (46, False), (60, False)])
async def test_an_old_page_is_not_used_for_a_new_conversation(rig: Rig, hours: int, used: bool) -> None:
    """It could not be deleted when she is done; a new one is sent, and the old one goes or is made neutral."""
    await rig.start()
    await rig.settle()
    old = rig.fake.ours(HER)[0][0]
    await rig.tap("lang_ko")
    rig.clock.now += 601
    await rig.intake.happen(HER, Idled())
    await rig.settle()
    if hours > 47:
        await rig.rows("DELETE FROM outbox")  # the bot was down when its deletion was due
    rig.clock.now = START + hours * _HOUR
    await rig.intake.receive(rig.incoming(Tapped("a0_open", "lang_ko"), HER, old, "9"))
    await rig.settle()

    held = await rig.held()
    assert held is not None
    assert (held.message == old) is used
    there = dict(rig.fake.ours(HER))
    if not used:
        assert there.get(old) == (rig.front if hours > 47 else None)
    assert held.message in there
