"""Every transition of the engine: navigation from every question, answers, old and forged buttons, and what ends a conversation."""

from dataclasses import replace

import pytest

from bot.dialogue import screens
from bot.dialogue.conversation import FRONT, NOBODY, Conversation
from bot.dialogue.effects import Alarm, CheckCode, Forget, MakeCode, Save, Show
from bot.dialogue.engine import advance
from bot.dialogue.events import CodeChecked, Event, Idled, Left, MessageLost, SentMedia, Started, Tapped, Typed
from tests.bot.dialogue.places import WAYS, at, walk
from tests.person import CODE, NOW, Person, case, questionnaire

QUESTIONS = [question.id for question in questionnaire().question if question.id != FRONT]
EVERYWHERE = sorted(WAYS)


# --- back, skip, pause and wipe, on every question ---


def test_there_is_a_way_to_every_place() -> None:
    """Every question and every place of the screens is visited by these tests."""
    assert {*QUESTIONS, *screens.PLACES} <= set(WAYS)


@pytest.mark.parametrize("place", QUESTIONS)
def test_every_question_can_be_left_in_four_ways(place: str) -> None:
    """Back, skip, pause and wipe are there; only before the safety check nothing may be kept."""
    offered = set(at(place).options) & {"nav.back", "nav.skip", "nav.pause", "nav.wipe"}

    assert offered == {"nav.back", "nav.skip", "nav.wipe"} | ({"nav.pause"} if place != "q1_safe" else set())


@pytest.mark.parametrize("place", EVERYWHERE)
def test_wipe_is_on_every_screen_and_erases(place: str) -> None:
    """One press, and nothing is known; what was queued is forgotten and the message covered."""
    person = at(place).tap("nav.wipe")

    assert (person.conversation, person.effects) == (NOBODY, [Forget(cover=True)])


@pytest.mark.parametrize(
    ("place", "before"),
    [
        ("q1_safe", "a0_open"),
        ("q2_phone", "q1_safe"),
        ("q3_agree", "q2_phone"),
        ("q4_urgent", "q3_agree"),
        ("u1_what", "a0_open"),
        ("u2_send", "u1_what"),
        ("q5_country", "q4_urgent"),
        ("q8_with", "q5_country"),
        ("q8_wish", "q8_with"),
        ("q8_third", "q8_wish"),
        ("q8_limits", "q8_with"),
        ("q6_needs", "q8_with"),
        ("q7_situation", "q6_needs"),
        ("q7b_danger", "q7_situation"),
        ("q9_talk", "q7b_danger"),
        ("q10_contact", "q9_talk"),
        ("q10_band", "q10_contact"),
        ("q11_partner", "q10_contact"),
        ("m_none", "q10_contact"),
        ("k_code", "q2_phone"),
        ("c_rice", "a0_open"),
        ("p_limits2", "q3_agree"),
        ("p_urgent", "u2_send"),
        ("p_partner", "q11_partner"),
        ("p_phone2", "m_sent"),
    ],
)
def test_back_leads_to_what_was_before(place: str, before: str) -> None:
    """From a question to the one answered before it, from a page to where it was opened."""
    assert at(place).tap("nav.back").conversation.place == before


def test_back_from_the_first_question_forgets_the_language() -> None:
    """The front page is reached as somebody about whom nothing is known."""
    assert at("q1_safe").tap("nav.back").conversation == NOBODY


@pytest.mark.parametrize(
    ("place", "after"),
    [
        ("q1_safe", FRONT),  # as "not now": erased
        ("q2_phone", "q3_agree"),
        ("q3_agree", FRONT),  # without agreement nothing is kept
        ("q4_urgent", "q5_country"),
        ("u1_what", "u2_send"),
        ("u2_send", FRONT),  # without consent nothing is sent
        ("q5_country", "q8_with"),
        ("q8_with", "q6_needs"),
        ("q8_wish", "q8_third"),  # as "not asked"
        ("q8_third", FRONT),
        ("q8_limits", FRONT),
        ("q6_needs", "q9_talk"),
        ("q7_situation", "q9_talk"),
        ("q7b_danger", "q9_talk"),
        ("q9_talk", "q10_contact"),
        ("q10_contact", "q11_partner"),
        ("q10_band", "q11_partner"),
    ],
)
def test_skip_leads_on(place: str, after: str) -> None:
    """Every question may be left open; where that would be unsafe, it erases."""
    assert at(place).tap("nav.skip").conversation.place == after


@pytest.mark.parametrize("place", ["q1_safe", "q3_agree", "u2_send", "q8_third", "q8_limits"])
def test_skipping_what_must_be_answered_erases(place: str) -> None:
    """Nothing is left of the conversation."""
    person = at(place).tap("nav.skip")

    assert (person.conversation, person.effects) == (NOBODY, [Forget()])


