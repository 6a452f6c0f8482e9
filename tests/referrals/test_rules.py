"""Each hard filter by its name, the points of domain.md 1.8, and the reasons: the tables that decide, on one partner at a time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from referrals import fixtures
from referrals.case_facts import NEEDS, SITUATIONS, CaseFacts
from referrals.directory import Directory, load
from referrals.matching import explain, match
from referrals.partner import HARD_RULES, Partner
from referrals.rules import MATCHING_RULES, REASONS, RULES, SCORES, Room, lowered

NOW = datetime(2031, 3, 10, 9, tzinfo=UTC)
TODAY = NOW.date()
SALT = b"one case"
FIXTURES = load(fixtures.partners(TODAY), "fixtures")
SHORT_PATH = frozenset({"class", "country", "language", "needs", "contact"})  # what A1's packet holds

# --- the hard filters, one by one ---

READY = FIXTURES.partner(fixtures.IDS["CYBER"])
SERVICE = READY.services[0]
PLAIN = CaseFacts(country="CN", needs=("n_leave",), fields_offered=SHORT_PATH)


def changed(service: Mapping[str, Any] | None = None, /, **partner: Any) -> Partner:
    """Return CYBER, which PLAIN matches, with some fields of it or of its service changed."""
    return READY.model_copy(update={"services": (SERVICE.model_copy(update=service or {}),), **partner})


def why_not(facts: CaseFacts, *partners: Partner) -> str | None:
    """Return the rule that keeps the first of these partners from being offered."""
    return explain(facts, Directory(1, partners), NOW, SALT).excluded.get(partners[0].id)


LAST_DAY = {"x_keys": tuple(key.model_copy(update={"key_until": TODAY}) for key in READY.x_keys)}
DAY_AFTER = {"x_keys": tuple(key.model_copy(update={"key_until": TODAY - timedelta(days=1)}) for key in READY.x_keys)}
OLD_30 = NOW - timedelta(days=30)
OLD_31 = NOW - timedelta(days=30, minutes=1)
CHILDREN = {"minimum_age": None, "maximum_age": 17}
CHILD_FACTS = replace(PLAIN, under_18=True)
SAFE = {"x_child_safeguarding": "verified"}

PASSES: list[tuple[str, CaseFacts, Partner]] = [
    ("all in order", PLAIN, changed()),
    ("vetted until today", PLAIN, changed(x_vetted_until=TODAY)),
    ("confirmed 30 days ago", PLAIN, changed({"x_capacity_at": OLD_30}, x_contact_confirmed_at=OLD_30)),
    ("last day of the keys", PLAIN, changed(**LAST_DAY)),
    ("someone else excluded", replace(PLAIN, excluded=frozenset({"another"})), changed()),
    ("one of two languages", replace(PLAIN, languages=frozenset({"zh", "ko"})), changed()),
    ("for adults", PLAIN, changed({"minimum_age": 18})),
    ("for children, safeguarded", CHILD_FACTS, changed({**CHILDREN, **SAFE})),
    ("a man, any gender", replace(PLAIN, male=True), changed()),
    ("a man, men only", replace(PLAIN, male=True), changed({"x_gender": "men"})),
    ("wants a woman", replace(PLAIN, wants_woman=True), changed()),
    ("no contact matches like return", replace(PLAIN, contact="c_none"), changed()),
    ("limited capacity", PLAIN, changed({"x_capacity": "limited"})),
    ("urgent, all day", replace(PLAIN, klass="now"), changed()),
]

REFUSALS: list[tuple[str, CaseFacts, Partner]] = [
    ("canary", PLAIN, changed(x_canary=True)),
    *(("condition", PLAIN, changed(**{name: True})) for name in HARD_RULES),
    *(
        ("status", PLAIN, changed(x_status=s))
        for s in ("candidate", "review", "provisional", "suspended", "expired", "removed")
    ),
    *(("status", PLAIN, changed({"status": s})) for s in ("inactive", "defunct", "temporarily closed")),
    ("vetted", PLAIN, changed(x_vetted_until=TODAY - timedelta(days=1))),
    ("confirmed", PLAIN, changed(x_contact_confirmed_at=OLD_31)),
    ("confirmed", PLAIN, changed(x_contact_confirmed_at=NOW + timedelta(minutes=1))),
    ("confirmed", PLAIN, changed({"x_capacity_at": OLD_31})),
    ("keys", PLAIN, changed(**DAY_AFTER)),
    ("keys", PLAIN, changed(x_keys=())),
    ("excluded", replace(PLAIN, excluded=frozenset({READY.id})), changed()),
    ("country", replace(PLAIN, country="LA"), changed()),
    ("country", replace(PLAIN, country=None), changed()),
    ("need", replace(PLAIN, needs=("n_food",)), changed()),
    ("need", replace(PLAIN, needs=()), changed()),
    ("language", replace(PLAIN, languages=frozenset({"zh"})), changed()),
    ("language", replace(PLAIN, languages=frozenset()), changed()),
    ("age", PLAIN, changed(CHILDREN)),
    ("age", CHILD_FACTS, changed({"minimum_age": 18, **SAFE})),
    ("safeguarding", CHILD_FACTS, changed()),
    ("gender", replace(PLAIN, male=True), changed({"x_gender": "women"})),
    ("gender", PLAIN, changed({"x_gender": "men"})),
    ("women_staff", replace(PLAIN, wants_woman=True), changed({"x_women_staff": False})),
    ("contact_mode", replace(PLAIN, contact="c_band"), changed()),
    ("contact_mode", replace(PLAIN, contact="c_none"), changed({"x_contact_modes": ("c_any",)})),
    ("capacity", PLAIN, changed({"x_capacity": "closed"})),
    ("urgent", replace(PLAIN, klass="now"), changed({"x_urgent_247": False})),
]


@pytest.mark.parametrize(("facts", "partner"), [row[1:] for row in PASSES], ids=[row[0] for row in PASSES])
def test_whoever_meets_every_rule_is_offered(facts: CaseFacts, partner: Partner) -> None:
    """Each rule lets through what stands just inside it."""
    assert why_not(facts, partner) is None


@pytest.mark.parametrize(("rule", "facts", "partner"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_one_thing_wrong_is_refused_by_its_own_rule(rule: str, facts: CaseFacts, partner: Partner) -> None:
    """One change to a partner that passes, and the very rule that is about it says no."""
    assert why_not(facts, partner) == rule


def test_every_hard_filter_has_a_row() -> None:
    """No rule stands in the table of rules without a case above."""
    assert {rule.name for rule in RULES} == {row[0] for row in REFUSALS}


def test_the_service_that_came_furthest_says_why_not() -> None:
    """Of two services, the reason is the one of the service that failed later, whatever their order."""
    far = SERVICE.model_copy(update={"x_capacity": "closed"})
    near = SERVICE.model_copy(update={"id": "00000000-0000-4000-9000-000000000099", "x_needs": ("n_food",)})

    for services in ((far, near), (near, far)):
        assert why_not(PLAIN, changed(services=services)) == "capacity"


def test_of_two_services_the_better_is_offered_by_its_index() -> None:
    """A partner is offered once, for the service that scores higher."""
    better = SERVICE.model_copy(update={"id": "00000000-0000-4000-9000-000000000099", "x_capacity": "open"})

    for services, index in (((SERVICE, better), 1), ((better, SERVICE), 0)):
        (offer,) = match(PLAIN, Directory(1, (changed(services=services),)), NOW, SALT).offers
        assert offer.service_index == index


# --- the score ---


def score(facts: CaseFacts, partner: Partner, overdue: frozenset[str] = frozenset()) -> int:
    """Return the score of the one offer made."""
    (offer,) = match(facts, Directory(1, (partner,)), NOW, SALT, overdue).offers
    return offer.score


NORTH = {"languages": (SERVICE.languages[0].model_copy(update={"x_variety": "north"}),)}
ROOMY = {"x_capacity": "open", "x_min_fields": ()}
STALE = {**ROOMY, "x_capacity_at": NOW - timedelta(hours=169)}


@pytest.mark.parametrize(
    ("points", "facts", "partner"),
    [
        (3, PLAIN, changed({"x_min_fields": ()})),
        (
            6,
            replace(PLAIN, needs=("n_leave", "n_food")),
            changed({"x_min_fields": (), "x_needs": ("n_leave", "n_food")}),
        ),
        (5, replace(PLAIN, situations=("s_camera", "s_debt")), changed({"x_min_fields": ()})),
        (5, replace(PLAIN, danger="high"), changed({"x_min_fields": ()})),
        (3, replace(PLAIN, danger="raised"), changed({"x_min_fields": ()})),
        (3, replace(PLAIN, danger="high"), changed({"x_min_fields": (), "x_urgent_247": False})),
        (4, replace(PLAIN, dialect="north"), changed({"x_min_fields": (), **NORTH})),
        (3, replace(PLAIN, dialect="south"), changed({"x_min_fields": (), **NORTH})),
        (4, PLAIN, changed(ROOMY)),
        (3, PLAIN, changed(STALE)),
        (2, PLAIN, changed({"x_min_fields": ("situations",)})),
        (3, PLAIN, changed({"x_min_fields": ("country", "needs")})),
    ],
)
def test_the_score_is_the_sum_of_domain_1_8(points: int, facts: CaseFacts, partner: Partner) -> None:
    """+3 a need, +2 a situation, +2 high danger and all day, +1 dialect, +1 open, −1 wants more than is offered."""
    assert score(facts, partner) == points


def test_a_partner_that_is_late_falls_by_two() -> None:
    """An overdue acknowledgement costs two points, and nobody else's does."""
    assert score(PLAIN, READY, frozenset({READY.id})) == score(PLAIN, READY) - 2
    assert score(PLAIN, READY, frozenset({"another"})) == score(PLAIN, READY)


