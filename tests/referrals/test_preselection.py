"""What is left out early is refused by a rule, and the points by which services are looked at are never fewer than their score."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given

from referrals import fixtures
from referrals.case_facts import CaseFacts
from referrals.directory import Directory, load
from referrals.preselection import STATED_POINTS, levels
from referrals.rotation import set_bits
from referrals.rules import RULES, SCORES
from tests.referrals.test_matching_properties import FACTS, directories

NOW = datetime(2031, 3, 10, 9, tzinfo=UTC)
FIXTURES = load(fixtures.partners(NOW.date()), "fixtures")
NAMES = {partner_id: name for name, partner_id in fixtures.IDS.items()}
A1 = CaseFacts(country="CN", needs=("n_leave", "n_child"), dialect="north")


def by_level(facts: CaseFacts, kind: str) -> list[tuple[int, set[str]]]:
    """Return points and names of the fictional partners, the most points first."""
    return [
        (points, {NAMES[FIXTURES.index.owners[position].id] for position in set_bits(services)})
        for points, services in levels(facts, FIXTURES.index, NOW.date(), kind)
        if services
    ]


def test_a1_is_searched_in_the_order_of_its_points() -> None:
    """All want more than is offered (−1): CHILD has 4 points (need, dialect, room), SAFE-CN 3, CYBER 2; the rest isn't looked at."""
    assert by_level(A1, "specialist") == [
        (STATED_POINTS + 4, {"CHILD"}),
        (STATED_POINTS + 3, {"SAFE-CN"}),
        (STATED_POINTS + 2, {"CYBER"}),
    ]


@pytest.mark.parametrize("country", ["CN", None])
def test_the_hub_needs_no_country(country: str | None) -> None:
    """Without a country the hub is looked at all the same, and no specialist is."""
    case = replace(A1, country=country)

    assert [each for _, each in by_level(case, "hub")] == [{"HUB"}]
    assert bool(by_level(case, "specialist")) == (country is not None)


@given(facts=FACTS, directory=directories())
def test_nothing_that_passes_is_left_out_and_no_score_is_higher_than_said(
    facts: CaseFacts, directory: Directory
) -> None:
    """For every service of every list: left out only if a rule refuses it, and its points are an upper bound."""
    index = directory.index
    said: dict[int, int] = {}
    for kind in ("hub", "specialist"):
        for points, services in levels(facts, index, NOW.date(), kind):
            said.update(dict.fromkeys(set_bits(services), points))
    by_position = [
        (partner, service)
        for partner in sorted(directory.partners, key=lambda each: each.id)
        for service in partner.services
    ]
    for position, (partner, service) in enumerate(by_position):
        if all(rule.passes(facts, partner, service, NOW) for rule in RULES):
            stated = STATED_POINTS if facts.needs_stated & set(service.x_needs) else 0
            assert said[position] >= stated + sum(score.points(facts, partner, service, NOW) for score in SCORES)
