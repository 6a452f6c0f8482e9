"""Signing in and out, and the language of the pages."""

import re
from typing import Final

from starlette.responses import PlainTextResponse, Response

from referrals.desk import accounts, audit, passkeys, sessions
from referrals.desk.audit import Action
from referrals.desk.cookies import forget_session, keep_lang
from referrals.desk.doors import Door
from referrals.desk.grants import Grant
from referrals.desk.passkeys import RefusedPasskey
from referrals.desk.signing_in import (
    CHALLENGE_BYTES,
    ENTER,
    SlowDown,
    WrongEntry,
    by_passkey,
    by_phrase,
    first_page,
    welcome,
)
from referrals.desk.store import Books
from referrals.desk.visit import Visit
from referrals.desk.words import known

_OWN_PATH: Final = re.compile(r"/(?:[a-z0-9_-]+(?:/[a-z0-9_-]+)*)?")


async def first(visit: Visit) -> Response:
    """`/`: to the page one begins with, or to sign in."""
    if visit.actor is None:
        return visit.go("/enter")
    return visit.go(first_page(visit.actor.roles))


async def health(_: Visit) -> Response:
    """`/health`: the desk answers; nothing else is said."""
    return PlainTextResponse("ok\n")


async def enter(visit: Visit) -> Response:
    """`/enter`: the page on which one signs in."""
    return visit.page("enter.html", told=visit.say("enter.over") if "over" in visit.query else None)


async def passkey_options(visit: Visit) -> Response:
    """A challenge for whatever passkey there is. Nothing is kept of it, so asking costs nobody anything."""
    challenge = visit.desk.challenges.make(ENTER, visit.desk.draw(CHALLENGE_BYTES), visit.now)
    return visit.json_answer(passkeys.request_options(visit.desk.settings, challenge))


async def passkey(visit: Visit) -> Response:
    """Sign in with what the passkey answered."""
    sent = await visit.json(passkeys.RESPONSE_BYTES)
    try:
        account, token = await by_passkey(visit, sent)
    except RefusedPasskey:
        return visit.json_answer({"error": "refused"}, 403)
    return welcome(visit.json_answer({"go": first_page(account.roles)}), account, token)


async def phrase(visit: Visit) -> Response:
    """Sign in with sign-in name, passphrase and code."""
    given = visit.form
    try:
        account, token = await by_phrase(visit, given.get("name", ""), given.get("phrase", ""), given.get("code", ""))
    except WrongEntry:
        return visit.page("enter.html", 403, told=visit.say("enter.wrong"))
    except SlowDown as slow:
        answer = visit.page("enter.html", 429, told=visit.say("enter.slow", seconds=slow.seconds))
        answer.headers["Retry-After"] = str(slow.seconds)
        return answer
    return welcome(visit.go(first_page(account.roles)), account, token)


async def leave(visit: Visit) -> Response:
    """Sign out: the session ends on the server, and the browser forgets its cookie and what scripts kept."""

    def end(books: Books) -> None:
        with books.desk.transaction() as db:
            sessions.end(db, visit.who.session, visit.who.account)
            audit.record(db, visit.now, visit.who.account, Action.SIGNED_OUT)

    await visit.desk.run(end)
    answer = visit.go("/enter")
    forget_session(answer)
    answer.headers["Clear-Site-Data"] = '"storage"'  # what scripts kept between pages: referrals/desk/browser
    return answer


async def lang(visit: Visit) -> Response:
    """Choose the language of the pages; noted for one's account too."""
    chosen = known(visit.form.get("lang"))
    if chosen is not None and visit.actor is not None:
        account = visit.actor.account

        def note(books: Books) -> None:
            with books.desk.transaction() as db:
                accounts.set_lang(db, account, chosen)

        await visit.desk.run(note)
    back = visit.form.get("back", "/")
    answer = visit.go(back if _OWN_PATH.fullmatch(back) else "/")
    if chosen is not None:
        keep_lang(answer, chosen)
    return answer


DOORS = (
    Door("GET", "/", Grant.PUBLIC, first),
    Door("GET", "/health", Grant.PUBLIC, health),
    Door("GET", "/enter", Grant.PUBLIC, enter),
    Door("POST", "/enter/passkey/options", Grant.PUBLIC, passkey_options),
    Door("POST", "/enter/passkey", Grant.PUBLIC, passkey),
    Door("POST", "/enter/phrase", Grant.PUBLIC, phrase),
    Door("POST", "/leave", Grant.SIGNED_IN, leave),
    Door("POST", "/lang", Grant.PUBLIC, lang),
)
