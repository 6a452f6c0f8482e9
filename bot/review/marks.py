"""A marked workbook, read and held against the packet; what is wrong is told by sheet, row and column.

The file comes from outside. Nothing in it is believed but the marks, and those only where everything else is as it was given out.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from openpyxl import load_workbook
from openpyxl.cell import MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.review.arrangement import Section
from bot.review.packet import Packet
from bot.review.verdicts import Mark, Placeholders, judged, nearest, plain
from bot.review.wording import MARKS
from bot.review.workbook import FORMAT, GUIDE, OTHERS, SCREENS, SECTION_MARK, columns
from bot.reviews import REVIEWED

# Bytes: a packet has about 50,000, and 1 million unpacked; the rest is room for a reviewer's program and her remarks.
_LARGEST, _LARGEST_UNPACKED = 5_000_000, 50_000_000
_MOST_ROWS = 5_000  # a packet has about 400
_GUIDE_ROWS = 3
_NO_WORKBOOK = (
    "The file is no Excel workbook (.xlsx). If it was saved as .xls, .csv, .ods or .txt, open that file again and save it as an Excel "
    "workbook (.xlsx), or take the file that the reviewer was given. A .csv in CP949 or GB18030 can't be taken back."
)


class PacketError(Exception):
    """The file can't be taken back at all: the message says why, and what to do."""


class Finding(NamedTuple):
    """One thing that is wrong in the file: where, what, and what would be right."""

    sheet: str
    row: int
    column: str  # its letter
    what: str

    def __str__(self) -> str:
        return f"{self.sheet}, row {self.row}, column {self.column}: {self.what}"


@dataclass(frozen=True, slots=True)
class MarkedFile:
    """A workbook that says that it is a packet."""

    book: Workbook
    language: str
    digest: str  # of the words that were given out


@dataclass(frozen=True, slots=True)
class Marked:
    """What was read. No mark may be used while there are findings."""

    marks: tuple[Mark, ...]  # rows in which something was written, in their order
    unread: int  # rows without a verdict
    findings: tuple[Finding, ...]
    ignored: tuple[str, ...]  # sheets that are not of the packet


def opened(untrusted: bytes) -> MarkedFile:
    """Open a marked file. Raises PacketError."""
    book = _workbook(untrusted)
    missing = [title for title in (GUIDE, SCREENS, OTHERS) if title not in {sheet.title for sheet in book.worksheets}]
    if missing:
        raise PacketError(
            f"The sheet {missing[0]} is missing. If it was renamed, name it {missing[0]} again; if it was deleted, "
            "copy the marks into a fresh packet (`naru words packet`)."
        )
    rows = book[GUIDE].iter_rows(min_row=1, max_row=_GUIDE_ROWS, max_col=2, values_only=True)
    told = {str(name): str(value) for name, value in rows}
    if told.get("format") != FORMAT or told.get("language") not in REVIEWED:
        raise PacketError(
            f"{GUIDE}, rows 1 to 3: they should say format {FORMAT}, the language ({', '.join(REVIEWED)}) and the digest, as they were "
            "given out. Copy the marks into a fresh packet (`naru words packet`)."
        )
    return MarkedFile(book, told["language"], told.get("digest", ""))


