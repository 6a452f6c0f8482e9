"""One word after the code: the check word opens, the danger word marks and covers, any other is a wrong code."""

import pytest

from bot.dialogue import screens
from bot.dialogue.conversation import FRONT, NOBODY, Conversation
from bot.dialogue.effects import Append, Count, Forget, Refer, Returned, Save, Show, Unreach, Unsave
from bot.dialogue.events import CodeChecked, Idled
from bot.dialogue.words import WORDS
from referrals.casebook_view import STATES
from referrals.contact_card import ContactCard
from tests.bot.dialogue.lists import changed
from tests.bot.dialogue.places import WAYS, at, view, walk
from tests.bot.dialogue.returned import appended, back, case_open, other_partners
from tests.bot.dialogue.test_returning import paused
from tests.person import Person, case

RUNNING = ("queued", "held", "delivered", "acknowledged", "accepted", "need_more", "in_contact")
OTHERS = sorted(set(WORDS) - {"moon", "rain"})  # neither her check word nor her danger word (places.CARD)


# --- the gate ---


def test_nothing_is_shown_before_a_word_was_tapped() -> None:
    """After the code: the list of words and a way out; no state, no partner, no way back."""
    person = back("acknowledged", "declined")

    assert person.conversation.place == "k_word"
    assert [line.key for line in person.screen.lines] == ["k_word"]
    assert person.options == [*(f"word.{word}" for word in WORDS), "nav.wipe"]
    assert person.effects == [Show()]  # nothing is counted or cleared yet


def test_who_chose_no_words_is_not_asked_for_one() -> None:
    """Her code alone opens her case."""
    assert back("acknowledged", card=None).conversation.place == "k_case"
    assert back("acknowledged", card=ContactCard(mode="c_any")).conversation.place == "k_case"


def test_the_check_word_opens_her_case() -> None:
    """And that she is back is noted: tries no longer count, her way of contact holds on."""
    person = back("acknowledged").tap("word.moon")

    assert (person.conversation.place, person.effects) == ("k_case", [Returned(), Show()])


@pytest.mark.parametrize("word", ["moon", "rain", "sea"])
def test_the_danger_word_is_nowhere_after_the_gate(word: str) -> None:
    """Whatever she tapped, who reads the database afterwards does not learn it."""
    person = back("acknowledged").tap(f"word.{word}")

    assert "rain" not in person.conversation.stored()


def test_the_danger_word_is_not_kept_by_going_on() -> None:
    """Neither on the pages of her case nor in a new request, nor in what she pauses there."""
    person = case_open("acknowledged").tap("open.p_scam", "open.v_word", "nav.back")
    for option in ("ref.00000001", "nav.back", "new", "ph_mine"):
        assert "rain" not in person.tap(option).conversation.stored()
    (save,) = person.tap("nav.pause").all_effects(Save)
    assert isinstance(save, Save)
    assert "rain" not in save.state


# --- a wrong word ---


def wrong_code() -> Person:
    """She entered a code that opens nothing."""
    return at("k_code").event(CodeChecked(None))


@pytest.mark.parametrize("word", OTHERS)
def test_any_other_word_is_a_wrong_code(word: str) -> None:
    """The same screen and line, counted for the account and for the case, and nothing of the case is left in the conversation."""
    person = back("acknowledged", "declined", saved=paused(*WAYS["q6_needs"])).tap(f"word.{word}")

    assert person.screen == wrong_code().screen
    assert wrong_code().effects == [Count("code"), Show()]
    assert person.effects == [Count("code"), Count("word"), Show()]
    left = person.conversation
    assert (left.seen, left.case, left.card, left.paused, left.opening) == (None, None, None, None, None)


def test_a_wrong_word_leaves_what_a_wrong_code_leaves() -> None:
    """The stored state is the same to the letter, and so is what follows."""
    person = back("acknowledged").tap("word.sea")

    assert person.conversation == wrong_code().conversation
    assert person.tap("nav.back").screen == wrong_code().tap("nav.back").screen


