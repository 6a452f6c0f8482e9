"""Every door of the desk, tried by everybody: nothing opens without a grant, and what is not hers looks like what is not there."""

import asyncio
import dataclasses
import itertools
import random
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from starlette.responses import Response
from starlette.routing import Route

from referrals.casebook import UnknownReferral
from referrals.database import LockedError
from referrals.desk import sessions
from referrals.desk.app import DOORS, desk_app
from referrals.desk.doors import Door, Subject
from referrals.desk.grants import Grant, Role
from referrals.desk.store import Books
from referrals.desk.visit import BadRequest, Visit
from tests import filed
from tests.desk_rig import Rig, ask, desk_in

# Written down here once more, by hand: whoever changes the table must change this too.
HOLDERS: Mapping[Grant, set[Role]] = {
    Grant.WORK: {Role.CASEWORKER},
    Grant.LEAD: {Role.LEAD},
    Grant.TEAM: {Role.CASEWORKER, Role.LEAD},
    Grant.REPORTS: {Role.SAFETY_LEAD},
    Grant.OPERATE: {Role.OPERATOR},
}
OF_HER_PARTNER = {Grant.WORK, Grant.LEAD, Grant.TEAM}
# Every door that needs no session.
PUBLIC = {
    ("GET", "/"), ("GET", "/health"), ("GET", "/enter"), ("POST", "/enter/passkey/options"), ("POST", "/enter/passkey"),
    ("POST", "/enter/phrase"), ("POST", "/lang"), ("GET", "/join"), ("POST", "/join"), ("POST", "/join/passkey/options"),
    ("POST", "/join/passkey"), ("POST", "/join/phrase"), ("POST", "/join/phrase/done"),
}  # fmt: skip
ROLES = [
    ({Role.CASEWORKER}, "P1"), ({Role.LEAD}, "P1"), ({Role.CASEWORKER, Role.LEAD}, "P1"), ({Role.CASEWORKER}, "P2"),
    ({Role.LEAD}, "P2"), ({Role.SAFETY_LEAD}, None), ({Role.OPERATOR}, None), ({Role.SAFETY_LEAD, Role.OPERATOR}, None),
]  # fmt: skip
STANDINGS = ("live", "idle", "too long", "ended", "removed", "none", "garbage")
OWN, WITHDRAWN, THEIRS, HELD, UNKNOWN = "1" * 32, "4" * 32, "2" * 32, "3" * 32, "9" * 32


@dataclasses.dataclass(frozen=True)
class Tried:
    """An actor as the model sees her: who she is, if her session is live."""

    cookie: str | None
    live: bool
    roles: frozenset[Role]
    partner: str | None


def subjects(rig: Rig) -> Mapping[Subject, list[tuple[str, str | None, bool]]]:
    """Ids for each kind of path: (id, whose it is, whether anybody may know of it)."""
    hers = rig.account(Role.CASEWORKER, partner="P1")
    theirs = rig.account(Role.CASEWORKER, partner="P2")
    operator, removed = rig.account(Role.OPERATOR), rig.account(Role.CASEWORKER, partner="P1")
    rig.remove(removed)

    def file(books: Books) -> None:
        book = books.casebook
        book.receive(filed.alone(OWN, partner="P1"), b"sealed", filed.NOW)
        book.receive(filed.alone(THEIRS, partner="P2"), b"sealed", filed.NOW)
        book.receive(filed.alone(WITHDRAWN, partner="P1"), b"sealed", filed.NOW)
        book.receive(filed.withdrawal(WITHDRAWN, partner="P1"), b"sealed", filed.NOW)
        book.receive(filed.routing(HELD, partner="P1"), b"sealed", filed.NOW)
        book.receive(filed.report(), b"sealed", filed.NOW)

    rig.books(file)
    bad = [(UNKNOWN, None, False), ("../" + "1" * 29, None, False), ("1" * 31, None, False), ("A" * 32, None, False)]
    return {
        Subject.NONE: [("", None, True)],
        Subject.REFERRAL: [(OWN, "P1", True), (THEIRS, "P2", True), (WITHDRAWN, "P1", True), (HELD, "P1", False), *bad],
        Subject.ACCOUNT: [
            (hers.account, "P1", True), (theirs.account, "P2", True), (operator.account, None, True),
            (removed.account, "P1", False), *bad,
        ],
        Subject.REPORT: [(filed.REPORT, None, True), *bad],
    }  # fmt: skip


