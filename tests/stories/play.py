"""Plays a story: a script that a caseworker can read, on the real engine with the real words.

A story begins with sentences of what it is about, up to the first empty line. Then each line is one step; a line that begins with `#`
is a remark. Labels and words are matched exactly as they are rendered. SENTENCES has every kind of step there is.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import bands
from bot.dialogue.conversation import NOBODY
from bot.dialogue.effects import (
    Alarm,
    Append,
    CheckCode,
    Count,
    Effect,
    EraseCase,
    Forget,
    KeepCard,
    Reach,
    Refer,
    Save,
    Show,
    Unreach,
)
from bot.dialogue.events import CodeChecked, Event, Idled, Left, SentMedia, Started, Tapped, Typed
from bot.dialogue.world import Tries
from bot.texts import Catalogues, Rendered, shipped, used_keys
from referrals.casebook_view import CaseView, ReferralState
from referrals.contact_card import ContactCard
from referrals.fixtures import IDS
from tests.bot.dialogue.purpose_words import NEVER, PURPOSE
from tests.bot.dialogue.returned import Account
from tests.person import CODE, NOW, Person, case, questionnaire

NAMES = {partner_id: name for name, partner_id in IDS.items()}


class StoryError(AssertionError):
    """A story did not go as written: the message has file, line, the sentence and what was seen instead."""


class _Wrong(Exception):
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
            raise _Wrong(f"the screen says {', '.join(found)}")


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
        raise _Wrong(f"seen: {seen}")


# --- what she does ---


@sentence("she presses <label>")
def presses(scene: Scene, label: str) -> None:
    """Press the button with exactly this label."""
    found = [button for row in scene.view.rows for button in row if button.label == label]
    need(len(found) == 1, [button.label for row in scene.view.rows for button in row])
    screen, option = found[0].data.split(":", 1)
    scene.taps += 1
    scene.happen(Tapped(screen, option))


@sentence("she opens the chat")
def opens(scene: Scene) -> None:
    """/start."""
    scene.happen(Started())


@sentence("she types <words>")
def types(scene: Scene, words: str) -> None:
    """A text arrives; that it is deleted is the channel's part."""
    scene.happen(Typed(words))


@sentence("she sends a photo")
def sends_photo(scene: Scene) -> None:
    """Something that is no text arrives."""
    scene.happen(SentMedia())


@sentence("she deletes the chat")
def deletes_chat(scene: Scene) -> None:
    """She blocks the bot or deletes the chat."""
    scene.happen(Left())


@sentence("nobody presses anything for ten minutes")
def idles(scene: Scene) -> None:
    """The screen was open for as long as it may be."""
    scene.happen(Idled())


@sentence("she presses the sixteen digits of her number")
def presses_code(scene: Scene) -> None:
    """Tap the code on the keypad."""
    for digit in CODE:
        presses(scene, digit)
    need(scene.person.effects == [CheckCode(CODE)], scene.person.effects)


@sentence("her number opens nothing")
def opens_nothing(scene: Scene) -> None:
    """Nobody knows this number."""
    scene.happen(CodeChecked(None))


@sentence("her number opens what she put aside")
def opens_saved(scene: Scene) -> None:
    """The number opens the conversation she paused."""
    need(scene.saved is not None, "nothing was put aside")
    scene.happen(CodeChecked(None, None, scene.saved.state if scene.saved else None))


@sentence("her number opens: <states>")
def opens_case(scene: Scene, states: str) -> None:
    """The number opens a case: "SAFE-CN accepted, CHILD declined no_capacity"."""
    scene.happen(CodeChecked(_case_in(states), case()))


@sentence("her number opens, behind her words: <states>")
def opens_behind_words(scene: Scene, states: str) -> None:
    """The same for somebody who chose words in this story."""
    need(scene.card is not None, "she chose no words")
    scene.happen(CodeChecked(_case_in(states), case(), None, scene.card))


