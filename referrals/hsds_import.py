"""Reads organisations and services that another directory wrote in HSDS 3.1, as drafts for an operator to complete. Pure.

Nothing is guessed: no language from a name, no country from an address, no capacity from a number of beds. What is taken is little;
each draft says what a referral still needs, and every field that was left out is told with the reason. One error, and nothing is read.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from referrals import hsds_fields as hsds
from referrals.checklist import Line, Paragraph
from referrals.partner import HARD_RULES, Country, Service, Uuid
from referrals.places import PLACES, UnreadableError, advice, field_name, parsed, told

MAX_CHARACTERS = 16 * 1024 * 1024  # a page of another directory; the official examples have 25,000

# ISO 639-1, -2/B and -3 codes of the languages that a record knows (the registry of the US Library of Congress, ISO 639-2).
_LANGUAGES: Mapping[str, str] = {
    "ko": "kor", "kor": "kor", "zh": "zho", "chi": "zho", "zho": "zho", "en": "eng", "eng": "eng",
}  # fmt: skip
# Our own record has these under other names than HSDS, or only a person can say them.
_ALWAYS_MISSING = (
    "x_alias", "x_tier", "x_vetted_until", "x_contact_confirmed_at", "x_keys", "contacts", "checks", *HARD_RULES,
)  # fmt: skip
_SERVICE_ALWAYS_MISSING = ("x_child_safeguarding", "x_capacity", "x_capacity_at", "x_capacity_ttl_h")


class HsdsError(Exception):
    """The list can't be read. The message says what is wrong in it, where, and what to do; it repeats no value."""


@dataclass(frozen=True, slots=True)
class ServiceDraft:
    """What could be taken of a service, by the names of `partner.Service`, and what it still lacks."""

    place: str  # where it stood in the list
    fields: Mapping[str, Any] = field(repr=False)
    codes: tuple[str, ...]  # terms of a taxonomy, "1121 (Open Eligibility 2.0)"; an operator says which need they mean
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartnerDraft:
    """What could be taken of an organisation, and what it still lacks for a referral."""

    place: str
    id: str | None = field(repr=False)
    name: str | None = field(repr=False)
    description: str | None = field(repr=False)  # free text: read it for addresses before it is kept
    services: tuple[ServiceDraft, ...]
    missing: tuple[str, ...]
    conditions: tuple[str, ...]  # hard rules that the list itself admits to be broken


@dataclass(frozen=True, slots=True)
class Imported:
    """The drafts of a list, and every field that wasn't taken: what HSDS knows, with the reason, and what nobody knows."""

    drafts: tuple[PartnerDraft, ...]
    left_out: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass
class _Reading:
    """What is found on the way through a list."""

    problems: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def load(untrusted_text: str, source_name: str) -> Imported:
    """Read a whole list: organisations or services, one, several, or a page of them. Raises HsdsError."""
    try:
        raw = parsed(untrusted_text, MAX_CHARACTERS)
    except UnreadableError as error:
        raise HsdsError(told(source_name, [str(error)])) from None
    reading = _Reading()
    drafts = _merged(list(_drafts(raw, reading)), reading)
    if reading.problems:
        raise HsdsError(told(source_name, reading.problems))
    return Imported(tuple(drafts), tuple(reading.left_out), tuple(reading.unknown))


def _drafts(raw: Any, reading: _Reading) -> Iterator[PartnerDraft]:
    """Read the organisations; a service that stands alone becomes one by the organisation that it names."""
    page = isinstance(raw, dict) and "contents" in raw
    listed, within = (raw["contents"], "contents.") if page else (raw if isinstance(raw, list) else [raw], "")
    if page:
        _sort("", raw, hsds.PAGE_READ, {}, reading)
    if not isinstance(listed, list):
        reading.problems.append("contents: not a list; correct it")
        return
    for number, each in enumerate(listed):
        place = f"{within}{number}" if page or isinstance(raw, list) else ""
        if not isinstance(each, dict):
            reading.problems.append(f"{place or 'the list'}: not an object; correct it")
        elif "services" not in each and each.keys() & {"organization", "organization_id", "status"}:
            yield _of_service(place, each, reading)
        elif "taxonomy" in each or "taxonomy_detail" in each:
            reading.left_out.append(f"{place or 'the list'}: a term of a taxonomy, no organisation and no service")
        else:
            yield _organization(place, each, reading)


def _of_service(place: str, raw: dict[str, Any], reading: _Reading) -> PartnerDraft:
    owner = raw.get("organization", {"id": raw.get("organization_id")})
    inner = {name: value for name, value in raw.items() if name not in {"organization", "organization_id"}}
    where = _at(place, "organization")
    if not isinstance(owner, dict):
        reading.problems.append(f"{where}: not an object; correct it")
        owner = {}
    return _organization(where, owner, reading, [(place, inner)])


def _organization(
    place: str, raw: dict[str, Any], reading: _Reading, alone: Sequence[tuple[str, dict[str, Any]]] = ()
) -> PartnerDraft:
    """Read an organisation with its services; `alone` are those that stand outside of it."""
    _sort(place, raw, hsds.ORGANIZATION_READ | HARD_RULES.keys(), hsds.ORGANIZATION_LEFT, reading)
    own = {
        "id": _taken(place, raw, "id", Uuid, reading),
        "name": _taken(place, raw, "name", Line, reading),
        "description": _taken(place, raw, "description", Paragraph, reading),
    }
    services = [_service(*each, reading) for each in (*alone, *_objects(place, raw, "services", reading))]
    lacking = [name for name in ("id", "name") if own[name] is None] + ["services"] * (not services)
    return PartnerDraft(
        place=place or "the list",
        **own,
        services=tuple(services),
        missing=(*lacking, *_ALWAYS_MISSING),
        conditions=tuple(rule for name, rule in HARD_RULES.items() if _taken(place, raw, name, bool, reading)),
    )


