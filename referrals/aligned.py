"""Tables for a terminal, aligned where letters are wide: a Korean or Chinese one takes two columns. Pure."""

import unicodedata
from collections.abc import Sequence

_WIDE = frozenset("WF")  # unicode.org/reports/tr11: wide and full-width; a terminal draws ambiguous ones narrow
_NO_WIDTH = frozenset({"Mn", "Me", "Cf"})  # marks upon another letter, and what is invisible
_JOINED_JAMO = range(0x1160, 0x1200)  # vowels and finals of Hangul, drawn into the syllable before them
_GAP = "  "


def display_width(text: str) -> int:
    """Columns that a line of text takes in a terminal."""
    return sum(_width(each) for each in unicodedata.normalize("NFC", text))


def _width(letter: str) -> int:
    if unicodedata.category(letter) in _NO_WIDTH or ord(letter) in _JOINED_JAMO:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in _WIDE else 1


def padded(text: str, width: int) -> str:
    """Text with spaces behind it, so that it takes `width` columns; longer text stays as it is."""
    return text + " " * (width - display_width(text))


def cut(text: str, width: int) -> str:
    """Text of at most `width` columns, its end replaced by an ellipsis where it is longer."""
    if display_width(text) <= width:
        return text
    kept, taken = "", 0
    for letter in unicodedata.normalize("NFC", text):
        taken += _width(letter)
        if taken > width - 1:
            break
        kept += letter
    return f"{kept}…"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], most: int = 60) -> str:
    """Rows under headings, each column as wide as its widest cell, `most` columns at most; the last one is never cut."""
    last = len(headings) - 1
    cells = [[cut(cell, most) if index < last else cell for index, cell in enumerate(row)] for row in rows]
    widths = [max(display_width(row[index]) for row in (headings, *cells)) for index in range(len(headings))]
    ruled = ["-" * width for width in widths]
    lines = [
        _GAP.join(padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (headings, ruled, *cells)
    ]
    return "\n".join(lines)