def test_every_name_a_question_may_give_is_a_rule_or_a_score() -> None:
    """`MATCHING_RULES` is what the tables hold, and what the questionnaire names is in it."""
    assert {rule.name for rule in RULES} | {each.name for each in SCORES} | {"overdue"} == MATCHING_RULES
    assert {
        "country",
        "language",
        "need",
        "situation",
        "age",
        "gender",
        "safeguarding",
        "urgent",
        "danger",
    } <= MATCHING_RULES


# --- the reasons ---


def test_every_code_of_the_questionnaire_has_a_reason() -> None:
    """A need or situation that can be stated can be given as a reason."""
    assert {f"need:{need}" for need in NEEDS} | {f"situation:{each}" for each in SITUATIONS} <= set(REASONS)
    assert len(set(REASONS)) == len(REASONS)


@pytest.mark.parametrize("signed", ["open", "limited", "closed"])
@pytest.mark.parametrize("room", ["limited", "closed", None])
def test_room_is_only_ever_lowered(signed: str, room: Room | None) -> None:
    """The lesser of what is signed and what is said at the desk, in every service; nothing else is touched."""
    least = max(signed, room or "open", key=("open", "limited", "closed").index)
    partner = changed({"x_capacity": signed})
    found = lowered(partner, room)
    assert [each.x_capacity for each in found.services] == [least]
    assert found == changed({"x_capacity": least})
