"""What stands on the screens after a sending and on a return: which lines and buttons, for whom, and nothing more."""

from dataclasses import replace

import pytest

from bot.dialogue import screens
from bot.dialogue.case_screens import KEYPAD, PLACES, WITHDRAWABLE, alias, state_of, withdrawable
from bot.dialogue.layout import Line
from bot.dialogue.words import WORDS
from referrals.casebook_view import STATES, ReferralState
from referrals.fixtures import IDS
from tests.bot.dialogue.lists import changed
from tests.bot.dialogue.places import WAYS, at, walk
from tests.bot.dialogue.returned import back, case_open, other_partners, without_safety_lead
from tests.bot.dialogue.test_returning import paused
from tests.person import Person


def keys(person: Person) -> list[str]:
    """The keys of the lines on her screen."""
    return [line.key for line in person.screen.lines]


@pytest.mark.parametrize("place", sorted(PLACES))
def test_every_screen_has_a_wipe_and_a_way(place: str) -> None:
    """The wipe is the last button, and no button stands twice."""
    options = at(place).options

    assert options[-1] == "nav.wipe"
    assert len(set(options)) == len(options)


# --- words and keypad ---


@pytest.mark.parametrize("place", ["w_check", "w_danger", "k_word"])
def test_words_stand_three_in_a_row_in_the_order_of_the_list(place: str) -> None:
    """The same order for everybody and each time, so that their places tell nothing."""
    offered = [word for word in WORDS if place != "w_danger" or word != "moon"]
    rows = [[choice.option for choice in row] for row in at(place).screen.rows][:-1]

    assert [option for row in rows for option in row] == [f"word.{word}" for word in offered]
    assert [len(row) for row in rows[:3]] == [3, 3, 3]


@pytest.mark.parametrize(("place", "skippable"), [("w_check", True), ("w_danger", True), ("k_word", False)])
def test_choosing_may_be_skipped_and_the_gate_may_not(place: str, skippable: bool) -> None:
    """Nobody gets past the gate without a word."""
    assert ("nav.skip" in at(place).options) is skippable


def test_the_gate_looks_the_same_whatever_her_words_are() -> None:
    """And whatever is behind it."""
    first, second = back("accepted"), back("declined", "queued", saved=paused(*WAYS["q6_needs"]))

    assert first.screen == second.screen


def test_the_keypad_has_ten_digits_in_their_usual_order() -> None:
    """As on a phone: the hand finds them."""
    person = at("k_code")

    assert [option for option in person.options if option.startswith("key.")] == [
        *(f"key.{digit}" for digit in KEYPAD),
        "key.erase",
    ]
    assert sorted(KEYPAD) == sorted("0123456789")


# --- her case ---


def test_each_referral_has_a_line_and_a_button() -> None:
    """By the number that its partner goes by, in the order they were made."""
    person = case_open("accepted", "declined", "withdrawn")

    assert keys(person) == ["k_case", "k_case.line", "k_case.line", "k_case.line"]
    assert person.options == [
        *("ref.00000001", "ref.00000002", "ref.00000003"),
        *("new", "open.p_scam", "erase_all", "nav.wipe"),
    ]
    states = [line.fill["state"] for line in person.screen.lines[1:]]
    assert states == [Line("state.accepted"), Line("state.declined"), Line("state.withdrawn")]


def test_why_it_was_declined_is_said_where_it_is_known() -> None:
    """In words of the catalogue, never a caseworker's own."""
    person = case_open("declined")
    assert person.conversation.seen is not None
    seen = person.conversation.seen
    told = replace(seen, referrals=(replace(seen.referrals[0], reason="full"),))
    person.conversation = person.conversation.model_copy(update={"seen": told})

    line = person.screen.lines[1]
    assert (line.key, line.fill["reason"]) == ("k_case.because", Line("declined.full"))


def test_a_paused_conversation_is_offered_first() -> None:
    """And only where there is one."""
    assert back("accepted", saved=paused(*WAYS["q6_needs"])).tap("word.moon").options[0] == "resume"
    assert "resume" not in case_open("accepted").options


