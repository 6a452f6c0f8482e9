"""A change note tells every difference, in words, with fingerprints; contacts only to whom they are shown."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from referrals.changes import diff, note
from referrals.partner import CaseworkerKey, FirstReply, Language, Phone, ServiceArea
from referrals.sealing import fingerprint, new_identity
from referrals.vetting import Contact, PartnerFile
from tests.referrals import vetted
from tests.referrals.spreadsheet.drawn import files

RECIPIENT = new_identity(bytes(32)).recipient
KNOWN = vetted.file()


def service(**changes: Any) -> PartnerFile:
    """Return the known partner with its service changed."""
    return vetted.with_partner(KNOWN, services=(KNOWN.partner.services[0].model_copy(update=changes),))


def lines(new: PartnerFile, old: PartnerFile = KNOWN, *, contacts: bool = False) -> list[str]:
    """Return the note on one partner."""
    return list(note(old, new, contacts=contacts))


def test_nothing_changed_says_nothing() -> None:
    """A partner as before has no line, and is counted."""
    assert lines(KNOWN) == []
    assert diff([KNOWN], [KNOWN]) == "Partners: 1 as before"
    assert diff([], []) == "Partners: no partners"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"x_capacity": "closed"}, "capacity: open -> closed"),
        ({"x_needs": ("n_child", "n_food")}, "needs: + Food"),
        ({"x_needs": ("n_food",)}, "needs: + Food, - About a child"),
        ({"service_areas": (ServiceArea(x_countries=("CN",)),)}, "countries: - South Korea, - Laos, - Thailand, - Vietnam"),
        ({"languages": (Language(code="zho"),)}, "languages: Korean (North), Chinese -> Chinese"),
        ({"minimum_age": 14}, "minimum age: none -> 14"),
        ({"x_urgent_247": True}, "urgent 24/7: no -> yes"),
        (
            {"x_first_reply_h": FirstReply(now=2, days=24, normal=72)},
            "first reply: 1/24/72 hours (now/days/normal) -> 2/24/72 hours (now/days/normal)",
        ),
        ({"status": "inactive"}, "service status: active -> inactive"),
        ({"x_child_safeguarding": "no"}, "child safeguarding: verified -> no"),
    ],
)  # fmt: skip
def test_a_service_is_told_in_words(changes: dict[str, Any], said: str) -> None:
    """Codes are words, and lists say what joins and what leaves."""
    assert lines(service(**changes)) == [said]


def test_a_hard_rule_stands_out() -> None:
    """Whoever reviews sees that nobody can activate this."""
    review = vetted.file(status="review")

    assert lines(vetted.with_partner(review, x_fee=True), review) == [
        "fee: no -> yes (hard rule no_fee: no one can activate it)"
    ]


def test_keys_are_told_by_fingerprints_to_be_read_aloud() -> None:
    """Replaced, added, taken out or prolonged; six groups of five digits each; and the old contact gets notice."""
    first, second = KNOWN.partner.x_keys
    new = CaseworkerKey(id=first.id, recipient=RECIPIENT, key_until=first.key_until)
    later = second.model_copy(update={"key_until": second.key_until - timedelta(days=9)})

    assert lines(vetted.with_partner(KNOWN, x_keys=(new, second))) == [
        f"key {first.id} replaced: {fingerprint(first.recipient)} -> {fingerprint(RECIPIENT)}",
        "notice goes to the old contact (1 to bring)",
    ]
    assert len(fingerprint(RECIPIENT).split()) == 6
    assert (
        lines(vetted.with_partner(KNOWN, x_keys=(first,)))[0]
        == f"key {second.id} taken out: {fingerprint(second.recipient)}"
    )
    assert lines(vetted.with_partner(KNOWN, x_keys=(first, later)))[0] == (
        f"key {second.id} valid until: {second.key_until} -> {later.key_until}"
    )


def test_a_contact_is_written_out_only_where_it_is_asked_for() -> None:
    """The note says that it changed and that the old contact gets notice; the approver asks for the contact itself."""
    (old,) = KNOWN.contacts
    new = Contact(kind="signal", value="fictional handle 2", tier="T2", confirmed_at=old.confirmed_at)
    changed = vetted.changed(KNOWN, contacts=(new,))

    assert lines(changed) == ["contact changed", "notice goes to the old contact (1 to bring)"]
    assert lines(changed, contacts=True)[0] == (
        "contact changed: relay fictional mailbox 1 (tier T2) -> signal fictional handle 2 (tier T2)"
    )
    assert "fictional" not in "\n".join(lines(vetted.changed(KNOWN, contacts=(old, new))))


def test_a_public_phone_is_told() -> None:
    """With who verified it, and when."""
    old = vetted.file("PSY-KR")
    (phone,) = old.partner.phones
    new = Phone(number="000-0000-1111", x_last_verified=phone.x_last_verified, x_source="x", x_verified_by="fictional")

    assert lines(vetted.with_partner(old, phones=(new,)), old)[:2] == [
        f"public phone added: 000-0000-1111, verified {phone.x_last_verified} by 'fictional'",
        "public phone taken out: 000-0000-0000",
    ]


def test_checks_and_activation_are_told() -> None:
    """What was checked anew, by whom and until when, and who approved."""
    review = vetted.file(status="review")
    renewed = [
        check.model_copy(update={"expires_on": check.expires_on - timedelta(days=1)}) for check in review.checks[:1]
    ]
    changed = vetted.changed(review, checks=(*renewed, *review.checks[1:-1]))

    assert lines(changed, review) == [
        f"check identity: until {review.checks[0].expires_on} -> {renewed[0].expires_on}, by lea",
        "check no_address taken out",
    ]
    assert lines(KNOWN, review) == ["status: review -> active", "activation: approved by lea and sun"]


def test_new_and_missing_partners_are_told() -> None:
    """A new one is introduced with what matters for approving it; one that is gone is named."""
    told = diff([vetted.file("MEN")], [KNOWN])

    assert told.startswith(
        "Partners: 1 new, 1 taken out\n\nPartner 12\n  taken out of the list\n\nPartner 5\n  new: active, "
    )
    assert (
        "service 1: About a child; in China, Laos, South Korea, Thailand, Vietnam; in Korean (North), Chinese; capacity open"
        in told
    )
    assert fingerprint(KNOWN.partner.x_keys[0].recipient) in told


def test_dates_that_never_were_are_never() -> None:
    """A candidate whom nobody confirmed shows no date of 1970."""
    never = vetted.with_partner(vetted.file(status="candidate"), x_vetted_until=vetted.TODAY.replace(year=1970))

    (line,) = lines(vetted.file(status="candidate"), never)

    assert line.startswith("vetted until: never -> 2031-")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=100)
@given(files(0), files(0))
def test_no_change_goes_unread(one: PartnerFile, other: PartnerFile) -> None:
    """Whatever differs between two versions, there is a line about it; and none where nothing does."""
    assert (lines(other, one) == []) is (one == other)
    assert lines(one, one) == []


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=50)
@given(files(0), files(0))
def test_each_field_alone_is_told(one: PartnerFile, other: PartnerFile) -> None:
    """A single changed field of the partner, of its one service, or of the file around it is never passed over."""
    for name in type(one.partner).model_fields:
        partner = one.partner.model_copy(update={name: getattr(other.partner, name)})
        if name != "name" and partner != one.partner:  # the name of the file is told; this one follows from it
            assert lines(one.model_copy(update={"partner": partner}), one), name
    mine, others = one.partner.services[0], other.partner.services[0]
    for name in type(mine).model_fields:
        services = (mine.model_copy(update={name: getattr(others, name)}), *one.partner.services[1:])
        partner = one.partner.model_copy(update={"services": services})
        if partner != one.partner:
            assert lines(one.model_copy(update={"partner": partner}), one), name
    for name in ("name", "description", "contacts"):
        changed = one.model_copy(update={name: getattr(other, name)})
        if changed != one:
            assert lines(changed, one), name
