"""The lists and the exceptions, read from their files and checked."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tools.wording import Finding

Locale = Literal["ko", "ko_CN", "zh_Hans", "en"]
_Told = Annotated[str, StringConstraints(min_length=10)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WordList(_Record):
    """One list: what is looked for, in which languages, at which stage."""

    rule: str
    says: _Told
    locales: tuple[Locale, ...]
    words: tuple[str, ...] = ()
    words_of: str | None = None  # the rule whose words of the same language it holds
    patterns: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    stage: Literal["any", "strict", "open"] = "any"
    closed_by: Literal["police", "consulate"] | None = None

    @property
    def search(self) -> re.Pattern[str]:
        """What is looked for, as one expression; where two words begin at one place, the longer is told."""
        words = sorted((re.escape(word) for word in self.words), key=len, reverse=True)
        return _compiled("|".join([*words, *self.patterns]))

    @property
    def allowed(self) -> re.Pattern[str] | None:
        """The statements that may hold such words."""
        return _compiled("|".join(self.unless)) if self.unless else None


class Limits(_Record):
    """How long things may be; units stand in lists.toml."""

    korean_sentence: int
    korean_paragraph: int
    korean_screen: int
    korean_button: int
    chinese_clause: int
    chinese_screen: int
    chinese_button: int
    emoji: int
    latin: int


class Marks(_Record):
    """Letters and signs that may stand beside the script of the language."""

    latin: tuple[str, ...]
    emoji: tuple[str, ...]
    signs: tuple[str, ...]


class Lists(_Record):
    """The whole file."""

    lists: tuple[WordList, ...] = Field(alias="list")
    limits: Limits
    marks: Marks

    @property
    def rules(self) -> frozenset[str]:
        """The names of the rules that have a list."""
        return frozenset(each.rule for each in self.lists)


class Exemption(_Record):
    """What is let through, where, and why."""

    rule: str
    keys: tuple[str, ...] = Field(
        min_length=1
    )  # of lines or buttons; a name of a screen for what is measured on screens
    found: tuple[str, ...] = ()  # the words; any when empty
    locales: tuple[Locale, ...] = ("ko", "ko_CN", "zh_Hans", "en")
    limit: int | None = None  # up to which a measure is let through
    reason: _Told

    def covers(self, finding: Finding) -> bool:
        """Tell whether the finding is let through."""
        return (
            finding.rule == self.rule
            and finding.locale in self.locales
            and not set(self.keys).isdisjoint(finding.keys)
            and (not self.found or finding.found in self.found)
            and (finding.measure is None) == (self.limit is None)
            and (finding.measure is None or self.limit is None or finding.measure <= self.limit)
        )


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)


def read_lists(text: str) -> Lists:
    """Read lists.toml. Raises pydantic.ValidationError, tomllib.TOMLDecodeError or re.error, each naming the place."""
    lists = Lists.model_validate(tomllib.loads(text))
    filled = tuple(_filled(each, lists.lists) for each in lists.lists)
    for each in filled:
        if not each.search.pattern:
            raise ValueError(f"list {each.rule} ({', '.join(each.locales)}) looks for nothing")
    return lists.model_copy(update={"lists": filled})


def _filled(one: WordList, all_lists: Sequence[WordList]) -> WordList:
    if one.words_of is None:
        return one
    words = [
        word for each in all_lists if each.rule == one.words_of and each.locales == one.locales for word in each.words
    ]
    return one.model_copy(update={"words": tuple(words)})


def read_exemptions(text: str) -> tuple[Exemption, ...]:
    """Read exceptions.toml. Raises as `read_lists`."""
    return tuple(Exemption.model_validate(each) for each in tomllib.loads(text)["exception"])


@cache
def lists() -> Lists:
    """The lists in force."""
    return read_lists((files("tools.wording") / "lists.toml").read_text("utf-8"))


@cache
def exemptions() -> tuple[Exemption, ...]:
    """The exceptions in force."""
    return read_exemptions((files("tools.wording") / "exceptions.toml").read_text("utf-8"))
