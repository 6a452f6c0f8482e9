"""An Excel workbook (.xlsx), opened: untrusted, bounded before anything is unpacked, formulas and macros not run.

openpyxl reads in its streaming mode, since the other makes a cell of every one that a merged range, a link or a size merely claims.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from xml.parsers.expat import ParserCreate

from openpyxl import load_workbook
from openpyxl.utils.cell import column_index_from_string, range_boundaries
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from referrals.spreadsheet.tables import (
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ROWS,
    Book,
    Cell,
    Row,
    Sheet,
    SpreadsheetError,
    Unusable,
    letters,
    plain,
    shown,
)

_LARGEST_UNPACKED = 60_000_000  # bytes; 500 rows with a key each have 2.3 million (measured), MAX_ROWS about 23
_MOST_PARTS = 500  # a workbook has about 12 parts, and 2 for each sheet
# XML elements: of one sheet, or of the shared strings (5,000 rows of 60 cells, up to four elements each), and of all other parts.
_MOST_ELEMENTS, _MOST_OTHERS = 1_000_000, 200_000
_MOST_MERGED = 50_000  # cells
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # the container of .xls, and of an .xlsx with a password
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_PART = "_worksheet_path"  # openpyxl says nowhere else which part of the file a sheet is
_NO_WORKBOOK = (
    "is no Excel workbook (.xlsx), or a damaged one. Open it in the program that made it, and save it as .xlsx or .csv."
)


class _TooManyError(Exception):
    """There is more in the file than is read."""


@dataclass(slots=True)
class _Layout:
    """What a sheet says of itself that the stream of its cells doesn't."""

    rows: int = 0
    columns: int = 0
    elements: int = 0
    is_sheet: bool = False
    hidden_rows: list[int] = field(default_factory=list)
    hides_columns: bool = False
    merged: list[tuple[int, int, int, int]] = field(
        default_factory=list
    )  # first column, first row, last column, last row


def is_workbook(untrusted: bytes) -> bool:
    """Say whether bytes begin as a workbook does, an old or a locked one too; if not, they are text or nothing."""
    return untrusted.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLD_EXCEL))