def _case_in(states: str) -> CaseView:
    referrals = []
    for number, part in enumerate(states.split(", "), 1):
        name, state, *reason = part.split()
        because = reason[0] if reason else None
        referrals.append(ReferralState(f"{number:08x}" + "0" * 24, IDS[name], state, because))
    return CaseView("c" * 32, tuple(referrals))


@sentence("the button 우리말 means <locale>")
def korean(scene: Scene, locale: str) -> None:
    """The setting of the bot."""
    scene.person.korean = locale


# --- several accounts, and what the operator sees of them ---


@sentence("a session begins on account <name>")
def session(scene: Scene, name: str) -> None:
    """Somebody uses the account from its first page, with what it tried before."""
    before = scene.accounts.get(name, Account())
    scene.person = scene.accounts[name] = Account(tries=before.tries, ids=scene.person.ids)
    scene.happen(Started())


@sentence("the next day begins")
def next_day(scene: Scene) -> None:
    """What was searched for is counted by the day (UTC)."""
    for account in scene.accounts.values():
        account.tries = Tries(codes=account.tries.codes, last_code=account.tries.last_code)


@sentence("everything is answered up to the cards: <country>, <needs>")
def answered(scene: Scene, country: str, needs: str) -> None:
    """Alone, on her own phone, not urgent; whatever else is asked is skipped."""
    steps = {
        "a0_open": "lang_ko",
        "q1_safe": "safe_alone",
        "q2_phone": "ph_mine",
        "q3_agree": "agree",
        "q4_urgent": "urg_no",
    }
    while (place := scene.person.conversation.place) in questionnaire():
        if place == "q6_needs":
            scene.person.choose(*needs.split())
            continue
        option = {**steps, "q5_country": country}.get(place, "nav.skip")
        scene.happen(Tapped(scene.person.screen.id, option))


@sentence("somebody presses a forged button of <name>")
def forged(scene: Scene, name: str) -> None:
    """As on the card of a partner who is not offered."""
    alias = scene.person.partners.partner(IDS[name]).x_alias
    scene.happen(Tapped(f"q11_partner.{alias}.00000000", "share_yes"))


@sentence("the operator sees: <counts>")
def operator_sees(scene: Scene, counts: str) -> None:
    """Alarms by kind, of all accounts together: "canary 1, match_limit 2", or "nothing"."""
    found = ", ".join(f"{kind} {count}" for kind, count in sorted(scene.alarms.items())) or "nothing"
    need(found == counts, found)


@sentence("each partner had one name, and never more than three were offered")
def one_name(scene: Scene) -> None:
    """Whoever asks, and however often."""
    need(all(len(names) == 1 for names in scene.names.values()), scene.names)
    need(len({min(names) for names in scene.names.values()}) == len(scene.names), scene.names)
    need(0 < scene.offered <= 3, scene.offered)


@sentence("nothing of a partner was shown but its number here")
def only_aliases(scene: Scene) -> None:
    """No name, telephone number, id or key of any partner was on any screen."""
    records = scene.person.partners.partners
    marks = {each.name for each in records} | {each.id for each in records}
    marks |= {phone.number for each in records for phone in each.phones} | {
        key.recipient for each in records for key in each.x_keys
    }
    need(not [1 for mark in marks if mark for text in scene.shown if mark in text], "a name, a number, an id or a key")


@sentence("a new account that is used the same way sees the same")
def same_as_new(scene: Scene) -> None:
    """Nothing since the last erasure shows that the account was here before."""
    new = Account()
    for event in scene.since:
        new.event(event)
    need(len(scene.since) > 0, "nothing happened since")
    need(catalogues().render(new.screen, new.conversation.locale) == scene.view, scene.view.text)
    need(
        new.conversation == scene.person.conversation.model_copy(update={"salt": new.conversation.salt}),
        "something is known",
    )


# --- what may be sent to her by itself ---


