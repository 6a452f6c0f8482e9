"""The store: conversations found under daily keys, jobs in order, and what is erased when."""

from pathlib import Path

import pytest

from bot.dialogue.conversation import NOBODY, Conversation
from bot.store import DAY, Job, Store
from referrals.filing import Routing
from tests.bot.rig import START, STORE_KEY
from tests.fakes import HER

NOW = START
OTHER = HER + 1
ANSWERED = NOBODY.model_copy(update={"place": "q5_country", "answers": {"a0_open": ("lang_ko",)}})
SOON = 600  # seconds until a screen is idle


def save(store: Store, chat: int = HER, now: float = NOW, conversation: Conversation = ANSWERED) -> int:
    """Save a conversation whose screen may stay open until SOON."""
    return store.save(chat, None, conversation, now + SOON, now)


def routing(number: int, referral: int = 1) -> Routing:
    """Where a packet goes."""
    return Routing(
        packet_id=f"{number:032x}", referral_id=f"{referral:032x}", case_id="c" * 32, verifier="5e" * 32, kind="referral",
        partner="fictional", klass="now", position=0, created=0, expires=0,
    )  # fmt: skip


def due(store: Store, now: float = NOW, busy: tuple[int, ...] = (), most: int = 99) -> list[tuple[str, int]]:
    """What would be done now: kind and lane."""
    return [(job.kind, job.lane) for job in store.jobs(now, busy, most)]


def first(store: Store) -> Job:
    """The job that is first."""
    return store.jobs(NOW, (), 99)[0]


# ------------------------------------------------------------------------------------------------------- conversations


def test_a_conversation_is_found_by_its_chat_alone(store: Store) -> None:
    """What was saved for a chat is found for that chat and for no other."""
    row = save(store)
    held = store.find(HER, NOW)
    assert held is not None
    assert (held.id, held.chat, held.message, held.revision, held.conversation) == (row, HER, None, 1, ANSWERED)
    assert store.find(OTHER, NOW) is None


def test_saving_again_keeps_the_row_and_the_message(store: Store) -> None:
    """A message that is not named stays known, and the revision grows."""
    row = save(store)
    store.shown(row, 7, 5)
    assert save(store) == row
    held = store.held(row)
    assert held is not None
    assert (held.message, held.revision) == (7, 2)


def test_the_lookup_moves_to_each_days_key(store: Store) -> None:
    """A conversation touched each day is found for weeks, and its row never stands under a key that is older than a day."""
    row = save(store)
    for day in range(1, 20):
        store.expire(NOW + day * DAY)
        held = store.find(HER, NOW + day * DAY)
        assert held is not None
        assert save(store, now=NOW + day * DAY) == row
        ((stored, under),) = store._db.execute(
            "SELECT lookup_day, (SELECT max(day) FROM lookup_keys) FROM conversations"
        )
        assert stored == under


def test_two_days_never_share_a_lookup(store: Store) -> None:
    """What a chat is found by differs from day to day, so that two seizures can't be joined."""
    seen = set()
    for day in range(3):
        save(store, now=NOW + day * DAY)
        seen.add(store._db.execute("SELECT lookup FROM conversations").fetchone()[0])
    assert len(seen) == 3


def test_lookup_keys_are_destroyed_after_72_hours(store: Store) -> None:
    """A key of day 0 is there on day 2 and gone on day 3."""
    save(store)
    today = int(NOW) // DAY
    store.expire(NOW + 2 * DAY)
    assert (today,) in store._db.execute("SELECT day FROM lookup_keys").fetchall()
    store.expire(NOW + 3 * DAY)
    assert (today,) not in store._db.execute("SELECT day FROM lookup_keys").fetchall()


def test_a_conversation_outlives_its_key(store: Store) -> None:
    """After the bot stood still for a week the row is still found, so that it can be covered and erased."""
    row = save(store)
    store.shown(row, 7, 5)
    later = NOW + 7 * DAY
    store.expire(later)
    assert store.idle(later, 9) == [HER]
    held = store.forget(HER, later)
    assert held is not None
    assert (held.message, held.sent) == (7, 5)
    assert store.idle(later, 9) == []


def test_a_clock_set_back_makes_no_second_conversation(store: Store) -> None:
    """A row written under tomorrow's key is found today and saved into, and counts as idle instead of staying open for a day."""
    row = save(store, now=NOW + DAY)
    held = store.find(HER, NOW)
    assert held is not None
    assert held.idle(NOW)
    assert store.idle(NOW, 9) == [HER]
    assert save(store) == row
    assert store.idle(NOW, 9) == []


def test_a_screen_is_idle_from_its_time_on(store: Store) -> None:
    """One second before it is not idle, at its time it is, and no more chats are named than asked for."""
    save(store)
    save(store, OTHER)
    held = store.find(HER, NOW)
    assert held is not None
    assert [held.idle(NOW + SOON - 1), held.idle(NOW + SOON)] == [False, True]
    assert store.idle(NOW + SOON - 1, 9) == []
    assert store.idle(NOW + SOON, 1) == [HER]


