"""The packet as a workbook (.xlsx): the words of one language under review, with the other languages beside them.

Every cell is text. What begins like a formula is none, and stays none when a reviewer edits it.
"""

import io
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bot.review.arrangement import Section
from bot.review.packet import Packet
from bot.review.wording import MARKS, NAMES, guide, heading, labels, words_heading, wrapped_lines

FORMAT = "naru-words/1"
# Titles of the sheets: in English, so that a program finds them whatever the reader's language is.
GUIDE, SCREENS, OTHERS = "Guide", "Screens", "Other words"
SECTION_MARK = "■"  # begins the first cell of a row that names a screen; no key begins so
# Columns that are no words, with their widths: characters of the default font, of which a Korean or Chinese one takes two.
_WIDTHS = {"key": 24, "part": 9, "verdict": 9, "new_words": 44, "remark": 30, "reviewer": 12, "note": 36}
_WORDS_WIDTH = 44  # a line of a screen has 25 syllables at most (domain.md 3.2, R2)
_LINE = 16.5  # points: 1.5 times the size of the default font, which Korean and Chinese need
_TALLEST = 409.0  # points; a spreadsheet program refuses taller rows
_A4 = 9  # ECMA-376 part 1, 18.3.1.63
_MARKED, _HEAD = PatternFill("solid", fgColor="FFF9DB"), PatternFill("solid", fgColor="ECEFF1")
_SIDE = Side("thin", color="B0BEC5")
_EDGE = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_FORMULA_STARTS = ("=", "+", "-", "@")


class Column(NamedTuple):
    """One column of a table: "key", a mark, or a language; what stands above it; its width in characters."""

    name: str
    title: str
    width: float


def columns(language: str) -> list[Column]:
    """The columns of a packet, left to right: the words under review stand beside the marks."""
    told = {name: Column(name, heading(name, language), float(width)) for name, width in _WIDTHS.items()}
    said = {each: Column(each, words_heading(each), float(_WORDS_WIDTH)) for each in NAMES}
    own = said.pop(language)
    marks = [told[name] for name in MARKS]
    return [told["key"], told["part"], own, *marks, *said.values(), told["note"]]


def workbook(packet: Packet) -> bytes:
    """The packet as the bytes of an .xlsx file."""
    book = Workbook()
    book.properties.creator = "Naru"
    first = book.worksheets[0]
    first.title = GUIDE
    _guide(first, packet)
    _table(book.create_sheet(SCREENS), packet, packet.arrangement.screens)
    _table(book.create_sheet(OTHERS), packet, packet.arrangement.others)
    for sheet in book.worksheets:
        _print_and_protect(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _print_and_protect(sheet: Worksheet) -> None:
    sheet.protection.enable()  # no password: against slips of the hand only
    sheet.protection.formatColumns = sheet.protection.formatRows = False  # False allows it
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToHeight = 0  # as many pages as it takes, each as wide as the paper
    if sheet.sheet_properties.pageSetUpPr is not None:
        sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _guide(sheet: Worksheet, packet: Packet) -> None:
    """What the file must say of itself to be taken back; and how to review, in the reader's language first."""
    own = NAMES[packet.language].guide
    rows: list[tuple[str, str, bool]] = [
        ("format", FORMAT, False),
        ("language", packet.language, False),
        ("digest", packet.digest, False),
    ]
    for told in (guide()[language] for language in (own, *(each for each in guide() if each != own))):
        rows.append(("", told.title, True))
        rows += [(str(number), sentence, False) for number, sentence in enumerate((*told.how_file, *told.how), 1)]
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 12, 100
    for row, (name, value, bold) in enumerate(rows, 1):
        _text(sheet, row, 1, name)
        _text(sheet, row, 2, value).font = Font(bold=bold)
        sheet.row_dimensions[row].height = _LINE * (wrapped_lines(value, 100) + 0.3)


def _table(sheet: Worksheet, packet: Packet, sections: Sequence[Section]) -> None:
    shown = columns(packet.language)
    for number, column in enumerate(shown, 1):
        cell = _text(sheet, 1, number, column.title)
        cell.font, cell.fill = Font(bold=True), _HEAD
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.row_dimensions[1].height = _LINE * max(wrapped_lines(each.title, each.width) for each in shown)
    sheet.freeze_panes = "C2"  # the headings, and the key with its part
    sheet.print_title_rows = "1:1"
    told = labels(packet.language)
    row = 1
    for place, section in enumerate(sections, 1):
        row += 1
        _name_screen(sheet, row, shown, f"{SECTION_MARK} {place} {section.id}", section.purpose)
        for entry in section.entries:
            row += 1
            said = {language: words[entry.key] for language, words in packet.words.items()}
            _entry(sheet, row, shown, {"key": entry.key, "part": told.of(entry.part), "note": entry.note, **said})
    _offer_verdicts(sheet, shown, row, f"{told.ok},{told.change}")


def _offer_verdicts(sheet: Worksheet, shown: Sequence[Column], last_row: int, verdicts: str) -> None:
    offered = DataValidation(type="list", formula1=f'"{verdicts}"', allow_blank=True)
    letter = get_column_letter([column.name for column in shown].index("verdict") + 1)
    offered.add(f"{letter}2:{letter}{last_row}")
    sheet.add_data_validation(offered)


def _name_screen(sheet: Worksheet, row: int, shown: Sequence[Column], title: str, purpose: str) -> None:
    values = (title, "", purpose, *("" for _ in shown[3:]))
    for number, value in enumerate(values, 1):
        cell = _text(sheet, row, number, value)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=False, vertical="center")  # runs on over the empty cells to the right
    sheet.row_dimensions[row].height = _LINE * 1.4


def _entry(sheet: Worksheet, row: int, shown: Sequence[Column], values: Mapping[str, str]) -> None:
    for number, column in enumerate(shown, 1):
        cell = _text(sheet, row, number, values.get(column.name, ""))
        if column.name in MARKS:
            cell.fill, cell.protection = _MARKED, Protection(locked=False)
    lines = max(wrapped_lines(values.get(column.name, ""), column.width) for column in shown)
    sheet.row_dimensions[row].height = min(_TALLEST, _LINE * (lines + 0.4))


def _text(sheet: Worksheet, row: int, column: int, value: str) -> Cell:
    """A cell that holds text, whatever the text begins with."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)  # noqa: S101  # nothing is merged here; told to mypy
    if value:
        cell.value = value
        cell.data_type = "s"  # openpyxl would take a leading "=" for a formula
        cell.quotePrefix = value.startswith(_FORMULA_STARTS)  # and so would a program in which the cell is edited
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.border = _EDGE
    return cell
