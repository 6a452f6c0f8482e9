"""Confirming that what a person took back is deleted."""

import pytest

from referrals.desk.grants import Role
from tests.desk_rig import Browser, Rig
from tests.desk_work import PARTNER, audited, deliver, do, rid, take_back
from tests.filed import DAY


@pytest.fixture
def her(desk: Rig) -> Browser:
    """A caseworker's browser."""
    return desk.signed_in(desk.account(Role.CASEWORKER, partner=PARTNER, name="Ada"))


def owed(rig: Rig, partner: str = PARTNER) -> list[str]:
    """What a partner owes."""
    return [
        each.referral_id
        for each in rig.books(lambda books: books.casebook.owed_attestations(partner, int(rig.clock())))
    ]


def test_asked_then_confirmed(desk: Rig, her: Browser) -> None:
    """It stands on the page with its days until she confirms it; then it is gone, and in the audit."""
    deliver(desk, 1)
    do(her, desk, rid(1), "accept")
    take_back(desk, 1)

    assert "Referral 0000 0001" in her.get("/attest").text
    assert "7 d left" in her.get("/attest").text
    answer = her.post(f"/attest/{rid(1)}", data={"gone": "yes"})

    assert (answer.status_code, owed(desk)) == (303, [])
    assert "There is nothing to confirm." in her.get("/attest").text
    assert audited(desk)[-1] == ("attested", rid(1), None)


def test_not_by_a_slip(desk: Rig, her: Browser) -> None:
    """Without the ticked box nothing is confirmed, and the page says what is missing."""
    deliver(desk, 1)
    take_back(desk, 1)

    for form in ({}, {"gone": ""}, {"gone": "no"}):
        answer = her.post(f"/attest/{rid(1)}", data=form)
        assert (answer.status_code, "Tick the box first." in answer.text, owed(desk)) == (422, True, [rid(1)])


def test_only_what_was_asked_for(desk: Rig, her: Browser) -> None:
    """Neither an open referral nor another partner's can be confirmed."""
    deliver(desk, 1)
    deliver(desk, 2, partner="P2")
    take_back(desk, 2, partner="P2")

    for number in (1, 2, 9):
        assert her.post(f"/attest/{rid(number)}", data={"gone": "yes"}).status_code == 404
    assert (owed(desk, "P2"), audited(desk)) == ([rid(2)], [])


def test_late_is_said(desk: Rig) -> None:
    """After seven days it says by how much it is late."""
    deliver(desk, 1)
    take_back(desk, 1)
    desk.clock.passes(9 * DAY)
    her = desk.signed_in(desk.account(Role.CASEWORKER, partner=PARTNER))

    assert "Late by 2 d" in her.get("/attest").text