def test_forgetting_takes_what_was_queued_for_the_screen(store: Store) -> None:
    """The row goes, its message is named, an unsent screen goes with it, and the deletion of what she typed stays."""
    row = save(store)
    store.shown(row, 7, 5)
    store.queue_show(HER, row, NOW)
    store.queue_delete(HER, 3, NOW)
    held = store.forget(HER, NOW)
    assert held is not None
    assert held.message == 7
    assert store.find(HER, NOW) is None
    assert due(store) == [("delete", HER)]
    assert store.forget(HER, NOW) is None


def test_a_row_is_never_given_again(store: Store) -> None:
    """A late job can't reach a later person: the next conversation has an id of its own."""
    row = save(store)
    store.forget(HER, NOW)
    assert save(store, OTHER) > row


def test_a_state_that_can_not_be_read_is_told_and_can_be_erased(store: Store) -> None:
    """What another version wrote is nobody's conversation, but it is found, idle and erased like any other."""
    save(store)
    store._db.execute("""UPDATE conversations SET state = '{"of_another_version": 1}'""")
    held = store.find(HER, NOW)
    assert held is not None
    assert held.conversation is None
    store.forget(HER, NOW)
    assert store.find(HER, NOW) is None


def test_nothing_held_prints_a_person(store: Store) -> None:
    """Neither a conversation nor a job shows chat, message or press in its repr."""
    row = save(store, chat=987_654_321)
    store.shown(row, 654_321, 5)
    store.queue_cover(987_654_321, 654_321, NOW)
    shown = f"{store.held(row)!r} {first(store)!r}"
    assert "654321" not in shown
    assert "lang_ko" not in shown


# ------------------------------------------------------------------------------------------------------------- updates


def test_when_the_message_was_sent_is_kept(store: Store) -> None:
    """Saving without a time leaves the known one, and a new message brings its own."""
    row = save(store)
    store.shown(row, 7, 5)
    save(store)
    held = store.held(row)
    assert held is not None
    assert (held.message, held.sent) == (7, 5)
    store.save(HER, 9, ANSWERED, NOW + SOON, NOW, sent=6)
    held = store.find(HER, NOW)
    assert held is not None
    assert (held.message, held.sent) == (9, 6)
    store.save(OTHER, 3, ANSWERED, NOW + SOON, NOW, sent=4)
    other = store.find(OTHER, NOW)
    assert other is not None
    assert (other.message, other.sent) == (3, 4)


def test_an_update_is_new_once(store: Store) -> None:
    """The second time it was seen, also when lower ids came in between."""
    assert [store.see(update, NOW) for update in (900, 5, 900, 5, 6)] == [True, True, False, False, True]


def test_updates_are_forgotten_after_8_days(store: Store) -> None:
    """Seen and set-aside updates stay for 8 days and no longer."""
    store.see(900, NOW)
    store.set_aside(901, 3, NOW)
    store.expire(NOW + 8 * DAY - 1)
    assert [store.see(update, NOW) for update in (900, 901)] == [False, False]
    store.expire(NOW + 8 * DAY)
    assert [store.see(update, NOW) for update in (900, 901)] == [True, True]
    assert store._db.execute("SELECT count(*) FROM set_aside").fetchone() == (0,)


def test_an_alarm_is_counted_by_day(store: Store) -> None:
    """Only kind, day and count are kept."""
    for now in (NOW, NOW, NOW + DAY):
        store.alarm("canary", now)
    assert store._db.execute("SELECT kind, count FROM alarms ORDER BY day").fetchall() == [("canary", 2), ("canary", 1)]


# -------------------------------------------------------------------------------------------------------------- paused


def test_a_paused_conversation_is_opened_by_its_verifier_until_its_time(store: Store) -> None:
    """A newer pause replaces an older one; after its time or once it runs again nothing is left of it."""
    verifier = b"v" * 32
    store.pause(verifier.hex(), b"old", NOW + 10)
    store.pause(verifier.hex(), b"new", NOW + 20)
    assert store.paused(verifier, NOW + 19) == b"new"
    assert store.paused(verifier, NOW + 20) is None
    assert store.paused(b"w" * 32, NOW) is None
    store.expire(NOW + 20)
    assert store._db.execute("SELECT count(*) FROM paused").fetchone() == (0,)
    store.pause(verifier.hex(), b"again", NOW + 20)
    store.unpause(verifier)
    assert store.paused(verifier, NOW) is None


def test_what_an_update_changed_is_undone_as_a_whole(tmp_path: Path) -> None:
    """A failure half-way leaves neither the mark that it was seen nor a job."""
    store = Store.opened(tmp_path / "conversations.db", STORE_KEY, bytes, create=True)

    def fail() -> None:
        with store.transaction():
            store.see(900, NOW)
            store.queue_cover(HER, 7, NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.transaction():
        assert store.see(900, NOW)
        assert store.jobs(NOW, (), 9) == []
    store.close()
