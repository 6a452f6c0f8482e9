"""The operators' list: whole, closed, by tier, and refused by place."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from referrals import fixtures
from referrals.checklist import CHECKS
from referrals.vetting import FORMAT, Activation, Operator, VettingError, digest, dump, load
from tests.referrals.vetted import (
    DAY,
    EDITOR,
    LEAD,
    SECOND,
    TODAY,
    activated,
    changed,
    checks,
    file,
    listed,
    operator,
    read,
    with_partner,
    written,
)


def refused(untrusted: dict[str, Any]) -> str:
    """Return what is told about a file that must be refused."""
    with pytest.raises(ValidationError) as caught:
        read(untrusted)
    return str(caught.value)


def list_refused(*files: dict[str, Any], **document: Any) -> str:
    """Return what is told about a list that must be refused."""
    text = json.dumps({"format": FORMAT, "version": 1, "partners": files, **document})
    with pytest.raises(VettingError) as caught:
        load(text, "draft")
    return str(caught.value)


def test_a_list_is_written_and_read_again() -> None:
    """What `dump` writes `load` reads, activation, contacts and checks included."""
    whole = listed(*(file(name) for name in fixtures.IDS))

    assert load(dump(whole)) == whole


def test_a_list_written_twice_is_the_same_text() -> None:
    """Two versions can be compared line by line: one field a line, in a fixed order."""
    text = dump(listed(file("CHILD"), file("MEN")))

    assert text == dump(load(text))
    assert sum('"evidence"' in line for line in text.splitlines()) == 2 * len(CHECKS)


def test_an_address_has_no_field_and_is_named_as_the_reason() -> None:
    """A file, its partner and its contacts take no address and no place; the message says why, where, and not what stood there."""
    told = list_refused({**written(), "address": "Harbour Street 9"})

    assert told == (
        "draft is refused:\n  partner 1 (alias 5), address: addresses and places are never kept; remove it"
    )  # fmt: skip
    assert "partner.locations: addresses and places" in list_refused(written(locations=[]))


@pytest.mark.parametrize("field", ["guide", "route", "staff", "street"])
def test_a_field_that_is_not_named_is_refused(field: str) -> None:
    """There is no room for a person or a route either."""
    assert f"{field}: there is no such field" in list_refused({**written(), field: "x"})


def test_an_error_names_partner_and_place_and_repeats_nothing() -> None:
    """The second partner's third check is found by what the message says."""
    second = written("MEN")
    second["checks"][2]["expires_on"] = "Kim"

    told = list_refused(written(), second)

    assert "partner 2 (alias 12), checks.2.expires_on: " in told
    assert "Kim" not in told


@pytest.mark.parametrize(
    ("text", "reason"),
    [("{", "not JSON"), ('{"format": 1, "format": 2}', "a field stands twice"), ("[]", "the list: ")],
)
def test_what_is_no_list_at_all_is_refused(text: str, reason: str) -> None:
    """A broken file has a message of its own."""
    with pytest.raises(VettingError, match=reason):
        load(text)


def test_another_format_or_version_is_refused() -> None:
    """A list of a later program, or one that counts from nothing, is not read half."""
    assert "format: " in list_refused(format="naru-partner-files/2")
    assert "version: " in list_refused(version=0)


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("partner.id", lambda it: it["partner"].update(id=fixtures.IDS["CHILD"])),
        ("partner.x_alias", lambda it: it["partner"].update(x_alias="5")),
        ("partner.x_keys", lambda it: it["partner"].update(x_keys=written()["partner"]["x_keys"])),
    ],
)
def test_two_partners_share_no_id_alias_or_key(name: str, spoil: Callable[[dict[str, Any]], None]) -> None:
    """With a shared key one partner could read what another gets."""
    second = written("MEN")
    spoil(second)

    assert f"{name}: the same as partner 1's" in list_refused(written(), second)


