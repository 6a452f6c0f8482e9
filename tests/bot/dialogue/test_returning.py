"""Coming back with a code: what it opens, and how a paused conversation goes on."""

from collections.abc import Mapping

import pytest

from bot.dialogue.conversation import Conversation
from bot.dialogue.effects import Count, Save, Show
from bot.dialogue.events import CodeChecked
from tests.bot.dialogue.places import WAYS, Step, at, view, walk
from tests.person import Person, case

TODAY: Mapping[str, tuple[Step, ...]] = {
    "alone": ("lang_ko", "safe_alone", "code"),
    "alone, in Chinese": ("lang_zh", "safe_alone", "code"),
    "a moment": ("lang_ko", "safe_moment", "code"),
}


def paused(*steps: Step) -> str:
    """The state of a conversation that was paused after these steps."""
    (save,) = walk(*steps, "nav.pause").all_effects(Save)
    assert isinstance(save, Save)
    return save.state


def back(today: str, state: str) -> Person:
    """A person who came back with the code of that state."""
    return walk(*TODAY[today]).event(CodeChecked(None, None, state))


def test_a_paused_conversation_goes_on_where_it_stopped() -> None:
    """With its answers, at the same question."""
    person = back("alone", paused(*WAYS["q7_situation"]))

    assert person.conversation.place == "q7_situation"
    assert person.conversation.answers["q6_needs"] == ("n_leave",)


def test_today_counts_for_safety() -> None:
    """Who has only a moment today is not asked the long questions, and what they said is dropped."""
    person = back("a moment", paused(*WAYS["q10_contact"]))

    assert person.conversation.place == "q11_partner"
    assert not {"q2_phone", "q7_situation", "q7b_danger", "q8_with", "q9_talk"} & set(person.conversation.answers)


def test_today_counts_for_the_phone() -> None:
    """Extreme answers given on her own phone are not shown on one that somebody looks through."""
    state = paused(*WAYS["q10_contact"])
    person = walk("lang_ko", "safe_alone", "ph_checked", "nav.back", "code").event(CodeChecked(None, None, state))

    assert not {"q7_situation", "q7b_danger"} & set(person.conversation.answers)
    assert person.conversation.place == "q10_contact"
    assert [option for option in person.options if option.startswith("c_")] == ["c_return", "c_none"]


def test_today_counts_for_the_language() -> None:
    """The conversation goes on in the language she chose now."""
    assert back("alone, in Chinese", paused(*WAYS["q6_needs"])).conversation.locale == "zh_Hans"


def test_a_code_with_a_case_and_a_paused_conversation_offers_both() -> None:
    """She sees the states, and goes on by a button."""
    state = paused(*WAYS["q6_needs"])
    person = walk(*TODAY["alone"]).event(CodeChecked(view("delivered"), case(), state))

    assert person.conversation.place == "k_case"
    assert person.tap("resume").conversation.place == "q6_needs"
    assert person.conversation.paused is None


def test_a_code_without_a_paused_conversation_offers_none_to_resume() -> None:
    """And a forged press is not invited."""
    assert "resume" not in at("k_case").options


@pytest.mark.parametrize(
    ("state", "can"),
    [
        *((state, True) for state in ("queued", "held", "delivered", "acknowledged", "accepted", "need_more")),
        ("in_contact", True),
        *((state, False) for state in ("declined", "completed", "no_contact_30d", "withdrawn", "revoked", "expired")),
        ("destroyed", False),
    ],
)
def test_which_referrals_can_be_taken_back(state: str, can: bool) -> None:
    """Those that a partner still has or is about to get."""
    person = at("k_code").event(CodeChecked(view(state), case()))

    assert ("withdraw" in person.tap("ref.00000001").options) is can


def test_a_case_without_referrals_says_so() -> None:
    """A code made at a pause may have nothing sent under it."""
    person = at("k_code").event(CodeChecked(view(), case()))

    assert person.screen.lines[0].key == "k_case.none"


def test_the_return_is_never_guessed_from_the_chat() -> None:
    """Without the code a person who comes back is nobody (N21)."""
    assert walk("lang_ko").conversation.model_dump(exclude_defaults=True) == {
        "place": "q1_safe",
        "locale": "ko_CN",
        "salt": walk("lang_ko").conversation.salt,
        "answers": {"a0_open": ("lang_ko",)},
    }


@pytest.mark.parametrize("place", sorted(set(WAYS) - {"a0_open"}))
def test_every_conversation_is_stored_and_read_back(place: str) -> None:
    """What is written is what is read, wherever she is."""
    conversation = at(place).conversation

    assert Conversation.restored(conversation.stored()) == conversation


def test_a_wrong_code_is_followed_by_nothing_else() -> None:
    """It shows the keypad again, and is counted."""
    assert at("k_code").event(CodeChecked(None, None)).effects == [Count("code"), Show()]
