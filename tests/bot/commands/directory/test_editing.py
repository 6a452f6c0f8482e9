"""`naru directory check` and `confirm`: what is entered, what is refused, and what is missing."""

import json
from typing import Any

import pytest

from referrals.vetting import PartnerFile, load
from tests.bot.commands.directory.office import Office, later, partner, put_list
from tests.referrals import vetted

ALIAS = partner("SAFE-CN").alias


@pytest.fixture
def listed(office: Office) -> Office:
    """A partner in review is published, unchecked; and one that is active."""
    unchecked: dict[str, Any] = vetted.written("SAFE-CN", later().date(), "review") | {"checks": []}
    put_list(office, vetted.read(unchecked), partner("PSY-KR"))
    office.done("lee", "status")
    return office


def working(office: Office) -> PartnerFile:
    """The partner in Lee's working list."""
    found = load((office.own("lee") / "working.json").read_text("utf-8")).by_alias(ALIAS)
    assert found is not None
    return found


def test_what_is_missing_is_listed(listed: Office) -> None:
    """Before people can be sent there; nothing is wrong with proposing it."""
    out = listed.done("lee", "check")

    assert "2 partners: nothing is wrong" in out
    assert f"partner {ALIAS} (review), before people can be sent there: check identity missing" in out


def test_a_check_says_who_when_and_where(listed: Office) -> None:
    """Ninety days in China; the evidence is a reference."""
    listed.done("lee", "check", ALIAS, "--item", "psea", "--item", "conduct", "--evidence", "fictional binder 3")
    checks = working(listed).checks

    assert [each.item for each in checks] == ["psea", "conduct"]
    assert {(each.checked_by, each.evidence) for each in checks} == {("lee", "fictional binder 3")}
    assert {(each.expires_on - each.checked_on).days for each in checks} == {90}
    listed.done("lee", "check", ALIAS, "--item", "all", "--evidence", "fictional binder 4")
    assert working(listed).missing == ()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--item", "psea"), "where the evidence lies"),
        (("--item", "psea", "--evidence", "two\nlines"), "has an invisible character"),
        (("--item", "pets", "--evidence", "binder"), "--item should be one of the checklist"),
        (("--item", "psea", "--evidence", "binder", "--reference", "99999"), "is not in your working list"),
        (("--item", "identity", "--evidence", "binder", "--reference", ALIAS), "two or more different partners"),
    ],
)
def test_a_check_that_is_none_is_refused(listed: Office, arguments: tuple[str, ...], expected: str) -> None:
    """Nothing is entered."""
    assert expected in listed.refused("lee", "check", ALIAS, *arguments)
    assert working(listed).checks == ()


def test_a_change_that_nobody_may_make_is_told(listed: Office) -> None:
    """Exit 1, with the rule and what to do."""
    path = listed.own("lee") / "working.json"
    document = json.loads(path.read_text("utf-8"))
    for each in document["partners"]:
        if each["partner"]["x_alias"] == ALIAS:
            each["partner"]["x_status"] = "active"
    path.write_text(json.dumps(document), encoding="utf-8")
    said = listed.run("lee", "check")

    assert said.code == 1
    assert f"partner {ALIAS}: Checks, keys, contact or capacity are missing or too old" in said.out


def test_confirming_touches_dates_and_capacity(listed: Office) -> None:
    """Contact and capacity are as of now, so the thirty days run anew."""
    before = working(listed)
    listed.done("lee", "confirm", ALIAS, "--capacity", "limited")
    after = working(listed)

    assert after.partner.x_contact_confirmed_at > before.partner.x_contact_confirmed_at
    assert {each.x_capacity for each in after.partner.services} == {"limited"}
    assert {each.x_capacity_at for each in after.partner.services} == {after.partner.x_contact_confirmed_at}
    assert after.contacts[0].confirmed_at == after.partner.x_contact_confirmed_at
    assert after.contacts[0].value == before.contacts[0].value


def test_without_a_contact_there_is_nothing_to_confirm(listed: Office) -> None:
    """It is entered first."""
    none = vetted.read({**vetted.written("CHILD", later().date(), "review"), "contacts": []})
    put_list(listed, none)

    assert f"Partner {none.alias} has no contact to confirm" in listed.refused("lee", "confirm", none.alias)
