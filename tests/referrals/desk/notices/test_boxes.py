"""Addresses and hours: kept for their owner, changed whole, and gone with the account."""

import pytest

from referrals.database import Connection, transaction
from referrals.desk import accounts, availability
from referrals.desk.notices import boxes, outgoing
from referrals.desk.notices.boxes import Hour, NoAddress, NoHour, Owner
from referrals.desk.notices.deciding import Duty, Owed, Why
from referrals.desk.notices.hours import last_slot
from tests.filed import DAY, NOW

ADA: Owner = ("account", "a" * 32)
LEAD: Owner = ("account", "c" * 32)
OPERATOR: Owner = ("account", "d" * 32)
SECOND: Owner = ("partner", "P1")


def test_an_address_is_entered_and_changed(db: Connection) -> None:
    """A new one takes the place of the one before, is unproven again, and keeps the hour; the same one changes nothing."""
    with transaction(db):
        assert boxes.enter(db, ADA, " ada@mail.example ", NOW)
        boxes.set_own_hour(db, ADA, Hour("Asia/Bangkok", 7), NOW)
        boxes.say_arrived(db, ADA, NOW)
        assert not boxes.enter(db, ADA, "ada@mail.example", NOW + 1)
        assert boxes.enter(db, ADA, "ada@other.example", NOW + 2)

        found = boxes.of(db, ADA)

    assert found is not None
    assert (found.address, found.own_hour, found.since, found.arrived) == (
        "ada@other.example", Hour("Asia/Bangkok", 7), NOW + 2, None,
    )  # fmt: skip
    assert "other.example" not in repr(found)


def test_what_is_no_address_changes_nothing(db: Connection) -> None:
    """The one before stays."""
    with transaction(db):
        boxes.enter(db, ADA, "ada@mail.example", NOW)
        with pytest.raises(NoAddress):
            boxes.enter(db, ADA, "ada@mail.example\r\nBcc: x@y.example", NOW)
        found = boxes.of(db, ADA)

    assert found is not None
    assert found.address == "ada@mail.example"


def test_erasing_an_address_erases_its_mails(db: Connection) -> None:
    """Nothing on its way to it is sent, and nothing of it is left; its number is never used again."""
    with transaction(db):
        boxes.enter(db, ADA, "ada@mail.example", NOW)
        first = boxes.everyone(db)[0].box
        outgoing.owe(db, Owed(first, Why.TEST), NOW)
        assert boxes.forget(db, ADA)
        assert not boxes.forget(db, ADA)
        assert outgoing.ready(db, NOW) == ()
        boxes.enter(db, ADA, "ada@mail.example", NOW)

        assert boxes.everyone(db)[0].box > first


def test_an_account_that_ends_hears_nothing(db: Connection) -> None:
    """At once, and its address is erased."""
    with transaction(db):
        boxes.enter(db, ADA, "ada@mail.example", NOW)
        boxes.enter(db, LEAD, "lia@mail.example", NOW)
        accounts.remove(db, "a" * 32, NOW)

        assert [each.duties for each in boxes.everyone(db)] == [{Duty.LEAD}]
        assert boxes.forget_removed(db) == 1
        assert boxes.of(db, ADA) is None


def test_everyone_is_known_by_duty_partner_and_hour(db: Connection) -> None:
    """Her own hour before her partner's, that before the first one; who is not available is known as such; a second address is one."""
    with transaction(db):
        for owner in (ADA, LEAD, OPERATOR, SECOND):
            boxes.enter(db, owner, "somebody@mail.example", NOW)
        boxes.set_partner_hour(db, "P1", Hour("Asia/Shanghai", 8), NOW)
        boxes.set_own_hour(db, LEAD, Hour("UTC", 0), NOW)
        availability.say(db, "a" * 32, away=True, cap=None, now=NOW)

        found = boxes.everyone(db)

    assert [(each.partner, each.duties, each.zone, each.hour, each.available) for each in found] == [
        ("P1", frozenset({Duty.CASEWORKER}), "Asia/Shanghai", 8, False),
        ("P1", frozenset({Duty.LEAD}), "UTC", 0, True),
        (None, frozenset({Duty.OPERATOR}), "Asia/Seoul", 9, True),
        ("P1", frozenset({Duty.SECOND}), "Asia/Shanghai", 8, True),
    ]


def test_changing_an_hour_sends_nothing_by_itself(db: Connection) -> None:
    """The new hour counts from its next time on, whichever way it was changed."""
    with transaction(db):
        boxes.enter(db, ADA, "ada@mail.example", NOW - DAY)
        db.execute("UPDATE notice_boxes SET slot = ?", (last_slot("Asia/Seoul", 9, NOW),))
        for change in (Hour("UTC", 1), Hour("Asia/Tokyo", 14), None):
            boxes.set_own_hour(db, ADA, change, NOW)
            (box,) = boxes.everyone(db)
            assert last_slot(box.zone, box.hour, NOW) <= box.slot
        boxes.set_partner_hour(db, "P1", Hour("Europe/London", 5), NOW)
        (box,) = boxes.everyone(db)
        assert last_slot(box.zone, box.hour, NOW) <= box.slot < last_slot(box.zone, box.hour, NOW + DAY)


@pytest.mark.parametrize(
    "wrong", [("Asia/Pyongyang", "9"), ("Asia/Seoul", "24"), ("Asia/Seoul", "-1"), ("Asia/Seoul", "９"), ("", "")]
)
def test_an_hour_from_a_form_is_one(wrong: tuple[str, str]) -> None:
    """Only what the page offers."""
    assert boxes.checked_hour("Asia/Seoul", "07") == Hour("Asia/Seoul", 7)
    with pytest.raises(NoHour):
        boxes.checked_hour(*wrong)
