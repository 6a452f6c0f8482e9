"""Partner lists that differ from the fictional one, made once each."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from referrals import fixtures
from referrals.directory import Directory
from referrals.directory import load as load_directory
from referrals.fixtures import IDS
from tests.person import NOW


def changed(version: int = 2, without: str = "", **changes: Mapping[str, object]) -> Directory:
    """The fictional list with fields changed: `safe_cn={"x_status": "suspended"}`; a field of a service is found there."""
    document: dict[str, Any] = json.loads(fixtures.partners(NOW.date()))
    document["version"] = version
    document["partners"] = [partner for partner in document["partners"] if partner["id"] != IDS.get(without)]
    for name, fields in changes.items():
        partner = next(each for each in document["partners"] if each["id"] == IDS[name.upper().replace("_", "-")])
        for field, value in fields.items():
            (partner if field in partner else partner["services"][0])[field] = value
    return load_directory(json.dumps(document), "changed fixtures")


@cache
def varied() -> tuple[Directory, ...]:
    """Lists as they may follow on one another: somebody is suspended, full, gone, or answers all day."""
    suspended, full = {"x_status": "suspended"}, {"x_capacity": "closed"}
    return (
        load_directory(fixtures.partners(NOW.date()), "fixtures"),
        changed(2, safe_cn={"x_urgent_247": True}, health={"x_urgent_247": True}),
        changed(3, safe_cn=suspended, cyber=full),
        changed(4, hub=suspended),
        changed(5, child=full, health=suspended, men={"x_urgent_247": True, "x_needs": ["n_leave", "n_med"]}),
        changed(6, without="CYBER", psy_kr=full),
    )
