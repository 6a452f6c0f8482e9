"""The part of the list that is no secret, as HSDS 3.1 that the official schemas take."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from referrals import fixtures
from referrals.hsds_export import CODES, TERMS, export_text, exported
from referrals.vetting import PartnerFile
from tests.referrals.vetted import DAY, TODAY, changed, file, with_partner

SCHEMAS = Path(__file__).parents[3] / "shared" / "data" / "hsds-3.1" / "schema"  # not part of the repository
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FILES = [file(name) for name in fixtures.IDS]
MAIL = re.compile(r"[^@\s]+@[^@\s]+")


def one(made: PartnerFile, day: date = TODAY) -> dict[str, Any]:
    """Return what is exported of one partner."""
    (found,) = exported([made], day)
    return found


def problems(value: Any, schema: dict[str, Any], place: str = "") -> Iterator[str]:
    """Check a value by what the HSDS schemas use of JSON Schema: type, enum, format, required, items and $ref to another file.

    `jsonschema` is not among our dependencies; any other keyword that constrains is refused in `known`.
    """
    if "$ref" in schema:
        schema = json.loads((SCHEMAS / schema["$ref"]).read_text())
    kinds: dict[Any, Any] = {"string": str, "number": (int, float), "array": list, "object": dict}
    if schema.get("type") in kinds and (not isinstance(value, kinds[schema["type"]]) or isinstance(value, bool)):
        yield f"{place}: not a {schema['type']}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: not in enum"
    if isinstance(value, str) and not formatted(value, schema.get("format")):
        yield f"{place}: not a {schema['format']}"
    if isinstance(value, list) and "items" in schema:
        for number, each in enumerate(value):
            yield from problems(each, schema["items"], f"{place}.{number}")
    if isinstance(value, dict):
        yield from (f"{place}: {name} is missing" for name in schema.get("required", ()) if name not in value)
        for name, each in value.items():
            yield from problems(each, schema.get("properties", {}).get(name, {}), f"{place}.{name}")


def formatted(text: str, form: str | None) -> bool:
    """Say whether a text has a format of JSON Schema; an unknown format is a gap in this check."""
    if form == "date-time":
        return datetime.fromisoformat(text).tzinfo is not None
    checks: dict[str | None, Callable[[], Any]] = {
        None: lambda: True,
        "uuid": lambda: UUID.fullmatch(text),
        "uri": lambda: urlsplit(text).scheme,
        "email": lambda: MAIL.fullmatch(text),
    }
    return bool(checks[form]())


def schema(name: str) -> dict[str, Any]:
    """Return an official schema."""
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_text())
    return found


official = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason="the HSDS 3.1 schemas are not beside the checkout, in ../shared/data"
)


@official
def test_the_official_schemas_take_the_export() -> None:
    """Organisation, services, and all that is nested in them, for every fixture that serves."""
    for organization in exported(FILES, TODAY):
        assert list(problems(organization, schema("organization"))) == []
        for service in organization["services"]:
            assert list(problems(service, schema("service"))) == []


@official
def test_the_official_schemas_use_nothing_that_the_check_overlooks() -> None:
    """The check of this file knows every keyword of the schemas that constrains a value."""
    known = {
        "$ref", "constraints", "core", "datapackage_metadata", "datapackage_type", "description", "enum", "example", "format", "items",
        "name", "path", "properties", "required", "tabular_required", "title", "type",
    }  # fmt: skip
    for path in SCHEMAS.glob("*.json"):
        if path.name != "openapi.json":
            whole = json.loads(path.read_text())
            members = [whole, *whole["properties"].values()]
            assert {keyword for member in members for keyword in member} <= known


@official
@pytest.mark.parametrize(
    ("field", "value"), [("id", "7"), ("name", None), ("name", 7), ("description", None), ("phones", {"number": "x"})]
)
def test_the_check_itself_finds_what_is_wrong(field: str, value: Any) -> None:
    """A bad id, a missing name, a number for a name and a phone that is no list are each found."""
    organization = one(file())
    broken = {name: each for name, each in {**organization, field: value}.items() if each is not None}

    assert list(problems(broken, schema("organization")))
    assert list(problems({**organization["services"][0], "status": "open"}, schema("service")))


def test_what_hsds_requires_is_there() -> None:
    """Without the schemas at hand too: ids are UUIDs, and names, descriptions, states, terms and languages are where HSDS has them."""
    found = exported(FILES, TODAY)
    assert found
    for organization in found:
        assert organization["name"]
        assert organization["description"]
        for service in organization["services"]:
            assert service["name"]
            assert service["status"] in {"active", "inactive", "defunct", "temporarily closed"}
            assert {each["code"] for each in service["languages"]} <= {"kor", "zho", "eng"}
            for attribute in service["attributes"]:
                term = attribute["taxonomy_term"]
                assert term["name"] == term["description"] == TERMS[term["code"]]
    ids = re.findall(r'"id": "([^"]*)"', json.dumps(found))
    assert all(UUID.fullmatch(each) for each in ids)


def test_above_t1_there_is_an_alias_and_no_name_text_or_contact() -> None:
    """A T2 partner is its number; name, description, contacts, checks and keys are nowhere in the text."""
    made = changed(file(), description="Invented words about the house.")
    text = export_text([made], TODAY)

    assert one(made)["name"] == made.alias
    for secret in (
        made.name,
        made.description,
        made.contacts[0].value,
        made.checks[0].evidence,
        "lea",
        "age1pq",
        "checks",
        "contacts",
    ):
        assert secret not in text


def test_t1_has_a_name_and_no_contact_and_t0_its_public_number() -> None:
    """Name and description from T1 down; a number only for T0, without the name of who verified it."""
    hotline, legal = one(file("PSY-KR")), one(changed(file("LEGAL-TH"), description="Invented words."))

    assert legal["name"] == file("LEGAL-TH").name
    assert legal["description"] == "Invented words."
    assert "phones" not in legal
    unchecked = file("PSY-KR").partner.model_copy(update={"x_tier": "T1"})  # a record that the list would refuse
    assert "phones" not in one(file("PSY-KR").model_copy(update={"partner": unchecked}))
    (phone,) = hotline["phones"]
    assert phone["number"] == file("PSY-KR").partner.phones[0].number
    assert "x_verified_by" not in phone


def test_a_number_that_nobody_verified_for_90_days_is_left_out() -> None:
    """As in the chat."""
    made = file("PSY-KR")
    old = made.partner.phones[0].model_copy(update={"x_last_verified": TODAY - 91 * DAY})

    assert "phones" not in one(with_partner(made, phones=(old,)))


@pytest.mark.parametrize("status", ["candidate", "review", "suspended", "removed"])
def test_only_who_serves_that_day_is_in_it(status: str) -> None:
    """Candidates are as secret as those who are gone, and a lapsed partner is left out."""
    assert exported([file(status=status)], TODAY) == []
    assert exported([file()], TODAY + 60 * DAY) == []
    assert one(file(status="provisional"))["x_status"] == "provisional"


def test_a_canary_is_never_in_it() -> None:
    """An export that held it would tell which entry raises the alarm, or raise it."""
    assert exported([file("CANARY")], TODAY) == []


def test_there_is_no_place_in_it() -> None:
    """No field of HSDS for an address, a location or a shape."""
    text = export_text(FILES, TODAY)

    for field in ("location", "address", "latitude", "longitude", "extent", "service_at_location", "postal_code"):
        assert f'"{field}' not in text


def test_needs_are_terms_of_open_eligibility() -> None:
    """Each need carries its terms (domain.md 1.7) and its own code beside; what has no term stands under x_needs alone."""
    service = one(file("SAFE-CN"))["services"][0]
    terms = [(each["value"], each["taxonomy_term"]["code"]) for each in service["attributes"]]

    assert terms == [("n_place", "1121"), ("n_place", "1125"), ("n_leave", "1123"), ("n_leave", "1124")]
    assert service["x_needs"] == ["n_place", "n_leave"]
    hub = one(file("HUB"))["services"][0]
    assert "n_scam" in hub["x_needs"]
    assert "n_scam" not in {each["value"] for each in hub["attributes"]}
    assert {code for codes in CODES.values() for code in codes} == set(TERMS)


def test_the_extensions_stay() -> None:
    """What HSDS lacks keeps its x_ name: tier, state, last day of the vetting, hard rules, and of a service all that matching asks."""
    organization = one(file("CYBER"))
    service = organization["services"][0]

    assert (organization["x_tier"], organization["x_status"], organization["x_fee"]) == ("T2", "active", False)
    assert organization["x_vetted_until"] == str(TODAY + 60 * DAY)
    assert service["x_situations"] == ["s_camera"]
    assert service["service_areas"][0]["x_countries"] == ["CN"]
    assert one(file("SAFE-CN"))["services"][0]["languages"][0]["x_variety"] == "north"


def test_two_exports_of_one_list_are_the_same_text() -> None:
    """Ids that HSDS wants and we have none of follow from ours, so that two exports can be compared."""
    assert export_text(FILES, TODAY) == export_text(FILES, TODAY)
    ids = re.findall(r'"id": "([^"]*)", "number|"id": "([^"]*)", "code": "kor', json.dumps(exported(FILES, TODAY)))
    assert len(set(ids)) == len(ids)
