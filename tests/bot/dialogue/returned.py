"""A person who came back with her code, on an account of which it is known what was tried before."""

from dataclasses import dataclass, field, replace

from bot.dialogue.conversation import Conversation
from bot.dialogue.effects import Append, Effect, MakeCode
from bot.dialogue.engine import advance
from bot.dialogue.events import CodeChecked, Event
from bot.dialogue.world import Fresh, Tries, World
from referrals.contact_card import ContactCard
from referrals.directory import Directory
from referrals.directory import load as load_directory
from referrals.fixtures import IDS, partners
from tests.bot.dialogue.places import CARD, TEXT, replies, view, waiting, walk
from tests.person import CODE, NOW, Person, case

NAMES = {identity: name for name, identity in IDS.items()}


@dataclass
class Account(Person):
    """A person whose account tried codes and looked for partners before."""

    tries: Tries = field(default_factory=Tries)

    def world(self, fresh: Fresh | None = None, ids: tuple[str, str] = ("a" * 32, "b" * 32)) -> World:
        """The world of one decision, with what was tried."""
        return replace(super().world(fresh, ids), tries=self.tries)


def account(person: Person, tries: Tries) -> Account:
    """The same person, with what her account tried."""
    return Account(person.conversation, person.korean, person.partners, ids=person.ids, tries=tries)


def back(*states: str, card: ContactCard | None = CARD, saved: str | None = None) -> Person:
    """She entered a code that opens referrals in these states, to CHILD, SAFE-CN, HUB and CYBER in that order."""
    return walk("lang_ko", "safe_alone", "code").event(CodeChecked(view(*states), case(), saved, card))


def answered(*states: str, said: str = TEXT, card: ContactCard | None = CARD) -> Person:
    """The same, and there is a reply to each of her referrals: a text, or the closed question that is named."""
    seen = view(*states)
    person = walk("lang_ko", "safe_alone", "code")
    person.said = replies(seen, said)
    return person.event(CodeChecked(seen, case(), card=card, replies=waiting(seen)))


def case_open(*states: str) -> Person:
    """Her case is open: the code, and her check word."""
    return back(*states).tap("word.moon")


def other_partners(person: Person, directory: Directory) -> Person:
    """The same person once the list of partners is another one."""
    return replace(person, partners=directory)


def without_safety_lead() -> Directory:
    """The fictional list without anybody to whom a report could go."""
    listed = load_directory(partners(NOW.date()), "fixtures")
    return Directory(listed.version, listed.partners, listed.signers)


def decided(person: Person, event: Event) -> tuple[Conversation, list[Effect]]:
    """What an event would change, without changing her."""
    world = person.world()
    after, effects = advance(person.conversation, event, world, NOW)
    if MakeCode() in effects:
        after, effects = advance(person.conversation, event, replace(world, fresh=Fresh(CODE, case())), NOW)
    return after, list(effects)


def appended(person: Person) -> dict[str, tuple[str, dict[str, object]]]:
    """The last packets that were added, by partner: their kind, and exactly what they hold."""
    return {
        NAMES[effect.partner]: (effect.kind, effect.packet.model_dump(by_alias=True))
        for effect in person.effects
        if isinstance(effect, Append)
    }
