"""The partner list: taken whole or refused with what is wrong, where, and what to do, and never with what stood there."""

import gc
import json
import traceback
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from referrals import fixtures
from referrals.directory import MAX_CHARACTERS, SAFETY_LEAD, Directory, DirectoryError, load
from referrals.referral import PartnerId
from referrals.sealing import new_identity, recipient_of, signing_public

TODAY = date(2031, 3, 10)
MARK = "zq-mark-7731"  # stands for a value that must not come back in a message
WRITTEN = fixtures.partners(TODAY)


def refused(text: str) -> str:
    """Return what the operator is told about a list that must be refused."""
    with pytest.raises(DirectoryError) as caught:
        load(text, "test list")
    assert MARK not in "".join(traceback.format_exception(caught.value, limit=0))
    return str(caught.value)


def told(text: str, before: Directory | None = None) -> str:
    """Return what the operator is told about a list; nothing when it loads."""
    try:
        load(text, "test list", before)
    except DirectoryError as error:
        return str(error)
    return ""


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    """Return the fictional list with one change made to it."""
    document = json.loads(WRITTEN)
    change(document)
    return json.dumps(document)


def test_the_fictional_list_loads_and_is_known_as_such() -> None:
    """The twelve fixtures load under ids and aliases of their own, and the list says that it is fictional."""
    directory = load(WRITTEN, "fixtures")

    assert directory.has_fixtures
    assert {partner.id for partner in directory.partners} == set(fixtures.IDS.values())
    assert sorted(int(partner.x_alias) for partner in directory.partners) == list(range(1, 13))
    assert directory.signers == (signing_public(fixtures.signing_key()).hex(),)


def test_one_fictional_partner_makes_a_fictional_list() -> None:
    """A list is real only when none of its partners is fictional."""

    def all_but_last(document: dict[str, Any]) -> None:
        for partner in document["partners"][:-1]:
            partner["x_fixture"] = False

    def every(document: dict[str, Any]) -> None:
        for partner in document["partners"]:
            partner["x_fixture"] = False

    assert load(changed(all_but_last), "list").has_fixtures
    assert not load(changed(every), "list").has_fixtures


