"""Her case once it is open: looking at one referral, taking it back, one question, erasing all."""

from dataclasses import replace

import pytest

from bot.dialogue.conversation import Conversation
from bot.dialogue.effects import Append, EraseCase, Feedback, Report, Show, Unreach, Unsave
from bot.dialogue.events import Tapped
from referrals.casebook_view import STATES
from referrals.fixtures import IDS
from tests.bot.dialogue.lists import changed
from tests.bot.dialogue.places import WAYS
from tests.bot.dialogue.returned import appended, back, case_open, other_partners, without_safety_lead
from tests.bot.dialogue.test_returning import paused
from tests.person import Person, case

TOLD = ("accepted", "declined", "in_contact", "completed", "no_contact_30d")
SECOND = "00000002" + "0" * 24


def look(state: str) -> Person:
    """She looks at her second referral, at SAFE-CN, which is in this state."""
    return case_open("delivered", state).tap("ref.00000002")


def states(person: Person) -> list[str]:
    """The states on her screen of the case, oldest first."""
    assert person.conversation.seen is not None
    return [each.state for each in person.conversation.seen.referrals]


# --- taking back ---


def test_one_referral_is_taken_back() -> None:
    """The partner gets an empty withdrawal under that referral; the list shows it at once, and the other is as it was."""
    person = look("acknowledged").tap("withdraw")
    (taken,) = person.all_effects(Append)

    assert appended(person) == {"SAFE-CN": ("withdrawal", {})}
    assert isinstance(taken, Append)
    assert taken.referral_id == SECOND
    assert (person.conversation.place, states(person)) == ("k_case", ["delivered", "withdrawn"])
    assert "withdraw" not in person.tap("ref.00000002").options


def test_taking_back_twice_takes_back_once() -> None:
    """A second press of the same button is not on the screen any more."""
    person = look("acknowledged")
    pressed = Tapped(person.screen.id, "withdraw")
    person.event(pressed).event(pressed)

    assert person.effects == [Show()]


def test_a_partner_who_left_the_list_cannot_be_told() -> None:
    """The button is gone, and a forged press tells nobody."""
    person = other_partners(look("acknowledged"), changed(3, without="SAFE-CN"))
    assert "withdraw" not in person.options

    assert person.event(Tapped(person.screen.id, "withdraw")).effects == [Show()]


def test_a_suspended_partner_is_told_that_it_is_taken_back() -> None:
    """It has the packet, so it is told to stop."""
    person = other_partners(look("acknowledged"), changed(3, safe_cn={"x_status": "suspended"})).tap("withdraw")

    assert appended(person) == {"SAFE-CN": ("withdrawal", {})}


def test_looking_at_a_referral_of_somebody_else_shows_nothing() -> None:
    """A forged press that names another id is not on the screen."""
    person = case_open("delivered")
    before = person.conversation
    person.event(Tapped("k_case", "ref.ffffffff"))

    assert (person.conversation, person.effects) == (before, [Show()])


def test_back_from_a_referral_is_the_case() -> None:
    """And from the question about safety, the referral."""
    assert look("accepted").tap("nav.back").conversation.place == "k_case"
    assert look("accepted").tap("said.unsafe", "nav.back").conversation.place == "k_ref"


# --- one question ---


@pytest.mark.parametrize("state", STATES)
def test_how_it_was_is_asked_where_a_partner_did_something(state: str) -> None:
    """Not before, and not about one that she took back or that lapsed."""
    asked = {"said.helped", "said.not", "said.unsafe"} & set(look(state).options)

    assert asked == ({"said.helped", "said.not", "said.unsafe"} if state in TOLD else set())


@pytest.mark.parametrize("answer", ["helped", "not"])
def test_how_it_was_is_asked_once(answer: str) -> None:
    """The answer goes out alone, with no packet to anybody, and the question is not on the screen again."""
    person = look("accepted").tap(f"said.{answer}")

    assert person.effects == [Feedback(SECOND, answer), Show()]  # type: ignore[arg-type]
    assert (person.conversation.place, person.conversation.note) == ("k_case", "note.thanks")
    assert not [option for option in person.tap("ref.00000002").options if option.startswith("said.")]


def test_who_was_asked_on_an_earlier_return_is_not_asked_again() -> None:
    """The casebook keeps that she was asked."""
    person = look("accepted")
    assert person.conversation.seen is not None
    seen = person.conversation.seen
    asked = replace(seen, referrals=tuple(replace(each, asked=True) for each in seen.referrals))
    person.conversation = person.conversation.model_copy(update={"seen": asked})

    assert not [option for option in person.options if option.startswith("said.")]


