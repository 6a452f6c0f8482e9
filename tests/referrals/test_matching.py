"""Whom a person is offered: the acceptance scenarios, each hard filter by its name, the order, and what must never be offered."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from referrals import fixtures
from referrals.directory import Directory, load
from referrals.matching import (
    MATCHING_RULES,
    NEEDS,
    REASONS,
    RULES,
    SCORES,
    SITUATIONS,
    CaseFacts,
    Matches,
    match,
)
from referrals.partner import HARD_RULES, CaseworkerKey, Partner

NOW = datetime(2031, 3, 10, 9, tzinfo=UTC)
TODAY = NOW.date()
SALT = b"one case"
FIXTURES = load(fixtures.partners(TODAY), "fixtures")
NAMES = {partner_id: name for name, partner_id in fixtures.IDS.items()}
SHORT_PATH = frozenset({"class", "country", "language", "needs", "contact"})  # what A1's packet holds


def offered(facts: CaseFacts, now: datetime = NOW) -> list[str]:
    """Return the names of the fictional partners offered, in order."""
    return [NAMES[offer.partner_id] for offer in match(facts, FIXTURES, now, SALT).offers]


# --- the acceptance scenarios (domain.md section 7) ---

A1 = CaseFacts(country="CN", needs=("n_leave", "n_child"), dialect="north", fields_offered=SHORT_PATH)
A2 = CaseFacts(
    urgent="u_locked", klass="now", dialect="north", fields_offered=frozenset({"class", "urgent", "language"})
)
A4 = CaseFacts(country="CN", needs=("n_preg",), languages=frozenset({"zh"}), under_18=True, fields_offered=SHORT_PATH)
A5 = CaseFacts(country="KR", needs=("n_mind",), dialect="south", fields_offered=SHORT_PATH)
A6 = CaseFacts(country="LA", needs=("n_path", "n_scam"), situations=("s_debt",), danger="high", klass="days")


@pytest.mark.parametrize("dialect", ["north", "south", None])
def test_a1_a_mother_is_offered_a_child_partner_then_a_house(dialect: str | None) -> None:
    """CHILD comes first, SAFE-CN second, and the specialist for another situation last, whichever Korean she reads."""
    assert offered(replace(A1, dialect=dialect)) == ["CHILD", "SAFE-CN", "CYBER"]


def test_a1_partners_that_must_be_absent_are_absent_for_their_own_reason() -> None:
    """The list says why FAITH, OLD, SUSP and the canary are not offered."""
    why = match(replace(A1, needs=("n_leave", "n_place")), FIXTURES, NOW, SALT).excluded

    assert {name: why[fixtures.IDS[name]] for name in ("FAITH", "OLD", "SUSP", "CANARY", "HUB")} == {
        "FAITH": "condition",
        "OLD": "vetted",
        "SUSP": "status",
        "CANARY": "canary",
        "HUB": "hub",
    }


def test_a2_without_a_country_the_urgent_packet_is_for_the_hub_only() -> None:
    """Nothing is known but the urgent word: the hub, and the card can say that it is the hub only."""
    found = match(A2, FIXTURES, NOW, SALT)

    assert offered(A2) == ["HUB"]
    assert found.hub_only


def test_a2_the_country_adds_the_specialist_that_is_there_all_day() -> None:
    """In China the hub stays first and CYBER follows; once the hub has it, CYBER alone is left; SAFE-CN sleeps at night."""
    in_china = replace(A2, country="CN")

    assert offered(in_china) == ["HUB", "CYBER"]
    assert not match(in_china, FIXTURES, NOW, SALT).hub_only
    assert offered(replace(in_china, excluded=frozenset({fixtures.IDS["HUB"]}))) == ["CYBER"]


def test_a3_information_only_offers_nobody() -> None:
    """Somebody who only asks for information is shown pages, not partners."""
    found = match(CaseFacts(country="CN", needs=("n_info",), languages=frozenset({"zh"})), FIXTURES, NOW, SALT)

    assert found == Matches((), self_help_only=True)


def test_a4_a_girl_of_16_is_offered_safeguarded_partners_only() -> None:
    """CHILD and HEALTH, nobody else; asking to leave as well brings neither an adults' house nor an unsafeguarded partner."""
    assert offered(A4) == ["CHILD", "HEALTH"]
    assert offered(replace(A4, languages=frozenset({"ko", "zh"}), needs=("n_preg", "n_leave"))) == ["CHILD", "HEALTH"]


def test_a5_in_seoul_the_talk_partner_is_offered() -> None:
    """PSY-KR alone, which has a verified public number."""
    assert offered(A5) == ["PSY-KR"]
    assert FIXTURES.partner(fixtures.IDS["PSY-KR"]).phone_to_show(TODAY) is not None