def test_partners_are_found_by_id_and_by_alias() -> None:
    """Both ways lead to the same record; an unknown alias, which anyone can send, leads to none."""
    directory = load(WRITTEN, "fixtures")
    child = directory.partner(fixtures.IDS["CHILD"])

    assert directory.by_alias(child.x_alias) is child
    assert directory.by_alias("99999") is None
    assert directory.by_alias("") is None
    assert child.id in directory
    assert "nobody" not in directory
    with pytest.raises(KeyError):
        directory.partner("nobody")


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        (lambda d: d["partners"][2].pop("x_alias"), "partner 3, x_alias", "missing; add it"),
        (lambda d: d["partners"][2].update(x_alias=MARK), "partner 3, x_alias", "correct it"),
        (lambda d: d["partners"][2].update(address=MARK), "partner 3 (alias 5), address", "never kept; remove it"),
        (lambda d: d["partners"][2].update(nickname=MARK), "partner 3 (alias 5), nickname", "no such field; remove it"),
        (lambda d: d["partners"][2].update({f"Mrs {MARK}": 1}), "partner 3 (alias 5), (odd name)", "remove it"),
        (lambda d: d["partners"][2].update(x_status=MARK), "partner 3 (alias 5), x_status", "'suspended'"),
        (lambda d: d["partners"][2].update(x_vetted_until=MARK), "partner 3 (alias 5), x_vetted_until", "valid date"),
        (lambda d: d["partners"][2].update(x_contact_confirmed_at=MARK), "x_contact_confirmed_at", "valid datetime"),
        (lambda d: d["partners"][2].update(x_hub=MARK), "partner 3 (alias 5), x_hub", "valid boolean"),
        (lambda d: d["partners"][2]["x_keys"][1].update(recipient=MARK), "x_keys.1.recipient", "naru keygen"),
        (lambda d: d["partners"][2]["services"][0].update(x_needs=[MARK]), "services.0.x_needs.0", "correct it"),
        (lambda d: d["partners"][2].update(services=[]), "partner 3 (alias 5), services", "add what is missing"),
        (lambda d: d["partners"][2].update(x_fee=True), "partner 3 (alias 5)", "no_fee"),
        (lambda d: d["partners"].append(MARK), "partner 13", "correct it"),
        (lambda d: d.update(version=0), "version", "greater than or equal to 1"),
        (lambda d: d.update(version="1"), "version", "valid integer"),
        (lambda d: d.update(format=MARK), "format", "naru-directory/1"),
        (lambda d: d.update(signers=[]), "signers", "add what is missing"),
        (lambda d: d.update(signers=[MARK]), "signers.0", "correct it"),
        (lambda d: d.update(partners=MARK), "partners", "correct it"),
        (lambda d: d.update(partners={"x": MARK}), "partners", "correct it"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_what_to_do(
    change: Callable[[dict[str, Any]], object], where: str, what: str
) -> None:
    """The message says where and what to do, and repeats nothing of what stood there."""
    message = refused(changed(change))

    assert message.startswith("partner list test list is refused:")
    assert where in message
    assert what in message
    assert MARK not in message


@pytest.mark.parametrize(
    ("field", "take"),
    [
        ("id", lambda p: p.update(id=fixtures.IDS["HUB"])),
        ("x_alias", lambda p: p.update(x_alias="7")),
        ("x_keys", lambda p: p["x_keys"][0].update(recipient=fixtures.identity(fixtures.IDS["HUB"], 1).recipient)),
    ],
)
def test_two_partners_share_no_id_alias_or_key(field: str, take: Callable[[dict[str, Any]], object]) -> None:
    """A shared id or alias would mislead the person; a shared key would let one partner read what another one gets."""
    message = refused(changed(lambda document: take(document["partners"][4])))

    assert f"partner 5 (alias {'7' if field == 'x_alias' else '2'}), {field}: the same as partner 1's" in message


def test_a_directory_made_by_hand_shares_nothing_either() -> None:
    """The same check holds for a `Directory` that no file gave."""
    hub = load(WRITTEN, "fixtures").partner(fixtures.IDS["HUB"])

    with pytest.raises(ValueError, match="the same as partner 1's"):
        Directory(1, (hub, hub))


def test_every_mistake_is_listed_up_to_ten() -> None:
    """Several mistakes come in one message; beyond ten they are counted."""

    def many(document: dict[str, Any]) -> None:
        for partner in document["partners"]:
            partner["x_tier"] = MARK

    message = refused(changed(many))

    assert message.count("x_tier") == 10
    assert message.endswith("and 2 more")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "not JSON (line 1 column 0)"),
        ('{"format": ' + MARK, "not JSON (line 1 column 12)"),
        ("[" * 100_000, "not JSON"),
        ('{"version": 1, "version": 2}', "stands twice"),
        ("[]", "the list: "),
        ("null", "the list: "),
        ('"' + "x" * MAX_CHARACTERS + '"', "longer than"),
    ],
    ids=["empty", "cut off", "deep", "twice", "array", "null", "long"],
)
def test_what_is_no_list_is_refused_in_words(text: str, what: str) -> None:
    """Damaged, deep, ambiguous and oversized text each get an answer, and no traceback."""
    message = refused(text)

    assert what in message
    assert MARK not in message


@given(
    st.text()
    | st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    ).map(json.dumps)
)
def test_any_text_gives_a_directory_error(text: str) -> None:
    """Whatever the file holds, the operator gets a message."""
    with pytest.raises(DirectoryError):
        load(text, "list")


@given(data=st.data())
def test_any_value_in_any_field_is_taken_or_refused_in_words(data: st.DataObject) -> None:
    """A list with one field overwritten by anything at all either loads or is refused by a message without that value."""
    document = json.loads(WRITTEN)
    target: Any = document["partners"][data.draw(st.integers(0, 11))]
    if data.draw(st.booleans()):
        target = target["services"][0]
    name = data.draw(st.sampled_from(sorted(target)) | st.text())
    target[name] = data.draw(
        st.just(MARK) | st.just([MARK]) | st.just({MARK: MARK}) | st.none() | st.integers() | st.booleans()
    )

    assert MARK not in told(json.dumps(document))


# --- a refresh ---

BEFORE = load(WRITTEN, "before")


def both_ways(text: str) -> str:
    """Load a list with and without an earlier one; return the message, which must be the same, or nothing and the same list."""
    message = told(text)
    assert told(text, BEFORE) == message
    if not message:
        assert load(text, "test list", BEFORE) == load(text, "test list")
    return message


def test_a_refresh_takes_over_what_is_unchanged_and_reads_the_rest() -> None:
    """One partner suspended, one gone, one moved: the others are the very same records, and the lists are as if read afresh."""

    def change(document: dict[str, Any]) -> None:
        document["version"] = 2
        document["partners"][2]["x_status"] = "suspended"
        del document["partners"][5]
        document["partners"].insert(0, document["partners"].pop())

    text = changed(change)
    refreshed = load(text, "test list", BEFORE)

    assert both_ways(text) == ""
    assert refreshed.version == 2
    before = {id(partner) for partner in BEFORE.partners}
    assert [partner.id for partner in refreshed.partners if id(partner) not in before] == [fixtures.IDS["CHILD"]]
    assert refreshed.partner(fixtures.IDS["CHILD"]).x_status == "suspended"


