"""The morning list."""

import re

import pytest

from referrals.desk.accounts import Account
from referrals.desk.grants import Role
from tests.desk_rig import Browser, Rig
from tests.desk_work import PARTNER, deliver, do, rid, take_back
from tests.filed import DAY, HOUR, MINUTE


@pytest.fixture
def ada(desk: Rig) -> Account:
    """A caseworker."""
    return desk.account(Role.CASEWORKER, partner=PARTNER, name="Ada")


@pytest.fixture
def her(desk: Rig, ada: Account) -> Browser:
    """Her browser."""
    return desk.signed_in(ada)


def cases(html: str) -> list[str]:
    """The ids of the rows, in order."""
    return re.findall(r'role="rowheader"><a href="/case/([0-9a-f]{32})"', html)


def test_count_oldest_and_urgent(desk: Rig, ada: Account) -> None:
    """At a glance: how many wait, how old the oldest is, how many are urgent; the urgent one is on top, with the time that is left."""
    deliver(desk, 1)
    desk.clock.passes(3 * HOUR)
    deliver(desk, 2, "days")
    deliver(desk, 3, "now")
    desk.clock.passes(13 * MINUTE)

    html = desk.signed_in(ada).get("/queue").text

    assert "3 waiting" in html
    assert "oldest 3 h" in html
    assert "1 now" in html
    assert cases(html)[0] == rid(3)
    assert "Acknowledge: 17 min left" in html


def test_late_is_said_in_words(desk: Rig, ada: Account) -> None:
    """What is past its deadline says so and by how much, not by a colour alone."""
    deliver(desk, 1, "now")
    desk.clock.passes(45 * MINUTE)

    assert "Acknowledge: Late by 15 min" in desk.signed_in(ada).get("/queue").text


def test_only_her_own_partner(desk: Rig, her: Browser) -> None:
    """A referral to another partner stands in no list of hers."""
    deliver(desk, 1, partner="P2")

    for view in ("open", "waiting", "mine", "ended"):
        assert rid(1) not in her.get(f"/queue?shown={view}").text


def test_views(desk: Rig, her: Browser) -> None:
    """New ones, hers and ended ones have lists of their own; what ended is not among the open."""
    for number in (1, 2, 3):
        deliver(desk, number)
    do(her, desk, rid(2), "acknowledge")
    do(her, desk, rid(3), "decline", code="language")

    shown = {view: sorted(cases(her.get(f"/queue?shown={view}").text)) for view in ("open", "waiting", "mine", "ended")}

    assert shown == {"open": [rid(1), rid(2)], "waiting": [rid(1)], "mine": [rid(2)], "ended": [rid(3)]}
    assert "1 waiting" in her.get("/queue?shown=ended").text


def test_an_unknown_view_or_page_is_the_first(desk: Rig, her: Browser) -> None:
    """Whatever stands in the address, there is a list and no error."""
    deliver(desk, 1)

    for query in ("shown=nonsense", "page=0", "page=-1", "page=99999999999", "page=%D9%A1", "page=7", "shown=&page="):
        answer = her.get(f"/queue?{query}")
        assert (answer.status_code, cases(answer.text)) == (200, [rid(1)])


def test_pages(desk: Rig, her: Browser) -> None:
    """Fifty on a page; nothing stands twice and nothing is left out."""
    for number in range(1, 121):
        deliver(desk, number)

    pages = [cases(her.get(f"/queue?page={page}").text) for page in (1, 2, 3)]

    assert [len(each) for each in pages] == [50, 50, 20]
    assert sorted(case for page in pages for case in page) == [rid(number) for number in range(1, 121)]
    assert "Page 2 of 3" in her.get("/queue?page=2").text


def test_one_tap_from_the_list(desk: Rig, her: Browser) -> None:
    """She acknowledges from the list and is back in it, with the offer to undo."""
    deliver(desk, 1)

    answer = do(her, desk, rid(1), "acknowledge", back="queue")

    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    html = her.get("/queue").text
    assert "Referral 0000 0001: acknowledged" in html
    assert "Can be undone for 10 min." in html
    desk.clock.passes(10 * MINUTE)
    assert "can be undone" not in her.get("/queue").text.lower()


def test_what_was_taken_back_is_gone_and_asked_for(desk: Rig, ada: Account, her: Browser) -> None:
    """A withdrawn referral stands in no list; the reminder to confirm the deletion is on top, and says when it is overdue."""
    deliver(desk, 1)
    do(her, desk, rid(1), "accept")
    take_back(desk, 1)

    html = her.get("/queue").text
    assert cases(html) == []
    assert "1 to confirm as deleted" in html
    assert "overdue" not in html
    for view in ("waiting", "mine", "ended"):
        assert cases(her.get(f"/queue?shown={view}").text) == []
    desk.clock.passes(7 * DAY)
    assert "1 of them are overdue." in desk.signed_in(ada).get("/queue").text


def test_reminders_of_her_own_state(desk: Rig, her: Browser) -> None:
    """Who is marked as away, or has as many as she wants, is told so at the top of the list."""
    deliver(desk, 1)
    do(her, desk, rid(1), "accept")
    her.post("/availability", data={"there": "here", "cap": "1"})
    assert "You have reached your limit of 1." in her.get("/queue").text

    her.post("/availability", data={"there": "away", "cap": "1"})
    assert "You are marked as not available." in her.get("/queue").text


def test_no_script_and_no_style_in_the_page(desk: Rig, her: Browser) -> None:
    """The list works without any script: nothing inline runs, and every action is a form or a link."""
    deliver(desk, 1)
    html = her.get("/queue").text

    assert not re.search(r"<script(?![^>]*(src=|application/json))", html)
    assert not re.search(r"\s(on[a-z]+|style)=", html)
