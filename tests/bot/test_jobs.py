"""Jobs: in order within a chat, wipes first, and deletions that wait for their time."""

from pathlib import Path

from bot.jobs import DELETE_AFTER, Job
from bot.store import DAY, Store, migrations
from referrals.database import open_database, transaction
from referrals.filing import ErasureFiling
from tests.bot.rig import START, STORE_KEY
from tests.bot.test_store import OTHER, routing, save
from tests.fakes import DELETABLE, HER

NOW = START
HOUR = 3_600  # seconds


def due(store: Store, now: float = NOW, busy: tuple[int, ...] = (), most: int = 99) -> list[tuple[str, int]]:
    """What would be done now: kind and lane."""
    return [(job.kind, job.lane) for job in store.jobs(now, busy, most)]


def first(store: Store) -> Job:
    """The job that is first."""
    return store.jobs(NOW, (), 99)[0]


def handle(store: Store, chat: int = HER) -> int:
    """A handle that is due, and its row."""
    store.handles.keep(chat, f"{chat:032x}", "c_any", None, None, NOW)
    store.handles.news(f"{chat:032x}")
    return store.handles.due()[-1].id


def test_a_newer_screen_replaces_an_unsent_one(store: Store) -> None:
    """However often she presses, one screen waits."""
    row = save(store)
    for _ in range(3):
        store.queue_show(HER, row, NOW)
    assert due(store) == [("show", HER)]
    store.done(first(store).id)
    assert due(store) == []


def test_a_cover_goes_before_everything_else_in_its_chat(store: Store) -> None:
    """Whatever was queued before it, and although a deletion is tried again later."""
    row = save(store)
    store.queue_delete(HER, 3, NOW)
    store.postpone(first(store), NOW + 60)
    store.queue_answer(HER, "9", NOW)
    store.queue_show(HER, row, NOW)
    store.queue_cover(HER, 7, NOW)
    assert due(store) == [("cover", HER)]


def test_a_cover_that_waits_holds_up_the_screen_behind_it(store: Store) -> None:
    """Otherwise the page of a new conversation would be covered by the wipe of the old one."""
    row = save(store)
    store.queue_cover(HER, 7, NOW)
    store.queue_show(HER, row, NOW)
    store.postpone(first(store), NOW + 60)
    assert due(store) == []
    assert due(store, NOW + 60) == [("cover", HER)]


def test_a_deletion_or_an_answer_that_waits_holds_up_nobody(store: Store) -> None:
    """A messenger that can't delete or answer just now must not keep her screen from her."""
    row = save(store)
    store.queue_delete(HER, 3, NOW)
    store.postpone(first(store), NOW + 60)
    store.queue_answer(HER, "9", NOW)
    store.postpone(first(store), NOW + 60)
    store.queue_show(HER, row, NOW)
    assert due(store) == [("show", HER)]


def test_packets_of_one_referral_keep_their_order(store: Store) -> None:
    """An addition waits for its referral; another referral waits for neither."""
    store.queue_delivery(routing(1), b"sealed", NOW)
    store.queue_delivery(routing(2), b"added", NOW)
    store.postpone(first(store), NOW + 60)
    store.queue_delivery(routing(3, referral=1 << 100), b"other", NOW)
    assert [job.sealed for job in store.jobs(NOW, (), 9)] == [b"other"]
    assert [job.sealed for job in store.jobs(NOW + 60, (), 9)] == [b"sealed", b"other"]


def test_busy_lanes_are_left_alone(store: Store) -> None:
    """A chat that is being served gets nothing more, not even its wipe; the others do."""
    store.queue_cover(HER, 7, NOW)
    store.queue_cover(OTHER, 8, NOW)
    assert due(store, busy=(HER,)) == [("cover", OTHER)]


def test_only_screens_and_answers_are_held_back(store: Store) -> None:
    """With no room left, wipes, deletions and sealed referrals still go; screens go by their age."""
    for chat in (HER, OTHER):
        store.queue_show(chat, save(store, chat), NOW)
    store.queue_cover(HER + 2, 7, NOW)
    store.queue_delete(HER + 3, 7, NOW)
    store.queue_delivery(routing(1), b"sealed", NOW)
    kinds = ["cover", "delete", "deliver"]
    assert [kind for kind, _ in due(store, most=0)] == kinds
    assert [kind for kind, _ in due(store, most=1)] == [*kinds, "show"]
    assert due(store, most=1)[-1] == ("show", HER)


