"""Questions, offers and consents, as far as issue 3 changed them: looks per day, contact, counting, a new request, turning urgent."""

import pytest

from bot.dialogue.conversation import FRONT
from bot.dialogue.effects import Alarm, Append, Count, Effect, Reach, Refer, Save, Show, Unsave
from bot.dialogue.events import CodeChecked, Typed
from bot.dialogue.world import Tries
from referrals.fixtures import IDS
from tests.bot.dialogue.lists import changed
from tests.bot.dialogue.places import WAYS, at, go_on, view, walk
from tests.bot.dialogue.returned import NAMES, Account, account, case_open, other_partners
from tests.person import Person, case

TO_CARD = ("lang_ko", "safe_alone", "ph_mine", "agree", "urg_no", "CN", ("w_alone",), ("n_leave",), (), ("t_any_ko",))


def offered(person: Person) -> list[str]:
    """The partners who are offered, by name."""
    return [NAMES[each.partner] for each in person.conversation.offers]


def reached(person: Person) -> list[Effect]:
    """The ways of contact that the last press gave."""
    return list(person.all_effects(Reach))


# --- looks per day ---


@pytest.mark.parametrize("looks", [0, 1, 2])
def test_three_looks_a_day_find_partners(looks: int) -> None:
    """The first and two more, each counted."""
    person = account(at("q10_contact"), Tries(matches=looks)).tap("c_return")

    assert offered(person) == ["SAFE-CN", "CYBER"]
    assert person.effects == [Count("match"), Show()]


@pytest.mark.parametrize("looks", [3, 4, 90])
def test_a_fourth_look_finds_the_hub_only(looks: int) -> None:
    """Never nobody: the hub stays; the alarm is raised and the look is counted as well."""
    person = account(at("q10_contact"), Tries(matches=looks)).tap("c_return")

    assert (offered(person), person.conversation.hub_only) == (["HUB"], True)
    assert person.effects == [Count("match"), Alarm("match_limit"), Show()]


@pytest.mark.parametrize("looks", [0, 3, 90])
def test_the_urgent_path_is_never_capped(looks: int) -> None:
    """Whatever was tried before, it sends to the hub and offers the others, and no look is counted."""
    person = account(at("q5_country"), Tries(matches=looks))
    urgent = Account(tries=Tries(matches=looks)).tap("urgent_ko", "u_locked", "send")

    assert len(list(urgent.all_effects(Refer))) == 1
    assert offered(urgent.tap("go_on", "CN")) == ["CYBER"]
    assert not {Count("match"), Alarm("match_limit")} & {e for e in urgent.effects if isinstance(e, Count | Alarm)}
    assert person.tap("nav.back", "urg_now", "u_locked", "send").conversation.sent


def test_changing_an_answer_and_looking_again_is_a_look() -> None:
    """Going back from the card and on to it once more is counted."""
    person = account(at("q11_partner"), Tries(matches=1)).tap("nav.back", "c_none")

    assert person.effects == [Count("match"), Show()]


def test_turning_from_one_card_to_the_next_is_no_look() -> None:
    """The partners of one look may all be seen."""
    assert at("q11_partner").tap("share_next").effects == [Show()]


def saved_card() -> str:
    """A conversation that was paused at the card."""
    (save,) = at("q11_partner").tap("nav.pause").all_effects(Save)
    assert isinstance(save, Save)
    return save.state


@pytest.mark.parametrize(("looks", "names"), [(2, ["SAFE-CN", "CYBER"]), (3, ["HUB"])])
def test_a_resumed_conversation_is_a_look(looks: int, names: list[str]) -> None:
    """Pausing at the card and coming back finds partners anew, so it counts and is capped like any other."""
    person = account(at("k_code"), Tries(matches=looks)).event(CodeChecked(None, None, saved_card()))

    assert offered(person) == names
    assert Count("match") in person.effects
    assert Unsave(case().verifier) in person.effects


@pytest.mark.parametrize(("looks", "names"), [(2, ["SAFE-CN", "CYBER"]), (3, ["HUB"])])
def test_a_new_request_is_a_look(looks: int, names: list[str]) -> None:
    """A case that is open gives no looks for free."""
    person = account(case_open("acknowledged"), Tries(matches=looks))
    go_on(person, "new", *TO_CARD[2:], "c_return")

    assert offered(person) == names
    assert Count("match") in person.effects


def test_who_needs_pages_only_is_not_counted() -> None:
    """Nobody was looked for."""
    person = walk(*TO_CARD[:7], ("n_phone",), (), "c_return")

    assert (person.conversation.place, person.effects) == ("m_none", [Show()])


# --- a new request under the same code ---


def test_a_new_request_asks_again_from_the_first_open_question() -> None:
    """What she said on this visit stands; the phone, which she was not asked yet, is due first."""
    person = case_open("acknowledged").tap("new")

    assert person.conversation.place == "q2_phone"
    assert set(person.conversation.answers) == {FRONT, "q1_safe"}


def test_a_new_request_keeps_what_she_agreed_to_on_this_visit() -> None:
    """Who agreed before she entered her code is asked how soon it is next."""
    person = walk("lang_ko", "safe_moment", "code").event(CodeChecked(view("acknowledged"), case()))

    assert person.tap("new").conversation.place == "q3_agree"
    assert go_on(case_open("acknowledged"), "new", "ph_mine", "agree").conversation.place == "q4_urgent"