def test_not_safe_goes_out_only_after_she_read_what_goes_out() -> None:
    """The first press shows what would be sent and sends nothing; going back leaves it open."""
    person = look("accepted").tap("said.unsafe")
    assert (person.conversation.place, person.effects) == ("k_unsafe", [Show()])

    person.tap("nav.back")
    assert "said.unsafe" in person.options


@pytest.mark.parametrize(("language", "locale"), [("ko", "ko_CN"), ("zh", "zh_Hans")])
def test_not_safe_is_exactly_three_things_for_the_safety_lead(language: str, locale: str) -> None:
    """What it is, about which partner, and her language; answerable by her reply key; nothing to any partner."""
    person = look("accepted")
    person.conversation = person.conversation.model_copy(update={"locale": locale})
    person.tap("said.unsafe", "unsafe.yes")
    (report,) = person.all_effects(Report)

    assert isinstance(report, Report)
    told = {"report": "unsafe", "about": IDS["SAFE-CN"], "language": language}
    assert report.packet.model_dump(by_alias=True) == told
    assert report.answerable
    assert [type(effect) for effect in person.effects] == [Feedback, Report, Show]
    assert Feedback(SECOND, "unsafe") in person.effects
    assert SECOND not in report.report_id


def test_not_safe_is_asked_once_too() -> None:
    """A second press reports nothing more."""
    person = look("accepted").tap("said.unsafe")
    pressed = Tapped(person.screen.id, "unsafe.yes")
    person.event(pressed).event(pressed)

    assert person.effects == [Show()]
    assert not [option for option in person.tap("ref.00000002").options if option.startswith("said.")]


def test_without_a_safety_lead_not_safe_is_not_offered() -> None:
    """It would go to nobody; the other answers are there."""
    person = other_partners(look("accepted"), without_safety_lead())

    assert {"said.helped", "said.not"} <= set(person.options)
    assert "said.unsafe" not in person.options
    assert person.event(Tapped(person.screen.id, "said.unsafe")).conversation.place == "k_ref"


def test_a_safety_lead_who_left_while_the_screen_was_open_is_sent_nothing() -> None:
    """The list changed between the two presses: there is nobody to seal to, so no report is decided."""
    person = other_partners(look("accepted").tap("said.unsafe"), without_safety_lead())
    person.event(Tapped(person.screen.id, "unsafe.yes"))

    assert list(person.all_effects(Report)) == []


# --- erasing all ---


def test_erasing_all_needs_a_second_press() -> None:
    """The first one only asks, and back leads to the case."""
    person = case_open("delivered").tap("erase_all")

    assert (person.conversation.place, person.effects) == ("k_erase", [Show()])
    assert person.tap("nav.back").conversation.place == "k_case"


def test_erasing_all_takes_back_what_runs_and_erases_the_rest() -> None:
    """Withdrawals for what runs, then the case, the way of contact and what she paused; nothing is left in the conversation."""
    person = case_open("accepted", "declined", "queued", "withdrawn").tap("erase_all", "erase.yes")

    assert appended(person) == {"CHILD": ("withdrawal", {}), "HUB": ("withdrawal", {})}
    assert person.effects[2:] == [EraseCase(), Unreach(), Unsave(case().verifier), Show()]
    assert person.conversation == Conversation(place="k_erased", locale="ko_CN")
    assert len({e.consent_id for e in person.effects if isinstance(e, Append)}) == 2


def test_erasing_all_erases_a_paused_conversation_with_it() -> None:
    """It was opened by the same code, and is not resumed any more."""
    person = back("accepted", saved=paused(*WAYS["q6_needs"])).tap("word.moon", "erase_all", "erase.yes")

    assert Unsave(case().verifier) in person.effects
    assert person.conversation.paused is None
    assert person.options == ["nav.wipe"]


def test_erasing_all_goes_on_when_a_partner_left_the_list() -> None:
    """Where nobody can be told any more it is taken back all the same: what lies there for that partner is destroyed."""
    person = other_partners(case_open("accepted", "accepted").tap("erase_all"), changed(3, without="CHILD"))
    person.tap("erase.yes")

    assert sorted(appended(person)) == ["CHILD", "SAFE-CN"]
    assert EraseCase() in person.effects