def _may_be_told(scene: Scene, time: str) -> bool:
    reach = scene.reach
    zone = bands.zone_of(reach.country) if reach else None
    if reach is None or zone is None:
        return False
    local = datetime.combine(NOW.date(), datetime.strptime(time, "%H:%M").time(), ZoneInfo(zone))  # noqa: DTZ007  # a time of day
    return bands.open_now(reach.mode, reach.band, zone, local.timestamp())


@sentence("at <time> on her clock nothing may be sent to her")
def quiet(scene: Scene, time: str) -> None:
    """Outside her mode and band; tests/bot/test_notices.py shows that nothing is."""
    need(not _may_be_told(scene, time), "one line may be sent")


@sentence("at <time> on her clock one neutral line may be sent to her: <words>")
def told(scene: Scene, time: str, words: str) -> None:
    """Inside them, and it says nothing more than this."""
    need(_may_be_told(scene, time), "nothing may be sent")
    said = catalogues().plain("notice.line", scene.person.conversation.locale or scene.person.korean)
    need(said == words, said)


@sentence("nothing is sent to her phone any more")
def unreached(scene: Scene) -> None:
    """What joins her chat and her case is erased."""
    need(any(isinstance(effect, Unreach) for effect in scene.person.effects), scene.person.effects)


@sentence("from now on her number opens nothing")
def number_dead(scene: Scene) -> None:
    """What is stored of it is erased with the case."""
    need(any(isinstance(effect, EraseCase) for effect in scene.person.effects), scene.person.effects)


# --- what she sees ---


@sentence("she sees <words>")
def sees(scene: Scene, words: str) -> None:
    """One of the lines on the screen is exactly this."""
    need(words in scene.view.text.splitlines(), scene.view.text)


@sentence("she does not see <words>")
def sees_not(scene: Scene, words: str) -> None:
    """These words stand nowhere on the screen, buttons included."""
    need(words not in scene.shown[-1], scene.shown[-1])


@sentence("she can choose <labels>")
def can_choose(scene: Scene, labels: str) -> None:
    """The numbered buttons are exactly these, in this order."""
    numbered = [button.label for row in scene.view.rows for button in row if re.match(r"\d+ ", button.label)]
    need(numbered == labels.split(" | "), numbered)


@sentence("she sees the front page")
def sees_front(scene: Scene) -> None:
    """The neutral page, in both languages, word for word."""
    need(scene.view == catalogues().render(Person().screen, None), scene.view.text)


@sentence("she sees her number")
def sees_number(scene: Scene) -> None:
    """The return code, in groups of four."""
    groups = " ".join(CODE[start : start + 4] for start in range(0, 16, 4))
    need(groups in scene.view.text.splitlines(), scene.view.text)


@sentence("her number is nowhere")
def number_gone(scene: Scene) -> None:
    """The code is neither on the screen nor in what is stored."""
    need(CODE[:4] not in scene.view.text, scene.view.text)
    need(CODE not in scene.person.conversation.stored(), "the code is stored")


@sentence("nothing is known of her")
def nothing_known(scene: Scene) -> None:
    """Everything was erased, and before anything else is shown."""
    need(scene.person.conversation == NOBODY, scene.person.conversation.place)
    seen = [effect for effect in scene.person.effects if isinstance(effect, Forget | Show)]
    need(isinstance(seen[0], Forget), scene.person.effects)


@sentence("never shown: <words>")
def never_shown(scene: Scene, words: str) -> None:
    """None of these words was on any screen of this story."""
    found = [word for word in words.split(", ") for text in scene.shown if word in text]
    need(not found, found)


@sentence(r"screens so far: <number>")
def screens_so_far(scene: Scene, number: str) -> None:
    """So many questions and cards were put to her, each counted once; choosing a language is not."""
    need(len(scene.asked) == int(number), scene.asked)


@sentence(r"taps so far: <number>")
def taps_so_far(scene: Scene, number: str) -> None:
    """So many buttons were pressed."""
    need(scene.taps == int(number), scene.taps)


