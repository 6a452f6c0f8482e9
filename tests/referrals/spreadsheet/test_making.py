"""A partner made of its rows: what cells say it will have, what is settled elsewhere stays, and what is wrong is told by its cell."""

from typing import Any

import pytest

from referrals.spreadsheet.making import NEVER, NEVER_DAY, made
from referrals.spreadsheet.rows import lines
from referrals.spreadsheet.tables import Finding
from referrals.vetting import PartnerFile
from tests.referrals import vetted
from tests.referrals.spreadsheet.test_rows import book

NEW_ID = "00000000-0000-4000-8000-00000000abcd"
COLUMNS = {
    "Alias": "77", "Name": "Fictional House", "Tier": "T2", "Fee": "no", "Debt": "no", "Faith condition": "no",
    "Testimony condition": "no", "Media condition": "no", "Marriage condition": "no", "Countries": "China", "Languages": "Korean",
    "Needs": "Shelter", "Pillar": 1, "Urgent 24/7": "no", "Gender": "women", "Women staff": "yes", "Child safeguarding": "no",
    "Capacity": "open", "Capacity as of": "2031-03-01", "Capacity hours": 168, "Reply now hours": 1, "Reply days hours": 24,
    "Reply normal hours": 72, "Contact modes": "c_return",
}  # fmt: skip


def make(*rows: dict[str, Any], before: PartnerFile | None = None) -> tuple[PartnerFile | None, list[Finding]]:
    """Make a partner of rows, which have the same columns."""
    read = lines(book(tuple(rows[0]), *(tuple(row.values()) for row in rows)))
    (own,) = read.by_alias.values()
    file, told = made(own, before, lambda: NEW_ID, whole=not read.findings)
    return file, [*read.findings, *told]


def told(*rows: dict[str, Any], before: PartnerFile | None = None) -> list[str]:
    """Return what is wrong with rows of which no partner is made."""
    file, findings = make(*rows, before=before)
    assert file is None
    return [f"{each.heading}: {each.what}" for each in findings]


def whole(*rows: dict[str, Any], before: PartnerFile | None = None) -> PartnerFile:
    """Return the partner that rows make."""
    file, findings = make(*rows, before=before)
    assert findings == []
    assert file is not None
    return file


def test_a_new_partner_is_a_candidate_whom_nobody_vetted() -> None:
    """Its dates lie so far back that nothing counts, and its ids are new."""
    file = whole(COLUMNS)

    assert (file.partner.id, file.partner.x_status) == (NEW_ID, "candidate")
    assert (file.partner.x_vetted_until, file.partner.x_contact_confirmed_at) == (NEVER_DAY, NEVER)
    assert (file.name, file.partner.name) == ("Fictional House", None)
    assert file.checks == ()
    assert file.activation is None


def test_a_spreadsheet_changes_no_state_of_vetting() -> None:
    """Status, vetting and confirmation stand as they are; the command that changes them is named."""
    assert told({**COLUMNS, "Status": "active"}) == [
        "Status: only `naru directory propose --status, or suspend` changes this; leave it empty for a new partner"
    ]
    known = vetted.file()
    for heading, cell in (("Status", "suspended"), ("Vetted until", "2032-01-01"), ("Contact confirmed", "2031-03-10")):
        (said,) = told({"Alias": "5", heading: cell}, before=known)
        assert "leave it as the export has it" in said


def test_what_has_no_column_stays() -> None:
    """A file of two columns changes what they say and nothing else, the activation included."""
    known = vetted.file()

    file = whole({"Alias": "5", "Capacity": "closed"}, before=known)

    changed = known.partner.services[0].model_copy(update={"x_capacity": "closed"})
    assert file == known.model_copy(update={"partner": known.partner.model_copy(update={"services": (changed,)})})


def test_an_empty_cell_is_nothing() -> None:
    """It takes an age limit away, and is told where a partner can't be without."""
    known = vetted.file("SAFE-CN")
    assert known.partner.services[0].minimum_age == 18

    assert whole({"Alias": "3", "Minimum age": None}, before=known).partner.services[0].minimum_age is None
    assert told({"Alias": "3", "Languages": None}, before=known) == [
        "Languages: is empty; a service can't be without it"
    ]


