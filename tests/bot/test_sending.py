"""What a job does at the moment of sending: notices, covers and deletions, and what becomes of what can't be removed."""

import asyncio
from pathlib import Path

import pytest

from bot.channels import ChannelError, MessageGone, Refused, Unreachable
from bot.dialogue.events import Event, Remained, Started
from bot.jobs import DELETE_AFTER
from bot.store import migrations
from referrals.database import open_database
from tests.bot.rig import NOTICE, PATIENCE, REMAINS, START, STORE_KEY, URGENT, Rig
from tests.fakes import DELETABLE, HER

CASE = "c" * 32
SHORT = ("lang_ko", "safe_moment", "agree", "urg_no", "CN", "+n_leave", "+n_child", "nav.done")


async def due(rig: Rig, chat: int = HER, case: str = CASE) -> None:
    """There is something new for her, she may be told at any time, and that is queued."""
    await rig.write(lambda: rig.store.handles.keep(chat, case, "c_any", None, "CN", rig.clock.now))
    await rig.write(lambda: rig.store.handles.news(case))
    await rig.notices.once()


def lines(rig: Rig) -> int:
    """How often the neutral line was put into her chat."""
    return rig.fake.history.count((HER, NOTICE))


async def under_way(rig: Rig) -> tuple[asyncio.Event, asyncio.Task[None]]:
    """The outbox works until a new message is on its way; the event lets it arrive, and the task ends when all is done."""
    gate = rig.fake.hang("show_front")
    sending = asyncio.create_task(rig.settle())
    async with asyncio.timeout(PATIENCE):
        await rig.fake.waiting.wait()
    return gate, sending


# ------------------------------------------------------------------------------------------------------------- notices


async def test_a_line_that_was_sent_is_told_and_scheduled_for_deletion(rig: Rig) -> None:
    """The handle says so, and the message goes 47 hours after it was sent."""
    await due(rig)
    await rig.settle()
    ((message, _),) = rig.fake.ours(HER)
    assert await rig.rows("SELECT state FROM handles") == [("told",)]
    rows = await rig.rows("SELECT kind, message, due, scheduled FROM outbox")
    assert rows == [("delete", message, START + DELETE_AFTER, 1)]


async def test_a_line_whose_handle_was_erased_is_not_sent(rig: Rig) -> None:
    """She wiped after it was queued."""
    await due(rig)
    await rig.write(lambda: rig.store.handles.forget_chat(HER))
    await rig.settle()
    assert rig.fake.calls == []


async def test_a_wipe_while_the_line_is_sent_takes_it_away(rig: Rig) -> None:
    """It arrives after the wipe, and is deleted at once; nothing of her chat is left."""
    await due(rig)
    gate, sending = await under_way(rig)
    await rig.write(lambda: rig.store.handles.forget_chat(HER))
    gate.set()
    await sending
    assert lines(rig) == 1
    assert rig.fake.ours(HER) == []
    assert await rig.rows("SELECT lane FROM outbox UNION ALL SELECT chat FROM handles") == []


async def test_a_blocked_chat_loses_its_handles(rig: Rig) -> None:
    """All of them, and what was scheduled for it; another chat's stay."""
    await rig.write(lambda: rig.store.handles.keep(HER, "d" * 32, "c_any", None, "CN", START))
    await rig.write(lambda: rig.store.handles.keep(HER + 1, "e" * 32, "c_any", None, "CN", START))
    await rig.write(lambda: rig.store.queue_delete(HER, 7, START, START + DELETE_AFTER))
    await due(rig)
    rig.fake.blocked.add(HER)
    await rig.settle()
    assert await rig.rows("SELECT chat FROM handles") == [(HER + 1,)]
    assert await rig.queued() == []


async def test_a_line_that_is_refused_is_not_tried_again_and_again(rig: Rig) -> None:
    """A request that the messenger never takes is given up until she returns; otherwise it would be made every five seconds."""
    await due(rig)
    rig.fake.fail("show_front", Refused())
    await rig.settle()
    for _ in range(3):
        rig.clock.now += 5
        await rig.notices.once()
        await rig.settle()
    assert rig.fake.calls == []
    assert await rig.rows("SELECT state FROM handles") == [("told",)]


