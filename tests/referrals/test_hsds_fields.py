"""Every field that HSDS 3.1 has is either read or left out for a reason."""

import json
from pathlib import Path

import pytest

from referrals import hsds_fields as hsds
from referrals.partner import Service
from referrals.places import PLACES

SCHEMAS = Path(__file__).parents[3] / "shared" / "data" / "hsds-3.1" / "schema"  # not part of the repository
TABLES = {
    "organization": (hsds.ORGANIZATION_READ, hsds.ORGANIZATION_LEFT),
    "service": (hsds.SERVICE_READ, hsds.SERVICE_LEFT),
    "language": (hsds.LANGUAGE_READ, hsds.LANGUAGE_LEFT),
    "service_area": (hsds.AREA_READ, hsds.AREA_LEFT),
    "attribute": (hsds.ATTRIBUTE_READ, hsds.ATTRIBUTE_LEFT),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_field_is_read_or_left_out_and_never_both(name: str) -> None:
    """Nothing that is left out is read, and no place is read."""
    read, left = TABLES[name]

    assert not read & left.keys()
    assert not read & PLACES
    assert all(left.values())


def test_what_is_ours_to_decide_is_not_read() -> None:
    """State, tier, keys, capacity and safeguarding come from no other directory; every other field of a service is one of our record."""
    assert {"x_status", "x_tier", "x_keys", "x_vetted_until"} <= hsds.ORGANIZATION_LEFT.keys()
    assert {"x_capacity", "x_capacity_at", "x_child_safeguarding"} <= hsds.SERVICE_LEFT.keys()
    assert not hsds.SERVICE_LEFT.keys() & set(hsds.SERVICE_OURS)
    assert Service.model_fields.keys() - hsds.SERVICE_LEFT.keys() <= {*hsds.SERVICE_READ, *hsds.SERVICE_OURS}


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the HSDS 3.1 schemas are not beside the checkout, in ../shared/data")
@pytest.mark.parametrize("name", TABLES)
def test_no_field_of_the_official_schemas_is_unknown(name: str) -> None:
    """What the schema has stands in the tables, and what stands there without x_ is in the schema or a place."""
    official = set(json.loads((SCHEMAS / f"{name}.json").read_text())["properties"])
    read, left = TABLES[name]

    assert official - PLACES <= read | left.keys()
    ours = {each for each in read | left.keys() if not each.startswith("x_")}
    assert ours - official <= {"services", "organization"}