def _workbook(untrusted: bytes) -> Workbook:
    if len(untrusted) > _LARGEST:
        raise PacketError(
            f"The file has more than {_LARGEST} bytes: it is no packet. Take out pictures, or use the file given out."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(untrusted)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        # Looked at before it is unpacked: 5 MB can hold gigabytes of nothing.
        book = load_workbook(io.BytesIO(untrusted)) if unpacked <= _LARGEST_UNPACKED else None
    except Exception:  # noqa: BLE001  # openpyxl raises whatever its parts raise on a file that is none of its own
        raise PacketError(_NO_WORKBOOK) from None
    if book is None:
        raise PacketError(f"The file has more than {_LARGEST_UNPACKED} bytes unpacked: it is no packet.")
    if any(sheet.max_row > _MOST_ROWS for sheet in book.worksheets):
        raise PacketError(
            f"A sheet has more than {_MOST_ROWS} rows. Delete the empty ones below the last text, and save again."
        )
    return book


def read(file: MarkedFile, packet: Packet, placeholders: Placeholders) -> Marked:
    """Read the marks of both tables, and hold them against the packet of the words as they are now."""
    marks: list[Mark] = []
    findings: list[Finding] = []
    tables = ((SCREENS, packet.arrangement.screens), (OTHERS, packet.arrangement.others))
    for title, sections in tables:
        table = _Table(file, file.book[title], sections, packet, placeholders)
        marks += table.marks
        findings += table.findings
    known = sum(len(section.entries) for _, sections in tables for section in sections)
    ignored = tuple(title for title in file.book.sheetnames if title not in {GUIDE, SCREENS, OTHERS})
    return Marked(tuple(marks), known - sum(mark.verdict is not None for mark in marks), tuple(findings), ignored)


class _Table:
    """One table, read when made."""

    def __init__(
        self,
        file: MarkedFile,
        sheet: Worksheet,
        sections: tuple[Section, ...],
        packet: Packet,
        placeholders: Placeholders,
    ) -> None:
        self.marks: list[Mark] = []
        self.findings: list[Finding] = []
        self._sheet, self._packet, self._placeholders = sheet, packet, placeholders
        self._stale = file.digest != packet.digest
        self._keys = [entry.key for section in sections for entry in section.entries]
        self._rows: dict[str, int] = {}  # key -> row
        self._places = self._headings()  # column's name -> its number; empty when the headings are wrong
        if self._places:
            for row in range(2, sheet.max_row + 1):
                self._row(row)
            self._look_for_deleted_rows()

    def _say(self, row: int, column: str, what: str) -> None:
        self.findings.append(Finding(self._sheet.title, row, get_column_letter(self._places[column]), what))

    def _headings(self) -> dict[str, int]:
        """Where each column stands; nothing when one that is needed is missing, which is then told."""
        said = {plain(str(cell.value)): cell.column for cell in self._sheet[1] if cell.value is not None}
        needed = {"key", self._packet.language, *MARKS}
        shown = columns(self._packet.language)
        for number, column in enumerate(shown, 1):
            if column.name in needed and column.title not in said:
                place = Finding(
                    self._sheet.title, 1, get_column_letter(number), f"the heading should be: {column.title}"
                )
                self.findings.append(place)
        return {} if self.findings else {column.name: said[column.title] for column in shown if column.title in said}

    def _row(self, row: int) -> None:
        names = ("key", self._packet.language, *MARKS)
        cells = {name: self._text(row, name) for name in names}
        key = cells["key"]
        written = any(cells[name] for name in MARKS)
        if not key and not written:
            return
        if not key or key.startswith(SECTION_MARK):
            if written:
                first = next(name for name in MARKS if cells[name])
                self._say(
                    row, first, "stands in a row without a key. It should stand in the row of the text it is about."
                )
            return
        if key not in self._keys:
            elsewhere = "It belongs on the other sheet." if key in self._packet.reviewed else ""
            self._say(row, "key", f"is no key of this sheet. {elsewhere or nearest(key, self._packet.reviewed)}")
        elif key in self._rows:
            self._say(row, "key", f"stands in row {self._rows[key]} already. Keep one of the two rows.")
        else:
            self._rows[key] = row
            if not any(finding.row == row for finding in self.findings) and self._as_given_out(row, key, cells):
                self._judge(row, key, cells)

    def _text(self, row: int, name: str) -> str:
        """What stands in a cell, as text; what is no text is told and counts as nothing."""
        cell = self._sheet.cell(row, self._places[name])
        if isinstance(cell, MergedCell) or cell.value is None:
            return ""
        if cell.data_type == "f":
            self._say(
                row,
                name,
                "holds a formula. It should hold the words themselves: put an apostrophe (') in front of them.",
            )
        elif cell.data_type == "e":
            self._say(row, name, "holds an error of the spreadsheet program. It should hold words, or nothing.")
        elif isinstance(cell.value, str):
            return plain(cell.value)
        elif name in {"remark", "reviewer"}:
            return plain(str(cell.value))
        else:
            self._say(row, name, "holds a number or a date. Set the cell's format to text, and type the words anew.")
        return ""

    def _as_given_out(self, row: int, key: str, cells: Mapping[str, str]) -> bool:
        """Tell whether the words that were reviewed are those of now, as far as this row needs it."""
        if cells[self._packet.language] == self._packet.reviewed[key]:
            return True
        if not self._stale:
            self._say(
                row,
                self._packet.language,
                "was changed. It should be as it was given out: new words go into their own column.",
            )
        elif cells["new_words"]:
            self._say(
                row,
                self._packet.language,
                "is older than the catalogue. Read the words of now in a fresh packet, and mark those.",
            )
        return False

    def _judge(self, row: int, key: str, cells: Mapping[str, str]) -> None:
        found = judged(cells, key, self._packet.reviewed[key], self._packet.language, self._placeholders)
        if isinstance(found, Mark):
            if any(cells[name] for name in MARKS):
                self.marks.append(found)
            return
        for problem in found:
            self._say(row, problem.column, problem.what)

    def _look_for_deleted_rows(self) -> None:
        row = 1
        for key in self._keys:
            if key in self._rows:
                row = self._rows[key]
            else:
                self._say(
                    row + 1,
                    "key",
                    f"the row of {key} is missing. Copy it from a fresh packet, or copy the marks into one.",
                )


def notices(marked: Marked) -> Iterator[str]:
    """What whoever takes the marks back should look at before saying yes."""
    for title in marked.ignored:
        yield f"The sheet {title!r} is not of the packet and was not read."
    for mark in marked.marks:
        if mark.brings_contact:
            yield f"{mark.key}: LOOK: the new words hold a link, a handle or a number that the old ones do not."
