"""What the answers amount to: the next question, the packet, and what matching may know."""

from typing import Any

import pytest

from bot.dialogue import flow
from bot.dialogue.conversation import NOBODY, Conversation
from bot.dialogue.questionnaire import Answers
from tests.bot.dialogue.places import WAYS, at, view, walk
from tests.person import questionnaire


def conversation(locale: str = "ko_CN", **answers: str | tuple[str, ...]) -> Conversation:
    """A conversation with these answers."""
    given = {name: (value,) if isinstance(value, str) else value for name, value in answers.items()}
    return Conversation(locale=locale, answers=given)


@pytest.mark.parametrize(
    ("answers", "danger"),
    [
        ({}, None),
        ({"q7b_danger": ()}, None),
        ({"q7b_danger": ("d_worse",)}, "raised"),
        ({"q7b_danger": ("d_choke",)}, "high"),
        ({"q7b_danger": ("d_kill",)}, "high"),
        ({"q7b_danger": ("d_worse", "d_handed")}, "high"),
    ],
)
def test_danger_is_a_class_and_never_low(answers: Answers, danger: str | None) -> None:
    """One of the three grave answers is high, worse alone is raised, and nothing is nothing."""
    assert flow.danger(answers) == danger


@pytest.mark.parametrize(
    ("answers", "klass"),
    [
        ({}, "normal"),
        ({"q4_urgent": ()}, "normal"),
        ({"q4_urgent": "urg_no"}, "normal"),
        ({"q4_urgent": "urg_days"}, "days"),
        ({"q4_urgent": "urg_now"}, "now"),
        ({"a0_open": "urgent_zh"}, "now"),
    ],
)
def test_class(answers: dict[str, Any], klass: str) -> None:
    """The class follows from how she came, or from what she said about the next days."""
    assert flow.klass(conversation(**answers)) == klass


@pytest.mark.parametrize(
    ("answers", "contact"),
    [
        ({}, "c_return"),
        ({"q10_contact": ("c_none",)}, "c_none"),
        ({"q10_contact": ("c_any",)}, "c_any"),
        ({"q10_contact": ("c_band",), "q10_band": ("06-10",)}, "c_band"),
        ({"q10_contact": ("c_band",), "q10_band": ("band_none",)}, "c_return"),
        ({"q10_contact": ("c_band",), "q10_band": ()}, "c_return"),
        ({"q10_contact": ("c_band",)}, "c_return"),
    ],
)
def test_contact_is_her_return_unless_she_chose_more(answers: Answers, contact: str) -> None:
    """Hours without hours are no permission to write."""
    assert flow.contact(answers) == contact


def test_no_country_and_another_country_are_the_same() -> None:
    """Neither is sent."""
    assert flow.country({"q5_country": ("other",)}) is None
    assert flow.country({"q5_country": ()}) is None
    assert flow.country({"q5_country": ("LA",)}) == "LA"


def test_the_urgent_packet_says_little() -> None:
    """How urgent, what, and which language; no way of contact, no needs."""
    packet = flow.packet(conversation(a0_open="urgent_ko", u1_what="u_hurt"))

    assert packet.model_dump(by_alias=True) == {"class": "now", "urgent": "u_hurt", "language": "ko"}


def test_urgent_without_a_word_is_still_urgent() -> None:
    """Skipping what is most urgent sends the class alone."""
    packet = flow.packet(conversation(a0_open="urgent_ko", u1_what=()))

    assert packet.model_dump(by_alias=True) == {"class": "now", "language": "ko"}


def test_the_hours_go_only_with_their_way_of_contact() -> None:
    """Hours that belong to a choice she took back are not sent."""
    packet = flow.packet(conversation(q6_needs="n_med", q10_contact="c_return", q10_band="06-10"))

    assert (packet.contact, packet.band) == ("c_return", None)


def test_what_matching_knows() -> None:
    """The facts are those of her answers, and whom she sent it to is left out."""
    person = walk(*WAYS["q10_contact"][:6], ("w_child", "w_u18"), "limits_known", ("n_child",), ("t_f_zh", "t_male"))
    facts = flow.facts(person.conversation, frozenset({"country"}))

    assert (facts.country, facts.needs, facts.languages) == ("CN", ("n_child",), frozenset({"ko", "zh"}))
    assert (facts.under_18, facts.with_child, facts.male, facts.wants_woman) == (True, True, True, True)
    assert (facts.dialect, facts.contact, facts.fields_offered) == ("north", "c_return", frozenset({"country"}))
    sent = at("r_receipt").conversation
    assert flow.facts(sent, frozenset()).excluded == {sent.sent[0].partner}


@pytest.mark.parametrize(
    ("needs", "pages_only"),
    [(("n_info",), True), (("n_phone", "n_scam"), True), (("n_scam", "n_med"), False), ((), False)],
)
def test_self_help(needs: tuple[str, ...], pages_only: bool) -> None:
    """Pages are enough only if everything she needs is on pages; naming nothing is no such wish."""
    assert flow.self_help_only({"q6_needs": needs}) is pages_only


def test_self_help_is_shown_and_nobody_is_offered() -> None:
    """The pages stand there, and no card."""
    person = walk(*WAYS["q6_needs"], ("n_phone", "n_info"), "nav.skip", "nav.skip")

    assert person.screen.lines[0].key == "m_none.self_help"
    assert {"open.p_phone", "open.p_scam", "open.p_info"} <= set(person.options)


def test_pruning_keeps_what_is_reachable_in_order() -> None:
    """Whatever the order in which answers came, they stand in that of the questionnaire."""
    answers = dict(at("q11_partner").conversation.answers)
    shuffled = dict(reversed(answers.items()))

    assert list(flow.pruned(questionnaire(), shuffled).items()) == list(answers.items())


def test_pruning_follows_chains() -> None:
    """Without the safety of q1 nothing that hangs on it stays, however far away."""
    answers = {**at("q11_partner").conversation.answers, "q1_safe": ("safe_moment",)}

    assert list(flow.pruned(questionnaire(), answers)) == [
        *("a0_open", "q1_safe", "q3_agree", "q4_urgent", "q5_country", "q6_needs")
    ]


def test_nothing_follows_when_all_is_answered() -> None:
    """Then partners are looked for."""
    assert flow.following(questionnaire(), at("q11_partner").conversation.answers) is None


@pytest.mark.parametrize(
    ("place", "seconds"),
    [("q1_safe", 600), ("q11_partner", 600), ("u1_what", 180), ("u2_send", 180), ("m_sent", 180), ("k_code", 180)],
)
def test_a_screen_stays_open_so_long(place: str, seconds: int) -> None:
    """Ten minutes, and three where it is urgent or where the number is entered."""
    assert flow.idle_seconds(at(place).conversation) == seconds


def test_taking_back_marks_one() -> None:
    """The others keep their state."""
    seen = view("delivered", "queued")
    changed = flow.noted(seen, seen.referrals[1], state="withdrawn")

    assert [each.state for each in changed.referrals] == ["delivered", "withdrawn"]


def test_taking_back_what_is_not_there_is_our_mistake() -> None:
    """The screen never offers it, so it is an error and not silence."""
    with pytest.raises(ValueError, match="no case is open"):
        flow.noted(None, view("delivered").referrals[0], state="withdrawn")


def test_nobody_speaks_no_language() -> None:
    """Before a choice there is no catalogue to change."""
    assert flow.locale(NOBODY.locale, {"q5_country": ("KR",)}, "ko_CN") is None
