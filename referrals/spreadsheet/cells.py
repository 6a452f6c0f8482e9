"""One cell: what it means under its heading, or what is wrong with it and what would be right. Pure.

A message repeats what stands in a cell only where a word of a list should stand, and not what looks like a number or an address of
somebody: names and contacts are never repeated.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from referrals.spreadsheet.columns import Column, Tongue, code_of, vocabulary
from referrals.spreadsheet.tables import Cell, Unusable, is_written, shown

Value = Any  # by the column's kind: str, bool, int, date, datetime, a tuple of str, or for areas a tuple of those

_ARTICLES: Mapping[str, str] = {
    "tier": "a tier",
    "status": "a status",
    "service_status": "a status of a service",
    "gender": "for whom a service is",
    "safeguarding": "an answer here",
    "capacity": "a capacity",
    "contact_mode": "a contact mode",
    "contact_kind": "a kind of contact",
    "packet_field": "a part of a referral",
    "language": "a language",
    "country": "a country",
    "need": "a need",
    "situation": "a situation",
}
_AREAS = "|"  # between service areas; within one the countries stand like other words
_BETWEEN = re.compile(r"[,;，；/\n\t]")
_BETWEEN_TOO = (
    "、·・&"  # signs that also stand within words, as in 치료·약: tried one after the other, and only if they must
)
_PERSONAL = re.compile(r"\d(?:[\s.-]?\d){4,}|@|://|www\.")
_DATE = re.compile(r"(\d{4})\s*[-./年년]\s*(\d{1,2})\s*[-./月월]\s*(\d{1,2})\s*(?:日|일|\.)?")
_DIGITS_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIMED = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
_NUMBER = re.compile(r"(\d{1,6})\s*(?:세|살|岁|歲|시간|小时|小時|hours?|h|years?)?", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ALIAS = re.compile(r"[1-9][0-9]{0,4}|[A-Z]")
_KEY_ID = re.compile(r"[0-9a-f]{8,64}")
_PHONE = re.compile(r"[0-9+][0-9 -]{1,20}")
# Day numbers of Excel (days since 1899-12-30) for 2000-01-01 and 2099-12-31: outside, it is another number.
_DAY_ONE = date(1899, 12, 30)
_DAY_NUMBERS = range(36_526, 73_051)
_DATE_RIGHT = "write the year first, as 2026-11-24, 2026.11.24 or 2026年11月24日"
_TYPE_ANEW = "holds a number, so a leading zero may be lost; set the cell's format to text and type it anew"


class CellError(Exception):
    """What a cell holds can't be taken. The message says why and what would be right, without the cell's place."""


def value(cell: Cell, column: Column, tongue: Tongue) -> Value:
    """The meaning of a cell that is not empty. Raises CellError; `tongue` is the language in which words are offered."""
    if isinstance(cell, Unusable):
        raise CellError(cell.what)
    if column.kind in {"word", "words", "areas", "yes"}:
        return _worded(cell, column, tongue)
    return _READERS[column.kind](cell)


def _worded(cell: Cell, column: Column, tongue: Tongue) -> Value:
    if column.kind == "yes":
        if isinstance(cell, bool):
            return cell
        return _yes(_said(cell), tongue)
    if column.kind == "word":
        return _code(_said(cell), column.words, tongue)
    if column.kind == "words":
        return _codes(_said(cell), column.words, tongue)
    return tuple(_codes(part, "country", tongue) for part in _said(cell).split(_AREAS))


def _said(cell: Cell) -> str:
    """What a reader sees in a cell, for words; a whole number as 1, not 1.0."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell)


def _yes(text: str, tongue: Tongue) -> bool:
    code = code_of(text, "yes")
    if code is None:
        names = vocabulary("yes")
        yes, no = names["yes"].first(tongue), names["no"].first(tongue)
        raise CellError(f"{_echoed(text)} is neither yes nor no; write {yes} or {no}")
    return code == "yes"


def _code(text: str, words: str, tongue: Tongue, cell: str = "") -> str:
    """The code of one word; `cell` is all that stands in the cell."""
    code = code_of(text, words)
    if code is None and words == "country" and re.fullmatch(r"[A-Z]{2}", text.strip()):
        code = text.strip()  # ISO 3166-1 alpha-2, as the list holds it
    if code == "KP" and words == "country":
        raise CellError("North Korea is never served (N24); take it out")
    if code is None:
        raise CellError(f"{_echoed(text, cell)} is not {_ARTICLES[words]}; write {_offered(words, tongue)}")
    return code


def _codes(text: str, words: str, tongue: Tongue) -> tuple[str, ...]:
    """The codes of several words in one cell, each once: 임신 and 부인과 are the same need."""
    pieces = (
        [text]
        if code_of(text, words)
        else [piece for part in _BETWEEN.split(text) for piece in _taken_apart(part, words)]
    )
    found = [_code(piece, words, tongue, text) for piece in pieces if piece.strip()]
    if not found:
        raise CellError(f"holds no word; write {_offered(words, tongue)}")
    return tuple(dict.fromkeys(found))


