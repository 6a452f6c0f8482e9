"""The desk's two cookies. `__Host-` binds each to this very host; neither can be read by a script or sent by another site."""

from typing import Final

from starlette.responses import Response

from referrals.desk.sessions import COOKIE, LONGEST
from referrals.desk.words import Lang

LANG_COOKIE: Final = "__Host-naru-lang"
_YEAR: Final = 365 * 86_400  # seconds


def keep_session(answer: Response, token: bytes) -> None:
    """Give the browser the token of a new session."""
    _set(answer, COOKIE, token.hex(), LONGEST)


def forget_session(answer: Response) -> None:
    """Have the browser forget its session."""
    _set(answer, COOKIE, "", 0)


def keep_lang(answer: Response, lang: Lang) -> None:
    """Have the browser remember the language of the pages."""
    _set(answer, LANG_COOKIE, lang, _YEAR)


def _set(answer: Response, name: str, value: str, max_age: int) -> None:
    answer.set_cookie(name, value, max_age=max_age, path="/", secure=True, httponly=True, samesite="strict")