async def test_a_database_that_can_not_be_written_sends_no_line_twice(rig: Rig, tmp_path: Path) -> None:
    """Another program locked it just after the line had gone: the next try is five minutes away, and was put off beforehand."""
    await due(rig)
    await rig.cases(lambda: rig.store._db.execute("PRAGMA busy_timeout=0").fetchone())
    gate, sending = await under_way(rig)
    other = open_database(tmp_path / "conversations.db", STORE_KEY, migrations())
    other.execute("BEGIN IMMEDIATE")
    gate.set()
    await sending
    other.execute("ROLLBACK")
    other.close()
    await rig.settle()
    assert lines(rig) == 1
    rig.clock.now += 301
    await rig.settle()
    assert lines(rig) == 2
    assert await rig.rows("SELECT state FROM handles") == [("told",)]


async def test_a_front_page_that_can_not_be_noted_is_not_sent_every_second(rig: Rig, tmp_path: Path) -> None:
    """As long as the database is locked nothing new is sent: putting off the next try comes before the try."""
    await rig.start()
    await rig.cases(lambda: rig.store._db.execute("PRAGMA busy_timeout=0").fetchone())
    other = open_database(tmp_path / "conversations.db", STORE_KEY, migrations())
    other.execute("BEGIN IMMEDIATE")
    await rig.outbox.begin()
    await rig.outbox.ended()
    assert rig.fake.ours(HER) == []
    other.execute("ROLLBACK")
    other.close()
    await rig.settle()
    assert [screen for _, screen in rig.fake.ours(HER)] == [rig.front]


# ------------------------------------------------------------------------------------------------------- what remains


async def _covered(rig: Rig, edit: ChannelError, age: float) -> None:
    """A message of that age is to be covered, and can't be edited."""
    message = await rig.fake.show_front(HER, rig.front)
    rig.clock.now += age
    rig.fake.fail("edit", edit)
    await rig.write(lambda: rig.store.queue_cover(HER, message, rig.clock.now))
    await rig.settle()


@pytest.mark.parametrize("edit", [MessageGone(), Refused()])
async def test_what_can_neither_be_covered_nor_deleted_is_said(rig: Rig, edit: ChannelError) -> None:
    """A new neutral page says that an earlier message can be removed; it is not queued again, and nothing is kept of the chat."""
    await _covered(rig, edit, DELETABLE)
    assert [screen for _, screen in rig.fake.ours(HER)] == [rig.front, REMAINS]
    assert await rig.rows("SELECT * FROM outbox") == []


async def test_what_can_be_deleted_needs_no_saying(rig: Rig) -> None:
    """Younger than 48 hours it goes, and nothing new is sent."""
    await _covered(rig, MessageGone(), DELETABLE - 1)
    assert rig.fake.ours(HER) == []


async def test_a_cover_is_tried_until_it_is_said(rig: Rig) -> None:
    """The page that says so fails as well: the cover is tried again from the beginning."""
    message = await rig.fake.show_front(HER, rig.front)
    rig.clock.now += DELETABLE
    rig.fake.fail("edit", MessageGone(), MessageGone())
    rig.fake.fail("show_front", Unreachable())
    await rig.write(lambda: rig.store.queue_cover(HER, message, rig.clock.now))
    await rig.settle()
    assert await rig.queued() == ["cover"]
    rig.clock.now += 2
    await rig.settle()
    assert [screen for _, screen in rig.fake.ours(HER)][1:] == [REMAINS]


