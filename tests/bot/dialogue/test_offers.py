"""Partners are offered one at a time, each is consented to alone, and who left the list is offered no more."""

from dataclasses import replace

import pytest

from bot.dialogue import offers
from bot.dialogue.conversation import NOBODY
from bot.dialogue.effects import Append, Refer, Show
from bot.dialogue.events import CodeChecked, Tapped
from referrals.fixtures import IDS
from tests.bot.dialogue.lists import changed
from tests.bot.dialogue.places import WAYS, at, view, walk
from tests.person import CODE, NOW, Person, case

CARD = WAYS["q11_partner"]


def sent(person: Person) -> list[Refer]:
    """What her last press handed over."""
    return [effect for effect in person.effects if isinstance(effect, Refer)]


# --- one consent for each ---


def test_consent_refers_to_the_card_and_to_nobody_else() -> None:
    """One press, one referral, to the partner whose card was open."""
    person = at("q11_partner")
    first, *_ = person.conversation.offers
    (refer,) = sent(person.tap("share_yes"))

    assert (refer.partner, refer.held, refer.klass) == (first.partner, 0, "normal")


@pytest.mark.parametrize(
    "decision", ["share_next", "share_no", "share_less", "nav.back", "nav.pause", "open.p_partner"]
)
def test_nothing_but_consent_sends(decision: str) -> None:
    """Every other button of a card hands nothing over."""
    assert sent(at("q11_partner").tap(decision)) == []


def test_another_place_is_shown_in_turn() -> None:
    """Passing one offer opens the next; after the last one nothing is left."""
    person = at("q11_partner")
    seen = []
    while person.conversation.place == "q11_partner":
        seen.append(offers.now_open(person.conversation).partner)
        person.tap("share_next")

    assert seen == [IDS["SAFE-CN"], IDS["CYBER"]]
    assert person.conversation.place == "m_end"
    assert person.screen.lines[0].key == "m_end.nothing"


def test_answers_leave_when_the_last_offer_is_decided() -> None:
    """From the last consent on, the conversation holds no answer, no offer and no tick."""
    person = at("q11_partner").tap("share_yes", "go_on", "share_yes")

    assert (person.conversation.answers, person.conversation.offers, person.conversation.removed) == ({}, (), ())
    assert [each.partner for each in person.conversation.sent] == [IDS["SAFE-CN"], IDS["CYBER"]]


def test_answers_leave_when_she_wants_no_further_offer() -> None:
    """Pressing "no more" decides all offers that are left."""
    person = at("q11_partner").tap("share_yes", "go_on", "share_no")

    assert (person.conversation.place, person.conversation.answers) == ("w_check", {})


def test_answers_stay_as_long_as_an_offer_is_open() -> None:
    """The next card needs them."""
    assert at("q11_partner").tap("share_yes").conversation.answers


# --- the return code ---


def test_the_code_is_shown_on_the_next_screen_and_nowhere_else() -> None:
    """Leaving that screen takes it out of the conversation."""
    person = at("r_receipt")

    assert person.conversation.fresh_code == CODE
    assert person.screen.lines[1].fill == {"g1": "1234", "g2": "5678", "g3": "9012", "g4": "3452"}
    for way in ("go_on", "phone_tips"):
        assert at("r_receipt").tap(way).conversation.fresh_code is None


def test_a_second_consent_makes_no_second_code() -> None:
    """All referrals of a conversation stand under one number."""
    person = at("q11_partner").tap("share_yes", "go_on", "share_yes")

    assert (person.conversation.place, person.conversation.fresh_code) == ("m_sent", None)
    assert person.conversation.case == case()


# --- the urgent path ---


def test_urgent_offers_are_held_in_the_order_of_consent() -> None:
    """The hub gets it at once; each further partner is held behind those before."""
    person = walk(*WAYS["u2_send"])
    person.partners = changed(safe_cn={"x_urgent_247": True})
    (hub,) = sent(person.tap("send"))
    person.tap("go_on", "CN")
    (second,) = sent(person.tap("share_yes"))
    (third,) = sent(person.tap("go_on").tap("share_yes"))

    assert [hub.held, second.held, third.held] == [0, 1, 2]
    assert hub.partner == IDS["HUB"]
    assert {second.partner, third.partner} == {IDS["SAFE-CN"], IDS["CYBER"]}
    assert {hub.klass, second.klass, third.klass} == {"now"}


