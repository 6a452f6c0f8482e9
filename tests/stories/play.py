"""Plays a story: a script that a caseworker can read, on the real engine with the real words.

A story begins with sentences of what it is about, up to the first empty line. Then each line is one step; a line that begins with `#`
is a remark. Labels and words are matched exactly as they are rendered. SENTENCES has every kind of step there is.
"""

import re
from pathlib import Path

import tests.stories.watched  # noqa: F401  # its sentences
from bot.dialogue.conversation import NOBODY
from bot.dialogue.effects import (
    Append,
    CheckCode,
    Forget,
    Refer,
    Show,
)
from bot.dialogue.events import CodeChecked, Idled, Left, SentMedia, Started, Tapped, Typed
from referrals.casebook_view import CaseView, ReferralState
from referrals.fixtures import IDS
from tests.person import CODE, Person
from tests.stories.answered import checked
from tests.stories.scene import SENTENCES, NotSo, Scene, StoryError, catalogues, need, sentence

__all__ = ["Scene", "StoryError", "play", "stories"]

NAMES = {partner_id: name for name, partner_id in IDS.items()}


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
    scene.happen(checked(scene, _case_in(states), None))


@sentence("her number opens, behind her words: <states>")
def opens_behind_words(scene: Scene, states: str) -> None:
    """The same for somebody who chose words in this story."""
    need(scene.card is not None, "she chose no words")
    scene.happen(checked(scene, _case_in(states), scene.card))


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
    raise NotSo("no such sentence; play.py lists those there are")


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
        except NotSo as wrong:
            raise StoryError(f"{name}:{number}: {line}\n{wrong}") from None
    return scene


def stories() -> list[Path]:
    """The files, in order."""
    return sorted(Path(__file__).parent.glob("*.story"))
