"""The index: each bitmap holds just the services that have a thing, dates never lose a service, and turns come in their order."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals import fixtures
from referrals.directory import load
from referrals.index import Index
from referrals.partner import HARD_RULES, Partner, Service
from referrals.rotation import draw, number, set_bits, turn

NOW = datetime(2031, 3, 10, 9, tzinfo=UTC)
TODAY = NOW.date()
PARTNERS = load(fixtures.partners(TODAY), "fixtures").partners
NAMES = {partner_id: name for name, partner_id in fixtures.IDS.items()}
MODEL = next(partner for partner in PARTNERS if partner.id == fixtures.IDS["CYBER"])
NEVER = {"SUSP", "FAITH", "CANARY"}


def names(index: Index, services: int) -> set[str]:
    """Return the names of the fictional partners whose services these are."""
    return {NAMES[index.owners[position].id] for position in set_bits(services)}


def altered(service: dict[str, Any] | None = None, /, **partner: Any) -> Partner:
    """Return CYBER with some fields changed."""
    services = (MODEL.services[0].model_copy(update=service or {}),)
    return MODEL.model_copy(update={"services": services, **partner})


@pytest.mark.parametrize(
    ("kind", "value", "has"),
    [
        ("kind", "hub", lambda partner, _: partner.x_hub),
        ("kind", "specialist", lambda partner, _: not partner.x_hub),
        ("country", "TH", lambda _, service: "TH" in service.countries),
        ("need", "n_leave", lambda _, service: "n_leave" in service.x_needs),
        ("situation", "s_camera", lambda _, service: "s_camera" in service.x_situations),
        ("language", "zho", lambda _, service: "zho" in {each.code for each in service.languages}),
        ("variety kor", "north", lambda _, service: "north" in {each.x_variety for each in service.languages}),
        ("serves", "adults", lambda _, service: service.serves == "adults"),
        ("safeguarding", "verified", lambda _, service: service.x_child_safeguarding == "verified"),
        ("gender", "men", lambda _, service: service.x_gender == "men"),
        ("women_staff", "True", lambda _, service: service.x_women_staff),
        ("all_day", "True", lambda _, service: service.x_urgent_247),
        ("room", "limited", lambda _, service: service.x_capacity == "limited"),
        ("contact", "c_band", lambda _, service: "c_band" in service.x_contact_modes),
        ("wants", "situations", lambda _, service: "situations" in service.x_min_fields),
    ],
)
def test_a_bitmap_holds_those_that_have_it(kind: str, value: str, has: Callable[[Partner, Service], bool]) -> None:
    """Of the fictional partners that may ever be offered, just those with this value."""
    index = Index.of(PARTNERS)
    expected = {NAMES[each.id] for each in PARTNERS if has(each, each.services[0])} - NEVER

    assert names(index, index.any_of(kind, (value,))) == expected
    assert index.any_of(kind, (None, "nobody has this")) == 0


@pytest.mark.parametrize(
    "partner",
    [
        altered(x_canary=True),
        altered(x_status="suspended"),
        altered({"status": "inactive"}),
        *(altered(**{name: True}) for name in HARD_RULES),
    ],
)
def test_who_is_never_offered_is_in_no_bitmap(partner: Partner) -> None:
    """A canary, a partner with a condition and a suspended one have no facet at all."""
    assert Index.of((partner,)).having == {}


@pytest.mark.parametrize(
    ("partner", "last"),
    [
        (altered(x_vetted_until=TODAY), TODAY),
        (altered(x_contact_confirmed_at=NOW - timedelta(days=30)), TODAY),
        (altered({"x_capacity_at": NOW - timedelta(days=29)}), TODAY + timedelta(days=1)),
        (altered(x_keys=tuple(key.model_copy(update={"key_until": TODAY}) for key in MODEL.x_keys)), TODAY),
        (altered(x_keys=()), None),
    ],
)
def test_a_service_is_fresh_to_its_last_day(partner: Partner, last: date | None) -> None:
    """It is kept on the day on which it lapses, and is gone the day after; without a key it is never there."""
    fresh = Index.of((partner,)).fresh

    assert fresh.on(last or TODAY) == (last is not None)
    assert fresh.on((last or TODAY) + timedelta(days=1)) == 0


def test_room_holds_for_its_hours() -> None:
    """`open` holds to the day on which its hours end, and is not for a service with limited room."""
    said = {"x_capacity": "open", "x_capacity_at": NOW - timedelta(hours=20), "x_capacity_ttl_h": 24}

    assert Index.of((altered(said),)).open.on(TODAY) == 1
    assert Index.of((altered(said),)).open.on(TODAY + timedelta(days=1)) == 0
    assert Index.of((altered({**said, "x_capacity": "limited"}),)).open.on(TODAY) == 0


@pytest.mark.parametrize(
    "moment",
    [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))],
)
def test_a_moment_at_the_end_of_time_is_no_traceback(moment: datetime) -> None:
    """A list may say any year; whether the service is offered is for the rules."""
    services = {"x_capacity": "open", "x_capacity_at": moment}

    assert Index.of((altered(services, x_contact_confirmed_at=moment),)).open.on(TODAY) == 1


TWO = tuple(MODEL.services[0].model_copy(update={"id": each}) for each in ("a", "b"))
HUNDRED = Index.of(MODEL.model_copy(update={"id": f"{place:03d}", "services": TWO}) for place in range(100))


@given(places=st.sets(st.integers(0, 99)), salt=st.binary(max_size=8))
def test_partners_come_in_their_turn_each_once(places: set[int], salt: bytes) -> None:
    """Of a hundred partners with two services each, those that are asked for, by turn and then by id, for one service or for both."""
    drawn = draw(salt, "2031-03-10")
    asked = sum((0b11 if place % 3 == 0 else 0b01) << 2 * place for place in places)
    expected = sorted((turn(number(f"{place:03d}"), drawn), f"{place:03d}") for place in places)

    assert [each.id for each in HUNDRED.in_turn(asked, drawn)] == [name for _, name in expected]


def test_the_same_turn_is_ordered_by_id() -> None:
    """Where nothing is drawn, all have the same turn, and ids decide."""
    index = Index.of(reversed(PARTNERS))
    everybody = (1 << len(index.owners)) - 1

    assert [each.id for each in index.in_turn(everybody, ())] == sorted(fixtures.IDS.values())


def test_an_empty_list_has_an_index() -> None:
    """Nothing is found in it, and nothing is wrong."""
    index = Index.of(())

    assert (index.any_of("need", ("n_leave",)), index.fresh.on(TODAY)) == (0, 0)
    assert list(index.in_turn(0, draw(b"", "2031-03-10"))) == []
