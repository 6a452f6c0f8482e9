"""Joining by an invitation."""

import re
from typing import Any

import pyotp
import pytest

from referrals.desk import accounts, invitations
from referrals.desk.audit import latest
from referrals.desk.grants import Role
from referrals.desk.invitations import Invitation
from tests.authenticator import Authenticator
from tests.desk_rig import ORIGIN, Browser, Rig

TOKEN = (b"t" * 32).hex()


@pytest.fixture
def invitation(desk: Rig) -> Invitation:
    """An open invitation by `naru staff`."""
    return desk.written(
        lambda db: invitations.invite(
            db, "e" * 32, bytes.fromhex(TOKEN), "Cy", "P1", {Role.CASEWORKER}, None, int(desk.clock())
        )
    )


def with_passkey(browser: Browser, phone: Authenticator, token: str = TOKEN, label: object = "office") -> Any:
    """Join with a passkey."""
    options = browser.post("/join/passkey/options", json={"token": token}).json()
    return browser.post("/join/passkey", json={"token": token, "label": label, "credential": phone.register(options)})


def with_phrase(desk: Rig, browser: Browser, off: int = 0) -> Any:
    """Join with a passphrase; gives the last answer and what was shown."""
    shown = browser.post("/join/phrase", data={"token": TOKEN}).text
    secrets = re.findall(r'class="secret">([^<]+)<', shown)
    code = pyotp.TOTP(secrets[2].replace("-", "")).at(int(desk.clock()) + off)
    return browser.post("/join/phrase/done", data={"token": TOKEN, "code": code}), secrets


def test_a_link_shows_what_it_is_for(desk: Rig, invitation: Invitation) -> None:
    """Its holder sees the name, the partner and the ways to sign in; the token is in no address."""
    page = desk.browser().get("/join").text
    ways = desk.browser().post("/join", data={"token": TOKEN}).text

    assert 'action="/join"' in page
    assert invitation.name in ways
    assert "Caseworker" in ways
    assert not re.search(rf'(?:href|action)="[^"]*{TOKEN}', ways)


def test_join_with_a_passkey(desk: Rig, invitation: Invitation) -> None:
    """She has an account, a passkey and a session; the link opens nothing any more."""
    browser, phone = desk.browser(), Authenticator(ORIGIN, b"c" * 16)

    assert with_passkey(browser, phone).json() == {"go": "/account"}
    assert "office" in browser.get("/account").text
    assert desk.browser().post("/join", data={"token": TOKEN}).status_code == 403
    made = desk.written(lambda db: accounts.one(db, invitation.invitation))
    assert made is not None
    assert (made.name, made.partner, made.roles) == ("Cy", "P1", frozenset({Role.CASEWORKER}))
    assert [each.action for each in desk.written(lambda db: latest(db, 9))] == ["signed_in", "passkey_added", "joined"]


def test_join_with_a_passphrase(desk: Rig, invitation: Invitation) -> None:
    """What was shown once signs her in from then on."""
    browser = desk.browser()
    answer, (name, phrase, secret) = with_phrase(desk, browser)

    assert answer.headers["location"] == "/account"
    assert browser.get("/account").status_code == 200
    desk.clock.passes(30)
    code = pyotp.TOTP(secret.replace("-", "")).at(int(desk.clock()))
    later = desk.browser().post("/enter/phrase", data={"name": name, "phrase": phrase.lower(), "code": code})
    assert later.status_code == 303
    assert invitation.name == "Cy"


def test_a_wrong_first_code_joins_nobody(desk: Rig, invitation: Invitation) -> None:
    """The link stays open, and there is no account until the generator works."""
    answer, _ = with_phrase(desk, desk.browser(), off=-600)

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert desk.written(lambda db: accounts.one(db, invitation.invitation)) is None
    assert desk.browser().post("/join", data={"token": TOKEN}).status_code == 200


def test_nobody_joins_without_a_link(desk: Rig) -> None:
    """There is no registration: each step asks for a token that opens something."""
    browser = desk.browser()
    for token in ("", "0" * 64, "x" * 64, TOKEN):
        assert browser.post("/join", data={"token": token}).status_code == 403
        assert browser.post("/join/phrase", data={"token": token}).status_code == 403
        assert browser.post("/join/phrase/done", data={"token": token, "code": "000000"}).status_code == 403
        assert browser.post("/join/passkey/options", json={"token": token}).json() == {"error": "closed"}
        answer = browser.post("/join/passkey", json={"token": token, "label": "", "credential": {}})
        assert answer.json() == {"error": "closed"}

    assert desk.written(accounts.everybody) == []


@pytest.mark.parametrize("sent", [{}, {"token": 1}, {"token": TOKEN}, {"token": TOKEN, "label": 1, "credential": {}}])
def test_what_is_no_answer_joins_nobody(desk: Rig, invitation: Invitation, sent: dict[str, object]) -> None:
    """Anything else in JSON is refused and changes nothing."""
    assert desk.browser().post("/join/passkey", json=sent).status_code == 403
    assert desk.written(lambda db: accounts.one(db, invitation.invitation)) is None


def test_a_challenge_of_another_invitation_is_refused(desk: Rig, invitation: Invitation) -> None:
    """What was asked for one link registers nothing with another, and one to sign in registers nothing at all."""
    other = b"u" * 32
    desk.written(lambda db: invitations.invite(db, "f" * 32, other, "Di", "P1", {Role.LEAD}, None, int(desk.clock())))
    browser, phone = desk.browser(), Authenticator(ORIGIN, b"c" * 16)
    for options in (
        browser.post("/join/passkey/options", json={"token": other.hex()}).json(),
        browser.post("/join/passkey/options", json={"token": TOKEN}).json()
        | {"challenge": browser.post("/enter/passkey/options", json={}).json()["challenge"]},
    ):
        credential = phone.register(options)
        answer = browser.post("/join/passkey", json={"token": TOKEN, "label": "", "credential": credential})
        assert answer.json() == {"error": "refused"}

    assert desk.written(lambda db: accounts.one(db, invitation.invitation)) is None


def test_a_passkey_that_is_known_joins_nobody(desk: Rig, invitation: Invitation) -> None:
    """A credential belongs to one account; the invitation stays open."""
    phone = Authenticator(ORIGIN, b"c" * 16)
    assert with_passkey(desk.browser(), phone).status_code == 200
    second = b"u" * 32
    desk.written(lambda db: invitations.invite(db, "f" * 32, second, "Di", "P1", {Role.LEAD}, None, int(desk.clock())))

    assert with_passkey(desk.browser(), phone, second.hex()).json() == {"error": "refused"}
    assert desk.written(lambda db: accounts.one(db, "f" * 32)) is None
    assert desk.browser().post("/join", data={"token": second.hex()}).status_code == 200
    assert invitation.name == "Cy"
