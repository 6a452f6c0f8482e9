"""What she does with a reply, and where its words are meanwhile."""

import pytest

from bot.dialogue.effects import Append, HaveRead
from bot.dialogue.events import CodeChecked, Idled, SentMedia
from referrals.contact_card import ContactCard
from tests.bot.dialogue.places import TEXT, replies, view, waiting, walk
from tests.bot.dialogue.returned import answered, appended
from tests.person import Person, case


def reading(state: str = "accepted", said: str = TEXT) -> Person:
    """She opened the only reply."""
    return answered(state, said=said).tap("word.moon", "reply.e0000001")


def read(person: Person) -> list[str]:
    """Beginnings of the ids of the replies that count as read."""
    return [effect.reply_id[:8] for effect in person.effects if isinstance(effect, HaveRead)]


def test_a_text_counts_as_read_when_she_opens_it() -> None:
    """Opening is reading; nothing goes to the partner."""
    person = reading()
    assert read(person) == ["e0000001"]
    assert not list(person.all_effects(Append))
    assert person.conversation.reading is not None
    assert person.conversation.reading.text == TEXT


def test_a_question_waits_until_she_answers_it() -> None:
    """Put off, it is there again; nothing was sent and nothing counts as read."""
    person = reading(said="q_still")
    assert read(person) == []
    person.tap("later")
    assert person.conversation.place == "k_case"
    assert "reply.e0000001" in person.options
    assert not list(person.all_effects(HaveRead))
    assert not list(person.all_effects(Append))


def test_her_answer_goes_to_who_asked_and_the_question_is_gone() -> None:
    """One sealed addition with one code; the case says that it went."""
    person = reading(said="q_still").tap("answer.later")
    assert list(appended(person).values()) == [("addition", {"answer": "q_still.later"})]
    assert read(person) == ["e0000001"]
    assert person.conversation.note == "note.answered"
    assert not [option for option in person.options if option.startswith("reply.")]


@pytest.mark.parametrize("leaving", ["nav.back", "nav.wipe"])
def test_its_words_leave_with_the_screen(leaving: str) -> None:
    """Nothing of what the partner wrote is in the conversation on any other screen."""
    person = reading()
    assert TEXT in person.conversation.stored()
    person.tap(leaving)
    assert person.conversation.reading is None
    assert TEXT not in person.conversation.stored()


@pytest.mark.parametrize("event", [Idled(), SentMedia()])
def test_its_words_do_not_outlive_an_interruption(event: Idled | SentMedia) -> None:
    """Idle, or a photo sent by somebody: on the screen, or nowhere."""
    person = reading().event(event)
    assert person.conversation.place == "k_reply" or TEXT not in person.conversation.stored()


def test_on_a_phone_that_others_look_through_it_is_shown_once() -> None:
    """It is hers to judge whether she reads now; left, it is not offered again before her next code."""
    seen = view("accepted")
    person = walk("lang_ko", "safe_alone", "ph_checked", "agree")
    assert person.conversation.place == "q4_urgent"
    person = walk("lang_ko", "safe_alone", "code")
    person.said = replies(seen)
    person.conversation = person.conversation.model_copy(
        update={"answers": {**person.conversation.answers, "q2_phone": ("ph_checked",)}}
    )
    person.event(CodeChecked(seen, case(), card=ContactCard(), replies=waiting(seen))).tap("reply.e0000001")
    assert person.conversation.place == "k_reply"
    person.tap("nav.back")
    assert not [option for option in person.options if option.startswith("reply.")]


def test_after_a_restart_her_code_opens_it_again() -> None:
    """What it says is in memory alone: when that is gone, she is told to enter her number once more."""
    person = answered("accepted").tap("word.moon")
    person.said = {}
    person.tap("reply.e0000001")
    assert (person.conversation.place, person.conversation.note) == ("k_case", "note.reply_again")
    assert not list(person.all_effects(HaveRead))


@pytest.mark.parametrize("word", ["word.rain", "word.sea"])
def test_no_other_word_leads_to_a_reply(word: str) -> None:
    """Her danger word and any other show nothing that a partner wrote."""
    person = answered("accepted").tap(word)
    assert not [option for option in person.options if option.startswith("reply.")]
    assert person.conversation.replies == ()
    assert TEXT not in person.conversation.stored()
