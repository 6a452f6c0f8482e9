"""Every word is in the packet once, in the order in which a person meets it."""

import re

from bot.dialogue.pages import PAGES
from bot.dialogue.screens import PLACES
from bot.review.arrangement import arranged
from bot.texts import ordered_keys, used_keys
from tests.bot.review.packets import packet, words


def _ids() -> list[str]:
    return [section.id for section in packet().arrangement.screens]


def test_every_key_is_there_once() -> None:
    """No key that a screen, a notice or a command can need is missing, and none stands twice."""
    found = [entry.key for entry in packet().arrangement.entries]

    assert len(found) == len(set(found))
    assert set(found) == used_keys(words().questionnaire)


def test_every_screen_is_there_once() -> None:
    """Each question, each page and each place of the dialogue is a screen of the packet."""
    ids = _ids()

    assert len(ids) == len(set(ids))
    assert {question.id for question in words().questionnaire.question} | set(PAGES) | PLACES <= set(ids)


def test_questions_keep_their_order() -> None:
    """They stand as in questionnaire.toml."""
    asked = [question.id for question in words().questionnaire.question]

    assert [each for each in _ids() if each in asked] == asked


def test_a_screen_follows_where_it_is_opened() -> None:
    """The cover stands behind the front page, the limits behind the agreement, the receipt behind the card, the end last of these."""
    ids = _ids()

    def stand(*names: str) -> bool:
        return [each for each in ids if each in names] == list(names)

    assert stand("a0_open", "c_menu", "c_units", "q1_safe")
    assert stand("q2_phone", "k_code", "k_case", "q3_agree", "p_limits", "p_limits2", "q4_urgent")
    assert stand("u2_send", "p_urgent", "q5_country")
    assert stand("q8_third", "p_phone", "p_phone2", "q8_limits")
    assert stand("q10_band", "q11_partner", "p_partner", "q11_less", "r_receipt", "m_sent", "m_end")


def test_every_screen_says_what_it_is_for() -> None:
    """A question's purpose is that of the questionnaire; no screen is without one."""
    arrangement = packet().arrangement
    purposes = {section.id: section.purpose for section in (*arrangement.screens, *arrangement.others)}

    assert [name for name, purpose in purposes.items() if not purpose] == []
    assert purposes["q2_phone"] == words().questionnaire["q2_phone"].purpose


def test_words_on_no_screen_stand_apart() -> None:
    """The profile and a caseworker's printout are no screens."""
    assert {section.id for section in packet().arrangement.others} == {"meta", "open", "notice"}


def test_what_is_pressed_is_a_button() -> None:
    """What screens.toml says of buttons is what the catalogue's comments say; both stand behind what is read."""
    bare = arranged(words().questionnaire, ordered_keys(words().questionnaire), {})
    for entry, noted in zip(bare.entries, packet().arrangement.entries, strict=True):
        called = bool(re.search(r"\bbutton\b", noted.note, re.IGNORECASE)) or noted.key in {"key.digit", "key.erase"}
        assert (entry.key, entry.part) == (noted.key, noted.part)
        assert (entry.part == "button") == called, entry.key
    for section in bare.screens:
        parts = [entry.part for entry in section.entries]
        assert parts == sorted(parts, key="button".__eq__)


def test_a_screen_that_nobody_placed_is_still_reviewed() -> None:
    """New words come at the end, with the first key's comment as their purpose."""
    keys = (*ordered_keys(words().questionnaire), "m_new", "m_new.go")
    found = arranged(words().questionnaire, keys, {"m_new": "Something new", "m_new.go": "Button: go"})

    assert (found.screens[-1].id, found.screens[-1].purpose) == ("m_new", "Something new")
    assert [entry.part for entry in found.screens[-1].entries] == ["text", "button"]
