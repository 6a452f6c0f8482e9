"""A person tapping through the dialogue alone, without messenger or database: the engine, its world, and what was asked to be done."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from itertools import count

from bot.dialogue import screens
from bot.dialogue.conversation import NOBODY, Case, Conversation
from bot.dialogue.effects import Effect, MakeCode
from bot.dialogue.engine import advance
from bot.dialogue.events import Event, Tapped
from bot.dialogue.questionnaire import Questionnaire, load
from bot.dialogue.screens import Screen
from bot.dialogue.world import Fresh, Standing, World
from referrals import fixtures
from referrals.directory import Directory
from referrals.directory import load as load_directory
from referrals.policy import Policy
from referrals.policy import load as load_policy
from referrals.reply import Reply
from referrals.sealing import new_identity

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
CODE = "1234567890123452"


@cache
def questionnaire() -> Questionnaire:
    """The real questionnaire."""
    return load((files("bot.dialogue") / "questionnaire.toml").read_text("utf-8"), screens.OPENABLE)


@cache
def directory() -> Directory:
    """The fictional partners, on the day of `NOW`."""
    return load_directory(fixtures.partners(NOW.date()), "fixtures")


@cache
def policy() -> Policy:
    """The shipped country policy."""
    return load_policy((files("referrals") / "policy.toml").read_text("utf-8"))


@cache
def case() -> Case:
    """What the code `CODE` stands for in these tests: fixed keys, so that no test waits for Argon2id."""
    return Case(case_id="c" * 32, verifier="5e" * 32, reply_to=new_identity(bytes(32)).recipient)


def _ids() -> Iterator[tuple[str, str]]:
    return ((f"{number:032x}", f"{number + 1:032x}") for number in count(2, 2))


@dataclass
class Person:
    """Taps, and remembers the screens she saw and the effects that were decided."""

    conversation: Conversation = NOBODY
    korean: str = "ko_CN"
    partners: Directory = field(default_factory=directory)
    effects: list[Effect] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)  # place of each screen after each tap
    standing: Standing = "good"  # of the partner list
    said: Mapping[str, Reply] = field(default_factory=dict)  # what the replies to her case say, by their ids
    ids: Iterator[tuple[str, str]] = field(default_factory=_ids)

    def world(self, fresh: Fresh | None = None, ids: tuple[str, str] = ("a" * 32, "b" * 32)) -> World:
        """The world of one decision."""
        return World(
            questionnaire(), self.partners, self.korean, NOW.date(), ids, fresh, policy(), standing=self.standing,
            replies=self.said,
        )  # fmt: skip

    @property
    def screen(self) -> Screen:
        """What she sees now."""
        return screens.screen(self.conversation, self.world())

    @property
    def options(self) -> list[str]:
        """What she may press now."""
        return [choice.option for row in self.screen.rows for choice in row]

    def event(self, event: Event) -> "Person":
        """Let something happen; a code is made when the engine asks for one."""
        ids = next(self.ids)
        after, effects = advance(self.conversation, event, self.world(ids=ids), NOW)
        if any(isinstance(effect, MakeCode) for effect in effects):
            after, effects = advance(self.conversation, event, self.world(Fresh(CODE, case()), ids), NOW)
        self.conversation = after
        self.effects = list(effects)
        self.seen.append(after.place)
        return self

    def tap(self, *options: str) -> "Person":
        """Press buttons of the current screen, one after another; each must be there."""
        for option in options:
            assert option in self.options, f"{self.conversation.place} offers {self.options}, not {option}"
            self.event(Tapped(self.screen.id, option))
        return self

    def choose(self, *codes: str) -> "Person":
        """Tick options of a question with several answers, turning pages as needed, and go on."""
        question = questionnaire()[self.conversation.place]
        for code in codes:
            wanted = question.option(code).page
            while (page := self.conversation.page) != wanted:
                self.tap(f"page.{page + 1 if wanted > page else page - 1}")
            self.tap("+" + code)
        return self.tap("nav.done")

    def all_effects(self, kind: type[Effect]) -> Iterable[Effect]:
        """The last effects of one kind."""
        return [effect for effect in self.effects if isinstance(effect, kind)]