def test_a_partner_who_left_the_list_has_no_number() -> None:
    """Its line says that it is not there any more; the button to look stays."""
    person = other_partners(case_open("accepted"), changed(3, without="CHILD"))

    assert person.screen.lines[1].fill["who"] == Line("card.alias_gone")
    assert "ref.00000001" in person.options
    assert alias(person.world(), IDS["HUB"]) == Line("card.alias", {"alias": "7"})


def test_no_screen_of_a_case_names_an_id_in_full() -> None:
    """Buttons carry the beginning of an id, and no partner's."""
    for way in ((), ("ref.00000001",), ("ref.00000001", "said.unsafe")):
        text = repr(case_open("accepted").tap(*way).screen)
        assert "00000001" + "0" * 24 not in text
        assert IDS["CHILD"] not in text


@pytest.mark.parametrize("state", STATES)
def test_what_can_be_taken_back_is_what_runs(state: str) -> None:
    """For a partner who can still be told."""
    person = Person()
    one = ReferralState("f" * 32, IDS["SAFE-CN"], state)

    assert withdrawable(one, person.world()) is (state in WITHDRAWABLE)
    gone = other_partners(person, changed(3, without="SAFE-CN"))
    assert not withdrawable(one, gone.world())


def test_only_a_referral_of_the_open_case_is_looked_at() -> None:
    """An id that is not there, or none, is no referral; the case is shown instead."""
    person = case_open("accepted").tap("ref.00000001")
    assert state_of(person.conversation) is not None
    for asked in (None, "ffffffff"):
        other = person.conversation.model_copy(update={"asked": asked})
        assert state_of(other) is None
        assert screens.screen(other, person.world()).id == "k_case"
    assert state_of(person.conversation.model_copy(update={"seen": None})) is None


def test_buttons_of_one_referral_do_nothing_on_another() -> None:
    """The screen's id says which is looked at, so an old "take back" does not take back another one."""
    person = case_open("accepted", "accepted")
    first = person.tap("ref.00000001").screen.id
    second = person.tap("nav.back", "ref.00000002").screen

    assert first != second.id
    assert not second.invites(first, "withdraw")
    assert second.invites(second.id, "withdraw")


def test_the_question_stands_only_where_it_has_not_been_answered() -> None:
    """The line and its buttons go together."""
    person = case_open("accepted").tap("ref.00000001")
    assert "k_ref.ask" in keys(person)
    person.tap("said.helped", "ref.00000001")

    assert "k_ref.ask" not in keys(person)


def test_an_erased_case_leaves_one_line() -> None:
    """And nothing to press but the wipe."""
    person = at("k_erased")

    assert (keys(person), person.options) == (["k_erased"], ["nav.wipe"])


# --- money, urgency, taking back ---


@pytest.mark.parametrize("place", ["p_scam", "k_case"])
def test_a_report_is_offered_with_a_safety_lead_only(place: str) -> None:
    """From wherever the page is opened."""
    person = at("p_scam") if place == "p_scam" else case_open("accepted").tap("open.p_scam")
    assert person.options == ["open.v_word", "open.v_report", "nav.back", "nav.wipe"]

    assert other_partners(person, without_safety_lead()).options == ["open.v_word", "nav.back", "nav.wipe"]


def test_a_word_can_be_given_only_while_the_case_is_open() -> None:
    """Otherwise the screen leads to the keypad; the two have ids of their own, so no press of one fits the other."""
    closed, opened = walk(*WAYS["p_scam"], "open.v_word").screen, at("v_word").screen

    assert (closed.id, opened.id) == ("v_word", "v_word.given")
    assert not closed.invites("v_word.given", "word.moon")


@pytest.mark.parametrize(
    ("place", "yes"),
    [
        ("v_report", "report.yes"),
        ("k_unsafe", "unsafe.yes"),
        ("k_erase", "erase.yes"),
        ("m_take_back", "take_back.yes"),
    ],
)
def test_what_cannot_be_undone_stands_behind_a_screen_that_says_it(place: str, yes: str) -> None:
    """One button that does it, one that leads back, and the wipe."""
    person = at(place)

    assert person.options == [yes, "nav.back", "nav.wipe"]
    assert keys(person) == [place]
