"""What is published tells nobody a number under 10: every other set of persons that an attacker would have to exclude is looked for."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations_with_replacement
from typing import Any, TypeAlias

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from referrals.case_facts import NEEDS
from referrals.statistics import (
    ENOUGH,
    LANGUAGES,
    MOST_NEEDS,
    PLACES,
    REGIONS,
    URGENCIES,
    Cell,
    Facts,
    StatisticsError,
    Table,
    _needs,
    _opened,
    cells,
    ended,
    published,
    quarter_of,
    region,
)

Tables: TypeAlias = tuple[Table, ...]
SEARCHED = settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
"""A search in each example takes 0.1 s or more; making a counterexample smaller would take minutes, and it is small as it is."""
Slot: TypeAlias = tuple[str, str, str]  # table, row, column
VALUES = 10  # a hidden number must have as many possible values as "fewer than 10" has
NAMED = NEEDS[:5]  # by the persons below, but for the last, so that their numbers are not all small
FACTS = st.builds(
    Facts,
    st.sampled_from([None, *REGIONS]),
    st.sampled_from(["ko", "zh"]),
    st.sampled_from(["now", "days", "normal"]),
    st.lists(st.sampled_from(NAMED[:4]), max_size=MOST_NEEDS, unique=True).map(tuple),
)
# Up to ten kinds of persons (fictional), each up to 40 times; sizes near the limit of 10 are as likely as all others together.
PERSONS = st.lists(st.tuples(FACTS, st.integers(1, 40) | st.integers(9, 13)), min_size=1, max_size=10).map(
    lambda kinds: [facts for facts, times in kinds for _ in range(times)]
)


def counted(persons: Sequence[Facts]) -> dict[Cell, int]:
    """The counts of some persons."""
    return Counter(cell for each in persons for cell in cells(each))


def numbers(tables: Tables) -> dict[Slot, int | None]:
    """Every number of some tables, by place."""
    return {
        (table.name, row, column): number
        for table in tables
        for row, row_numbers in table.rows
        for column, number in zip(table.columns, row_numbers, strict=True)
    }


def exact(persons: Sequence[Facts]) -> Counter[Slot]:
    """What the same places would say if nothing were protected; those of tables that are not published too."""
    found: Counter[Slot] = Counter()
    for facts in persons:
        for column in ("all", facts.region or "none"):
            found["persons", "persons", column] += 1
            found.update((cell.table, cell.row, column) for cell in cells(facts))
    return found


# --------------------------------------------------------------------------------------------- the attacker who knows the program


def compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way to split a number of persons into so many parts."""
    for cuts in combinations_with_replacement(range(total + 1), parts - 1):
        yield tuple(right - left for left, right in zip((0, *cuts), (*cuts, total), strict=True))


def narrowest(opened: Callable[[dict[str, int]], frozenset[str]], parts: int, total: int) -> int:
    """The fewest values that a hidden part can have for whoever knows the whole, the parts shown, and the program."""
    possible: defaultdict[tuple[tuple[str, int], ...], list[set[int]]] = defaultdict(
        lambda: [set() for _ in range(parts)]
    )
    for split in compositions(total, parts):
        named = {str(at): count for at, count in enumerate(split)}
        shown = opened(named)
        output = tuple(sorted((name, named[name]) for name in shown))
        for at, count in enumerate(split):
            if str(at) not in shown:
                possible[output][at].add(count)
    return min((len(each) for values in possible.values() for each in values if each), default=VALUES)


@pytest.mark.parametrize(("parts", "most"), [(2, 90), (4, 44)])
def test_no_split_gives_a_hidden_part_away(parts: int, most: int) -> None:
    """Every split of every total into as many parts as there are languages or places: 10 values or more remain, rounding left out."""
    assert min(narrowest(_opened, parts, total) for total in range(ENOUGH, most)) >= VALUES


def test_that_search_finds_what_hiding_only_small_parts_gives_away() -> None:
    """Against "under 10 is hidden" alone, one hidden part of two is the whole minus the other."""
    assert narrowest(lambda parts: frozenset(name for name in parts if parts[name] >= ENOUGH), 2, 40) == 1


