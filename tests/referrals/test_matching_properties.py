"""Matching over drawn cases and lists: no offer against a hard filter, nobody who fits is lost, what the index finds is what the rules
find, and the order of the file is nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from referrals import fixtures
from referrals.directory import Directory, load
from referrals.matching import REASONS, RULES, SELF_HELP_NEEDS, URGENT_IMPLIES, CaseFacts, explain, match
from referrals.partner import Partner, Service
from referrals.rules import Room

NOW = datetime(2031, 3, 10, 9, tzinfo=UTC)
TODAY = NOW.date()
SALT = b"one case"
FIXTURES = load(fixtures.partners(TODAY), "fixtures")
MODEL = FIXTURES.partner(fixtures.IDS["CYBER"])  # what the drawn fields are put into
SERVICE = MODEL.services[0]
KEYS = [partner.x_keys for partner in FIXTURES.partners]
OLD_30 = NOW - timedelta(days=30)
OLD_31 = NOW - timedelta(days=30, minutes=1)
SHORT_PATH = frozenset({"class", "country", "language", "needs", "contact"})


NEEDS = st.sampled_from(["n_leave", "n_child", "n_mind", "n_scam"])

FACTS = st.builds(
    CaseFacts,
    country=st.sampled_from(["CN", "CN", "KR", None, "KP"]),
    needs=st.lists(NEEDS | st.just("n_info"), max_size=3, unique=True).map(tuple),
    situations=st.lists(st.sampled_from(["s_camera", "s_debt"]), unique=True).map(tuple),
    urgent=st.sampled_from([None, None, None, *URGENT_IMPLIES]),
    klass=st.sampled_from(["normal", "days", "now"]),
    danger=st.sampled_from([None, "raised", "high"]),
    languages=st.sampled_from([frozenset({"ko"}), frozenset({"zh"}), frozenset({"ko", "zh"})]),
    dialect=st.sampled_from([None, "north", "south"]),
    under_18=st.booleans(),
    with_child=st.booleans(),
    male=st.booleans(),
    wants_woman=st.booleans(),
    contact=st.sampled_from(["c_return", "c_return", "c_band", "c_any", "c_none"]),
    fields_offered=st.sampled_from([SHORT_PATH, frozenset()]),
    excluded=st.sets(st.sampled_from(list(fixtures.IDS.values())), max_size=2).map(frozenset),
    hub_only=st.sampled_from([False, False, False, True]),
)

# What partners may well be without being wrong.
SERVICES = st.fixed_dictionaries(
    {
        "minimum_age": st.sampled_from([None, None, 16, 18]),
        "languages": st.sampled_from([("kor", "zho"), ("kor",), ("zho", "eng")]),
        "x_needs": st.lists(NEEDS, min_size=3, unique=True).map(tuple),
        "x_situations": st.sampled_from([(), ("s_camera",)]),
        "x_urgent_247": st.sampled_from([True, True, False]),
        "x_gender": st.sampled_from(["any", "any", "women", "men"]),
        "x_child_safeguarding": st.sampled_from(["verified", "verified", "no"]),
        "x_capacity": st.sampled_from(["open", "limited"]),
        "x_min_fields": st.sampled_from([(), ("country",), ("country", "situations")]),
    }
)
# What stands in the way of an offer, or just doesn't: one of these in three of four partners. `countries` and `key_until` are
# set inside the service area and the keys.
ODD_SERVICES: list[dict[str, Any]] = [
    {"status": "inactive"},
    {"minimum_age": None, "maximum_age": 17},
    {"countries": ("KR",)},
    {"countries": ("LA",)},
    {"languages": ("eng",)},
    {"x_women_staff": False},
    {"x_capacity": "closed"},
    {"x_capacity_at": OLD_30},
    {"x_capacity_at": OLD_31},
    {"x_contact_modes": ("c_return",)},
    {"x_contact_modes": ("c_any",)},
]
ODD_PARTNERS: list[dict[str, Any]] = [
    {"x_status": "suspended"},
    {"x_status": "review"},
    {"x_vetted_until": TODAY},
    {"x_vetted_until": TODAY - timedelta(days=1)},
    {"x_contact_confirmed_at": OLD_30},
    {"x_contact_confirmed_at": OLD_31},
    {"x_contact_confirmed_at": NOW + timedelta(days=1)},
    {"x_hub": True},
    {"x_canary": True},
    {"x_faith_condition": True},
    {"key_until": TODAY},
    {"key_until": TODAY - timedelta(days=1)},
]
LANGUAGES = {code: SERVICE.languages[0].model_copy(update={"code": code}) for code in ("kor", "zho", "eng")}


def service_of(drawn: dict[str, Any], service_id: str) -> Service:
    """Build a service from drawn fields."""
    fields = {
        "countries": ("CN", "KR"),
        "x_contact_modes": ("c_return", "c_band", "c_any"),
        "x_capacity_at": NOW,
        **drawn,
    }
    area = SERVICE.service_areas[0].model_copy(update={"x_countries": fields.pop("countries")})
    spoken = tuple(LANGUAGES[code] for code in fields.pop("languages"))
    return SERVICE.model_copy(update={**fields, "id": service_id, "service_areas": (area,), "languages": spoken})


def partner_of(drawn: dict[str, Any], services: tuple[Service, ...], number: int) -> Partner:
    """Build a partner from drawn fields, without the checks of loading: matching must not lean on them."""
    fields = {"key_until": TODAY + timedelta(days=1), **drawn}
    until = fields.pop("key_until")
    keys = tuple(key.model_copy(update={"key_until": until}) for key in KEYS[number])
    mark = {"id": list(fixtures.IDS.values())[number], "x_alias": str(number + 1), "x_keys": keys, "services": services}
    return MODEL.model_copy(update={**fields, **mark})


@st.composite
def directories(draw: st.DrawFn) -> Directory:
    """Draw three to eight partners with one or two services each, three in four with something odd about them."""
    partners = []
    for number in range(draw(st.integers(3, 8))):
        odd = draw(st.sampled_from([{}] * len(ODD_SERVICES) + 2 * ODD_SERVICES + ODD_PARTNERS))
        services = tuple(
            service_of(
                {**drawn, **(odd if odd in ODD_SERVICES else {})}, f"00000000-0000-4000-9000-{number:06d}{index:06d}"
            )
            for index, drawn in enumerate(draw(st.lists(SERVICES, min_size=1, max_size=2)))
        )
        partners.append(partner_of(odd if odd in ODD_PARTNERS else {}, services, number))
    return Directory(1, tuple(partners))


def may_be_offered(facts: CaseFacts, partner: Partner, service: Service) -> bool:
    """The hard filters once more, written from domain.md 1.8, 2.3 (N6, N19, N20) and design.md, decisions 8 and 9."""
    if partner.x_canary or partner.x_faith_condition or partner.x_status != "active" or service.status != "active":
        return False
    if partner.x_vetted_until < TODAY or max(key.key_until for key in partner.x_keys) < TODAY:
        return False
    for confirmed in (partner.x_contact_confirmed_at, service.x_capacity_at):
        if confirmed > NOW or confirmed < NOW - timedelta(days=30):
            return False
    if partner.id in facts.excluded or service.x_capacity == "closed":
        return False
    if facts.country not in service.service_areas[0].x_countries and not (partner.x_hub and facts.country is None):
        return False
    asked = {*facts.needs, *(URGENT_IMPLIES[facts.urgent][0] if facts.urgent else ())} | (
        {"n_child"} if facts.under_18 else set()
    )
    if not partner.x_hub and asked.isdisjoint(service.x_needs):
        return False
    spoken = {language.code for language in service.languages}
    if not (("ko" in facts.languages and "kor" in spoken) or ("zh" in facts.languages and "zho" in spoken)):
        return False
    if facts.under_18 and (service.x_child_safeguarding == "no" or (service.minimum_age or 0) > 17):
        return False
    if not facts.under_18 and (service.maximum_age or 18) < 18:
        return False
    if (facts.male and service.x_gender == "women") or (not facts.male and service.x_gender == "men"):
        return False
    if facts.wants_woman and not service.x_women_staff:
        return False
    wanted = "c_return" if facts.contact in {"c_none", "c_return"} else facts.contact
    return wanted in service.x_contact_modes and (service.x_urgent_247 or facts.klass != "now")


@settings(
    max_examples=3 * (settings.default or settings()).max_examples
)  # some 40 odd things: each must come up often enough
@given(facts=FACTS, directory=directories())
def test_nobody_is_offered_against_a_hard_filter_and_nobody_fitting_is_lost(
    facts: CaseFacts, directory: Directory
) -> None:
    """Offers are exactly what the restated filters allow, at most three, and the hub only where it belongs."""
    found = match(facts, directory, NOW, SALT)
    offers = [directory.partner(offer.partner_id) for offer in found.offers]
    event(f"{len(offers)} offers")
    for offer, partner in zip(found.offers, offers, strict=True):
        assert may_be_offered(facts, partner, partner.services[offer.service_index])
        assert set(offer.reasons) <= set(REASONS)
    able = [p for p in directory.partners if any(may_be_offered(facts, p, service) for service in p.services)]
    if facts.urgent is None and facts.needs and set(facts.needs) <= SELF_HELP_NEEDS:
        able = []
    if facts.hub_only and facts.klass != "now":
        able = [partner for partner in able if partner.x_hub]
    specialists = sum(not partner.x_hub for partner in able)
    hub_wanted = len(able) > specialists and (facts.klass == "now" or not specialists)
    assert len(offers) == min(3, specialists + hub_wanted)
    assert [partner.x_hub for partner in offers] == [True] * hub_wanted + [False] * (len(offers) - hub_wanted)
    capped = facts.hub_only and facts.klass != "now" and not found.self_help_only
    assert found.hub_only == ((hub_wanted and not specialists) or capped)


@given(facts=FACTS, directory=directories())
def test_a_person_under_18_is_never_offered_an_unsafeguarded_service(facts: CaseFacts, directory: Directory) -> None:
    """N20, for everything else being as it may."""
    for offer in match(replace(facts, under_18=True), directory, NOW, SALT).offers:
        service = directory.partner(offer.partner_id).services[offer.service_index]
        assert service.x_child_safeguarding == "verified"
        assert service.minimum_age is None or service.minimum_age < 18


NEVER: list[dict[str, Any]] = [
    {"x_faith_condition": True},
    {"x_fee": True},
    {"x_status": "suspended"},
    {"x_canary": True},
    {"x_vetted_until": TODAY - timedelta(days=1)},
    {"x_contact_confirmed_at": OLD_31},
    {"x_keys": ()},
]


@given(facts=FACTS, directory=directories())
def test_a_list_of_unfit_partners_offers_nobody(facts: CaseFacts, directory: Directory) -> None:
    """When every partner has a condition, is suspended, a canary, lapsed, unconfirmed or without keys, nobody is offered."""
    for fault in NEVER:
        unfit = Directory(1, tuple(partner.model_copy(update=fault) for partner in directory.partners))
        assert match(facts, unfit, NOW, SALT).offers == ()


@given(facts=FACTS)
def test_the_fictional_partners_that_must_never_be_offered_never_are(facts: CaseFacts) -> None:
    """FAITH, OLD, SUSP and the canary are offered to nobody."""
    never = {fixtures.IDS[name] for name in ("FAITH", "OLD", "SUSP", "CANARY")}

    assert not never & {offer.partner_id for offer in match(facts, FIXTURES, NOW, SALT).offers}


@given(facts=FACTS, directory=directories(), data=st.data())
def test_the_order_of_the_list_changes_nothing(facts: CaseFacts, directory: Directory, data: st.DataObject) -> None:
    """Shuffled partners and services give the same offers in the same order, so that nobody is favoured by the file."""

    def seen(listed: Directory) -> list[tuple[str, str, tuple[str, ...], int]]:
        found = match(facts, listed, NOW, SALT).offers
        return [
            (each.partner_id, listed.partner(each.partner_id).services[each.service_index].id, each.reasons, each.score)
            for each in found
        ]

    shuffled = tuple(
        partner.model_copy(update={"services": tuple(data.draw(st.permutations(partner.services)))})
        for partner in data.draw(st.permutations(directory.partners))
    )
    assert seen(Directory(1, shuffled)) == seen(directory)


@settings(max_examples=3 * (settings.default or settings()).max_examples)  # as above
@given(facts=FACTS, directory=directories(), late=st.sets(st.sampled_from(list(fixtures.IDS.values()))).map(frozenset))
def test_the_index_finds_what_the_rules_find(facts: CaseFacts, directory: Directory, late: frozenset[str]) -> None:
    """`match`, which looks at few partners, and `explain`, which asks every rule about every partner, give the very same offers."""
    found = match(facts, directory, NOW, SALT, late)
    event(f"{len(found.offers)} offers")

    assert found == explain(facts, directory, NOW, SALT, late).matches


@given(facts=FACTS, directory=directories())
def test_every_partner_is_offered_or_has_a_reason_why_not(facts: CaseFacts, directory: Directory) -> None:
    """The operator's question "why not?" has an answer for each partner, and it is a rule's name."""
    told = explain(facts, directory, NOW, SALT)
    if told.matches.self_help_only:
        return

    assert {offer.partner_id for offer in told.matches.offers} ^ set(told.excluded) == {
        each.id for each in directory.partners
    }
    assert set(told.excluded.values()) <= {rule.name for rule in RULES} | {"hub", "hub_only", "rank"}


ROOMS = st.dictionaries(st.sampled_from(list(fixtures.IDS.values())), st.sampled_from(["limited", "closed"]))


@settings(max_examples=3 * (settings.default or settings()).max_examples)  # as above
@given(facts=FACTS, directory=directories(), room=ROOMS)
def test_what_a_partner_says_at_its_desk_counts_as_if_it_were_signed_and_never_raises(
    facts: CaseFacts, directory: Directory, room: dict[str, Room]
) -> None:
    """The offers are those of a list that says the same, or less where it is signed so; a closed partner is offered to nobody."""
    worst = ("open", "limited", "closed")
    signed = tuple(
        partner.model_copy(
            update={
                "services": tuple(
                    service.model_copy(
                        update={"x_capacity": worst[max(worst.index(service.x_capacity), worst.index(said))]}
                    )
                    for service in partner.services
                )
            }
        )
        if (said := room.get(partner.id, "")) in worst
        else partner
        for partner in directory.partners
    )
    found = match(facts, directory, NOW, SALT, room=room)
    event(f"{len(found.offers)} offers")
    assert found == match(facts, Directory(1, signed), NOW, SALT)
    assert found == explain(facts, directory, NOW, SALT, room=room).matches
    assert all(room.get(offer.partner_id) != "closed" for offer in found.offers)
    same = match(facts, directory, NOW, SALT)
    if not any(offer.partner_id in room for offer in same.offers):
        assert found == same