def actors(rig: Rig, rng: random.Random) -> Iterator[Tried]:
    """Everybody: each set of roles with each standing of her session, in random order."""
    drawn = list(itertools.product(ROLES, STANDINGS))
    rng.shuffle(drawn)
    for (roles, partner), standing in drawn:
        account, token = rig.account(*roles, partner=partner), rng.randbytes(32)
        ages = {"idle": (sessions.IDLE, sessions.IDLE), "too long": (sessions.LONGEST, 60)}
        began, seen = ages.get(standing, (60, 60))

        def begin(
            books: Books, token: bytes = token, account: str = account.account, began: int = began, seen: int = seen
        ) -> None:
            with books.desk.transaction() as db:
                session = sessions.begin(db, account, "passkey", token, filed.NOW - began)
                db.execute("UPDATE sessions SET seen = ? WHERE session = ?", (filed.NOW - seen, session))

        if standing == "removed":  # before: removal ends sessions, and even one that was left over must open nothing
            rig.remove(account)
        rig.books(begin)
        if standing == "ended":
            rig.books(lambda books, account=account: _ended(books, account.account))  # type: ignore[misc]
        cookie = {"none": None, "garbage": rng.randbytes(32).hex()}.get(standing, token.hex())
        yield Tried(cookie, standing == "live", frozenset(roles), partner)


def _ended(books: Books, account: str) -> None:
    with books.desk.transaction() as db:
        sessions.end_all(db, account)


def expected(door: Door, tried: Tried, whose: str | None, known: bool) -> str:
    """What a door should do, by the model above."""
    if (door.method, door.path) in PUBLIC:
        return "in"
    if not tried.live:
        return "sign in first"
    if not known:
        return "not found"
    if door.grant is Grant.SIGNED_IN:
        return "in"
    partner = tried.partner if door.subject is Subject.NONE else whose
    mine = door.grant not in OF_HER_PARTNER or (partner is not None and partner == tried.partner)
    return "in" if mine and tried.roles & HOLDERS[door.grant] else "not found"


async def inside(_: Visit) -> Response:
    """What stands behind every door in this test."""
    return Response(status_code=204)


def test_nothing_opens_without_a_grant(tmp_path: Path) -> None:
    """Everybody at every door, with every kind of subject in the path: what happens is what the model says, and 404 is one page."""
    rng, doors = random.Random(11), tuple(dataclasses.replace(door, answer=inside) for door in DOORS)
    counts: dict[str, int] = {}
    pages: set[bytes] = set()
    with desk_in(tmp_path, doors) as rig:
        ids = subjects(rig)
        everybody = list(actors(rig, rng))

        async def try_all() -> None:
            for tried, door in itertools.product(everybody, doors):
                for untrusted_id, whose, known in ids[door.subject]:
                    path = door.path.replace(f"{{{door.subject}}}", untrusted_id)
                    answer = await ask(rig, door.method, path, tried.cookie)
                    told = {204: "in", 303: "sign in first", 404: "not found"}[answer.status]
                    wanted = expected(door, tried, whose, known)
                    if "/" in untrusted_id:  # it is another path then, which no door has
                        wanted = "not found"
                    assert (told, door.method, door.path) == (wanted, door.method, door.path)
                    counts[told] = counts.get(told, 0) + 1
                    if told == "not found":
                        pages.add(answer.body)

        asyncio.run(try_all())

    assert len(pages) == 1
    # The figures that issue 5 asks for: `pytest -s` shows them.
    print(f"authorization: {len(everybody)} actors, {len(doors)} doors, {sum(counts.values())} visits: {counts}")  # noqa: T201
    assert min(counts.values()) > 50


