"""A workbook from outside is bounded before it is opened; nothing in it is worked out, and nothing hidden goes unsaid."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import datetime

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from referrals.spreadsheet.tables import MAX_COLUMNS, MAX_ROWS, Book, SpreadsheetError, Unusable
from referrals.spreadsheet.xlsx import read_xlsx

SHEET = "xl/worksheets/sheet1.xml"


def workbook(fill: Callable[[Worksheet], object]) -> bytes:
    """Return a workbook of one sheet, filled."""
    book = Workbook()
    fill(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def altered(untrusted: bytes, change: Callable[[bytes], bytes], part: str = SHEET) -> bytes:
    """Return the workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(untrusted)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


def opened(untrusted: bytes) -> Book:
    """Open a workbook."""
    return read_xlsx(untrusted, "list.xlsx")


def refused(untrusted: bytes) -> str:
    """Return what is said of a workbook that is not opened, and see that no gigabyte was taken for it."""
    tracemalloc.start()
    try:
        with pytest.raises(SpreadsheetError) as caught:
            opened(untrusted)
        assert tracemalloc.get_traced_memory()[1] < 300_000_000  # bytes
    finally:
        tracemalloc.stop()
    return str(caught.value)


ONE = workbook(lambda sheet: sheet.append(["번호", "언어"]))


def test_cells_come_as_they_are() -> None:
    """Text is composed and trimmed, numbers and dates keep their kind, and empty rows keep their place."""

    def fill(sheet: Worksheet) -> None:
        sheet["A1"], sheet["B1"], sheet["C1"] = " 번호 ", 7, datetime(2031, 3, 10)  # noqa: DTZ001  # a date's cell has no zone
        sheet["A4"] = True

    (sheet,) = opened(workbook(fill)).sheets

    assert [(row.number, row.cells) for row in sheet.rows] == [
        (1, ("번호", 7, datetime(2031, 3, 10))),  # noqa: DTZ001  # as above
        (2, (None, None, None)),
        (3, (None, None, None)),
        (4, (True, None, None)),
    ]


def test_a_formula_is_not_worked_out() -> None:
    """Neither its text nor its last result is taken: the cell says what to do."""

    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = '=HYPERLINK("http://example.invalid")'
        sheet["B1"] = "#N/A"

    (sheet,) = opened(workbook(fill)).sheets

    assert [type(cell) for cell in sheet.rows[0].cells] == [Unusable, Unusable]
    assert "formula" in str(sheet.rows[0].cells[0])


def test_cells_merged_over_rows_are_told_and_titles_are_not() -> None:
    """What a cell merged over several rows means for the lower ones is not guessed."""

    def fill(sheet: Worksheet) -> None:
        sheet["A1"], sheet["A2"], sheet["A3"], sheet["B3"] = "title", "번호", "중국", "x"
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("A3:A5")

    (sheet,) = opened(workbook(fill)).sheets

    assert sheet.rows[0].cells == ("title", None)
    assert [str(row.cells[0]) for row in sheet.rows[2:]] == [
        str(Unusable("is part of the merged cells A3:A5; take the merging back, and write each cell's own value"))
    ] * 3


def test_what_is_hidden_is_read_and_told() -> None:
    """A filter, a hidden column or a hidden sheet leaves nothing out, and the reader learns of it."""

    def fill(sheet: Worksheet) -> None:
        sheet.append(["번호", "언어"])
        sheet.append(["7", "한국어"])
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["B"].hidden = True
        assert sheet.parent is not None
        other = sheet.parent.create_sheet("other")
        other.append(["x"])
        other.sheet_state = "hidden"

    book = opened(workbook(fill))

    assert book.sheets[0].rows[1].cells == ("7", "한국어")
    assert [notice.split(":")[1].split(".")[0] for notice in book.notices] == [
        " rows 2 are hidden, by a filter perhaps", " there are hidden columns", " the sheet is hidden",
    ]  # fmt: skip


def test_a_size_that_a_sheet_claims_is_not_believed() -> None:
    """A dimension that is too small hides no rows."""

    def fill(sheet: Worksheet) -> None:
        for number in range(5):
            sheet.append([number])

    lying = altered(workbook(fill), lambda xml: xml.replace(b'ref="A1:A5"', b'ref="A1:A2"'))

    assert len(opened(lying).sheets[0].rows) == 5


def test_a_bomb_is_not_unpacked() -> None:
    """Few packed bytes that become many are refused by what the file says of itself."""
    bomb = altered(ONE, lambda _: b" " * 70_000_000)

    assert len(bomb) < 200_000
    assert "60 MB unpacked" in refused(bomb)


def test_a_bomb_of_entities_is_not_expanded() -> None:
    """A document type is refused before anything in it is used."""
    entities = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    bomb = altered(ONE, lambda xml: xml.replace(b"<worksheet", entities + b"<worksheet", 1))

    assert "is no Excel workbook" in refused(bomb)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>', ""),
        (b'<row r="1"', b'<row r="1048576"', f"more than {MAX_ROWS} rows"),
        (b'r="B1"', b'r="XFD1"', f"more than {MAX_COLUMNS} columns"),
        (b"</sheetData>", b"<row>" + b"<c/>" * 1_000_100 + b"</row></sheetData>", "more cells or formats"),
        (b"</sheetData>", b"<row/>" * 6_000 + b"</sheetData>", f"more than {MAX_ROWS} rows"),
        (b"</sheetData>", b"<oops></sheetData>", "is no Excel workbook"),
    ],
)
def test_what_a_sheet_claims_takes_no_memory(old: bytes, new: bytes, said: str) -> None:
    """A merged range over all cells, a far row, a far column and masses of empty cells are bounded or refused."""
    untrusted = altered(ONE, lambda xml: xml.replace(old, new))

    assert untrusted != ONE
    if said:
        assert said in refused(untrusted)
    else:
        assert len(opened(untrusted).sheets[0].rows) == 1


def test_a_flood_of_formats_is_refused() -> None:
    """Formats become objects of openpyxl's, many times their size."""
    flood = altered(ONE, lambda xml: xml.replace(b"</cellXfs>", b"<xf/>" * 200_100 + b"</cellXfs>"), "xl/styles.xml")

    assert "more cells or formats" in refused(flood)


@pytest.mark.parametrize("untrusted", [b"PK\x03\x04" + bytes(100), ONE[:-30], ONE[: len(ONE) // 2]])
def test_what_is_damaged_is_told(untrusted: bytes) -> None:
    """A cut file is no traceback."""
    assert "is no Excel workbook (.xlsx), or a damaged one" in refused(untrusted)


def test_an_archive_of_something_else_is_told() -> None:
    """A .docx or .ods is an archive too."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", "<a/>")

    assert "is no Excel workbook" in refused(out.getvalue())
