"""One's own account."""

import re
from typing import Any

import pyotp
import pytest

from referrals.desk import passkeys, sessions
from referrals.desk.grants import Role
from tests.authenticator import Authenticator
from tests.desk_rig import ORIGIN, Browser, Rig


def add(browser: Browser, credential: bytes = b"c" * 16, label: str = "office") -> Any:
    """Add a passkey."""
    options = browser.post("/account/passkey/options", json={}).json()
    phone = Authenticator(ORIGIN, credential)
    return browser.post("/account/passkey", json={"label": label, "credential": phone.register(options)})


def phrase(desk: Rig, browser: Browser) -> Any:
    """Make a passphrase."""
    shown = browser.post("/account/phrase").text
    secret = re.findall(r'class="secret">([^<]+)<', shown)[2].replace("-", "")
    return browser.post("/account/phrase/done", data={"code": pyotp.TOTP(secret).at(int(desk.clock()))})


def test_passkeys_are_added_and_removed(desk: Rig) -> None:
    """Her own only; the last way to sign in stays."""
    account = desk.account(Role.OPERATOR)
    her, other = desk.signed_in(account), desk.signed_in(desk.account(Role.OPERATOR))
    assert add(her).json() == {"go": "/account?told=done"}
    assert add(her, b"d" * 16, "<b>laptop").status_code == 200
    page = her.get("/account").text
    assert "office" in page
    assert "&lt;b&gt;laptop" in page

    def remove(browser: Browser, credential: bytes) -> str:
        return str(browser.post("/account/passkey/remove", data={"credential": credential.hex()}).headers["location"])

    assert remove(other, b"c" * 16) == "/account?told=none"
    assert remove(her, b"c" * 16) == "/account?told=done"
    assert remove(her, b"d" * 16) == "/account?told=last"
    assert her.post("/account/passkey/remove", data={"credential": "zz"}).headers["location"] == "/account?told=none"
    assert [each.credential for each in desk.written(lambda db: passkeys.of_account(db, account.account))] == [
        b"d" * 16
    ]


def test_a_passkey_is_added_once_and_by_its_own_challenge(desk: Rig) -> None:
    """A known one is refused, and so is an answer to somebody else's challenge."""
    her, other = desk.signed_in(desk.account(Role.OPERATOR)), desk.signed_in(desk.account(Role.OPERATOR))
    assert add(her).status_code == 200
    assert add(her).json() == {"error": "refused"}
    options = other.post("/account/passkey/options", json={}).json()
    sent = {"label": "", "credential": Authenticator(ORIGIN, b"e" * 16).register(options)}

    assert her.post("/account/passkey", json=sent).json() == {"error": "refused"}
    assert her.post("/account/passkey", json={"label": 1}).json() == {"error": "refused"}


def test_a_passphrase_is_made_exchanged_and_removed(desk: Rig) -> None:
    """It counts once its code was typed; it can go when a passkey is there."""
    her = desk.signed_in(desk.account(Role.OPERATOR))
    her.post("/account/phrase")
    assert her.post("/account/phrase/done", data={"code": "000000"}).status_code == 403
    assert phrase(desk, her).headers["location"] == "/account?told=done"
    assert her.post("/account/phrase/remove").headers["location"] == "/account?told=last"
    add(her)
    assert her.post("/account/phrase/remove").headers["location"] == "/account?told=done"
    assert her.post("/account/phrase/remove").headers["location"] == "/account?told=none"


@pytest.mark.parametrize(
    "path",
    ["/account/passkey/options", "/account/passkey", "/account/passkey/remove", "/account/phrase", "/account/phrase/done",
     "/account/phrase/remove"],
)  # fmt: skip
def test_means_are_changed_only_just_after_signing_in(desk: Rig, path: str) -> None:
    """A phone left open for more than ten minutes lets nobody add a way in, or take one away."""
    her = desk.signed_in(desk.account(Role.OPERATOR))
    add(her)
    desk.clock.passes(sessions.FRESH)

    if path.endswith(("options", "/passkey")):
        answer = her.post(path, json={"label": "", "credential": {}})
        assert answer.json() == {"error": "again"}
    else:
        answer = her.post(path, data={"credential": (b"c" * 16).hex(), "code": "1"})
        assert "Sign out and in again" in answer.text
    assert answer.status_code == 403


def test_sessions_are_seen_and_ended(desk: Rig) -> None:
    """She sees where she is signed in, and ends one or all others; never somebody else's."""
    account, other = desk.account(Role.OPERATOR), desk.signed_in(desk.account(Role.OPERATOR))
    her, second, third = desk.signed_in(account), desk.signed_in(account), desk.signed_in(account)
    page = her.get("/account").text
    named = re.findall(r'name="session" value="([0-9a-f]{64})"', page)
    assert len(named) == 2
    assert page.count(">this one<") == 1

    assert other.post("/account/session/end", data={"session": named[0]}).headers["location"] == "/account?told=none"
    assert her.post("/account/session/end", data={"session": named[0]}).headers["location"] == "/account?told=done"
    assert sorted(each.get("/account").status_code for each in (second, third)) == [200, 303]
    her.post("/account/session/end", data={"session": "all"})
    assert [each.get("/account").status_code for each in (her, second, third, other)] == [200, 303, 303, 200]


def test_what_an_address_says_is_not_shown(desk: Rig) -> None:
    """Only words of ours are told on the page."""
    her = desk.signed_in(desk.account(Role.OPERATOR))

    assert "evil" not in her.get("/account?told=evil").text
