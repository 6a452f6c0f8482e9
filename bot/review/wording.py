"""What the packet itself says to its reader: headings and the guide in three languages; and how wide a text is."""

import math
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict


class Name(NamedTuple):
    """A catalogue's language as a reader knows it."""

    guide: str  # the language of guide.toml that its readers read
    tag: str  # BCP 47
    title: str


NAMES = {
    "ko": Name("ko", "ko", "우리말 (ko)"),
    "ko_CN": Name("ko", "ko-CN", "우리말, 연변·북쪽 (ko_CN)"),
    "zh_Hans": Name("zh", "zh-Hans", "中文 (zh_Hans)"),
    "en": Name("en", "en", "English (en)"),
}
MARKS = ("verdict", "new_words", "remark", "reviewer")  # the columns in which a reviewer writes
# unicode.org/reports/tr11: wide, full-width, and ambiguous, which the fonts of these languages draw wide.
_WIDE = frozenset("WFA")
_MARGIN = 2  # columns that a spreadsheet program leaves free beside a text


class Labels(BaseModel):
    """Headings and instructions in one language; see guide.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    key: str
    part: str
    words: str
    verdict: str
    new_words: str
    remark: str
    reviewer: str
    note: str
    date: str
    text: str
    button: str
    ok: str
    change: str
    others: str
    how: tuple[str, ...]
    how_file: tuple[str, ...]  # for the workbook only

    def of(self, name: str) -> str:
        """The heading or word with this name."""
        return str(getattr(self, name))


@cache
def guide() -> dict[str, Labels]:
    """The guide by language: ko, zh, en."""
    text = (files("bot.review") / "guide.toml").read_text("utf-8")
    return {language: Labels.model_validate(table) for language, table in tomllib.loads(text).items()}


def labels(locale: str) -> Labels:
    """The guide for the readers of a catalogue."""
    return guide()[NAMES[locale].guide]


def heading(name: str, locale: str) -> str:
    """The heading of a column: in the reviewer's language, and in English."""
    return f"{labels(locale).of(name)} / {guide()['en'].of(name)}"


def words_heading(locale: str) -> str:
    """The heading above the words of one language."""
    return f"{labels(locale).words}: {NAMES[locale].title}"


def verdicts() -> dict[str, str]:
    """Every word that may stand under the verdict, in any of the guide's languages, with what it means: "ok" or "change"."""
    return {each.of(name): name for each in guide().values() for name in ("ok", "change")}


def display_width(text: str) -> int:
    """Columns that a line takes: a Korean or Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in _WIDE else 1 for each in text)


def wrapped_lines(text: str, width: float) -> int:
    """How many lines a text takes in a cell of so many columns; at least one."""
    return sum(max(1, math.ceil(display_width(line) / (width - _MARGIN))) for line in text.split("\n"))
