"""Partners made of a file's rows, to be proposed: all of them, or none and what is wrong. Pure, but for new ids, which are given."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from referrals.lifecycle import day_of
from referrals.spreadsheet.columns import columns, first_columns
from referrals.spreadsheet.making import made
from referrals.spreadsheet.rows import Line, Lines, lines
from referrals.spreadsheet.tables import Book, Finding
from referrals.vetting import PartnerFile

_DONE = ("x_capacity_at", "phone_verified")  # columns with the day of something done


@dataclass(frozen=True, slots=True)
class Drafted:
    """What a file proposes. There are no partners as long as there are findings."""

    partners: tuple[PartnerFile, ...] = field(repr=False)  # new, changed and unchanged ones, in the file's order
    findings: tuple[Finding, ...] = ()
    notices: tuple[str, ...] = ()  # what was not read, and what an operator should look at
    read_as: str = ""


def drafted(book: Book, current: Sequence[PartnerFile], today: date, new_id: Callable[[], str]) -> Drafted:
    """Make partners of a file's rows, beside the operators' list as it is; `new_id` gives a fresh UUID each time.

    `today` is the day in UTC. Raises SpreadsheetError where no sheet has headings.
    """
    read = lines(book)
    missing = list(_missing_columns(read, current))
    findings = [*read.findings, *missing, *_impossible_days(read, today)]
    broken = {(each.sheet, each.row) for each in findings}
    known = {file.alias: file for file in current}
    drafts: list[tuple[Line, PartnerFile]] = []
    for alias, own in read.by_alias.items():
        before = known.get(alias)
        if before is not None and before.partner.x_status == "removed":
            what = "is the alias of a removed partner, and never used again; choose another"
            findings.append(own[0].finding("x_alias", what))
        elif before is not None or not missing:
            partner, told = made(
                own, before, new_id, whole=not any((each.sheet, each.number) in broken for each in own)
            )
            findings += told
            drafts += [(own[0], partner)] if partner is not None else []
    findings += _clashes(drafts, current)
    return Drafted(
        () if findings else tuple(partner for _, partner in drafts),
        tuple(sorted(findings, key=lambda each: (each.sheet, each.row, len(each.column), each.column))),
        (*read.notices, *_remarks(drafts, current, read)),
        book.read_as,
    )


def merged(current: Sequence[PartnerFile], partners: Sequence[PartnerFile]) -> tuple[PartnerFile, ...]:
    """The operators' list with the drafts in it: each in its own place, new ones at the end."""
    drafts = {each.partner.id: each for each in partners}
    kept = [drafts.pop(each.partner.id, each) for each in current]
    return (*kept, *drafts.values())


def _missing_columns(read: Lines, current: Sequence[PartnerFile]) -> Iterator[Finding]:
    """A new partner can't be made without some columns: told once, not for each of them."""
    known = {file.alias for file in current}
    needed = [column.name for column in columns().values() if column.scope in {"partner", "service"} and column.needed]
    for alias, own in read.by_alias.items():
        missing = [name for name in [*needed, "name"] if not any(name in line.places for line in own)]
        if alias not in known and missing:
            what = f"a new partner needs more columns: {first_columns(own[0].tongue, missing)}; add them"
            yield own[0].finding("", what)
            return


def _impossible_days(read: Lines, today: date) -> Iterator[Finding]:
    """What was confirmed on a day to come, which `lifecycle` refuses: here it has a place."""
    for line in (each for own in read.by_alias.values() for each in own):
        for column in _DONE:
            day = line.values.get(column)
            if isinstance(day, date) and (day_of(day) if isinstance(day, datetime) else day) > today:
                yield line.finding(column, "lies in the future; write the day on which it was confirmed")


def _clashes(drafts: Sequence[tuple[Line, PartnerFile]], current: Sequence[PartnerFile]) -> Iterator[Finding]:
    """Ids and keys that belong to another partner already: its caseworkers would read what this one gets."""
    drawn = {partner.alias for _, partner in drafts}
    owners = {mark: file.alias for file in current if file.alias not in drawn for mark in _marks(file)}
    for line, partner in drafts:
        for column, mark in _marks(partner):
            owner = owners.setdefault((column, mark), partner.alias)
            if owner != partner.alias:
                yield line.finding(column, f"belongs to partner {owner} already; each partner has its own")


def _marks(file: PartnerFile) -> Iterator[tuple[str, str]]:
    """What only one partner may have, by the column that says it."""
    yield "id", file.partner.id
    yield from (("recipient", key.recipient) for key in file.partner.x_keys)


def _remarks(drafts: Sequence[tuple[Line, PartnerFile]], current: Sequence[PartnerFile], read: Lines) -> Iterator[str]:
    for line, partner in drafts:
        if broken := partner.partner.hard_rules_broken:
            rules = ", ".join(broken)
            yield f"{line.sheet}, row {line.number}: hard rule {rules}. Nobody can activate partner {partner.alias} so."
    absent = [file.alias for file in current if file.alias not in read.by_alias and file.partner.x_status != "removed"]
    if absent:
        shown = ", ".join(absent[:10]) + (f" and {len(absent) - 10} more" if len(absent) > 10 else "")  # noqa: PLR2004  # as above
        yield f"Not in the file, and left as they are: partner {shown}."
