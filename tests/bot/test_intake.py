"""One update is one transaction: seen once, decided, sealed and queued together, in the order of its chat."""

import asyncio
import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from bot.dialogue.conversation import NOBODY, Conversation
from bot.dialogue.events import Idled, Left, MessageLost, SentMedia, Tapped
from bot.practice.persons import FIRST_CHAT_ID
from referrals import fixtures
from referrals.casebook import Routing
from referrals.database import DiskFullError
from tests.bot.rig import KEYS, MEDIAN, START, STORE_KEY, URGENT, Rig, partners, rigged
from tests.fakes import HER
from tests.pages import search


async def jobs_for(rig: Rig, kind: str) -> list[tuple[int | None, str | None]]:
    """Message and press of every job of a kind."""
    return [
        tuple(row) for row in await rig.rows("SELECT message, callback FROM outbox WHERE kind = ? ORDER BY id", kind)
    ]


async def deliveries(rig: Rig) -> list[Routing]:
    """Where the sealed packets that wait are to go."""
    rows = await rig.rows("SELECT routing FROM outbox WHERE kind = 'deliver' ORDER BY id")
    return [Routing.model_validate_json(row[0]) for row in rows]


async def code_of(rig: Rig) -> str:
    """The return code on her screen."""
    code = (await rig.conversation()).fresh_code
    assert code is not None
    return code


# ------------------------------------------------------------------------------------------------------------- updates


async def test_an_update_is_on_disk_when_it_is_received(rig: Rig) -> None:
    """Seen, conversation, deletion of what she typed and the screen to show are all there, and nothing was sent."""
    await rig.start()
    assert await rig.conversation() == NOBODY
    assert await rig.queued() == ["delete", "show"]
    assert await rig.rows("SELECT update_id FROM seen_updates") == [(rig.update,)]
    assert rig.fake.calls == []


async def test_the_same_update_twice_changes_nothing(rig: Rig) -> None:
    """A consent that is delivered again makes no second referral and no second answer."""
    await rig.start()
    await rig.tap(*URGENT[:-1])
    again = rig.incoming(Tapped("u2_send", "send"), HER, None, "9")
    for _ in range(3):
        await rig.intake.receive(again)
    assert len(await deliveries(rig)) == 1
    assert len([job for job in await jobs_for(rig, "answer") if job == (None, "9")]) == 1


async def test_ids_that_start_again_lower_are_new(rig: Rig) -> None:
    """After an idle week Telegram's ids begin anywhere: a lower one is handled like any other."""
    await rig.start()
    incoming = rig.incoming(Tapped("a0_open", "lang_ko"))
    await rig.intake.receive(type(incoming)(3, HER, incoming.event))
    assert (await rig.conversation()).place == "q1_safe"


async def test_a_press_is_answered_and_a_typed_message_deleted(rig: Rig) -> None:
    """What she sent goes; the message that her press stands on stays."""
    await rig.start()
    await rig.settle()
    await rig.tap("lang_ko")
    await rig.say("fictional", 33)
    await rig.intake.receive(rig.incoming(SentMedia(), HER, 34))
    assert await jobs_for(rig, "answer") == [(None, "5")]
    assert await jobs_for(rig, "delete") == [(33, None), (34, None)]


async def test_a_second_message_of_ours_is_deleted_when_it_is_pressed(rig: Rig) -> None:
    """If an answer of the messenger was lost, two neutral pages stand there: the one we do not know goes."""
    await rig.start()
    await rig.settle()
    ours = rig.fake.ours(HER)[0][0]
    await rig.intake.receive(rig.incoming(Tapped("a0_open", "lang_ko"), HER, ours + 50, "9"))
    assert await jobs_for(rig, "delete") == [(ours + 50, None)]
    held = await rig.held()
    assert held is not None
    assert held.message == ours


async def test_a_covered_message_is_taken_up_again(rig: Rig) -> None:
    """After a wipe nothing is known, and a press on the neutral page makes that message hers again."""
    pressed = rig.incoming(Tapped("a0_open", "lang_ko"), HER, 41, "9")
    await rig.intake.receive(replace(pressed, sent=int(rig.clock.now) - 3600))
    held = await rig.held()
    assert held is not None
    assert (held.message, (await rig.conversation()).place) == (41, "q1_safe")


# --------------------------------------------------------------------------------------------------------------- order


async def test_the_updates_of_one_chat_keep_their_order(rig: Rig) -> None:
    """Although making the code takes long, what she pressed afterwards is handled afterwards."""
    await rig.start()
    await rig.tap(*URGENT[:-1])
    sending = rig.incoming(Tapped("u2_send", "send"))
    wiping = rig.incoming(Tapped("r_receipt", "nav.wipe"))
    await asyncio.gather(rig.intake.receive(sending), rig.intake.receive(wiping))
    assert await rig.held() is None
    assert len(await deliveries(rig)) == 1