def test_a_refresh_follows_a_refresh() -> None:
    """What the second list brought is known to the third."""
    second = load(changed(lambda document: document["partners"][2].update(x_status="suspended")), "second", BEFORE)
    third = load(changed(lambda document: document["partners"][2].update(x_status="suspended")), "third", second)

    assert all(one is other for one, other in zip(second.partners, third.partners, strict=True))


def test_a_list_made_by_hand_vouches_for_nothing() -> None:
    """Records that never passed a check aren't taken over, and neither are their keys."""
    assert Directory(1, BEFORE.partners).records == {}
    assert load(WRITTEN, "test list", Directory(1, BEFORE.partners)) == BEFORE


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["partners"][2].update(x_hub=0),  # equal to false in Python, and not a boolean
        lambda d: d["partners"][2]["services"][0]["x_first_reply_h"].update(now=1.0),
        lambda d: d.update(partners={}),
        lambda d: d.update(partners=""),
        lambda d: d.update(partners=None),
        lambda d: d.pop("partners"),
        lambda d: d["partners"].append(d["partners"][3]),
        lambda d: d["partners"][2]["x_keys"][1].update(recipient=MARK),
        lambda d: d["partners"][2].update(x_keys=d["partners"][3]["x_keys"]),
        lambda d: d["partners"][2].update(address=MARK),
        lambda d: d.update(address=MARK),
        lambda d: d["partners"][2].update(name="\ud800"),
        lambda d: d.update(signers=["\ud800"]),
    ],
)
def test_a_refresh_refuses_in_the_same_words(change: Callable[[dict[str, Any]], object]) -> None:
    """Whatever is wrong, an earlier list neither lets it through nor changes what is said about it."""
    assert both_ways(changed(change)) != ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "[" * 100_000,
        '{"partners": ' + "[" * 300 + "]" * 300 + "}",
        WRITTEN.replace('"version"', '"version": 1, "version"', 1),
        WRITTEN[:-1],
        '"' + "x" * MAX_CHARACTERS + '"',
    ],
    ids=["empty", "array", "null", "deep", "deep inside", "twice", "cut off", "long"],
)
def test_a_refresh_refuses_what_is_no_list(text: str) -> None:
    """Damaged, deep, ambiguous and oversized text gets the same answer on a refresh."""
    assert both_ways(text) != ""


@given(data=st.data())
def test_a_refresh_reads_any_list_as_a_first_reading_does(data: st.DataObject) -> None:
    """A list with any field of any record set to anything is taken or refused alike."""
    document = json.loads(WRITTEN)
    target: Any = data.draw(st.sampled_from([document, *document["partners"]]))
    if "services" in target and data.draw(st.booleans()):
        target = data.draw(st.sampled_from([target["services"][0], *target["x_keys"]]))
    name = data.draw(st.sampled_from(sorted(target)))
    values: st.SearchStrategy[object] = (
        st.none() | st.integers() | st.floats() | st.booleans() | st.text() | st.just([]) | st.just({})
    )
    target[name] = data.draw(values | st.just(target[name]))

    both_ways(json.dumps(document))


@pytest.mark.parametrize("on", [True, False])
def test_reading_leaves_the_collector_as_it_was(on: bool) -> None:
    """The collector rests while a list is read, and goes on as before, also when the list is refused."""
    (gc.enable if on else gc.disable)()
    try:
        told("[]")
        assert gc.isenabled() == on
        load(WRITTEN, "test list", BEFORE)
        assert gc.isenabled() == on
    finally:
        gc.enable()


# --- what a list tells ---


def test_a_directory_prints_no_partner() -> None:
    """Only the version gets into a log through a repr."""
    assert repr(load(WRITTEN, "fixtures")) == "Directory(version=1)"


def test_the_keys_of_fictional_caseworkers_follow_from_published_seeds() -> None:
    """Each fictional caseworker opens what was sealed to her partner, and a third caseworker does not exist."""
    directory = load(WRITTEN, "fixtures")

    for partner_id in fixtures.IDS.values():
        identities = [fixtures.identity(partner_id, number) for number in (1, 2)]
        assert directory.partner(partner_id).recipients(TODAY) == tuple(each.recipient for each in identities)
        assert all(recipient_of(each.secret) == each.recipient for each in identities)
    with pytest.raises(ValueError, match="no such fictional caseworker"):
        fixtures.identity(fixtures.IDS["HUB"], 3)


