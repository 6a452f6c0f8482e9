"""A list from elsewhere becomes drafts: little is taken, nothing is guessed, everything left out is told."""

import json
from pathlib import Path
from typing import Any

import pytest

from referrals import fixtures
from referrals.hsds_export import export_text
from referrals.hsds_import import HsdsError, Imported, load
from referrals.partner import HARD_RULES
from tests.referrals.vetted import TODAY, file

EXAMPLES = Path(__file__).parents[3] / "shared" / "data" / "hsds-3.1" / "examples"  # not part of the repository
official = pytest.mark.skipif(
    not EXAMPLES.is_dir(), reason="the HSDS 3.1 examples are not beside the checkout, in ../shared/data"
)

ID = "10000000-0000-4000-8000-000000000001"
SERVICE: dict[str, Any] = {
    "id": "10000000-0000-4000-8000-000000000002",
    "name": "Invented counselling",
    "status": "active",
}


def organization(**changes: Any) -> dict[str, Any]:
    """Return a fictional organisation with one service, with some fields changed."""
    return {
        "id": ID,
        "name": "Fictional Reed House (invented)",
        "description": "Invented.",
        "services": [SERVICE],
        **changes,
    }


def taken(raw: Any) -> Imported:
    """Read plain values as a list from elsewhere."""
    return load(json.dumps(raw), "other list")


def refused(raw: Any) -> str:
    """Return what is told about a list that must be refused."""
    with pytest.raises(HsdsError) as caught:
        taken(raw)
    return str(caught.value)


@official
@pytest.mark.parametrize(
    ("name", "drafts"), [("organization_full", 1), ("service_full", 1), ("service_list", 1), ("taxonomy_term_list", 0)]
)
def test_the_official_examples_load(name: str, drafts: int) -> None:
    """Each is read whole, without an unknown field; the organisation is found from whichever end the example begins."""
    found = load((EXAMPLES / f"{name}.json").read_text(), name)

    assert len(found.drafts) == drafts
    assert not found.unknown
    for draft in found.drafts:
        assert draft.name == "Example Organization Inc."
        (service,) = draft.services
        assert set(service.fields) == {"id", "status", "minimum_age", "maximum_age"}
        assert {"languages", "service_areas", "x_needs", "x_capacity"} <= set(service.missing)


@official
def test_the_places_and_people_of_the_examples_are_dropped_and_said_so() -> None:
    """Locations, people and numbers are named as left out, and nothing of them is anywhere in the drafts."""
    found = load((EXAMPLES / "organization_full.json").read_text(), "example")
    kept = repr(
        [(draft.name, draft.description, [service.fields for service in draft.services]) for draft in found.drafts]
    )

    assert "locations: addresses and places are never kept" in found.left_out
    assert "services.0.service_at_locations: addresses and places are never kept" in found.left_out
    assert "contacts: names and numbers of people are never kept" in found.left_out
    for secret in ("Main Street", "Ann Persona", "1234", "email@", "MyCity", "ABC"):
        assert secret not in kept


@pytest.mark.parametrize(
    "field", ["address", "addresses", "location", "locations", "latitude", "longitude", "service_at_locations"]
)
def test_a_place_is_dropped_wherever_it_stands(field: str) -> None:
    """At the organisation, its service, its area or its language."""
    secret = "Harbour Street 9"
    for place, raw in (
        (field, organization(**{field: secret})),
        (f"services.0.{field}", organization(services=[{**SERVICE, field: secret}])),
        (
            f"services.0.service_areas.0.{field}",
            organization(services=[{**SERVICE, "service_areas": [{field: secret}]}]),
        ),
        (
            f"services.0.languages.0.{field}",
            organization(services=[{**SERVICE, "languages": [{"code": "ko", field: secret}]}]),
        ),
    ):
        found = taken(raw)
        assert f"{place}: addresses and places are never kept" in found.left_out
        assert secret not in str(
            [(draft.name, draft.description, [each.fields for each in draft.services]) for draft in found.drafts]
        )