def test_a_job_says_when_it_is_due(store: Store) -> None:
    """A postponed job counts its tries and names its time; what is due already is not waited for."""
    store.queue_cover(HER, 7, NOW)
    assert store.next_due(NOW) is None
    store.postpone(first(store), NOW + 60)
    assert store.next_due(NOW) == NOW + 60
    (job,) = store.jobs(NOW + 60, (), 9)
    assert job.attempts == 1


def test_hearing_from_her_ends_the_waiting_of_her_own_jobs(store: Store) -> None:
    """What was put off in an outage goes at once, for her chat only."""
    for chat in (HER, OTHER):
        store.queue_cover(chat, 7, NOW)
    for job in store.jobs(NOW, (), 9):
        store.postpone(job, NOW + 300)
    store.hurry(HER, NOW)
    assert due(store) == [("cover", HER)]


def test_a_clock_set_back_leaves_no_wipe_waiting(store: Store) -> None:
    """A time more than a day ahead was written by a wrong clock."""
    store.queue_cover(HER, 7, NOW + 2 * DAY)
    assert due(store) == [("cover", HER)]


def test_what_carries_no_file_is_queued_as_well(store: Store) -> None:
    """An erasure has no sealed packet; it goes in the lane of its case."""
    filing = ErasureFiling(case_id="c" * 32, blank="0" * 64)
    store.queue_delivery(filing, None, NOW)
    job = first(store)
    assert (job.kind, job.sealed, job.lane < 0) == ("deliver", None, True)


def test_trying_is_counted_once_however_often_it_is_put_off(store: Store) -> None:
    """Putting a job off before a try and again after it failed is one try; the later time counts."""
    store.queue_cover(HER, 7, NOW)
    job = first(store)
    store.postpone(job, NOW + 1)
    store.postpone(job, NOW + 60)
    (again,) = store.jobs(NOW + 60, (), 9)
    assert (again.attempts, again.due) == (1, NOW + 60)


# ------------------------------------------------------------------------------------------------- scheduled deletions


def test_a_scheduled_deletion_waits_for_its_time(store: Store) -> None:
    """Not a second earlier, although it is due in more than a day; it then wakes the outbox and holds up nobody before."""
    row = save(store)
    store.queue_delete(HER, 7, NOW, NOW + DELETE_AFTER)
    store.queue_show(HER, row, NOW)
    assert due(store) == [("show", HER)]
    store.done(first(store).id)
    assert due(store, NOW + DELETE_AFTER - 1) == []
    assert store.next_due(NOW) == NOW + DELETE_AFTER
    assert due(store, NOW + DELETE_AFTER) == [("delete", HER)]


def test_messages_are_deleted_while_telegram_allows_it() -> None:
    """An hour is left of the 48 for an outage."""
    assert DELETE_AFTER + HOUR == DELETABLE


def test_hearing_from_her_hurries_no_scheduled_deletion(store: Store) -> None:
    """It waits for its own time, not for an outage to end."""
    store.queue_delete(HER, 7, NOW, NOW + DELETE_AFTER)
    store.hurry(HER, NOW + 60)
    assert due(store, NOW + 60) == []


def test_a_scheduled_deletion_that_failed_is_hurried_like_any_other(store: Store) -> None:
    """Once it was tried, it waits because of an outage."""
    store.queue_delete(HER, 7, NOW, NOW + DELETE_AFTER)
    (job,) = store.jobs(NOW + DELETE_AFTER, (), 9)
    store.postpone(job, NOW + DELETE_AFTER + 300)
    store.hurry(HER, NOW + DELETE_AFTER + 1)
    assert due(store, NOW + DELETE_AFTER + 1) == [("delete", HER)]


def test_a_schedule_of_a_clock_that_ran_ahead_goes_at_once(store: Store) -> None:
    """Later than any message may be deleted, it was written by a wrong clock; two hours of difference are none."""
    store.queue_delete(HER, 7, NOW + 2 * HOUR, NOW + 2 * HOUR + DELETE_AFTER)
    assert due(store) == []
    assert due(store, NOW - 60) == [("delete", HER)]


def test_a_time_that_is_past_is_now(store: Store) -> None:
    """What should have been deleted an hour ago is deleted at once."""
    store.queue_delete(HER, 7, NOW, NOW - HOUR)
    assert due(store) == [("delete", HER)]