def test_references_name_partners_of_the_same_list_and_never_itself() -> None:
    """A voucher that nobody knows, or that is the partner itself, is refused."""
    others = [fixtures.IDS["MEN"], fixtures.IDS["HUB"]]
    vouched = {**written(), "checks": checks(identity={"references": others})}
    own = {**written(), "checks": checks(identity={"references": [fixtures.IDS["CHILD"], others[0]]})}

    assert "checks.0.references: no such partner" in list_refused(vouched, written("MEN"))
    assert "can't vouch for itself" in list_refused(own)


@pytest.mark.parametrize(
    ("which", "tier", "own", "accepted"),
    [
        ("CHILD", "T2", None, True), ("CHILD", "T2", "same", False), ("CHILD", "T1", "same", True), ("CHILD", "T1", "Other", False),
        ("PSY-KR", "T0", "same", True),
    ],
)  # fmt: skip
def test_the_bots_part_is_named_by_its_tier(which: str, tier: str, own: str | None, accepted: bool) -> None:
    """Above T1 the part for the bots has no name at all (N5); below, it has the organisation's own."""
    made = written(which)
    made["partner"] |= {"x_tier": tier, "name": made["name"] if own == "same" else own}

    if accepted:
        assert read(made).name == made["name"]
    else:
        assert "partner.name" in refused(made) or "name" in refused(made)


@pytest.mark.parametrize(
    ("which", "kind", "tier", "reason"),
    [
        ("CHILD", "relay", "T1", "more open than the partner's own"),
        ("CHILD", "public_phone", "T0", "more open than the partner's own"),
        ("PSY-KR", "signal", "T0", "T0 is for a public_phone"),
        ("PSY-KR", "public_phone", "T1", "T0 is for a public_phone"),
        ("CHILD", "signal", "T3", "T3 is never in a record"),
    ],
)
def test_a_contact_is_no_more_open_than_its_partner(which: str, kind: str, tier: str, reason: str) -> None:
    """No direct contact stands above the tier it belongs to (N5)."""
    made = written(which)
    made["contacts"][0] |= {"kind": kind, "tier": tier}

    assert reason in refused(made)


@pytest.mark.parametrize(("which", "days"), [("CHILD", 90), ("LEGAL-TH", 180), ("PSY-KR", 180), ("HUB", 90)])
def test_a_check_counts_90_days_where_the_risk_is_high_and_180_elsewhere(which: str, days: int) -> None:
    """One dangerous country is enough for the shorter time, counted from the day of the check."""
    made = written(which)
    made["checks"][0]["expires_on"] = str(TODAY - DAY + days * DAY)
    assert read(made).check_days == days

    made["checks"][0]["expires_on"] = str(TODAY + days * DAY)
    assert f"a check counts {days} days" in refused(made)


@pytest.mark.parametrize("country", ["CN", "VN", "LA", "MM", "KH", "MN", "RU", "XX"])
def test_every_country_but_two_is_high_risk(country: str) -> None:
    """Also one that nobody thought of."""
    made = written("PSY-KR", x_tier="T1", phones=[])
    made["partner"]["services"][0]["service_areas"] = [{"x_countries": ["KR", country]}]

    assert read(made).country_risk == "high"


@pytest.mark.parametrize(
    ("which", "service", "spared"),
    [
        ("CHILD", {}, {"no_address"}),
        ("SAFE-CN", {}, {"child_safeguarding"}),
        ("CYBER", {}, {"child_safeguarding", "no_address"}),
        ("CYBER", {"x_child_safeguarding": "verified"}, {"no_address"}),
        ("CYBER", {"maximum_age": 17}, {"no_address"}),
        ("CYBER", {"x_needs": ["n_child", "n_place"]}, set()),
    ],
)
def test_two_items_are_required_only_for_children_and_for_shelters(
    which: str, service: dict[str, Any], spared: set[str]
) -> None:
    """Twelve items hold for all; safeguarding for whoever is shown to a child, no address for whoever houses people."""
    made = written(which)
    made["partner"]["services"][0] |= service
    partner = read({**made, "checks": []})

    assert set(CHECKS) - set(partner.required) == spared
    assert partner.missing == partner.required