def test_only_these_doors_need_no_session() -> None:
    """A door that is public stands in the list above; every other asks a grant that roles hold, or a session."""
    assert {(door.method, door.path) for door in DOORS if door.grant is Grant.PUBLIC} == PUBLIC
    assert {door.grant for door in DOORS} <= {*HOLDERS, Grant.PUBLIC, Grant.SIGNED_IN}


def test_every_route_is_a_door(desk: Rig) -> None:
    """The application has the doors and the static files, and no other route."""
    routes = {
        (method, route.path) for route in desk.app.routes if isinstance(route, Route) for method in route.methods or ()
    }

    assert len(desk.app.routes) == len(DOORS) + 1
    assert {each for each in routes if each[0] != "HEAD"} == {
        *((door.method, door.path) for door in DOORS),
        ("GET", "/static/{hash}/{name}"),
    }


def test_a_path_that_names_a_subject_says_so() -> None:
    """A door whose path holds an id has its subject, so that nothing behind it is reached unchecked."""
    for door in DOORS:
        named = {subject for subject in Subject if f"{{{subject}}}" in door.path}

        assert named == ({door.subject} - {Subject.NONE})
        assert door.path.count("{") == len(named)


def test_one_door_for_each_method_and_path(desk: Rig) -> None:
    """A door that would stand behind another is refused."""
    door = DOORS[0]

    with pytest.raises(ValueError, match="same method and path"):
        desk_app(desk.desk, (door, dataclasses.replace(door, grant=Grant.PUBLIC)))


def test_what_is_not_there_and_what_is_not_hers_are_one_page(desk: Rig) -> None:
    """An unknown path, another method, another partner's colleague and an unknown one: the same bytes, and for a stranger too."""
    her = desk.signed_in(desk.account(Role.LEAD, partner="P1"))
    other = desk.account(Role.CASEWORKER, partner="P2")
    answers = [
        her.get("/nothing"), her.get("/enter/phrase"), her.post("/team"), her.get("/team/"), her.get("/static/x/desk.css"),
        her.get(f"/team/{other.account}/remove"), her.get(f"/team/{UNKNOWN}/remove"), desk.browser().get("/nothing"),
    ]  # fmt: skip

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_a_script_is_told_that_it_is_signed_out(desk: Rig) -> None:
    """What a page asks by script is answered in JSON; a page is led to sign in, and told why where something was sent."""
    stranger = desk.browser()

    assert stranger.post("/account/passkey/options", json={}).status_code == 401
    assert stranger.get("/account", headers={"accept": "application/json"}).json() == {"error": "signed_out"}
    assert stranger.get("/account").headers["location"] == "/enter"
    assert stranger.post("/team/two").headers["location"] == "/enter?over"


def test_a_defect_tells_nothing(tmp_path: Path) -> None:
    """What breaks behind a door is a plain 500 with every header, and none of its words."""

    async def broken(_: Visit) -> Response:
        raise RuntimeError("MARK")

    with desk_in(tmp_path, (Door("GET", "/broken", Grant.PUBLIC, broken),)) as rig:
        answer = rig.browser().get("/broken")

    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    ("error", "status", "page"),
    [
        (LockedError(Path("MARK")), 503, "The desk is in trouble"),
        (UnknownReferral(), 404, "Not found"),
        (BadRequest("MARK"), 400, "This could not be read"),
    ],
)
def test_what_goes_wrong_is_told_plainly(tmp_path: Path, error: Exception, status: int, page: str) -> None:
    """A locked database, a referral that went meanwhile, a form that can't be read: a page, or JSON for a script."""

    async def failing(_: Visit) -> Response:
        raise error

    with desk_in(tmp_path, (Door("POST", "/failing", Grant.PUBLIC, failing),)) as rig:
        read = rig.browser().post("/failing")
        by_script = rig.browser().post("/failing", headers={"accept": "application/json"})

    assert (read.status_code, by_script.status_code) == (status, status)
    assert page in read.text
    assert "MARK" not in read.text + by_script.text
