"""What she types: answered by kind with buttons, never kept; words of danger offer the urgent path, and only offer it."""

import pytest

from bot.dialogue.conversation import FRONT, NOBODY
from bot.dialogue.effects import Refer, Show
from bot.dialogue.events import Typed
from tests.bot.dialogue.places import WAYS, at, walk
from tests.bot.dialogue.returned import case_open
from tests.person import Person

DISTRESS = ("죽고 싶다", "要卖我")
PERSONAL = ("010-1234-5678", "13912345678")
# Where she agreed to the conversation, and has sent nothing yet.
AGREED = [
    *(
        "q4_urgent",
        "q5_country",
        "q6_needs",
        "q7_situation",
        "q7b_danger",
        "q8_with",
        "q8_wish",
        "q8_third",
        "q8_limits",
    ),
    *("q9_talk", "q10_contact", "q10_band", "q11_partner", "q11_less", "p_partner", "m_none", "m_stale"),
]


def typed(person: Person, text: str) -> Person:
    """She types."""
    return person.event(Typed(text))


@pytest.mark.parametrize("text", DISTRESS)
@pytest.mark.parametrize("place", AGREED)
def test_distress_offers_the_urgent_path_where_she_agreed(place: str, text: str) -> None:
    """Two buttons and the wipe; nothing is sent and no answer is lost; "no" leads back to where she was."""
    before = at(place).conversation
    person = typed(at(place), text)

    assert (person.conversation.place, person.effects) == ("t_urgent", [Show()])
    assert person.options == ["urgent.yes", "nav.back", "nav.wipe"]
    assert person.conversation.answers == before.answers
    person.tap("nav.back")
    assert person.conversation.place == (before.beneath or before.place)
    assert person.conversation.offers == before.offers


@pytest.mark.parametrize("place", sorted(set(WAYS) - set(AGREED) - {"k_code", "t_urgent"}))
def test_elsewhere_it_is_not_offered(place: str) -> None:
    """Before she agreed, on the urgent path, after a sending, and where the answers left."""
    assert typed(at(place), DISTRESS[0]).conversation.place == place


@pytest.mark.parametrize("text", DISTRESS)
@pytest.mark.parametrize(
    "place",
    [
        "q1_safe",
        "q2_phone",
        "q3_agree",
        "p_limits",
        "u1_what",
        "u2_send",
        "r_receipt",
        "m_sent",
        "w_check",
        "k_word",
        "k_case",
    ],
)
def test_distress_is_answered_like_any_text_elsewhere(place: str, text: str) -> None:
    """Before she agreed no word of danger is on the screen; on the urgent path and after a sending it is not offered again."""
    before = at(place).conversation
    person = typed(at(place), text)

    assert person.conversation == before.model_copy(update={"note": "note.buttons"})
    assert person.effects == [Show()]


def test_yes_leads_to_the_urgent_path_with_nothing_she_answered() -> None:
    """Nothing is sent by saying yes; the next two taps do."""
    person = typed(at("q9_talk"), DISTRESS[0]).tap("urgent.yes")

    assert (person.conversation.place, person.conversation.answers) == ("u1_what", {FRONT: ("urgent_ko",)})
    assert list(person.all_effects(Refer)) == []
    assert len(list(person.tap("u_hurt", "send").all_effects(Refer))) == 1


def test_yes_keeps_her_language_and_that_she_asks_for_somebody_else() -> None:
    """A person who was not asked is marked so in the urgent packet."""
    way = ("lang_zh", *WAYS["q8_wish"][1:])
    person = typed(walk(*way), DISTRESS[1]).tap("urgent.yes")

    assert person.conversation.answers == {FRONT: ("urgent_zh",)}
    assert person.conversation.locale == "zh_Hans"
    assert person.conversation.third_unconfirmed


@pytest.mark.parametrize("text", PERSONAL)
@pytest.mark.parametrize("place", sorted(set(WAYS) - {FRONT, "k_code"}))
def test_personal_data_gets_its_line(place: str, text: str) -> None:
    """Everywhere but on the front page and the keypad, and it is nowhere in the state."""
    before = at(place).conversation
    person = typed(at(place), text)

    assert person.conversation == before.model_copy(update={"note": "note.personal"})
    assert text not in person.conversation.stored()


@pytest.mark.parametrize("text", [*DISTRESS, *PERSONAL, "도와줘", "1", "/help", "1234567890123452", "n_leave", ""])
def test_the_front_page_says_nothing_whatever_is_typed(text: str) -> None:
    """It is answered by itself, so that whoever tries learns nothing."""
    person = typed(Person(), text)

    assert (person.conversation, person.effects) == (NOBODY, [Show()])


@pytest.mark.parametrize("text", [*DISTRESS, *PERSONAL, "살려 주세요 fictional"])
def test_no_text_is_kept_anywhere(text: str) -> None:
    """Neither in the state nor in what is to be done."""
    for place in ("q6_needs", "q11_partner", "k_case"):
        person = typed(at(place), text)
        assert text not in person.conversation.stored()
        assert person.effects == [Show()]


def test_an_open_case_is_not_left_by_typing() -> None:
    """She typed of danger while her case was open, without the agreement of this visit: a calm line, and the case is there."""
    person = typed(case_open("accepted"), DISTRESS[0])

    assert (person.conversation.place, person.conversation.note) == ("k_case", "note.buttons")
