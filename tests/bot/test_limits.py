"""Attempts are counted per person for 48 hours, and nothing leads from a count to anybody."""

from pathlib import Path

from bot.dialogue.conversation import NOBODY
from bot.dialogue.world import Tries
from bot.store import DAY, Store
from tests.bot.rig import START, STORE_KEY
from tests.bot.test_daily_keys import drawing
from tests.fakes import HER
from tests.pages import search

MIDNIGHT = START - START % DAY


def test_nothing_was_tried_at_first(store: Store) -> None:
    """A new person has no attempts, and asking for them writes nothing."""
    assert store.limits.tries(HER, START) == Tries()
    assert store._db.execute("SELECT count(*) FROM limit_keys").fetchone() == (0,)


def test_attempts_are_counted_by_kind_and_person(store: Store) -> None:
    """Codes with the time of the last one, searches without; another person's attempts are hers alone."""
    for seconds in (0, 5, 9):
        store.limits.count(HER, "code", START + seconds)
    store.limits.count(HER, "match", START + 60)
    store.limits.count(HER + 1, "code", START + 70)
    assert store.limits.tries(HER, START + 80) == Tries(3, START + 9, 1)


def test_codes_count_over_midnight_and_searches_by_the_day(store: Store) -> None:
    """Midnight gives no new tries of a code; searches begin anew."""
    for _ in range(2):
        store.limits.count(HER, "code", MIDNIGHT + DAY - 1)
    store.limits.count(HER, "match", MIDNIGHT + DAY - 1)
    store.limits.count(HER, "code", MIDNIGHT + DAY)
    assert store.limits.tries(HER, MIDNIGHT + DAY) == Tries(3, MIDNIGHT + DAY, 0)


def test_a_right_code_clears_the_wrong_ones(store: Store) -> None:
    """Yesterday's too; searches stay."""
    store.limits.count(HER, "code", START)
    store.limits.count(HER, "code", START + DAY)
    store.limits.count(HER, "match", START + DAY)
    store.limits.clear(HER, "code", START + DAY)
    assert store.limits.tries(HER, START + DAY) == Tries(0, 0.0, 1)


def test_counts_and_keys_are_gone_after_48_hours(store: Store) -> None:
    """What was written at midnight is there until the second midnight after it, and gone then."""
    store.limits.count(HER, "code", MIDNIGHT)
    for seconds, rows in ((2 * DAY - 1, 1), (2 * DAY, 0)):
        store.limits.expire(MIDNIGHT + seconds)
        for table in ("tries", "limit_keys"):
            assert store._db.execute(f"SELECT count(*) FROM {table}").fetchone() == (rows,)  # noqa: S608  # ours
    assert store.limits.tries(HER, MIDNIGHT + 2 * DAY) == Tries()


def test_what_is_past_its_time_does_not_count_before_it_is_erased(store: Store) -> None:
    """The bot may have stood still over the hour at which it should have erased."""
    store.limits.count(HER, "code", MIDNIGHT)
    assert store.limits.tries(HER, MIDNIGHT + 2 * DAY) == Tries()


def test_no_row_leads_to_a_conversation(store: Store) -> None:
    """Her name in the counts is not her name among the conversations, nor tomorrow's."""
    store.save(HER, 7, NOBODY, START + 600, START)
    store.limits.count(HER, "code", START)
    store.limits.count(HER, "code", START + DAY)
    names = [row[0] for row in store._db.execute("SELECT person FROM tries UNION ALL SELECT lookup FROM conversations")]
    assert len(set(names)) == 3


def test_no_page_holds_the_chat(tmp_path: Path) -> None:
    """A seized file with its key shows counts, and not whose they are."""
    keys = drawing()
    path = tmp_path / "conversations.db"
    store = Store.opened(path, STORE_KEY, lambda _: next(keys), create=True)
    with store.transaction():
        store.limits.count(HER, "code", START)
        store.limits.count(HER, "match", START)
    assert search([path], STORE_KEY, {"chat": HER}) == []
    assert search([path], STORE_KEY, {"kind": "match"})  # the search would find something
    store.close()
