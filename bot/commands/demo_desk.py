"""The desk of the demo: the real desk on loopback, with fictional caseworkers, published keys, and a door that asks for nothing.

Only here is there a way in without passkey or passphrase, and only here are there words that are printed. `naru desk` has neither.
"""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from starlette.responses import Response
from starlette.types import ASGIApp

from bot.app import Words
from bot.commands.desk import keep_house, listening_at, made_desk, opened_books, serving
from bot.settings import DESK_KEY_NAMES, read_keys
from referrals import fixtures
from referrals.age_format import FILE_KEY_BYTES, NONCE_BYTES, Stanza, encode_header, seal_payload, to_base64
from referrals.age_keys import Identity
from referrals.desk import accounts, key_store, sessions
from referrals.desk.accounts import Account
from referrals.desk.app import DOORS, desk_app
from referrals.desk.clerk import Clerk
from referrals.desk.cookies import keep_session
from referrals.desk.doors import Door
from referrals.desk.grants import Grant, Role
from referrals.desk.rendering import environment, shipped_pages
from referrals.desk.settings import DeskSettings
from referrals.desk.signing_in import begin, first_page
from referrals.desk.store import Books
from referrals.desk.visit import BadRequest, Visit

WORDS: Final = (
    "DEM0-DEM0-DEM0-DEM0-DEM0"  # 20 signs as real ones have, printed for all: they wrap keys that everybody can make
)
_SCRYPT_LOG_N = 10  # the least work: words that are printed need no slowing
_SALT_BYTES = 16  # age.md, "scrypt recipient stanza"
_SALT_LABEL = b"age-encryption.org/v1/scrypt"  # the same
_SCRYPT_R, _SCRYPT_P, _WRAP_KEY_BYTES = 8, 1, 32  # the same
_ID = re.compile(r"[0-9a-f]{32}")
# Fictional aliases; two caseworkers and a lead at each partner, so that handing over and two people are there to be tried.
_NAMES: Final = (("Bora", Role.CASEWORKER), ("Dami", Role.CASEWORKER), ("Hana", Role.LEAD))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom one can be with one click."""

    account: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Group:
    """The people of one partner, or of none."""

    partner: str | None
    alias: str
    people: tuple[Person, ...]


@dataclass
class Demo:
    """What the demo's pages show beside the desk's own: whom one can be, the words, and the guide where it is not put away."""

    groups: tuple[Group, ...]
    phone: str  # address of the practice phone
    words: str = WORDS
    put_away: set[str] = field(default_factory=set)  # sessions whose guide is closed


@asynccontextmanager
async def demo_desk(
    place: Path, words: Words, signer: bytes, port: int, phone: str, watched: Callable[[ASGIApp], ASGIApp] = lambda app: app
) -> AsyncIterator[str]:  # fmt: skip
    """Serve the desk of a demo's place for the length of a block, and give its address.

    `signer` is the demo bot's public key, `phone` the practice phone's address; `watched` may put something before the desk.
    """
    keys = read_keys(place, None, DESK_KEY_NAMES)
    listener, settings = listening_at(DeskSettings(origin="", port=port, socket=None))
    clerk = Clerk(lambda: opened_books(place, keys))
    try:
        desk = made_desk(clerk, settings, words)
        demo = Demo(clerk.do(lambda books: _peopled(books, signer, int(desk.clock()))), phone)
        pages = environment(shipped_pages())
        pages.globals["demo"] = demo
        doors = (*DOORS, *_doors(demo))
        async with serving(watched(desk_app(replace(desk, pages=pages), doors)), listener):
            house = asyncio.create_task(keep_house(desk))
            yield settings.origin
            house.cancel()
            await asyncio.gather(house, return_exceptions=True)
    finally:
        clerk.close()


# ---------------------------------------------------------------------------------------------------------------- people


def _peopled(books: Books, signer: bytes, now: int) -> tuple[Group, ...]:
    """Make the fictional staff with their published keys."""
    listed = json.loads(fixtures.partners(datetime.fromtimestamp(now, UTC).date()))["partners"]
    serving_now = [each for each in listed if each["x_status"] == "active" and not each.get("x_canary")]
    groups = []
    with books.desk.transaction() as db:

        def person(name: str, role: Role, partner: str | None, identity: Identity | None) -> Person:
            made = Account(os.urandom(accounts.ID_BYTES).hex(), name, partner, frozenset({role}), "en", now)
            accounts.add(db, made)
            if identity is not None:
                sealed = wrapped(identity, signer, WORDS)
                key_store.make(db, made.account, identity.recipient, {"words": sealed}, None, now)
            return Person(made.account, name, role)

        for record in sorted(serving_now, key=lambda each: int(each["x_alias"])):
            partner = record["id"]
            keys = [fixtures.identity(partner, number) for number in range(1, fixtures.CASEWORKERS + 1)]
            people = [person(*each, partner, key) for each, key in zip(_NAMES, [*keys, None], strict=True)]
            for key, colleague in zip(keys, reversed(people[:-1]), strict=True):
                key_store.approve(db, key_store.mark_of(key.recipient), colleague.account, now)
            groups.append(Group(partner, record["x_alias"], tuple(people)))
        others = (
            person("Suni", Role.SAFETY_LEAD, None, fixtures.safety_lead_identity(1)),
            person("Ori", Role.OPERATOR, None, None),
        )
    return (*groups, Group(None, "", others))


def wrapped(identity: Identity, signer: bytes, words: str) -> bytes:
    """An identity file as the browser makes it, in an age file under words (age.md, "scrypt recipient stanza")."""
    text = f"# recipient: {identity.recipient}\n# signer: {signer.hex()}\n{identity.secret.reveal()}\n"
    file_key, salt = os.urandom(FILE_KEY_BYTES), os.urandom(_SALT_BYTES)
    derivation = Scrypt(_SALT_LABEL + salt, _WRAP_KEY_BYTES, 1 << _SCRYPT_LOG_N, _SCRYPT_R, _SCRYPT_P)
    body = ChaCha20Poly1305(derivation.derive(words.encode())).encrypt(bytes(12), file_key, None)
    header = encode_header([Stanza(("scrypt", to_base64(salt), str(_SCRYPT_LOG_N)), body)], file_key)
    return header + seal_payload(text.encode(), file_key, os.urandom(NONCE_BYTES))


# ----------------------------------------------------------------------------------------------------------------- doors


def _doors(demo: Demo) -> Sequence[Door]:
    people = {person.account: person for group in demo.groups for person in group.people}

    async def case(visit: Visit) -> Response:
        """From the practice phone's page to one referral: by whoever of its partner one chooses to be."""
        untrusted_id = visit.path["any_id"]
        listed = await visit.desk.run(lambda books: books.casebook.one(untrusted_id))
        if listed is None:
            return visit.go("/enter")
        if visit.actor and visit.actor.partner == listed.partner and Role.CASEWORKER in visit.actor.roles:
            return visit.go(f"/case/{listed.referral_id}")
        return visit.page("enter.html", told=None, demo_case=listed.referral_id, demo_partner=listed.partner)

    async def enter(visit: Visit) -> Response:
        """Sign in as somebody fictional, with one click."""
        person, untrusted_case = people.get(visit.form.get("account", "")), visit.form.get("case", "")
        if person is None:
            raise BadRequest("nobody of the demo")
        token = visit.desk.draw(sessions.TOKEN_BYTES)
        await visit.desk.run(lambda books: begin(books, visit, person.account, "demo", token))
        to_case = person.role is Role.CASEWORKER and _ID.fullmatch(untrusted_case)
        answer = visit.go(f"/case/{untrusted_case}" if to_case else first_page(frozenset({person.role})))
        keep_session(answer, token)
        return answer

    async def guide(visit: Visit) -> Response:
        """Put the guide away, or take it out again."""
        demo.put_away ^= {visit.who.session}
        return visit.go(first_page(visit.who.roles))

    return (
        Door("GET", "/demo/case/{any_id}", Grant.PUBLIC, case),
        Door("POST", "/demo/enter", Grant.PUBLIC, enter),
        Door("POST", "/demo/guide", Grant.SIGNED_IN, guide),
    )
