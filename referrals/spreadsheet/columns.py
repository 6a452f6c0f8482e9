"""Which columns a spreadsheet of partners may have, and which words may stand in them, in Korean, Chinese and English: words.toml.

Spaces, case, full width and punctuation don't count. A heading that names a place is never read; one that nothing is known of is told.
"""

import difflib
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from referrals.spreadsheet.tables import Finding, Row, Sheet, letters, shown

Tongue: TypeAlias = Literal["ko", "zh", "en"]
TONGUES: tuple[Tongue, ...] = ("ko", "zh", "en")
Scope = Literal["partner", "service", "phone", "key", "contact"]
Kind = Literal[
    "alias",
    "uuid",
    "text",
    "word",
    "words",
    "areas",
    "yes",
    "integer",
    "date",
    "moment",
    "phone",
    "key_id",
    "recipient",
]
# Tabs of the sheet that an export adds, with the words that may be used: it holds no partners, and is passed over.
WORDS_TITLES: Mapping[Tongue, str] = {"ko": "쓸 수 있는 말 (naru)", "zh": "可用的词 (naru)", "en": "Words (naru)"}
_HEADER_ROWS = 20  # a title, a date and remarks may stand above the headings
_HEADINGS_KNOWN = 2  # headings that a row must have to be the one with the headings
_LIKE = 0.75  # difflib's measure from which a heading is asked about: "언아" or "Capactiy" reach it


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Names(_File):
    """What something is called in each language; the first is what exports use."""

    ko: tuple[str, ...]
    zh: tuple[str, ...]
    en: tuple[str, ...]

    def first(self, tongue: Tongue) -> str:
        """The name that exports and messages use."""
        return {"ko": self.ko, "zh": self.zh, "en": self.en}[tongue][0]

    @property
    def all(self) -> tuple[str, ...]:
        """Every name that is accepted."""
        return (*self.ko, *self.zh, *self.en)


class Column(Names):
    """A column: its field, whose it is, what its cells hold, and who alone may change that."""

    name: str
    scope: Scope
    kind: Kind
    words: str = ""  # which list of words its cells take
    needed: bool = False
    settled_by: str = ""  # the command that alone changes it


class _Places(_File):
    parts: tuple[str, ...]
    whole: tuple[str, ...]


class _Table(_File):
    places: _Places
    column: tuple[Column, ...]
    words: Mapping[str, Mapping[str, Names]]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column where it stands in a sheet."""

    column: Column
    index: int  # from 0
    text: str  # what stands there, as a message may repeat it
    tongue: Tongue


@dataclass(frozen=True, slots=True)
class Headings:
    """The row of a sheet that holds the headings, read."""

    row: int  # its number, from 1
    found: Mapping[str, Heading]  # by the column's name
    findings: tuple[Finding, ...]
    notices: tuple[str, ...]

    @property
    def tongue(self) -> Tongue:
        """The language of most headings: messages offer words in it."""
        said = [heading.tongue for heading in self.found.values()]
        return max(TONGUES, key=lambda tongue: (said.count(tongue), -TONGUES.index(tongue))) if said else "en"


def folded(text: str) -> str:
    """Text without what doesn't count: case, full width, spaces and punctuation; a sign that stands alone stays."""
    narrow = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold()).strip()
    return "".join(each for each in narrow if each.isalnum()) or narrow


@cache
def _table() -> _Table:
    return _Table.model_validate(tomllib.loads((files("referrals.spreadsheet") / "words.toml").read_text("utf-8")))


@cache
def columns() -> Mapping[str, Column]:
    """Every column by its name, in the order of an export."""
    return {column.name: column for column in _table().column}


@cache
def vocabulary(words: str) -> Mapping[str, Names]:
    """The words of a list by their code."""
    return _table().words[words]