def _service(place: str, raw: dict[str, Any], reading: _Reading) -> ServiceDraft:
    _sort(place, raw, hsds.SERVICE_READ | set(hsds.SERVICE_OURS), hsds.SERVICE_LEFT, reading)
    fields: dict[str, Any] = {}
    for name in ("id", "status", "minimum_age", "maximum_age", *hsds.SERVICE_OURS):
        if (value := _taken(place, raw, name, _kind(name), reading)) is not None:
            fields[name] = value
    if languages := tuple(_languages(place, raw, reading)):
        fields["languages"] = languages
    if areas := tuple(_areas(place, raw, reading)):
        fields["service_areas"] = areas
    needed = [name for name, info in Service.model_fields.items() if info.is_required()]
    lacking = [name for name in needed if name not in fields and name not in _SERVICE_ALWAYS_MISSING]
    codes = tuple(dict.fromkeys(_codes(place, raw, reading)))
    return ServiceDraft(place or "the list", fields, codes, (*lacking, *_SERVICE_ALWAYS_MISSING))


@cache
def _kind(name: str) -> Any:
    """Return the type of a field of our record."""
    info = Service.model_fields[name]
    return Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation


def _languages(place: str, raw: dict[str, Any], reading: _Reading) -> Iterator[dict[str, str]]:
    for inner, each in _objects(place, raw, "languages", reading):
        _sort(inner, each, hsds.LANGUAGE_READ, hsds.LANGUAGE_LEFT, reading)
        code = _LANGUAGES.get(str(each.get("code")).lower())
        if code is None:
            reading.left_out.append(f"{inner}: without the code of Korean, Chinese or English (ISO 639)")
        elif each.get("x_variety") in {"north", "south", "yanbian"} and code == "kor":
            yield {"code": code, "x_variety": each["x_variety"]}
        else:
            yield {"code": code}


def _areas(place: str, raw: dict[str, Any], reading: _Reading) -> Iterator[dict[str, Any]]:
    for inner, each in _objects(place, raw, "service_areas", reading):
        _sort(inner, each, hsds.AREA_READ, hsds.AREA_LEFT, reading)
        if countries := _taken(inner, each, "x_countries", tuple[Country, ...], reading):
            yield {"x_countries": countries}


def _codes(place: str, raw: dict[str, Any], reading: _Reading) -> Iterator[str]:
    for inner, each in _objects(place, raw, "attributes", reading):
        _sort(inner, each, hsds.ATTRIBUTE_READ, hsds.ATTRIBUTE_LEFT, reading)
        term = each.get("taxonomy_term")
        code, taxonomy = (term.get("code"), term.get("taxonomy")) if isinstance(term, dict) else (None, None)
        if isinstance(code, str) and isinstance(taxonomy, str) and (code + taxonomy).isprintable():
            yield f"{code[:40]} ({taxonomy[:80]})"


def _objects(place: str, raw: dict[str, Any], name: str, reading: _Reading) -> Iterator[tuple[str, dict[str, Any]]]:
    listed = raw.get(name)
    if listed is not None and not isinstance(listed, list):
        reading.problems.append(f"{_at(place, name)}: not a list; correct it")
        return
    for number, each in enumerate(listed or []):
        inner = f"{_at(place, name)}.{number}"
        if isinstance(each, dict):
            yield inner, each
        else:
            reading.problems.append(f"{inner}: not an object; correct it")


def _taken(place: str, raw: dict[str, Any], name: str, kind: Any, reading: _Reading) -> Any:
    """Return the value of a field where it has the form of our record, None where it is absent; note a problem otherwise."""
    if raw.get(name) is None:
        return None
    try:
        return TypeAdapter(kind).validate_json(json.dumps(raw[name]), strict=True)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        reading.problems.append(f"{_at(place, name)}: {advice(first)}")
        return None


def _sort(place: str, raw: dict[str, Any], taken: AbstractSet[str], left: Mapping[str, str], reading: _Reading) -> None:
    """Tell each field that isn't taken: with the reason where it is known, as unknown otherwise."""
    for name in raw:
        if name in PLACES:
            reading.left_out.append(f"{_at(place, name)}: {hsds.PLACE}")
        elif name in left:
            reading.left_out.append(f"{_at(place, name)}: {left[name]}")
        elif name not in taken:
            reading.unknown.append(_at(place, name))


def _at(place: str, untrusted_name: str) -> str:
    return ".".join(part for part in (place, field_name(untrusted_name)) if part)


def _merged(drafts: list[PartnerDraft], reading: _Reading) -> list[PartnerDraft]:
    """Join drafts of one organisation, which a list of services names once for each of them."""
    found: dict[str, PartnerDraft] = {}
    for draft in drafts:
        known = found.setdefault(draft.id or draft.place, draft)
        if known is draft:
            continue
        if known.name != draft.name:
            reading.problems.append(
                f"{_at(draft.place, 'name')}: another one than at {known.place}, with the same id; correct it"
            )
        found[draft.id or draft.place] = PartnerDraft(
            known.place,
            known.id,
            known.name,
            known.description or draft.description,
            (*known.services, *draft.services),
            tuple(name for name in known.missing if name != "services" or not draft.services),
            tuple(dict.fromkeys((*known.conditions, *draft.conditions))),
        )
    return list(found.values())
