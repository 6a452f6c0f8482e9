"""One's own account: where one is signed in, and with what. Changing the latter asks for a sign-in of the last minutes."""

from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.responses import Response

from referrals.database import Connection
from referrals.desk import accounts, audit, passkeys, passphrases, sessions
from referrals.desk.audit import Action
from referrals.desk.doors import Door
from referrals.desk.grants import Grant
from referrals.desk.making_phrase import proposed
from referrals.desk.passkeys import RefusedPasskey
from referrals.desk.signing_in import CHALLENGE_BYTES
from referrals.desk.store import Books
from referrals.desk.visit import Visit

Answer = Callable[[Visit], Awaitable[Response]]
KEYS = tuple(f"account.way.{way}" for way in ("passkey", "phrase", "invitation", "demo")) + tuple(
    f"account.told.{told}" for told in ("done", "last", "none")
)
_TOLD = frozenset({"done", "last", "none"})


def _fresh(answer: Answer) -> Answer:
    """Behind this, somebody showed just now who she is: a phone left open lets nobody add a way in."""

    @wraps(answer)
    async def checked(visit: Visit) -> Response:
        def fresh(books: Books) -> bool:
            with books.desk.reading() as db:
                return sessions.fresh(db, visit.who.session, visit.now)

        if await visit.desk.run(fresh):
            return await answer(visit)
        if "application/json" in visit.request.headers.get("content-type", ""):
            return visit.json_answer({"error": "again"}, 403)
        return visit.page("again.html", 403)

    return checked


async def page(visit: Visit) -> Response:
    """`/account`: sessions, passkeys and passphrase."""
    who = visit.who

    def read(books: Books) -> dict[str, object]:
        with books.desk.reading() as db:
            return {
                "account": accounts.one(db, who.account),
                "sessions": sessions.of_account(db, who.account, visit.now),
                "passkeys": passkeys.of_account(db, who.account),
                "phrase": passphrases.has(db, who.account),
                "fresh": sessions.fresh(db, who.session, visit.now),
            }

    told = visit.query.get("told", "")
    found = await visit.desk.run(read)
    return visit.page("account.html", 200, told=told if told in _TOLD else None, **found)


async def end_session(visit: Visit) -> Response:
    """End one of one's own sessions, or with `all` every other one."""
    who, session = visit.who, visit.form.get("session", "")

    def end(books: Books) -> bool:
        with books.desk.transaction() as db:
            ended = (
                sessions.end_all(db, who.account, but=who.session) > 0
                if session == "all"
                else sessions.end(db, session, who.account)
            )
            if ended:
                audit.record(db, visit.now, who.account, Action.SESSION_ENDED)
            return ended

    return _back(visit, "done" if await visit.desk.run(end) else "none")


@_fresh
async def passkey_options(visit: Visit) -> Response:
    """What the browser needs to make a further passkey."""
    who = visit.who

    def known(books: Books) -> list[bytes]:
        with books.desk.reading() as db:
            return [each.credential for each in passkeys.of_account(db, who.account)]

    challenge = visit.desk.challenges.make(_purpose(visit), visit.desk.draw(CHALLENGE_BYTES), visit.now)
    held = await visit.desk.run(known)
    return visit.json_answer(passkeys.creation_options(visit.desk.settings, who.account, who.name, held, challenge))


@_fresh
async def add_passkey(visit: Visit) -> Response:
    """Keep the further passkey."""
    sent = await visit.json(passkeys.RESPONSE_BYTES)
    untrusted, label = sent.get("credential"), sent.get("label")
    if not isinstance(untrusted, dict) or not isinstance(label, str):
        return visit.json_answer({"error": "refused"}, 403)
    desk, who = visit.desk, visit.who

    def add(books: Books) -> bool:
        made = passkeys.registered(
            desk.settings, who.account, label, untrusted,
            lambda given: desk.challenges.answered(given, _purpose(visit), visit.now), visit.now,
        )  # fmt: skip
        with books.desk.transaction() as db:
            if not passkeys.add(db, made):
                return False
            audit.record(db, visit.now, who.account, Action.PASSKEY_ADDED)
            return True

    try:
        kept = await desk.run(add)
    except RefusedPasskey:
        kept = False
    return (
        visit.json_answer({"go": "/account?told=done"}) if kept else visit.json_answer({"error": "refused"}, 403)
    )  # fmt: skip


@_fresh
async def remove_passkey(visit: Visit) -> Response:
    """Erase a passkey, unless nothing else is left to sign in with."""
    try:
        credential = bytes.fromhex(visit.form.get("credential", ""))
    except ValueError:
        return _back(visit, "none")
    return await _removed(visit, Action.PASSKEY_REMOVED, lambda db: passkeys.remove(db, visit.who.account, credential))


@_fresh
async def remove_phrase(visit: Visit) -> Response:
    """Erase the passphrase, unless nothing else is left to sign in with."""
    return await _removed(visit, Action.PHRASE_REMOVED, lambda db: passphrases.remove(db, visit.who.account))


@_fresh
async def phrase(visit: Visit) -> Response:
    """Show a new passphrase, once; the one before works until the new one is confirmed."""
    made = await proposed(visit, visit.who.account)
    return visit.page("phrase.html", made=made, token=None, action="/account/phrase/done")


@_fresh
async def phrase_done(visit: Visit) -> Response:
    """Take the new passphrase into use once its generator's first code is right."""
    who, code = visit.who, visit.form.get("code", "")

    def confirm(books: Books) -> bool:
        with books.desk.transaction() as db:
            done = passphrases.confirm(db, who.account, code, visit.now)
            if done:
                audit.record(db, visit.now, who.account, Action.PHRASE_MADE)
            return done

    if await visit.desk.run(confirm):
        return _back(visit, "done")
    return visit.page("phrase_code.html", 403, token=None, action="/account/phrase/done")


class _NothingLeft(Exception):
    """The last way to sign in stays."""


async def _removed(visit: Visit, action: Action, remove: Callable[[Connection], bool]) -> Response:
    def erase(books: Books) -> bool:
        with books.desk.transaction() as db:
            if not remove(db):
                return False
            if not passkeys.of_account(db, visit.who.account) and not passphrases.has(db, visit.who.account):
                raise _NothingLeft
            audit.record(db, visit.now, visit.who.account, action)
            return True

    try:
        return _back(visit, "done" if await visit.desk.run(erase) else "none")
    except _NothingLeft:
        return _back(visit, "last")


def _purpose(visit: Visit) -> str:
    return f"add {visit.who.account}"


def _back(visit: Visit, told: str) -> Response:
    return visit.go(f"/account?told={told}")


DOORS = (
    Door("GET", "/account", Grant.SIGNED_IN, page),
    Door("POST", "/account/session/end", Grant.SIGNED_IN, end_session),
    Door("POST", "/account/passkey/options", Grant.SIGNED_IN, passkey_options),
    Door("POST", "/account/passkey", Grant.SIGNED_IN, add_passkey),
    Door("POST", "/account/passkey/remove", Grant.SIGNED_IN, remove_passkey),
    Door("POST", "/account/phrase", Grant.SIGNED_IN, phrase),
    Door("POST", "/account/phrase/done", Grant.SIGNED_IN, phrase_done),
    Door("POST", "/account/phrase/remove", Grant.SIGNED_IN, remove_phrase),
)
