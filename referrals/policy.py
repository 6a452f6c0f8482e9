"""What may be said in a country about police and consulates, and whether a number may be shown. Pure.

`load` takes the text of policy.toml, never a path: rows with a source, a reviewer and a last day. `Policy.rule` gives the rule of a
day. Whatever is unknown or past counts as the strictest, so that a forgotten row closes the advice and never the help (N1,
domain.md 2.4).
"""

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails

from referrals.partner import PHONE_DAYS

MAX_CHARACTERS = 100_000  # the file has 11 rows and about 5,000 characters
NOT_REVIEWED = "draft, not reviewed"  # the reviewer of a row that nobody has reviewed yet
UNSERVED = "KP"  # N24
UNKNOWN = "other"  # the row of a country that she did not name, or that has no row

Advice = Literal["forbidden", "partner_mediated", "allowed"]
Purpose = Literal["emergency", "crisis", "women", "settlement"]

_SHOWN_PROBLEMS = 10  # as many as can be mended in one sitting; the rest is counted
_FIELD_NAME = re.compile(r"[a-z][a-z_]{0,39}")
_CODE = re.compile(r"[A-Z]{2}|other")
# What to do about a kind of error of pydantic's, where its own message doesn't say.
_ADVICE = {
    "extra_forbidden": "there is no such field; remove it",
    "missing": "the field is missing; add it",
    "literal_error": "not one of the words allowed here; see the comment at the top of the file",
}

_Told = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class PolicyError(Exception):
    """The country policy can't be used. The message says what is wrong in it, where, and what to do; it repeats no value."""


class _Record(BaseModel):
    """Frozen, closed and strict; an error says nothing of its values."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Number(_Record):
    """A public line, with who called it to verify it, when, and where it was published."""

    number: Annotated[str, StringConstraints(pattern=r"^[0-9+][0-9 -]{1,20}$")]
    purpose: Purpose
    last_verified: date
    source: _Told
    verified_by: _Told

    def fresh(self, today: date) -> bool:
        """Say whether it was verified in the last 90 days, and not in the future."""
        return timedelta(0) <= today - self.last_verified <= timedelta(days=PHONE_DAYS)


class _Country(_Record):
    """One row of the file."""

    code: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}|other)$")]  # ISO 3166-1 alpha-2, or UNKNOWN
    service: bool = True
    police_advice: Advice
    consulate_advice: Advice
    show_numbers: bool = False
    numbers: tuple[Number, ...] = ()
    source: _Told
    reviewer: _Told
    valid_until: date

    @property
    def opens(self) -> bool:
        """Whether the row allows more than the strictest rule."""
        return {self.police_advice, self.consulate_advice} != {"forbidden"} or self.show_numbers or bool(self.numbers)

    @model_validator(mode="after")
    def _as_promised(self) -> Self:
        if self.service == (self.code == UNSERVED):
            raise ValueError(f"service is false for {UNSERVED} and for nothing else (N24); correct it")
        if self.opens and self.code in {UNSERVED, UNKNOWN}:
            raise ValueError("this row must be forbidden throughout, without numbers; correct it")
        # domain.md 3.5: numbers are shown for KR only; elsewhere a number in a chat is evidence.
        if self.code != "KR" and (self.show_numbers or self.numbers):
            raise ValueError("numbers are shown in KR only; remove them")
        if self.numbers and not self.show_numbers:
            raise ValueError("numbers stand in a row that shows none; set show_numbers or remove them")
        return self


class _Document(_Record):
    """The file as it is written."""

    format: Literal["naru-policy/1"]
    version: int = Field(ge=1, lt=2**53)
    country: Annotated[tuple[_Country, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds in a country on a day. The defaults are the strictest that still helps."""

    service: bool = True  # false: collect nothing, show neutral text, wipe (N24)
    police_advice: Advice = "forbidden"
    consulate_advice: Advice = "forbidden"
    show_numbers: bool = False  # whether a partner's public number may stand on its card
    numbers: tuple[Number, ...] = ()  # public lines verified in the last 90 days


STRICTEST = Rule()


