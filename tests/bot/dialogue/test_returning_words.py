"""Her words: chosen after a sending, sealed with her case, tapped before anything of it is shown."""

import pytest

from bot.dialogue.effects import Append, KeepCard, Save, Show
from bot.dialogue.events import CodeChecked, Tapped
from bot.dialogue.words import WORDS
from referrals.contact_card import ContactCard
from tests.bot.dialogue.lists import changed
from tests.bot.dialogue.places import WAYS, Step, at, view, walk
from tests.bot.dialogue.returned import appended, case_open, other_partners
from tests.person import case

RUNNING = ("queued", "held", "delivered", "acknowledged", "accepted", "need_more", "in_contact")
OTHERS = sorted(set(WORDS) - {"moon", "rain"})  # neither her check word nor her danger word (places.CARD)


# --- when she is asked ---


@pytest.mark.parametrize(
    "last",
    [
        ("share_yes", "go_on", "share_yes", "go_on"),
        ("share_yes", "go_on", "share_no"),
        ("share_next", "share_yes", "go_on"),
    ],
)
def test_words_are_asked_for_after_the_last_decision(last: tuple[Step, ...]) -> None:
    """Once something was sent and nothing is left to decide; not in between."""
    person = walk(*WAYS["q11_partner"])
    for step in last:
        assert person.conversation.place not in {"w_check", "w_danger"}
        person.tap(str(step))

    assert person.conversation.place == "w_check"


def test_who_sent_nothing_is_not_asked() -> None:
    """There is nobody who would name her word."""
    assert walk(*WAYS["q11_partner"], "share_no").conversation.place == "m_end"
    assert walk(*WAYS["q11_partner"], "share_next", "share_no").conversation.place == "m_end"


def test_words_are_asked_for_when_the_last_offer_vanished() -> None:
    """The list decided the last offer; she goes on and is asked like anybody who sent something."""
    person = walk(*WAYS["q11_partner"], "share_yes", "go_on")
    person = other_partners(person, changed(3, cyber={"x_status": "suspended"})).tap("go_on")

    assert person.conversation.place == "w_check"


@pytest.mark.parametrize(
    "last",
    [
        ("nav.skip",),
        ("nav.skip", "go_on"),
        ("CN", "share_yes", "go_on"),
        ("CN", "share_no"),
        ("CN", "share_next"),
    ],
)
def test_the_urgent_path_never_asks_for_words(last: tuple[str, ...]) -> None:
    """She is in a hurry: whatever she decides about the others, the end comes next."""
    person = walk("urgent_ko", "u_locked", "send", "go_on")
    for option in last:
        if option in person.options:
            person.tap(option)
        assert person.conversation.place not in {"w_check", "w_danger"}

    assert person.conversation.place in {"m_end", "m_sent"}


def test_the_urgent_path_does_not_ask_when_the_last_offer_vanished() -> None:
    """The only other partner left the list while the card was open."""
    person = walk("urgent_ko", "u_locked", "send", "go_on", "CN")
    assert person.conversation.place == "q11_partner"
    person = other_partners(person, changed(3, cyber={"x_status": "suspended"})).tap("go_on")

    assert person.conversation.place == "m_end"


def test_an_urgent_conversation_that_was_paused_does_not_ask_either() -> None:
    """That it was in a hurry is kept with it."""
    paused_one = walk("urgent_ko", "u_locked", "send", "go_on").tap("nav.pause")
    (save,) = paused_one.all_effects(Save)
    assert isinstance(save, Save)
    person = walk("lang_ko", "safe_alone", "code").event(CodeChecked(view("delivered"), case(), save.state))
    person.tap("resume", "CN", "share_no")

    assert person.conversation.place == "m_end"


def test_who_has_words_is_not_asked_again() -> None:
    """A new request under the same code keeps them."""
    person = case_open("acknowledged").tap("new", "ph_mine", "agree", "urg_no", "CN")
    person.choose("w_alone").choose("n_leave").choose().choose("t_any_ko").tap(
        "c_return", "share_yes", "go_on", "share_no"
    )

    assert person.conversation.place == "m_end"


# --- choosing ---


def test_each_word_of_the_list_can_be_chosen() -> None:
    """All twelve stand on the screen, and the answers are gone by then."""
    person = at("w_check")

    assert [option for option in person.options if option.startswith("word.")] == [f"word.{word}" for word in WORDS]
    assert person.conversation.answers == {}


def test_choosing_no_check_word_keeps_nothing() -> None:
    """Skipping the first step ends it: there is no card, and no danger word without a check word."""
    person = at("w_check").tap("nav.skip")

    assert (person.conversation.place, person.conversation.card, person.effects) == ("m_end", None, [Show()])


def test_the_danger_word_may_be_left_out() -> None:
    """Skipping the second step keeps the check word alone."""
    person = at("w_danger").tap("nav.skip")

    assert [e for e in person.effects if isinstance(e, KeepCard)] == [KeepCard(ContactCard(check="moon"))]
    assert person.conversation.place == "m_end"


def test_the_danger_word_is_another_word() -> None:
    """The check word is not on the second screen, and a forged press of it chooses nothing."""
    person = at("w_danger")
    before = person.conversation
    assert "word.moon" not in person.options

    person.event(Tapped(person.screen.id, "word.moon"))
    assert (person.conversation, person.effects) == (before, [Show()])


def test_a_word_that_is_on_no_list_is_not_taken() -> None:
    """Only what was reviewed can stand in a card."""
    person = at("w_check").event(Tapped("w_check", "word.naru"))

    assert (person.conversation.place, person.effects) == ("w_check", [Show()])


def test_the_words_leave_the_conversation_when_they_are_kept() -> None:
    """The card is handed over to be sealed; afterwards neither word is in the stored state."""
    person = at("w_danger").tap("word.rain")

    assert list(person.all_effects(KeepCard)) == [KeepCard(ContactCard(check="moon", danger="rain"))]
    assert "moon" not in person.conversation.stored()
    assert "rain" not in person.conversation.stored()


def test_each_partner_who_has_it_gets_the_check_word() -> None:
    """As an addition, and nothing else with it; never the danger word."""
    person = walk(*WAYS["q11_partner"], "share_yes", "go_on", "share_yes", "go_on", "word.moon", "word.rain")

    assert appended(person) == {"SAFE-CN": ("addition", {"check": "moon"}), "CYBER": ("addition", {"check": "moon"})}
    sent = {each.referral_id for each in person.conversation.sent}
    assert {e.referral_id for e in person.effects if isinstance(e, Append)} == sent


@pytest.mark.parametrize("status", ["suspended", "expired", "removed"])
def test_partners_who_are_not_active_do_not_get_the_check_word(status: str) -> None:
    """Who was suspended since is told nothing more."""
    person = walk(*WAYS["q11_partner"], "share_yes", "go_on", "share_yes", "go_on", "word.moon")
    person = other_partners(person, changed(3, safe_cn={"x_status": status})).tap("word.rain")

    assert appended(person) == {"CYBER": ("addition", {"check": "moon"})}