def test_a6_in_laos_only_the_hub_is_left() -> None:
    """LEGAL-TH isn't in Laos and MEN does something else: the hub alone, and it is said to be the hub only."""
    found = match(A6, FIXTURES, NOW, SALT)

    assert offered(A6) == ["HUB"]
    assert found.hub_only
    assert found.excluded[fixtures.IDS["LEGAL-TH"]] == "country"
    assert found.excluded[fixtures.IDS["MEN"]] == "need"


@pytest.mark.parametrize("country", ["RU", "KP", "XX"])
def test_where_nobody_works_nobody_is_offered(country: str) -> None:
    """A country outside every service area gets no offer, not even the hub: nothing is widened."""
    assert match(replace(A1, country=country), FIXTURES, NOW, SALT).offers == ()


# --- the hard filters, one by one ---

READY = FIXTURES.partner(fixtures.IDS["CYBER"])
SERVICE = READY.services[0]
PLAIN = CaseFacts(country="CN", needs=("n_leave",), fields_offered=SHORT_PATH)


def changed(service: Mapping[str, Any] | None = None, /, **partner: Any) -> Partner:
    """Return CYBER, which PLAIN matches, with some fields of it or of its service changed."""
    return READY.model_copy(update={"services": (SERVICE.model_copy(update=service or {}),), **partner})


def why_not(facts: CaseFacts, *partners: Partner) -> str | None:
    """Return the rule that keeps the first of these partners from being offered."""
    return match(facts, Directory(1, partners), NOW, SALT).excluded.get(partners[0].id)


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


# --- ties, reasons, bad calls ---


def twins(count: int) -> Directory:
    """Return partners that differ in id, alias and keys only."""
    return Directory(
        1,
        tuple(
            READY.model_copy(update={"id": partner_id, "x_alias": str(number), "x_keys": KEYS[number - 1]})
            for number, partner_id in enumerate(list(fixtures.IDS.values())[:count], 1)
        ),
    )


KEYS: list[tuple[CaseworkerKey, ...]] = [partner.x_keys for partner in FIXTURES.partners]


def test_ties_rotate_by_case_and_day_and_stay_within_them() -> None:
    """Twins take turns over days and over cases; within a case's day the order doesn't change."""
    directory = twins(5)

    def first(now: datetime, salt: bytes) -> str:
        return match(PLAIN, directory, now, salt).offers[0].partner_id

    days = [NOW + timedelta(days=day) for day in range(20)]
    still_good = [now for now in days if now <= NOW + timedelta(days=20)]
    assert len({first(now, SALT) for now in still_good}) >= 3
    assert len({first(NOW, bytes([case])) for case in range(40)}) == 5
    assert first(NOW, SALT) == first(NOW.replace(hour=0), SALT) == first(NOW.replace(hour=23, minute=59), SALT)


def test_at_most_three_are_offered_and_the_rest_is_told_so() -> None:
    """Of five twins three are offered; the others are excluded by rank."""
    found = match(PLAIN, twins(5), NOW, SALT)

    assert len(found.offers) == 3
    assert sorted(found.excluded.values()) == ["rank", "rank"]


def test_the_reasons_are_true_and_in_their_order() -> None:
    """A1's offers give what the person asked for, who answers, and whom the partner takes."""
    child, house, _ = match(replace(A1, with_child=True), FIXTURES, NOW, SALT).offers

    assert child.reasons == (
        "need:n_child",
        "language:ko",
        "dialect:north",
        "women_staff",
        "with_child",
        "serves:all",
        "open_now",
    )
    assert house.reasons == (
        "need:n_leave",
        "language:ko",
        "dialect:north",
        "women_staff",
        "serves:adults",
        "women_only",
    )


def test_an_urgent_word_is_explained_by_what_it_stands_for() -> None:
    """The hub's card says the need behind the urgent word; for somebody under 18 the age is the reason, not a need she didn't state."""
    (hub,) = match(A2, FIXTURES, NOW, SALT).offers
    child = match(A4, FIXTURES, NOW, SALT).offers[0]

    assert hub.reasons == ("hub", "need:n_leave", "language:ko", "women_staff", "serves:all", "all_day", "open_now")
    assert child.reasons == ("language:zh", "women_staff", "under_18", "serves:all", "open_now")


def test_every_code_of_the_questionnaire_has_a_reason() -> None:
    """A need or situation that can be stated can be given as a reason."""
    assert {f"need:{need}" for need in NEEDS} | {f"situation:{each}" for each in SITUATIONS} <= set(REASONS)
    assert len(set(REASONS)) == len(REASONS)


def test_a_time_without_a_zone_is_a_mistake_of_the_caller() -> None:
    """Dates are held against the UTC day, so a naive time is refused; any zone gives the same offers."""
    with pytest.raises(ValueError, match="time zone"):
        match(PLAIN, FIXTURES, NOW.replace(tzinfo=None), SALT)