def test_a_new_request_asks_again_what_she_answered_on_this_visit() -> None:
    """She entered her code at the end of a conversation that found nobody: its needs are not those of the new request."""
    person = walk(*WAYS["m_none"], "open.p_scam", "open.v_word", "open.k_code")
    person.event(CodeChecked(view("acknowledged"), case())).tap("new")

    assert person.conversation.place == "q4_urgent"
    assert set(person.conversation.answers) == {FRONT, "q1_safe", "q2_phone", "q3_agree"}


def test_a_new_request_keeps_the_case_and_nothing_of_the_old_ones() -> None:
    """The same keys, so no second number; the states of before are not carried along, and no danger word."""
    person = case_open("acknowledged", "declined")
    before = person.conversation
    person.tap("new")

    assert person.conversation.case == before.case
    assert (person.conversation.seen, person.conversation.asked, person.conversation.offers) == (None, None, ())
    assert "rain" not in person.conversation.stored()
    go_on(person, *TO_CARD[2:], "c_return", "share_yes")
    assert (person.conversation.place, person.conversation.fresh_code) == ("m_sent", None)


@pytest.mark.parametrize(
    "state", ["queued", "held", "delivered", "acknowledged", "accepted", "need_more", "in_contact"]
)
def test_partners_who_have_it_are_not_offered_again(state: str) -> None:
    """SAFE-CN works on it: only the other is offered."""
    person = go_on(case_open("withdrawn", state), "new", *TO_CARD[2:], "c_return")

    assert offered(person) == ["CYBER"]


@pytest.mark.parametrize("state", ["withdrawn", "revoked", "expired", "destroyed", "completed", "no_contact_30d"])
def test_partners_where_it_ended_may_be_offered_again(state: str) -> None:
    """She took it back, or it lapsed: a further request may go there."""
    person = go_on(case_open("acknowledged", state), "new", *TO_CARD[2:], "c_return")

    assert offered(person) == ["SAFE-CN", "CYBER"]


def test_a_resumed_conversation_does_not_offer_partners_who_have_it_meanwhile() -> None:
    """She paused after a sending, came back, made a new request, and then goes on with what she paused."""
    paused = walk(*TO_CARD, "c_return", "share_yes", "go_on").tap("nav.pause")  # SAFE-CN has it, CYBER is open
    (save,) = paused.all_effects(Save)
    assert isinstance(save, Save)
    person = walk("lang_ko", "safe_alone", "code")
    seen = view("withdrawn", "acknowledged", "withdrawn", "acknowledged")  # by now CYBER has it too
    person.event(CodeChecked(seen, case(), save.state)).tap("resume")

    assert "CYBER" not in offered(person)


def test_the_check_word_goes_along_in_the_preview() -> None:
    """A new partner must know it too; she sees the line, and it is in the packet."""
    person = go_on(case_open("acknowledged"), "new", *TO_CARD[2:], "c_return")
    assert "line.check" in {line.key for line in person.screen.lines}
    (refer,) = person.tap("share_yes").all_effects(Refer)

    assert isinstance(refer, Refer)
    assert refer.packet.check == "moon"


def test_the_check_word_can_be_taken_out() -> None:
    """It is a line like any other."""
    person = go_on(case_open("acknowledged"), "new", *TO_CARD[2:], "c_return", "share_less", "-check", "nav.done")
    (refer,) = person.tap("share_yes").all_effects(Refer)

    assert isinstance(refer, Refer)
    assert refer.packet.check is None


# --- turning urgent ---


def test_urgent_from_a_new_request_is_under_the_same_case() -> None:
    """No second number; the partners who have it are not asked twice; and the words do not go along."""
    person = go_on(case_open("acknowledged"), "new", "ph_mine", "agree", "urg_now", "u_locked", "send")
    (refer,) = person.all_effects(Refer)

    assert isinstance(refer, Refer)
    assert (refer.partner, refer.packet.check) == (IDS["HUB"], None)
    assert (person.conversation.case, person.conversation.fresh_code) == (case(), None)


def test_turning_urgent_in_a_new_request_keeps_the_case_and_who_has_it() -> None:
    """She typed of danger: what follows is under the same case, with no second number, and who has it is not asked twice."""
    person = case_open("accepted").tap("new", "ph_mine", "agree").event(Typed("죽고 싶다"))
    person.tap("urgent.yes")
    assert (person.conversation.case, person.conversation.had) == (case(), (IDS["CHILD"],))

    assert person.tap("u_locked", "send").conversation.place == "m_sent"
    assert person.conversation.fresh_code is None


@pytest.mark.parametrize("state", ["acknowledged", "declined", "completed"])
def test_the_urgent_path_is_open_although_the_hub_has_her_case(state: str) -> None:
    """It stays open whatever happens (N23): who was once with the hub and is in danger now can still send."""
    person = case_open("withdrawn", "withdrawn", state).tap("new", "ph_mine", "agree", "urg_now", "u_locked")

    assert person.conversation.place == "u2_send"


def test_the_country_goes_to_nobody_who_left_the_list() -> None:
    """What is added later is sealed only to a partner who is still in force."""
    person = other_partners(walk("urgent_ko", "u_locked", "send", "go_on"), changed(3, hub={"x_status": "suspended"}))

    assert list(person.tap("CN").all_effects(Append)) == []
