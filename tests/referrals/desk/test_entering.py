"""Signing in and out at the desk."""

import time
from typing import Any

import pyotp
import pytest

from referrals.desk import passkeys, passphrases, sessions
from referrals.desk.accounts import Account
from referrals.desk.audit import latest
from referrals.desk.grants import Role
from referrals.desk.passphrases import NewPhrase
from tests.authenticator import Authenticator
from tests.desk_rig import ORIGIN, Browser, Rig

STEP = 30  # seconds


def given_passkey(desk: Rig, account: Account, credential: bytes = b"c" * 16, counter: int = 0) -> Authenticator:
    """Give an account a passkey."""
    hers = Authenticator(ORIGIN, credential, counter=counter)
    challenge = bytes(56)
    options = passkeys.creation_options(desk.desk.settings, account.account, account.name, [], challenge)
    made = passkeys.registered(desk.desk.settings, account.account, "", hers.register(options), challenge.__eq__, 0)
    assert desk.written(lambda db: passkeys.add(db, made))
    return hers


def given_phrase(desk: Rig, account: Account) -> NewPhrase:
    """Give an account a passphrase, with a code of long ago."""
    new = passphrases.generated(desk.desk.draw)
    row = (account.account, new.sign_in_name, passphrases.hashed(new.phrase, bytes(16)), new.totp)
    desk.written(lambda db: db.execute("INSERT INTO phrases VALUES (?, ?, ?, ?, 0, 0, 0)", row))
    return new


def by_passkey(browser: Browser, hers: Authenticator) -> Any:
    """Sign in with a passkey."""
    options = browser.post("/enter/passkey/options", json={}).json()
    return browser.post("/enter/passkey", json=hers.sign_in(options))


def by_phrase(desk: Rig, browser: Browser, new: NewPhrase, phrase: str = "", code: str = "") -> Any:
    """Sign in with a passphrase and the code of this moment."""
    code = code or pyotp.TOTP(new.totp).at(int(desk.clock()))
    return browser.post(
        "/enter/phrase", data={"name": new.shown_name, "phrase": phrase or new.shown_phrase, "code": code}
    )


def signed_in(browser: Browser) -> bool:
    """Tell whether the browser is signed in."""
    return bool(browser.get("/account").status_code == 200)


def test_first_page(desk: Rig) -> None:
    """Who is not signed in is led to the page to sign in; who is, to where her day begins."""
    stranger = desk.browser()

    assert stranger.get("/").headers["location"] == "/enter"
    assert stranger.get("/enter").status_code == 200
    for roles, partner, page in (
        ({Role.CASEWORKER, Role.LEAD}, "P1", "/queue"), ({Role.LEAD}, "P1", "/delays"),
        ({Role.SAFETY_LEAD}, None, "/reports"), ({Role.OPERATOR}, None, "/operate"),
    ):  # fmt: skip
        assert desk.signed_in(desk.account(*roles, partner=partner)).get("/").headers["location"] == page


def test_health_says_nothing_else(desk: Rig) -> None:
    """A watchdog learns that the desk answers."""
    assert desk.browser().get("/health").text == "ok\n"


def test_sign_in_with_a_passkey(desk: Rig) -> None:
    """Whoever has it is in, and it is written down."""
    account = desk.account(Role.CASEWORKER, partner="P1", lang="ko")
    browser = desk.browser()
    answer = by_passkey(browser, given_passkey(desk, account))

    assert answer.json() == {"go": "/queue"}
    assert signed_in(browser)
    assert browser.cookies["__Host-naru-lang"] == "ko"
    assert [each.action for each in desk.written(lambda db: latest(db, 5))] == ["signed_in"]


def test_the_sessions_cookie(desk: Rig) -> None:
    """It is bound to this host, out of reach of scripts and other sites, and lasts 12 hours at most."""
    browser = desk.browser()
    answer = by_passkey(browser, given_passkey(desk, desk.account(Role.OPERATOR)))
    cookie = answer.headers.get_list("set-cookie")[0]
    name, _, value = cookie.partition(";")[0].partition("=")

    assert name == "__Host-naru"
    assert len(bytes.fromhex(value)) == 32
    assert cookie.partition("; ")[2] == "HttpOnly; Max-Age=43200; Path=/; SameSite=strict; Secure"


