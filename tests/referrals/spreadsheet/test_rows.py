"""Rows are read under their headings and belong to the partner that they name."""

import pytest

from referrals.spreadsheet.rows import BROKEN, has_columns, lines, of_partner, with_scope
from referrals.spreadsheet.tables import Book, Cell, Finding, Row, Sheet, SpreadsheetError


def book(*rows: tuple[Cell, ...], name: str = "Sheet1") -> Book:
    """Return a book of one sheet."""
    return Book((Sheet(name, tuple(Row(number, cells) for number, cells in enumerate(rows, 1))),), "test")


def test_rows_of_one_partner_come_together() -> None:
    """Rows that name the same alias are one partner's, wherever they stand; empty rows are nothing."""
    read = lines(
        book(
            ("번호", "이름", "언어"),
            (7, "가상", "한국어"),
            (8, "다른 가상", "중국어"),
            (None, "", None),
            ("7", None, "영어"),
        )
    )

    assert [(alias, [line.number for line in own]) for alias, own in read.by_alias.items()] == [
        ("7", [2, 5]),
        ("8", [3]),
    ]
    assert read.by_alias["7"][0].values == {"x_alias": "7", "name": "가상", "languages": ("kor",)}


def test_a_row_without_an_alias_is_told() -> None:
    """A row with something under a heading names its partner; a remark beside the table need not."""
    read = lines(book(("번호", "이름"), (None, "가상"), (None, None, "a remark beside the table")))

    assert [str(each) for each in read.findings] == [
        "Sheet1, row 2, column A (번호): is empty; write the partner's alias in each of its rows"
    ]


def test_what_a_further_row_says_of_the_partner_is_the_same_or_nothing() -> None:
    """A second row may leave the partner's own columns empty; where it says something else, that is told."""
    read = lines(book(("번호", "이름", "언어"), (7, None, "한국어"), (7, "가상", None), (7, "다른 가상", "영어")))
    findings: list[Finding] = []

    said = of_partner(read.by_alias["7"], findings)

    assert said["name"][1] == "가상"
    assert [(each.row, each.heading) for each in findings] == [(4, "이름")]
    assert "row 3" in findings[0].what


def test_a_cell_that_cant_be_read_is_told_once() -> None:
    """It is neither empty nor a value."""
    read = lines(book(("번호", "언어"), (7, "몰라")))

    assert read.by_alias["7"][0].values["languages"] is BROKEN
    assert len(read.findings) == 1
    assert with_scope(read.by_alias["7"], "service") == list(read.by_alias["7"])


def test_half_of_a_key_is_told_at_the_headings() -> None:
    """A key, a phone and a contact need all of their columns."""
    read = lines(book(("번호", "공개 키"), (7, None)))

    assert [(each.row, each.what) for each in read.findings] == [
        (1, "for a key this is missing: 키 ID, 키 유효일; add it")
    ]
    assert has_columns(read.by_alias["7"], "key")
    assert not has_columns(read.by_alias["7"], "phone")


def test_the_column_of_the_alias_is_needed() -> None:
    """Without it nobody knows whose a row is."""
    read = lines(book(("이름", "언어"), ("가상", "한국어")))

    assert "번호 is missing" in read.findings[0].what


def test_sheets_without_a_list_are_named_or_nothing_is_read() -> None:
    """A sheet without headings is passed over and named; if no sheet has any, that is an error."""
    listed = book(("번호", "이름"), (7, "가상"))
    memo = Sheet("메모", (Row(1, ("x",)),))

    assert lines(Book((*listed.sheets, memo), "test")).notices == (
        "메모: has no row with known headings; the sheet was not read.",
    )
    with pytest.raises(SpreadsheetError, match="No sheet has"):
        lines(Book((memo,), "test"))
