"""Reads untrusted JSON and says where it is wrong: "partner 3 (alias 7), checks.0.expires_on". Pure.

A message names places only, never what stood there; a name from outside is repeated only where it has the form of a field's name.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json

SHOWN_PROBLEMS = 10  # as many as can be mended in one sitting; the rest is counted

_ALIAS = re.compile(r"[1-9][0-9]{0,4}|[A-Z]")
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
# What to do about a kind of error of pydantic's, where its own message doesn't say.
_ADVICE = {
    "extra_forbidden": "there is no such field; remove it",
    "missing": "the field is missing; add it",
    "too_short": "the list is too short; add what is missing",
}
_NO_PLACES = "addresses and places are never kept; remove it"
PLACES = frozenset({
    "address", "addresses", "location", "locations", "service_at_location", "service_at_locations", "latitude", "longitude",
})  # fmt: skip


class UnreadableError(Exception):
    """The text is not one whole JSON document. The message says why and what to do; it repeats no value."""


class TwiceError(Exception):
    """A JSON object names a field twice, so that two readers could see two documents."""


def parsed(untrusted_text: str, most_characters: int, expected: str = "the right file") -> Any:
    """Return the document as plain values; raises UnreadableError, also for a field named twice and for endless nesting."""
    if len(untrusted_text) > most_characters:
        raise UnreadableError(f"longer than {most_characters} characters; check that it is {expected}")
    try:
        from_json(untrusted_text)  # bounded in depth, where json.loads would exhaust the stack
        return json.loads(untrusted_text, object_pairs_hook=once, parse_constant=_not_json)
    except TwiceError:
        raise UnreadableError("a field stands twice in one object; remove one of the two") from None
    except ValueError as error:
        raise UnreadableError(f"not JSON ({_position(error)}); restore the file from its last good version") from None


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose fields each stand once, as a hook of `json.loads`; raises TwiceError."""
    if len({name for name, _ in pairs}) != len(pairs):
        raise TwiceError
    return dict(pairs)


def _not_json(_: str) -> None:
    raise ValueError  # NaN and Infinity, which Python reads and nobody else


def _position(error: ValueError) -> str:
    found = re.search(r"line \d+ column \d+", str(error))
    return found.group() if found else "position unknown"


def field_name(untrusted_name: object) -> str:
    """Return a name for use in a message: itself where it has the form of a field's name or is an index."""
    if isinstance(untrusted_name, int):
        return str(untrusted_name)
    return untrusted_name if isinstance(untrusted_name, str) and _FIELD_NAME.fullmatch(untrusted_name) else "(odd name)"


def problems(error: ValidationError, raw: Any, alias_path: Sequence[str] = ("x_alias",)) -> list[str]:
    """Return a line for each thing wrong in a document with `partners`; `alias_path` leads from a member to its alias."""
    details = error.errors(include_input=False, include_url=False)
    return [f"{_place(detail['loc'], raw, alias_path)}: {advice(detail)}" for detail in details]


def advice(detail: ErrorDetails) -> str:
    """Return what is wrong and what to do about it, without the value and without the place."""
    kind, told = detail["type"], detail["msg"].removeprefix("Value error, ")
    if kind == "value_error":
        return told
    if kind == "extra_forbidden" and detail["loc"] and detail["loc"][-1] in PLACES:
        return _NO_PLACES
    return _ADVICE.get(kind, f"{told[:1].lower()}{told[1:]}; correct it")


def _place(location: Sequence[int | str], raw: Any, alias_path: Sequence[str]) -> str:
    parts = [field_name(part) for part in location]
    if len(location) < 2 or location[0] != "partners" or not isinstance(location[1], int):  # noqa: PLR2004  # "partners", index
        return ".".join(parts) or "the list"
    partner = f"partner {location[1] + 1}{_alias(raw['partners'][location[1]], alias_path)}"
    return ", ".join([partner, ".".join(parts[2:])] if parts[2:] else [partner])


def _alias(member: Any, path: Sequence[str]) -> str:
    for name in path:
        member = member.get(name) if isinstance(member, dict) else None
    return f" (alias {member})" if isinstance(member, str) and _ALIAS.fullmatch(member) else ""


def told(what: str, found: Sequence[str]) -> str:
    """Return the message about a refused document: what it is, the first problems on a line each, and how many more."""
    more = f"\n  and {len(found) - SHOWN_PROBLEMS} more" if len(found) > SHOWN_PROBLEMS else ""
    return f"{what} is refused:\n  " + "\n  ".join(found[:SHOWN_PROBLEMS]) + more
