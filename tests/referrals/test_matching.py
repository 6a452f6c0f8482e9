"""Whom a person is offered: the acceptance scenarios, what she stated before what her age implies, the hub alone, ties, bad calls."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from referrals import fixtures
from referrals.directory import Directory, load
from referrals.matching import CaseFacts, Matches, explain, match
from referrals.partner import CaseworkerKey
from referrals.rules import Room

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
    why = explain(replace(A1, needs=("n_leave", "n_place")), FIXTURES, NOW, SALT).excluded

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
    """HEALTH and CHILD, nobody else; asking to leave as well brings neither an adults' house nor an unsafeguarded partner."""
    assert offered(A4) == ["HEALTH", "CHILD"]
    assert offered(replace(A4, languages=frozenset({"ko", "zh"}), needs=("n_preg", "n_leave"))) == ["HEALTH", "CHILD"]


def test_a5_in_seoul_the_talk_partner_is_offered() -> None:
    """PSY-KR alone, which has a verified public number."""
    assert offered(A5) == ["PSY-KR"]
    assert FIXTURES.partner(fixtures.IDS["PSY-KR"]).phone_to_show(TODAY) is not None


def test_a6_in_laos_only_the_hub_is_left() -> None:
    """LEGAL-TH isn't in Laos and MEN does something else: the hub alone, and it is said to be the hub only."""
    found = match(A6, FIXTURES, NOW, SALT)

    assert offered(A6) == ["HUB"]
    assert found.hub_only
    why = explain(A6, FIXTURES, NOW, SALT).excluded
    assert why[fixtures.IDS["LEGAL-TH"]] == "country"
    assert why[fixtures.IDS["MEN"]] == "need"


@pytest.mark.parametrize("country", ["RU", "KP", "XX"])
def test_where_nobody_works_nobody_is_offered(country: str) -> None:
    """A country outside every service area gets no offer, not even the hub: nothing is widened."""
    assert match(replace(A1, country=country), FIXTURES, NOW, SALT).offers == ()


# --- what she stated, before what her age implies ---


def test_whoever_meets_what_she_stated_comes_before_whoever_fits_by_her_age_alone() -> None:
    """However many points CHILD has, a pregnant girl sees HEALTH first; once she asks for a child's care too, the points decide."""
    child = FIXTURES.partner(fixtures.IDS["CHILD"])
    all_day = child.services[0].model_copy(update={"x_urgent_247": True, "x_situations": ("s_hurt", "s_notfree")})
    health = FIXTURES.partner(fixtures.IDS["HEALTH"])
    both = Directory(1, (child.model_copy(update={"services": (all_day,)}), health))
    case = replace(A4, danger="high", situations=("s_hurt", "s_notfree"))

    first, second = match(case, both, NOW, SALT).offers
    assert (NAMES[first.partner_id], NAMES[second.partner_id]) == ("HEALTH", "CHILD")
    assert first.score < second.score
    assert match(replace(case, needs=("n_preg", "n_child")), both, NOW, SALT).offers[0].partner_id == child.id


def test_an_urgent_word_is_something_she_stated() -> None:
    """Somebody under 18 who presses "I need a doctor" is shown a doctor first, though she ticked no need."""
    assert offered(replace(A4, needs=(), urgent="u_med")) == ["HEALTH", "CHILD"]


def test_her_age_alone_still_finds_a_partner() -> None:
    """A girl whose own need nobody meets is offered who cares for children, not the hub."""
    assert offered(replace(A4, needs=("n_food",))) == ["CHILD"]


# --- the hub alone ---


@pytest.mark.parametrize("klass", ["normal", "days"])
def test_who_has_looked_often_enough_today_is_offered_the_hub_alone(klass: str) -> None:
    """No specialist, however well one fits, and it is said; the operator is told why."""
    case = replace(A1, klass=klass, hub_only=True)
    found = match(case, FIXTURES, NOW, SALT)

    assert offered(case) == ["HUB"]
    assert found.hub_only
    assert explain(case, FIXTURES, NOW, SALT).excluded[fixtures.IDS["CHILD"]] == "hub_only"


def test_where_the_hub_cannot_be_offered_the_cap_still_bars_specialists() -> None:
    """The hub has the case already: nobody is offered, and it is still the hub only."""
    case = replace(A1, hub_only=True, excluded=frozenset({fixtures.IDS["HUB"]}))

    assert match(case, FIXTURES, NOW, SALT) == Matches((), hub_only=True)


def test_the_urgent_path_stays_open_whatever_the_cap() -> None:
    """For class `now` the cap changes nothing."""
    urgent = replace(A2, country="CN")

    assert match(replace(urgent, hub_only=True), FIXTURES, NOW, SALT) == match(urgent, FIXTURES, NOW, SALT)


# --- ties, bad calls ---

READY = FIXTURES.partner(fixtures.IDS["CYBER"])
PLAIN = CaseFacts(country="CN", needs=("n_leave",), fields_offered=SHORT_PATH)
KEYS: list[tuple[CaseworkerKey, ...]] = [partner.x_keys for partner in FIXTURES.partners]


