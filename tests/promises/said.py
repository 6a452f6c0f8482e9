"""Everything that a person can come to read, in words, for promises about words.

The lists of `tools/wording` are guards of the build; the promises look with patterns of their own, so that a word taken out of a list
is still missed here.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from bot.texts import LOCALES
from tests.rendered import LANGUAGES
from tests.test_rendered_screens import catalogues, profile, shown, walked


class Said(NamedTuple):
    """One line or one button in words, and where it stands."""

    text: str
    locale: str
    country: str | None  # she said that she is there; None: not said, or another one
    open: bool  # after she said that she is alone, and agreed
    place: str


@cache
def everything() -> tuple[Said, ...]:
    """Every line of every reachable screen in every language, each once for each place and country."""
    where = [seen for seen in walked() for _ in LANGUAGES[seen.locale]]
    return tuple(
        dict.fromkeys(
            Said(each.text, rendered.locale, seen.country, not seen.strict, seen.place)
            for seen, rendered in zip(where, shown(), strict=True)
            for each in rendered.fragments
        )
    )


@cache
def texts() -> frozenset[str]:
    """All of it as texts, with what comes unasked and what anybody sees of the bot."""
    return frozenset(each.text for each in everything()) | frozenset(unasked())


@cache
def unasked() -> tuple[str, ...]:
    """The one line that is ever sent by itself, and the bot's profile."""
    lines = [catalogues().plain("notice.line", locale) for locale in LOCALES]
    return (*lines, *(fragment.text for each in profile() for fragment in each.fragments))


def offending(pattern: str, *planted: str, but: str = "") -> list[str]:
    """Texts in which the pattern is found once the statements in `but` are taken out.

    Each of the `planted` sentences must be found, so that a pattern which finds nothing proves nothing.
    """
    looked_for = re.compile(pattern, re.IGNORECASE)
    blind = [each for each in planted if not looked_for.search(_without(each, but))]
    assert blind == [], "the pattern does not find what it is for"
    return sorted(each for each in texts() if looked_for.search(_without(each, but)))


def _without(text: str, but: str) -> str:
    return re.sub(but, "", text, flags=re.IGNORECASE) if but else text


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text."""
    return (each for each in re.split(r"(?<=[.?!。？！])\s*|\n", text) if each)
