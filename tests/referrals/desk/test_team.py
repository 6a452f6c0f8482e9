"""The team of one partner."""

import re

from referrals.desk import invitations
from referrals.desk.accounts import Account
from referrals.desk.audit import latest
from referrals.desk.grants import Role
from tests.desk_rig import Browser, Rig


def lead(desk: Rig, name: str = "Ada", partner: str = "P1") -> tuple[Account, Browser]:
    """A lead who is signed in."""
    account = desk.account(Role.LEAD, partner=partner, name=name)
    return account, desk.signed_in(account)


def caseworker(desk: Rig, name: str = "Bo", partner: str = "P1") -> tuple[Account, Browser]:
    """A caseworker who is signed in."""
    account = desk.account(Role.CASEWORKER, partner=partner, name=name)
    return account, desk.signed_in(account)


def invite(browser: Browser) -> str:
    """Invite somebody; gives the link's token."""
    page = browser.post("/team/invite", data={"name": "Cy", "role": ["caseworker", "operator"]}).text
    found = re.search(r"https://desk\.example/join#([0-9a-f]{64})", page)
    assert found is not None
    return found[1]


def opens(desk: Rig, token: str) -> bool:
    """Tell whether a link opens something."""
    return bool(desk.browser().post("/join", data={"token": token}).status_code == 200)


def test_a_lead_invites(desk: Rig) -> None:
    """The link is shown once; roles that no partner gives are not given."""
    _, ada = lead(desk)
    token = invite(ada)

    assert opens(desk, token)
    assert token not in ada.get("/team").text
    assert desk.written(lambda db: invitations.open_of(db, "P1", 0))[0].roles == {Role.CASEWORKER}
    assert desk.written(lambda db: invitations.open_of(db, "P2", 0)) == []


def test_an_invitation_needs_a_name_and_a_role(desk: Rig) -> None:
    """Else nobody is invited, and the page says what is wrong."""
    _, ada = lead(desk)

    assert ada.post("/team/invite", data={"name": "", "role": "lead"}).status_code == 400
    assert "at least one role" in ada.post("/team/invite", data={"name": "Cy"}).text
    assert desk.written(lambda db: invitations.open_of(db, None, 0)) == []


def test_a_colleague_is_removed_at_once(desk: Rig) -> None:
    """After a page that says what it does; her next request finds her signed out."""
    _, ada = lead(desk)
    account, bo = caseworker(desk)
    assert "Remove Bo" in ada.get(f"/team/{account.account}/remove").text
    assert bo.get("/team").status_code == 200

    assert ada.post(f"/team/{account.account}/remove").headers["location"] == "/team?told=done"
    assert bo.get("/team").headers["location"] == "/enter"
    assert "Bo" not in ada.get("/team").text
    assert desk.written(lambda db: latest(db, 1))[0].action == "removed"
    assert ada.post(f"/team/{account.account}/remove").status_code == 404


def test_a_colleague_gets_new_means_of_sign_in(desk: Rig) -> None:
    """Her sessions end, and the link is for the same account; one's own are changed elsewhere."""
    me, ada = lead(desk)
    account, bo = caseworker(desk)
    page = ada.post(f"/team/{account.account}/reset").text

    assert "/join#" in page
    assert bo.get("/team").status_code == 303
    assert ada.post(f"/team/{me.account}/reset").headers["location"] == "/team?told=self"
    assert ada.get("/team").status_code == 200


def test_two_people_from_end_to_end(desk: Rig) -> None:
    """Once asked, a link waits for somebody else; ending it waits for somebody else too."""
    _, ada = lead(desk)
    _, bo = caseworker(desk)
    assert ada.post("/team/two", data={"two": "on"}).headers["location"] == "/team?told=done"
    token = invite(ada)
    assert not opens(desk, token)
    assert "/team/agree" not in ada.get("/team").text
    found = re.search(
        r'action="/team/agree"><input type="hidden" name="invitation" value="([0-9a-f]{32})"', bo.get("/team").text
    )
    assert found is not None
    assert ada.post("/team/agree", data={"invitation": found[1]}).headers["location"] == "/team?told=none"
    assert bo.post("/team/agree", data={"invitation": found[1]}).headers["location"] == "/team?told=done"
    assert opens(desk, token)

    assert ada.post("/team/two", data={"two": "off"}).headers["location"] == "/team?told=asked"
    assert ada.post("/team/two/agree").headers["location"] == "/team?told=none"
    assert bo.post("/team/two/agree").headers["location"] == "/team?told=done"
    assert ada.post("/team/two", data={"two": "off"}).headers["location"] == "/team?told=none"
    actions = [each.action for each in desk.written(lambda db: latest(db, 5))]
    assert actions == ["two_people_off", "two_people_asked_off", "agreed", "invited", "two_people_on"]


def test_an_invitation_is_taken_back(desk: Rig) -> None:
    """By a lead of that partner only."""
    _, ada = lead(desk)
    _, other = lead(desk, partner="P2")
    token = invite(ada)
    named = desk.written(lambda db: invitations.open_of(db, "P1", 0))[0].invitation

    assert other.post("/team/withdraw", data={"invitation": named}).headers["location"] == "/team?told=none"
    assert opens(desk, token)
    assert ada.post("/team/withdraw", data={"invitation": named}).headers["location"] == "/team?told=done"
    assert not opens(desk, token)


def test_a_caseworker_sees_the_team_and_changes_nothing(desk: Rig) -> None:
    """The lead's doors are not there for her, and her page offers none of them."""
    _, bo = caseworker(desk)
    account, _ = lead(desk)
    page = bo.get("/team").text

    assert account.name in page
    assert not re.search(r"/team/(?:invite|two\"|withdraw)|/remove|/reset", page)
    for path in (
        "/team/invite",
        "/team/withdraw",
        "/team/two",
        f"/team/{account.account}/remove",
        f"/team/{account.account}/reset",
    ):
        assert bo.post(path, data={"name": "Cy", "role": "lead"}).status_code == 404
