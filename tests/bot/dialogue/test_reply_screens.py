"""A reply on the screen: who, how old, what; and nothing in it that can be pressed."""

from datetime import timedelta

import pytest

from bot.dialogue.layout import Line
from bot.dialogue.reply_screens import inert
from tests.bot.dialogue.lists import changed
from tests.bot.dialogue.places import TEXT
from tests.bot.dialogue.returned import answered, other_partners
from tests.person import NOW, Person

JOINER = "\u2060"


def reading(state: str = "accepted", said: str = TEXT) -> Person:
    """She opened the only reply."""
    return answered(state, said=said).tap("word.moon", "reply.e0000001")


def keys(person: Person) -> list[str]:
    """The keys of what she reads."""
    return [line.key for line in person.screen.lines]


@pytest.mark.parametrize(
    "written",
    [
        "https://fictional.invalid/a",
        "@fictional",
        "#fictional",
        "fictional.invalid",
        "/start",
        "010-1234-5678",
        "+8613800138000",
    ],
)
def test_nothing_in_it_can_be_pressed(written: str) -> None:
    """A joiner without width breaks every address, name, command and long number; what is read is the same."""
    shown = inert(written)
    assert JOINER in shown
    assert shown.replace(JOINER, "") == written


def test_nothing_in_it_reorders_the_rest() -> None:
    """Signs that turn the direction of reading are taken out."""
    assert inert("a\u202eb\u2066c\u200f") == "abc"
    assert inert("감자. 저녁 7시 뒤에 다시 들어와 주십시오.") == "감자. 저녁 7시 뒤에 다시 들어와 주십시오."


def test_the_word_by_which_she_knows_her_helper_stands_below() -> None:
    """With the rule for it; and without a word, that there is none to know it by."""
    assert Line("k_reply.word", {"word": Line("word.moon")}) in reading().screen.lines
    person = answered("accepted", card=None).tap("reply.e0000001")
    assert "k_reply.no_word" in keys(person)


def test_its_age_is_told_in_whole_days() -> None:
    """What it says of times may be over; one of today has no age."""
    person = reading()
    assert "k_reply.days" not in keys(person)
    open_one = person.conversation.reading
    assert open_one is not None
    older = open_one.model_copy(update={"written": (NOW - timedelta(days=3)).date()})
    person.conversation = person.conversation.model_copy(update={"reading": older})
    assert Line("k_reply.days", {"days": "3"}) in person.screen.lines


def test_a_question_is_in_our_words_and_says_who_gets_the_answer() -> None:
    """The partner chose a code; not one word on the screen is the partner's."""
    person = reading(said="q_ill")
    assert "q_ill" in keys(person)
    assert "k_reply.sends" in keys(person)
    assert [option for option in person.options if not option.startswith("nav.")] == [
        "answer.today", "answer.later", "answer.no", "later",
    ]  # fmt: skip


def test_a_partner_suspended_meanwhile_says_nothing_any_more() -> None:
    """While it was on the screen: her case is shown in its place."""
    person = other_partners(reading(), changed(child={"x_status": "suspended"}))
    assert person.screen.id == "k_case"


def test_the_next_one_is_a_tap_away() -> None:
    """From one reply to the other, in their order."""
    person = answered("accepted", "accepted").tap("word.moon", "reply.e0000001")
    assert "reply.e0000002" in person.options
    person.tap("reply.e0000002")
    assert not [option for option in person.options if option.startswith("reply.")]
