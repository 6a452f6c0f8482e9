"""Every key that has words, once, under the screen where a person meets it first, in the order of the flow.

Questions come in their own order; after each, what its buttons open. What is no question is placed by screens.toml.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.dialogue.pages import PAGES
from bot.dialogue.questionnaire import Questionnaire

Part = Literal["text", "button"]
_BUTTON = re.compile(r"\bbutton\b", re.IGNORECASE)  # in the comment of a key, where screens.toml does not say it


@dataclass(frozen=True, slots=True)
class Entry:
    """One key: what it is on its screen, and the comment that the catalogue has on it ("" where there is none)."""

    key: str
    part: Part
    note: str


@dataclass(frozen=True, slots=True)
class Section:
    """One screen: its id, what it is for, and its words."""

    id: str
    purpose: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """All words: those of the screens in the order of the flow, and those that stand on no screen."""

    screens: tuple[Section, ...]
    others: tuple[Section, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry, in order."""
        return tuple(entry for section in (*self.screens, *self.others) for entry in section.entries)


class _Placed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    purpose: str
    after: str | None = None
    keys: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    place: Literal["screen", "other"] = "screen"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    screen: tuple[_Placed, ...]


def arranged(questionnaire: Questionnaire, keys: Sequence[str], notes: Mapping[str, str]) -> Arrangement:
    """Arrange `keys`, which stand about in the order in which a person meets them; `notes` are comments by key."""
    text = (files("bot.review") / "screens.toml").read_text("utf-8")
    placed = {each.id: each for each in _File.model_validate(tomllib.loads(text)).screen}
    owner = {start: each.id for each in placed.values() for start in (each.keys or (each.id,))}
    grouped: dict[str, list[str]] = {}
    for key in keys:
        start = key.partition(".")[0]
        grouped.setdefault(owner.get(start, start), []).append(key)
    buttons = {key for each in placed.values() for key in each.buttons}
    buttons |= {f"{page}.title" for page in PAGES}
    buttons |= {f"{question.id}.{option.code}" for question in questionnaire.question for option in question.options}
    sections = {
        name: Section(name, _purpose(name, questionnaire, placed, notes, own), _entries(own, buttons, notes))
        for name, own in grouped.items()
    }
    other = [name for name, each in placed.items() if each.place == "other" and name in sections]
    order = [name for name in _order(questionnaire, placed, list(grouped)) if name in sections and name not in other]
    return Arrangement(tuple(sections[name] for name in order), tuple(sections[name] for name in other))


def _order(questionnaire: Questionnaire, placed: Mapping[str, _Placed], rest: Sequence[str]) -> Iterator[str]:
    """Every screen's id once: the questions, each followed by what leads away from it, then the others."""
    seen: set[str] = set()

    def walk(name: str) -> Iterator[str]:
        if name in seen:
            return
        seen.add(name)
        yield name
        for following in [*(each.id for each in placed.values() if each.after == name), *_opened(questionnaire, name)]:
            yield from walk(following)

    late = [each.id for each in placed.values() if each.after is None and each.id not in PAGES]
    pages = [name for name in rest if name in PAGES]
    for start in [*(question.id for question in questionnaire.question), *late, *pages, *rest]:
        yield from walk(start)


def _opened(questionnaire: Questionnaire, name: str) -> list[str]:
    """What the buttons of a question or a page open."""
    if name in questionnaire:
        return [option.opens for option in questionnaire[name].options if option.opens is not None]
    return list(PAGES[name].opens) if name in PAGES else []


def _purpose(
    name: str, questionnaire: Questionnaire, placed: Mapping[str, _Placed], notes: Mapping[str, str], own: Sequence[str]
) -> str:
    if name in questionnaire:
        return questionnaire[name].purpose
    return placed[name].purpose if name in placed else notes.get(own[0], "")


def _entries(own: Sequence[str], buttons: set[str], notes: Mapping[str, str]) -> tuple[Entry, ...]:
    """The words of one screen: what is read, then what is pressed."""

    def part(key: str) -> Part:
        pressed = key in buttons or _BUTTON.search(notes.get(key, ""))
        return "button" if pressed else "text"

    found = [Entry(key, part(key), notes.get(key, "")) for key in own]
    return tuple(sorted(found, key=lambda entry: entry.part == "button"))
