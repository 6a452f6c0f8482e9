"""Walks through the dialogue, drawn mostly from what the screen invites, and what must hold after every step.

Random events prove little: they hardly get past the second question. So nine steps in ten press a button that is there, and most of
those lead on; the rest is what also happens: old and forged buttons, typing, photos, silence, codes, a list of partners that changes.

What holds is stated here a second time, from the data file and the packet, and not by calling what is tested.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from bot.dialogue.conversation import FRONT, NOBODY, Case, Conversation, Waiting
from bot.dialogue.effects import (
    Alarm,
    Append,
    CheckCode,
    Effect,
    EraseCase,
    Forget,
    HaveRead,
    KeepCard,
    MakeCode,
    Reach,
    Refer,
    Report,
    Save,
    Show,
    Tally,
)
from bot.dialogue.engine import advance
from bot.dialogue.events import (
    CodeChecked,
    Event,
    Idled,
    Left,
    MessageLost,
    Remained,
    SentMedia,
    Started,
    Tapped,
    Typed,
)
from bot.dialogue.screens import Line, Screen, screen
from bot.dialogue.world import Fresh, Standing, Tries, World
from bot.texts import Catalogues, Rendered, shipped, used_keys
from referrals.casebook_view import STATES, CaseView, ReferralState
from referrals.contact_card import ContactCard
from referrals.directory import Directory
from referrals.questions import ANSWERS, QUESTIONS
from referrals.referral import Packet, utc_hour
from referrals.reply import Reply
from tests.bot.dialogue.lists import varied
from tests.bot.dialogue.places import WAYS, walk
from tests.bot.dialogue.purpose_words import NEVER, PURPOSE
from tests.person import CODE, NOW, case, policy, questionnaire

Draw = Callable[[st.SearchStrategy[Any]], Any]

# What a step is, out of a hundred.
_KINDS = st.sampled_from(
    ["press"] * 89 + ["old"] * 2 + ["forged"] * 2 + ["typed", "typed", "media", "silent", "list", "code", "restart"]
)
# On a card an older card's button and a list that changed are what matters, so they come oftener there.
_CARD_KINDS = st.sampled_from(["press"] * 70 + ["old"] * 10 + ["list"] * 16 + ["forged", "typed", "media", "silent"])
_STANDINGS: st.SearchStrategy[Standing] = st.sampled_from(["good", "good", "good", "urgent_only", "none"])
_LEADING_ON = st.sampled_from([True] * 19 + [False])
_ENDING = st.sampled_from([Started(), Idled(), Left(), MessageLost(), Remained()])
_TEXTS = st.sampled_from(
    [
        "도와줘",
        "죽고 싶다",
        "要卖我",
        "010-1234-5678",
        "그만",
        "删除",
        "12",
        "1234 5678",
        "9012345678901234",
        "１２３４",
        "n_leave",
        "/start",
        "",
    ]
)
_SCREENS = st.sampled_from(
    [
        *("q1_safe", "u2_send", "q11_partner.7.00000000", "q11_partner.3.00000000", "q11_partner.4.00000000"),
        *("q11_less.4", "r_receipt", "k_case", "a0_open", "q11_partner", ""),
    ]
)
_OPTIONS = st.sampled_from(
    [
        "share_yes",
        "send",
        "nav.wipe",
        "nav.done",
        "go_on",
        "resume",
        "withdraw.00000001",
        "key.1",
        "page.9",
        "+n_leave",
        "",
    ]
)
_OUT = frozenset(
    [
        *("nav.wipe", "nav.back", "nav.pause", "wipe_now", "stop", "safe_no", "third_done", "limits_stop", "cover"),
        *(
            "more",
            "info",
            "third_phone",
            "phone_tips",
            "share_no",
            "take_back",
            "take_back.yes",
            "erase.yes",
            "report.yes",
        ),
    ]
)
_SKIP_ERASES = frozenset({"q1_safe", "q3_agree", "u2_send", "q8_third", "q8_limits"})
# The long path is the usual one, and most of what must hold is about the cards at its end.
_OFTEN = {
    "lang_ko": 4,
    "lang_zh": 4,
    "safe_alone": 3,
    "nav.done": 3,
    "agree": 2,
    "urg_no": 3,
    "CN": 6,
    "share_less": 2,
    "share_yes": 3,
}


# Nothing tried yet; as much as is free; more, just now and long ago.
_TRIES = [
    Tries(),
    Tries(5, NOW.timestamp() - 1, 2),
    Tries(9, NOW.timestamp() - 1, 3),
    Tries(9, NOW.timestamp() - 900, 9),
]


MARK = "MARK"  # stands in every text of a partner, and in no words of ours
# What partners write: among it what would be interpreted by somebody careless.
_WRITTEN = st.sampled_from(
    [
        f"{MARK}",
        f"{MARK} {{who}} {{0}} %s",
        f"<b>{MARK}</b> *_`",
        f"{MARK} https://fictional.invalid/?a=1 @fictional 12345678",
    ]
)


@cache
def catalogues() -> Catalogues:
    """The shipped words."""
    return Catalogues(shipped(), used_keys(questionnaire()))


@dataclass
class Reached:
    """What the walks came to see, so that a property about something that never happened does not pass."""

    steps: int = 0
    places: set[str] = field(default_factory=set)
    effects: set[str] = field(default_factory=set)


@dataclass
class Walker:
    """One walk of one person."""

    draw: Draw
    reached: Reached
    korean: str = "ko_CN"
    conversation: Conversation = NOBODY
    partners: Directory = field(default_factory=lambda: varied()[0])
    tries: Tries = field(default_factory=Tries)
    standing: Standing = "good"  # of the partner list
    effects: tuple[Effect, ...] = ()
    old: list[tuple[Tapped, Screen]] = field(default_factory=list)  # buttons that were on a screen, and what it said
    read: Screen | None = None  # the screen whose button she presses now
    saved: dict[str, frozenset[str]] = field(default_factory=dict)  # paused state -> who had it by then
    referred: set[str] = field(default_factory=set)  # partners who have it, of this conversation
    had: frozenset[str] = frozenset()  # partners who have it from before a new request, and are not offered again
    saved_had: dict[str, frozenset[str]] = field(default_factory=dict)  # the same, by paused state
    said: dict[str, Reply] = field(default_factory=dict)  # what the replies to her case say, in memory
    number: int = 0

    def world(self, fresh: Fresh | None = None) -> World:
        """The world of the present step; ids differ in their first digits, as random ones do."""
        ids = (f"{self.number:08x}" + "a" * 24, f"{self.number:08x}" + "b" * 24)
        return World(
            *(questionnaire(), self.partners, self.korean, NOW.date(), ids, fresh, policy(), self.tries),
            standing=self.standing,
            replies=self.said,
        )

    @property
    def screen(self) -> Screen:
        """What she sees."""
        return screen(self.conversation, self.world())

    def step(self) -> None:
        """Let one thing happen, and look at what must hold."""
        self.number += 1
        self.reached.steps += 1
        before, shown = self.conversation, self.screen
        self.read = shown
        event = self._event(shown)
        shown = self.screen  # the list may have changed
        after, effects = advance(before, event, self.world(), NOW)
        if effects == (MakeCode(),):
            assert after == before.model_copy(update={"note": None})  # nothing happened yet
            after, effects = advance(before, event, self.world(Fresh(CODE, case())), NOW)
        self.conversation, self.effects = after, effects
        self._count(before, event)
        check(Step(before, shown, self.read, event, after, effects, self.world(), frozenset(self.referred), self.had))
        self._remember(shown, before, event)

    def _event(self, shown: Screen) -> Any:
        if any(isinstance(effect, CheckCode) for effect in self.effects):
            return self._opened()
        card = self.conversation.place == "q11_partner"
        match self.draw(_CARD_KINDS if card else _KINDS):
            case "old" if self.old:
                consents = [each for each in self.old if each[0].option == "share_yes"]
                pressed: tuple[Tapped, Screen] = self.draw(st.sampled_from(consents if card and consents else self.old))
                event, self.read = pressed
                return event
            case "forged":
                return Tapped(self.draw(st.one_of(_SCREENS, st.just(shown.id))), self.draw(_OPTIONS))
            case "typed":
                return Typed(self.draw(_TEXTS))
            case "media":
                return SentMedia()
            case "silent":
                return self.draw(_ENDING)
            case "restart":
                self.said = {}
                return Remained()
            case "code":
                self.tries = self.draw(st.sampled_from(_TRIES))
                return self._opened()
            case "list":
                self.partners = self.draw(st.sampled_from(varied()))
                self.standing = self.draw(_STANDINGS)
                return Tapped(shown.id, "nothing")
            case _:
                return self._press(shown)

    def _press(self, shown: Screen) -> Any:
        if self.conversation.place == "k_code":
            return self.draw(
                st.sampled_from(
                    [*[Typed("9012345678901234")] * 4, Tapped("k_code", "key.1"), Tapped("k_code", "nav.back")]
                )
            )
        options = [choice.option for row in shown.rows for choice in row]
        on = [option for option in options for _ in range(self._weight(option))]
        return Tapped(shown.id, self.draw(st.sampled_from(on if on and self.draw(_LEADING_ON) else options)))

    def _weight(self, option: str) -> int:
        """How often a button is pressed by somebody who goes on: never those that lead out, aside or back."""
        place = self.conversation.place
        if option == "code":
            return 6 if self.saved else 0  # worth entering only once something is kept under it
        if option in _OUT or (option == "nav.skip" and place in _SKIP_ERASES):
            return 0
        if option.startswith(("page.", "open.")) or (option[0] == "-" and place != "q11_less"):
            return 0
        if option.startswith(("reply.", "answer.")):
            return 8
        return _OFTEN.get(option, 1)

    def _opened(self) -> CodeChecked:
        saved = self.draw(st.sampled_from([None, *self.saved]))
        partners = [partner.id for partner in self.partners.partners if not partner.x_canary]
        states = self.draw(st.lists(st.sampled_from(STATES), max_size=3))
        if not states and self.draw(st.booleans()):
            return CodeChecked(None, None, saved)
        card = self.draw(st.sampled_from([None, ContactCard(check="moon"), ContactCard(check="moon", danger="rain")]))
        referrals = tuple(
            ReferralState(f"{number:08x}" + "c" * 24, partners[number % len(partners)], state)
            for number, state in enumerate(states, 0xC0DE)
        )
        return CodeChecked(CaseView("d" * 32, referrals), _known_case(), saved, card, replies=self._replies(referrals))

    def _replies(self, referrals: tuple[ReferralState, ...]) -> tuple[Waiting, ...]:
        """Replies to some of the referrals, of which what they say is in memory; nothing of it is known by any other way."""
        self.said, there = {}, []
        for number, each in enumerate(
            self.draw(st.lists(st.sampled_from(referrals), max_size=3)) if referrals else (), 1
        ):
            reply_id = f"{number:08x}" + "e" * 24
            question = self.draw(st.sampled_from([None, None, *QUESTIONS]))
            text = self.draw(_WRITTEN) if question is None else None
            self.said[reply_id] = Reply(
                referral_id=each.referral_id, partner=each.partner, written=utc_hour(NOW), text=text, question=question
            )
            there.append(Waiting(reply_id=reply_id, referral_id=each.referral_id))
        return tuple(there)

    def _count(self, before: Conversation, event: Event) -> None:
        """Keep book of who has it: a resumed conversation brings those who had it when it was paused."""
        if self.conversation == NOBODY or self.conversation.place == "r_paused":
            for effect in self.effects:
                if isinstance(effect, Save):
                    self.saved[effect.state], self.saved_had[effect.state] = frozenset(self.referred), self.had
            self.referred, self.had = set(), frozenset()
        if isinstance(event, Tapped) and before.place == FRONT and self.conversation.place in {"q1_safe", "u1_what"}:
            self.referred, self.had = set(), frozenset()  # she begins anew on the front page
        anew = isinstance(event, Tapped) and event.option == "new" and self.conversation.place != "k_case"
        if anew and before.place == "k_case" and before.seen is not None:
            self.referred, self.had = set(), _have_it(before.seen)
        state = event.saved if isinstance(event, CodeChecked) and before.place == "k_code" else None
        if isinstance(event, Tapped) and event.option == "resume" and self.conversation.place != "k_case":
            state = before.paused
        if state is not None and self.conversation.place not in {"k_code", "k_word", "k_case"}:
            self.referred, self.had = set(self.saved[state]), self.saved_had.get(state, frozenset())

    def _remember(self, shown: Screen, before: Conversation, event: Event) -> None:
        self.reached.places.add(self.conversation.place)
        self.reached.effects.update(type(effect).__name__ for effect in self.effects)
        self.referred.update(effect.partner for effect in self.effects if isinstance(effect, Refer))
        if before.place != self.conversation.place or isinstance(event, Tapped):
            self.old += [(Tapped(shown.id, choice.option), shown) for row in shown.rows for choice in row][:3]
            self.old = self.old[-40:]


@cache
def paused_before() -> Mapping[str, frozenset[str]]:
    """Conversations paused earlier, and who had them by then: at a question, at the card, and on the urgent path after sending."""
    kept = {}
    for steps in (WAYS["q8_with"], WAYS["q10_contact"], WAYS["q11_partner"], (*WAYS["u2_send"], "send", "go_on")):
        person = walk(*steps)
        referred = frozenset(sent.partner for sent in person.conversation.sent)
        kept.update({e.state: referred for e in person.tap("nav.pause").effects if isinstance(e, Save)})
    return kept


def _have_it(seen: CaseView) -> frozenset[str]:
    """The partners who have her case: all but those where it was taken back, lapsed or done."""
    ended = {"withdrawn", "revoked", "expired", "destroyed", "completed", "no_contact_30d"}
    return frozenset(each.partner for each in seen.referrals if each.state not in ended)


@cache
def _known_case() -> Case:
    return case().model_copy(update={"case_id": "d" * 32})


# --- what must hold ---


@dataclass(frozen=True)
class Step:
    """One step: before and after."""

    before: Conversation
    shown: Screen  # what was on the screen when it happened
    read: Screen  # what she read when she pressed: an older one if the button was old
    event: Event
    after: Conversation
    effects: tuple[Effect, ...]
    world: World
    referred: frozenset[str]  # partners who have the case of this conversation already
    had: frozenset[str]  # partners who have it from before a new request

    @property
    def screen(self) -> Screen:
        """What is on the screen now."""
        return screen(self.after, self.world)

    @property
    def pressed(self) -> str | None:
        """The button of the screen that was pressed; None if it was no button or not of this screen."""
        on_it = isinstance(self.event, Tapped) and self.shown.invites(self.event.screen, self.event.option)
        return self.event.option if on_it and isinstance(self.event, Tapped) else None


def check(step: Step) -> None:
    """Everything that must hold after a step."""
    rendered = catalogues().render(step.screen, step.after.locale)
    can_be_sent(rendered)
    in_her_language(step, rendered)
    betrays_nothing(step, rendered)
    wipe_works(step)
    forgets_first(step)
    reachable_answers_only(step.after.answers)
    stored_and_read_back(step)
    code_on_its_screen_only(step, rendered)
    answers_leave(step)
    no_referral_without_consent(step)
    additions_as_asked(step)
    alarms_for_canaries_only(step)
    cases_open_by_their_word(step)
    replies_open_by_her_tap(step, rendered)
    nothing_else_unasked(step)


def can_be_sent(rendered: Rendered) -> None:
    """Always a screen, within Telegram's limits, with buttons that differ."""
    data = [button.data for row in rendered.rows for button in row]
    assert 1 <= len(rendered.text.encode("utf-16-le")) // 2 <= 4096
    assert all(1 <= len(each.encode()) <= 64 for each in data)
    assert len(set(data)) == len(data) >= 1
    assert all(button.label for row in rendered.rows for button in row)


