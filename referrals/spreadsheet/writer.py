"""The operators' list as a spreadsheet: .xlsx or .csv, which open unharmed and come back through the reader as they were.

A partner's own columns stand in its first row only as far as it has several; further rows hold its further services, phones, keys and
contacts. Nothing in a cell is a formula. Which partners are canaries is not exported: a list that leaks is what they are for.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.datavalidation import DataValidation

from referrals.partner import CaseworkerKey, Phone, Service
from referrals.spreadsheet.columns import WORDS_TITLES, Column, Tongue, columns, vocabulary
from referrals.spreadsheet.csv_text import guarded
from referrals.spreadsheet.making import CONTACT, KEY, PHONE
from referrals.spreadsheet.tables import MAX_CELL, MAX_ROWS, SpreadsheetError, is_written
from referrals.vetting import Contact, PartnerFile

_TITLES: Mapping[Tongue, str] = {"ko": "단체", "zh": "机构", "en": "Partners"}
_HEAD = PatternFill("solid", fgColor="ECEFF1")
_SETTLED = PatternFill("solid", fgColor="F5F5F5")  # what a spreadsheet can't change
_WIDTH, _WIDE = 14.0, 28.0  # characters of the default font
_WIDE_COLUMNS = frozenset({"name", "description", "x_needs", "x_countries", "languages", "contact_value"})
_LONGEST_LIST = 255  # characters that a list of choices may have in Excel


def table(partners: Sequence[PartnerFile], tongue: Tongue = "en", *, contacts: bool = True) -> list[list[str]]:
    """The list as rows of text, the headings first, in one language. Raises SpreadsheetError for what no cell can hold.

    Without `contacts` there is no column for names and contacts: an import leaves them as they are.
    """
    rows = [[column.first(tongue) for column in _columns(contacts=contacts).values()]]
    for partner in partners:
        rows += [
            [_told(column, values.get(name), tongue) for name, column in _columns(contacts=contacts).items()]
            for values in _rows(partner)
        ]
    if len(rows) > MAX_ROWS:
        raise SpreadsheetError(
            f"The list has {len(rows)} rows, and a spreadsheet that is taken back has {MAX_ROWS} at most; export part of it."
        )
    for number, row in enumerate(rows, 1):
        if any(len(cell) > MAX_CELL or not is_written(cell) for cell in row):
            raise SpreadsheetError(
                f"Row {number} has text that no cell can hold: too long, or with a character that can't be seen."
            )
    return rows


def csv_file(
    partners: Sequence[PartnerFile], tongue: Tongue = "en", *, mark: bool = True, contacts: bool = True
) -> bytes:
    """The list as a .csv in UTF-8 (RFC 4180); `mark` puts the byte order mark in front, without which Excel garbles Korean and Chinese."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([guarded(cell) for cell in row] for row in table(partners, tongue, contacts=contacts))
    return out.getvalue().encode("utf-8-sig" if mark else "utf-8")


def xlsx_file(partners: Sequence[PartnerFile], tongue: Tongue = "en", *, contacts: bool = True) -> bytes:
    """The list as an Excel workbook; a second sheet has the words that may be used."""
    rows, shown = table(partners, tongue, contacts=contacts), _columns(contacts=contacts)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_TITLES[tongue])
    sheet.freeze_panes = "C2"  # the headings, and whose row it is
    for number, (name, column) in enumerate(shown.items(), 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = _WIDE if name in _WIDE_COLUMNS else _WIDTH
        if choices := _choices(column, tongue):
            offered = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True)
            offered.add(f"{letter}2:{letter}{MAX_ROWS}")
            sheet.data_validations.append(offered)
    for number, row in enumerate(rows):
        sheet.append(
            [_cell(sheet, cell, column, head=number == 0) for cell, column in zip(row, shown.values(), strict=True)]
        )
    _words(book.create_sheet(WORDS_TITLES[tongue]), tongue)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _columns(*, contacts: bool) -> Mapping[str, Column]:
    return {
        name: column
        for name, column in columns().items()
        if contacts or not (name == "name" or column.scope == "contact")
    }