def read_xlsx(untrusted: bytes, name: str) -> Book:
    """Open a workbook; `name` is how messages call the file. Raises SpreadsheetError."""
    if len(untrusted) > MAX_BYTES:
        raise SpreadsheetError(f"{name} has more than {MAX_BYTES // 10**6} MB. Take out pictures and other sheets.")
    if untrusted.startswith(_OLD_EXCEL):
        raise SpreadsheetError(
            f"{name} is an old workbook (.xls) or has a password. Save it as .xlsx without a password."
        )
    try:
        layouts = _looked_at(untrusted, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of drawings and the like that it leaves out
            book = load_workbook(io.BytesIO(untrusted), read_only=True, keep_links=False)
            return _book(book, layouts, name)
    except SpreadsheetError:
        raise
    except _TooManyError:
        raise SpreadsheetError(
            f"{name} holds more cells or formats than are read. Copy the list alone into a new workbook."
        ) from None
    except Exception:  # noqa: BLE001  # openpyxl raises whatever its parts raise on a file that is none of its own
        raise SpreadsheetError(f"{name} {_NO_WORKBOOK}") from None


def _looked_at(untrusted: bytes, name: str) -> dict[str, _Layout]:
    """Bound the file before anything is made of it, and look at each sheet."""
    layouts: dict[str, _Layout] = {}
    with zipfile.ZipFile(io.BytesIO(untrusted)) as archive:
        parts = archive.infolist()
        # zipfile reads no more of a part than it says it has, so that what is said is what there is at most.
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST_UNPACKED:
            raise SpreadsheetError(
                f"{name} has more than {_LARGEST_UNPACKED // 10**6} MB unpacked, or more than {_MOST_PARTS} parts: it is no partner list. "
                "Copy the list alone into a new workbook."
            )
        others = 0
        for part in parts:
            if part.filename.endswith((".xml", ".rels", ".vml")):
                layout = _layout(archive.read(part))
                if layout.is_sheet:
                    layouts[part.filename] = layout
                elif part.filename != "xl/sharedStrings.xml":
                    others += layout.elements
                if others > _MOST_OTHERS:
                    raise _TooManyError
    if sum(layout.rows for layout in layouts.values()) > MAX_ROWS:
        raise SpreadsheetError(
            f"{name} has more than {MAX_ROWS} rows. Delete those below the list, the empty ones too, or split it."
        )
    if any(layout.columns > MAX_COLUMNS for layout in layouts.values()):
        raise SpreadsheetError(
            f"{name} has more than {MAX_COLUMNS} columns. Delete those beside the list, the empty ones too."
        )
    return layouts


def _layout(content: bytes) -> _Layout:
    found = _Layout()
    parser = ParserCreate(namespace_separator="}")
    parser.StartElementHandler = lambda name, attributes: _note(found, name.rpartition("}")[2], attributes)
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.Parse(content, True)
    return found


def _refuse_document_type(*_: object) -> None:
    # No workbook has a document type, and only with one can a few bytes become gigabytes.
    raise ValueError


def _note(found: _Layout, tag: str, attributes: dict[str, str]) -> None:
    found.elements += 1
    if found.elements > _MOST_ELEMENTS:
        raise _TooManyError
    found.is_sheet = found.is_sheet or (found.elements == 1 and tag == "worksheet")
    hidden = attributes.get("hidden") in {"1", "true"}
    if tag == "c":
        said = _REFERENCE.fullmatch(attributes.get("r", ""))
        if said is not None:
            found.columns = max(found.columns, column_index_from_string(said[1]))
    elif tag == "row":
        number = attributes.get("r", "")
        found.rows = max(found.rows, int(number)) if number.isdecimal() else found.rows + 1
        if hidden:
            found.hidden_rows.append(found.rows)
    elif tag == "col" and hidden:
        found.hides_columns = True
    elif tag == "mergeCell":
        bounds = [each or 0 for each in range_boundaries(attributes.get("ref", ""))]
        found.merged.append((bounds[0], bounds[1], bounds[2], bounds[3]))


def _book(book: Workbook, layouts: dict[str, _Layout], name: str) -> Book:
    sheets: list[Sheet] = []
    notices: list[str] = []
    for sheet in book.worksheets:
        layout = layouts[getattr(sheet, _PART)]
        sheets.append(Sheet(sheet.title, tuple(_rows(sheet, layout))))
        notices += _hidden(sheet.title, sheet.sheet_state != "visible", layout)
    if not sheets:
        raise SpreadsheetError(f"{name} has no sheet with cells.")
    return Book(tuple(sheets), "Excel workbook", tuple(notices))


def _hidden(title: str, sheet_is_hidden: bool, layout: _Layout) -> Iterator[str]:
    if sheet_is_hidden:
        yield f"{shown(title)}: the sheet is hidden. It was read like the others."
    if layout.hidden_rows:
        first = ", ".join(str(number) for number in layout.hidden_rows[:10])
        more = f" and {len(layout.hidden_rows) - 10} more" if len(layout.hidden_rows) > 10 else ""  # noqa: PLR2004  # as above
        yield f"{shown(title)}: rows {first}{more} are hidden, by a filter perhaps. They were read like the others."
    if layout.hides_columns:
        yield f"{shown(title)}: there are hidden columns. They were read like the others."


def _rows(sheet: Worksheet, layout: _Layout) -> Iterator[Row]:
    if not layout.rows or not layout.columns:
        return
    merged = _merged(layout)
    # The size that the sheet claims is not asked: openpyxl would read no further, and say nothing.
    for number, cells in enumerate(sheet.iter_rows(1, layout.rows, 1, layout.columns), 1):
        read = [_value(cell.value, cell.data_type) for cell in cells]
        for index, reference in merged.get(number, ()):
            if index < len(read):
                read[index] = Unusable(
                    f"is part of the merged cells {reference}; take the merging back, and write each cell's own value"
                )
        yield Row(number, tuple(read))


def _merged(layout: _Layout) -> dict[int, list[tuple[int, str]]]:
    """Which cells of a row are covered by merging over several rows; beside each other they are titles, and harmless."""
    covered: dict[int, list[tuple[int, str]]] = {}
    cells = 0
    for first_column, first_row, last_column, last_row in layout.merged:
        reference = f"{letters(first_column - 1)}{first_row}:{letters(last_column - 1)}{last_row}"
        for row in range(first_row, min(last_row, layout.rows) + 1) if last_row > first_row else ():
            for column in range(first_column, min(last_column, layout.columns) + 1):
                cells += 1
                if cells > _MOST_MERGED:
                    raise _TooManyError
                covered.setdefault(row, []).append((column - 1, reference))
    return covered


def _value(value: object, data_type: str) -> Cell:
    if data_type == "f":
        return Unusable("holds a formula, which is not worked out here; copy the cells and paste the values only")
    if data_type == "e":
        return Unusable("holds an error of the spreadsheet program; write the value, or nothing")
    if isinstance(value, str):
        return plain(value) or None
    if value is None or isinstance(value, bool | int | float | datetime | date):
        return value
    return Unusable("holds a time or a span of time; write a date as 2026-11-24")
