"""Daily keys: one a day, found while they are kept, and destroyed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.daily_keys import DAY, DailyKeys
from bot.store import migrations
from referrals.database import Connection, open_database, transaction
from tests.bot.rig import START, STORE_KEY
from tests.fakes import HER


def drawing() -> Iterator[bytes]:
    """Keys that differ, the same in every run."""
    for number in range(1, 10_000):
        yield number.to_bytes(32, "big")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Connection]:
    """Give a new conversations.db, inside a transaction."""
    connection = open_database(tmp_path / "conversations.db", STORE_KEY, migrations(), create=True)
    with transaction(connection):
        yield connection
    connection.close()


@pytest.fixture
def keys(database: Connection) -> DailyKeys:
    """Give keys that are kept for one day besides today's."""
    drawn = drawing()
    return DailyKeys(database, "limit_keys", 1, lambda _: next(drawn))


def test_looking_makes_no_key(keys: DailyKeys, database: Connection) -> None:
    """Only what is written needs a key; asking leaves nothing behind."""
    assert keys.known(HER, START) == {}
    assert database.execute("SELECT * FROM limit_keys").fetchall() == []


def test_a_day_has_one_key(keys: DailyKeys) -> None:
    """Within a day a chat has one name, another chat another, and the next day gives new ones."""
    day, name = keys.today(HER, START)
    assert (day, name) == (int(START) // DAY, keys.today(HER, START + 60)[1])
    assert keys.today(HER + 1, START)[1] != name
    assert keys.today(HER, START + DAY) != (day + 1, name)


def test_a_destroyed_key_finds_nothing(keys: DailyKeys, database: Connection) -> None:
    """Yesterday's key still counts; the one before does not, whether it was destroyed yet or not."""
    day, name = keys.today(HER, START)
    keys.expire(START + DAY)
    assert keys.known(HER, START + DAY) == {day: name}
    assert keys.known(HER, START + 2 * DAY) == {}
    keys.expire(START + 2 * DAY)
    assert database.execute("SELECT * FROM limit_keys").fetchall() == []


def test_a_clock_set_back_keeps_tomorrows_key(keys: DailyKeys) -> None:
    """What was written under a key of a day to come is found today."""
    written = keys.today(HER, START + DAY)
    assert keys.known(HER, START) == dict([written])