def test_further_rows_are_further_services_and_keys() -> None:
    """A second row with the alias adds what stands in it."""
    key = vetted.file().partner.x_keys[0].recipient
    first = {**COLUMNS, "Key id": None, "Public key": None, "Key until": None}
    service = {
        **dict.fromkeys(first),
        "Alias": "77",
        **{name: COLUMNS[name] for name in list(COLUMNS)[9:]},
        "Needs": "Food",
    }
    only_key = {
        **dict.fromkeys(first),
        "Alias": "77",
        "Key id": "0000000a",
        "Public key": key,
        "Key until": "2032-01-01",
    }

    file, findings = make(first, service, only_key)

    assert [each.what for each in findings] == [
        "services: the same id stands twice; give each its own"
    ]  # NEW_ID is always the same
    assert file is None
    assert whole(first, only_key).partner.x_keys[0].recipient == key


def test_several_services_are_told_apart_by_their_ids() -> None:
    """Which service a row means is not guessed."""
    known = vetted.file()
    second = known.partner.services[0].model_copy(update={"id": NEW_ID})
    both = vetted.with_partner(known, services=(*known.partner.services, second))

    (said,) = told({"Alias": "5", "Capacity": "closed"}, before=both)

    assert "needs the column Service id" in said


@pytest.mark.parametrize(
    ("changes", "heading", "what"),
    [
        ({"Pillar": 9}, "Pillar", "input should be 1, 2, 3 or 4"),
        ({"Capacity hours": 0}, "Capacity hours", "greater than or equal to 1"),
        ({"Reply now hours": 100_000}, "Reply now hours", "less than or equal to 744"),
        ({"Name": None}, "Name", "is empty"),
        ({"Tier": None}, "Tier", "is empty"),
        (
            {"Public key": "age1pq1broken", "Key id": "0000000a", "Key until": "2032-01-01"},
            "Public key",
            "not a post-quantum recipient",
        ),
        ({"Minimum age": 40, "Maximum age": 20}, "", "minimum_age is above maximum_age"),
        ({"Contact kind": "relay", "Contact": "x", "Contact tier": "T0"}, "", "T0 is for a public_phone"),
        ({"Contact kind": "relay", "Contact": "x", "Contact tier": "T1"}, "", "more open than the partner's own"),
        (
            {"Phone": "000-0000", "Phone verified": "2031-03-01", "Phone source": "x", "Phone verified by": "x"},
            "",
            "only a T0 partner in KR",
        ),
    ],
)
def test_what_the_record_refuses_is_told_by_its_cell(changes: dict[str, Any], heading: str, what: str) -> None:
    """Each rule of the record comes back with the heading that it is about, or for the row where it is about several."""
    (said,) = told({**COLUMNS, **changes})

    assert said.startswith(f"{heading}: ")
    assert what in said


def test_a_hard_rule_in_a_serving_partner_is_refused() -> None:
    """A fee can't be written into an active partner: it is suspended first."""
    (said,) = told({"Alias": "5", "Fee": "yes"}, before=vetted.file())

    assert "hard rule no_fee" in said


def test_a_new_contact_is_unconfirmed_and_a_known_one_keeps_its_day() -> None:
    """Only `confirm` says that a contact answers."""
    known = vetted.file()
    kept = {"Contact kind": "relay", "Contact": known.contacts[0].value, "Contact tier": "T2"}

    assert whole({"Alias": "5", **kept}, before=known).contacts == known.contacts
    assert (
        whole({"Alias": "5", **kept, "Contact": "another fictional mailbox"}, before=known).contacts[0].confirmed_at
        == NEVER
    )
    (said,) = told({"Alias": "5", **kept, "This contact confirmed": "2031-03-10"}, before=known)
    assert "only `naru directory confirm` changes this" in said


def test_all_that_is_wrong_is_told_at_once() -> None:
    """A cell that can't be read hides no empty one beside it, and is not called empty itself."""
    found = told({**COLUMNS, "Languages": "?", "Needs": None, "Name": None})

    assert [each.split(";")[0] for each in found] == [
        "Languages: '?' is not a language",
        "Name: is empty",
        "Needs: is empty",
    ]