def alternatives(persons: list[Facts], slot: Slot) -> Iterator[list[Facts]]:
    """Other persons who might have been there instead: with none in that place, with one, and on to all who could be."""
    table, row, column = slot
    shown = {each for each, number in numbers(published(counted(persons))).items() if number is not None}
    if table == "persons":
        unseen = [at for at, each in enumerate(persons) if ("persons", "persons", each.region) not in shown]
        for home in (None, *(each for each in REGIONS if each != column and ("persons", "persons", each) not in shown)):
            for many in range(len(unseen) + 1):
                yield changed(persons, {at: {"region": column if at in unseen[:many] else home} for at in unseen})
        return
    inside = [at for at, each in enumerate(persons) if column in {"all", each.region}]
    for many in range(len(inside) + 1):
        chosen = set(inside[:many])
        if table == "language":
            other = "zh" if row == "ko" else "ko"
            yield changed(persons, {at: {"language": row if at in chosen else other} for at in inside})
        elif table == "urgency":
            yield changed(
                persons, {at: {"klass": "days" if (at in chosen) == (row == "soon") else "normal"} for at in inside}
            )
        elif (
            named := needing(
                persons, row, inside, many, {each[1] for each in shown if (each[0], each[2]) == ("need", column)}
            )
        ) is not None:
            yield changed(persons, {at: {"needs": tuple(needs)} for at, needs in named.items()})


def changed(persons: list[Facts], answers: dict[int, dict[str, Any]]) -> list[Facts]:
    """The same persons, some with other answers."""
    return [replace(each, **answers.get(at, {})) for at, each in enumerate(persons)]


def needing(
    persons: list[Facts], need: str, inside: list[int], many: int, shown: set[str]
) -> dict[int, list[str]] | None:
    """So many of those inside name the need; as many as before name each need that is printed. None if nobody could answer so."""
    wanted = Counter(each for at in inside for each in persons[at].needs if each in shown)
    wanted[need] = many
    named: dict[int, list[str]] = {at: [] for at in inside}
    # The most frequent need first, each to those who have named the fewest: fits whenever any way of dealing them out does.
    for each, count in wanted.most_common():
        for at in sorted(inside, key=lambda at: len(named[at]))[:count]:
            named[at].append(each)
    return None if any(len(needs) > MOST_NEEDS for needs in named.values()) else named


@SEARCHED
@given(PERSONS)
def test_nothing_published_narrows_a_hidden_number_down(persons: list[Facts]) -> None:
    """For each hidden number there are 10 numbers or more that other persons would have made, with the same tables to the last digit."""
    tables = published(counted(persons))
    for slot, number in numbers(tables).items():
        if number is None and (slot[0] != "need" or slot[1] in NAMED):
            possible = set()
            for each in alternatives(persons, slot):
                if published(counted(each)) == tables:
                    possible.add(exact(each)[slot])
                if len(possible) == VALUES:
                    break
            assert len(possible) == VALUES, (slot, sorted(possible))


@given(PERSONS, FACTS)
def test_one_person_more_changes_only_numbers_that_are_10_without_her(persons: list[Facts], she: Facts) -> None:
    """Two sets that differ by one person publish the same, but for numbers that are 10 or more in both."""
    with_her = [*persons, she]
    before, after = numbers(published(counted(persons))), numbers(published(counted(with_her)))
    for slot in before.keys() | after.keys():
        if before.get(slot) != after.get(slot):
            assert min(exact(persons)[slot], exact(with_her)[slot]) >= 10, slot


# ---------------------------------------------------------------------------------------- the attacker with equations and a pencil


def bounds(tables: Tables, hidden_most: float) -> dict[Slot, tuple[float, float]]:
    """What the tables alone prove of each number, from "rounded to 5" and every sum that must hold, until nothing changes."""
    known = {
        slot: (0.0, hidden_most) if number is None else (max(10.0, number - 2.0), number + 2.0)
        for slot, number in numbers(tables).items()
    }
    known |= {("persons", "persons", "none"): (0.0, float("inf"))}
    columns = {column for table, _, column in known if table == "language"}
    sums: list[tuple[Slot, list[Slot]]] = [
        (("persons", "persons", "all"), [("persons", "persons", place) for place in PLACES])
    ]
    for column in columns:
        whole: Slot = ("persons", "persons", column)
        sums += [(whole, [("language", row, column) for row in LANGUAGES])]
        sums += [(whole, [("urgency", row, column) for row in URGENCIES])]
    for _ in range(50):
        before = dict(known)
        for whole, parts in sums:
            narrow(known, whole, parts)
        for column in columns:
            needs_narrowed(known, column)
        if known == before:
            break
    return known