@pytest.mark.parametrize(("age", "running", "told"), [(DELETABLE, True, 1), (DELETABLE, False, 0), (60, True, 0)])
async def test_a_message_that_stays_is_told_to_the_running_conversation(
    rig: Rig,
    monkeypatch: pytest.MonkeyPatch,
    age: int,
    running: bool,
    told: int,
) -> None:
    """Too old to delete: the intake hears of it if she is there to be told, and never of one that went."""
    happened: list[Event] = []
    happen = rig.intake.happen

    async def listening(chat: int, event: Event) -> None:
        happened.append(event)
        await happen(chat, event)

    monkeypatch.setattr(rig.intake, "happen", listening)
    message = rig.fake.type(HER, "fictional")
    rig.clock.now += age
    if running:
        await rig.intake.receive(rig.incoming(Started(), HER, message + 1))
    await rig.write(lambda: rig.store.queue_delete(HER, message, rig.clock.now))
    await rig.settle()
    assert happened == [Remained()] * told
    assert (message in rig.fake.chats[HER]) == (age == DELETABLE)
    assert await rig.queued() == []


# ------------------------------------------------------------------------------------------------------- the front page


async def test_the_time_of_sending_is_kept(rig: Rig) -> None:
    """The row says when the message that shows it was sent."""
    await rig.start()
    rig.clock.now += 7
    await rig.settle()
    held = await rig.held()
    assert held is not None
    assert held.sent == START + 7
    assert held.message is not None


async def test_a_wipe_while_the_front_page_is_sent_leaves_only_the_front_page(rig: Rig) -> None:
    """Her screen was to follow as an edit; it never does, and no row of her chat is left."""
    await rig.start()
    await rig.tap("lang_ko", "safe_alone")
    gate, sending = await under_way(rig)
    await rig.tap("nav.wipe")
    gate.set()
    await sending
    assert [screen for _, screen in rig.fake.ours(HER)] == [rig.front]
    assert {screen.text for _, screen in rig.fake.history} == {rig.front.text}
    assert await rig.rows("SELECT chat FROM conversations UNION ALL SELECT lane FROM outbox") == []


# --- the partner list, once more ---


async def test_what_was_consented_waits_for_a_list_in_date(rig: Rig) -> None:
    """A packet stays in the queue, sealed, until the list may be used again; then it goes once."""
    rig.deliverable = "hold"
    await rig.start()
    await rig.tap(*URGENT)
    await rig.settle()
    assert await rig.filed("SELECT count(*) FROM packets") == [(0,)]
    rig.deliverable = "yes"
    rig.clock.now += 61
    await rig.settle()
    assert await rig.filed("SELECT state FROM referrals") == [("delivered",)]


async def test_a_partner_who_left_the_list_gets_nothing_and_she_sees_it(rig: Rig) -> None:
    """Between consent and delivery partner or key left: no packet is filed, and her code shows that it was not sent."""
    rig.deliverable = "no"
    await rig.start()
    await rig.tap(*URGENT)
    await rig.settle()
    assert await rig.filed("SELECT state FROM referrals") == [("revoked",)]
    assert await rig.filed("SELECT count(*) FROM packets") == [(0,)]
    assert await rig.rows("SELECT * FROM outbox WHERE kind = 'deliver'") == []


async def test_what_she_took_back_before_it_left_reaches_nobody(rig: Rig) -> None:
    """While the list is out of date the packet waits; she takes it back; when the list is renewed, no partner can read it."""
    rig.deliverable = "hold"
    await rig.start()
    await rig.tap(*SHORT, "share_yes", "take_back", "take_back.yes")
    await rig.settle()
    rig.deliverable = "yes"
    rig.clock.now += 61
    await rig.settle()
    assert await rig.filed("SELECT state FROM referrals") == [("withdrawn",)]
    assert await rig.filed("SELECT count(*) FROM packets") == [(0,)]


async def test_her_code_opens_what_still_waits(rig: Rig) -> None:
    """She sees that it was not sent yet, and can take it back."""
    rig.deliverable = "hold"
    await rig.start()
    await rig.tap(*SHORT, "share_yes")
    code = (await rig.conversation()).fresh_code or ""
    await rig.tap("nav.wipe", "lang_ko", "safe_alone", "code", *(f"key.{digit}" for digit in code))
    conversation = await rig.conversation()
    assert conversation.place == "k_case"
    assert conversation.seen is not None
    assert [each.state for each in conversation.seen.referrals] == ["queued"]