def _taken_apart(piece: str, words: str, signs: str = _BETWEEN_TOO) -> list[str]:
    """A piece as it is where it is a word; else parted at the first sign that it has, and so on."""
    if not signs or code_of(piece, words):
        return [piece.strip()]
    return [part for each in piece.split(signs[0]) for part in _taken_apart(each, words, signs[1:])]


def _echoed(text: str, cell: str = "") -> str:
    """A word in quotation marks, unless it or what stands beside it in the cell might be somebody's."""
    if _PERSONAL.search(unicodedata.normalize("NFKC", cell or text)) or not is_written(text.replace("\t", " ")):
        return "what stands there"
    return f"'{shown(text)}'"


def _offered(words: str, tongue: Tongue) -> str:
    names = [name.first(tongue) for code, name in vocabulary(words).items() if (words, code) != ("country", "KP")]
    several = (
        ", separated by commas"
        if words in {"language", "country", "need", "situation", "contact_mode", "packet_field"}
        else ""
    )
    return f"{', '.join(names[:-1])} or {names[-1]}{several}"


def _text(cell: Cell) -> str:
    if not isinstance(cell, str):
        raise CellError(
            "holds a number or a date, and should hold text; set the cell's format to text and type it anew"
        )
    if not is_written(cell):
        raise CellError("holds a character that can't be seen or is broken; type it anew, without copying")
    return cell


def _digits(cell: Cell) -> str:
    """Text that is made of signs of ASCII, whatever their width was; a number would have lost its zeros."""
    if isinstance(cell, bool | int | float | date):
        raise CellError(_TYPE_ANEW)
    return unicodedata.normalize("NFKC", _text(cell)).strip()


def _matching(pattern: re.Pattern[str], right: str, cell: Cell) -> str:
    text = _digits(cell)
    if not pattern.fullmatch(text):
        raise CellError(right)
    return text


def _alias(cell: Cell) -> str:
    text = unicodedata.normalize("NFKC", _said(cell)).strip()
    if isinstance(cell, bool | date) or not _ALIAS.fullmatch(text):
        raise CellError("is no alias; write a number from 1 to 99999 without zeros in front, or one capital letter")
    return text


def _recipient(cell: Cell) -> str:
    return "".join(_text(cell).split())  # a long line may come wrapped


def _integer(cell: Cell) -> int:
    # The range first: a workbook may hold a whole number of 400 digits, which no float is.
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 <= cell < 10**6 and float(cell).is_integer():
        return int(cell)
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", cell).strip()) if isinstance(cell, str) else None
    if found is None:
        raise CellError("is no whole number; write digits alone, as 18")
    return int(found[1])


def _date(cell: Cell) -> date:
    if isinstance(cell, datetime):
        if cell.time() != datetime.min.time():
            raise CellError("holds a time of day, and should hold a date alone; write it as 2026-11-24")
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _day_number(cell)
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    if re.fullmatch(r"\d{5}", text):
        return _day_number(int(text))
    found = _DATE.fullmatch(text) or _DIGITS_DATE.fullmatch(text)
    if found is None:
        raise CellError(f"is no date that can be read in one way only; {_DATE_RIGHT}")
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise CellError("is a day that no calendar has; correct it") from None


def _day_number(number: float) -> date:
    if number not in _DAY_NUMBERS:
        raise CellError(f"is a number that is no day; {_DATE_RIGHT}")
    return _DAY_ONE + timedelta(days=int(number))


def _moment(cell: Cell) -> datetime:
    """A time with its zone; a date alone is its first minute in UTC, so that it never counts as fresher than it is said to be."""
    text = unicodedata.normalize("NFKC", cell).strip() if isinstance(cell, str) else ""
    if _TIMED.match(text):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise CellError("is no time that can be read; write it as 2026-11-24T13:05Z, or the date alone") from None
        if moment.tzinfo is None:
            raise CellError("has a time of day without its zone; write it as 2026-11-24T13:05Z, or the date alone")
        return moment.astimezone(UTC)
    day = _date(cell)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _uuid(cell: Cell) -> str:
    return _matching(_UUID, "is no id; leave it as an export has it, or empty for a new one", cell)


def _key_id(cell: Cell) -> str:
    return _matching(_KEY_ID, "is no id of a key; write the 8 or more signs 0-9 and a-f that `naru keygen` gave", cell)


def _phone(cell: Cell) -> str:
    return _matching(_PHONE, "is no phone number; write digits, spaces and hyphens, with a + in front if need be", cell)


_READERS: Mapping[str, Callable[[Cell], Value]] = {
    "text": _text,
    "alias": _alias,
    "uuid": _uuid,
    "key_id": _key_id,
    "phone": _phone,
    "recipient": _recipient,
    "integer": _integer,
    "date": _date,
    "moment": _moment,
}
