"""What is counted of a person who agreed to be counted, and what of it may be published. Pure: counts in, tables out.

domain.md 5.4 and N17. Counted are language, urgency and needs, each by region: three tables of two dimensions and nothing finer. There
is no table of minors or of partners; whoever calls counts no person under 18 and nobody for somebody else.

What is published, and why nothing under 10 can be worked out from it:

* A number is printed if it is ENOUGH or more, rounded to 5. Everything else has one sign, HIDDEN, which doesn't say whether the
  number is small or stands beside a small one.
* Persons are split by region, language and urgency, and each split is hidden whole when one part is too small: no total leads to it.
  By region, where four parts add up (the fourth is "not said, or elsewhere", and never printed), the largest may stand alone if
  it is more than the others together and these are ENOUGH together.
* The tables have a column for each region that is printed. Where none is, they have one column for all persons instead, never both: so no
  two columns share a person, and only the numbers of persons connect them.
* "Now" and "within days" are one row: the urgent path asks nothing that would let her agree, so "now" is known to be 0.
* A need is printed only if those who did not name it are ENOUGH as well, and the needs of a column only if MOST_NEEDS for each person
  would leave room for more than is printed.

Therefore, even for somebody who knows this file and every printed number before it was rounded, each hidden number has 10 or more
possible values, as many as "fewer than 10" has. tests/referrals/test_statistics.py searches for those values. The sign, ENOUGH = 11, and
the columns make two sets of persons that differ by one person publish the same, or differ only in numbers that are 10 or more in both.
Quarters share no person counted and no total, so comparing them takes nothing away; a quarter is published only when it is over.

What can still be learned: printed numbers to within 2. That at least ENOUGH persons used the bot in that quarter, from that region. What
nearly all of a column have in common holds for whoever is known to be in it. Somebody who knows all persons but one sees from a number
that just passes a step of the rounding in which printed cells she is. **Somebody who has invented persons counted fills a cell up,
and sees the real ones as what is above her own number, to within 2**: so no quarter in which many invented persons are suspected should be
published; nothing kept here tells them apart. Who opens conversations.db reads the counts exactly, those of the running quarter too, and
from two copies of it what was counted in between.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, NamedTuple, TypeAlias, get_args

from referrals.case_facts import NEEDS

Region: TypeAlias = Literal["CN", "transit", "KR"]
Place: TypeAlias = Literal["CN", "transit", "KR", "none"]
"""A region, or "none": not said, or elsewhere."""
Column: TypeAlias = Literal["all", "CN", "transit", "KR"]

REGIONS: tuple[Region, ...] = get_args(Region)
PLACES: tuple[Place, ...] = get_args(Place)
LANGUAGES = ("ko", "zh")
URGENCIES = ("soon", "later")  # "now" and "within days"; "normal"
# The countries of q5_country (domain.md 5.4: China, other transit, Korea).
_TRANSIT: tuple[str, ...] = ("VN", "LA", "TH", "MN", "KH", "MM", "RU")
_REGION_OF: Mapping[str, Region] = {"CN": "CN", "KR": "KR", **dict.fromkeys(_TRANSIT, "transit")}
# Persons. domain.md 5.4 shows 10; one more, so that a cell that one person opens or closes had 10 without her.
ENOUGH = 11
STEP = 5  # persons; domain.md 5.4, rounding
MOST_NEEDS = 3  # of one person; questionnaire.toml, q6_needs, multi
_QUARTER = re.compile(r"(20[0-9]{2})-Q([1-4])", re.ASCII)


class StatisticsError(Exception):
    """The quarter that was asked for can't be published. The message says why and what to do; it repeats no input."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one counted person adds to the tables. She is of age, speaks for herself, and agreed. Raises ValueError."""

    region: Region | None = field(repr=False)  # None: not said, or elsewhere
    language: Literal["ko", "zh"] = field(repr=False)
    klass: Literal["now", "days", "normal"] = field(repr=False)
    needs: tuple[str, ...] = field(default=(), repr=False)  # codes of case_facts.NEEDS, up to MOST_NEEDS

    def __post_init__(self) -> None:
        """Refuse what would make a cell of its own."""
        if len(self.needs) > MOST_NEEDS or len(set(self.needs)) < len(self.needs) or not set(self.needs) <= set(NEEDS):
            raise ValueError("needs are up to three different codes of case_facts.NEEDS")


class Cell(NamedTuple):
    """Where a person is counted: once in `language` and `urgency`, once in `need` for each need."""

    table: Literal["language", "urgency", "need"]
    row: str
    place: Place


@dataclass(frozen=True, slots=True)
class Table:
    """A published table: rows of numbers of persons in the order of `columns`, rounded; None is hidden."""

    name: Literal["persons", "language", "urgency", "need"]
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]


