"""Charts for operators, drawn on the server as SVG: rows of bars with their values in words beside them. Pure: numbers in, markup out.

A chart only shows again what a table beside it says. Nothing in one depends on colour: kinds of bars differ by their filling, every value
stands in text, and everything is drawn in the colour of the text around it, so that it holds in light, dark and forced colours. No script,
no style attribute, no reference outside the chart: the desk's content policy needs no exception. Lengths are in percent across and in em
down, so that a chart fits 320 pixels and grows with the reader's letters.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree as ET

Look = Literal["full", "striped", "outlined"]

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_ROW = 2.8  # em, from one row to the next: a line of text, its bar, and air
_TEXT, _BAR, _HEIGHT = 1.0, 1.35, 0.8  # em from a row's top to its baseline and to its bar, and how high the bar is
_KEY = 1.6  # em, a line of the key below the rows
_SWATCH = 2.0  # em, how wide a sample in the key is
_DIGITS = 2  # of a percentage: finer than a pixel on any screen


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar: how long, in the unit of the chart, and how it is filled."""

    size: float
    look: Look = "full"


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: a name, its value in words, and the pieces of its bar from left to right."""

    label: str
    said: str
    parts: tuple[Part, ...]

    @property
    def size(self) -> float:
        """How long the whole bar is."""
        return sum(part.size for part in self.parts)


@dataclass(frozen=True, slots=True)
class Line:
    """A line across all rows, such as the time allowed, and what it means."""

    at: float
    said: str


def bars(
    name: str,
    title: str,
    description: str,
    rows: Sequence[Bar],
    *,
    key: Sequence[tuple[Look, str]] = (),
    line: Line | None = None,
) -> str:
    """Return a chart of horizontal bars as an `svg` element.

    `name` (small letters, digits, hyphens) makes ids unique in the page; `title` and `description` are what a screen reader says
    in place of the drawing; `key` says what each filling means. Raises ValueError for another name, and for a size that is negative or no
    number.
    """
    if not _NAME.fullmatch(name):
        raise ValueError("a chart's name is small letters, digits and hyphens")
    sizes = [part.size for row in rows for part in row.parts] + ([line.at] if line else [])
    if any(not math.isfinite(size) or size < 0 for size in sizes):
        raise ValueError("a bar's size is a number from 0 upwards")
    longest = max([row.size for row in rows] + ([line.at] if line else []), default=0) or 1
    footnotes = len(key) + (line is not None)
    height = len(rows) * _ROW + footnotes * _KEY + (0.4 if footnotes else 0)  # 0.4 em: the last line's descenders
    svg = _opened(name, title, description, height)
    for number, row in enumerate(rows):
        _row(svg, name, number * _ROW, row, longest)
    if line is not None:
        _line(svg, line, len(rows) * _ROW, longest)
    _key(svg, name, len(rows) * _ROW, key, line)
    return ET.tostring(svg, encoding="unicode")


def _opened(name: str, title: str, description: str, height: float) -> ET.Element:
    svg = ET.Element(
        "svg",
        {
            "class": "chart",
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-desc",
            "width": "100%",
            "height": _em(height),
            "fill": "currentColor",
        },
    )
    ET.SubElement(svg, "title", {"id": f"{name}-title"}).text = title
    ET.SubElement(svg, "desc", {"id": f"{name}-desc"}).text = description
    pattern = ET.SubElement(
        ET.SubElement(svg, "defs"),
        "pattern",
        {
            "id": f"{name}-stripes",
            "width": "6",
            "height": "6",
            "patternUnits": "userSpaceOnUse",
            "patternTransform": "rotate(45)",
        },
    )
    ET.SubElement(pattern, "rect", {"width": "3", "height": "6"})
    return svg


def _row(svg: ET.Element, name: str, top: float, row: Bar, longest: float) -> None:
    ET.SubElement(svg, "text", {"x": "0", "y": _em(top + _TEXT)}).text = row.label
    ET.SubElement(svg, "text", {"x": "100%", "y": _em(top + _TEXT), "text-anchor": "end"}).text = row.said
    track = {"x": "0", "y": _em(top + _BAR), "width": "100%", "height": _em(_HEIGHT)}
    ET.SubElement(svg, "rect", {**track, "class": "track", "fill-opacity": "0.08"})
    left = 0.0
    for part in row.parts:
        place = {"x": _percent(left, longest), "width": _percent(part.size, longest)}
        ET.SubElement(svg, "rect", {**track, **place, **_filling(name, part.look)})
        left += part.size


def _line(svg: ET.Element, line: Line, height: float, longest: float) -> None:
    at = _percent(line.at, longest)
    ET.SubElement(
        svg,
        "line",
        {"x1": at, "x2": at, "y1": "0", "y2": _em(height), "stroke": "currentColor", "stroke-dasharray": "4 3"},
    )


def _key(svg: ET.Element, name: str, top: float, key: Sequence[tuple[Look, str]], line: Line | None) -> None:
    for number, (look, said) in enumerate(key):
        y = top + number * _KEY
        swatch = {"x": "1", "y": _em(y + 0.5), "width": _em(_SWATCH), "height": _em(_HEIGHT)}
        ET.SubElement(svg, "rect", {**swatch, **_filling(name, look)})
        ET.SubElement(svg, "text", {"x": _em(_SWATCH + 0.6), "y": _em(y + 1.2)}).text = said
    if line is not None:
        y = top + len(key) * _KEY
        middle = _em(y + 0.9)
        ET.SubElement(
            svg,
            "line",
            {
                "x1": "0",
                "x2": _em(_SWATCH),
                "y1": middle,
                "y2": middle,
                "stroke": "currentColor",
                "stroke-dasharray": "4 3",
            },
        )
        ET.SubElement(svg, "text", {"x": _em(_SWATCH + 0.6), "y": _em(y + 1.2)}).text = line.said


def _filling(name: str, look: Look) -> dict[str, str]:
    edge = {"stroke": "currentColor", "stroke-width": "1"}
    match look:
        case "full":
            return {"class": "full", **edge}
        case "striped":
            return {"class": "striped", "fill": f"url(#{name}-stripes)", **edge}
        case "outlined":
            return {"class": "outlined", "fill": "none", **edge}


def _percent(size: float, longest: float) -> str:
    return f"{round(100 * size / longest, _DIGITS):g}%"


def _em(length: float) -> str:
    return f"{round(length, _DIGITS):g}em"