def test_a_newer_schedule_replaces_the_older(store: Store) -> None:
    """One message is scheduled once."""
    for hours in (1, 2):
        store.queue_delete(HER, 7, NOW, NOW + hours * HOUR)
    assert store._db.execute("SELECT due FROM outbox").fetchall() == [(NOW + 2 * HOUR,)]


def test_a_message_in_use_again_is_not_deleted(store: Store) -> None:
    """Only that message of that chat is taken back, and not a deletion that is to be done now."""
    store.queue_delete(HER, 7, NOW, NOW + HOUR)
    store.queue_delete(HER, 8, NOW, NOW + HOUR)
    store.queue_delete(OTHER, 7, NOW, NOW + HOUR)
    store.queue_delete(HER, 7, NOW)
    store.unschedule(HER, 7)
    rows = store._db.execute("SELECT lane, message, due FROM outbox ORDER BY id").fetchall()
    assert rows == [(HER, 8, NOW + HOUR), (OTHER, 7, NOW + HOUR), (HER, 7, NOW)]


def test_a_wipe_lets_all_scheduled_deletions_of_the_chat_go(store: Store) -> None:
    """At once, one after the other; those of another chat keep their time."""
    store.queue_delete(HER, 7, NOW, NOW + HOUR)
    store.queue_delete(HER, 8, NOW, NOW + HOUR)
    store.queue_delete(OTHER, 7, NOW, NOW + HOUR)
    store.delete_now(HER, NOW)
    gone = []
    while jobs := store.jobs(NOW, (), 9):
        gone += [(job.lane, job.message) for job in jobs]
        for job in jobs:
            store.done(job.id)
    assert gone == [(HER, 7), (HER, 8)]
    assert store._db.execute("SELECT lane FROM outbox").fetchall() == [(OTHER,)]


# ------------------------------------------------------------------------------------------------------------- notices


def test_a_handle_has_one_notice(store: Store) -> None:
    """However often it is queued."""
    row = handle(store)
    for _ in range(3):
        store.queue_notice(HER, row, NOW)
    assert [(job.kind, job.handle) for job in store.jobs(NOW, (), 9)] == [("notice", row)]
    assert store._db.execute("SELECT count(*) FROM outbox").fetchone() == (1,)


def test_a_notice_comes_after_everything_else(store: Store) -> None:
    """It waits for screens, is held back like them, and one that waits for a later time holds up nobody."""
    store.queue_notice(HER, handle(store), NOW)
    assert due(store, most=0) == []
    store.queue_show(HER, save(store), NOW)
    assert due(store) == [("show", HER)]
    store.done(first(store).id)
    store.postpone(first(store), NOW + 60)
    store.queue_show(HER, save(store), NOW)
    assert due(store) == [("show", HER)]


# ----------------------------------------------------------------------------------------------------------- migration


def test_what_was_queued_by_the_version_before_is_kept(tmp_path: Path) -> None:
    """A screen, its conversation and a packet are found after the table was made anew, with their order and their links."""
    path = tmp_path / "older.db"
    older = open_database(path, STORE_KEY, migrations()[:1], create=True)
    with transaction(older):
        older.execute("INSERT INTO lookup_keys VALUES (?, ?)", (int(NOW) // DAY, bytes(32)))
        older.execute(
            """INSERT INTO conversations (lookup, lookup_day, chat, message, revision, state, idle_at)
               VALUES (x'00', ?, ?, 7, 1, '{}', ?)""",
            (int(NOW) // DAY, HER, int(NOW) + 60),
        )
        older.execute(
            "INSERT INTO outbox (kind, lane, urgency, conversation, due) VALUES ('show', ?, 2, 1, ?)", (HER, NOW)
        )
        older.execute(
            "INSERT INTO outbox (kind, lane, urgency, sealed, due, attempts) VALUES ('deliver', -5, 1, x'01', ?, 3)",
            (NOW,),
        )
    older.close()
    store = Store.opened(path, STORE_KEY, bytes)
    with store.transaction():
        assert [(job.kind, job.sealed, job.attempts) for job in store.jobs(NOW, (), 9)] == [
            ("deliver", b"\x01", 3), ("show", None, 0),
        ]  # fmt: skip
        held = store.forget(HER, NOW)
        assert held is not None
        assert (held.message, held.sent) == (7, None)
        assert due(store) == [("deliver", -5)]
    store.close()
