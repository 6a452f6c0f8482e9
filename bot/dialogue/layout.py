"""What a screen is made of, in keys: lines, buttons and their rows. texts.py turns the keys into words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Line:
    """Words under a key, with what fills their places: plain values, or words again."""

    key: str
    fill: Mapping[str, "str | Line"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """One button."""

    option: str  # what comes back, after the screen's id
    label: Line
    number: int | None = None  # the digit in front, so that somebody can be told "press 3"
    ticked: bool = False


Row: TypeAlias = tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen."""

    id: str  # stands in every button; may not contain ":"
    lines: tuple[Line, ...]
    rows: tuple[Row, ...]

    def invites(self, screen: str, option: str) -> bool:
        """Tell whether this button is on this screen."""
        return screen == self.id and any(choice.option == option for row in self.rows for choice in row)


WIPE = Choice("nav.wipe", Line("nav.wipe"))
BACK = Choice("nav.back", Line("nav.back"))
PAUSE = Choice("nav.pause", Line("nav.pause"))
SKIP = Choice("nav.skip", Line("nav.skip"))


def numbered(options: Iterable[tuple[str, Line]], start: int = 1) -> tuple[Row, ...]:
    """One button a row, each with its digit."""
    return tuple((Choice(option, label, number),) for number, (option, label) in enumerate(options, start))


def pages(*targets: str) -> list[tuple[str, Line]]:
    """Buttons that open pages, by the pages' own titles."""
    return [(f"open.{target}", Line(f"{target}.title")) for target in targets]
