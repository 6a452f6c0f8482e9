"""What a caseworker says of herself."""

import pytest

from referrals.desk import availability
from referrals.desk.accounts import Account
from referrals.desk.availability import MOST, Availability
from referrals.desk.grants import Role
from tests.desk_rig import Browser, Rig
from tests.desk_work import PARTNER, audited, level


@pytest.fixture
def ada(desk: Rig) -> Account:
    """The only caseworker of her partner."""
    return desk.account(Role.CASEWORKER, partner=PARTNER, name="Ada")


@pytest.fixture
def her(desk: Rig, ada: Account) -> Browser:
    """Her browser."""
    return desk.signed_in(ada)


def said(desk: Rig, account: Account) -> Availability:
    """What she said last."""
    return desk.books(lambda books: availability.of(books.desk.db, account.account))


def test_away_and_back(desk: Rig, her: Browser) -> None:
    """It holds at once for the partner as a whole, is told on the page, and lifted when she is back."""
    away = her.post("/availability", data={"there": "away", "cap": ""})
    assert (away.status_code, away.headers["location"], level(desk)) == (303, "/availability?saved", "closed")
    html = her.get("/availability?saved").text
    assert "Saved." in html
    assert "Lowered to “closed”" in html

    her.post("/availability", data={"there": "here", "cap": ""})
    assert level(desk) is None
    assert "Takes referrals as the signed list says." in her.get("/availability").text
    assert [action for action, _, _ in audited(desk)] == ["availability", "availability"]


@pytest.mark.parametrize("cap", ["1", " 7 ", str(MOST)])
def test_a_limit(desk: Rig, ada: Account, her: Browser, cap: str) -> None:
    """A number from 1 to the most is kept, and shown again."""
    her.post("/availability", data={"there": "here", "cap": cap})

    assert said(desk, ada).cap == int(cap)
    assert f'value="{int(cap)}"' in her.get("/availability").text


@pytest.mark.parametrize("cap", ["0", "-1", "1.5", "x", "٣", str(MOST + 1), "9" * 3_000, "<b>"])
def test_a_limit_that_is_none(desk: Rig, ada: Account, her: Browser, cap: str) -> None:
    """It is asked for again, nothing is changed, and what was sent is not repeated."""
    her.post("/availability", data={"there": "here", "cap": "4"})

    answer = her.post("/availability", data={"there": "away", "cap": cap})

    assert (answer.status_code, said(desk, ada).cap, said(desk, ada).away) == (422, 4, False)
    assert f"Write a number from 1 to {MOST}" in answer.text
    assert f'value="{cap}"' not in answer.text


def test_without_a_choice_it_is_no_form_of_ours(desk: Rig, ada: Account, her: Browser) -> None:
    """Nothing is said by an empty form."""
    assert her.post("/availability", data={"cap": "3"}).status_code == 400
    assert said(desk, ada) == Availability()
