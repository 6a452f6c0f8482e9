"""A partner's record: what it must hold, what it may never hold, and when it can't be active."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from referrals import fixtures
from referrals.partner import CHECKED_RECIPIENTS, HARD_RULES, PHONE_DAYS, PacketField, Partner, is_fresh
from referrals.referral import Packet

TODAY = date(2031, 3, 10)
NOW = datetime(2031, 3, 10, 9, tzinfo=UTC)


def record(which: str = "CHILD", /, **changes: Any) -> dict[str, Any]:
    """Return a fictional partner as it is written, with some fields changed."""
    (found,) = (each for each in json.loads(fixtures.partners(TODAY))["partners"] if each["id"] == fixtures.IDS[which])
    return {**found, **changes}


def read(written: dict[str, Any]) -> Partner:
    """Read a record as a partner list does."""
    return Partner.model_validate_json(json.dumps(written))


def refused(written: dict[str, Any]) -> str:
    """Return what the operator is told about a record that must be refused."""
    with pytest.raises(ValidationError) as caught:
        read(written)
    return str(caught.value)


def with_service(**changes: Any) -> dict[str, Any]:
    """Return a record with its one service changed."""
    written = record()
    return {**written, "services": [{**written["services"][0], **changes}]}


@pytest.mark.parametrize("name", fixtures.IDS)
def test_every_fictional_partner_is_a_whole_record(name: str) -> None:
    """Each fixture passes the checks of a real record, and says that it is fictional."""
    partner = read(record(name))

    assert partner.x_fixture
    assert partner.name is not None
    assert "Fictional" in partner.name
    assert "invented" in partner.name


@pytest.mark.parametrize(("field", "rule"), HARD_RULES.items())
@pytest.mark.parametrize("status", ["active", "provisional"])
def test_a_condition_on_help_forbids_activation(field: str, rule: str, status: str) -> None:
    """A partner with a fee, debt, religious, testimony, media or marriage condition can't be active, by the name of the rule."""
    assert rule in refused(record(x_status=status, **{field: True}))


@pytest.mark.parametrize("field", HARD_RULES)
def test_a_condition_nobody_asked_about_is_not_taken_for_no(field: str) -> None:
    """A record that leaves one of the hard rules open is refused."""
    written = record()
    del written[field]

    assert field in refused(written)


@pytest.mark.parametrize("field", HARD_RULES)
def test_a_condition_may_stand_in_a_record_that_is_not_active(field: str) -> None:
    """What a candidate admits is kept, so that the next reviewer sees it."""
    partner = read(record(x_status="review", **{field: True}))

    assert partner.hard_rules_broken == (HARD_RULES[field],)


@pytest.mark.parametrize("field", ["address", "addresses", "locations", "website", "email", "contacts", "x_guide"])
def test_there_is_no_field_for_a_place_or_a_person(field: str) -> None:
    """An address, a place, a contact person or a web page can't stand in a record, nor in its service."""
    assert "Extra inputs" in refused(record(**{field: "invented"}))
    assert "Extra inputs" in refused(with_service(**{field: "invented"}))


def test_a_partner_that_is_never_disclosed_has_no_record() -> None:
    """Tier T3 is refused: such a partner is known only to other partners."""
    assert "T3 is never in a record" in refused(record(x_tier="T3"))


def test_an_active_partner_needs_a_key() -> None:
    """Nothing could be sealed to an active partner without keys."""
    assert "x_keys" in refused(record(x_keys=[]))
    assert read(record(x_status="review", x_keys=[])).x_keys == ()


@pytest.mark.parametrize(
    "recipient",
    [
        "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg",  # X25519, from age's README
        "age1pq1" + "q" * 1952,  # right form, wrong checksum
        "",
    ],
)
def test_only_whole_post_quantum_keys_are_taken(recipient: str) -> None:
    """A classic, damaged or empty recipient is refused, and the message doesn't repeat it."""
    written = record()
    written["x_keys"][0]["recipient"] = recipient

    told = refused(written)

    assert "age1pq1" in told
    assert not recipient or recipient not in told


@pytest.mark.parametrize("what", ["id", "recipient"])
def test_a_key_stands_once(what: str) -> None:
    """Two caseworkers of a partner share neither an id nor a key."""
    written = record()
    written["x_keys"][1][what] = written["x_keys"][0][what]

    assert what in refused(written)


def test_a_key_counts_until_its_last_day() -> None:
    """Nothing is sealed to a key the day after it ends."""
    written = record()
    written["x_keys"][0]["key_until"] = TODAY.isoformat()
    partner = read(written)

    assert len(partner.recipients(TODAY)) == 2
    assert partner.recipients(TODAY + timedelta(days=1)) == (partner.x_keys[1].recipient,)


@pytest.mark.parametrize(("age", "shown"), [(0, True), (PHONE_DAYS, True), (PHONE_DAYS + 1, False), (-1, False)])
def test_a_number_unverified_for_more_than_90_days_is_hidden(age: int, shown: bool) -> None:
    """A public number is shown up to 90 days after it was verified, and not when the day lies ahead."""
    written = record("PSY-KR")
    written["phones"][0]["x_last_verified"] = (TODAY - timedelta(days=age)).isoformat()

    assert (read(written).phone_to_show(TODAY) is not None) == shown


