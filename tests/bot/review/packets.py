"""The packet of the real words, and a workbook of it as a reviewer would fill it in."""

import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.app import Words
from bot.review.marks import Marked, opened, read
from bot.review.packet import Packet, comments
from bot.review.packet import packet as made_packet
from bot.review.wording import NAMES
from bot.review.workbook import OTHERS, SCREENS, columns, workbook
from tools.words import ROOT, placeholders


@cache
def words() -> Words:
    """The questionnaire and the compiled words."""
    return Words.loaded()


@cache
def packet(language: str = "ko") -> Packet:
    """The packet for the review of one language, with the comments of the Korean source."""
    notes = comments((ROOT / "locales" / "ko" / "naru.po").read_text("utf-8"))
    said = {each: words().catalogues.words(each) for each in NAMES}
    return made_packet(language, words().questionnaire, said, notes)


# Enough of every kind for the tests of marks: a whole workbook takes about a second to open and to save.
_SOME = frozenset({"nav", "q1_safe", "q2_phone", "q3_agree", "q10_band", "q11_partner", "p_scam"})


@cache
def some(language: str = "ko") -> Packet:
    """The packet with a few of the screens, and all that stands on none."""
    whole = packet(language)
    screens = tuple(screen for screen in whole.arrangement.screens if screen.id in _SOME)
    return replace(whole, arrangement=replace(whole.arrangement, screens=screens))


@cache
def _bytes(made: Callable[[str], Packet], language: str) -> bytes:
    return workbook(made(language))


class Book:
    """A packet's workbook, open on a reviewer's desk."""

    def __init__(self, language: str = "ko", made: Callable[[str], Packet] = some) -> None:
        """`made` gives the packet that it is of."""
        self.language = language
        self.book: Workbook = load_workbook(io.BytesIO(_bytes(made, language)))
        self.places = {column.name: number for number, column in enumerate(columns(language), 1)}

    def sheet(self, title: str = SCREENS) -> Worksheet:
        """One of its sheets."""
        found = self.book[title]
        assert isinstance(found, Worksheet)
        return found

    def row(self, key: str) -> tuple[Worksheet, int]:
        """Where a key stands."""
        for title in (SCREENS, OTHERS):
            for row in range(2, self.sheet(title).max_row + 1):
                if self.sheet(title).cell(row, self.places["key"]).value == key:
                    return self.sheet(title), row
        raise KeyError(key)

    def value(self, key: str, column: str) -> object:
        """What stands in a key's row."""
        sheet, row = self.row(key)
        return sheet.cell(row, self.places[column]).value

    def write(self, key: str, /, **values: Any) -> None:
        """Write into a key's row, by column."""
        sheet, row = self.row(key)
        for column, value in values.items():
            sheet.cell(row, self.places[column]).value = value

    def saved(self) -> bytes:
        """The file's bytes."""
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()

    def marked(self, held_against: Packet | None = None) -> Marked:
        """What is read from the file."""
        return read(opened(self.saved()), held_against or some(self.language), placeholders)


def working_copy(folder: Path) -> Path:
    """A copy of the catalogues' sources."""
    return Path(shutil.copytree(ROOT / "locales", folder / "locales"))


def texts(folder: Path) -> dict[str, bytes]:
    """Every file in it, by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
