"""What the operator reads after an import: all that is wrong, or what the file would change. Pure."""

from collections.abc import Sequence

from referrals.changes import diff
from referrals.spreadsheet.drafts import Drafted, merged
from referrals.vetting import PartnerFile

_SHOWN = 50  # errors; as many as somebody mends before trying again


def preview(current: Sequence[PartnerFile], drafted: Drafted) -> str:
    """Return the whole screen: how the file was read, what was left out of it, then the errors or the change note."""
    parts = [f"Read as: {drafted.read_as}"]
    if drafted.notices:
        parts.append("\n".join(("Look at this:", *(f"  {notice}" for notice in drafted.notices))))
    parts.append(_errors(drafted) if drafted.findings else diff(current, merged(current, drafted.partners)))
    return "\n\n".join(parts)


def _errors(drafted: Drafted) -> str:
    count = len(drafted.findings)
    rows = len({(each.sheet, each.row) for each in drafted.findings})
    lines = [f"  {each}" for each in drafted.findings[:_SHOWN]]
    more = [f"  and {count - _SHOWN} more"] if count > _SHOWN else []
    heading = f"{_counted(count, 'error')} in {_counted(rows, 'row')}. Nothing was taken; mend them and import again:"
    return "\n".join((heading, *lines, *more))


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