def test_passing_one_does_not_leave_a_gap() -> None:
    """The place in the order counts those she consented to."""
    person = walk(*WAYS["u2_send"])
    person.partners = changed(safe_cn={"x_urgent_247": True})
    (held,) = sent(person.tap("send", "go_on", "CN", "share_next", "share_yes"))

    assert held.held == 1


def test_the_country_goes_to_whoever_has_the_urgent_packet() -> None:
    """As a further packet under the same referral, with nothing else in it."""
    person = walk(*WAYS["u2_send"], "send")
    (refer,) = sent(person)
    person.tap("go_on", "CN")
    (addition,) = (effect for effect in person.effects if isinstance(effect, Append))

    assert (addition.referral_id, addition.partner, addition.kind) == (refer.referral_id, refer.partner, "addition")
    assert addition.packet.model_dump(by_alias=True) == {"country": "CN"}
    assert addition.consent_id != refer.consent_id


@pytest.mark.parametrize("steps", [("nav.skip",), ("page.2", "other")])
def test_no_country_adds_nothing(steps: tuple[str, ...]) -> None:
    """Skipping, or another country than those listed, sends nothing."""
    person = walk(*WAYS["u2_send"], "send", "go_on", *steps)

    assert not list(person.all_effects(Append))


def test_nothing_is_added_for_a_partner_who_was_suspended_since() -> None:
    """The country stays here when whoever has the packet may get nothing more."""
    person = walk(*WAYS["u2_send"], "send", "go_on")
    person.partners = changed(hub={"x_status": "suspended"})

    assert not list(person.tap("CN").all_effects(Append))


def test_urgent_and_nobody_on_duty_is_said_before_she_is_asked_to_send() -> None:
    """No button promises to send where there is nobody."""
    person = walk("urgent_ko")
    person.partners = changed(hub={"x_status": "suspended"}, cyber={"x_status": "suspended"})

    assert person.tap("u_locked").conversation.place == "m_none"


def test_urgent_and_nobody_left_at_the_press() -> None:
    """The list changed between question and press: nothing is sent, and that is said."""
    person = walk(*WAYS["u2_send"])
    person.partners = changed(hub={"x_status": "suspended"}, cyber={"x_status": "suspended"})
    person.tap("send")

    assert (person.conversation.place, sent(person)) == ("m_none", [])


# --- the list changes while a card is open ---

CHANGES = [
    {"x_status": "suspended"},
    {"x_status": "expired"},
    {"x_vetted_until": "2026-11-23"},
    {"x_capacity": "closed"},
    {"x_keys": [], "x_status": "review"},
    {"status": "inactive"},
]


@pytest.mark.parametrize("fields", CHANGES, ids=lambda fields: next(iter(fields.values())) or "no keys")
def test_an_offer_of_a_partner_who_left_is_gone(fields: dict[str, object]) -> None:
    """The press on its card sends nothing; the next offer is shown instead."""
    person = at("q11_partner")
    card = person.screen.id
    person.partners = changed(safe_cn=fields)
    person.event(Tapped(card, "share_yes"))

    assert sent(person) == []
    assert offers.now_open(person.conversation).partner == IDS["CYBER"]


def test_an_offer_of_a_partner_who_is_no_longer_in_the_list_is_gone() -> None:
    """Also the screen alone, without any press, shows the next one."""
    person = at("q11_partner")
    person.partners = changed(without="SAFE-CN")

    assert person.screen.id.startswith("q11_partner.9.")


@pytest.mark.parametrize(("before", "after"), [((), "m_none"), (("share_yes", "go_on"), "m_sent")])
def test_all_offers_gone(before: tuple[str, ...], after: str) -> None:
    """It is said that there is nobody, or, when something was sent, that it was."""
    person = walk(*CARD, *before)
    person.partners = changed(safe_cn={"x_status": "suspended"}, cyber={"x_status": "suspended"})

    assert person.screen.id == after
    assert person.event(Tapped("old", "old")).conversation.place == after


def test_answers_leave_when_the_last_open_offer_left_the_list() -> None:
    """Found by a walk: after a sending, nothing is left to decide, so nothing is kept."""
    person = walk(*CARD, "share_yes", "go_on")
    person.partners = changed(cyber={"x_status": "suspended"})

    assert person.event(Tapped("old", "old")).conversation.answers == {}