def test_what_a_referral_still_needs_is_listed() -> None:
    """All that only the partner and the vetting can say is missing from every draft, the hard rules one by one."""
    (draft,) = taken(organization()).drafts

    assert {"x_alias", "x_tier", "x_keys", "contacts", "checks", *HARD_RULES} <= set(draft.missing)
    assert draft.services[0].missing == (
        "service_areas", "languages", "x_needs", "x_pillar", "x_urgent_247", "x_gender", "x_women_staff", "x_first_reply_h",
        "x_contact_modes", "x_child_safeguarding", "x_capacity", "x_capacity_at", "x_capacity_ttl_h",
    )  # fmt: skip
    (bare,) = taken({"description": "Invented."}).drafts
    assert bare.missing[:3] == ("id", "name", "services")


def test_no_language_country_need_or_capacity_is_guessed() -> None:
    """Not from a name, an address, a text, a term or a number of beds."""
    service = {
        **SERVICE,
        "description": "Shelter for Korean speakers in China.",
        "languages": [{"name": "Korean"}, {"code": "ur"}, {"name": "Chinese", "note": "zho"}],
        "interpretation_services": "Korean",
        "service_areas": [{"name": "China", "extent": "CN", "extent_type": "text"}],
        "capacities": [
            {"id": ID, "available": 12, "unit": {"id": ID, "name": "bed"}, "updated": "2031-03-01T00:00:00Z"}
        ],
        "attributes": [
            {"id": ID, "taxonomy_term": {"id": ID, "code": "1121", "name": "Emergency Shelter", "taxonomy": "OE"}}
        ],
    }
    found = taken(organization(services=[service], locations=[{"addresses": [{"country": "CN"}]}]))
    (draft,) = found.drafts

    assert set(draft.services[0].fields) == {"id", "status"}
    assert draft.services[0].codes == ("1121 (OE)",)
    assert "services.0.languages.1: without the code of Korean, Chinese or English (ISO 639)" in found.left_out
    assert "services.0.capacities: capacity is the partner's own word, confirmed to us: ask" in found.left_out


@pytest.mark.parametrize(
    ("code", "ours"), [("ko", "kor"), ("KOR", "kor"), ("zh", "zho"), ("chi", "zho"), ("en", "eng")]
)
def test_a_language_is_taken_by_its_code(code: str, ours: str) -> None:
    """ISO 639-1, -2 and -3 codes mean the same language."""
    (draft,) = taken(organization(services=[{**SERVICE, "languages": [{"code": code}]}])).drafts

    assert draft.services[0].fields["languages"] == ({"code": ours},)


def test_an_unknown_field_is_listed_by_place() -> None:
    """At any level; a name that is none of a field's is not repeated."""
    found = taken(
        organization(
            colour=1, services=[{**SERVICE, "x_rating": 5, "Kim Y": 1, "languages": [{"code": "ko", "level": 2}]}]
        )
    )

    assert found.unknown == ("colour", "services.0.x_rating", "services.0.(odd name)", "services.0.languages.0.level")


def test_money_is_pointed_out() -> None:
    """Fees don't break a hard rule by themselves, but nobody may overlook them."""
    found = taken(organization(services=[{**SERVICE, "fees_description": "50 an hour"}]))

    assert "services.0.fees_description: says something of money: ask before x_fee is answered" in found.left_out


