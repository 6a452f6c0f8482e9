"""`naru statistics`: only what may be published is printed, and everything else is one clear line."""

import csv
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import store
from bot.app import CONVERSATIONS
from bot.commands.statistics import _NOTES, _TITLES, HIDDEN
from bot.tallies import Tallies
from referrals.case_facts import NEEDS
from referrals.database import open_database, transaction
from referrals.statistics import Facts, quarter_of
from tests.invoked import invoked
from tests.operated import keys

SUMMER = datetime(2026, 8, 1, tzinfo=UTC).timestamp()
# Fictional: 58 in China, 31 of whom asked for a place to stay; 9 elsewhere on the way, 3 in Korea.
PERSONS = [
    *[Facts("CN", "ko", "days", ("n_place",))] * 31,
    *[Facts("CN", "zh", "normal", ("n_med", "n_talk"))] * 27,
    *[Facts("transit", "ko", "normal", ("n_place",))] * 9,
    *[Facts("KR", "ko", "normal", ("n_mind",))] * 3,
]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A place without counts."""
    made = tmp_path / "data"
    assert invoked("init", str(made)).exit_code == 0
    return made


def _count(place: Path, persons: list[Facts], now: float = SUMMER) -> None:
    connection = open_database(place / CONVERSATIONS, keys(place)["naru_conversations_key"], store.migrations())
    with transaction(connection):
        for each in persons:
            Tallies(connection).count(each, now)
    connection.close()


def _said(place: Path, *arguments: str) -> str:
    ended = invoked("statistics", *arguments, NARU_DATA_DIR=str(place))
    assert (ended.exit_code, ended.stderr) == (0, "")
    return ended.stdout


def _refused(place: Path, *arguments: str) -> str:
    ended = invoked("statistics", *arguments, NARU_DATA_DIR=str(place))
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.startswith("naru: ")
    assert len(ended.stderr.splitlines()) == 1
    return ended.stderr


def test_the_tables_are_printed_in_columns(place: Path) -> None:
    """Numbers are rounded, small regions hidden, and what the reader must know stands below."""
    _count(place, PERSONS)
    lines = _said(place).splitlines()
    assert lines[:12] == [
        "2026-Q3 (UTC): persons who agreed to be counted",
        "",
        "Persons  all  China  other transit  South Korea",
        f"number    70     60           {HIDDEN}         {HIDDEN}",
        "",
        "Language  China",
        "Korean       30",
        "Chinese      25",
        "",
        "How soon                      China",
        "now, or within days              30",
        "not within days, or not said     25",
    ]
    assert ["a", "place", "to", "stay", "30"] in [line.split() for line in lines]
    assert ["mental", "health", HIDDEN] in [line.split() for line in lines]
    assert lines[-len(_NOTES) :] == list(_NOTES)


def test_the_file_opens_in_a_spreadsheet_program(place: Path, tmp_path: Path) -> None:
    """UTF-8 with a mark at its start, one number a line, nothing that begins like a formula; the notes go along."""
    _count(place, PERSONS)
    file = tmp_path / "out.csv"
    assert f"Wrote {file}." in _said(place, "--quarter", "2026-Q3", "--csv", str(file))
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened))
    assert rows[:4] == [
        ["quarter", "table", "row", "column", "persons"],
        ["2026-Q3", "Persons", "number", "all", "70"],
        ["2026-Q3", "Persons", "number", "China", "60"],
        ["2026-Q3", "Persons", "number", "other transit", HIDDEN],
    ]
    assert [row[-1] for row in rows[-len(_NOTES) :]] == list(_NOTES)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row)


def test_quarters_that_are_over_are_printed_and_the_running_one_is_not(place: Path) -> None:
    """Whatever was counted today stays untold."""
    _count(place, PERSONS)
    _count(place, PERSONS * 2, time.time())
    assert [line for line in _said(place).splitlines() if "(UTC)" in line] == [
        "2026-Q3 (UTC): persons who agreed to be counted"
    ]
    assert "not over yet" in _refused(place, "--quarter", quarter_of(time.time()))


def test_a_quarter_with_nobody_and_one_with_few_look_the_same(place: Path) -> None:
    """Otherwise the message would say that there was somebody."""
    nobody = [_refused(place), _refused(place, "--quarter", "2026-Q3")]
    _count(place, PERSONS[:10])
    assert [_refused(place), _refused(place, "--quarter", "2026-Q3")] == nobody


def test_no_exact_number_is_printed(place: Path) -> None:
    """Every number between the heading and the notes is a step of 5, or hidden."""
    _count(place, PERSONS)
    shown = [
        word for line in _said(place).splitlines()[2 : -len(_NOTES)] for word in line.split() if word[-1].isdigit()
    ]
    assert len(shown) > 5
    assert all(int(word) % 5 == 0 for word in shown)


def test_what_is_no_quarter_is_told_and_not_repeated(place: Path) -> None:
    """The message says how to write one."""
    told = _refused(place, "--quarter", "Q3 of 2026")
    assert "such as 2026-Q3" in told
    assert "Q3 of 2026" not in told


def test_a_file_that_can_not_be_written_is_told(place: Path, tmp_path: Path) -> None:
    """Nothing is printed as if it had gone well."""
    _count(place, PERSONS)
    assert "can't be written" in _refused(place, "--csv", str(tmp_path / "nowhere" / "out.csv"))


def test_a_missing_database_is_told_as_everywhere(place: Path) -> None:
    """In the words of the database's own error."""
    (place / CONVERSATIONS).unlink()
    assert "There is no database here." in _refused(place)


def test_every_need_has_its_title() -> None:
    """A need that is added to the questionnaire is added to the tables."""
    assert {*NEEDS} <= _TITLES.keys()
