"""Reports for the safety lead."""

import pytest

from referrals.desk.grants import Role
from tests import filed
from tests.desk_rig import Browser, Rig
from tests.desk_work import PARTNER, audited
from tests.filed import DAY, HOUR, REPORT

OTHER = "0f" * 16


@pytest.fixture
def sal(desk: Rig) -> Browser:
    """The safety lead's browser."""
    return desk.signed_in(desk.account(Role.SAFETY_LEAD, name="Sal"))


def reported(desk: Rig, report_id: str = REPORT) -> None:
    """A report arrives now."""
    now = int(desk.clock())
    desk.books(lambda books: books.casebook.receive(filed.report(now, report_id), b"fictional", now))


def test_new_ones_first(desk: Rig, sal: Browser) -> None:
    """Every report is listed, those that nobody acknowledged first, and each has a page to open it on."""
    reported(desk, OTHER)
    desk.clock.passes(HOUR / 6)
    reported(desk)
    sal.post(f"/reports/{OTHER}/acknowledge")

    html = sal.get("/reports").text

    assert html.index(f"/reports/{REPORT}") < html.index(f"/reports/{OTHER}")
    assert f"/reports/{REPORT}/sealed" in sal.get(f"/reports/{REPORT}").text


def test_acknowledged_by_hand(desk: Rig, sal: Browser) -> None:
    """Looking changes nothing; acknowledging is in the audit, and seven days later the report is gone."""
    reported(desk)
    sal.get(f"/reports/{REPORT}")
    assert [each.acknowledged for each in desk.books(lambda books: books.casebook.reports())] == [False]

    answer = sal.post(f"/reports/{REPORT}/acknowledge")

    assert (answer.status_code, audited(desk)) == (303, [("report_seen", REPORT, None)])
    assert "Acknowledged" in sal.get(f"/reports/{REPORT}").text
    desk.books(lambda books: books.casebook.expire(int(desk.clock()) + 7 * DAY))
    assert sal.get(f"/reports/{REPORT}").status_code == 404


def test_nobody_else_sees_one(desk: Rig) -> None:
    """No caseworker, lead or operator, and no page of theirs, says that there is a report."""
    reported(desk)
    for account in (
        desk.account(Role.CASEWORKER, Role.LEAD, partner=PARTNER, name="Ada"),
        desk.account(Role.OPERATOR, name="Oda"),
    ):
        browser = desk.signed_in(account)
        assert [
            browser.get(path).status_code for path in ("/reports", f"/reports/{REPORT}", f"/reports/{REPORT}/sealed")
        ] == [404] * 3
        assert browser.post(f"/reports/{REPORT}/acknowledge").status_code == 404
    assert [each.acknowledged for each in desk.books(lambda books: books.casebook.reports())] == [False]