@pytest.mark.parametrize("place", [place for place in QUESTIONS if place != "q1_safe"])
def test_pause_keeps_the_question_for_her_code_only(place: str) -> None:
    """The running conversation holds nothing but the number to show; what was kept opens at the same question."""
    before = at(place)
    paused = at(place).tap("nav.pause")
    (save,) = paused.all_effects(Save)

    assert paused.conversation == Conversation(
        place="r_paused", locale=before.conversation.locale, fresh_code=CODE, kept_hours=24
    )
    assert isinstance(save, Save)
    assert (save.verifier, save.reply_to, save.hours) == (case().verifier, case().reply_to, 24)
    kept = Conversation.restored(save.state)
    assert (kept.place, kept.answers) == (place, before.conversation.answers)
    assert kept.fresh_code is None


def test_the_card_is_kept_longer() -> None:
    """What is finished but for the consent is kept for 72 hours."""
    (save,) = at("q11_partner").tap("nav.pause").all_effects(Save)

    assert isinstance(save, Save)
    assert save.hours == 72


def test_a_pause_asks_for_a_code_first() -> None:
    """Without a code nothing else is decided, so that deriving it can take its time."""
    person = at("q6_needs")
    after, effects = advance(person.conversation, Tapped("q6_needs", "nav.pause"), person.world(), NOW)

    assert (after, effects) == (person.conversation, (MakeCode(),))


def test_a_second_pause_needs_no_second_code() -> None:
    """Who has a number keeps it, and it is not shown again."""
    paused = at("q6_needs").tap("nav.pause")
    (first,) = paused.all_effects(Save)
    assert isinstance(first, Save)
    again = at("k_code").event(CodeChecked(None, None, first.state)).tap("nav.pause")
    (second,) = again.all_effects(Save)

    assert again.conversation.fresh_code is None
    assert isinstance(second, Save)
    assert second.verifier == first.verifier


# --- answers ---


def test_three_needs_and_no_fourth() -> None:
    """A fourth tick changes nothing but a line that says so, and that line is shown once."""
    person = at("q6_needs").tap("+n_place", "+n_leave", "page.2", "+n_food", "+n_legal")

    assert person.conversation.picked == ("n_place", "n_leave", "n_food")
    assert person.conversation.note == "note.at_most"
    assert person.screen.lines[0].key == "note.at_most"
    assert person.tap("page.1").conversation.note is None


def test_needs_may_be_ticked_across_pages_in_any_order() -> None:
    """They stand in the order of the questionnaire, whatever was pressed first."""
    person = at("q6_needs").tap("page.2", "page.3", "+n_talk", "page.2", "+n_legal", "page.1", "+n_med", "nav.done")

    assert person.conversation.answers["q6_needs"] == ("n_med", "n_legal", "n_talk")


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_tick_may_arrive_more_than_once(times: int) -> None:
    """A press delivered twice ticks once, and a press that unticks does not tick again."""
    person = at("q6_needs")
    for _ in range(times):
        person.event(Tapped("q6_needs", "+n_leave"))
    assert list(person.conversation.picked) == ["n_leave"]
    for _ in range(times):
        person.event(Tapped("q6_needs", "-n_leave"))
    assert list(person.conversation.picked) == []


def test_going_on_without_a_tick_is_an_answer() -> None:
    """Nothing ticked is kept as nothing chosen, and is not asked again."""
    assert at("q6_needs").tap("nav.done").conversation.answers["q6_needs"] == ()


def test_ticks_are_found_again_on_the_way_back() -> None:
    """Going back to a question with several answers shows what was ticked."""
    person = at("q7_situation").tap("nav.back")

    assert person.conversation.picked == ("n_leave",)
    assert "-n_leave" in person.options


def test_an_answer_that_became_unreachable_is_dropped() -> None:
    """Another need, and what was said about situation and danger is gone, not only hidden."""
    person = at("q10_contact").tap("nav.back", "nav.back", "nav.back", "nav.back").tap("-n_leave", "+n_med", "nav.done")

    assert not {"q7_situation", "q7b_danger"} & set(person.conversation.answers)
    assert "q9_talk" in person.conversation.answers


def test_an_option_that_is_no_longer_offered_is_asked_again() -> None:
    """Hours need a country with one time zone: with another country the way of contact is asked again."""
    person = at("q10_band").tap("17-22")
    while person.conversation.place != "q5_country":
        person.tap("nav.back")
    person.tap("page.2", "RU")

    assert person.conversation.place == "q10_contact"
    assert "c_band" not in person.options
    assert not {"q10_contact", "q10_band"} & set(person.conversation.answers)


