"""The practice server over HTTP: the Bot API under /bot<TOKEN>/<method>, the page under /practice. Loopback only."""

import asyncio
import json
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders, UploadFile
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.practice.answers import Json, Refusal, bad_request
from bot.practice.botapi import Outcome, PracticeServer
from bot.practice.casework import CaseworkView, English
from bot.practice.phone import PhoneRoutes
from bot.practice.remote import RemoteRoutes

HOSTS = ["localhost", "127.0.0.1"]  # any other name in Host is a page elsewhere that points its name at us
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def practice_app(
    server: PracticeServer, english: English | None = None, casework: CaseworkView | None = None
) -> Starlette:
    """The whole practice phone as one application. Serve it with `serve.listening`: cutting a connection needs it."""

    async def bot_call(request: Request) -> Response:
        if not server.token_fits(request.path_params["token"]):
            return _json(Refusal(401, "Unauthorized"))
        try:
            untrusted = await _parameters(request)
        except Refusal as refusal:
            return _json(refusal)
        outcome = server.call(request.path_params["method"], untrusted)
        if outcome.wait:
            outcome = await _long_poll(server, outcome)
        return await _send(request, outcome)

    bot_api = Route("/bot{token}/{method}", bot_call, methods=["POST"])
    guards = [Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS), Middleware(_Headers)]
    phone = [*PhoneRoutes(server, english, casework).routes(), *RemoteRoutes(server).routes()]
    return Starlette(routes=[bot_api, *phone], middleware=guards)


async def _parameters(request: Request) -> dict[str, Json]:
    """The request's parameters as they came: from the query, a form, multipart or JSON."""
    given: dict[str, Json] = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            raise bad_request("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad_request("can't parse JSON object")
        return given | {name: value for name, value in body.items() if value is not None}
    async with request.form() as form:
        if any(isinstance(value, UploadFile) for value in form.values()):
            raise bad_request("the practice server takes no files")
        return given | dict(form)


async def _long_poll(server: PracticeServer, waiting: Outcome) -> Outcome:
    """Wait until there is an update, the time is up, or another poll takes over."""
    wake = asyncio.Event()
    with server.account.listening(wake.set):
        try:
            async with asyncio.timeout(waiting.wait):
                while not server.ready(waiting):
                    await wake.wait()
                    wake.clear()
        except TimeoutError:
            pass
    return server.resume(waiting)


async def _send(request: Request, outcome: Outcome) -> Response:
    if outcome.delay:
        await asyncio.sleep(outcome.delay)
    if outcome.cut:
        request.state.transport.abort()  # put there by serve.listening; what is sent after it goes nowhere
        return Response()
    if isinstance(outcome.body, str):
        return HTMLResponse(outcome.body, outcome.status)
    return JSONResponse(outcome.body, outcome.status, headers=_retry_after(outcome.body))


def _json(refusal: Refusal) -> JSONResponse:
    return JSONResponse(refusal.body(), refusal.code)


def _retry_after(body: dict[str, Any]) -> dict[str, str]:
    seconds = body.get("parameters", {}).get("retry_after")
    return {} if seconds is None else {"Retry-After": str(seconds)}


class _Headers:
    """Put the same guards on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, with_headers)
