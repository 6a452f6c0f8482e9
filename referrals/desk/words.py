"""The desk's own words, in the three languages of its staff: compiled catalogues read by the standard library's gettext."""

import gettext
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

DOMAIN: Final = "desk"  # locales/<locale>/desk.mo
Lang: TypeAlias = Literal["ko", "zh", "en"]
LANGS: Final[tuple[Lang, ...]] = get_args(Lang)
LOCALES: Final[Mapping[Lang, str]] = {"ko": "ko", "zh": "zh_Hans", "en": "en"}
BROWSER_PREFIX: Final = "js."  # keys that the page hands to its script
KEYS: Final = tuple(f"lang.{lang}" for lang in LANGS)


class DeskWordsError(Exception):
    """The desk's words are missing or differ between languages: the message names where. Run `make words`."""


class DeskWords:
    """The words by language and key."""

    def __init__(self, places: Traversable | Path) -> None:
        """Read every catalogue below `places`. Raises DeskWordsError when one is missing or lacks another's keys."""
        self._words = {lang: _read(places, locale) for lang, locale in LOCALES.items()}
        every = {key for words in self._words.values() for key in words}
        for lang, words in self._words.items():
            if missing := sorted(every - words.keys()):
                raise DeskWordsError(
                    f"desk words, {lang}: no words for {', '.join(missing[:5])} ({len(missing)} in all)"
                )

    def say(self, key: str, lang: Lang, **fill: object) -> str:
        """The words under a key, with its places filled. Raises KeyError for a key or place that is not there."""
        return self._words[lang][key].format_map(fill)

    def for_browser(self, lang: Lang) -> dict[str, str]:
        """What a page's script says, by key, its places not filled."""
        return {key: text for key, text in self._words[lang].items() if key.startswith(BROWSER_PREFIX)}


def preferred(untrusted_header: str) -> Lang:
    """The first language of an Accept-Language header that we speak; English where there is none."""
    for part in untrusted_header[:200].split(","):
        spoken = part.partition(";")[0].strip().lower().partition("-")[0]
        for lang in LANGS:
            if spoken == lang:
                return lang
    return "en"


def known(untrusted_lang: str | None) -> Lang | None:
    """The language if it is one of ours."""
    return next((lang for lang in LANGS if lang == untrusted_lang), None)


def _read(places: Traversable | Path, locale: str) -> dict[str, str]:
    source = places / locale / f"{DOMAIN}.mo"
    try:
        with source.open("rb") as stream:
            catalogue = gettext.GNUTranslations(stream)
    except OSError:
        raise DeskWordsError(f"desk words: {locale}/{DOMAIN}.mo is missing or can't be read") from None
    return {key: text for key, text in catalogue._catalog.items() if key and text}  # type: ignore[attr-defined]  # noqa: SLF001  # gettext has no other way to list them
