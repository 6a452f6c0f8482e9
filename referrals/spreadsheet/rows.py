"""The rows of a file, read under their headings and put together by partner. Pure.

A partner is named by its alias, in each of its rows. Its first row says what it is; a further row adds a service, a phone, a key or a
contact. What says nothing of the partner itself there stays as the first row has it; what says something else is told.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from referrals.spreadsheet.cells import CellError, Value, value
from referrals.spreadsheet.columns import (
    WORDS_TITLES,
    Heading,
    Headings,
    Scope,
    Tongue,
    columns,
    first_columns,
    headings,
)
from referrals.spreadsheet.tables import Book, Finding, Row, Sheet, SpreadsheetError, Unusable, letters, shown

BROKEN = Unusable("")  # the value of a cell about which something was told already


@dataclass(frozen=True, slots=True)
class Line:
    """A row whose cells were read: a value by the column's name, None where the cell is empty, BROKEN where it can't be read."""

    sheet: str
    number: int  # as a spreadsheet program counts, from 1
    places: Mapping[str, Heading]
    tongue: Tongue
    values: Mapping[str, Value] = field(repr=False)

    def finding(self, column: str, what: str) -> Finding:
        """Something wrong under a column, or in the whole row where the column is "" or not in the sheet."""
        place = self.places.get(column)
        if place is None:
            return Finding(self.sheet, self.number, "", "", what)
        return Finding(self.sheet, self.number, letters(place.index), place.text, what)

    def has(self, scope: Scope) -> bool:
        """Whether something of this scope stands in the row."""
        return any(self.values[name] is not None for name in self.values if columns()[name].scope == scope)


@dataclass(frozen=True, slots=True)
class Lines:
    """A file's rows by alias, in their order, and what was wrong or is to be told."""

    by_alias: Mapping[str, tuple[Line, ...]]
    findings: tuple[Finding, ...]
    notices: tuple[str, ...]


def lines(book: Book) -> Lines:
    """Read every sheet that has headings. Raises SpreadsheetError where none has."""
    found: dict[str, list[Line]] = {}
    findings: list[Finding] = []
    notices = list(book.notices)
    read = 0
    for sheet in book.sheets:
        if sheet.name in WORDS_TITLES.values():
            continue
        head = headings(sheet)
        if head is None:
            if any(not row.empty for row in sheet.rows):
                notices.append(f"{shown(sheet.name)}: has no row with known headings; the sheet was not read.")
            continue
        read += 1
        notices += head.notices
        findings += _headings_problems(sheet, head)
        for row in sheet.rows:
            if row.number > head.row and not row.empty:
                _add(found, findings, sheet, head, row)
    if not read:
        raise SpreadsheetError(
            "No sheet has a row with known headings. Write them as an export has them (`naru directory export`)."
        )
    return Lines({alias: tuple(each) for alias, each in found.items()}, tuple(findings), tuple(notices))


def _headings_problems(sheet: Sheet, head: Headings) -> Iterator[Finding]:
    yield from head.findings
    if "x_alias" not in head.found:
        yield Finding(
            sheet.name,
            head.row,
            "",
            "",
            f"the column {first_columns(head.tongue, ['x_alias'])} is missing: it says which partner a row is about",
        )
    for scope in ("phone", "key", "contact"):
        own = [column for column in columns().values() if column.scope == scope]
        missing = [column.name for column in own if column.needed and column.name not in head.found]
        if missing and any(column.name in head.found for column in own):
            yield Finding(
                sheet.name,
                head.row,
                "",
                "",
                f"for a {scope} this is missing: {first_columns(head.tongue, missing)}; add it",
            )


def _add(found: dict[str, list[Line]], findings: list[Finding], sheet: Sheet, head: Headings, row: Row) -> None:
    """Read one row; a cell that can't be read is told, and counts as empty."""
    values: dict[str, Value] = {}
    line = Line(sheet.name, row.number, head.found, head.tongue, values)
    for name, heading in head.found.items():
        cell = row.cells[heading.index] if heading.index < len(row.cells) else None
        try:
            values[name] = None if cell in {None, ""} else value(cell, heading.column, line.tongue)
        except CellError as problem:
            values[name] = BROKEN
            findings.append(line.finding(name, str(problem)))
    alias = values.get("x_alias")
    if isinstance(alias, str):
        found.setdefault(alias, []).append(line)
    elif alias is None and "x_alias" in head.found and _is_read(row, head):
        findings.append(line.finding("x_alias", "is empty; write the partner's alias in each of its rows"))


def _is_read(row: Row, head: Headings) -> bool:
    """Whether anything stands under a known heading; a remark below the table stands beside them or alone."""
    return any(
        place.index < len(row.cells) and row.cells[place.index] not in {None, ""} for place in head.found.values()
    )


def of_partner(own: tuple[Line, ...], findings: list[Finding]) -> dict[str, tuple[Line, Value]]:
    """What the rows say of the partner itself, by column: the row that says it, and the value (None where all are empty)."""
    said: dict[str, tuple[Line, Value]] = {}
    for line in own:
        for name, what in line.values.items():
            if columns()[name].scope != "partner":
                continue
            first, before = said.setdefault(name, (line, what))
            if before is None:
                said[name] = (line if what is not None else first, what)
            elif what not in {None, BROKEN, before} and before != BROKEN:
                findings.append(
                    line.finding(
                        name,
                        f"says something else than row {first.number}; a partner's rows say the same here, or nothing",
                    )
                )
    return said


def with_scope(own: tuple[Line, ...], scope: Scope) -> list[Line]:
    """The rows in which something of a scope stands."""
    return [line for line in own if line.has(scope)]


def has_columns(own: tuple[Line, ...], scope: Scope) -> bool:
    """Whether any of the rows stands in a sheet with columns of a scope."""
    return any(columns()[name].scope == scope for line in own for name in line.places)