def test_a_condition_that_the_list_admits_is_kept_and_a_denial_is_not() -> None:
    """A true is a warning; a false is somebody else's word and still missing."""
    (draft,) = taken(organization(x_faith_condition=True, x_fee=False)).drafts

    assert draft.conditions == ("no_religious_condition",)
    assert "x_fee" in draft.missing


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (organization(name=7), "name: "),
        (organization(name="a\x1b[2J"), "name: "),
        (organization(id="7"), "id: "),
        (organization(services={}), "services: not a list"),
        (organization(services=["Kim"]), "services.0: not an object"),
        (organization(x_fee="no"), "x_fee: "),
        (organization(services=[{**SERVICE, "status": "open"}]), "services.0.status: "),
        (organization(services=[{**SERVICE, "minimum_age": "Kim"}]), "services.0.minimum_age: "),
        (organization(services=[{**SERVICE, "x_needs": ["Kim"]}]), "services.0.x_needs: "),
        (
            organization(services=[{**SERVICE, "service_areas": [{"x_countries": ["KP"]}]}]),
            "service_areas.0.x_countries: KP is never",
        ),
        ({"contents": {}}, "contents: not a list"),
        ({"contents": [organization(), "Kim"]}, "contents.1: not an object"),
        ([organization(), 7], "1: not an object"),
        ({**SERVICE, "organization": "Kim"}, "organization: not an object"),
        ("Kim", "the list: not an object"),
    ],
)
def test_an_error_has_its_place_and_repeats_nothing(raw: Any, place: str) -> None:
    """A wrong value is refused rather than left out, and told by where it stands."""
    told = refused(raw)

    assert told.startswith("other list is refused:\n  ")
    assert place in told
    assert "Kim" not in told


def test_one_error_and_nothing_is_read() -> None:
    """A list is never half applied: the good organisation beside the bad one isn't a draft either."""
    assert "1.name: " in refused([organization(), organization(id=SERVICE["id"], name=7)])


@pytest.mark.parametrize(
    ("text", "reason"), [("{", "not JSON"), ('{"id": 1, "id": 2}', "a field stands twice"), ("[" * 999, "not JSON")]
)
def test_what_is_no_json_is_refused(text: str, reason: str) -> None:
    """A broken file has a message of its own."""
    with pytest.raises(HsdsError, match=reason):
        load(text, "other list")


def test_services_of_one_organisation_become_one_draft() -> None:
    """A list of services names its organisation each time; two names for one id are refused."""
    owner = {"id": ID, "name": "Fictional Reed House (invented)"}
    second = {**SERVICE, "id": "10000000-0000-4000-8000-000000000003"}
    (draft,) = taken({"contents": [{**SERVICE, "organization": owner}, {**second, "organization": owner}]}).drafts

    assert [each.place for each in draft.services] == ["contents.0", "contents.1"]
    assert "same id" in refused(
        [{**SERVICE, "organization": owner}, {**second, "organization": {**owner, "name": "Other"}}]
    )


def test_a_service_may_name_its_organisation_by_id_alone() -> None:
    """Then the draft has the id, and the name is missing."""
    (draft,) = taken({**SERVICE, "organization_id": ID}).drafts

    assert (draft.id, draft.name) == (ID, None)
    assert "name" in draft.missing


def test_our_own_export_comes_back_without_what_is_ours_to_decide() -> None:
    """Needs, areas and languages survive the way out and in; state, tier, safeguarding, capacity and keys are decided anew."""
    made = file("SAFE-CN")
    found = load(export_text([made], TODAY), "own")
    (draft,) = found.drafts
    (service,) = draft.services

    assert not found.unknown
    assert not service.fields.keys() & {"x_child_safeguarding", "x_capacity", "x_capacity_at", "x_capacity_ttl_h"}
    assert service.fields["x_needs"] == ("n_place", "n_leave")
    assert service.fields["languages"] == ({"code": "kor", "x_variety": "north"},)
    assert service.fields["service_areas"] == ({"x_countries": ("CN",)},)
    assert service.missing == ("x_child_safeguarding", "x_capacity", "x_capacity_at", "x_capacity_ttl_h")
    assert "0.x_status: decided by our own vetting, never taken from elsewhere" in found.left_out
    assert len(load(export_text([file(name) for name in fixtures.IDS], TODAY), "own").drafts) == 8


def test_a_draft_says_nothing_of_itself_in_a_representation() -> None:
    """No name and no text of an organisation gets into a log through a repr."""
    shown = repr(taken(organization()))

    assert "Reed" not in shown
    assert "Invented" not in shown
    assert "active" not in shown
    assert ID not in shown
