"""The key notice: what a partner gives to the operators of the signed list when its keys changed. Pure.

A spreadsheet as `naru directory import` takes it: one row for each key that counts, under headings that it knows. Keys of a partner that
stand in a file take the place of all that stood in the list, so that the key of who left goes with the same file.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

KEY_DAYS: Final = 365  # a key counts for a year (domain.md 4.1)
_HEADINGS: Final = ("Alias", "Key id", "Public key", "Key until")
_ID_DIGITS: Final = 16  # of the mark; the directory asks for 8 to 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One key that counts."""

    mark: str = field(repr=False)
    recipient: str = field(repr=False)
    made: int  # Unix seconds


def notice(alias: str, entries: Sequence[Entry]) -> bytes:
    """The file, in UTF-8 with BOM, so that a spreadsheet program shows it right as well."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEADINGS)
    for each in entries:
        writer.writerow((alias, each.mark[:_ID_DIGITS], each.recipient, key_until(each.made).isoformat()))
    return text.getvalue().encode("utf-8-sig")


def key_until(made: int) -> date:
    """The last day on which anything may be sealed to a key that was made then."""
    return (datetime.fromtimestamp(made, UTC) + timedelta(days=KEY_DAYS)).date()