def test_the_published_seed_is_what_its_docstring_says() -> None:
    """Known answer: sha256 of "naru fixture caseworker ID 1", by `printf '...' | sha256sum`."""
    seed = bytes.fromhex("488e68c52c6854f9ea04c6d305124bf2a5023464818d715abdfdc4ed6dcedca4")

    assert fixtures.identity(fixtures.IDS["HUB"], 1).recipient == new_identity(seed).recipient


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2040, 2, 29)])
def test_the_fictional_dates_move_with_the_day(today: date) -> None:
    """On any day OLD lapsed the day before, and everybody was confirmed three days ago."""
    directory = load(fixtures.partners(today), "fixtures")

    assert (today - directory.partner(fixtures.IDS["OLD"]).x_vetted_until).days == 1
    confirmed = {partner.x_contact_confirmed_at for partner in directory.partners}
    assert [(datetime(today.year, today.month, today.day, tzinfo=UTC) - each).days for each in confirmed] == [3]


def test_a_demo_can_name_its_own_signer() -> None:
    """A bot with a key of its own is the one whose referrals the fictional list vouches for."""
    assert load(fixtures.partners(TODAY, ("ab" * 32,)), "fixtures").signers == ("ab" * 32,)


# --- the safety lead ---


def test_the_list_names_who_reads_reports() -> None:
    """Two fictional safety leads, whose identities follow from published seeds; reports are sealed to both until their last day."""
    directory = load(WRITTEN, "fixtures")
    identities = [fixtures.safety_lead_identity(number) for number in (1, 2)]

    assert directory.safety_lead(TODAY) == tuple(each.recipient for each in identities)
    assert all(recipient_of(each.secret) == each.recipient for each in identities)
    assert directory.safety_lead(TODAY + timedelta(days=fixtures.KEY_DAYS)) == directory.safety_lead(TODAY)
    assert directory.safety_lead(TODAY + timedelta(days=fixtures.KEY_DAYS + 1)) == ()
    with pytest.raises(ValueError, match="no such fictional safety lead"):
        fixtures.safety_lead_identity(3)


def test_a_safety_leads_published_seed_is_what_its_docstring_says() -> None:
    """Known answer: sha256 of "naru fixture safety lead 1", by `printf '...' | sha256sum`."""
    seed = bytes.fromhex("fdd0d17d5e220518e3acce423b64a72dbdd18d6160f0874ab9f57cba1e70d25c")

    assert fixtures.safety_lead_identity(1).recipient == new_identity(seed).recipient


def test_a_list_may_name_no_safety_lead() -> None:
    """Lists from before there were reports load, and nothing can be sealed to anybody."""
    assert load(changed(lambda document: document.pop("safety_lead")), "list").safety_lead(TODAY) == ()


def test_no_partner_can_be_the_safety_lead() -> None:
    """The id under which reports are sealed is one that a referral can name, and none that a partner can have."""
    envelope = json.loads(WRITTEN)["partners"][2]["id"]
    assert envelope != SAFETY_LEAD
    assert TypeAdapter(PartnerId).validate_python(SAFETY_LEAD) == SAFETY_LEAD
    assert "partner 3 (alias 5), id" in refused(
        changed(lambda document: document["partners"][2].update(id=SAFETY_LEAD))
    )


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (
            lambda d: d["safety_lead"][1].update(recipient=d["partners"][2]["x_keys"][0]["recipient"]),
            "safety_lead.1.recipient: the same as partner 3's; reports about partners must go past them all",
        ),
        (
            lambda d: d["safety_lead"][1].update(id=d["safety_lead"][0]["id"]),
            "safety_lead.1: the same id or recipient stands twice",
        ),
        (
            lambda d: d["safety_lead"].append(d["safety_lead"][0] | {"id": "0" * 8}),
            "safety_lead.2: the same id or recipient",
        ),
        (lambda d: d["safety_lead"][0].update(recipient=MARK), "safety_lead.0.recipient: not a post-quantum recipient"),
        (lambda d: d["safety_lead"][0].update(name=MARK), "safety_lead.0.name: there is no such field; remove it"),
        (lambda d: d["safety_lead"][0].pop("key_until"), "safety_lead.0.key_until: the field is missing; add it"),
        (lambda d: d.update(safety_lead=[d["safety_lead"][0]] * 33), "safety_lead: "),
    ],
)
def test_a_safety_lead_that_cant_be_is_refused(change: Callable[[dict[str, Any]], object], what: str) -> None:
    """Above all one whose key a partner has: reports about a partner would be read there."""
    message = refused(changed(change))

    assert what in message
    assert MARK not in message


def test_a_directory_made_by_hand_checks_its_safety_lead_too() -> None:
    """The same check holds for a `Directory` that no file gave."""
    hub = load(WRITTEN, "fixtures").partner(fixtures.IDS["HUB"])

    with pytest.raises(ValueError, match="must go past them all"):
        Directory(1, (hub,), safety_lead_keys=hub.x_keys)
