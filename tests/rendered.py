"""Every screen that pressing buttons can reach, in words: a breadth-first walk through the engine, held finite.

A state is a conversation. From each, everything on its screen is pressed, something is typed and something is sent; what comes out is
kept as a screen, and walked on from if nothing like it was seen before. What keeps the walk finite is `departures`: how many answers
of a conversation are other than plain. More of them only put more lines of the same kinds on a card.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.dialogue import flow
from bot.dialogue.asking import OVERLAYS
from bot.dialogue.case_screens import state_of
from bot.dialogue.conversation import FRONT, NOBODY, Conversation, Waiting
from bot.dialogue.effects import CheckCode, Effect, MakeCode, Save
from bot.dialogue.engine import advance
from bot.dialogue.events import CodeChecked, Event, Remained, SentMedia, Started, Tapped, Typed
from bot.dialogue.screens import Choice, Line, Screen, screen
from bot.dialogue.words import WORDS
from bot.dialogue.world import Fresh, Tries, World
from bot.texts import Catalogues
from referrals.casebook_moves import DECLINE_REASONS
from referrals.casebook_view import STATES, CaseView, ReferralState
from referrals.contact_card import ContactCard
from referrals.directory import Directory
from referrals.policy import Policy
from referrals.questions import QUESTIONS
from referrals.reply import Reply
from tests.person import CODE, NOW, case, policy, questionnaire
from tests.replied import written
from tools.wording import Fragment, Shown

# Places whose words are held as strictly as the first page wherever they come: a number, or that something was sent, stands there.
STRICT_PLACES = frozenset(
    [
        *("k_code", "k_word", "k_case", "k_ref", "k_reply", "k_unsafe", "k_erase", "k_erased", "r_receipt", "r_paused"),
        *("m_sent", "m_end", "m_take_back", "w_check", "w_danger", "v_word"),
    ]
)
IDS = ("a" * 32, "b" * 32)
_SENT = (SentMedia(), Typed("fictional"), Typed("죽고 싶다"), Typed("010-1234-5678"), Started(), Remained())
_REASONS = tuple(enumerate(DECLINE_REASONS))
_WORDED = ("k_word", "v_word", "k_case")
_LAST = ("q6_needs", "q10_contact")  # the last question of the short path, and of the long one
# What leads to the same screens wherever it is pressed, or to a screen that was just left.
_ROUTINE = (
    "nav.wipe",
    "wipe_now",
    "nav.back",
    "nav.pause",
    "open.",
    "phone_tips",
    "take_back",
    "new",
    "word.",
    "urgent.",
    "later",
)
PLAIN_NEED = "n_place"  # it opens the question about situations
_SAFE = frozenset({("safe_alone",), ("safe_moment",)})
# What a partner might write, by the rules that hold for our own words.
_WRITTEN = {"zh_Hans": "土豆，明天中午再来。", None: "감자, 낮에 다시 오십시오."}


@dataclass(frozen=True, slots=True)
class Seen:
    """A screen, and what decides how it is held."""

    place: str
    screen: Screen = field(compare=False)
    frozen: tuple[object, ...]  # the screen's lines and buttons, comparable
    locale: str | None
    country: str | None
    strict: bool


@dataclass
class Walk:
    """One walk: where it begins, what it may look at, and what it saw."""

    korean: str
    partners: Directory
    departures: int = 1
    countries: frozenset[str] = frozenset()  # only these are chosen; all when empty
    seen: dict[Seen, None] = field(default_factory=dict)
    effects: list[tuple[Event, Effect]] = field(default_factory=list)
    states: int = 0
    pressed: set[tuple[object, ...]] = field(default_factory=set)
    said: dict[str, Reply] = field(default_factory=dict)  # what the replies say that a code opened

    def world(self, fresh: Fresh | None = None, tries: Tries = Tries()) -> World:  # noqa: B008  # a value
        """The world of one decision."""
        known = (questionnaire(), self.partners, self.korean, NOW.date(), IDS, fresh, policy(), tries)
        return World(*known, replies=self.said)

    def run(self, *starts: Conversation) -> "Walk":
        """Walk from the front page, and from these."""
        waiting = deque([NOBODY, *starts])
        known: set[tuple[object, ...]] = set()
        while waiting:
            conversation = waiting.popleft()
            shown = self._look(conversation)
            identity = _identity(conversation)
            if identity in known or departures(conversation) > self.departures:
                continue
            known.add(identity)
            self.states += 1
            waiting.extend(self._after(conversation, shown))
        return self

    def _look(self, conversation: Conversation) -> Screen:
        shown = screen(conversation, self.world())
        self._keep(conversation, shown)
        return shown

    def _keep(self, conversation: Conversation, shown: Screen) -> None:
        country = flow.country(conversation.answers)
        frozen = (_frozen_lines(shown.lines), tuple(_frozen_row(row) for row in shown.rows))
        seen = Seen(conversation.place, shown, frozen, conversation.locale, country, is_strict(conversation))
        self.seen.setdefault(seen)

    def _after(self, conversation: Conversation, shown: Screen) -> Iterator[Conversation]:
        for choice in (choice for row in shown.rows for choice in row):
            if choice.option.startswith("key.") and choice.option not in {"key.1", "key.erase"}:
                continue  # all digits lead to the same screens
            if conversation.place == "q5_country" and self.countries and choice.option not in self.countries:
                continue
            if choice.option.startswith(_ROUTINE) and not self._first(conversation, choice.option):
                continue
            yield from self.decide(conversation, Tapped(shown.id, choice.option))
        if self._first(conversation, "sent or typed"):
            for event in _SENT:
                yield from self.decide(conversation, event)
        if conversation.place == "q11_partner":
            self._look(conversation.model_copy(update={"card": ContactCard(check=WORDS[0])}))
        if conversation.place in _LAST or conversation.place == "u1_what":
            yield from self._by_an_old_list(conversation, shown)
        if conversation.place == "k_code":
            slow = self.world(tries=Tries(codes=9, last_code=NOW.timestamp()))
            yield advance(conversation, Typed(CODE), slow, NOW)[0]
        if conversation.place == "q6_needs" and not conversation.picked:
            yield from self._one_too_many(conversation)

    def _by_an_old_list(self, conversation: Conversation, shown: Screen) -> Iterator[Conversation]:
        """Where the last answer leads when the partner list could not be renewed in time."""
        stale = replace(self.world(), standing="urgent_only")
        for option in ("c_return", "nav.done", "nav.skip", "u_locked"):
            if shown.invites(shown.id, option):
                after, _ = advance(conversation, Tapped(shown.id, option), stale, NOW)
                if after.place == "u2_send":
                    self._keep(after, screen(after, stale))
                yield after

    def _first(self, conversation: Conversation, option: str) -> bool:
        """Whether this is pressed for the first time on such a screen: where it leads does not hang on the other answers."""
        country, strict = flow.country(conversation.answers), is_strict(conversation)
        press = (
            conversation.place,
            option,
            conversation.locale,
            country,
            strict,
            conversation.case is None,
            conversation.card is None,
        )
        if press in self.pressed:
            return False
        self.pressed.add(press)
        return True

    def _one_too_many(self, conversation: Conversation) -> Iterator[Conversation]:
        for option in ("+n_place", "+n_leave", "+n_med", "+n_preg"):
            (conversation,) = self.decide(conversation, Tapped("q6_needs", option))
        yield conversation

    def decide(self, conversation: Conversation, event: Event) -> Iterator[Conversation]:
        """What one event leads to, with the code made when the engine asks for one, and a code looked up in every way."""
        after, effects = advance(conversation, event, self.world(), NOW)
        if any(isinstance(effect, MakeCode) for effect in effects):
            after, effects = advance(conversation, event, self.world(Fresh(CODE, case())), NOW)
        self.effects += [(event, effect) for effect in effects]
        yield after
        if any(isinstance(effect, CheckCode) for effect in effects):
            for answer in self._opened(after.locale):
                yield from self.decide(after, answer)
        for effect in effects:
            if isinstance(effect, Save):
                yield from self._resumed(effect.state, conversation)

    def _opened(self, locale: str | None) -> Iterator[CodeChecked]:
        yield CodeChecked(None)
        yield from self._answered(locale)
        yield CodeChecked(CaseView(case().case_id, ()), case())
        held = tuple(
            ReferralState(f"{number:08x}" + "0" * 24, partner.id, state)
            for number, (partner, state) in enumerate(zip(self.partners.partners * 2, STATES, strict=False))
        )
        gone = ReferralState("f" * 32, "no-longer-in-the-list", "accepted")
        yield CodeChecked(CaseView(case().case_id, (*held, gone)), case())
        declined = tuple(ReferralState(f"{n:08x}" + "d" * 24, held[0].partner, "declined", r) for n, r in _REASONS)
        yield CodeChecked(CaseView(case().case_id, declined), case())
        yield CodeChecked(
            CaseView(case().case_id, held[:1]), case(), NOBODY.model_copy(update={"locale": "ko"}).stored()
        )

    def _answered(self, locale: str | None) -> Iterator[CodeChecked]:
        """Cases with replies: a text and every question, to partners who are in force, are not any more, and from somebody who is done."""
        text = _WRITTEN["zh_Hans" if locale == "zh_Hans" else None]
        about = [text, *QUESTIONS, "q_ill", text]
        partners = [each.id for each in self.partners.partners if each.x_status == "active" and not each.x_canary][:1]
        gone = ["no-longer-in-the-list"]
        everybody = [*(partners or gone) * (len(about) - 1), *gone]
        states = [*["need_more"] * (len(about) - 2), "completed", "accepted"]
        referrals, waiting = [], []
        for number, (partner, state, said) in enumerate(zip(everybody, states, about, strict=True)):
            referral_id, reply_id = (
                f"{number:08x}" + "a" * 24,
                f"{number:08x}" + ("1" if locale == "zh_Hans" else "2") * 24,
            )
            referrals.append(ReferralState(referral_id, partner, state))
            waiting.append(Waiting(reply_id=reply_id, referral_id=referral_id))
            self.said[reply_id] = written(referral_id, partner, NOW - timedelta(days=number), said)
        lost = Waiting(reply_id="f" * 32, referral_id=referrals[0].referral_id)
        late = replace(referrals[0], referral_id="9" * 32, state="delivered", late=True)
        view = CaseView(case().case_id, (*referrals, late))
        yield CodeChecked(view, case(), replies=tuple(waiting))
        yield CodeChecked(view, case(), replies=(lost,))
        # Behind her words: a text, which must hold her check word.
        words = ContactCard(check=WORDS[0], danger=WORDS[1])
        yield CodeChecked(CaseView(case().case_id, tuple(referrals[:2])), case(), card=words, replies=(waiting[0],))

    def _resumed(self, state: str, conversation: Conversation) -> Iterator[Conversation]:
        """Where the paused conversation goes on after its code."""
        if conversation.place in {"q5_country", "q11_partner"}:
            fields = {"place": "k_code", "locale": conversation.locale, "answers": _said_today(conversation)}
            yield from self.decide(NOBODY.model_copy(update=fields), CodeChecked(None, None, state))


def _said_today(conversation: Conversation) -> Mapping[str, tuple[str, ...]]:
    return {key: value for key, value in conversation.answers.items() if key in {FRONT, "q1_safe", "q2_phone"}}


def is_strict(conversation: Conversation) -> bool:
    """Whether nothing that betrays may stand on the screen of this conversation."""
    answers = conversation.answers
    agreed = answers.get("q1_safe") in _SAFE and answers.get("q3_agree") == ("agree",)
    return not agreed or conversation.urgent or conversation.note is not None or conversation.place in STRICT_PLACES


def departures(conversation: Conversation) -> int:
    """How far the answers depart from plain ones: a place to stay is all that is needed, and everything else is skipped."""
    answers = conversation.answers
    several = {key: len(codes) for key, codes in answers.items() if questionnaire()[key].multi}
    if conversation.picked:
        several[conversation.place] = max(several.get(conversation.place, 0), len(conversation.picked))
    if PLAIN_NEED in (*answers.get("q6_needs", ()), *conversation.picked):
        several["q6_needs"] -= 1
    if "q7b_danger" in several:  # asked only after a departure
        several["q7b_danger"] = max(several["q7b_danger"] - 1, 0)
    others = (
        answers.get("q4_urgent") == ("urg_days",),
        bool({"ph_checked", "ph_other"} & set(answers.get("q2_phone", ()))),
        answers.get("q10_contact", ("c_return",)) not in {("c_return",), ()},
    )
    return sum(several.values()) + sum(others) + len(conversation.removed)


def _identity(conversation: Conversation) -> tuple[object, ...]:
    """What tells apart two states from which other screens can be reached; each screen itself is looked at before this is asked.

    A page leads nowhere but to pages and back. A question leads on by what was answered before it; of the answers about the phone and
    about urgency only what later questions make of them counts, and of the language the catalogue.
    """
    place, answers = conversation.place, conversation.answers
    if place in {"m_end", "r_paused", "m_none", "m_stale"}:
        return place, conversation.locale, flow.country(answers), bool(conversation.sent), conversation.case is None
    if place.startswith("k_") and place != "k_code":  # one referral taken back or asked about is like another
        every = len(conversation.seen.referrals) if conversation.seen else None
        looked_at = state_of(conversation) if place in {"k_ref", "k_unsafe"} else None
        return (
            *(place, conversation.locale, flow.country(answers), every, looked_at),
            *(conversation.paused is None, conversation.card is None),
            *(conversation.reading, len(conversation.replies)),
        )
    if place in OVERLAYS:
        return (
            place,
            conversation.locale,
            flow.country(conversation.answers),
            is_strict(conversation),
            len(conversation.digits),
            conversation.seen is None,
            conversation.reported,
            conversation.card is None,
        )
    order = [question.id for question in questionnaire().question]
    before = order[: order.index(place)] if place in order else order
    kept = {key: answers[key] for key in before if key in answers and key not in {FRONT, "q2_phone", "q4_urgent"}}
    phone = None if "q2_phone" not in answers else bool({"ph_mine", "ph_shared"} & set(answers["q2_phone"]))
    sent = tuple(each.partner for each in conversation.sent)
    return (
        *(place, conversation.page, conversation.locale, flow.klass(conversation), conversation.urgent, phone),
        *(tuple(sorted(kept.items())), conversation.picked, sent, conversation.removed, conversation.third_unconfirmed),
        *(tuple((each.partner, each.decision) for each in conversation.offers), conversation.fresh_code is None),
        *(conversation.asked, conversation.chosen is None, place in _WORDED and conversation.card is None),
        *(conversation.seen, conversation.paused is None, place == "q5_country" and conversation.case is None),
    )


def _frozen_lines(lines: Iterable[Line]) -> tuple[object, ...]:
    return tuple(_frozen(line) for line in lines)


def _frozen(line: Line) -> tuple[object, ...]:
    places = ((name, _frozen(each) if isinstance(each, Line) else each) for name, each in sorted(line.fill.items()))
    return (line.key, *places)


def _frozen_row(row: Iterable[Choice]) -> tuple[object, ...]:
    return tuple(
        (choice.option.partition(".")[0], _frozen(choice.label), choice.number, choice.ticked) for choice in row
    )


def keys(line: Line) -> tuple[str, ...]:
    """The keys of a line: its own, and those in its places."""
    return (line.key, *(key for each in line.fill.values() if isinstance(each, Line) for key in keys(each)))


# A Korean screen is held in both catalogues: which of them 우리말 means is a setting. English is what readers of the demo see.
LANGUAGES: Mapping[str | None, tuple[str, ...]] = {
    None: ("ko_CN", "ko", "zh_Hans", "en"),
    "ko_CN": ("ko_CN", "ko", "en"),
    "ko": ("ko", "ko_CN", "en"),
    "zh_Hans": ("zh_Hans", "en"),
}


class Renderer:
    """Screens in words, line by line, each made once."""

    def __init__(self, words: Catalogues, policy: Policy) -> None:
        self.words = words
        self.policy = policy
        self._fragments: dict[tuple[object, ...], Fragment] = {}

    def shown(self, seen: Seen, locale: str) -> Shown:
        """One screen in one language, held by the policy of its country."""
        rule = self.policy.rule(seen.country, NOW.date())
        lines = [self._fragment(line, locale, button=False) for line in seen.screen.lines]
        labels = [self._fragment(choice.label, locale, button=True) for row in seen.screen.rows for choice in row]
        police, consulate = rule.police_advice == "allowed", rule.consulate_advice == "allowed"
        name = seen.screen.id.partition(".")[0]
        return Shown(name, locale, seen.strict, (*lines, *labels), police=police, consulate=consulate)

    def _fragment(self, line: Line, locale: str, *, button: bool) -> Fragment:
        identity = (_frozen(line), locale, button)
        if identity not in self._fragments:
            self._fragments[identity] = Fragment(keys(line), self.words.say(line, locale), button)
        return self._fragments[identity]