def narrow(known: dict[Slot, tuple[float, float]], whole: Slot, parts: list[Slot]) -> None:
    """Parts add up to the whole."""
    low, high = sum(known[part][0] for part in parts), sum(known[part][1] for part in parts)
    known[whole] = max(known[whole][0], low), min(known[whole][1], high)
    for part in parts:
        least = known[whole][0] - sum(known[each][1] for each in parts if each != part)
        most = known[whole][1] - sum(known[each][0] for each in parts if each != part)
        known[part] = max(known[part][0], least), min(known[part][1], most)


def needs_narrowed(known: dict[Slot, tuple[float, float]], column: str) -> None:
    """Nobody has a need twice, or more than three."""
    slots, (_, persons) = [("need", need, column) for need in NEEDS], known["persons", "persons", column]
    room = MOST_NEEDS * persons - sum(known[slot][0] for slot in slots)
    for slot in slots:
        low, high = known[slot]
        known[slot] = low, min(high, persons, room + low)


def hidden_widths(tables: Tables, hidden_most: float = float("inf")) -> list[float]:
    """How many values the equations leave to each hidden number, which is known to be `hidden_most` at most."""
    shown = numbers(tables)
    known = bounds(tables, hidden_most) if tables else {}
    return [high - low + 1 for slot, (low, high) in known.items() if shown.get(slot) is None]


@given(PERSONS)
def test_no_sum_bounds_a_hidden_number(persons: list[Facts]) -> None:
    """Totals minus what is shown, across all tables of a quarter, leave 10 values or more."""
    assert min(hidden_widths(published(counted(persons))), default=VALUES) >= VALUES


