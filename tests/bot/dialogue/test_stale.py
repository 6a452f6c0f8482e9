"""A partner list that could not be renewed in time: ordinary referrals wait and she is told, the urgent path goes on and says so."""

import pytest

from bot.dialogue.effects import Refer, Save
from tests.bot.dialogue.places import WAYS, at, walk
from tests.person import Person


def by_an_old_list(person: Person, standing: str = "urgent_only") -> Person:
    """The same person, with a list that is no longer in date."""
    person.standing = standing  # type: ignore[assignment]
    return person


@pytest.mark.parametrize("standing", ["urgent_only", "none"])
def test_nobody_is_offered_by_an_old_list(standing: str) -> None:
    """She is told, and can put aside what she said for as long as a decision may wait."""
    person = by_an_old_list(walk(*WAYS["q10_contact"]), standing).tap("c_return")
    assert (person.conversation.place, person.conversation.offers) == ("m_stale", ())
    assert "nav.pause" in person.options
    (save,) = person.tap("nav.pause").all_effects(Save)
    assert isinstance(save, Save)
    assert save.hours == 72


@pytest.mark.parametrize("standing", ["urgent_only", "none"])
def test_a_list_that_grows_old_on_the_card_sends_nothing(standing: str) -> None:
    """Consent was asked by a list that no longer counts."""
    person = by_an_old_list(at("q11_partner"), standing).tap("share_yes")
    assert person.conversation.place == "m_stale"
    assert person.all_effects(Refer) == []


def test_what_was_said_leaves_with_the_screen_once_something_was_sent() -> None:
    """After an urgent sending the country finds nobody, for the list is over; going back leaves no answer behind."""
    person = by_an_old_list(walk("urgent_ko", "u_locked", "send", "go_on"), "none").tap("TH")
    assert person.conversation.place == "m_stale"
    assert person.conversation.answers
    person.tap("nav.back")
    assert person.conversation.place == "m_sent"
    assert not person.conversation.answers


def test_the_urgent_path_goes_on_and_says_so() -> None:
    """To the last verified partner that is there day and night, in three taps."""
    person = by_an_old_list(walk("urgent_ko")).tap("u_locked")
    assert [line.key for line in person.screen.lines] == ["u2_send.stale", "u2_send"]
    (refer,) = person.tap("send").all_effects(Refer)
    assert isinstance(refer, Refer)
    assert refer.klass == "now"


def test_when_the_list_itself_is_over_nothing_is_sent() -> None:
    """Also not on the urgent path; the screen says that nobody was found."""
    person = by_an_old_list(walk("urgent_ko"), "none").tap("u_locked")
    assert person.conversation.place == "m_none"