def twins(count: int) -> Directory:
    """Return partners that differ in id, alias and keys only."""
    return Directory(
        1,
        tuple(
            READY.model_copy(update={"id": partner_id, "x_alias": str(number), "x_keys": KEYS[number - 1]})
            for number, partner_id in enumerate(list(fixtures.IDS.values())[:count], 1)
        ),
    )


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


def test_ties_are_fair() -> None:
    """Over 2,000 cases each of five twins is first about as often: 400 times, give or take four standard deviations of 18."""
    directory = twins(5)
    firsts = Counter(match(PLAIN, directory, NOW, b"%d" % case).offers[0].partner_id for case in range(2000))

    assert all(400 - 72 < times < 400 + 72 for times in firsts.values())


def test_a_turn_is_kept_when_others_leave() -> None:
    """Who was asked already makes room; the others stay in the order that they had."""
    order = [offer.partner_id for offer in match(PLAIN, twins(3), NOW, SALT).offers]

    for gone in order:
        rest = match(replace(PLAIN, excluded=frozenset({gone})), twins(3), NOW, SALT).offers
        assert [offer.partner_id for offer in rest] == [each for each in order if each != gone]


def test_partners_whose_room_has_lapsed_take_their_turn_with_the_others() -> None:
    """Three whose word that they have room ended an hour ago are looked at first, have no more points than two others, and gain nothing."""
    said = {"x_capacity": "open", "x_capacity_at": NOW - timedelta(hours=3), "x_capacity_ttl_h": 2}
    lapsed = READY.services[0].model_copy(update=said)
    partners = twins(5).partners
    mixed = Directory(1, (*(each.model_copy(update={"services": (lapsed,)}) for each in partners[:3]), *partners[3:]))

    for case in range(40):
        found = match(PLAIN, mixed, NOW, bytes([case]))
        assert found.offers == match(PLAIN, twins(5), NOW, bytes([case])).offers
        assert found == explain(PLAIN, mixed, NOW, bytes([case])).matches


def test_who_really_has_room_is_found_behind_those_whose_word_has_lapsed() -> None:
    """Three of five said too long ago that they have room: the other two come first, whoever's turn it is."""
    partners = twins(5).partners
    said = {"x_capacity": "open", "x_capacity_at": NOW - timedelta(hours=3)}
    hours = [2, 2, 2, 4, 4]  # for which each said that it would hold
    mixed = tuple(
        each.model_copy(update={"services": (READY.services[0].model_copy(update={**said, "x_capacity_ttl_h": hold}),)})
        for each, hold in zip(partners, hours, strict=True)
    )

    for case in range(40):
        first, second, _ = match(PLAIN, Directory(1, mixed), NOW, bytes([case])).offers
        assert {first.partner_id, second.partner_id} == {each.id for each in partners[3:]}


def test_at_most_three_are_offered_and_the_rest_is_told_so() -> None:
    """Of five twins three are offered; the others are excluded by rank."""
    found = explain(PLAIN, twins(5), NOW, SALT)

    assert len(found.matches.offers) == 3
    assert sorted(found.excluded.values()) == ["rank", "rank"]


# --- reasons ---


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
    health, child = match(A4, FIXTURES, NOW, SALT).offers

    assert hub.reasons == ("hub", "need:n_leave", "language:ko", "women_staff", "serves:all", "all_day", "open_now")
    assert health.reasons[:2] == ("need:n_preg", "language:zh")
    assert child.reasons == ("language:zh", "women_staff", "under_18", "serves:all", "open_now")


def test_a_time_without_a_zone_is_a_mistake_of_the_caller() -> None:
    """Dates are held against the UTC day, so a naive time is refused; any zone gives the same offers."""
    for find in (match, explain):
        with pytest.raises(ValueError, match="time zone"):
            find(PLAIN, FIXTURES, NOW.replace(tzinfo=None), SALT)


def test_a_partner_that_closed_at_its_desk_is_not_offered_and_the_operator_sees_why() -> None:
    """A1 without CHILD; when everybody who fits is closed, the hub is left; limited is offered, without saying that it is open."""
    child, safe, cyber = (fixtures.IDS[name] for name in ("CHILD", "SAFE-CN", "CYBER"))

    def names(room: dict[str, Room]) -> list[str]:
        return [NAMES[offer.partner_id] for offer in match(A1, FIXTURES, NOW, SALT, room=room).offers]

    assert names({child: "closed"}) == ["SAFE-CN", "CYBER"]
    assert names({child: "closed", safe: "closed", cyber: "closed"}) == ["HUB"]
    assert explain(A1, FIXTURES, NOW, SALT, room={child: "closed"}).excluded[child] == "capacity"
    (first, *_) = match(A1, FIXTURES, NOW, SALT, room={child: "limited"}).offers
    assert NAMES[first.partner_id] == "CHILD"
    assert "open_now" in match(A1, FIXTURES, NOW, SALT).offers[0].reasons
    assert "open_now" not in first.reasons