def test_signing_in_begins_a_new_session(desk: Rig) -> None:
    """A cookie that somebody planted, or that was there before, is nobody's afterwards (session fixation)."""
    account = desk.account(Role.OPERATOR)
    hers, other = given_passkey(desk, account), desk.signed_in(desk.account(Role.OPERATOR))
    planted = "ab" * 32
    for before in (planted, other.cookies[sessions.COOKIE]):
        browser, thief = desk.browser(), desk.browser()
        for each in (browser, thief):
            each.cookies.set(sessions.COOKIE, before)
        by_passkey(browser, hers)

        assert before not in [cookie.value for cookie in browser.cookies.jar if cookie.domain == "desk.example"]
        assert not signed_in(thief)


def test_an_answer_counts_once(desk: Rig) -> None:
    """What was sent to sign in can't be sent again."""
    hers, browser = given_passkey(desk, desk.account(Role.OPERATOR)), desk.browser()
    answer = hers.sign_in(browser.post("/enter/passkey/options", json={}).json())

    assert browser.post("/enter/passkey", json=answer).status_code == 200
    assert desk.browser().post("/enter/passkey", json=answer).json() == {"error": "refused"}


def test_an_answer_counts_for_five_minutes(desk: Rig) -> None:
    """Later it is refused."""
    hers, browser = given_passkey(desk, desk.account(Role.OPERATOR)), desk.browser()
    answer = hers.sign_in(browser.post("/enter/passkey/options", json={}).json())
    desk.clock.passes(300)

    assert browser.post("/enter/passkey", json=answer).status_code == 403


def test_a_copied_passkey_is_refused_and_told(desk: Rig) -> None:
    """A counter that goes back means two authenticators: nobody is let in, and the audit says so."""
    hers = given_passkey(desk, desk.account(Role.OPERATOR), counter=5)
    assert by_passkey(desk.browser(), hers).status_code == 200
    hers.counter = 3

    assert by_passkey(desk.browser(), hers).status_code == 403
    assert desk.written(lambda db: latest(db, 1))[0].action == "passkey_copied"


def test_the_passkey_of_one_who_was_removed_opens_nothing(desk: Rig) -> None:
    """Nor one that was never registered."""
    account = desk.account(Role.OPERATOR)
    hers = given_passkey(desk, account)
    stranger = Authenticator(ORIGIN, b"x" * 16, user=bytes.fromhex(account.account))
    desk.remove(account)

    assert by_passkey(desk.browser(), hers).status_code == 403
    assert by_passkey(desk.browser(), stranger).status_code == 403


def test_sign_in_with_a_passphrase(desk: Rig) -> None:
    """Name, passphrase and code together; the code once."""
    new = given_phrase(desk, desk.account(Role.CASEWORKER, partner="P1"))
    browser, second = desk.browser(), desk.browser()

    assert by_phrase(desk, browser, new).headers["location"] == "/queue"
    assert signed_in(browser)
    assert by_phrase(desk, second, new).status_code == 403
    desk.clock.passes(STEP)
    assert by_phrase(desk, second, new).status_code == 303


def test_each_part_of_a_passphrase_is_needed(desk: Rig) -> None:
    """A wrong name, passphrase or code: the same page, which doesn't say which."""
    new = given_phrase(desk, desk.account(Role.OPERATOR))
    wrong = [
        by_phrase(desk, desk.browser(), NewPhrase("ZZZZ0000", new.phrase, new.totp)),
        by_phrase(desk, desk.browser(), new, phrase="0" * 20),
        by_phrase(desk, desk.browser(), new, code="000000"),
        by_phrase(desk, desk.browser(), new, phrase="short"),
    ]

    assert {answer.status_code for answer in wrong} == {403}
    assert len({answer.content for answer in wrong}) == 1
    assert not any(answer.headers.get_list("set-cookie") for answer in wrong)


