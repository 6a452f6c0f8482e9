"""Trying codes: free at first, slower then, and never closed for good."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dialogue.conversation import Case
from bot.dialogue.effects import Alarm, Append, CheckCode, Count, Effect, Forget, Returned, Show, Unreach
from bot.dialogue.engine import advance
from bot.dialogue.events import CodeChecked, Typed
from bot.dialogue.returning import wait
from bot.dialogue.world import Tries
from referrals.contact_card import ContactCard
from tests.bot.dialogue.places import CARD, WAYS, at, view, walk
from tests.bot.dialogue.returned import back
from tests.person import CODE, NOW, case

WRONG = "9012345678901234"
_AT = NOW.timestamp()


def tried(wrong: int, seconds_ago: float, code: str = CODE) -> list[Effect]:
    """What entering a code leads to, after so many wrong ones, the last so long ago."""
    person = at("k_code")
    world = replace(person.world(), tries=Tries(codes=wrong, last_code=_AT - seconds_ago))
    return list(advance(person.conversation, Typed(code), world, NOW)[1])


@pytest.mark.parametrize(
    ("wrong", "seconds"),
    [*((number, 0) for number in range(5)), (5, 60), (6, 120), (7, 240), (8, 480), (9, 900), (10, 900), (10**6, 900)],
)
def test_how_long_the_next_try_waits(wrong: int, seconds: int) -> None:
    """Five are free; then a minute, doubling, and a quarter of an hour at most, however many there were."""
    assert wait(Tries(codes=wrong)) == seconds


@pytest.mark.parametrize("code", [CODE, WRONG])
@pytest.mark.parametrize("wrong", [5, 7, 9, 10**6])
def test_while_waiting_no_code_is_looked_at(code: str, wrong: int) -> None:
    """Right and wrong ones alike get the same line, no key is derived, and the try is told to the operator as a number."""
    assert tried(wrong, wait(Tries(codes=wrong)) - 1, code) == [Alarm("code_limit"), Show()]


@pytest.mark.parametrize("code", [CODE, WRONG])
@pytest.mark.parametrize("wrong", [0, 4, 5, 7, 9, 10**6])
def test_after_waiting_every_code_is_looked_at(code: str, wrong: int) -> None:
    """Nobody is closed out for good."""
    assert tried(wrong, wait(Tries(codes=wrong)), code) == [CheckCode(code)]


def test_the_first_five_may_follow_at_once() -> None:
    """She mistypes in a hurry."""
    for wrong in range(5):
        assert tried(wrong, 0) == [CheckCode(CODE)]


@pytest.mark.parametrize("wrong", [5, 9])
def test_a_clock_set_back_lets_nobody_wait(wrong: int) -> None:
    """The last try seems to lie ahead: nobody waits until the clock has caught up."""
    assert tried(wrong, -timedelta(days=2).total_seconds()) == [CheckCode(CODE)]
    assert tried(wrong, -1) == [CheckCode(CODE)]


def test_what_was_entered_while_waiting_is_let_go() -> None:
    """The digits stand neither on the screen nor in the state, and the keypad says that it takes a while."""
    person = at("k_code")
    world = replace(person.world(), tries=Tries(codes=5, last_code=_AT))
    after, _ = advance(person.conversation, Typed(CODE), world, NOW)

    assert (after.place, after.digits, after.note) == ("k_code", "", "note.code_wait")
    assert CODE not in after.stored()


def test_digits_may_be_entered_while_waiting() -> None:
    """Only the sixteenth is answered, so the keypad works as ever."""
    person = at("k_code")
    world = replace(person.world(), tries=Tries(codes=5, last_code=_AT))
    after, effects = advance(person.conversation, Typed(CODE[:15]), world, NOW)

    assert (after.digits, after.note, effects) == (CODE[:15], None, (Show(),))


def test_a_wrong_code_is_counted_and_a_right_one_clears_the_count() -> None:
    """With a word chosen, it is cleared only once the word was right."""
    assert at("k_code").event(CodeChecked(None)).effects == [Count("code"), Show()]
    assert at("k_code").event(CodeChecked(view("delivered"), case())).effects == [Returned(), Show()]
    assert Returned() not in back("delivered").effects
    assert Returned() in back("delivered").tap("word.moon").effects


def test_a_right_code_for_a_paused_conversation_clears_the_count_too() -> None:
    """Nothing was sent yet, and the code was right all the same."""
    saved = at("q6_needs").conversation.stored()

    assert Returned() in at("k_code").event(CodeChecked(None, None, saved)).effects


@pytest.mark.parametrize("card", [None, CARD])
def test_a_mistyped_code_or_word_does_not_close_the_conversation(card: ContactCard | None) -> None:
    """What she sent in it can still be taken back, under its own case."""
    person = walk(*WAYS["w_check"], "nav.skip")
    own = person.conversation.case
    person.conversation = person.conversation.model_copy(update={"place": "k_code", "beneath": "m_end"})
    other = Case(case_id="e" * 32, verifier="7a" * 32, reply_to=case().reply_to)
    if card is None:
        person.event(CodeChecked(None, None))
    else:
        person.event(CodeChecked(view("accepted"), other, card=card)).tap("word.sea")

    assert (person.conversation.note, person.conversation.case) == ("note.code_wrong", own)
    person.tap("nav.back", "take_back", "take_back.yes")
    assert [type(effect) for effect in person.effects] == [Append, Forget]


def test_who_guesses_words_waits_from_whatever_account() -> None:
    """Wrong words are counted for the case that the code opened; five are free, and it is never closed."""
    tried = Tries(codes=6, last_code=NOW.timestamp() - 1)
    person = at("k_code").event(CodeChecked(view("accepted"), case(), card=CARD, words=tried))
    assert (person.conversation.place, person.conversation.note) == ("k_code", "note.code_wait")
    assert person.conversation.opening is None
    long_ago = Tries(codes=6, last_code=NOW.timestamp() - 900)
    assert (
        at("k_code").event(CodeChecked(view("accepted"), case(), card=CARD, words=long_ago)).conversation.place
        == "k_word"
    )


def test_a_phone_that_is_looked_through_is_written_to_no_more() -> None:
    """Coming back on it ends the way of contact she chose before."""
    person = walk("lang_ko", "safe_alone", "ph_checked", "nav.back", "code")
    person.event(CodeChecked(view("accepted"), case()))
    assert person.effects == [Returned(), Unreach(), Show()]
