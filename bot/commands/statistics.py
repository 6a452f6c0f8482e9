"""`naru statistics`: what of the counts may be published. It changes nothing, and never prints an exact number."""

import csv
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from bot import store
from bot.app import CONVERSATIONS
from bot.commands.failing import clearly
from bot.settings import SettingsError, read, read_keys
from bot.tallies import Tallies
from referrals.database import open_database, reading
from referrals.spreadsheet.csv_text import guarded
from referrals.statistics import StatisticsError, Table, ended, published, quarter_of

HIDDEN = "<10*"
_TITLES = {
    "persons": "Persons",
    "language": "Language",
    "urgency": "How soon",
    "need": "Needs",
    "all": "all",
    "CN": "China",
    "transit": "other transit",
    "KR": "South Korea",
    "ko": "Korean",
    "zh": "Chinese",
    "soon": "now, or within days",
    "later": "not within days, or not said",
    "n_place": "a place to stay",
    "n_leave": "leaving",
    "n_med": "treatment, medicine",
    "n_preg": "pregnancy, women's health",
    "n_mind": "mental health",
    "n_child": "about a child",
    "n_food": "food, daily needs",
    "n_family": "news of family",
    "n_legal": "papers, law",
    "n_path": "the way from here",
    "n_caught": "somebody was caught",
    "n_phone": "being careful with the phone",
    "n_scam": "somebody wants money",
    "n_talk": "just to talk",
    "n_info": "only to find out",
}
_NOTES = (
    f"{HIDDEN} fewer than 10 persons; or more, hidden so that a number under 10 can't be worked out from the others.",
    "Numbers are rounded to 5, each by itself, so they don't add up. Publish them as they are, without totals of your own.",
    "A person counts once in each need she named, so columns of needs don't add up to persons.",
    "Counted are persons of age who agreed to it. Somebody who came twice and agreed twice is counted twice.",
    "Where no region can be shown, the tables are for all persons together.",
    "Don't publish a quarter in which many persons may have been invented: whoever invented them can work out the others.",
)
_TOO_FEW = "Nothing can be published for this quarter: nobody, or too few, agreed to be counted. Leave out --quarter to see those that can."
_NOTHING = (
    "Nothing can be published yet: there is no quarter that is over and in which enough persons agreed to be counted."
)


def statistics(
    quarter: Annotated[
        str | None, typer.Option("--quarter", metavar="QUARTER", help="Only this one, such as 2026-Q3.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the tables here as well.")] = None,
) -> None:
    """Print the tables that may be published, of the quarters that are over.

    Needs the bot's data directory (NARU_DATA_DIR); the bot may be running. Small numbers, and what would give them away, are hidden.
    """
    with clearly():
        now = time.time()
        asked = _asked(quarter, now)
        found = _tables(asked, now)
        if not found:
            raise SettingsError(_NOTHING if asked is None else _TOO_FEW)
        if file is not None:
            _write(file, found)
    for name, tables in found.items():
        typer.echo("\n".join(_printed(name, tables)))
    typer.echo("\n".join(_NOTES))
    if file is not None:
        typer.echo(f"\nWrote {file}.")


def _asked(untrusted_quarter: str | None, now: float) -> str | None:
    try:
        return None if untrusted_quarter is None else ended(untrusted_quarter, now)
    except StatisticsError as error:
        raise SettingsError(f"--quarter: {error}") from None


def _tables(asked: str | None, now: float) -> dict[str, tuple[Table, ...]]:
    """The tables of the quarter asked for, or of every quarter that is over; one with nothing to publish is as if it were not there."""
    settings = read(os.environ)
    key = read_keys(settings.data_dir, os.environ.get("CREDENTIALS_DIRECTORY"))["naru_conversations_key"]
    connection = open_database(settings.data_dir / CONVERSATIONS, key, store.migrations())
    try:
        connection.execute("PRAGMA query_only=ON")
        with reading(connection):
            tallies = Tallies(connection)
            over = [each for each in tallies.quarters() if each < quarter_of(now) and asked in {None, each}]
            made = {each: published(tallies.counts(each)) for each in over}
    finally:
        connection.close()
    return {each: tables for each, tables in made.items() if tables}


def _printed(quarter: str, tables: tuple[Table, ...]) -> Iterator[str]:
    yield f"{quarter} (UTC): persons who agreed to be counted"
    yield ""
    for table in tables:
        rows = [[_TITLES[table.name], *(_TITLES[each] for each in table.columns)]]
        rows += [[_row(table, row), *(_number(each) for each in numbers)] for row, numbers in table.rows]
        widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
        for label, *numbers in rows:
            cells = (text.rjust(width) for text, width in zip(numbers, widths[1:], strict=True))
            yield "  ".join((label.ljust(widths[0]), *cells))
        yield ""


def _row(table: Table, row: str) -> str:
    return "number" if table.name == "persons" else _TITLES[row]


def _number(number: int | None) -> str:
    return HIDDEN if number is None else str(number)


def _write(file: Path, found: Mapping[str, tuple[Table, ...]]) -> None:
    """One line for each number, in UTF-8 with a byte order mark, by which spreadsheet programs know it. Raises SettingsError."""
    try:
        with file.open("w", encoding="utf-8-sig", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(("quarter", "table", "row", "column", "persons"))
            for line in _lines(found):
                writer.writerow([guarded(text) for text in line])
            writer.writerows([("note", "", "", "", guarded(note)) for note in _NOTES])
    except OSError as error:
        raise SettingsError(f"--csv: the file can't be written: {error.strerror}. Name another one.") from None


def _lines(found: Mapping[str, tuple[Table, ...]]) -> Iterator[tuple[str, ...]]:
    for quarter, tables in found.items():
        for table in tables:
            for row, numbers in table.rows:
                for column, number in zip(table.columns, numbers, strict=True):
                    yield quarter, _TITLES[table.name], _row(table, row), _TITLES[column], _number(number)
