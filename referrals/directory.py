"""The list of partners: read from untrusted text, checked as a whole, and asked by id or alias. Pure.

`load` refuses a list with anything wrong in it rather than leaving out the wrong part: a partner that silently vanishes is a person
without help. Messages name places, never what stood there.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails, from_json

from referrals.partner import Partner

FORMAT = "naru-directory/1"
MAX_CHARACTERS = 64 * 1024 * 1024  # 10,000 partners with two keys each have about 45 million characters
_SHOWN_PROBLEMS = 10  # as many as can be mended in one sitting; the rest is counted

_ALIAS = re.compile(r"[1-9][0-9]{0,4}|[A-Z]")
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
# What to do about a kind of error of pydantic's, where its own message doesn't say.
_ADVICE = {
    "extra_forbidden": "there is no such field; remove it",
    "missing": "the field is missing; add it",
    "too_short": "the list is too short; add what is missing",
}
_NO_PLACES = "addresses and places are never kept; remove it"
_PLACES = frozenset({"address", "addresses", "location", "locations", "service_at_locations", "latitude", "longitude"})

SignerKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]  # raw Ed25519 public key, 32 bytes in hex


class DirectoryError(Exception):
    """The partner list can't be used. The message says what is wrong in it, where, and what to do; it repeats no value."""


class _Document(BaseModel):
    """The list as it is written."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    format: Literal["naru-directory/1"]
    version: int = Field(ge=1, lt=2**53)  # as Envelope.directory_version
    signers: Annotated[tuple[SignerKey, ...], Field(min_length=1)]
    partners: tuple[Partner, ...]


@dataclass(frozen=True, slots=True)
class Directory:
    """A checked list of partners, its version, and the keys of the bots whose referrals caseworkers may trust."""

    version: int
    partners: tuple[Partner, ...] = field(repr=False)
    signers: tuple[str, ...] = field(default=(), repr=False)  # raw Ed25519 public keys in hex
    _by_id: dict[str, Partner] = field(init=False, repr=False, compare=False)
    _by_alias: dict[str, Partner] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {partner.id: partner for partner in self.partners})
        object.__setattr__(self, "_by_alias", {partner.x_alias: partner for partner in self.partners})
        if problem := next(_repeated(self.partners), None):
            raise ValueError(problem)

    def __contains__(self, partner_id: str) -> bool:
        return partner_id in self._by_id

    def partner(self, partner_id: str) -> Partner:
        """Return the partner with this id; raises KeyError when the list has none (ask `in` first)."""
        return self._by_id[partner_id]

    def by_alias(self, untrusted_alias: str) -> Partner | None:
        """Return the partner with this alias, or None."""
        return self._by_alias.get(untrusted_alias)

    @property
    def has_fixtures(self) -> bool:
        """Whether any partner is fictional: such a list is for the demo and the tests only."""
        return any(partner.x_fixture for partner in self.partners)


def load(untrusted_text: str, source_name: str) -> Directory:
    """Read and check a whole partner list; `source_name` is how messages call it. Raises DirectoryError."""
    raw = _parsed(untrusted_text, source_name)
    try:
        document = _Document.model_validate_json(untrusted_text)
    except ValidationError as error:
        details = error.errors(include_input=False, include_url=False)
        raise _refused(source_name, [_problem(detail, raw) for detail in details]) from None
    if repeated := list(_repeated(document.partners)):
        raise _refused(source_name, repeated)
    return Directory(document.version, document.partners, document.signers)


def _parsed(untrusted_text: str, source_name: str) -> Any:
    if len(untrusted_text) > MAX_CHARACTERS:
        raise _refused(source_name, [f"longer than {MAX_CHARACTERS} characters; check that it is the partner list"])
    try:
        from_json(untrusted_text)  # bounded in depth, where json.loads would exhaust the stack
        return json.loads(untrusted_text, object_pairs_hook=_once)
    except _TwiceError:
        raise _refused(source_name, ["a field stands twice in one object; remove one of the two"]) from None
    except ValueError as error:
        raise _refused(
            source_name, [f"not JSON ({_position(error)}); restore the file from its last good version"]
        ) from None


class _TwiceError(Exception):
    """A JSON object names a field twice, so that two readers could see two lists."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise _TwiceError
    return dict(pairs)


def _position(error: ValueError) -> str:
    found = re.search(r"line \d+ column \d+", str(error))
    return found.group() if found else "position unknown"


def _problem(detail: ErrorDetails, raw: Any) -> str:
    kind, told = detail["type"], detail["msg"].removeprefix("Value error, ")
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    advice = _NO_PLACES if kind == "extra_forbidden" and name in _PLACES else _ADVICE.get(kind)
    if kind not in {"value_error", *_ADVICE}:
        advice = f"{told[:1].lower()}{told[1:]}; correct it"
    return f"{_place(detail['loc'], raw)}: {advice or told}"


def _place(location: Sequence[int | str], raw: Any) -> str:
    """Say where: "partner 3 (alias 7), services.0.x_needs". Text that isn't the form of a name is not repeated."""
    parts = [str(part) if isinstance(part, int) or _FIELD_NAME.fullmatch(part) else "(odd name)" for part in location]
    if len(location) < 2 or location[0] != "partners" or not isinstance(location[1], int):  # noqa: PLR2004  # "partners", index
        return ".".join(parts) or "the list"
    partner = f"partner {location[1] + 1}{_alias_of(raw, location[1])}"
    return ", ".join([partner, ".".join(parts[2:])] if parts[2:] else [partner])


def _alias_of(raw: Any, index: int) -> str:
    record = raw["partners"][index]
    alias = record.get("x_alias") if isinstance(record, dict) else None
    return f" (alias {alias})" if isinstance(alias, str) and _ALIAS.fullmatch(alias) else ""


def _repeated(partners: Sequence[Partner]) -> Iterator[str]:
    """Find ids and aliases that name two partners, and keys that would let one partner read what another one gets."""
    seen: dict[tuple[str, str], int] = {}
    for index, partner in enumerate(partners):
        marks = [("id", partner.id), ("x_alias", partner.x_alias)]
        marks += [("x_keys", key.recipient) for key in partner.x_keys]
        for name, value in marks:
            first = seen.setdefault((name, value), index)
            if first != index:
                where = f"partner {index + 1} (alias {partner.x_alias}), {name}"
                yield f"{where}: the same as partner {first + 1}'s; give each partner its own"


def _refused(source_name: str, problems: Sequence[str]) -> DirectoryError:
    shown = problems[:_SHOWN_PROBLEMS]
    more = f"\n  and {len(problems) - len(shown)} more" if len(problems) > len(shown) else ""
    return DirectoryError(f"partner list {source_name} is refused:\n  " + "\n  ".join(shown) + more)
