"""A desk to test with: real databases, real pages, the real application; a clock that is moved and a seeded draw.

    rig.account(Role.CASEWORKER, partner="P1")   an account, as if somebody had joined
    rig.browser()                                a browser of its own, nobody signed in
    rig.signed_in(account)                       a browser in which she is signed in
    rig.books(lambda books: …)                   look into the databases

Fictional accounts only.
"""

import random
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from starlette.testclient import TestClient

from bot.texts import Catalogues
from referrals.casebook import Casebook
from referrals.database import Connection
from referrals.desk import accounts, sessions
from referrals.desk.accounts import Account
from referrals.desk.app import desk_app
from referrals.desk.assets import Assets
from referrals.desk.challenges import Challenges
from referrals.desk.clerk import Clerk
from referrals.desk.doors import Door
from referrals.desk.grants import Role
from referrals.desk.parts import Desk
from referrals.desk.rendering import environment
from referrals.desk.settings import DeskSettings
from referrals.desk.slowing import Slowing
from referrals.desk.store import Books, DeskStore
from referrals.desk.words import LOCALES, DeskWords, Lang
from referrals.secret import Secret
from tests import filed
from tools.words import ROOT, compile_catalogues

ORIGIN = "https://desk.example"
DESK_KEY = Secret(bytes(range(64, 96)))  # fictional
FOLDER = ROOT / "referrals" / "desk"
T = TypeVar("T")


class Clock:
    """Unix seconds; moved by hand."""

    def __init__(self, now: float = filed.NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        """The time."""
        return self.now

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


class Browser(TestClient):
    """A browser: it keeps cookies, and sends what a real one sends from one of the desk's own pages. It follows no redirect."""

    def __init__(self, rig: "Rig") -> None:
        super().__init__(rig.app, base_url=rig.desk.settings.origin, follow_redirects=False)
        self.headers.update(
            {"accept-language": "en", "sec-fetch-site": "same-origin", "origin": rig.desk.settings.origin}
        )


class Rig:
    """A desk and everything around it."""

    def __init__(self, folder: Path, words: Path, doors: tuple[Door, ...] | None = None, **settings: object) -> None:
        self.clock = Clock()
        self._random = random.Random(5)
        self.folder = folder
        self.clerk = Clerk(lambda: opened_books(folder))
        self.desk = Desk(
            clerk=self.clerk,
            words=DeskWords(words),
            labels=_labels(words),
            clock=self.clock,
            draw=self._random.randbytes,
            settings=DeskSettings(**({"origin": ORIGIN} | settings)),  # type: ignore[arg-type]  # a test says which
            static=Assets(FOLDER / "static"),
            pages=environment(FOLDER / "pages"),
            challenges=Challenges(self._random.randbytes(32)),
            slowing=Slowing(),
        )
        self.app = desk_app(self.desk) if doors is None else desk_app(self.desk, doors)

    def books(self, work: Callable[[Books], T]) -> T:
        """Do something with the databases, in the thread that owns them."""
        return self.clerk.do(work)

    def written(self, work: Callable[[Connection], T]) -> T:
        """Do something with desk.db in one transaction."""

        def write(books: Books) -> T:
            with books.desk.transaction() as db:
                return work(db)

        return self.books(write)

    def account(self, *roles: Role, partner: str | None = None, name: str = "Ada", lang: Lang = "en") -> Account:
        """Make an account, as if somebody had joined."""
        made = Account(self.desk.draw(16).hex(), name, partner, frozenset(roles), lang, int(self.clock()))

        def add(books: Books) -> None:
            with books.desk.transaction() as db:
                accounts.checked(made.name, made.partner, made.roles)
                accounts.add(db, made)

        self.books(add)
        return made

    def remove(self, account: Account) -> None:
        """End an account."""

        def end(books: Books) -> None:
            with books.desk.transaction() as db:
                accounts.remove(db, account.account, int(self.clock()))

        self.books(end)

    def browser(self) -> Browser:
        """A browser of its own in which nobody is signed in."""
        return Browser(self)

    def signed_in(self, account: Account) -> Browser:
        """A browser in which she is signed in, as if by passkey and just now."""
        token = self.desk.draw(sessions.TOKEN_BYTES)

        def begin(books: Books) -> None:
            with books.desk.transaction() as db:
                sessions.begin(db, account.account, "passkey", token, int(self.clock()))

        self.books(begin)
        browser = self.browser()
        browser.cookies.set(sessions.COOKIE, token.hex())
        return browser

    def close(self) -> None:
        """Close the databases."""
        self.clerk.close()


def opened_books(folder: Path) -> Books:
    """Both databases in a folder, made where they are missing."""
    desk = DeskStore.opened(folder / "desk.db", DESK_KEY, create=True)
    return Books(desk, Casebook.opened(folder / "casebook.db", filed.KEY, create=True))


def _labels(words: Path) -> Mapping[Lang, Mapping[str, str]]:
    """What the person reads, as the program hands it to the desk."""
    catalogues = Catalogues(words, frozenset())
    return {lang: catalogues.words(locale) for lang, locale in LOCALES.items()}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def ask(
    rig: Rig, method: str, path: str, cookie: str | None = None, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> Answer:  # fmt: skip
    """One request straight into the application, in the caller's loop: ten times as quick as a browser."""
    sent = {"host": rig.desk.settings.host, "sec-fetch-site": "same-origin", "accept-language": "en"}
    sent |= {"cookie": f"{sessions.COOKIE}={cookie}"} if cookie else {}
    sent |= headers or {}
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": path, "raw_path": path.encode(),
        "query_string": b"", "root_path": "", "server": ("desk", 80), "client": None,
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
    }  # fmt: skip
    got: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        got.append(message)

    await rig.app(scope, receive, send)
    named = {name.decode(): value.decode() for name, value in got[0]["headers"]}
    return Answer(got[0]["status"], named, b"".join(each.get("body", b"") for each in got[1:]))


@contextmanager
def desk_in(folder: Path, doors: tuple[Door, ...] | None = None, **settings: object) -> Iterator[Rig]:
    """A desk in a folder, for the length of a block."""
    compile_catalogues(ROOT / "locales", folder / "words")
    rig = Rig(folder, folder / "words", doors, **settings)
    try:
        yield rig
    finally:
        rig.close()
