"""Words: a screen named by keys becomes a screen in a language.

The catalogues in locales/ are written as .po and compiled at build time; at run time only the standard library's gettext reads them.
`Catalogues` refuses to start when a key that any screen can need has no words in some language.
"""

import gettext
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from bot.dialogue.pages import PAGES
from bot.dialogue.questionnaire import Questionnaire
from bot.dialogue.screens import Choice, Line, Screen
from bot.dialogue.words import WORDS
from referrals.casebook_moves import DECLINE_REASONS
from referrals.casebook_view import STATES
from referrals.matching import REASONS
from referrals.questions import ANSWERS, QUESTIONS

DOMAIN = "naru"  # file name of the catalogues: locales/<locale>/naru.mo
# ko_CN holds only what is spelled or said otherwise than in ko. en is for caseworkers and readers of the demo, never for the person.
LOCALES: Mapping[str, tuple[str, ...]] = {
    "ko": ("ko",),
    "ko_CN": ("ko_CN", "ko"),
    "zh_Hans": ("zh_Hans",),
    "en": ("en",),
}
FRONT_LOCALES = ("ko_CN", "zh_Hans")  # both stand on a screen shown before a language was chosen

# Keys that code asks for by name, in the order in which a person meets them.
_NAMED = """
u2_send.self u2_send.third u2_send.stale m_stale q5_country.added q9_talk.after m_none.self k_case.withdraw q3_agree.short nav.back nav.skip
nav.done nav.pause nav.wipe nav.more nav.earlier note.buttons note.at_most note.code_wrong card.alias card.alias_gone
card.hub_unknown card.hub_none card.reply card.phone card.held card.sends card.envelope q11_partner q11_partner.share_yes
q11_partner.share_less q11_partner.share_next q11_partner.share_no q11_less line.klass line.urgent line.country line.language
line.need line.situation line.danger line.with line.helper line.contact line.both line.klass.now line.klass.days
line.klass.normal line.language.ko line.language.zh line.danger.high line.danger.raised flag.third_party
flag.third_party_unconfirmed r_receipt r_receipt.sent r_receipt.keep r_receipt.lost r_receipt.kept r_receipt.wipe_now
r_receipt.phone_tips m_sent m_sent.go_on m_sent.finish m_end.sent m_end.nothing m_none m_none.self_help r_paused
r_paused.known k_code k_code.entered key.digit key.erase k_case k_case.none k_case.line k_case.resume k_case.look
k_case.because k_case.reply k_case.read k_case.withheld k_case.new k_case.erase k_ref.ask k_ref.helped k_ref.not
k_ref.unsafe k_ref.elsewhere state.late k_reply k_reply.days k_reply.text k_reply.word k_reply.no_word k_reply.sends
k_reply.over k_reply.later k_reply.next note.reply_again note.answered k_unsafe k_unsafe.yes k_erase k_erase.yes
k_erased k_word w_check w_check.why w_danger p_scam v_word v_word.code v_report v_report.yes t_urgent
t_urgent.yes t_urgent.no m_take_back m_take_back.yes m_sent.take_back q11_partner.count note.personal note.code_wait
note.no_news note.words_kept note.thanks note.reported note.remains note.reach notice.line line.check line.answer line.report
line.report.money line.report.unsafe line.about flag.danger_word meta.name meta.short meta.description meta.menu open.title
open.kind.referral open.kind.addition open.kind.withdrawal open.kind.report open.partner open.created open.expires
open.expired open.id open.list open.questionnaire open.reply open.no_reply open.signed open.nothing open.rules
""".split()  # noqa: SIM905  # a list with quotes would fill two pages

# Pages that other screens open by a button of their own.
_TITLED = ("p_phone", "p_scam", "p_info", "p_partner", "k_code", "v_word", "v_report")


class WordsError(Exception):
    """A catalogue is missing or has no words for a key: the message names both. Run `make words`."""


