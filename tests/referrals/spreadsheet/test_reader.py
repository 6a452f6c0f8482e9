"""A file is opened by what it holds, whatever it is called."""

import pytest

from referrals.spreadsheet.reader import read
from referrals.spreadsheet.tables import SpreadsheetError
from referrals.spreadsheet.writer import csv_file, xlsx_file
from tests.referrals import vetted


def test_a_workbook_and_text_are_told_apart() -> None:
    """The name decides nothing."""
    partners = [vetted.file()]

    assert read(xlsx_file(partners), "list.csv").read_as == "Excel workbook"
    assert read(csv_file(partners), "list.xlsx").read_as == "UTF-8, separated by commas"


def test_nothing_is_refused() -> None:
    """An empty file is no list."""
    with pytest.raises(SpreadsheetError, match=r"list.csv is empty"):
        read(b" \r\n", "list.csv")


def test_an_old_workbook_is_told() -> None:
    """An .xls, or an .xlsx with a password, is named as such."""
    with pytest.raises(SpreadsheetError, match=r"old workbook \(.xls\) or has a password"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "list.xls")
