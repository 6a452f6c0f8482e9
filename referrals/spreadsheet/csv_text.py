"""Text with separators (.csv), opened: in which encoding and with which separator it was written is found out, never guessed.

An encoding is taken where exactly one makes known headings and words of the bytes. CP949 and GB18030 can each make text of almost
everything the other wrote, so that alone proves nothing; where nothing does, the file is refused, and whoever knows says it. UTF-8 proves
itself where there is enough of it.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from referrals.spreadsheet.columns import folded, is_heading, known_words
from referrals.spreadsheet.tables import (
    MAX_BYTES,
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    Book,
    Row,
    Sheet,
    SpreadsheetError,
    is_written,
    plain,
)

Encoding: TypeAlias = Literal["utf-8", "cp949", "gb18030"]
ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_LONGEST_WORD = 60  # characters; no heading or word of ours has more, with what is folded away
_HEADER_ROWS = 20  # as columns.headings looks through
_TITLES = {"utf-8": "UTF-8", "cp949": "CP949", "gb18030": "GB18030", "utf-16": "UTF-16"}
# Characters outside ASCII from which UTF-8 is certain without a known word: two bytes that another encoding writes for one letter are
# well-formed UTF-8 in about 1 of 10 cases (lead C2..DF, then 80..BF, of GB 2312's 94 x 94), so eight of them in 1 of 10^8.
_ENOUGH = 8
# What a spreadsheet program takes for a formula at the start of a cell (OWASP, CSV injection), the full-width forms included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class _Reading:
    """The bytes as text in one encoding."""

    encoding: str
    text: str
    known: int  # headings and words of ours in it that have letters outside ASCII


def read_csv(untrusted: bytes, name: str, encoding: Encoding | None = None) -> Book:
    """Open a .csv; `encoding` is what somebody who knows says, and then nothing else is tried. Raises SpreadsheetError."""
    if len(untrusted) > MAX_BYTES:
        raise SpreadsheetError(f"{name} has more than {MAX_BYTES // 10**6} MB; export the partner list alone.")
    reading = _decoded(untrusted, name, encoding)
    separator = _separator(reading.text, name)
    rows = tuple(
        Row(number, tuple(_value(cell) for cell in cells)) for number, cells in _records(reading.text, separator, name)
    )
    said = f"{_TITLES[reading.encoding]}, separated by {SEPARATORS[separator]}"
    return Book((Sheet(name, rows),), said)


def guarded(text: str) -> str:
    """Text that a spreadsheet program won't take for a formula: an apostrophe in front where it would."""
    return f"'{text}" if _dangerous(text.lstrip("'")) else text


def unguarded(text: str) -> str:
    """The text that was `guarded`."""
    return text[1:] if text.startswith("'") and _dangerous(text.lstrip("'")) else text


def _dangerous(text: str) -> bool:
    return text.startswith(FORMULA_STARTS) or text.lstrip(" \u3000").startswith(FORMULA_STARTS)


def _value(cell: str) -> str | None:
    return plain(unguarded(cell)) or None


def _decoded(untrusted: bytes, name: str, encoding: Encoding | None) -> _Reading:
    if encoding is not None:
        return _as_said(untrusted, name, encoding)
    for mark, marked in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if untrusted.startswith(mark):
            reading = _reading(untrusted if marked == "utf-16" else untrusted.removeprefix(mark), marked)
            if reading is None:
                raise SpreadsheetError(
                    f"{name} says that it is {_TITLES[marked]}, and isn't. Save it again, as an Excel workbook (.xlsx)."
                )
            return reading
    return _found_out(untrusted, name)


def _as_said(untrusted: bytes, name: str, encoding: Encoding) -> _Reading:
    """The text in the encoding that somebody said, unless the bytes say otherwise."""
    marked = untrusted.startswith(codecs.BOM_UTF8)
    reading = _reading(untrusted.removeprefix(codecs.BOM_UTF8), encoding) if not marked or encoding == "utf-8" else None
    others = [other for each in ENCODINGS if each != encoding and (other := _reading(untrusted, each)) is not None]
    if reading is None or (not reading.known and any(other.known for other in others)):
        raise SpreadsheetError(
            f"{name} is not {_TITLES[encoding]}, as was said. Leave --encoding out, or name another one."
        )
    return reading


def _found_out(untrusted: bytes, name: str) -> _Reading:
    readings = [reading for each in ENCODINGS if (reading := _reading(untrusted, each)) is not None]
    if not readings:
        raise SpreadsheetError(
            f"{name} is no text in {_list_of(ENCODINGS)}. Save it again, as an Excel workbook (.xlsx)."
        )
    telling = [reading for reading in readings if reading.known]
    if len(telling) == 1:
        return telling[0]
    first = readings[0]
    foreign = sum(not each.isascii() for each in first.text)
    if not telling and first.encoding == "utf-8" and (foreign == 0 or foreign >= _ENOUGH):
        return first  # all ASCII is the same in the three
    possible = _list_of([reading.encoding for reading in telling or readings])
    raise SpreadsheetError(
        f"{name} may be written in {possible}, and no heading or word in it proves it. "
        "Say which with --encoding, or save it as an Excel workbook (.xlsx)."
    )


def _list_of(encodings: tuple[str, ...] | list[str]) -> str:
    return " or ".join(_TITLES[each] for each in encodings)


def _reading(untrusted: bytes, encoding: str) -> _Reading | None:
    """The text in one encoding; None where the bytes are no text in it."""
    try:
        text = untrusted.decode(encoding)
    except UnicodeDecodeError:
        return None
    if not is_written(text.translate({9: " ", 10: " ", 13: " ", 0xFEFF: " "})):
        return None
    pieces = {piece for line in text.splitlines() for piece in _pieces(line)}
    cells = {folded(piece.strip('"')) for piece in pieces if len(piece) <= _LONGEST_WORD and not piece.isascii()}
    return _Reading(encoding, text, len(cells & known_words()))


def _pieces(line: str) -> Iterator[str]:
    for separator in SEPARATORS:
        yield from line.split(separator)


def _separator(text: str, name: str) -> str:
    """The separator with which one of the first rows has most known headings."""
    counts = {each: _headings(text, each) for each in SEPARATORS}
    best = max(counts.values())
    if best < 2:  # noqa: PLR2004  # as columns._HEADINGS_KNOWN
        raise SpreadsheetError(
            f"{name} has no row with headings that are known, separated by commas, semicolons or tabs. Write the headings as an export "
            "has them (`naru directory export`)."
        )
    return next(each for each, count in counts.items() if count == best)


def _headings(text: str, separator: str) -> int:
    lines = text.splitlines()[:_HEADER_ROWS]
    return max(
        (sum(is_heading(cell.strip().strip('"')) for cell in line.split(separator)) for line in lines), default=0
    )


def _records(text: str, separator: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with their numbers. A first line "sep=;", which Excel reads as an instruction, is an empty one."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if number > MAX_ROWS:
                raise SpreadsheetError(f"{name} has more than {MAX_ROWS} rows; split it into several files.")
            if len(cells) > MAX_COLUMNS or any(len(cell) > MAX_CELL for cell in cells):
                raise SpreadsheetError(
                    f"{name}, row {number}: more than {MAX_COLUMNS} columns or {MAX_CELL} characters in a cell. "
                    'Look for a quotation mark (") that is opened and not closed.'
                )
            yield number, [] if number == 1 and "".join(cells).casefold() in {"sep=", f"sep={separator}"} else cells
    except csv.Error:
        raise SpreadsheetError(
            f"{name}, row {number + 1}: the quotation marks (\") don't match. Close each that is opened, and double each that is meant."
        ) from None
