"""Charts: the numbers as they are, readable without colour, and nothing that the desk's content policy would refuse."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.desk.charts import Bar, Line, Look, Part, bars

LOOKS: tuple[Look, ...] = ("full", "striped", "outlined")
SIZES = st.floats(0, 1e6)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
ROWS = st.lists(
    st.builds(
        Bar, TEXTS, TEXTS, st.lists(st.builds(Part, SIZES, st.sampled_from(LOOKS)), min_size=1, max_size=3).map(tuple)
    ),
    min_size=1,
    max_size=6,
)
# What may stand in a chart. No style, no event, no link, no reference to another place.
ATTRIBUTES = {
    "class", "role", "aria-labelledby", "width", "height", "fill", "id", "patternUnits", "patternTransform", "x", "y",
    "text-anchor", "fill-opacity", "x1", "x2", "y1", "y2", "stroke", "stroke-dasharray", "stroke-width",
}  # fmt: skip
ELEMENTS = {"svg", "title", "desc", "defs", "pattern", "rect", "text", "line"}


def parsed(markup: str) -> ET.Element:
    """Read a chart: it is well-formed."""
    return ET.fromstring(markup)  # noqa: S314  # made by the function under test


def drawn(markup: str, classes: tuple[str, ...] = LOOKS) -> list[tuple[str, float, float]]:
    """Return the pieces of all bars: filling, where each begins and how long it is, in percent."""
    return [
        (each.get("class", ""), float(each.get("x", "").rstrip("%")), float(each.get("width", "").rstrip("%")))
        for each in parsed(markup).iter("rect")
        if each.get("class") in classes and each.get("width", "").endswith("%")
    ]


def texts(markup: str) -> list[str]:
    """Return what is written in a chart, in order."""
    return [each.text or "" for each in parsed(markup).iter("text")]


def test_bars_are_as_long_as_their_numbers() -> None:
    """The longest row has the whole width, and its pieces follow each other."""
    rows = [Bar("3", "1 and 3", (Part(1, "full"), Part(3, "striped"))), Bar("5", "2", (Part(2, "outlined"),))]

    assert drawn(bars("late", "Late", "", rows)) == [("full", 0, 25), ("striped", 25, 75), ("outlined", 0, 50)]


def test_a_line_is_to_scale() -> None:
    """A limit beyond every bar makes the bars shorter, and what it means is written below."""
    markup = bars("age", "Age", "", [Bar("3", "6 h", (Part(6),))], line=Line(24, "24 h allowed"))
    crossing = next(parsed(markup).iter("line"))

    assert (crossing.get("x1"), drawn(markup)) == ("100%", [("full", 0, 25)])
    assert texts(markup) == ["3", "6 h", "24 h allowed"]


def test_every_value_is_written() -> None:
    """Names, values and the meaning of each filling stand in text; a screen reader has a title and a description."""
    markup = bars(
        "open",
        "Open",
        "Two partners",
        [Bar("단체 3", "1", (Part(1),)), Bar("机构5", "2", (Part(2),))],
        key=[("full", "now")],
    )
    svg = parsed(markup)
    labelled = svg.get("aria-labelledby", "").split()
    named = {each.get("id"): each.text for each in svg if each.get("id")}

    assert texts(markup) == ["단체 3", "1", "机构5", "2", "now"]
    assert (svg.get("role"), [named[each] for each in labelled]) == ("img", ["Open", "Two partners"])


def test_fillings_differ_without_colour() -> None:
    """The three kinds of bars have three fillings, and no colour is named anywhere."""
    markup = bars("kinds", "Kinds", "", [Bar("a", "3", tuple(Part(1, look) for look in LOOKS))])
    fillings = [each.get("fill") for each in parsed(markup).iter("rect") if each.get("class") in LOOKS]
    colours = {value for each in parsed(markup).iter() for value in (each.get("fill"), each.get("stroke"))}

    assert fillings == [None, "url(#kinds-stripes)", "none"]
    assert colours == {None, "currentColor", "none", "url(#kinds-stripes)"}


@given(ROWS, st.none() | st.builds(Line, SIZES, TEXTS), TEXTS, TEXTS)
def test_nothing_is_drawn_outside_and_nothing_can_be_run(
    rows: list[Bar], line: Line | None, title: str, description: str
) -> None:
    """Whatever the names say: well-formed, known elements and attributes only, bars within the width, each text as it was given."""
    markup = bars("any", title, description, rows, key=[("full", title)], line=line)
    svg = parsed(markup)

    assert {each.tag for each in svg.iter()} <= ELEMENTS
    assert {name for each in svg.iter() for name in each.attrib} <= ATTRIBUTES
    assert all(left + width <= 100.05 for _, left, width in drawn(markup))  # each of the pieces is rounded
    assert texts(markup)[: 2 * len(rows)] == [text for row in rows for text in (row.label, row.said)]


def test_nothing_to_draw_is_an_empty_chart() -> None:
    """Rows of zero, and no rows at all, are no error."""
    assert drawn(bars("none", "None", "", [Bar("3", "0", (Part(0),))])) == [("full", 0, 0)]
    assert texts(bars("none", "None", "", [])) == []


@pytest.mark.parametrize("size", [-1.0, float("nan"), float("inf")])
def test_a_size_is_a_number(size: float) -> None:
    """A negative or endless bar is a programmer's mistake."""
    with pytest.raises(ValueError, match="number"):
        bars("x", "", "", [Bar("", "", (Part(size),))])


@pytest.mark.parametrize("name", ["", 'a" onload="', "A b", "9"])
def test_a_name_makes_ids(name: str) -> None:
    """Other names are refused: they stand in ids and references."""
    with pytest.raises(ValueError, match="name"):
        bars(name, "", "", [])
