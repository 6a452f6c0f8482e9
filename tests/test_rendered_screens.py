"""Every reachable screen, in every language, for every country, held against all linters and the country policy."""

import gc
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

from bot.dialogue.conversation import NOBODY
from bot.dialogue.effects import Append, Forget, Refer, Save
from bot.dialogue.engine import advance
from bot.dialogue.events import Tapped
from bot.dialogue.screens import Line
from bot.texts import LOCALES, Catalogues, shipped, used_keys
from referrals.directory import Directory
from referrals.matching import NEEDS, SITUATIONS
from referrals.policy import Policy, load
from tests.bot.dialogue.lists import changed
from tests.conftest import FIGURE
from tests.person import NOW, Person, directory, questionnaire
from tests.rendered import LANGUAGES, Renderer, Seen, Walk
from tools.wording import Finding, Fragment, Shown
from tools.wording.lint import everything, findings, unexcused
from tools.wording.lists import exemptions
from tools.words import ROOT, compile_catalogues

COUNTRIES = {"CN", "VN", "LA", "TH", "KR", "MN", "KH", "MM", "RU", None}
PROFILE = ("meta.name", "meta.short", "meta.description", "meta.menu")
# Keys that stand on no screen that pressing can reach, and why.
UNSEEN = {
    "open.": "the caseworker's printout",
    "line.report": "what the safety lead reads",
    "line.about": "as above",
    "line.answer": "what the caseworker reads",
    "flag.danger_word": "what the caseworker reads",
    "notice.line": "no screen but a message, held by a test of its own below",
    "meta.": "the profile, held by a test of its own below",
    "reason.dialect:": "left out of the card: it says nothing to decide by (screens.py, _UNSAID)",
    "reason.open_now": "as above",
    "reason.serves:all": "as above",
}


def catalogues() -> Catalogues:
    """The shipped words."""
    return Catalogues(shipped(), used_keys(questionnaire()))


@cache
def policy() -> Policy:
    """The shipped country policy."""
    return load((files("referrals") / "policy.toml").read_text("utf-8"))


def for_everything() -> Directory:
    """A list whose hub knows every situation, for children only, with men only beside it: every reason comes to be said."""
    hub = {"x_needs": NEEDS, "x_situations": SITUATIONS, "x_urgent_247": False}
    return changed(
        7,
        hub=hub,
        child={"maximum_age": 17, "x_needs": NEEDS},
        men={"x_gender": "men", "x_needs": NEEDS},
        health={"x_needs": NEEDS, "x_situations": SITUATIONS},
    )


def for_nobody() -> Directory:
    """A list of partners of whom none can be offered."""
    gone = {"x_status": "suspended"}
    return changed(8, hub=gone, safe_cn=gone, child=gone, cyber=gone, health=gone, legal_th=gone, psy_kr=gone, men=gone)


@cache
def walked() -> tuple[Seen, ...]:
    """Every screen, whatever the list of partners, each once."""
    gc.disable()  # what is seen stays to the end, and the collector would look through it all a thousand times: 7 of 34 seconds
    main = Walk("ko_CN", directory()).run()
    every_reason = Walk("ko_CN", for_everything(), countries=frozenset({"CN"})).run()
    nobody = Walk("ko_CN", for_nobody(), departures=0).run()
    gc.enable()
    return tuple(dict.fromkeys([*main.seen, *every_reason.seen, *nobody.seen]))


def held(words: Catalogues, screens: tuple[Seen, ...]) -> list[Shown]:
    """Screens in all their languages."""
    renderer = Renderer(words, policy())
    return [renderer.shown(seen, locale) for seen in screens for locale in LANGUAGES[seen.locale]]


@cache
def shown() -> tuple[Shown, ...]:
    """Every screen in every language."""
    return tuple(held(catalogues(), walked()))


def profile() -> list[Shown]:
    """What stands on the bot's page and beside its command, each for itself, before anything was pressed."""
    words = catalogues()
    return [
        Shown(key, locale, strict=True, fragments=(Fragment((key,), words.plain(key, locale)),))
        for key in PROFILE
        for locale in LOCALES
    ]


