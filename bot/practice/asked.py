"""What the page and the tests send: checked before it reaches the server, and answered in JSON when it can't be done.

Writing needs `Content-Type: application/json`, so that no other web page can press a button here without the browser asking first.
"""

import json
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.practice.answers import Json
from bot.practice.botapi import PhoneError
from bot.practice.persons import MEDIA, Media

Handler = Callable[[Request], Awaitable[Response]]


class BadRequest(ValueError):
    """The page (or a test) asked for something that can't be done; the text says what and why."""


def answered(handler: Handler) -> Handler:
    """Turn what can't be done into an answer that says so."""

    async def wrapped(request: Request) -> Response:
        try:
            return await handler(request)
        except PhoneError as error:
            return JSONResponse({"error": str(error)}, 409)
        except BadRequest as error:
            return JSONResponse({"error": str(error)}, 400)

    return wrapped


async def body_of(request: Request) -> dict[str, Json]:
    """The JSON object that was sent."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise BadRequest("send JSON, with Content-Type: application/json")
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        raise BadRequest("the body is no JSON") from None
    if not isinstance(body, dict):
        raise BadRequest("the body must be a JSON object")
    return body


def text_in(body: dict[str, Json], name: str, default: str | None = None) -> str:
    """A text in it, or the default."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise BadRequest(f"{name} must be a text")
    return value


def number_in(body: dict[str, Json], name: str) -> int:
    """A whole number in it."""
    value = body.get(name)
    if not isinstance(value, int):
        raise BadRequest(f"{name} must be a number")
    return value


def media_in(body: dict[str, Json]) -> Media:
    """A kind of message that is not text."""
    for kind in MEDIA:
        if body.get("kind") == kind:
            return kind
    raise BadRequest(f"kind must be one of {', '.join(MEDIA)}")