def region(country: str | None) -> Region | None:
    """The region of a country (ISO 3166-1 alpha-2); None, counted by no region, for an unknown or another one."""
    return _REGION_OF.get(country or "")


def quarter_of(now: float) -> str:
    """The quarter of a time (Unix seconds), in UTC: 2026-Q4. Names of quarters sort by time."""
    day = datetime.fromtimestamp(now, UTC)
    return f"{day.year}-Q{(day.month + 2) // 3}"


def ended(untrusted_quarter: str, now: float) -> str:
    """The quarter asked for, when it is one and over. Raises StatisticsError."""
    if not _QUARTER.fullmatch(untrusted_quarter):
        raise StatisticsError("That is no quarter. Write the year and the quarter, such as 2026-Q3.")
    if untrusted_quarter >= quarter_of(now):
        raise StatisticsError("This quarter is not over yet (UTC). It is published when nobody can be added to it.")
    return untrusted_quarter


def cells(facts: Facts) -> Iterator[Cell]:
    """The cells in which a person is counted."""
    place: Place = facts.region or "none"
    yield Cell("language", facts.language, place)
    yield Cell("urgency", "later" if facts.klass == "normal" else "soon", place)
    for need in facts.needs:
        yield Cell("need", need, place)


def published(counts: Mapping[Cell, int]) -> tuple[Table, ...]:
    """The tables of one quarter from its counts; none when fewer than ENOUGH persons were counted.

    A missing cell is 0. Numbers are multiples of 5, at least 10.
    """
    persons: dict[str, int] = {
        place: sum(counts.get(Cell("language", each, place), 0) for each in LANGUAGES) for place in PLACES
    }
    if sum(persons.values()) < ENOUGH:
        return ()
    opened = _opened(persons)
    by_region = tuple(each for each in REGIONS if each in opened)
    columns: dict[Column, dict[tuple[str, str], int]] = (
        {each: _column(counts, (each,)) for each in by_region} if by_region else {"all": _column(counts, PLACES)}
    )
    split = tuple(_rounded(persons[each]) if each in by_region else None for each in REGIONS)
    return (
        Table("persons", ("all", *REGIONS), (("persons", (_rounded(sum(persons.values())), *split)),)),
        _table("language", LANGUAGES, columns),
        _table("urgency", URGENCIES, columns),
        _table("need", NEEDS, columns),
    )


def _opened(parts: Mapping[str, int]) -> frozenset[str]:
    """Which parts of a whole may be printed beside the whole: all, only the largest, or none.

    With the whole and what is printed fixed, what is hidden can be distributed anew in any way that leaves a part too small. The choice
    depends on nothing else, so which parts are hidden says no more than that (one that looked for the fewest to hide would).
    """
    if all(count >= ENOUGH for count in parts.values()):
        return frozenset(parts)
    largest = max(parts, key=parts.__getitem__)
    others = sum(parts.values()) - parts[largest]
    if ENOUGH <= others < parts[largest]:  # never of two: the other one would be the difference, and is too small
        return frozenset({largest})
    return frozenset()


def _column(counts: Mapping[Cell, int], places: tuple[Place, ...]) -> dict[tuple[str, str], int]:
    """What may be printed of the persons in some places: table and row -> rounded number."""

    def summed(table: Literal["language", "urgency", "need"], rows: tuple[str, ...]) -> dict[str, int]:
        return {row: sum(counts.get(Cell(table, row, place), 0) for place in places) for row in rows}

    languages, urgencies = summed("language", LANGUAGES), summed("urgency", URGENCIES)
    needs = _needs(summed("need", NEEDS), sum(languages.values()))
    kept = [("language", row, languages[row]) for row in _opened(languages)]
    kept += [("urgency", row, urgencies[row]) for row in _opened(urgencies)]
    kept += [("need", row, count) for row, count in needs.items()]
    return {(table, row): _rounded(count) for table, row, count in kept}


def _needs(needs: Mapping[str, int], persons: int) -> dict[str, int]:
    """The needs that may be printed beside the number of persons who named up to MOST_NEEDS each."""
    kept = {need: count for need, count in needs.items() if ENOUGH <= count <= persons - ENOUGH}
    room = MOST_NEEDS * persons - sum(kept.values())  # for what is hidden: less would bound it from above
    return kept if room >= ENOUGH - 1 else {}


def _table(
    name: Literal["language", "urgency", "need"],
    rows: tuple[str, ...],
    columns: Mapping[Column, Mapping[tuple[str, str], int]],
) -> Table:
    numbers = ((row, tuple(shown.get((name, row)) for shown in columns.values())) for row in rows)
    return Table(name, tuple(columns), tuple(numbers))


def _rounded(count: int) -> int:
    return (count + STEP // 2) // STEP * STEP
