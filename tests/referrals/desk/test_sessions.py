"""Sessions: how they begin, how long they last, and how they end."""

import pytest

from referrals.desk import sessions
from referrals.desk.grants import Role
from referrals.desk.store import Books
from tests.desk_rig import Browser, Rig


def live(browser: Browser) -> bool:
    """Tell whether the browser is signed in."""
    return bool(browser.get("/account").status_code == 200)


def test_a_session_ends_after_15_idle_minutes(desk: Rig) -> None:
    """Each visit keeps it for 15 minutes more; without one it is over."""
    her = desk.signed_in(desk.account(Role.OPERATOR))
    for _ in range(3):
        desk.clock.passes(15 * 60 - 16)  # the last visit is known to 15 seconds
        assert live(her)
    desk.clock.passes(15 * 60)

    assert not live(her)


def test_a_session_ends_after_12_hours(desk: Rig) -> None:
    """However busy she is."""
    her = desk.signed_in(desk.account(Role.OPERATOR))
    for _ in range(71):
        desk.clock.passes(600)
        assert live(her)
    desk.clock.passes(599)
    assert live(her)
    desk.clock.passes(1)

    assert not live(her)


def test_a_clock_set_back_prolongs_nothing(desk: Rig) -> None:
    """A session from the future is none."""
    her = desk.signed_in(desk.account(Role.OPERATOR))
    desk.clock.passes(-60)

    assert not live(her)


def test_the_token_is_not_kept(desk: Rig) -> None:
    """desk.db holds the hash of the cookie's value; with the hash as a cookie nobody is signed in."""
    her = desk.signed_in(desk.account(Role.OPERATOR))
    token = her.cookies[sessions.COOKIE]

    def rows(books: Books) -> list[str]:
        return [row[0] for row in books.desk.db.execute("SELECT session FROM sessions")]

    (kept,) = desk.books(rows)
    thief = desk.browser()
    thief.cookies.set(sessions.COOKIE, kept)

    assert kept == sessions.hashed(bytes.fromhex(token)) != token
    assert not live(thief)


@pytest.mark.parametrize("cookie", ["", "zz", "00" * 31, "00" * 33, "00" * 32, "é"])
def test_a_cookie_of_another_making_opens_nothing(desk: Rig, cookie: str) -> None:
    """Whatever a browser sends that we did not give."""

    def found(books: Books) -> object:
        with books.desk.transaction() as db:
            return sessions.actor_of(db, cookie, int(desk.clock()))

    assert desk.books(found) is None


def test_removal_ends_a_session_at_once(desk: Rig) -> None:
    """The very next request of somebody removed finds nobody."""
    account = desk.account(Role.CASEWORKER, partner="P1")
    her = desk.signed_in(account)
    assert live(her)
    desk.remove(account)

    assert not live(her)


def test_a_changed_role_counts_at_once(desk: Rig) -> None:
    """Roles are read at every request, not at sign-in."""
    account = desk.account(Role.CASEWORKER, Role.LEAD, partner="P1")
    her = desk.signed_in(account)
    assert her.post("/team/two", data={"two": "on"}).status_code == 303

    def demote(books: Books) -> None:
        with books.desk.transaction() as db:
            db.execute("UPDATE accounts SET roles = 'caseworker' WHERE account = ?", (account.account,))

    desk.books(demote)

    assert her.post("/team/two", data={"two": "on"}).status_code == 404


def test_old_sessions_are_erased(desk: Rig) -> None:
    """Nothing of a session is left when its time is over."""
    desk.signed_in(desk.account(Role.OPERATOR))
    desk.clock.passes(sessions.IDLE)

    def left(books: Books) -> int:
        with books.desk.transaction() as db:
            sessions.erase_past(db, int(desk.clock()))
            return int(db.execute("SELECT count(*) FROM sessions").fetchone()[0])

    assert desk.books(left) == 0


def test_a_token_has_32_bytes(desk: Rig) -> None:
    """A shorter one is a mistake of ours and begins nothing."""
    account = desk.account(Role.OPERATOR)

    def begin(books: Books) -> None:
        with books.desk.transaction() as db:
            sessions.begin(db, account.account, "passkey", b"short", int(desk.clock()))

    with pytest.raises(ValueError, match="32 bytes"):
        desk.books(begin)