@cache
def hits() -> tuple[Finding, ...]:
    """Whatever the linters find, exceptions or not, each once."""
    return tuple(dict.fromkeys(finding for each in (*shown(), *profile()) for finding in everything(each)))


def test_nothing_is_wrong_with_any_screen(record_property: Callable[[str, object], None]) -> None:
    """Zero findings on every reachable screen, in every language, for every country."""
    found = unexcused(hits(), exemptions())

    assert "\n".join(sorted(map(str, found))) == ""
    languages, countries = {each.locale for each in shown()}, {seen.country for seen in walked()}
    record_property(
        FIGURE,
        f"rendered: {len(walked())} screens ({len(shown())} in words), {len(languages)} languages, "
        f"{len(countries)} countries (unknown is one), 0 findings",
    )


def test_every_language_is_walked_in_every_country() -> None:
    """For each country, unknown among them, the walk comes to a card, or to "nobody", in Korean and in Chinese."""
    assert {each.locale for each in shown()} == set(LOCALES)
    for spoken in (("ko", "ko_CN"), ("zh_Hans",)):
        reached = {
            seen.country for seen in walked() if seen.place in {"q11_partner", "m_none"} and seen.locale in spoken
        }
        assert reached == COUNTRIES
    assert len(walked()) > 10_000


