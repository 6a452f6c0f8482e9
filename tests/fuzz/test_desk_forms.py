"""Every door of the desk against everybody and anything: fields, JSON, ids, sizes, encodings, methods that no browser of ours sends."""

import asyncio
import json
import logging
import random
import re
from collections import Counter
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_from_bytes, urlencode

import pytest

from referrals.desk import audit, sessions
from referrals.desk.app import DOORS
from referrals.desk.doors import Door, Subject
from referrals.desk.grants import Grant, Role
from referrals.desk.protection import headers
from referrals.desk.store import Books
from tests.conftest import FIGURE, LONG
from tests.desk_rig import FOLDER, Answer, Rig, desk_in
from tests.desk_work import deliver, rid, seen
from tests.fuzz.harm import SEED, VALUES, Record
from tests.referrals.desk.test_app import UNKNOWN, subjects

COUNT = 50_000 if LONG else 1_000  # requests
MARK = "5c1e"  # stands in every text that is sent
# Were it ever told without escaping, it would be code.
ECHO = f"'\"><img src=x onerror={MARK}>"
ROLES = (
    ((Role.CASEWORKER,), "P1"), ((Role.LEAD,), "P1"), ((Role.CASEWORKER, Role.LEAD), "P1"), ((Role.CASEWORKER,), "P2"),
    ((Role.SAFETY_LEAD,), None), ((Role.OPERATOR,), None),
)  # fmt: skip
# Who of ROLES may, by the grant that a door asks: most requests are hers, so that they get behind the threshold.
HOLDERS = {Grant.WORK: (0, 2), Grant.LEAD: (1, 2), Grant.TEAM: (0, 1, 2), Grant.REPORTS: (4,), Grant.OPERATE: (5,)}
SLOW = "phrase"  # a path with this in it costs Argon2 on purpose: it is drawn one time in ten
METHODS = ("HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "MARKED")
# What the JSON doors read.
MEMBERS = (
    "version", "sealed", "asks", "recipient", "replaces", "wraps", "kind", "packet_id", "token", "id", "rawId", "type", "response",
    "clientDataJSON", "authenticatorData", "signature", "attestationObject", "transports", "name",
)  # fmt: skip
FIELDS = sorted(
    {
        each
        for page in sorted((FOLDER / "pages").glob("*.html"))
        for each in re.findall(r'name="([a-z_]+)"', page.read_text("utf-8"))
    }
)  # every field of every form there is
TEXTS = (
    ECHO, MARK, "", " ", "0", "1", "-1", "9" * 9, "9" * 400, "1e3", "٣", "１", "\x00", "\r\nSet-Cookie: a=b", "\u202e" + MARK, "가" * 50,
    "../../etc/passwd", "%00", "{{ 7*7 }}", "' OR 1=1 --", "a@b.example", "Asia/Seoul", "../../zone", "P1", "P2", "caseworker", "lead",
    "no_capacity", "referred", "limited", "closed", "ko", "//evil.example", "/\\evil.example", "https://evil.example", "True", "null",
)  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """One request."""

    method: str
    path: bytes  # as it stands in the request line, percent signs and all
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: tuple[bytes, ...]  # in pieces
    door: str  # for the count


@dataclass
class Seen:
    """What came of it all."""

    statuses: Counter[int] = field(default_factory=Counter)
    doors: Counter[str] = field(default_factory=Counter)
    done: set[str] = field(default_factory=set)  # doors that did something: the harm was not all at the threshold


class Fuzzer:
    """Draws requests for a desk that has something in it."""

    def __init__(self, rig: Rig, rng: random.Random) -> None:
        self.rig, self.rng = rig, rng
        self.ids = subjects(rig)
        self.referrals = [deliver(rig, number) for number in range(1, 40)]
        self.arrive()
        self.first, self.drawn = iter(DOORS), 0

    def arrive(self) -> None:
        """New people, signed in: some of those before were removed or signed out. Each has a name that would be code."""
        self.accounts = [self.rig.account(*roles, partner=partner, name=ECHO) for roles, partner in ROLES]
        self.cookies = [self.sign_in(place) for place in range(len(ROLES))]

    def sign_in(self, place: int) -> str:
        """A new session of one of them."""
        token, account = self.rng.randbytes(32), self.accounts[place].account
        self.rig.written(lambda db: sessions.begin(db, account, "passkey", token, int(self.rig.clock())))
        return token.hex()

    def sent(self) -> Sent:
        """The next request; each door has its turn at first."""
        rng = self.rng
        self.drawn += 1
        door = next(self.first, None) or rng.choice(DOORS)
        while self.drawn > len(DOORS) and SLOW in door.path and rng.random() < 0.9:  # see SLOW
            door = rng.choice(DOORS)
        method = door.method if rng.random() < 0.95 else rng.choice(METHODS)  # mostly the door's own
        untrusted_id = self._id(door)
        path = door.path.replace(f"{{{door.subject}}}", untrusted_id).encode("utf-8", "surrogatepass")
        if rng.random() < 0.03:  # seldom another path
            path += quote(rng.choice(("/", "//", "/..", "/\x00", "/%2e%2e", "/가", "?", "/" + "a" * 5_000))).encode()
        body, kind = self._body(door, untrusted_id)
        given = [
            (b"host", self.rig.desk.settings.host.encode()),
            (b"sec-fetch-site", b"same-origin"),
            (b"content-type", kind),
        ]
        given += self._odd_headers()
        if (cookie := self._cookie(door)) is not None:
            given.append((b"cookie", f"{sessions.COOKIE}={cookie}".encode("latin-1", "replace")))
        rng.shuffle(given)
        query = (
            urlencode({rng.choice((*FIELDS, "told", "shown", "page", "after", "over")): self._text()}).encode()
            if rng.random() < 0.3
            else b""
        )
        cut = rng.randrange(len(body) + 1)
        return Sent(method, path, query, tuple(given), (body[:cut], body[cut:]), f"{door.method} {door.path}")

    def _id(self, door: Door) -> str:
        known = [each for each, _, _ in self.ids[door.subject]]
        if door.subject is Subject.REFERRAL:
            known += self.referrals * 2
        if door.subject is Subject.ACCOUNT:
            known += [each.account for each in self.accounts]
        return (
            self.rng.choice(known) if self.rng.random() < 0.9 else quote(self._text().encode("utf-8", "surrogatepass"))
        )

    def _cookie(self, door: Door) -> str | None:
        match self.rng.randrange(20):
            case 0:
                return None
            case 1:
                return self.rng.choice((self.rng.randbytes(32).hex(), "", "가", "a" * 5_000, "0" * 63, '"'))
            case 2 | 3 | 4:
                return self.rng.choice(self.cookies)
            case _:
                return self.cookies[self.rng.choice(HOLDERS.get(door.grant, range(len(ROLES))))]

    def _odd_headers(self) -> list[tuple[bytes, bytes]]:
        odd = (
            (b"accept", b"application/json"), (b"accept-language", b"zh;q=1e999, ,;;q=" + ECHO.encode()), (b"accept-language", b"\xff\xfe"),
            (b"cookie", b"__Host-naru-lang=" + ECHO.encode()), (b"cookie", b"=;;;" * 500), (b"sec-fetch-site", b"cross-site"),
            (b"origin", b"null"), (b"host", b"evil.example"), (b"content-type", b"text/plain; charset=\xff"), (b"range", b"bytes=0-"),
            (b"content-length", b"-1"), (b"transfer-encoding", b"chunked"), (b"x-forwarded-host", b"evil.example"),
            (b"expect", b"100-continue"),
        )  # fmt: skip
        return [self.rng.choice(odd)] if self.rng.random() < 0.2 else []  # one in five

    def _text(self) -> str:
        rng = self.rng
        match rng.randrange(8):
            case 0:
                return rng.choice((self._an_id(), self._an_id().upper(), f"{MARK}{self._an_id()}"))
            case 1:
                return "".join(
                    chr(rng.choice((rng.randrange(0x80), rng.randrange(0xD800), rng.randrange(0x10000, 0x11000))))
                    for _ in range(rng.randrange(40))
                )
            case 2:
                return ECHO * rng.choice((1, 100, 300))
            case _:
                return rng.choice(TEXTS)

    def _an_id(self) -> str:
        return self.rng.choice((self.referrals[0], rid(7), UNKNOWN, *(each.account for each in self.accounts)))

    def _body(self, door: Door, untrusted_id: str) -> tuple[bytes, bytes]:
        rng = self.rng
        form, script = b"application/x-www-form-urlencoded", b"application/json"
        if door.method == "GET" and rng.random() < 0.9:  # a GET has none
            return b"", b""
        match rng.randrange(12):
            case 0:
                return rng.randbytes(rng.choice((0, 10, 4_000, 200_000))), rng.choice(
                    (form, script, b"multipart/form-data; boundary=x", b"\xff")
                )
            case 1:
                return ("&".join(f"f{number}=1" for number in range(rng.choice((19, 20, 21, 5_000))))).encode(), form
            case 2:
                pieces = [
                    rng.randbytes(20),
                    self._text().encode("utf-16", "surrogatepass"),
                    self._text().encode("cp949", "replace"),
                ]
                return b"&".join(
                    quote(rng.choice(FIELDS)).encode() + b"=" + quote_from_bytes(rng.choice(pieces)).encode()
                    for _ in range(3)
                ), form
            case 3 | 4 | 5:
                return self._json(), script
            case _:
                return urlencode(self._pairs(door, untrusted_id), errors="surrogatepass").encode(), form

    def _pairs(self, door: Door, untrusted_id: str) -> list[tuple[str, str]]:
        """The fields of a form, some of them as a page would fill them, some twice."""
        rng = self.rng
        given = [(name, self._text()) for name in rng.sample(FIELDS, rng.randrange(15))]
        if (
            door.subject is Subject.REFERRAL and untrusted_id in self.referrals and rng.random() < 0.7
        ):  # as her page has it
            hers = list(seen(self.rig, untrusted_id).items())
            if rng.random() < 0.2:
                hers[0] = ("version", rng.choice(("9" * 9, "9" * 400, "-1", "٣", "0")))
            given = [*hers, *given]
        if rng.random() < 0.5:  # either
            given.append(("code", rng.choice(("no_capacity", "service_provided_by_your_agency", "123456", "code"))))
        if "team" in door.path or "invite" in door.path:
            given += [("name", "Ada"), ("role", "caseworker")]
        if rng.random() < 0.2:  # seldom
            given += given[:2]
        return given

    def _json(self) -> bytes:
        rng = self.rng
        if rng.random() < 0.2:  # no object, no JSON, or one that is too deep or too long
            return rng.choice(
                (
                    b"",
                    b"[]",
                    b"1",
                    b'"a"',
                    b"{",
                    b"[" * 200_000,
                    b"{}" * 2,
                    b'{"a":' * 9_000,
                    b"\xff\xfe{\x00}\x00",
                    b'{"version":' + b"9" * 5_000 + b"}",
                )
            )
        made = {rng.choice(MEMBERS): self._value() for _ in range(rng.randrange(6))}
        if rng.random() < 0.5:  # a reply as a browser sends it, but for its values
            age = "YWdlLWVuY3J5cHRpb24ub3JnL3YxCg=="  # begins as an age file does
            made = {
                "version": rng.choice((1, 2, 3, self._value())),
                "sealed": rng.choice((age, self._value())),
                "asks": rng.choice((True, False, self._value())),
            }
        return json.dumps(made, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")  # either

    def _value(self) -> Any:
        rng = self.rng
        return rng.choice((self._text(), rng.choice(VALUES), {rng.choice(MEMBERS): rng.choice(VALUES)}, [self._text()]))


async def answered(rig: Rig, sent: Sent) -> Answer:
    """One request straight into the application, nothing of it put right by a client."""
    path = sent.path.decode("latin-1")
    scope = {
        "type": "http", "http_version": "1.1", "method": sent.method, "scheme": "http", "path": path, "raw_path": sent.path,
        "query_string": sent.query, "root_path": "", "server": ("desk", 80), "client": None, "headers": list(sent.headers),
    }  # fmt: skip
    pieces = [{"type": "http.request", "body": piece, "more_body": True} for piece in sent.body]
    pieces.append({"type": "http.request", "body": b"", "more_body": False})
    arriving = iter(pieces)
    got: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return next(arriving, {"type": "http.disconnect"})

    async def send(message: MutableMapping[str, Any]) -> None:
        got.append(message)

    await rig.app(scope, receive, send)
    named = {name.decode("latin-1"): value.decode("latin-1") for name, value in got[0]["headers"]}
    return Answer(got[0]["status"], named, b"".join(each.get("body", b"") for each in got[1:]))


def counted(books: Books) -> tuple[int, int]:
    """How many rows were ever changed in either database by this process, whatever was undone of it."""
    return books.desk.db.total_changes, books.casebook._db.total_changes


def content(books: Books) -> list[list[Any]]:
    """All rows of every table of both databases."""
    found = []
    for db in (books.desk.db, books.casebook._db):
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
        found += [sorted(db.execute(f"SELECT * FROM {name}").fetchall(), key=str) for name in tables]  # noqa: S608  # the schema's names
    return found


def judged(rig: Rig, sent: Sent, answer: Answer) -> None:
    """What holds for every answer."""
    assert answer.status < 500, f"{sent.door}: {answer.status}"  # HTTP
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert ECHO.encode() not in answer.body, f"{sent.door}: told as it was sent"
        assert f"onerror={MARK}>".encode() not in answer.body, f"{sent.door}: told as it was sent"
    assert b"Traceback" not in answer.body
    for name, value in headers(rig.desk.static).items():
        static = sent.path.startswith(b"/static/")
        assert static or answer.headers.get(name.lower(), answer.headers.get(name)) == value, f"{sent.door}: {name}"
    location = answer.headers.get("location", "/")
    assert re.fullmatch(r"/[a-z0-9_/?=&.-]*", location), f"{sent.door}: sent on to another place"
    assert not any(sign in value for value in answer.headers.values() for sign in "\r\n\x00")


async def one(
    fuzzer: Fuzzer, sent: Sent, found: Seen, before: tuple[tuple[int, int], list[list[Any]]]
) -> tuple[tuple[int, int], list[list[Any]]]:
    """One request, judged; what is in the books afterwards."""
    rig = fuzzer.rig
    answer = await answered(rig, sent)
    judged(rig, sent, answer)
    found.statuses[answer.status] += 1
    found.doors[sent.door] += 1
    count, rows = before
    now = await rig.desk.run(counted)
    if now == count:
        return before
    left = await rig.desk.run(content)
    if answer.status >= 400:  # HTTP: it was refused
        assert left == rows, f"{sent.door}: {answer.status}, and something was changed"
    elif left != rows:
        found.done.add(sent.door)
    return now, left


def test_no_request_breaks_the_desk(tmp_path: Path, record_property: Record, caplog: pytest.LogCaptureFixture) -> None:
    """Never a 500 and never a traceback, every header on every answer, nothing told as it was sent or logged, nothing changed by what was
    refused; and the audit still verifies."""
    rng, found = random.Random(f"desk {SEED}"), Seen()
    caplog.set_level(logging.DEBUG)
    with desk_in(tmp_path) as rig:
        fuzzer = Fuzzer(rig, rng)

        async def all_of_them() -> None:
            books = rig.books(counted), rig.books(content)
            for number in range(COUNT):
                if number % 25 == 0:
                    rig.clock.passes(20)
                    fuzzer.arrive()
                    books = await rig.desk.run(counted), await rig.desk.run(content)
                sent = fuzzer.sent()
                try:
                    books = await one(fuzzer, sent, found, books)
                except BaseException as error:
                    (tmp_path / "found").write_text(f"{sent!r}\n", "utf-8")
                    raise AssertionError(
                        f"request {number} of seed {SEED}: {sent.door}; it is in {tmp_path / 'found'}"
                    ) from error

        asyncio.run(all_of_them())
        assert rig.written(audit.verify).broken_at is None
    record_property(
        FIGURE,
        f"fuzz desk: seed {SEED}, {COUNT} requests at {len(found.doors)} of {len(DOORS)} doors, "
        f"{len(found.done)} of them did something: "
        + ", ".join(f"{status} {times}" for status, times in sorted(found.statuses.items())),
    )
    assert MARK not in caplog.text
    assert len(found.doors) == len(DOORS)
    assert len(found.done) > 3, "most was stopped at the threshold, and behind it nothing was tried"  # of about 40
    assert found.statuses.keys() >= {200, 303, 400, 404}