async def test_chats_go_side_by_side(rig: Rig) -> None:
    """While one chat waits for its code to be made, another is served."""
    await rig.start()
    await rig.tap(*URGENT[:-1])
    gates = [threading.Event(), threading.Event()]
    for gate in gates:
        rig.workers.submit(gate.wait, 30)  # both threads that make codes are held
    sending = asyncio.create_task(rig.intake.receive(rig.incoming(Tapped("u2_send", "send"))))
    async with asyncio.timeout(20):
        await rig.start(HER + 1)
        await rig.tap("lang_zh", chat=HER + 1)
    assert not sending.done()
    assert (await rig.conversation(HER + 1)).place == "q1_safe"
    for gate in gates:
        gate.set()
    await sending
    assert len(await deliveries(rig)) == 1


async def test_nothing_is_kept_of_chats_that_were_served(rig: Rig) -> None:
    """The order of a chat is remembered only while something of it is under way."""
    await asyncio.gather(*(rig.start(HER + number) for number in range(20)))
    assert rig.intake._lanes == {}


async def test_a_failure_ends_the_turn_of_its_chat(rig: Rig) -> None:
    """An update that can't be handled does not block those behind it, and undoes all it wrote."""
    await rig.start()
    bad = rig.incoming(Tapped("a0_open", "lang_ko"), HER, 2**70)  # no row takes such a number
    with pytest.raises(OverflowError):
        await rig.intake.receive(bad)
    assert (bad.update_id,) not in await rig.rows("SELECT update_id FROM seen_updates")
    await rig.tap("lang_ko")
    assert (await rig.conversation()).place == "q1_safe"


async def test_an_update_that_was_set_aside_is_not_tried_again(rig: Rig) -> None:
    """Only its id and the number of tries are kept, and receiving it again changes nothing."""
    await rig.start()
    aside = rig.incoming(Tapped("a0_open", "lang_ko"))
    await rig.intake.set_aside(aside.update_id, 3)
    await rig.intake.receive(aside)
    assert await rig.conversation() == NOBODY
    assert await rig.rows("SELECT * FROM set_aside") == [(aside.update_id, 3, int(START))]


async def test_a_full_disk_leaves_nothing_half_done(rig: Rig) -> None:
    """The error is told as such; with room again the same update is handled as if for the first time."""
    await rig.start()
    await rig.tap(*URGENT[:-1])
    sending = rig.incoming(Tapped("u2_send", "send"))
    (pages,) = await rig.cases(lambda: rig.store._db.execute("PRAGMA page_count").fetchone())
    await rig.cases(lambda: rig.store._db.execute(f"PRAGMA max_page_count={pages}").fetchone())
    with pytest.raises(DiskFullError):
        await rig.intake.receive(sending)
    assert (await rig.conversation()).place == "u2_send"
    assert await deliveries(rig) == []
    await rig.cases(lambda: rig.store._db.execute("PRAGMA max_page_count=100000").fetchone())
    await rig.intake.receive(sending)
    assert len(await deliveries(rig)) == 1


# ----------------------------------------------------------------------------------------------------------- referrals


async def test_what_is_handed_over_is_sealed_before_it_is_queued(rig: Rig) -> None:
    """The row holds an age file and where it goes; only the partner's caseworker reads it, and finds what she answered."""
    await rig.start()
    await rig.tap(*MEDIAN, "share_yes")
    ((sealed, routing),) = await rig.rows("SELECT sealed, routing FROM outbox WHERE kind = 'deliver'")
    assert sealed.startswith(b"age-encryption.org/v1")
    assert not {"n_place", "CN", "u_locked"} & {
        value for value in json.loads(routing).values() if isinstance(value, str)
    }
    await rig.settle()
    (referral,) = await rig.opened("SAFE-CN")
    assert referral.packet.needs == ("n_place", "n_leave", "n_med")
    assert (referral.packet.country, referral.packet.contact, referral.packet.band) == ("CN", "c_band", "06-10")
    case = (await rig.conversation()).case
    assert case is not None
    assert referral.envelope.reply_to == case.reply_to
    assert referral.envelope.directory_version == partners().version