def test_an_item_stands_once() -> None:
    """Of two checks of one item nobody could say which counts."""
    made = written()
    made["checks"].append(made["checks"][0])

    assert "identity stands twice" in refused(made)


def test_the_vetting_ends_with_the_first_item_that_does() -> None:
    """The last day is the record's own or that of an item that is required; one that isn't doesn't shorten it."""
    last = str(TODAY + 5 * DAY)

    assert file().vetted_until == TODAY + 60 * DAY
    assert read({**written(), "checks": checks(psea={"expires_on": last})}).vetted_until == TODAY + 5 * DAY
    assert read({**written(), "checks": checks(no_address={"expires_on": last})}).vetted_until == TODAY + 60 * DAY
    assert read(written(x_vetted_until=last)).vetted_until == TODAY + 5 * DAY


def activation(**changes: Any) -> dict[str, Any]:
    """Return the record of a lawful activation as it is written, with some fields changed."""
    made = activated(file()).activation
    assert made is not None
    return {**made.model_dump(mode="json"), **changes}


def approver(one: Operator, **changes: Any) -> dict[str, Any]:
    """Return what an activation keeps of an operator."""
    return {**one.model_dump(exclude={"role"}), **changes}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"approved_by": [approver(LEAD)]}, "approved_by"),
        ({"approved_by": [approver(LEAD), approver(LEAD, organisation="other")]}, "two people"),
        ({"approved_by": [approver(LEAD), approver(SECOND, organisation=LEAD.organisation)]}, "two organisations"),
        ({"approved_by": [approver(LEAD), approver(SECOND, key=LEAD.key)]}, "their own keys"),
        ({"approved_by": [approver(LEAD), approver(SECOND, key=None)]}, "approved_by"),
        ({"approved_by": [approver(LEAD, gbv_or_safeguarding_lead=False), approver(SECOND)]}, "neither is a GBV"),
        ({"proposed_by": LEAD.id}, "the proposer is among the approvers"),
        ({"status": "review"}, "status"),
    ],
)
def test_no_list_holds_an_activation_that_was_not_lawful(changes: dict[str, Any], reason: str) -> None:
    """A list written by hand can't claim what `settle` wouldn't have written."""
    assert Activation.model_validate_json(json.dumps(activation())).status == "active"
    with pytest.raises(ValidationError, match=reason):
        Activation.model_validate_json(json.dumps(activation(**changes)))


def test_only_an_approver_with_a_key_may_approve() -> None:
    """An editor may not, nor an approver without a key, nor an editor with one."""
    assert LEAD.may_approve
    assert not EDITOR.may_approve
    assert not operator("a", "b", key=False).may_approve
    assert not operator("a", "b", "editor").may_approve


def test_the_digest_covers_all_but_the_record_of_the_decision() -> None:
    """Whoever approves a digest approves name, contacts, checks and the bots' part; the activation comes after it."""
    made = file()
    variants = [
        changed(made, name="Fictional Other (invented)"),
        changed(made, description="invented"),
        changed(made, contacts=()),
        changed(made, checks=made.checks[1:]),
        with_partner(made, x_status="suspended"),
    ]

    assert len({digest(each) for each in (made, *variants)}) == 6
    assert digest(changed(made, activation=None)) == digest(made)


def test_a_partner_is_found_by_alias_and_by_id() -> None:
    """What isn't in the list is None."""
    whole = listed(file("CHILD"), file("MEN"))

    assert whole.by_alias("5") is whole.by_id(fixtures.IDS["CHILD"]) is whole.partners[0]
    assert whole.by_alias("x") is None
    assert whole.by_id("x") is None


def test_nothing_says_anything_of_itself_in_a_representation() -> None:
    """No name, contact or evidence gets into a log through a repr."""
    made = file()
    for each in (made, made.contacts[0], made.checks[0], made.activation, LEAD, listed(made)):
        assert repr(each) == str(each) == f"{type(each).__name__}(***)"