def test_a_stranger_slows_nobody_down(desk: Rig) -> None:
    """Somebody who tries a thousand names, or wrong passphrases with hers, keeps nobody from her passkey, nor others from theirs."""
    account, other = desk.account(Role.OPERATOR), desk.account(Role.OPERATOR)
    hers, new, others = given_passkey(desk, account), given_phrase(desk, account), given_phrase(desk, other)
    stranger = desk.browser()
    for number in range(60):
        by_phrase(desk, stranger, NewPhrase(f"{number:08}", "0" * 20, new.totp))
    tried = [by_phrase(desk, stranger, new, phrase="0" * 20).status_code for _ in range(12)]

    assert tried == [403] * 10 + [429] * 2
    assert by_passkey(desk.browser(), hers).status_code == 200
    assert by_phrase(desk, desk.browser(), others).status_code == 303
    desk.clock.passes(10)
    assert by_phrase(desk, desk.browser(), new).status_code == 303


def test_wrong_codes_wait(desk: Rig) -> None:
    """Who has the passphrase and not the generator is slowed down more and more; a passkey still opens."""
    account = desk.account(Role.OPERATOR)
    hers, new = given_passkey(desk, account), given_phrase(desk, account)
    for _ in range(5):
        assert by_phrase(desk, desk.browser(), new, code="000000").status_code == 403
        desk.clock.passes(10)
    desk.clock.passes(STEP)
    assert by_phrase(desk, desk.browser(), new, code="000000").status_code == 403
    slow = by_phrase(desk, desk.browser(), new)

    assert (slow.status_code, slow.headers["retry-after"]) == (429, "60")
    assert by_passkey(desk.browser(), hers).status_code == 200
    desk.clock.passes(60)
    assert by_phrase(desk, desk.browser(), new).status_code == 303


def test_names_that_nobody_has_cost_little(desk: Rig) -> None:
    """A flood of unknown names is hashed only as often as looks the same to an honest try: 40 more cost less than 10 hashes."""
    began = time.process_time()
    for _ in range(10):
        passphrases.hashed("0" * 20, bytes(16))
    ten_hashes = time.process_time() - began
    for number in range(60):
        if number == 20:
            began = time.process_time()
        by_phrase(desk, desk.browser(), NewPhrase(f"{number:08}", "0" * 20, "A" * 32))

    assert time.process_time() - began < ten_hashes


def test_signing_out_ends_the_session(desk: Rig) -> None:
    """After signing out the cookie opens nothing, even where it was kept; the browser forgets what scripts kept."""
    her = desk.signed_in(desk.account(Role.CASEWORKER, partner="P1"))
    kept = her.cookies["__Host-naru"]

    left = her.post("/leave")
    her.cookies.set("__Host-naru", kept)

    assert (left.status_code, left.headers["location"]) == (303, "/enter")
    assert left.headers["clear-site-data"] == '"storage"'
    assert not signed_in(her)


@pytest.mark.parametrize(
    ("back", "place"),
    [
        ("/team", "/team"), ("/case/ab12/reply", "/case/ab12/reply"), ("//evil.example", "/"),
        ("https://evil.example", "/"), ("/\\evil.example", "/"), ("/a?b=c", "/"), ("", "/"), ("/%0d%0aX", "/"),
    ],
)  # fmt: skip
def test_the_language_is_chosen_and_leads_nowhere_else(desk: Rig, back: str, place: str) -> None:
    """Choosing a language goes back to a page of ours only, and is kept for the account."""
    account = desk.account(Role.OPERATOR)
    her = desk.signed_in(account)
    answer = her.post("/lang", data={"lang": "zh", "back": back})

    assert answer.headers["location"] == place
    assert 'lang="zh-Hans"' in her.get("/account").text
    assert desk.written(lambda db: db.execute("SELECT lang FROM accounts").fetchone()[0]) == "zh"


def test_a_language_that_is_none_changes_nothing(desk: Rig) -> None:
    """The page stays in the language it was."""
    answer = desk.browser().post("/lang", data={"lang": "xx", "back": "/enter"})

    assert "set-cookie" not in answer.headers