@pytest.mark.parametrize(("name", "tier"), [("PSY-KR", "T1"), ("PSY-KR", "T2"), ("CHILD", "T0")])
def test_a_number_stands_only_with_a_public_hotline_in_korea(name: str, tier: str) -> None:
    """Above T0, or outside KR, a record has no number."""
    phones = record("PSY-KR")["phones"]

    assert "phones" in refused(record(name, x_tier=tier, phones=phones))


def test_a_number_without_its_source_is_refused() -> None:
    """Each number says who verified it, when, and by what source."""
    for field in ("x_last_verified", "x_source", "x_verified_by"):
        written = record("PSY-KR")
        del written["phones"][0][field]

        assert field in refused(written)


@pytest.mark.parametrize(("tier", "named"), [("T0", True), ("T1", True), ("T2", False)])
def test_above_t1_no_name_is_shown(tier: str, named: bool) -> None:
    """Above tier T1 a person sees the alias only, even if the record has a name; T0 and T1 can't do without one."""
    assert (read(record(x_tier=tier)).public_name is not None) == named
    if named:
        assert "name" in refused(record(x_tier=tier, name=None))
    else:
        assert read(record(x_tier=tier, name=None)).name is None


@pytest.mark.parametrize("alias", ["0", "01", "AB", "a", "12 ", "-1", "123456"])
def test_an_alias_is_a_number_or_one_letter(alias: str) -> None:
    """An alias that could carry a name is refused."""
    assert "x_alias" in refused(record(x_alias=alias))


def test_ages_are_in_order_and_say_whom_a_service_takes() -> None:
    """A service from 18 is for adults, one up to 17 for children, any other for both; crossed ages are refused."""
    assert "minimum_age" in refused(with_service(minimum_age=20, maximum_age=19))
    for ages, serves in (
        ({"minimum_age": 18}, "adults"),
        ({"maximum_age": 17}, "children"),
        ({"minimum_age": 17}, "all"),
    ):
        assert read(with_service(**ages)).services[0].serves == serves


def test_north_korea_is_never_a_service_area() -> None:
    """KP is refused as a country, and so is anything finer than a country."""
    assert "KP" in refused(with_service(service_areas=[{"x_countries": ["CN", "KP"]}]))
    assert "x_countries" in refused(with_service(service_areas=[{"x_countries": ["CN-22"]}]))


def test_only_korean_has_varieties() -> None:
    """A variety beside another language is a mistake in the wrong row."""
    assert "x_variety" in refused(with_service(languages=[{"code": "zho", "x_variety": "north"}]))


def test_the_first_reply_is_what_every_service_keeps() -> None:
    """A partner with a quick and a slow service promises the slow one's hours."""
    written = record()
    slow = {**written["services"][0], "id": "00000000-0000-4000-9000-000000000099"}
    slow["x_first_reply_h"] = {"now": 2, "days": 30, "normal": 71}
    partner = read({**written, "services": [*written["services"], slow]})

    assert [partner.first_reply_hours(klass) for klass in ("now", "days", "normal")] == [2, 30, 72]


def test_a_partner_says_nothing_of_itself_in_a_representation() -> None:
    """No name, alias, number or key gets into a log through a repr."""
    partner = read(record("PSY-KR"))

    assert repr(partner) == str(partner) == "Partner(***)"
    assert repr(partner.x_keys[0]) == "CaseworkerKey(***)"


def test_a_recipient_found_good_before_is_taken_and_no_other() -> None:
    """What the context names isn't checked again; a damaged key beside it is refused as ever."""
    written = record()
    good = written["x_keys"][0]["recipient"]
    damaged = written["x_keys"][1]["recipient"][:-1] + "q"
    written["x_keys"][1]["recipient"] = damaged

    def checked_before(*recipients: str) -> Partner:
        return Partner.model_validate_json(json.dumps(written), context={CHECKED_RECIPIENTS: set(recipients)})

    assert checked_before(good, damaged).x_keys[1].recipient == damaged
    for known in ((good,), ()):
        with pytest.raises(ValidationError, match="naru keygen"):
            checked_before(*known)


def test_the_parts_a_partner_can_ask_for_are_the_parts_of_a_packet() -> None:
    """`x_min_fields` uses the names on the wire; flags, the check word and what a report says are nobody's to ask for."""
    on_the_wire = {info.serialization_alias or name for name, info in Packet.model_fields.items()}

    assert set(get_args(PacketField)) == on_the_wire - {"flags", "check", "report", "about", "answer"}


def test_fresh_means_at_most_30_days_and_not_ahead() -> None:
    """The thirtieth day counts, the minute after doesn't, and a confirmation from the future is none."""
    assert is_fresh(NOW - timedelta(days=30), NOW)
    assert not is_fresh(NOW - timedelta(days=30, minutes=1), NOW)
    assert not is_fresh(NOW + timedelta(minutes=1), NOW)