@cache
def _codes(words: str) -> Mapping[str, str]:
    """Codes by their words, as these are written and folded."""
    said = {form: code for code in vocabulary(words) for form in (code, folded(code))}
    named = {
        form: code for code, names in vocabulary(words).items() for name in names.all for form in (name, folded(name))
    }
    return said | named


def code_of(untrusted_text: str, words: str) -> str | None:
    """The code that a text stands for in a list of words, or None."""
    codes = _codes(words)
    # What is written as an export or the list itself has it needs no folding, which takes most of the time of an import.
    return codes.get(untrusted_text) or codes.get(folded(untrusted_text))


@cache
def _by_heading() -> Mapping[str, tuple[Column, Tongue]]:
    found: dict[str, tuple[Column, Tongue]] = {}
    for column in _table().column:
        found[folded(column.name)] = (column, "en")
        for tongue in TONGUES:
            said = {"ko": column.ko, "zh": column.zh, "en": column.en}[tongue]
            found |= {folded(name): (column, tongue) for name in said}
    return found


def is_heading(untrusted_text: str) -> bool:
    """Say whether a text is the heading of a column."""
    return folded(untrusted_text) in _by_heading()


@cache
def known_words() -> frozenset[str]:
    """Every heading and word that has a letter outside ASCII, folded: by them an encoding is told from another."""
    names = [*_by_heading(), *(folded(word) for words in _table().words for word in _codes(words))]
    return frozenset(name for name in names if not name.isascii())


def names_a_place(untrusted_heading: str) -> bool:
    """Say whether a heading names where somebody is; an exact heading of ours, as "E-mail address", doesn't."""
    said = folded(untrusted_heading)
    if said in _by_heading():
        return False
    places = _table().places
    return said in {folded(each) for each in places.whole} or any(folded(each) in said for each in places.parts)


def headings(sheet: Sheet) -> Headings | None:
    """Find the row with the headings, and read it; None where the sheet has none."""
    row = _heading_row(sheet)
    if row is None:
        return None
    found: dict[str, Heading] = {}
    findings: list[Finding] = []
    notices: list[str] = []
    for index, text in _texts(row):
        known = _by_heading().get(folded(text))
        if known is None:
            notices.append(_unread(sheet, row, index, text))
        elif known[0].name in found:
            first = letters(found[known[0].name].index)
            what = f"means the same as column {first}; keep one of the two"
            findings.append(Finding(sheet.name, row.number, letters(index), shown(text), what))
        else:
            found[known[0].name] = Heading(known[0], index, shown(text), known[1])
    return Headings(row.number, found, tuple(findings), tuple(notices))


def _heading_row(sheet: Sheet) -> Row | None:
    """The row among the first that has most headings, if it has enough of them."""
    rows = sheet.rows[:_HEADER_ROWS]
    counts = [sum(is_heading(text) for _, text in _texts(row)) for row in rows]
    best = max(counts, default=0)
    return rows[counts.index(best)] if best >= _HEADINGS_KNOWN else None


def _texts(row: Row) -> Iterator[tuple[int, str]]:
    return ((index, cell) for index, cell in enumerate(row.cells) if isinstance(cell, str) and cell.strip())


def _unread(sheet: Sheet, row: Row, index: int, text: str) -> str:
    where = f"{sheet.name}, column {letters(index)} ({shown(text)})"
    if names_a_place(text):
        return f"{where}: names a place. Addresses and places are never kept: the column was dropped. Delete it from the file."
    near = difflib.get_close_matches(folded(text), _by_heading(), n=1, cutoff=_LIKE)
    meant = f" If it is {_as_written(near[0])}, write it so in row {row.number}." if near else ""
    return f"{where}: there is no such column; it was not read.{meant}"


def _as_written(said: str) -> str:
    column, tongue = _by_heading()[said]
    return next((name for name in column.all if folded(name) == said), column.first(tongue))


def first_columns(tongue: Tongue, names: Sequence[str]) -> str:
    """Columns by the heading that an export gives them, for a message."""
    return ", ".join(columns()[name].first(tongue) for name in names)