def test_lines_taken_out_go_with_the_card_they_belong_to() -> None:
    """They neither carry over to another partner's card nor get lost when another offer left."""
    person = walk(*CARD, "share_less", "-country")
    person.partners = changed(cyber={"x_status": "suspended"})
    assert person.event(Tapped("old", "old")).conversation.removed == ("country",)
    assert person.conversation.place == "q11_less"

    person = walk(*CARD, "share_less", "-country")
    person.partners = changed(safe_cn={"x_status": "suspended"})
    assert person.event(Tapped("old", "old")).conversation.removed == ()
    assert person.conversation.place == "q11_partner"


def test_a_card_of_another_list_is_no_consent() -> None:
    """The list changed, so the card may say something else: it is shown again, and the press sends nothing."""
    person = at("q11_partner")
    card = person.screen.id
    person.partners = changed(version=2)

    assert person.event(Tapped(card, "share_yes")).effects == [Show()]


def test_what_can_be_taken_back_needs_somebody_to_tell() -> None:
    """A partner that is no longer in the list has no key to seal to, so no button promises it."""
    person = at("k_code")
    person.event(CodeChecked(view("acknowledged", "acknowledged"), case()))
    person.partners = changed(without="CHILD")

    assert "withdraw" not in person.tap("ref.00000001").options
    assert "withdraw" in person.tap("nav.back", "ref.00000002").options
    person.tap("nav.back")
    assert person.screen.lines[1].fill["who"].key == "card.alias_gone"  # type: ignore[union-attr]


def test_a_referral_is_taken_back_by_a_packet_without_answers() -> None:
    """To whoever has it; the list shows it at once, and it can't be taken back twice."""
    person = at("k_case").tap("ref.00000001", "withdraw")
    (withdrawal,) = (effect for effect in person.effects if isinstance(effect, Append))

    assert (withdrawal.kind, withdrawal.partner) == ("withdrawal", IDS["CHILD"])
    assert withdrawal.packet.model_dump(by_alias=True) == {}
    assert "withdraw" not in person.tap("ref.00000001").options


# --- no second time ---


def test_a_partner_who_has_the_case_is_not_offered_again() -> None:
    """Also after a pause: what was sent is remembered."""
    person = at("q11_partner").tap("share_yes", "go_on", "nav.pause")
    state = person.effects[0].state  # type: ignore[union-attr]
    again = at("k_code").event(CodeChecked(None, None, state))

    assert [each.partner for each in again.conversation.offers] == [IDS["CYBER"]]


def test_names_canary_needs_the_form_of_a_card() -> None:
    """Only a press on a card or its list counts, not any text with a number in it."""
    world = Person().world()

    assert offers.names_canary("q11_partner.4.00000000", world)
    assert offers.names_canary("q11_less.4", world)
    assert not offers.names_canary("q6_needs.4", world)
    assert not offers.names_canary("q11_partner.99999.00000000", world)


def test_a_conversation_without_offers_stays_the_same() -> None:
    """Nothing is copied or moved where there is nothing to check."""
    assert offers.upheld(NOBODY, Person().world()) is NOBODY


# --- room that a partner lowered at its desk ---


def test_a_partner_that_is_full_is_not_offered() -> None:
    """What it says at its desk counts as if it were signed."""
    person = at("q11_partner")
    world = replace(person.world(), lowered={IDS["SAFE-CN"]: "closed", IDS["CYBER"]: "limited"})
    found = offers.find(person.conversation, world, NOW)

    assert IDS["SAFE-CN"] in [each.partner for each in offers.find(person.conversation, person.world(), NOW).standings]
    assert [each.partner for each in found.standings] == [IDS["CYBER"]]


def test_the_card_of_a_partner_that_filled_up_is_put_away() -> None:
    """The next one is open in its place; one with little room stays on its card."""
    person = at("q11_partner")
    first = offers.now_open(person.conversation).partner
    full = offers.upheld(person.conversation, replace(person.world(), lowered={first: "closed"}))

    assert [each.partner for each in full.offers] == [IDS["CYBER"]]
    assert (
        offers.upheld(person.conversation, replace(person.world(), lowered={first: "limited"})) == person.conversation
    )
