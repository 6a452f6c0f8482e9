"""The desk as one application: every door in one table, and one way through them.

    protection ── host, own pages only, headers
        ▼
    arrive ── who is it (session), what does the path name (subject), may she (grants)?   no: the same 404 for all
        ▼
    door.answer(visit)

A handler checks no right by itself, and there is no route beside the doors.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from referrals.casebook_changes import UnknownReferral
from referrals.database import DatabaseError
from referrals.desk import account, entering, joining, keys, notifying, operating, replying, sessions, team, working
from referrals.desk.cookies import LANG_COOKIE
from referrals.desk.doors import Door, Subject
from referrals.desk.grants import Actor, allowed
from referrals.desk.parts import Desk
from referrals.desk.protection import Protection
from referrals.desk.store import Books
from referrals.desk.subjects import NoSuchSubject, partner_of
from referrals.desk.visit import BadRequest, Visit, form_fields
from referrals.desk.words import Lang, known, preferred

DOORS: tuple[Door, ...] = (
    *entering.DOORS,
    *joining.DOORS,
    *account.DOORS,
    *team.DOORS,
    *working.DOORS,
    *keys.DOORS,
    *replying.DOORS,
    *notifying.DOORS,
    *operating.DOORS,
)
KEYS = tuple(f"error.{what}{part}" for what in ("not_found", "bad_request", "trouble") for part in ("", ".title"))
_log = logging.getLogger(__name__)


def desk_app(desk: Desk, doors: tuple[Door, ...] = DOORS) -> Starlette:
    """The whole desk as one application. Raises ValueError when two doors have the same method and path."""
    if len({(door.method, door.path) for door in doors}) != len(doors):
        raise ValueError("two doors have the same method and path")
    routes = [Route(door.path, _through(desk, door), methods=[door.method]) for door in doors]
    static = Route("/static/{hash}/{name}", _static(desk), methods=["GET"])

    async def nothing_here(request: Request, _: Exception) -> Response:
        return _not_found(Visit(desk, request, None, _lang(request), int(desk.clock())))

    app = Starlette(
        routes=[static, *routes],
        middleware=[Middleware(Protection, settings=desk.settings, static=desk.static)],
        exception_handlers={HTTPException: nothing_here},
    )
    app.router.redirect_slashes = False
    return app


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who came to a door, and whether it opens."""

    actor: Actor | None
    allowed: bool


def arrive(books: Books, door: Door, cookie: str | None, path: Mapping[str, str], now: int) -> Arrival:
    """Find out who it is and whether she may: before anything of the request but its cookie and its path is looked at."""
    with books.desk.transaction() as db:
        actor = sessions.actor_of(db, cookie, now)
    partner = actor.partner if actor else None
    if door.subject is not Subject.NONE and actor is not None:
        try:
            partner = partner_of(books, door.subject, path[door.subject])
        except NoSuchSubject:
            return Arrival(actor, allowed=False)
    return Arrival(actor, allowed(actor, door.grant, partner))


def _through(desk: Desk, door: Door) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        now, lang = int(desk.clock()), _lang(request)
        nobody = Visit(desk, request, None, lang, now)
        try:
            return await opened(request, now, lang)
        except BadRequest:
            return _problem(nobody, HTTPStatus.BAD_REQUEST, "error.bad_request")
        except UnknownReferral:  # it went between the look at its partner and the answer
            return _not_found(nobody)
        except DatabaseError as error:
            _log.error("a database is in trouble", exc_info=error)  # its text is for the terminal only
            return _problem(nobody, HTTPStatus.SERVICE_UNAVAILABLE, "error.trouble")

    async def opened(request: Request, now: int, lang: Lang) -> Response:
        cookie = request.cookies.get(sessions.COOKIE)
        arrival = await desk.run(lambda books: arrive(books, door, cookie, request.path_params, now))
        visit = Visit(desk, request, arrival.actor, lang, now)
        if arrival.actor is None and not arrival.allowed:
            return _sign_in_first(visit, door)
        if not arrival.allowed:
            return _not_found(visit)
        fields = await form_fields(request) if door.method == "POST" else {}
        return await door.answer(Visit(desk, request, arrival.actor, lang, now, fields))

    return answer


def _problem(visit: Visit, status: HTTPStatus, problem: str) -> Response:
    if _by_script(visit.request):
        return visit.json_answer({"error": problem.partition(".")[2]}, status)
    return visit.page("error.html", status, problem=problem)


def _by_script(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "") + request.headers.get("content-type", "")


def _sign_in_first(visit: Visit, door: Door) -> Response:
    """What a stranger is told at every door but the public ones, whatever the path names: a script gets JSON."""
    if _by_script(visit.request):
        return visit.json_answer({"error": "signed_out"}, 401)
    return visit.go("/enter" if door.method == "GET" else "/enter?over")


def _not_found(visit: Visit) -> Response:
    """The same page, byte for byte, for what is not there and for what is not hers."""
    nobody = Visit(visit.desk, visit.request, None, visit.lang, visit.now)
    return nobody.page("error.html", 404, problem="error.not_found", here="/")


def _static(desk: Desk) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        asset = desk.static.at(request.url.path)
        if asset is None:
            raise HTTPException(404)
        # The path holds the hash: these bytes never change, and nothing in them is anybody's.
        kept = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(asset.content, media_type=asset.media_type, headers=kept)

    return answer


def _lang(request: Request) -> Lang:
    return known(request.cookies.get(LANG_COOKIE)) or preferred(request.headers.get("accept-language", ""))