def test_what_is_held_is_what_is_shown() -> None:
    """The fragments are the rendered text and the rendered buttons, word for word."""
    words, renderer = catalogues(), Renderer(catalogues(), policy())
    for seen in walked()[:: len(walked()) // 500]:
        for locale in LANGUAGES[seen.locale] if seen.locale else ():
            rendered, fragments = words.render(seen.screen, locale), renderer.shown(seen, locale).fragments
            labels = [button.label for row in rendered.rows for button in row]
            said = [each.text for each in fragments if each.button]
            assert rendered.text == "\n".join(each.text for each in fragments if not each.button)
            assert len(labels) == len(said)
            assert all(
                re.fullmatch(r"(\d+ )?(✓ )?" + re.escape(text), label) for label, text in zip(labels, said, strict=True)
            )


def test_every_key_is_seen_or_has_its_reason() -> None:
    """Every key of the catalogues stands on some screen of the walk, or in UNSEEN; and UNSEEN holds nothing that was seen."""
    seen = {key for each in shown() for fragment in each.fragments for key in fragment.keys}
    missing = used_keys(questionnaire()) - seen

    assert {key for key in missing if not key.startswith(tuple(UNSEEN))} == set()
    assert {start for start in UNSEEN if not any(key.startswith(start) for key in missing)} == set()
    assert {key for key in seen if key.startswith(tuple(UNSEEN))} == set()


def test_no_exception_outlives_its_need() -> None:
    """Each exception lets something through that stands on a screen."""
    needed = hits()

    assert [each.keys for each in exemptions() if not any(each.covers(finding) for finding in needed)] == []


def test_the_profile_says_nothing() -> None:
    """Name, description and command, which anybody sees, hold no word that betrays, and nothing else that is wrong."""
    assert [str(finding) for each in profile() for finding in findings(each)] == []


def test_a_number_stands_only_where_the_policy_lets_it() -> None:
    """A phone number is on a card in KR alone, and on no other screen anywhere."""
    places = Counter(
        (seen.place, seen.country) for seen in walked() if any(line.key == "card.phone" for line in seen.screen.lines)
    )
    assert {country for _, country in places} == {"KR"}
    assert {place for place, _ in places} == {"q11_partner"}
    assert all(policy().rule(country, NOW.date()).show_numbers for _, country in places)
    for each in shown():
        for fragment in each.fragments:
            if not {"card.phone", "r_receipt", "k_code"} & set(fragment.keys):
                assert re.search(r"\d[\d -]{5,}\d", fragment.text) is None


def test_no_button_says_north_korea() -> None:
    """N24: the country is on no screen, in no option and in no words."""
    options = {choice.option for seen in walked() for row in seen.screen.rows for choice in row}

    assert "KP" not in options
    assert {option.code for option in questionnaire()["q5_country"].options} == COUNTRIES - {None} | {"other"}


@pytest.mark.parametrize("entry", ["lang_ko", "urgent_ko"])
def test_a_forged_choice_of_north_korea_collects_nothing(entry: str) -> None:
    """N24: pressed on the question about the country, it is no answer, and nothing is sent or kept for it."""
    person = Person().tap(entry)
    person.tap("safe_alone", "ph_mine", "agree", "urg_no") if entry == "lang_ko" else person.tap(
        "u_moved", "send", "go_on"
    )
    assert person.conversation.place == "q5_country"

    after, effects = advance(person.conversation, Tapped("q5_country", "KP"), person.world(), NOW)

    assert (after, effects) == (NOBODY, (Forget(),))
    assert not [effect for effect in effects if isinstance(effect, Refer | Append | Save)]


def test_advice_written_into_a_catalogue_is_found_on_the_screens(tmp_path: Path) -> None:
    """A sentence to call the police, planted under one key of the words, is found in every country that the key is shown in."""
    for locale in ("ko", "ko_CN", "zh_Hans", "en"):
        (tmp_path / "po" / locale).mkdir(parents=True)
        text = (ROOT / "locales" / locale / "naru.po").read_text("utf-8")
        (tmp_path / "po" / locale / "naru.po").write_text(
            text.replace("미안합니다. ", "경찰에 전화하십시오. "), "utf-8"
        )
    compile_catalogues(tmp_path / "po", tmp_path / "mo")
    screens = tuple(seen for seen in walked() if seen.screen.lines[0] == Line("m_none"))

    found = [
        (each.locale, seen.country)
        for seen in screens
        for each in held(Catalogues(tmp_path / "mo", used_keys(questionnaire())), (seen,))
        if any(finding.rule == "police" for finding in findings(each))
    ]

    assert {locale for locale, _ in found} == {"ko", "ko_CN"}
    assert {country for _, country in found} == {seen.country for seen in screens if seen.locale != "zh_Hans"}
    assert len({country for _, country in found}) > 5


def test_a_reviewed_row_opens_the_advice_in_its_country_alone() -> None:
    """Where a reviewed row allows it a screen may name the police; a day after its last, and everywhere else, none may."""
    text = (files("referrals") / "policy.toml").read_text("utf-8").replace("draft, not reviewed", "fictional reviewer")
    reviewed, late = load(text), load(text.replace("valid_until = 2027-05-23", "valid_until = 2026-11-23"))
    screen = next(seen for seen in walked() if seen.country == "KR" and seen.place == "q11_partner")
    planted = Fragment(("planted",), "경찰에 전화할 수 있습니다.")

    def police(rows: Policy, country: str | None) -> bool:
        one = Renderer(catalogues(), rows).shown(replace(screen, country=country), "ko")
        return any(finding.rule == "police" for finding in findings(replace(one, fragments=(planted,))))

    assert {country for country in COUNTRIES if not police(reviewed, country)} == {"KR"}
    assert all(police(late, country) for country in COUNTRIES)


@pytest.mark.long
def test_nothing_is_wrong_however_the_answers_combine() -> None:
    """The same with every two departures from plain answers together, in China, in Korea and where the country is not known."""
    for country in ("CN", "KR", "nav.skip"):
        walk = Walk("ko_CN", directory(), departures=2, countries=frozenset({country})).run()
        for each in held(catalogues(), tuple(walk.seen)):
            assert list(map(str, findings(each))) == []


def test_the_walk_begins_where_everybody_does() -> None:
    """The first screen of the walk is the front page of a conversation about which nothing is known."""
    assert (walked()[0].place, walked()[0].locale, walked()[0].country) == (NOBODY.place, None, None)
