"""The lead's view."""

import re

import pytest

from referrals.desk.grants import Role
from tests.desk_rig import Browser, Rig
from tests.desk_work import PARTNER, audited, deliver, do, level, rid, take_back
from tests.filed import DAY, HOUR


@pytest.fixture
def lead(desk: Rig) -> Browser:
    """A lead who has no cases herself."""
    return desk.signed_in(desk.account(Role.LEAD, partner=PARTNER, name="Lea"))


def lines(html: str) -> list[list[str]]:
    """The cells of every row, without their tags."""
    rows = re.findall(r'<tr role="row"[^>]*>\s*<th scope="row".*?</tr>', html, re.DOTALL)
    return [
        [
            " ".join(re.sub(r"<[^>]*>", " ", cell).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in rows
    ]


def test_delays_by_caseworker_and_class(desk: Rig) -> None:
    """Who has how much of which class, how old the oldest is, and what is late; what nobody has stands first."""
    ada = desk.account(Role.CASEWORKER, partner=PARTNER, name="Ada")
    lea = desk.account(Role.LEAD, partner=PARTNER, name="Lea")
    for number, klass in ((1, "now"), (2, "normal"), (3, "normal"), (4, "normal")):
        deliver(desk, number, klass)
    deliver(desk, 5, partner="P2")
    do(desk.signed_in(ada), desk, rid(2), "acknowledge")
    desk.clock.passes(2 * HOUR)

    html = desk.signed_in(lea).get("/delays").text

    assert lines(html)[:3] == [
        ["Nobody yet", "Now", "1", "2 h", "1"],
        ["Nobody yet", "Normal", "2", "2 h", "0"],
        ["Ada", "Normal", "1", "2 h", "0"],
    ]
    assert lines(html)[3:] == [["Ada", "Available", "1", "None"]]


def test_no_way_from_the_lead_to_content(desk: Rig, lead: Browser) -> None:
    """The page leads to no referral, and a lead without cases can open none."""
    deliver(desk, 1)

    assert "/case/" not in lead.get("/delays").text
    for path in ("/queue", f"/case/{rid(1)}", f"/case/{rid(1)}/sealed", "/attest", "/availability"):
        assert lead.get(path).status_code == 404
    assert lead.post(f"/case/{rid(1)}/accept", data={"version": "1", "holder": ""}).status_code == 404


def test_overdue_deletions_are_shown(desk: Rig) -> None:
    """What is owed is counted, and what is overdue is named with its day."""
    lea = desk.account(Role.LEAD, partner=PARTNER, name="Lea")
    deliver(desk, 1)
    take_back(desk, 1)
    desk.clock.passes(8 * DAY)
    deliver(desk, 2)
    take_back(desk, 2)

    html = desk.signed_in(lea).get("/delays").text

    assert "2 owed" in html
    assert "1 overdue" in html
    assert "0000 0001" in html
    assert "0000 0002" not in html


def test_the_lead_lowers_and_lifts(desk: Rig, lead: Browser) -> None:
    """By hand for the whole partner; what the caseworkers can take never lifts it, and taking it back does."""
    desk.account(Role.CASEWORKER, partner=PARTNER, name="Ada")

    for wanted, found in (("limited", "limited"), ("closed", "closed"), ("none", None)):
        assert lead.post("/delays/capacity", data={"level": wanted}).status_code == 303
        assert (level(desk), level(desk, "P2")) == (found, None)
    assert [action for action, _, _ in audited(desk)] == ["capacity"] * 3


@pytest.mark.parametrize("sent", ["open", "", "Closed", None])
def test_no_other_level(desk: Rig, lead: Browser, sent: str | None) -> None:
    """Nothing can be said that would raise it above the signed list."""
    lead.post("/delays/capacity", data={"level": "closed"})

    assert lead.post("/delays/capacity", data={} if sent is None else {"level": sent}).status_code == 400
    assert level(desk) == "closed"
