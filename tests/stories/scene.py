"""What a story goes on in: a person, what she saw, what was handed over, and the kinds of sentences there are."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from bot.dialogue.conversation import NOBODY
from bot.dialogue.effects import (
    Alarm,
    Append,
    Count,
    Effect,
    Forget,
    KeepCard,
    Reach,
    Refer,
    Save,
)
from bot.dialogue.events import Event
from bot.texts import Catalogues, Rendered, shipped, used_keys
from referrals.contact_card import ContactCard
from tests.bot.dialogue.purpose_words import NEVER, PURPOSE
from tests.bot.dialogue.returned import Account
from tests.person import questionnaire


class StoryError(AssertionError):
    """A story did not go as written: the message has file, line, the sentence and what was seen instead."""


class NotSo(Exception):
    """One step did not hold; says what was seen."""


@cache
def catalogues() -> Catalogues:
    """The shipped words."""
    return Catalogues(shipped(), used_keys(questionnaire()))


@dataclass
class Scene:
    """A person, what she saw, and what was handed over and not yet told by the story."""

    person: Account = field(default_factory=Account)
    taps: int = 0
    untold: list[Refer | Append] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)  # every text that was on the screen
    asked: list[str] = field(default_factory=list)  # places of questions and cards, each once
    saved: Save | None = None
    card: ContactCard | None = None  # her words, as they were sealed last
    reach: Reach | None = None  # how she last allowed to be written to
    alarms: Counter[str] = field(default_factory=Counter)  # what an operator sees of all accounts
    accounts: dict[str, Account] = field(default_factory=dict)
    since: list[Event] = field(default_factory=list)  # what happened since everything was erased
    names: dict[str, set[str]] = field(default_factory=dict)  # partner -> what its cards called it
    offered: int = 0  # most partners offered at once
    written: list[Any] = field(default_factory=list)  # what caseworkers wrote to her (answered.Written)

    def __post_init__(self) -> None:
        self.look()

    @property
    def view(self) -> Rendered:
        """What she reads now."""
        return catalogues().render(self.person.screen, self.person.conversation.locale)

    def happen(self, event: Event) -> None:
        """Let something happen, and look at what came of it."""
        self.person.event(event)
        self.since.append(event)
        for effect in self.person.effects:
            self._note(effect)
        self.look()

    def _note(self, effect: Effect) -> None:
        match effect:
            case Refer() | Append():
                self.untold.append(effect)
            case Save():
                self.saved = effect
            case KeepCard(card):
                self.card = card
            case Reach():
                self.reach = effect
            case Alarm(kind):
                self.alarms[kind] += 1
            case Count("match"):
                self.person.tries = replace(self.person.tries, matches=self.person.tries.matches + 1)
            case Count():
                self.person.tries = replace(self.person.tries, codes=self.person.tries.codes + 1)
            case Forget():
                self.since.clear()
            case _:
                pass

    def look(self) -> None:
        """Note what is on the screen; no word on it may betray the purpose."""
        view, place = self.view, self.person.conversation.place
        words = "\n".join([view.text, *(button.label for row in view.rows for button in row)])
        self.shown.append(words)
        question = place in questionnaire() and place != NOBODY.place
        if (question or place == "q11_partner") and place not in self.asked:
            self.asked.append(place)
        agreed = "q3_agree" in self.person.conversation.answers or self.person.conversation.urgent
        if place == "q11_partner":
            standing = next(each for each in self.person.conversation.offers if each.decision == "open")
            alias = next(line for line in self.person.screen.lines if line.key == "card.alias")
            said = catalogues().say(alias, self.person.conversation.locale or self.person.korean)
            self.names.setdefault(standing.partner, set()).add(said)
            self.offered = max(self.offered, len(self.person.conversation.offers))
        found = [word for word in (NEVER if agreed else PURPOSE) if word in words]
        if found:
            raise NotSo(f"the screen says {', '.join(found)}")


Step = Callable[..., None]
SENTENCES: list[tuple[str, Step]] = []


def sentence(pattern: str) -> Callable[[Step], Step]:
    """Register a kind of step; `<what>` in the pattern stands for any words."""

    def register(step: Step) -> Step:
        SENTENCES.append((pattern, step))
        SENTENCES.sort(key=lambda each: -len(re.sub("<.*?>", "", each[0])))  # the most particular first
        return step

    return register


def need(holds: bool, seen: object) -> None:
    """Stop the story unless this holds."""
    if not holds:
        raise NotSo(f"seen: {seen}")
