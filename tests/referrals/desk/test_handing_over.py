"""Handing a referral over to a colleague."""

import re

import pytest

from referrals.desk.accounts import Account
from referrals.desk.grants import Role
from tests.desk_rig import Browser, Rig
from tests.desk_work import PARTNER, audited, deliver, do, done, give_key, holder, level, listed, rid, seen
from tests.filed import MINUTE


@pytest.fixture
def ada(desk: Rig) -> Account:
    """A caseworker."""
    return desk.account(Role.CASEWORKER, partner=PARTNER, name="Ada")


@pytest.fixture
def bea(desk: Rig, ada: Account) -> Account:
    """A colleague with a key that counts."""
    made = desk.account(Role.CASEWORKER, partner=PARTNER, name="Bea")
    give_key(desk, made, heard_by=ada)
    return made


@pytest.fixture
def her(desk: Rig, ada: Account) -> Browser:
    """Ada's browser."""
    return desk.signed_in(ada)


def test_handed_over(desk: Rig, bea: Account, her: Browser) -> None:
    """The colleague has it from then on; state and version are as before, and both are in the audit."""
    deliver(desk, 1)
    do(her, desk, rid(1), "accept")
    before = listed(desk, rid(1))

    answer = do(her, desk, rid(1), "hand_over", to=bea.account)

    assert (answer.status_code, holder(desk, rid(1)), listed(desk, rid(1))) == (303, bea.account, before)
    assert audited(desk)[-1] == ("handed_over", rid(1), bea.account)
    assert "Bea" in her.get("/queue").text


def test_it_can_be_taken_back(desk: Rig, ada: Account, bea: Account, her: Browser) -> None:
    """A slip of the finger is undone within ten minutes, and stands after."""
    deliver(desk, 1)
    do(her, desk, rid(1), "accept")
    do(her, desk, rid(1), "hand_over", to=bea.account)

    assert do(her, desk, rid(1), "undo").status_code == 303
    assert (holder(desk, rid(1)), listed(desk, rid(1)).state) == (ada.account, "accepted")

    do(her, desk, rid(1), "hand_over", to=bea.account)
    desk.clock.passes(10 * MINUTE)
    assert (do(her, desk, rid(1), "undo").status_code, holder(desk, rid(1))) == (409, bea.account)


def test_only_the_last_step_is_taken_back(desk: Rig, ada: Account, bea: Account, her: Browser) -> None:
    """Undoing a hand-over leaves what was done before it as it is, also when she taps once more."""
    deliver(desk, 1)
    do(her, desk, rid(1), "accept")
    do(her, desk, rid(1), "hand_over", to=bea.account)

    assert [do(her, desk, rid(1), "undo").status_code for _ in range(2)] == [303, 409]
    assert (holder(desk, rid(1)), listed(desk, rid(1)).state) == (ada.account, "accepted")


def test_only_to_whom_it_can_be_opened_by(desk: Rig, ada: Account, her: Browser) -> None:
    """A colleague without a key that counts, herself, another partner's, who left, or nobody: refused, and nothing changed."""
    keyless = desk.account(Role.CASEWORKER, partner=PARTNER, name="Cho")
    stranger = desk.account(Role.CASEWORKER, partner="P2", name="Dan")
    give_key(desk, stranger)
    gone = desk.account(Role.CASEWORKER, partner=PARTNER, name="Eva")
    give_key(desk, gone, heard_by=ada)
    desk.remove(gone)
    deliver(desk, 1)
    do(her, desk, rid(1), "accept")

    for account in (keyless.account, ada.account, stranger.account, gone.account, "f" * 32, ""):
        answer = do(her, desk, rid(1), "hand_over", to=account)
        assert (answer.status_code, holder(desk, rid(1))) == (422, ada.account)
        assert "Choose another." in answer.text
    assert [each.action for each in done(desk, rid(1))] == ["accept"]


def test_who_can_be_chosen_is_shown(desk: Rig, bea: Account, her: Browser) -> None:
    """Each colleague with what matters for the choice; without a key she can't be chosen."""
    desk.account(Role.CASEWORKER, partner=PARTNER, name="Cho")
    deliver(desk, 1)
    html = her.get(f"/case/{rid(1)}/hand_over").text

    assert re.findall(r'name="to" value="([0-9a-f]{32})" required>', html) == [bea.account]
    assert "has 0" in html
    assert "no checked key yet" in html
    desk.signed_in(bea).post("/availability", data={"there": "away", "cap": ""})
    assert "not available" in her.get(f"/case/{rid(1)}/hand_over").text


def test_handed_over_by_two_at_once(desk: Rig, ada: Account, bea: Account, her: Browser) -> None:
    """The second sees who has it now, and can hand it over from there."""
    cho = desk.account(Role.CASEWORKER, partner=PARTNER, name="Cho")
    give_key(desk, cho, heard_by=ada)
    deliver(desk, 1)
    do(her, desk, rid(1), "accept")
    form = seen(desk, rid(1))
    do(desk.signed_in(cho), desk, rid(1), "hand_over", to=bea.account)

    answer = her.post(f"/case/{rid(1)}/hand_over", data=form | {"to": cho.account})

    assert (answer.status_code, holder(desk, rid(1))) == (409, bea.account)
    assert "Cho: handed over" in answer.text
    assert "Hand over (Cho)" in answer.text


def test_what_ended_is_not_handed_over(desk: Rig, bea: Account, her: Browser) -> None:
    """There is nothing to hand over any more."""
    deliver(desk, 1)
    do(her, desk, rid(1), "decline", code="other")

    assert (do(her, desk, rid(1), "hand_over", to=bea.account).status_code, holder(desk, rid(1))) == (409, None)


def test_the_limits_follow(desk: Rig, bea: Account, her: Browser) -> None:
    """Handing over makes room with her and takes it from the colleague, and the partner's capacity follows at once."""
    for browser in (her, desk.signed_in(bea)):
        browser.post("/availability", data={"there": "here", "cap": "1"})
    deliver(desk, 1)
    do(her, desk, rid(1), "accept")
    assert level(desk) == "limited"
    deliver(desk, 2)
    do(desk.signed_in(bea), desk, rid(2), "accept")
    assert level(desk) == "closed"

    do(her, desk, rid(1), "hand_over", to=bea.account)

    assert level(desk) == "limited"