async def test_a_list_for_now_is_sealed_at_once_and_numbered(rig: Rig) -> None:
    """Each partner she ticks gets a packet of its own, the later ones with their place in her list, under one case."""
    await rig.start()
    await rig.tap(*URGENT, "go_on", "CN")
    while (await rig.conversation()).place == "q11_partner":
        await rig.tap("share_yes")
        if (await rig.conversation()).place == "m_sent":
            await rig.tap("go_on")
    found = await deliveries(rig)
    sent = [each for each in found if each.kind == "referral"]
    assert [each.position for each in sent] == list(range(len(sent)))
    assert len(sent) >= 2
    assert {each.klass for each in sent} == {"now"}
    assert len({each.case_id for each in found}) == 1
    assert [each.referral_id for each in found if each.kind == "addition"] == [sent[0].referral_id]


async def test_a_code_is_made_once_for_all_referrals(rig: Rig) -> None:
    """It stands in the row only while its screen is open, and the second consent makes no other."""
    await rig.start()
    await rig.tap(*MEDIAN, "share_yes")
    code = await code_of(rig)
    await rig.tap("go_on")
    assert (await rig.conversation()).fresh_code is None
    assert code not in (await rig.rows("SELECT state FROM conversations"))[0][0]
    case = (await rig.conversation()).case
    await rig.tap("share_yes")
    assert (await rig.conversation()).case == case


async def enter(rig: Rig, code: str) -> None:
    """She comes back, says that it is safe, and enters a code on the keypad."""
    await rig.start()
    await rig.tap("lang_ko", "safe_alone", "code", *(f"key.{digit}" for digit in code))


async def test_the_code_opens_the_case_later(rig: Rig) -> None:
    """After a wipe the code alone shows the state of what was sent, and she can take it back."""
    await rig.start()
    await rig.tap(*MEDIAN, "share_yes")
    code = await code_of(rig)
    await rig.tap("nav.wipe")
    await rig.settle()
    await enter(rig, code)
    conversation = await rig.conversation()
    assert conversation.place == "k_case"
    assert conversation.seen is not None
    assert [each.state for each in conversation.seen.referrals] == ["delivered"]
    await rig.tap(f"ref.{conversation.seen.referrals[0].referral_id[:8]}", "withdraw")
    await rig.settle()
    assert await rig.filed("SELECT state FROM referrals") == [("withdrawn",)]


async def test_a_wrong_code_opens_nothing(rig: Rig) -> None:
    """She stays on the keypad with a line that says so, and the digits are in no row."""
    await rig.start()
    await rig.tap(*MEDIAN, "share_yes", "nav.wipe")
    await rig.settle()
    await enter(rig, "1234567890123452")
    conversation = await rig.conversation()
    assert (conversation.place, conversation.note, conversation.digits) == ("k_code", "note.code_wrong", "")


async def test_a_paused_conversation_opens_by_its_code_and_once(rig: Rig) -> None:
    """What was saved is sealed; the code brings the answers back, and then nothing is left under it."""
    await rig.start()
    await rig.tap(*MEDIAN[:6], "nav.pause")
    code = await code_of(rig)
    ((sealed,),) = await rig.rows("SELECT sealed FROM paused")
    assert b"q5_country" not in sealed
    assert sealed.startswith(b"age-encryption.org/v1")
    await enter(rig, code)
    assert (await rig.conversation()).answers["q5_country"] == ("CN",)
    assert await rig.rows("SELECT * FROM paused") == []


# --------------------------------------------------------------------------------------------------- wiping and idling


async def test_a_wipe_erases_the_row_and_covers_the_message(rig: Rig) -> None:
    """One transaction: no conversation, no screen to be sent, the message to be covered, and the referral still on its way."""
    await rig.start()
    await rig.settle()
    await rig.tap(*MEDIAN, "share_yes", "nav.wipe")
    assert await rig.rows("SELECT * FROM conversations") == []
    assert [kind for kind in await rig.queued() if kind != "answer"] == ["deliver", "cover"]


async def test_a_screen_that_stood_open_too_long_is_not_continued(rig: Rig) -> None:
    """Although nobody covered it yet (the bot was down), a press on it starts anew: nobody sees where she was."""
    await rig.start()
    await rig.settle()
    await rig.tap(*MEDIAN[:6])
    rig.clock.now += 601
    held = await rig.held()
    assert held is not None
    await rig.intake.receive(rig.incoming(Tapped("q8_with", "+w_child"), HER, held.message, "9"))
    assert await rig.conversation() == NOBODY
    assert [kind for kind in await rig.queued() if kind != "answer"] == ["cover", "show"]


async def test_idling_covers_and_erases(rig: Rig) -> None:
    """Ten idle minutes erase the conversation; the page is deleted later, before Telegram's limit."""
    await rig.start()
    await rig.settle()
    await rig.tap("lang_ko")
    await rig.settle()
    rig.clock.now += 601
    await rig.intake.happen(HER, Idled())
    assert await rig.rows("SELECT * FROM conversations") == []
    assert await rig.queued() == ["cover", "delete"]


