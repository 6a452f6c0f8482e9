"""The partner list: taken whole or refused with what is wrong, where, and what to do, and never with what stood there."""

import json
import traceback
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals import fixtures
from referrals.directory import MAX_CHARACTERS, Directory, DirectoryError, load
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


def told(text: str) -> str:
    """Return what the operator is told about a list; nothing when it loads."""
    try:
        load(text, "test list")
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
