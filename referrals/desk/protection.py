"""What stands before every door: the right host, requests from our own pages only, and headers that close the browser's windows."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from referrals.desk.assets import Assets
from referrals.desk.settings import DeskSettings

_log = logging.getLogger(__name__)
_SAFE_METHODS = frozenset({"GET", "HEAD"})
SCRIPT, STYLE = "desk.js", "desk.css"


def content_policy(static: Assets) -> str:
    """The Content-Security-Policy: nothing but our one script and style, named by hash; no other host, no frame, no eval."""
    script = f"'{static.named(SCRIPT).integrity}'" if static.has(SCRIPT) else "'none'"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {script}",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def headers(static: Assets) -> Mapping[str, str]:
    """The headers of every answer."""
    return {
        "Content-Security-Policy": content_policy(static),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        # With no-referrer a browser without Sec-Fetch-Site (Safari before 16.4) sends `Origin: null` with our own forms.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "publickey-credentials-create=(self), publickey-credentials-get=(self), "
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    }


class Protection:
    """The outermost layer. What it refuses never reaches a door; what breaks inside is told as 500, with the same headers."""

    def __init__(self, app: ASGIApp, settings: DeskSettings, static: Assets) -> None:
        """`app` is everything inside."""
        self._app = app
        self._settings = settings
        self._headers = headers(static)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                given = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    given.setdefault(name, value)
            await send(message)

        refused = self._refused(scope)
        if refused is not None:
            await PlainTextResponse(refused.phrase, refused)(scope, receive, guarded)
            return
        try:
            await self._app(scope, receive, guarded)
        except Exception as error:
            # The class and the lines of code only reach the log: bot.quiet prints no text of an exception.
            _log.error("a door failed", exc_info=error)
            if begun:
                raise
            failed = HTTPStatus.INTERNAL_SERVER_ERROR
            await PlainTextResponse(failed.phrase, failed)(scope, receive, guarded)

    def _refused(self, scope: Scope) -> HTTPStatus | None:
        """Why a request is not let in, if it isn't."""
        sent = Headers(scope=scope)
        if sent.get("host", "") != self._settings.host:
            return HTTPStatus.MISDIRECTED_REQUEST  # another name that points at us: a page elsewhere may be behind it
        if scope["method"] not in _SAFE_METHODS and not self._ours(sent):
            return HTTPStatus.FORBIDDEN
        return None

    def _ours(self, sent: Headers) -> bool:
        """Tell whether a request that may change something comes from one of our own pages."""
        site = sent.get("sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        return sent.get("origin") == self._settings.origin