@dataclass(frozen=True, slots=True)
class Policy:
    """The checked rows."""

    version: int = 0
    _rows: dict[str, _Country] = field(default_factory=dict, repr=False)  # without any, everything is closed

    @property
    def countries(self) -> frozenset[str]:
        """The codes that have a row, UNKNOWN among them."""
        return frozenset(self._rows)

    def rule(self, country: str | None, today: date) -> Rule:
        """Return the rule of a country on a day (UTC); an unknown country and a row past its last day give STRICTEST.

        A row that nobody has reviewed opens no advice and no line of its own. It does let the number of a partner stand, which
        somebody verified for the partner list.
        """
        if country == UNSERVED:  # also by a policy without any rows
            return Rule(service=False)
        row = self._rows.get(country or UNKNOWN)
        if row is None or today > row.valid_until:
            return STRICTEST
        if row.reviewer == NOT_REVIEWED:
            return Rule(show_numbers=row.show_numbers)
        fresh = tuple(number for number in row.numbers if number.fresh(today))
        return Rule(
            police_advice=row.police_advice,
            consulate_advice=row.consulate_advice,
            show_numbers=row.show_numbers,
            numbers=fresh,
        )

    def expired(self, today: date) -> tuple[str, ...]:
        """Return the codes of the rows that are past their last day: the operator renews them or leaves them closed."""
        return tuple(sorted(code for code, row in self._rows.items() if today > row.valid_until))

    @property
    def unreviewed(self) -> tuple[str, ...]:
        """The codes of the rows that nobody has reviewed."""
        return tuple(sorted(code for code, row in self._rows.items() if row.reviewer == NOT_REVIEWED))


def load(untrusted_text: str) -> Policy:
    """Read and check the whole country policy. Raises PolicyError."""
    raw = _parsed(untrusted_text)
    try:
        # By way of JSON, where a strict model takes lists and days as they are written, and still no "no" for false.
        document = _Document.model_validate_json(json.dumps(raw, default=str))
    except ValidationError as error:
        details = error.errors(include_input=False, include_url=False)
        raise _refused([_problem(detail, raw) for detail in details]) from None
    if problems := list(_row_problems(document.country)):
        raise _refused(problems)
    return Policy(document.version, {row.code: row for row in document.country})


def _parsed(untrusted_text: str) -> dict[str, Any]:
    if len(untrusted_text) > MAX_CHARACTERS:
        raise _refused([f"longer than {MAX_CHARACTERS} characters; check that it is the country policy"])
    try:
        return tomllib.loads(untrusted_text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line \d+, column \d+", str(error))
        where = found.group() if found else "at its end"
        raise _refused([f"not TOML ({where}); restore the file from its last good version"]) from None


def _row_problems(rows: Sequence[_Country]) -> Iterator[str]:
    codes = [row.code for row in rows]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield f"country {code}: there are two rows; remove one"
    for code in (UNKNOWN, UNSERVED):
        if code not in codes:
            yield f"country {code}: the row is missing; add it"


def _problem(detail: ErrorDetails, raw: dict[str, Any]) -> str:
    kind, told = detail["type"], detail["msg"].removeprefix("Value error, ")
    advice = told if kind == "value_error" else _ADVICE.get(kind, f"{told[:1].lower()}{told[1:]}; correct it")
    return f"{_place(detail['loc'], raw)}: {advice}"


def _place(location: Sequence[int | str], raw: dict[str, Any]) -> str:
    """Say where: "country CN, valid_until". Text that isn't the form of a name is not repeated."""
    parts = [str(part) if isinstance(part, int) or _FIELD_NAME.fullmatch(part) else "(odd name)" for part in location]
    if len(location) < 2 or location[0] != "country" or not isinstance(location[1], int):  # noqa: PLR2004  # "country", index
        return ".".join(parts) or "the file"
    record = raw["country"][location[1]]
    code = record.get("code") if isinstance(record, dict) else None
    named = code if isinstance(code, str) and _CODE.fullmatch(code) else f"row {location[1] + 1}"
    return ", ".join([f"country {named}", ".".join(parts[2:])] if parts[2:] else [f"country {named}"])


def _refused(problems: Sequence[str]) -> PolicyError:
    shown = problems[:_SHOWN_PROBLEMS]
    more = f"\n  and {len(problems) - len(shown)} more" if len(problems) > len(shown) else ""
    return PolicyError("country policy is refused:\n  " + "\n  ".join(shown) + more)
