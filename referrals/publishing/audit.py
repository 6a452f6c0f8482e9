"""The log of what operators did: JSON lines, each with the hash of the line before, so that nothing can be changed unseen. Pure.

Each operator has a log of her own, since two copies of one log can't both grow. A chain alone doesn't show that its end was cut off or that
it was written anew from some line on; an anchor does: the list that two operators sign names how many lines each log had, and the last
one's hash.
Lines name partners by id and say nothing of any case.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from referrals.publishing.metadata import Anchor
from referrals.publishing.operator_public import Name

FIRST = "0" * 64  # stands where the first line has no line before it
MAX_LINE = 16 * 1024  # characters; a line has about 300

Action = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_-]{1,39}$")]
Subject = Annotated[
    str, StringConstraints(pattern=r"^[0-9A-Za-z._:-]{1,80}$")
]  # an id, an alias, a fingerprint: never words


class Entry(BaseModel):
    """One action of an operator. `subjects` are ids; `list_version` is the list that it is about, 0 before the first."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    number: int = Field(ge=1)
    previous: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    operator: Name
    action: Action
    subjects: Annotated[tuple[Subject, ...], Field(max_length=100)]
    list_version: int = Field(ge=0, lt=2**53)
    at: AwareDatetime


@dataclass(frozen=True, slots=True)
class Problem:
    """A line (from 1) at which the log doesn't hold, and why."""

    line: int
    why: str


def next_line(
    lines: Sequence[str], operator: str, action: str, subjects: Sequence[str], list_version: int, at: datetime
) -> str:
    """Return the line that continues a log, without a line feed; raises ValueError when something in it isn't an id."""
    entry = Entry(
        number=len(lines) + 1,
        previous=line_hash(lines[-1]) if lines else FIRST,
        operator=operator,
        action=action,
        subjects=tuple(subjects),
        list_version=list_version,
        at=at,
    )
    return _written(entry)


def line_hash(line: str) -> str:
    """Return SHA-256 of a line without its line feed, in hex."""
    return hashlib.sha256(line.encode()).hexdigest()


def anchor(lines: Sequence[str]) -> Anchor:
    """Return where a log stands, for `Repository.draft_list`."""
    return Anchor(len(lines), line_hash(lines[-1]) if lines else FIRST)


def verify(untrusted_lines: Sequence[str], signed: Anchor | None = None) -> tuple[Problem, ...]:
    """Return what is wrong with a log, the first broken line first; nothing when it holds.

    `signed` is its anchor in a published list. After a line that can't be read the chain is not followed further.
    """
    previous, before = FIRST, None
    for number, line in enumerate(untrusted_lines, start=1):
        entry = _read(line)
        if entry is None:
            return (Problem(number, "this is not a line of such a log, or it was damaged"),)
        if entry.previous != previous:
            return (
                Problem(number, "it does not follow the line before: one of the two was changed, moved or taken out"),
            )
        if entry.number != number:
            return (Problem(number, "its number is not its place: lines were added or taken out"),)
        if before is not None and (entry.operator != before.operator or entry.at < before.at):
            return (Problem(number, "it names another operator, or an earlier time, than the line before"),)
        previous, before = line_hash(line), entry
    return _against(untrusted_lines, signed)


def _against(lines: Sequence[str], signed: Anchor | None) -> tuple[Problem, ...]:
    if signed is None or signed.lines == 0:
        return ()
    if signed.lines > len(lines):
        return (
            Problem(len(lines) + 1, f"the log ends here, but {signed.lines} lines were signed: its end was cut off"),
        )
    if line_hash(lines[signed.lines - 1]) != signed.head:
        return (Problem(signed.lines, "this is not the line that was signed: the log was written anew"),)
    return ()


def _read(untrusted_line: str) -> Entry | None:
    try:
        entry = Entry.model_validate_json(untrusted_line[:MAX_LINE])
    except ValueError:
        return None
    return entry if _written(entry) == untrusted_line else None  # one way to write a line, or two could have one hash


def _written(entry: Entry) -> str:
    value: dict[str, Any] = entry.model_dump(mode="json")
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