def in_her_language(step: Step, rendered: Rendered) -> None:
    """The screen is in the language she chose; before that, in both."""
    hangul, han = re.search("[가-힣]", rendered.text), re.search("[一-鿿]", rendered.text)
    match step.after.locale:
        case None:
            assert hangul
            assert han
            assert step.after.place == FRONT or step.after.place.startswith("c_")
        case "zh_Hans":
            assert han
            assert not hangul
        case locale:
            assert locale in {"ko", "ko_CN"}
            assert not han


def betrays_nothing(step: Step, rendered: Rendered) -> None:
    """No word of the list before she agreed (or came by the urgent path); no authority and no route at any time."""
    words = rendered.text + " ".join(button.label for row in rendered.rows for button in row)
    agreed = step.after.answers.get("q3_agree") == ("agree",) or step.after.urgent or step.after.sent or step.after.seen
    for word in NEVER if agreed else PURPOSE:
        assert word not in words


def wipe_works(step: Step) -> None:
    """From here, one press leaves nothing."""
    pressed = Tapped(step.screen.id, "nav.wipe")
    assert step.screen.invites(pressed.screen, pressed.option)
    assert advance(step.after, pressed, step.world, NOW) == (NOBODY, (Forget(cover=True),))


def forgets_first(step: Step) -> None:
    """Forgetting clears the queue: it stands before what is shown, leaves nothing, and nothing is handed over with it."""
    kinds = [type(effect) for effect in step.effects]
    assert kinds
    if Forget in kinds:
        assert kinds == [Forget] or (
            step.pressed == "take_back.yes" and kinds == [Append] * (len(kinds) - 1) + [Forget]
        )
        assert step.after == NOBODY
    for earlier, later in pairwise(kinds):
        assert earlier is not Show, later
    if step.after == NOBODY:
        assert set(kinds) <= {Forget, Show, Alarm} | ({Append} if step.pressed == "take_back.yes" else set())