async def test_a_press_in_the_last_moment_is_not_wiped(rig: Rig) -> None:
    """If she pressed while the idle screens were being looked for, her conversation goes on."""
    await rig.start()
    rig.clock.now += 601
    await rig.tap("lang_ko")
    await rig.intake.happen(HER, Idled())
    assert (await rig.conversation()).place == "q1_safe"


@pytest.mark.parametrize("event", [Left(), MessageLost()])
async def test_who_left_is_forgotten_without_a_word(rig: Rig, event: Left | MessageLost) -> None:
    """Nothing is shown or covered where nobody is."""
    await rig.start()
    await rig.settle()
    await rig.tap("lang_ko")
    await rig.settle()
    await rig.intake.happen(HER, event)
    assert (await rig.held(), await rig.queued()) == (None, [])


async def test_a_conversation_of_another_version_is_covered_and_begins_anew(rig: Rig) -> None:
    """After an upgrade a state that can't be read neither blocks the chat nor stays on the screen."""
    await rig.start()
    await rig.settle()
    await rig.tap("lang_ko")
    await rig.settle()
    await rig.write(lambda: rig.store._db.execute("""UPDATE conversations SET state = '{"other": 1}'"""))
    await rig.intake.receive(rig.incoming(Tapped("q1_safe", "safe_alone"), HER, 2, "9"))
    assert await rig.conversation() == NOBODY
    await rig.settle()
    assert rig.fake.ours(HER)[0][1] == rig.front
    assert rig.front in [screen for _, screen in rig.fake.history[-2:]]


async def test_a_canary_raises_an_alarm_without_a_trace(rig: Rig) -> None:
    """A forged press on a partner who is never offered is counted, and nothing else is written about it."""
    await rig.start()
    alias = partners().partner(fixtures.IDS["CANARY"]).x_alias
    await rig.intake.receive(rig.incoming(Tapped(f"q11_partner.{alias}.0000", "share_yes")))
    assert await rig.rows("SELECT kind, count FROM alarms") == [("canary", 1)]


async def test_nothing_of_a_wiped_conversation_is_left_on_any_page(tmp_path: Path) -> None:
    """Chat id, answers, case and code are on no page of the database, free or not, once the log is folded."""
    async with rigged(tmp_path) as rig:
        await rig.start(FIRST_CHAT_ID)
        await rig.settle()
        await rig.tap(*MEDIAN, "share_yes", chat=FIRST_CHAT_ID)
        conversation: Conversation = await rig.conversation(FIRST_CHAT_ID)
        marks: dict[str, bytes | str | int]
        marks = {"chat": FIRST_CHAT_ID, "answers": '"q5_country":["CN"]', "code": conversation.fresh_code or "",
                 "case": (conversation.case and conversation.case.case_id) or ""}  # fmt: skip
        await rig.cases(rig.store.checkpoint)
        found = {hit.mark for hit in search([tmp_path / "conversations.db"], STORE_KEY, marks)}
        assert found == set(marks)
        await rig.tap("nav.wipe", chat=FIRST_CHAT_ID)
        await rig.settle()
        await rig.retention.once()
        assert search([tmp_path / "conversations.db"], STORE_KEY, marks) == []


async def test_the_state_of_one_conversation_is_small(rig: Rig) -> None:
    """The median path at its fullest takes less than 1 KB, and 4 KB with the case: what SECURITY.md says."""
    await rig.start()
    await rig.tap(*MEDIAN)
    ((bare,),) = await rig.rows("SELECT length(state) FROM conversations")
    await rig.tap("share_yes")
    ((full,),) = await rig.rows("SELECT length(state) FROM conversations")
    assert 500 < bare < 1_024
    assert full < 4_096


def test_keys_do_not_print_themselves() -> None:
    """Neither pepper nor signing key is in a repr."""
    assert repr(KEYS) == "Keys()"


async def test_a_partner_that_fills_up_is_not_offered_from_the_next_press_on(rig: Rig) -> None:
    """What it says at its desk, in another process, counts at once, also where its card is open already."""
    await rig.start()
    await rig.settle()
    await rig.tap(*MEDIAN)
    await rig.settle()
    (first, second, *_) = (each.partner for each in (await rig.conversation()).offers)
    await rig.cases(lambda: rig.casebook.set_capacity(first, "closed", int(rig.clock.now)))
    await rig.tap("share_yes")
    await rig.settle()
    assert first not in {each.partner for each in await deliveries(rig)}
    assert first not in {row[0] for row in await rig.filed("SELECT partner FROM referrals")}
    assert (await rig.conversation()).offers[0].partner == second
