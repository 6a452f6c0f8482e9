"""Opens what somebody sent: an Excel workbook or text with separators, by what it holds and not by what it is called."""

from referrals.spreadsheet.csv_text import Encoding, read_csv
from referrals.spreadsheet.tables import Book, SpreadsheetError
from referrals.spreadsheet.xlsx import is_workbook, read_xlsx


def read(untrusted: bytes, name: str, encoding: Encoding | None = None) -> Book:
    """Open a file; `name` is how messages call it, `encoding` only what somebody who knows says of a .csv.

    Raises SpreadsheetError for what is neither, is too large, or might be read in two ways.
    """
    if not untrusted.strip():
        raise SpreadsheetError(f"{name} is empty.")
    return read_xlsx(untrusted, name) if is_workbook(untrusted) else read_csv(untrusted, name, encoding)