def test_a_paused_conversation_outlives_a_wrong_word() -> None:
    """It is erased when she resumes it, not when somebody guesses."""
    saved = paused(*WAYS["q6_needs"])
    person = back("acknowledged", saved=saved).tap("word.sea")
    assert not [e for e in person.effects if isinstance(e, Unsave)]

    person.event(CodeChecked(view("acknowledged"), case(), saved, ContactCard(check="moon", danger="rain")))
    person.tap("word.moon")
    assert not [e for e in person.effects if isinstance(e, Unsave)]
    person.tap("resume")
    assert [e for e in person.effects if isinstance(e, Unsave)] == [Unsave(case().verifier)]
    assert person.conversation.place == "q6_needs"


# --- the danger word ---


@pytest.mark.parametrize("state", STATES)
def test_the_danger_word_marks_what_runs(state: str) -> None:
    """Every referral that a partner has or is about to get, by an addition that says so and nothing else; none that ended."""
    person = back(state).tap("word.rain")

    marked = {"CHILD": ("addition", {"flags": ("danger_word",)})} if state in RUNNING else {}
    assert appended(person) == marked


def test_the_danger_word_marks_all_of_them() -> None:
    """Each under an id of its own, so that the casebook takes every one."""
    person = back("accepted", "in_contact", "declined", "delivered").tap("word.rain")

    assert sorted(appended(person)) == ["CHILD", "CYBER", "SAFE-CN"]
    assert len({e.consent_id for e in person.effects if isinstance(e, Append)}) == 3


def test_a_suspended_partner_is_not_told_of_the_danger() -> None:
    """Who may be the danger learns nothing."""
    person = other_partners(back("accepted", "accepted"), changed(3, child={"x_status": "suspended"})).tap("word.rain")

    assert sorted(appended(person)) == ["SAFE-CN"]


def test_the_danger_word_silences_the_handle_and_shows_everyday_pages() -> None:
    """Nothing more is sent to this phone; nothing of the case is on the screen or in the state."""
    person = back("accepted", saved=paused(*WAYS["q6_needs"])).tap("word.rain")

    assert [type(effect) for effect in person.effects] == [Append, Unreach, Show]
    assert person.conversation.place == "c_menu"
    assert person.conversation == Conversation(place="c_menu", locale="ko_CN", note="note.no_news")
    cover = walk("cover")
    assert person.screen.rows == cover.screen.rows
    assert [line.key for line in person.screen.lines] == ["note.no_news", "c_menu"]


def test_the_danger_word_counts_nothing_and_clears_nothing() -> None:
    """The count of wrong codes neither grows nor goes, and her way of contact is not renewed."""
    effects = back("accepted").tap("word.rain").effects

    assert not [e for e in effects if isinstance(e, Count | Returned | Refer | Forget)]


def test_back_from_the_everyday_pages_is_the_neutral_front_page() -> None:
    """As for somebody about whom nothing is known: both languages, and nothing stored."""
    person = back("accepted").tap("word.rain", "open.c_rice", "nav.back")

    assert person.conversation == NOBODY


def test_the_everyday_pages_are_covered_when_idle() -> None:
    """Also from the front page behind them nothing of today is left."""
    person = back("accepted").tap("word.rain").event(Idled())

    assert (person.conversation, person.effects) == (NOBODY, [Forget(cover=True, links=False)])
    assert NOBODY.place == FRONT


def test_the_check_word_still_opens_it_afterwards() -> None:
    """The danger word closed nothing for good."""
    person = back("accepted").tap("word.rain")
    again = walk("lang_ko", "safe_alone", "code").event(
        CodeChecked(view("accepted"), case(), None, ContactCard(check="moon", danger="rain"))
    )
    assert person.conversation.case is None

    assert again.tap("word.moon").conversation.place == "k_case"


def test_the_screens_of_words_are_places() -> None:
    """They can be reached only by the ways above, never opened from a page."""
    assert not {"w_check", "w_danger", "k_word"} & screens.OPENABLE
