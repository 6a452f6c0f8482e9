"""Joining by an invitation: the link's token comes in a form, never in an address that a server or proxy would write down."""

from collections.abc import Callable
from typing import TypeVar

from starlette.responses import Response

from referrals.desk import accounts, audit, invitations, passkeys, passphrases, sessions
from referrals.desk.accounts import Account
from referrals.desk.audit import Action
from referrals.desk.doors import Door
from referrals.desk.grants import Grant
from referrals.desk.invitations import Invitation
from referrals.desk.making_phrase import proposed
from referrals.desk.passkeys import RefusedPasskey
from referrals.desk.settling import settle
from referrals.desk.signing_in import CHALLENGE_BYTES, begin, welcome
from referrals.desk.store import Books
from referrals.desk.visit import Visit

T = TypeVar("T")
_TOKEN_LONGEST = 64  # hex digits


class ClosedInvitation(Exception):
    """The link opens nothing: it was used, its 48 hours are over, or a second person has to agree first."""


async def page(visit: Visit) -> Response:
    """`/join`: where a link leads; its token stands after the #, which browsers don't send."""
    return visit.page("join.html", told=None)


async def look(visit: Visit) -> Response:
    """The ways to sign in that are on offer."""
    token = visit.form.get("token", "")
    try:
        invitation = await visit.desk.run(lambda books: _opened(books, token, visit.now))
    except ClosedInvitation:
        return _closed(visit)
    return visit.page("join_ways.html", token=token, invitation=invitation)


async def passkey_options(visit: Visit) -> Response:
    """What the browser needs to make a passkey for the account that will be."""
    token = (await visit.json(passkeys.RESPONSE_BYTES)).get("token")
    try:
        invitation = await visit.desk.run(lambda books: _opened(books, token, visit.now))
    except ClosedInvitation:
        return visit.json_answer({"error": "closed"}, 403)
    challenge = visit.desk.challenges.make(_purpose(invitation), visit.desk.draw(CHALLENGE_BYTES), visit.now)
    return visit.json_answer(
        passkeys.creation_options(visit.desk.settings, invitation.owner, invitation.name, [], challenge)
    )


async def passkey(visit: Visit) -> Response:
    """Join with the passkey that was made."""
    sent = await visit.json(passkeys.RESPONSE_BYTES)
    untrusted, label, link = sent.get("credential"), sent.get("label"), sent.get("token")
    if not isinstance(untrusted, dict) or not isinstance(label, str):
        return visit.json_answer({"error": "refused"}, 403)
    token, desk = visit.desk.draw(sessions.TOKEN_BYTES), visit.desk

    def join(books: Books) -> Account:
        invitation = _opened(books, link, visit.now)
        made = passkeys.registered(
            desk.settings, invitation.owner, label, untrusted,
            lambda given: desk.challenges.answered(given, _purpose(invitation), visit.now), visit.now,
        )  # fmt: skip
        with books.desk.transaction() as db:
            account = invitations.accept(db, invitation, visit.lang, visit.now)
            if not passkeys.add(db, made):
                raise RefusedPasskey
            _noted(books, visit, account, Action.PASSKEY_ADDED)
        return account

    try:
        account = await desk.run(lambda books: _joined(books, visit, join, token))
    except ClosedInvitation:
        return visit.json_answer({"error": "closed"}, 403)
    except RefusedPasskey:
        return visit.json_answer({"error": "refused"}, 403)
    return welcome(visit.json_answer({"go": "/account"}), account, token)


async def phrase(visit: Visit) -> Response:
    """Show a new passphrase and code generator, once."""
    token = visit.form.get("token", "")
    try:
        invitation = await visit.desk.run(lambda books: _opened(books, token, visit.now))
    except ClosedInvitation:
        return _closed(visit)
    made = await proposed(visit, invitation.owner)
    return visit.page("phrase.html", made=made, token=token, action="/join/phrase/done")


async def phrase_done(visit: Visit) -> Response:
    """Join with the passphrase that was shown, once its generator's first code is right."""
    link, code = visit.form.get("token", ""), visit.form.get("code", "")
    token = visit.desk.draw(sessions.TOKEN_BYTES)

    def join(books: Books) -> Account | None:
        invitation = _opened(books, link, visit.now)
        with books.desk.transaction() as db:
            if not passphrases.awaited(db, invitation.owner, code, visit.now):
                return None
            account = invitations.accept(db, invitation, visit.lang, visit.now)
            passphrases.confirm(db, account.account, code, visit.now)
            _noted(books, visit, account, Action.PHRASE_MADE)
        return account

    try:
        account = await visit.desk.run(lambda books: _joined(books, visit, join, token))
    except ClosedInvitation:
        return _closed(visit)
    if account is None:
        return visit.page("phrase_code.html", 403, token=link, action="/join/phrase/done")
    return welcome(visit.go("/account"), account, token)


def _joined(books: Books, visit: Visit, join: Callable[[Books], T], token: bytes) -> T:
    account = join(books)
    if isinstance(account, Account):
        begin(books, visit, account.account, "invitation", token)
        if account.partner is not None:
            settle(books, account.partner, visit.now)
    return account


def _opened(books: Books, untrusted_token: object, now: int) -> Invitation:
    if not isinstance(untrusted_token, str) or len(untrusted_token) > _TOKEN_LONGEST:
        raise ClosedInvitation
    with books.desk.reading() as db:
        invitation = invitations.opened_by(db, untrusted_token, now)
        there = None if invitation is None else accounts.one(db, invitation.owner)
    if invitation is None or (there is not None and there.removed is not None):
        raise ClosedInvitation
    return invitation


def _noted(books: Books, visit: Visit, account: Account, action: Action) -> None:
    audit.record(books.desk.db, visit.now, account.account, Action.JOINED)
    audit.record(books.desk.db, visit.now, account.account, action)


def _purpose(invitation: Invitation) -> str:
    return f"join {invitation.invitation}"


def _closed(visit: Visit) -> Response:
    return visit.page("join.html", 403, told=visit.say("join.closed"))


DOORS = (
    Door("GET", "/join", Grant.PUBLIC, page),
    Door("POST", "/join", Grant.PUBLIC, look),
    Door("POST", "/join/passkey/options", Grant.PUBLIC, passkey_options),
    Door("POST", "/join/passkey", Grant.PUBLIC, passkey),
    Door("POST", "/join/phrase", Grant.PUBLIC, phrase),
    Door("POST", "/join/phrase/done", Grant.PUBLIC, phrase_done),
)
