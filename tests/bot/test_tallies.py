"""Tallies: rows that only grow, belong to nobody, and stay as they were published."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import store
from bot.tallies import Tallies
from referrals.case_facts import NEEDS
from referrals.database import Connection, open_database, transaction
from referrals.statistics import MOST_NEEDS, Cell, Facts, published, region
from tests.bot.rig import STORE_KEY
from tests.person import questionnaire

AUTUMN = datetime(2026, 11, 24, 7, 30, tzinfo=UTC).timestamp()
SUMMER = datetime(2026, 9, 30, 23, 59, tzinfo=UTC).timestamp()
SHE = Facts("CN", "ko", "days", ("n_place", "n_med"))  # fictional
OTHER = Facts(None, "zh", "normal")
CHINESE = Cell("language", "zh", "none")  # where OTHER is counted


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Connection]:
    """Give a new conversations.db, inside a transaction."""
    connection = open_database(tmp_path / "conversations.db", STORE_KEY, store.migrations(), create=True)
    with transaction(connection):
        yield connection
    connection.close()


def test_persons_are_added_up(database: Connection) -> None:
    """Two who answered alike and one other are three in the rows of language, and each need counts once."""
    tallies = Tallies(database)
    for facts in (SHE, OTHER, SHE):
        tallies.count(facts, AUTUMN)
    assert tallies.quarters() == ["2026-Q4"]
    assert tallies.counts("2026-Q4") == {
        ("language", "ko", "CN"): 2,
        ("language", "zh", "none"): 1,
        ("need", "n_med", "CN"): 2,
        ("need", "n_place", "CN"): 2,
        ("urgency", "later", "none"): 1,
        ("urgency", "soon", "CN"): 2,
    }
    assert tallies.counts("2026-Q3") == {}


def test_quarters_share_nothing(database: Connection) -> None:
    """A person counted in one changes nothing in another."""
    tallies = Tallies(database)
    for now in (SUMMER, AUTUMN, AUTUMN):
        tallies.count(OTHER, now)
    assert [tallies.counts(each)[CHINESE] for each in tallies.quarters()] == [1, 2]


def test_a_clock_set_back_changes_no_quarter_that_is_over(database: Connection) -> None:
    """Whoever is counted after that counts in the quarter that was begun, so that what was published stays what it was."""
    tallies = Tallies(database)
    for _ in range(11):
        tallies.count(SHE, SUMMER)
    tallies.count(OTHER, AUTUMN)
    before = published(tallies.counts("2026-Q3"))
    for _ in range(11):
        tallies.count(OTHER, SUMMER)
    assert published(tallies.counts("2026-Q3")) == before != ()
    assert tallies.counts("2026-Q4")[CHINESE] == 12


def test_nothing_is_kept_of_one_person(database: Connection) -> None:
    """However many are counted, and in whatever order, the same rows are left: no row, time or order belongs to one of them."""
    tallies = Tallies(database)
    left = []
    for order in ([SHE] * 3 + [OTHER] * 2, [OTHER, SHE, SHE, OTHER, SHE]):
        database.execute("DELETE FROM tallies")
        for second, facts in enumerate(order):
            tallies.count(facts, AUTUMN + second)
        left.append(database.execute("SELECT * FROM tallies").fetchall())
    assert left[0] == left[1]
    names = [row[1] for row in database.execute("PRAGMA table_info(tallies)")]
    assert names == ["quarter", "dimension", "value", "place", "count"]
    with pytest.raises(Exception, match="no such column: rowid"):
        database.execute("SELECT rowid FROM tallies")


def test_every_answer_of_the_questionnaire_can_be_counted() -> None:
    """Each need is one that the tables know, as many may be named as is reckoned with, and each country but "other" has its region."""
    questions = {question.id: question for question in questionnaire().question}
    assert {option.code for option in questions["q6_needs"].options} == set(NEEDS)
    assert questions["q6_needs"].multi == MOST_NEEDS
    countries = [option.code for option in questions["q5_country"].options]
    assert [code for code in countries if region(code) is None] == ["other"]