@pytest.mark.parametrize("phone", ["ph_checked", "ph_other", "nav.skip"])
def test_a_phone_that_others_see(phone: str) -> None:
    """No extreme question, and nothing may be sent to it."""
    person = walk("lang_ko", "safe_alone", phone, "agree", "urg_days", "CN", ("w_alone",), ("n_leave",))

    assert person.conversation.place == "q9_talk"
    assert [option for option in person.choose().options if option.startswith("c_")] == ["c_return", "c_none"]


def test_only_a_moment() -> None:
    """The short path leaves out the phone, company, situation, helper and contact."""
    person = walk("lang_ko", "safe_moment", "agree", "urg_no", "CN", ("n_leave",))

    assert list(dict.fromkeys(person.seen)) == [
        "q1_safe",
        "q3_agree",
        "q4_urgent",
        "q5_country",
        "q6_needs",
        "q11_partner",
    ]


def test_under_18_hears_the_limits_first() -> None:
    """Before needs, or anything else, is asked; and who does not want to go on is erased."""
    person = at("q8_limits")

    assert "q6_needs" not in person.conversation.answers
    assert walk(*WAYS["q8_limits"], "limits_known").conversation.place == "q6_needs"
    assert walk(*WAYS["q8_limits"], "limits_stop").conversation == NOBODY


def test_a_third_party_without_a_wish_is_not_handed_over() -> None:
    """There is information, the urgent path, and the end; no needs are asked and nobody is offered."""
    person = at("q8_third")

    assert [option for option in person.options if not option.startswith("nav.")] == [
        "third_urgent",
        "third_phone",
        "third_done",
    ]
    assert person.conversation.offers == ()


def test_a_third_party_who_wants_it_is_flagged() -> None:
    """The packet says so, and says nothing about what happened to that person."""
    person = walk(*WAYS["q8_wish"], "wish_yes", ("n_leave",), "nav.skip", "c_return", "share_yes")
    packet = person.effects[0].packet.model_dump(by_alias=True)  # type: ignore[union-attr]

    assert packet["flags"] == ("third_party",)
    assert not {"situations", "danger", "with"} & set(packet)


def test_urgent_for_somebody_else_takes_nothing_along() -> None:
    """Only that it is urgent, and that nobody asked her; the answers of the usual path are gone."""
    person = walk(*WAYS["q8_third"], "third_urgent")

    assert person.conversation.answers == {FRONT: ("urgent_ko",)}
    assert person.conversation.third_unconfirmed


def test_south_korea_changes_the_korean() -> None:
    """우리말 means the Korean of Yanbian until she says that she is in the South; then that of Seoul, as long as she says so."""
    person = walk(*WAYS["q5_country"])
    assert person.conversation.locale == "ko_CN"
    person.tap("KR")
    assert person.conversation.locale == "ko"
    person.tap("nav.back", "CN")
    assert person.conversation.locale == "ko_CN"


def test_chinese_stays_chinese_in_south_korea() -> None:
    """The country changes no other language."""
    assert walk("lang_zh", *WAYS["q8_with"][1:5], "KR").conversation.locale == "zh_Hans"


# --- what ends a conversation, and what changes nothing ---


@pytest.mark.parametrize("place", EVERYWHERE)
@pytest.mark.parametrize(
    ("event", "effects"),
    [
        (Started(), (Show(),)),
        (Left(), (Forget(cover=False),)),
        (MessageLost(), (Forget(cover=False),)),
        (Typed("그만"), (Forget(),)),
        (Typed(" 删除。"), (Forget(),)),
    ],
    ids=["start", "left", "lost", "그만", "删除"],
)
def test_what_ends_a_conversation(place: str, event: Event, effects: tuple[object, ...]) -> None:
    """/start, leaving, a deleted message and a word to erase end it from everywhere."""
    person = at(place).event(event)

    assert (person.conversation, tuple(person.effects)) == (NOBODY, effects)


@pytest.mark.parametrize("place", EVERYWHERE)
def test_an_idle_screen_is_covered(place: str) -> None:
    """Everything is forgotten; the front page needs no cover."""
    person = at(place).event(Idled())

    assert (person.conversation, person.effects) == (NOBODY, [Forget(cover=place != FRONT, links=False)])


@pytest.mark.parametrize("place", EVERYWHERE)
@pytest.mark.parametrize("event", [SentMedia(), Typed("도와줘"), Typed("1")], ids=["photo", "text", "digit"])
def test_what_she_sends_changes_nothing(place: str, event: Event) -> None:
    """A calm line, except on the front page, which says nothing; only the keypad takes digits."""
    person = at(place)
    before = person.conversation
    person.event(event)
    typed_digit = place == "k_code" and event == Typed("1")
    keypad = place == "k_code" and isinstance(event, Typed)
    note = None if place == FRONT or keypad else "note.buttons"

    assert person.conversation == before.model_copy(update={"note": note, "digits": "1" if typed_digit else ""})
    assert person.effects == [Show()]


