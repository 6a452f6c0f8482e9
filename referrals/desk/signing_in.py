"""The moment somebody is known: a new session, the old one of this browser ended, and the page her day begins with."""

import asyncio
from functools import cache
from typing import Final

from starlette.responses import Response

from referrals.desk import accounts, audit, passkeys, passphrases, sessions
from referrals.desk.accounts import Account
from referrals.desk.audit import Action
from referrals.desk.cookies import keep_lang, keep_session
from referrals.desk.grants import Role
from referrals.desk.passkeys import RefusedPasskey
from referrals.desk.passphrases import NAME_CHARACTERS, PHRASE_CHARACTERS
from referrals.desk.sessions import Way
from referrals.desk.slowing import Pace
from referrals.desk.store import Books
from referrals.desk.visit import Visit

CHALLENGE_BYTES: Final = 16
ENTER: Final = "enter"  # what a challenge is for
# Where each role begins its day; the first that one has.
_FIRST_PAGES: Final = (
    (Role.CASEWORKER, "/queue"),
    (Role.LEAD, "/delays"),
    (Role.SAFETY_LEAD, "/reports"),
    (Role.OPERATOR, "/operate"),
)
# Tries of one sign-in name. Names are random and secret, so a stranger can't use up those of anybody.
_BY_NAME: Final = Pace(burst=10, seconds=10)
# Tries with names that don't exist, all together: only so many are made to look as slow as a real one.
_UNKNOWN: Final = Pace(burst=20, seconds=1)


class WrongEntry(Exception):
    """Name, passphrase and code don't belong together. Which of them is wrong is not told."""


class SlowDown(Exception):
    """Too many tries: the next one counts in so many seconds."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__("slow down")


def first_page(roles: frozenset[Role]) -> str:
    """Where a day begins."""
    return next((path for role, path in _FIRST_PAGES if role in roles), "/account")


def begin(books: Books, visit: Visit, account: str, way: Way, token: bytes) -> None:
    """Begin a session under a new token, and end whatever session this browser had: in one transaction with its audit."""
    with books.desk.transaction() as db:
        sessions.end_token(db, visit.request.cookies.get(sessions.COOKIE))
        sessions.begin(db, account, way, token, visit.now)
        audit.record(db, visit.now, account, Action.SIGNED_IN)


def welcome(answer: Response, account: Account, token: bytes) -> Response:
    """Give the browser its session, and the language that its owner reads."""
    keep_session(answer, token)
    keep_lang(answer, account.lang)
    return answer


async def by_passkey(visit: Visit, untrusted: dict[str, object]) -> tuple[Account, bytes]:
    """Sign in with what a passkey answered. Returns the account and the session's token. Raises RefusedPasskey."""
    desk, token = visit.desk, visit.desk.draw(sessions.TOKEN_BYTES)
    credential = passkeys.named_in(untrusted)

    def enter(books: Books) -> Account:
        with books.desk.reading() as db:
            passkey = passkeys.find(db, credential)
        if passkey is None:
            raise RefusedPasskey
        counter = passkeys.asserted(
            desk.settings, passkey, untrusted, lambda given: desk.challenges.answered(given, ENTER, visit.now)
        )
        if passkeys.copied(passkey, counter):
            with books.desk.transaction() as db:
                audit.record(db, visit.now, passkey.account, Action.PASSKEY_COPIED)
            raise RefusedPasskey
        with books.desk.transaction() as db:
            passkeys.used(db, credential, counter, visit.now)
        begin(books, visit, passkey.account, "passkey", token)
        return _account(books, passkey.account)

    return await desk.run(enter), token


async def by_phrase(visit: Visit, untrusted_name: str, untrusted_phrase: str, code: str) -> tuple[Account, bytes]:
    """Sign in with sign-in name, passphrase and code. Returns account and token. Raises WrongEntry or SlowDown.

    Wrong passphrases never lock an account: they wait in a bucket of that name. Wrong codes are counted only after the right
    passphrase, which a stranger doesn't have.
    """
    name = passphrases.typed(untrusted_name, NAME_CHARACTERS)
    phrase = passphrases.typed(untrusted_phrase, PHRASE_CHARACTERS)
    if name is None or phrase is None:
        raise WrongEntry
    desk = visit.desk
    if wait := desk.slowing.wait(f"name {name}", _BY_NAME, visit.now):
        raise SlowDown(wait)
    kept = await desk.run(lambda books: _kept(books, name))
    if kept is None and desk.slowing.wait("unknown names", _UNKNOWN, visit.now):
        raise WrongEntry
    async with desk.slowing.hashing:
        right = await asyncio.to_thread(passphrases.fits, kept.hashed if kept else _nobodys(), phrase)
    if kept is None or not right:
        raise WrongEntry
    token = desk.draw(sessions.TOKEN_BYTES)
    return await desk.run(lambda books: _by_code(books, visit, name, code, token)), token


@cache
def _nobodys() -> str:
    """What a passphrase is compared with under a name that nobody has, so that it takes as long."""
    return passphrases.hashed("0" * PHRASE_CHARACTERS, bytes(16))


def _kept(books: Books, name: str) -> passphrases.Kept | None:
    with books.desk.reading() as db:
        return passphrases.find(db, name)


def _by_code(books: Books, visit: Visit, name: str, code: str, token: bytes) -> Account:
    """The second factor; read again, because another request may have used the code meanwhile."""
    with books.desk.transaction() as db:
        kept = passphrases.find(db, name)
        if kept is None:
            raise WrongEntry
        if kept.not_before > visit.now:
            raise SlowDown(kept.not_before - visit.now)
        step = passphrases.step_of(kept.totp, code, kept.counted, visit.now)
        if step is None:
            passphrases.mistyped(db, kept, visit.now)
            audit.record(db, visit.now, kept.account, Action.CODE_WRONG)
        else:
            passphrases.counted(db, kept.account, step)
    if step is None:
        raise WrongEntry
    begin(books, visit, kept.account, "phrase", token)
    return _account(books, kept.account)


def _account(books: Books, account: str) -> Account:
    with books.desk.reading() as db:
        found = accounts.one(db, account)
    if found is None:
        raise RuntimeError("a session began for no account")
    return found