def _cell(sheet: WriteOnlyWorksheet, text: str, column: Column, *, head: bool) -> Cell | None:
    if not text:
        return None
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # openpyxl would take a leading "=" for a formula
    cell.quotePrefix = guarded(text) != text  # and so would a program in which the cell is edited
    cell.number_format = "@"
    if head:
        cell.font, cell.fill, cell.alignment = (
            Font(bold=True),
            _SETTLED if column.settled_by else _HEAD,
            Alignment(wrap_text=True),
        )
    return cell


def _choices(column: Column, tongue: Tongue) -> str:
    """The words for a cell that takes one of a few, as a list of choices; "" for another."""
    if column.kind not in {"word", "yes"} or column.settled_by:
        return ""
    said = ",".join(names.first(tongue) for names in vocabulary(column.words or "yes").values())
    return said if len(said) <= _LONGEST_LIST else ""


def _words(sheet: WriteOnlyWorksheet, tongue: Tongue) -> None:
    """For each column that takes words, those that exports use."""
    for column in columns().values():
        if column.words or column.kind == "yes":
            names = [names.first(tongue) for code, names in vocabulary(column.words or "yes").items() if code != "KP"]
            sheet.append([column.first(tongue), *names])


def _rows(file: PartnerFile) -> Iterator[dict[str, Any]]:
    """A partner's rows, as values by column: as many as it has of what it has most of."""
    partner = file.partner
    own = {**dict(partner), "name": file.name, "description": file.description}
    parts = zip_longest(partner.services, partner.phones, partner.x_keys, file.contacts)
    for number, (service, phone, key, contact) in enumerate(parts):
        yield {
            **_of_service(service),
            **(own if number == 0 else {"id": None, "x_alias": partner.x_alias}),
            **_of_phone(phone),
            **_of_key(key),
            **_of_contact(contact),
        }


def _of_service(service: Service | None) -> dict[str, Any]:
    if service is None:
        return {}
    hours = service.x_first_reply_h
    return {
        **dict(service),
        "service_status": service.status,
        "service_id": service.id,
        "x_countries": tuple(area.x_countries for area in service.service_areas),
        "languages": tuple(
            f"{each.code}-{each.x_variety}" if each.x_variety else each.code for each in service.languages
        ),
        "reply_now": hours.now,
        "reply_days": hours.days,
        "reply_normal": hours.normal,
    }


def _of_phone(phone: Phone | None) -> dict[str, Any]:
    return {} if phone is None else {column: getattr(phone, own) for column, own in PHONE.items()}


def _of_key(key: CaseworkerKey | None) -> dict[str, Any]:
    return {} if key is None else {column: getattr(key, own) for column, own in KEY.items()}


def _of_contact(contact: Contact | None) -> dict[str, Any]:
    if contact is None:
        return {}
    return {column: getattr(contact, own) for column, own in CONTACT.items()} | {
        "contact_checked": contact.confirmed_at
    }


def _told(column: Column, value: Any, tongue: Tongue) -> str:
    """A value as its cell says it; the reader takes it back as it was."""
    if value is None or value == ():
        return ""
    if column.kind == "areas":
        return " | ".join(_joined(area, "country", tongue) for area in value)
    if column.kind == "words":
        return _joined(value, column.words, tongue)
    if column.kind in {"word", "yes"}:
        code = {True: "yes", False: "no"}.get(value, value) if column.kind == "yes" else value
        return _word(code, column.words or "yes", tongue)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)


def _joined(codes: Sequence[str], words: str, tongue: Tongue) -> str:
    return ", ".join(_word(code, words, tongue) for code in codes)


def _word(code: str, words: str, tongue: Tongue) -> str:
    names = vocabulary(words).get(code)
    return code if names is None else names.first(tongue)
