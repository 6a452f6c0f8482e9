"""One visit at a door: who came, what was sent, and the ways to answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from referrals.desk.grants import Actor, Grant, allowed
from referrals.desk.menu import MENU
from referrals.desk.parts import Desk
from referrals.desk.times import day, minute
from referrals.desk.words import LANGS, Lang

_FIELDS = 20  # of a form; the longest of ours has fewer than ten
_FIELD_BYTES = 4_096
FORM_BYTES = _FIELDS * (_FIELD_BYTES + 64)  # of a whole form


class BadRequest(Exception):
    """What was sent can't be read: too long, too many fields, no form or no JSON. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a door's `answer` is given. Everything in `form`, `path` and `json` is untrusted."""

    desk: Desk
    request: Request = field(repr=False)
    actor: Actor | None
    lang: Lang
    now: int  # Unix seconds
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)  # of the form, every value of each

    @property
    def who(self) -> Actor:
        """Whoever is signed in. Behind any grant but PUBLIC there is somebody."""
        if self.actor is None:
            raise RuntimeError("a public door has nobody who is signed in")
        return self.actor

    @property
    def path(self) -> Mapping[str, str]:
        """What stands in the path's places."""
        return self.request.path_params

    @property
    def query(self) -> Mapping[str, str]:
        """The query string, untrusted; nothing secret or personal is ever put there."""
        return self.request.query_params

    @property
    def form(self) -> Mapping[str, str]:
        """The form's fields, the first value of each; untrusted."""
        return {name: values[0] for name, values in self.fields.items()}

    async def json(self, limit_bytes: int) -> dict[str, Any]:
        """The JSON object that was sent. Raises BadRequest."""
        if _media_type(self.request) != "application/json":
            raise BadRequest("no JSON")
        try:
            read = json.loads(await body(self.request, limit_bytes))
        except (ValueError, RecursionError):
            raise BadRequest("no JSON") from None
        if not isinstance(read, dict):
            raise BadRequest("no JSON object")
        return read

    def may(self, grant: str) -> bool:
        """Tell whether whoever is here holds a grant for her own partner: for what a page offers, not for what it allows."""
        return allowed(self.actor, Grant(grant), self.actor.partner if self.actor else None)

    def say(self, key: str, **fill: object) -> str:
        """The desk's words in the visitor's language."""
        return self.desk.words.say(key, self.lang, **fill)

    def page(self, template: str, status: int = 200, **context: object) -> Response:
        """A page in HTML."""
        common: dict[str, object] = {
            "say": self.say,
            "may": self.may,
            "who": self.actor,
            "lang": self.lang,
            "langs": LANGS,
            "here": self.request.url.path if self.request.method == "GET" else "/",
            "menu": [each for each in MENU if self.may(each.grant)] if self.actor else [],
            "static": self.desk.static,
            "now": self.now,
            "day": day,
            "minute": minute,
            "js_words": self.desk.words.for_browser(self.lang),
        }
        made = self.desk.pages.get_template(template).render(common | context)
        return HTMLResponse(made, status)

    def go(self, path: str) -> Response:
        """To another page, by GET."""
        return RedirectResponse(path, 303)

    def json_answer(self, content: Mapping[str, object], status: int = 200) -> Response:
        """A JSON object, for a script of ours."""
        return JSONResponse(dict(content), status)


async def body(request: Request, limit_bytes: int) -> bytes:
    """The request's body, at most so many bytes. Raises BadRequest as soon as there are more."""
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > limit_bytes:
            raise BadRequest("too long")
    return bytes(read)


async def form_fields(request: Request) -> dict[str, tuple[str, ...]]:
    """The fields of a form, at most 20 of 4 KiB each; none where no form was sent. Raises BadRequest."""
    if _media_type(request) != "application/x-www-form-urlencoded":
        return {}
    try:
        sent = (await body(request, FORM_BYTES)).decode("ascii")
        pairs = parse_qsl(sent, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except ValueError:  # UnicodeDecodeError is one
        raise BadRequest("no form") from None
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        if len(value.encode()) > _FIELD_BYTES or len(name) > _FIELD_BYTES:
            raise BadRequest("too long")
        found[name] = (*found.get(name, ()), value)
    return found


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