@sentence("offered, in this order: <names>")
def offered(scene: Scene, names: str) -> None:
    """The partners found, all of them."""
    found = [NAMES[standing.partner] for standing in scene.person.conversation.offers]
    need(found == names.split(", "), found)


@sentence("the card is of <name>")
def card_of(scene: Scene, name: str) -> None:
    """The card on the screen belongs to this partner, by its alias."""
    alias = scene.person.partners.partner(IDS[name]).x_alias
    need(scene.person.screen.id.split(".")[:2] == ["q11_partner", alias], scene.person.screen.id)


# --- what is handed over ---


def _next(scene: Scene, kind: type[Refer | Append]) -> Refer | Append:
    need(bool(scene.untold), "nothing was sent")
    effect = scene.untold.pop(0)
    need(isinstance(effect, kind), effect)
    return effect


def _content(effect: Refer | Append) -> str:
    fields = effect.packet.model_dump(by_alias=True)
    return ", ".join(f"{name} {value if isinstance(value, str) else ' '.join(value)}" for name, value in fields.items())


@sentence("<name> gets: <content>")
def gets(scene: Scene, name: str, content: str) -> None:
    """This partner gets a referral with exactly this in it, at once."""
    effect = _next(scene, Refer)
    need((NAMES[effect.partner], _content(effect)) == (name, content), f"{NAMES[effect.partner]}: {_content(effect)}")
    need(isinstance(effect, Refer) and effect.held == 0, "it is held")


@sentence("held for <name> as number <number>: <content>")
def held(scene: Scene, name: str, number: str, content: str) -> None:
    """This partner gets exactly this if those before it do not answer."""
    effect = _next(scene, Refer)
    need((NAMES[effect.partner], _content(effect)) == (name, content), f"{NAMES[effect.partner]}: {_content(effect)}")
    need(isinstance(effect, Refer) and effect.held == int(number), effect)


@sentence("<name> gets in addition: <content>")
def gets_more(scene: Scene, name: str, content: str) -> None:
    """A further packet under the same referral."""
    effect = _next(scene, Append)
    need((NAMES[effect.partner], _content(effect)) == (name, content), f"{NAMES[effect.partner]}: {_content(effect)}")


@sentence("<name> is told that it is taken back")
def taken_back(scene: Scene, name: str) -> None:
    """A withdrawal, which carries no answers."""
    effect = _next(scene, Append)
    need(NAMES[effect.partner] == name and isinstance(effect, Append) and effect.kind == "withdrawal", effect)
    need(not _content(effect), "it carries answers")


@sentence("nothing more is sent")
def nothing_more(scene: Scene) -> None:
    """Everything that was handed over is told above."""
    need(not scene.untold, [(type(effect).__name__, NAMES[effect.partner]) for effect in scene.untold])


@sentence("what she did is put aside for <hours> hours")
def put_aside(scene: Scene, hours: str) -> None:
    """The conversation is kept, for her number only."""
    need(scene.saved is not None and scene.saved.hours == int(hours), scene.saved)


# --- the script ---


def step(scene: Scene, line: str) -> None:
    """Do or check what one line says."""
    for pattern, action in SENTENCES:
        found = re.fullmatch(re.sub(r"<(\w+)>", r"(?P<\1>.+)", pattern), line)
        if found:
            action(scene, **found.groupdict())
            return
    raise _Wrong("no such sentence; play.py lists those there are")


def play(text: str, name: str) -> Scene:
    """Play a whole story. Raises StoryError at the first line that does not hold, or when something sent is not told."""
    lines = text.splitlines()
    scene = Scene()
    start = lines.index("") if "" in lines else 0
    for number, line in [*[*enumerate(lines, 1)][start:], (len(lines), "nothing more is sent")]:
        if not line or line.startswith("#"):
            continue
        try:
            step(scene, line)
        except _Wrong as wrong:
            raise StoryError(f"{name}:{number}: {line}\n{wrong}") from None
    return scene


def stories() -> list[Path]:
    """The files, in order."""
    return sorted(Path(__file__).parent.glob("*.story"))