@dataclass(frozen=True, slots=True)
class Button:
    """One button: what she reads, and the 1 to 64 bytes that come back when she presses it."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A screen in words: plain text (no markup) and rows of buttons."""

    text: str
    rows: tuple[tuple[Button, ...], ...]


def used_keys(questionnaire: Questionnaire) -> frozenset[str]:
    """Every key that some screen, notice or command can need."""
    return frozenset(_keys(questionnaire))


def ordered_keys(questionnaire: Questionnaire) -> tuple[str, ...]:
    """The same keys, each once, about in the order in which a person meets them."""
    return tuple(dict.fromkeys(_keys(questionnaire)))


def _keys(questionnaire: Questionnaire) -> Iterator[str]:
    yield from questionnaire.keys()
    yield from _NAMED
    yield from (f"reason.{reason}" for reason in REASONS)
    yield from (f"state.{state}" for state in STATES)
    yield from (f"declined.{reason}" for reason in DECLINE_REASONS)
    yield from QUESTIONS
    yield from ANSWERS
    yield from (f"word.{word}" for word in WORDS)
    for page in PAGES.values():
        yield from page.lines
        yield from (f"{target}.title" for target in page.opens)
    yield from (f"{page}.title" for page in _TITLED)


class Catalogues:
    """The words in every language."""

    def __init__(self, places: Traversable | Path, keys: frozenset[str]) -> None:
        """Read all catalogues below `places` and check that they have words for `keys`. Raises WordsError."""
        self._words = {locale: _merged(places, parts) for locale, parts in LOCALES.items()}
        for locale, words in self._words.items():
            missing = sorted(key for key in keys if key not in words)
            if missing:
                raise WordsError(f"catalogue {locale}: no words for {', '.join(missing[:5])} ({len(missing)} in all)")

    def say(self, line: Line, locale: str) -> str:
        """The words of one line in one language."""
        fill = {
            name: self.say(value, locale) if isinstance(value, Line) else value for name, value in line.fill.items()
        }
        return self._words[locale][line.key].format_map(fill)

    def plain(self, key: str, locale: str) -> str:
        """The words under a key that has nothing to fill in."""
        return self.say(Line(key), locale)

    def words(self, locale: str) -> Mapping[str, str]:
        """All words in one language by key, their places not filled in: what a reviewer reads."""
        return dict(self._words[locale])

    def render(self, screen: Screen, locale: str | None) -> Rendered:
        """A screen in words; before a language was chosen, in both."""
        locales = FRONT_LOCALES if locale is None else (locale,)
        text = "\n\n".join("\n".join(self.say(line, each) for line in screen.lines) for each in locales)
        rows = tuple(tuple(self._button(screen, choice, locales) for choice in row) for row in screen.rows)
        return Rendered(text, rows)

    def _button(self, screen: Screen, choice: Choice, locales: tuple[str, ...]) -> Button:
        words = list(dict.fromkeys(self.say(choice.label, locale) for locale in locales))
        number = "" if choice.number is None else f"{choice.number} "
        return Button(f"{number}{'✓ ' if choice.ticked else ''}{' · '.join(words)}", f"{screen.id}:{choice.option}")


def _merged(places: Traversable | Path, parts: tuple[str, ...]) -> dict[str, str]:
    """The words of a locale, those of its first part winning."""
    words: dict[str, str] = {}
    for part in reversed(parts):
        source = places / part / f"{DOMAIN}.mo"
        try:
            with source.open("rb") as stream:
                catalogue = gettext.GNUTranslations(stream)
        except OSError:
            raise WordsError(f"catalogue {part}: {DOMAIN}.mo is missing or can't be read") from None
        words |= {key: text for key, text in catalogue._catalog.items() if key and text}  # type: ignore[attr-defined]  # noqa: SLF001  # gettext has no other way to list them
    return words


def shipped() -> Traversable | Path:
    """Where the compiled catalogues lie (`make words` puts them there in a working copy)."""
    return files("bot") / "locales"