def carelessly(persons: list[Facts]) -> Tables:
    """The tables as they would be if only what is under 10 were hidden."""
    found = exact(persons)

    def rows(
        table: str, names: Sequence[str], columns: Sequence[str]
    ) -> tuple[tuple[str, tuple[int | None, ...]], ...]:
        counts = ((name, [found[table, name, column] for column in columns]) for name in names)
        return tuple((name, tuple((each + 2) // 5 * 5 if each >= 10 else None for each in row)) for name, row in counts)

    return (
        Table("persons", ("all", *REGIONS), rows("persons", ("persons",), ("all", *REGIONS))),
        Table("language", REGIONS, rows("language", LANGUAGES, REGIONS)),
        Table("urgency", REGIONS, rows("urgency", URGENCIES, REGIONS)),
        Table("need", REGIONS, rows("need", NEEDS, REGIONS)),
    )


def test_those_equations_give_away_what_a_careless_publication_hides() -> None:
    """Nine speak Korean and nine Chinese; 18 urgent ones are shown as 20, so both hidden nines are known exactly."""
    persons = [Facts("CN", "ko", "days")] * 9 + [Facts("CN", "zh", "days")] * 9
    careless = carelessly(persons)
    assert numbers(careless)["language", "ko", "CN"] is None
    assert min(hidden_widths(careless, hidden_most=9)) == 1
    assert min(hidden_widths(published(counted(persons)))) >= VALUES


# ----------------------------------------------------------------------------------------------------------- what is published


def people(**many: int) -> list[Facts]:
    """So many persons in each place."""
    homes = {"CN": "CN", "transit": "transit", "KR": "KR", "none": None}
    return [Facts(homes[place], "ko", "normal") for place, count in many.items() for _ in range(count)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("many", "row", "columns"),
    [
        ({"CN": 10}, None, None),
        ({"CN": 11}, (10, None, None, None), ("all",)),
        ({"CN": 58, "transit": 13, "KR": 22, "none": 11}, (105, 60, 15, 20), REGIONS),
        ({"CN": 58, "transit": 9, "KR": 2}, (70, 60, None, None), ("CN",)),
        ({"CN": 58, "transit": 13, "KR": 22, "none": 4}, (95, 60, None, None), ("CN",)),
        ({"CN": 58, "transit": 8, "KR": 2}, (70, None, None, None), ("all",)),
        ({"CN": 20, "transit": 18, "KR": 2}, (40, None, None, None), ("all",)),
        ({"CN": 9, "none": 60, "KR": 5}, (75, None, None, None), ("all",)),
    ],
    ids=["nothing", "all", "every-region", "one-region", "few-elsewhere", "others-too-few", "no-majority", "elsewhere"],
)
def test_regions_are_shown_together_or_not(
    many: dict[str, int], row: tuple[int | None, ...] | None, columns: tuple[str, ...] | None
) -> None:
    """All, the one that outweighs the others, or none; tables have columns for what is shown, and never for all beside a region."""
    tables = published(counted(people(**many)))
    assert [table.rows[0][1] for table in tables[:1]] == ([] if row is None else [row])
    assert {table.columns for table in tables[1:]} == (set() if columns is None else {columns})


def test_a_need_is_hidden_with_few_who_have_it_or_few_who_do_not() -> None:
    """Of 40 persons 11 to 29 must have named it."""
    shown = [count for count in range(41) if _needs({"n_place": count}, 40)]
    assert shown == list(range(11, 30))


def test_needs_that_fill_the_room_are_hidden_together() -> None:
    """Of 33 persons with three needs each, 99 needs: the printed ones must leave room for 10 more."""
    assert _needs({"n_place": 22, "n_leave": 22, "n_med": 22, "n_mind": 22, "n_talk": 2}, 33) != {}
    assert _needs({"n_place": 22, "n_leave": 22, "n_med": 22, "n_mind": 22, "n_talk": 11}, 33) == {}


@given(PERSONS)
def test_only_steps_of_5_from_10_are_printed(persons: list[Facts]) -> None:
    """Each printed number is its exact one to within 2, and that is 11 or more."""
    found = exact(persons)
    for slot, number in numbers(published(counted(persons))).items():
        if number is not None:
            assert number % 5 == 0
            assert abs(number - found[slot]) <= 2
            assert found[slot] >= ENOUGH


# ------------------------------------------------------------------------------------------------------------ counting, quarters


def test_a_person_is_counted_once_in_each_table_and_in_each_need() -> None:
    """Two dimensions, and nothing finer; without a region she stands beside the regions."""
    assert list(cells(Facts("CN", "zh", "days", ("n_place", "n_leave")))) == [
        ("language", "zh", "CN"),
        ("urgency", "soon", "CN"),
        ("need", "n_place", "CN"),
        ("need", "n_leave", "CN"),
    ]
    assert list(cells(Facts(None, "ko", "normal"))) == [("language", "ko", "none"), ("urgency", "later", "none")]
    assert list(cells(Facts(None, "ko", "now")))[1] == ("urgency", "soon", "none")


@pytest.mark.parametrize("needs", [("n_place",) * 2, ("n_1234",), NEEDS[:4]], ids=["twice", "unknown", "four"])
def test_needs_that_would_make_a_cell_of_their_own_are_refused(needs: tuple[str, ...]) -> None:
    """Twice the same, a code that is none, more than three; the message repeats nothing."""
    with pytest.raises(ValueError, match="up to three different codes") as error:
        Facts("CN", "ko", "days", needs)
    assert "n_1234" not in str(error.value)


def test_facts_print_nobody() -> None:
    """Their representation says nothing of her."""
    assert repr(Facts("KR", "zh", "days", ("n_mind",))) == "Facts()"


def test_countries_are_counted_by_three_regions() -> None:
    """China, Korea, and seven on the way; others by none, North Korea among them."""
    assert [region(each) for each in ("CN", "VN", "LA", "TH", "MN", "KH", "MM", "RU", "KR")] == [
        "CN",
        *["transit"] * 7,
        "KR",
    ]
    assert [region(each) for each in (None, "other", "KP", "US", "")] == [None] * 5


@pytest.mark.parametrize(
    ("moment", "quarter"),
    [
        (datetime(2026, 9, 30, 23, 59, 59, tzinfo=UTC), "2026-Q3"),
        (datetime(2026, 10, 1, tzinfo=UTC), "2026-Q4"),
        (datetime(2027, 1, 1, tzinfo=UTC), "2027-Q1"),
    ],
    ids=str,
)
def test_quarters_begin_at_midnight_utc(moment: datetime, quarter: str) -> None:
    """January, April, July, October."""
    assert quarter_of(moment.timestamp()) == quarter


def test_a_quarter_is_published_when_it_is_over() -> None:
    """Not a second before; and what is no quarter is not repeated in the message."""
    over = datetime(2026, 10, 1, tzinfo=UTC).timestamp()
    assert ended("2026-Q3", over) == "2026-Q3"
    with pytest.raises(StatisticsError, match="not over yet"):
        ended("2026-Q3", over - 1)
    for wrong in ("2026-Q5", "2026Q3", "2026-Q3\n", "٢٠٢٦-Q3", ""):
        with pytest.raises(StatisticsError, match="no quarter") as error:
            ended(wrong, over)
        assert not wrong or wrong not in str(error.value)
