"""The conflict screen: what changed, by whom, when, and what she was about to do."""

import pytest

from referrals.desk.accounts import Account
from referrals.desk.conflicts import possible
from referrals.desk.grants import Role
from tests.desk_rig import Browser, Rig
from tests.desk_work import PARTNER, deliver, do, hidden, holder, listed, rid, seen
from tests.filed import MINUTE


@pytest.fixture
def ada(desk: Rig) -> Account:
    """A caseworker."""
    return desk.account(Role.CASEWORKER, partner=PARTNER, name="Ada")


@pytest.fixture
def bea(desk: Rig) -> Account:
    """Her colleague."""
    return desk.account(Role.CASEWORKER, partner=PARTNER, name="Bea")


@pytest.fixture
def her(desk: Rig, ada: Account) -> Browser:
    """Her browser."""
    return desk.signed_in(ada)


def test_it_says_what_changed_and_keeps_what_she_chose(desk: Rig, bea: Account, her: Browser) -> None:
    """A colleague acknowledged it while she chose a reason: she reads who and when, and declines all the same with one tap."""
    deliver(desk, 1)
    form = seen(desk, rid(1))
    do(desk.signed_in(bea), desk, rid(1), "acknowledge")
    desk.clock.passes(3 * MINUTE)

    answer = her.post(f"/case/{rid(1)}/decline", data=form | {"code": "language", "on_behalf": ""})

    assert (answer.status_code, listed(desk, rid(1)).state, holder(desk, rid(1))) == (409, "acknowledged", bea.account)
    for words in ("It changed meanwhile", "Bea: acknowledged", "3 min ago", "Decline: Language"):
        assert words in answer.text
    again = her.post(f"/case/{rid(1)}/decline", data=hidden(answer.text))
    assert (again.status_code, listed(desk, rid(1)).state, listed(desk, rid(1)).reason) == (303, "declined", "language")


def test_what_is_kept_is_for_the_referral_as_it_is_now(desk: Rig, bea: Account, her: Browser) -> None:
    """Between the conflict screen and the second tap something else changed: there is another conflict screen, no overwrite."""
    deliver(desk, 1)
    hers = desk.signed_in(bea)
    form = seen(desk, rid(1))
    do(hers, desk, rid(1), "acknowledge")
    first = her.post(f"/case/{rid(1)}/accept", data=form)
    do(hers, desk, rid(1), "accept")

    second = her.post(f"/case/{rid(1)}/accept", data=hidden(first.text))

    assert (first.status_code, second.status_code, holder(desk, rid(1))) == (409, 409, bea.account)
    assert "Bea: accepted" in second.text


def test_a_hand_over_is_a_change_too(desk: Rig, bea: Account, her: Browser) -> None:
    """The state is the same but somebody else has it by now: nothing is done over her head."""
    deliver(desk, 1)
    form = seen(desk, rid(1))
    do(desk.signed_in(bea), desk, rid(1), "acknowledge")
    stale = form | {"version": str(listed(desk, rid(1)).version)}

    answer = her.post(f"/case/{rid(1)}/accept", data=stale)

    assert (answer.status_code, listed(desk, rid(1)).state, holder(desk, rid(1))) == (409, "acknowledged", bea.account)


def test_what_is_not_possible_any_more_is_not_offered(desk: Rig, bea: Account, her: Browser) -> None:
    """When the state allows it no more, there is no button that would fail."""
    deliver(desk, 1)
    form = seen(desk, rid(1))
    do(desk.signed_in(bea), desk, rid(1), "decline", code="other")

    answer = her.post(f"/case/{rid(1)}/accept", data=form)

    assert answer.status_code == 409
    assert "It can&#39;t be done in the state it has now." in answer.text
    assert "Do it all the same" not in answer.text


@pytest.mark.parametrize("sent", ["language", "<script>", "x" * 3_000])
def test_nothing_sent_is_repeated_but_what_we_know(desk: Rig, bea: Account, her: Browser, sent: str) -> None:
    """Of what was sent only a known code, a version and a colleague come back, and those escaped."""
    deliver(desk, 1)
    form = seen(desk, rid(1))
    do(desk.signed_in(bea), desk, rid(1), "acknowledge")

    answer = her.post(f"/case/{rid(1)}/accept", data=form | {"code": sent, "back": sent, "more": sent})

    assert answer.status_code == 409
    assert "<script>" not in answer.text
    assert "x" * 3_000 not in answer.text


def test_what_is_possible() -> None:
    """As the state machine says; handing over as long as it is open."""
    assert possible("delivered", "accept")
    assert not possible("declined", "accept")
    assert possible("accepted", "hand_over")
    assert not possible("completed", "hand_over")