@cache
def _asked() -> tuple[dict[str, Any], ...]:
    text = (files("bot.dialogue") / "questionnaire.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)["question"])


def _holds(condition: list[list[dict[str, Any]]] | None, answers: Mapping[str, tuple[str, ...]]) -> bool:
    if condition is None:
        return True
    for alternative in condition:
        for clause in alternative:
            given = answers.get(clause["of"])
            if given is None or ("any" in clause and not set(clause["any"]) & set(given)):
                break
            if set(clause.get("none", [])) & set(given):
                break
        else:
            return True
    return False


def reachable_answers_only(answers: Mapping[str, tuple[str, ...]]) -> None:
    """No answer of a question that the other answers do not lead to, and no option that they do not offer."""
    earlier: dict[str, tuple[str, ...]] = {}
    known = set()
    for question in _asked():
        known.add(question["id"])
        given = answers.get(question["id"])
        if given is None:
            continue
        assert _holds(question.get("when"), earlier), question["id"]
        offered = {option["code"] for option in question["options"] if _holds(option.get("only"), earlier)}
        assert set(given) <= offered, question["id"]
        assert len(given) <= max(1, question.get("multi", 0)), question["id"]
        earlier[question["id"]] = given
    assert set(answers) <= known


def stored_and_read_back(step: Step) -> None:
    """What is written is what is read, and it prints nothing."""
    assert Conversation.restored(step.after.stored()) == step.after
    assert repr(step.after) == "Conversation(...)"


def code_on_its_screen_only(step: Step, rendered: Rendered) -> None:
    """The return code is in the conversation, and on the screen, only where it is shown."""
    its_screen = step.after.place in {"r_receipt", "r_paused"}
    groups = " ".join(CODE[start : start + 4] for start in range(0, 16, 4))
    assert its_screen or (step.after.fresh_code is None and CODE not in step.after.stored())
    assert its_screen or groups not in rendered.text
    assert step.after.fresh_code is None or groups in rendered.text
    for effect in step.effects:
        assert not isinstance(effect, Save) or CODE not in effect.state


def answers_leave(step: Step) -> None:
    """When something was sent and no offer is open, answers are kept only for the country that may still be added.

    Where the list can't be used for now, nothing was decided yet: what she said stays on that screen, so that she can put it aside.
    Nor is it where she goes on with what she paused and is asked more than before: she was in a hurry then, and is alone now.
    """
    after = step.after
    if "m_stale" in {after.place, after.beneath}:
        return
    decided_all = after.place in {"m_end", "w_check", "w_danger"}
    if not decided_all and not after.urgent and not after.offers:
        return  # partners were not looked for yet
    undecided = any(each.decision == "open" for each in after.offers)
    country_due = after.urgent and "q5_country" not in after.answers
    if decided_all or (after.sent and not undecided and not country_due):
        assert not after.answers
        assert not after.picked
        assert not after.removed


def no_referral_without_consent(step: Step) -> None:
    """A referral only by the button of the card or of the urgent question, in this step, to that partner, with exactly what it said."""
    for refer in (effect for effect in step.effects if isinstance(effect, Refer)):
        partner = step.world.directory.partner(refer.partner)
        service = partner.services[0]
        assert partner.x_status == "active"
        assert partner.x_vetted_until >= step.world.today
        assert service.x_capacity != "closed"
        assert step.world.standing == "good" or (step.world.standing, refer.klass) == ("urgent_only", "now")
        assert not partner.x_canary
        assert refer.partner not in step.referred | step.had
        assert refer.held == (len(step.referred) if refer.klass == "now" else 0)
        if step.pressed == "share_yes":
            kind, alias, _ = step.shown.id.split(".")
            assert (kind, alias) == ("q11_partner", partner.x_alias)
            assert refer.partner in {each.partner for each in step.before.offers}
            assert sorted(_previewed(step)) == sorted(_told(refer.packet, step.before.locale or ""))
        else:
            assert (step.shown.id, step.pressed) == ("u2_send", "send")
            assert service.x_urgent_247
            _is_minimal(step, refer.packet)


def _previewed(step: Step) -> list[str]:
    """The lines that stood on the card she read as what would be sent."""
    locale = step.before.locale or ""
    text = catalogues().render(step.read, locale).text.splitlines()
    first = text.index(catalogues().say(Line("card.sends"), locale)) + 1
    last = text.index(catalogues().say(Line("card.envelope"), locale).splitlines()[0])
    return text[first:last]


_VALUES = {
    "class": ("line.klass", "line.klass"),
    "urgent": ("line.urgent", "u1_what"),
    "country": ("line.country", "q5_country"),
    "language": ("line.language", "line.language"),
    "needs": ("line.need", "q6_needs"),
    "situations": ("line.situation", "q7_situation"),
    "danger": ("line.danger", "line.danger"),
    "with": ("line.with", "q8_with"),
    "helper": ("line.helper", "q9_talk"),
    "check": ("line.check", "word"),
}


def _told(packet: Packet, locale: str) -> list[str]:
    """What the packet holds, in the words of the card."""
    fields = packet.model_dump(by_alias=True)
    lines = [Line(f"flag.{flag}") for flag in fields.pop("flags", ())]
    contact, band = fields.pop("contact", None), fields.pop("band", None)
    if contact is not None:
        value = Line(f"q10_contact.{contact}")
        both = value if band is None else Line("line.both", {"first": value, "second": Line(f"q10_band.{band}")})
        lines.append(Line("line.contact", {"value": both}))
    for name, value in fields.items():
        label, words = _VALUES[name]
        codes = (value,) if isinstance(value, str) else value
        lines += [Line(label, {"value": Line(f"{words}.{code}")}) for code in codes]
    return [catalogues().say(line, locale) for line in lines]


def _is_minimal(step: Step, packet: Packet) -> None:
    """The urgent packet is what u2_send says: the matter, the language, and for whom if that was said."""
    fields = packet.model_dump(by_alias=True)
    third = "u2_send.third" in {line.key for line in step.shown.lines}
    assert fields.pop("class") == "now"
    assert fields.pop("flags", ()) == (("third_party_unconfirmed",) if third else ())
    assert fields.pop("language") == ("zh" if step.before.locale == "zh_Hans" else "ko")
    assert (fields.pop("urgent", None),) == (step.before.answers["u1_what"] or (None,))
    assert fields == {}


def additions_as_asked(step: Step) -> None:
    """A further packet only by a press that said so: the country to whoever has the urgent one, or that she takes it back."""
    appended = [effect for effect in step.effects if isinstance(effect, Append)]
    assert len({append.consent_id for append in appended}) == len(appended)  # the casebook tells packets apart by it
    seen = {each.referral_id for each in step.before.seen.referrals} if step.before.seen else set()
    sent = {each.referral_id for each in step.before.sent}
    for append in appended:
        content = append.packet.model_dump(by_alias=True)
        match append.kind, step.before.place:
            case "withdrawal", "m_take_back":
                assert step.pressed == "take_back.yes"
                assert (content, append.referral_id in sent) == ({}, True)
            case "withdrawal", place:
                assert (step.pressed, place) in {("withdraw", "k_ref"), ("erase.yes", "k_erase")}
                assert (content, append.referral_id in seen) == ({}, True)
            case _, "k_word":  # her danger word, and nothing on the screen that shows it
                opening = step.before.opening
                assert opening is not None
                assert opening.card is not None
                assert step.pressed == f"word.{opening.card.danger}"
                assert content == {"flags": ("danger_word",)}
                assert append.referral_id in {each.referral_id for each in opening.seen.referrals}
                assert step.after.place == "c_menu"
            case "addition", "k_reply":
                reading = step.before.reading
                assert reading is not None
                assert step.pressed == f"answer.{content['answer'].partition('.')[2]}"
                assert content == {"answer": f"{reading.question}.{content['answer'].partition('.')[2]}"}
                assert content["answer"] in ANSWERS
                assert append.referral_id == reading.referral_id
                assert step.world.directory.partner(append.partner).x_status == "active"
            case _, "w_danger":
                assert (content, append.referral_id in sent) == ({"check": step.before.chosen}, True)
            case _:
                assert "q5_country.added" in {line.key for line in step.shown.lines}
                assert content == {"country": step.pressed}
                assert append.partner in step.referred


def cases_open_by_their_word(step: Step) -> None:
    """Nothing of a case is on the screen before its code, and before its word where she chose one."""
    case_places = {"k_case", "k_ref", "k_unsafe", "k_erase", "k_reply"}
    if step.after.place not in case_places or step.before.place in case_places:
        return
    opening = step.before.opening
    card = step.event.card if isinstance(step.event, CodeChecked) else opening.card if opening is not None else None
    if step.before.place == "k_word":
        assert card is not None
        assert step.pressed == f"word.{card.check}"
    elif step.before.place == "k_code":
        assert isinstance(step.event, CodeChecked)
        assert card is None
    else:
        assert step.before.seen is not None  # back from a page over it


def replies_open_by_her_tap(step: Step, rendered: Rendered) -> None:
    """What a reply says is nowhere, neither shown nor stored, but on its own screen, which code, word and her tap lead to."""
    assert (step.after.reading is not None) == (step.after.place == "k_reply")
    if step.after.place != "k_reply":
        assert MARK not in rendered.text + step.after.stored()
    else:
        _reply_is_hers(step, rendered)
    read = [effect for effect in step.effects if isinstance(effect, HaveRead)]
    assert not read or (step.pressed or "").startswith(("reply.", "answer."))
    assert [each for each in read if each.reply_id not in {there.reply_id for there in step.before.replies}] == []


def _reply_is_hers(step: Step, rendered: Rendered) -> None:
    """The open reply is one that her code opened, from a partner in force, and nothing of it is interpreted."""
    reading = step.after.reading
    assert reading is not None
    assert step.before.seen is not None  # the case was open before, so its code and its word were entered
    assert step.before.place == "k_reply" or (step.pressed or "").startswith("reply.")
    assert reading.reply_id in {each.reply_id for each in step.after.replies}
    (state,) = (each for each in step.before.seen.referrals if each.referral_id == reading.referral_id)
    if step.screen.id.startswith("k_reply"):
        assert step.world.directory.partner(state.partner).x_status == "active"
        assert state.state not in {"withdrawn", "revoked", "expired", "destroyed", "queued", "held"}
        assert reading.text is None or reading.text in rendered.text.replace("\u2060", "")
        assert not re.search(r"https?://|@[a-z]|[0-9]{4}", rendered.text)
    else:  # its partner was suspended while it was on the screen
        assert MARK not in rendered.text


def nothing_else_unasked(step: Step) -> None:
    """Words, reports, counting and ways of contact only by the button that says so; the danger word is nowhere after its tap."""
    kinds = {type(effect) for effect in step.effects}
    assert KeepCard not in kinds or step.before.place == "w_danger"
    assert Report not in kinds or step.pressed in {"report.yes", "unsafe.yes"}
    assert EraseCase not in kinds or step.pressed == "erase.yes"
    assert Reach not in kinds or (step.pressed == "share_yes" and "q10_contact" in step.before.answers)
    assert Tally not in kinds or (step.pressed == "share_yes" and step.before.counted == "ticked")
    assert step.after.card is None or step.after.card.danger is None
    assert step.after.opening is None or "k_word" in {step.after.place, step.after.beneath}


def alarms_for_canaries_only(step: Step) -> None:
    """The alarm is raised when a press names a partner who is never shown, and only then."""
    named = isinstance(step.event, Tapped) and re.match(r"q11_(partner|less)\.4(\.|$)", step.event.screen)
    assert (Alarm("canary") in step.effects) == bool(named)
    capped = step.world.tries.matches > 2 and not step.after.urgent
    assert Alarm("match_limit") not in step.effects or capped
    if capped and step.after.place == "q11_partner" and step.before.place != "q11_partner":
        assert not (step.pressed and Alarm("match_limit") in step.effects) or step.after.hub_only
