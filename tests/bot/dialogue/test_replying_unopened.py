"""No list of events shows a reply without the check, her number, her word and her own tap; drawn towards the number and away from it."""

from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialogue.conversation import FRONT, NOBODY, Conversation
from bot.dialogue.effects import CheckCode, MakeCode
from bot.dialogue.engine import advance
from bot.dialogue.events import CodeChecked, Event, Idled, SentMedia, Started, Tapped, Typed
from bot.dialogue.screens import screen
from bot.dialogue.world import Fresh, World
from referrals.contact_card import ContactCard
from tests.bot.dialogue.places import replies, view, waiting
from tests.conftest import LONG
from tests.person import CODE, NOW, case, directory, policy, questionnaire

MARK = "zqmark"  # in what the partner wrote, and in no words of ours
SEEN = view("accepted", "need_more")
CARDS = [None, ContactCard(check="moon"), ContactCard(check="moon", danger="rain")]
# The way in, in its order, so that enough lists of events come as far as the reply; anything else may stand between.
WAY_IN = ("lang_ko", "safe_alone", "safe_moment", "code", "word.moon", "reply.e0000001", "reply.e0000002")


@dataclass
class Told:
    """What she did since nothing was known of her; kept by the test, not asked of what is tested."""

    conversation: Conversation = NOBODY
    checked: bool = False  # she said that nobody looks on
    code: bool = False  # her number opened a case
    card: ContactCard | None = None  # the card that came with it, None if she chose no words
    word: bool = False
    tapped: bool = False
    events: list[Event] = field(default_factory=list)

    @property
    def may_see(self) -> bool:
        """Whether a reply may be on the screen."""
        return self.checked and self.code and self.word and self.tapped

    def note(self, event: Event, pressed: bool) -> None:
        """Remember what this event was."""
        self.events.append(event)
        match event:
            case CodeChecked(card=card):
                self.code, self.card, self.word, self.tapped = True, card, card is None or card.check is None, False
            case Tapped(_, option) if pressed and option in {"safe_alone", "safe_moment"}:
                self.checked = True
            case Tapped(_, option) if pressed and option.startswith("word.") and self.card is not None:
                self.word = self.word or option == f"word.{self.card.check}"
            case Tapped(_, option) if pressed and option.startswith("reply."):
                self.tapped = True

    def forget(self) -> None:
        """Nothing is known of her any more."""
        self.checked, self.code, self.card, self.word, self.tapped = False, False, None, False, False


def world(fresh: Fresh | None = None) -> World:
    """Replies lie in memory all the time here, also when no number was entered: only the dialogue keeps them from the screen."""
    known = (questionnaire(), directory(), "ko_CN", NOW.date(), ("a" * 32, "b" * 32), fresh, policy())
    return World(*known, replies=replies(SEEN, MARK))


def drawn(data: st.DataObject, told: Told, asks: bool) -> Event:
    """The next event: mostly a button of the way in or of the screen, otherwise whatever else happens."""
    shown = screen(told.conversation, world())
    options = [choice.option for row in shown.rows for choice in row]
    kind = data.draw(st.sampled_from(["way in"] * 8 + ["press"] * 2 + ["forged", "else"]))
    if asks:
        return CodeChecked(SEEN, case(), card=data.draw(st.sampled_from(CARDS)), replies=waiting(SEEN))
    if kind == "way in" and told.conversation.place == "k_code":
        return Typed(CODE)
    if kind == "way in" and (on := [each for each in options if each in WAY_IN]):
        return Tapped(shown.id, data.draw(st.sampled_from(on)))
    if kind == "forged":
        screens = st.sampled_from([shown.id, "k_case", "k_reply.e0000001", "k_word"])
        return Tapped(data.draw(screens), data.draw(st.sampled_from(WAY_IN)))
    if kind == "else":
        others: list[Event] = [Started(), Idled(), SentMedia(), Typed(CODE), Typed("지우기")]
        return data.draw(st.sampled_from(others))
    return Tapped(shown.id, data.draw(st.sampled_from(options)))


def test_no_list_of_events_shows_a_reply_without_check_number_and_word() -> None:
    """And her own tap; what the partner wrote is neither on another screen nor stored with it."""
    shown_at_last = 0

    @settings(max_examples=2_000 if LONG else 150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def walks(data: st.DataObject) -> None:
        nonlocal shown_at_last
        told, asks = Told(), False
        for _ in range(25):
            event = drawn(data, told, asks)
            before = screen(told.conversation, world())
            pressed = isinstance(event, Tapped) and before.invites(event.screen, event.option)
            after, effects = advance(told.conversation, event, world(), NOW)
            if effects == (MakeCode(),):
                after, effects = advance(told.conversation, event, world(Fresh(CODE, case())), NOW)
            told.note(event, pressed)
            told.conversation, asks = after, any(isinstance(effect, CheckCode) for effect in effects)
            if after == NOBODY or after.place in (FRONT, "c_menu"):
                told.forget()
            seen = str(screen(after, world())) + after.stored()
            assert MARK not in seen or told.may_see, told.events
            shown_at_last += MARK in seen

    walks()

    assert shown_at_last > 0  # the way in was found