@pytest.mark.parametrize("place", EVERYWHERE)
def test_a_button_of_another_screen_does_nothing(place: str) -> None:
    """Old and forged buttons show the screen again and change nothing."""
    person = at(place)
    before = person.conversation
    for screen, option in [
        ("q1_safe" if place != "q1_safe" else "q2_phone", "nav.wipe"),
        ("u2_send" if place != "u2_send" else "u1_what", "send"),
        ("q11_partner.7.00000000", "share_yes"),
        (person.screen.id, "share_yes " + "x" * 50),
        (person.screen.id, "withdraw.ffffffff"),
        (person.screen.id, "resume"),
        ("", ""),
    ]:
        if option in person.options and screen == person.screen.id:
            continue
        person.event(Tapped(screen, option))
        assert (person.conversation, person.effects) == (before, [Show()])


@pytest.mark.parametrize("alias", ["4"])
@pytest.mark.parametrize("kind", ["q11_partner", "q11_less"])
def test_a_forged_press_on_a_canary_raises_the_alarm(kind: str, alias: str) -> None:
    """A partner who is never offered was named: somebody is fishing. The screen stays as it is."""
    person = at("q6_needs")
    before = person.conversation
    person.event(Tapped(f"{kind}.{alias}.00000000", "share_yes"))

    assert (person.conversation, person.effects) == (before, [Alarm("canary"), Show()])


def test_a_forged_press_on_an_honest_partner_raises_none() -> None:
    """An old card of a real partner is no alarm, and neither is nonsense."""
    person = at("q6_needs")

    assert person.event(Tapped("q11_partner.7.00000000", "share_yes")).effects == [Show()]
    assert person.event(Tapped("q11_partner", "share_yes")).effects == [Show()]
    assert person.event(Tapped("q11_partner.", "share_yes")).effects == [Show()]


@pytest.mark.parametrize("place", [place for place in EVERYWHERE if place != "k_code"])
def test_the_answer_to_a_code_that_was_not_asked_for(place: str) -> None:
    """Only the keypad waits for one; elsewhere it opens nothing."""
    person = at(place)
    before = person.conversation
    person.event(CodeChecked(None, case(), before.stored()))

    assert (person.conversation, person.effects) == (before, [Show()])


# --- the keypad ---


def test_sixteen_taps_ask_for_the_code() -> None:
    """The digits leave the conversation with the question what they open."""
    person = at("k_code").tap(*(f"key.{digit}" for digit in CODE))

    assert person.effects == [CheckCode(CODE)]
    assert person.conversation.digits == ""


@pytest.mark.parametrize(
    "typed", [CODE, "1234 5678 9012 3452", "1234-5678-9012-3452", "１２３４５６７８９０１２３４５２"]
)
def test_a_typed_code_is_taken(typed: str) -> None:
    """At once, with separators, and in full-width digits as Chinese keyboards write them."""
    assert at("k_code").event(Typed(typed)).effects == [CheckCode(CODE)]


def test_taps_and_typing_go_together() -> None:
    """Half tapped, half typed; what is too much is left out."""
    person = at("k_code").tap(*(f"key.{digit}" for digit in CODE[:8]))

    assert person.event(Typed(CODE[8:] + "99")).effects == [CheckCode(CODE)]


def test_a_digit_can_be_taken_back() -> None:
    """And taking back from nothing is harmless."""
    person = at("k_code").tap("key.erase", "key.1", "key.2", "key.erase")

    assert person.conversation.digits == "1"


def test_the_screen_shows_how_many_digits_and_not_which() -> None:
    """Somebody else may look."""
    person = at("k_code").tap("key.7", "key.7")

    assert person.screen.lines[1].fill == {"digits": "●●○○ ○○○○ ○○○○ ○○○○"}


def test_a_wrong_code_says_so_and_stays() -> None:
    """The same line for a number nobody has and for one mistyped."""
    person = at("k_code").event(CodeChecked(None))

    assert (person.conversation.place, person.conversation.note) == ("k_code", "note.code_wrong")


def test_a_refused_effect_changes_nothing_by_itself() -> None:
    """Deciding the same event again from the same conversation gives the same: a crash between the two is harmless."""
    person: Person = at("q11_partner")
    event = Tapped(person.screen.id, "share_yes")
    world = person.world()

    assert advance(person.conversation, event, world, NOW) == advance(person.conversation, event, world, NOW)
    assert replace(world).ids == world.ids
