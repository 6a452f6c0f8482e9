"""What a file holds once it is open: sheets of cells, what is wrong in them, and what there is to say about them. Pure."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

# As many as an operator can look through. 500 rows with a key each are 0.8 MB as .xlsx (measured), so this many about 8 MB.
MAX_ROWS = 5_000  # of all sheets together
MAX_COLUMNS = 200  # the widest list has about 50
MAX_BYTES = 20_000_000  # of the file
MAX_CELL = 32_767  # characters: no cell of Excel holds more (Excel specifications and limits)

# General categories that are no writing: control, invisible, private, unassigned, halves of a pair, odd line ends.
_UNWRITTEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})


class SpreadsheetError(Exception):
    """The file can't be read or written at all. The message says why, and what to do; it repeats nothing that stands in it."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """What a cell holds when it can't be taken for a value, and what to do about it."""

    what: str


Cell: TypeAlias = str | int | float | bool | date | datetime | Unusable | None


class Finding(NamedTuple):
    """One thing that is wrong in a file: where, and what would be right."""

    sheet: str
    row: int  # as a spreadsheet program counts, from 1
    column: str  # its letters, "" for the whole row
    heading: str  # what stands above the column, "" where there is none
    what: str

    def __str__(self) -> str:
        named = f"column {self.column} ({self.heading})" if self.heading else f"column {self.column}"
        return f"{self.sheet}, row {self.row}{', ' + named if self.column else ''}: {self.what}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row, and its number as a spreadsheet program counts, from 1."""

    number: int
    cells: tuple[Cell, ...] = field(repr=False)

    @property
    def empty(self) -> bool:
        """Whether nothing stands in it."""
        return all(cell is None or cell == "" for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table; `name` is its tab, or for a .csv the file's name."""

    name: str
    rows: tuple[Row, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Book:
    """A file's sheets, how it was read, and what its reader should know of it."""

    sheets: tuple[Sheet, ...]
    read_as: str  # "Excel workbook", or a .csv's encoding and separator
    notices: tuple[str, ...] = ()


def plain(text: str) -> str:
    """Text as the list holds it: composed (NFC, as Korean from a Mac is not), one kind of line end, no space at the edges."""
    text = text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.strip() for line in unicodedata.normalize("NFC", text).strip().split("\n"))


def is_written(text: str) -> bool:
    """Say whether all of a text can be seen: no control, invisible or replaced characters, but for line ends."""
    if text.isascii() and text.isprintable():
        return True  # most cells, and all keys, which are long
    return not any(each == "\ufffd" or (each != "\n" and unicodedata.category(each) in _UNWRITTEN) for each in text)


def letters(index: int) -> str:
    """The letters of a column, by its place from 0: A, B, ... Z, AA."""
    said = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        said = chr(ord("A") + rest) + said
    return said


def shown(text: str, most: int = 24) -> str:
    """A heading or a word of a list as a message may repeat it: on one line, short, and with nothing unseen."""
    line = " ".join(text.split())
    safe = "".join(each if is_written(each) else "?" for each in line)
    return safe if len(safe) <= most else f"{safe[: most - 1]}…"
