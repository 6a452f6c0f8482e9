"""What a consent carries with it: the way of contact she agreed to, being counted, and how long a screen stays on her phone."""

from dataclasses import replace

import pytest

from bot.dialogue import flow
from bot.dialogue.effects import Effect, Reach, Refer, Show, Tally
from bot.dialogue.events import Tapped
from referrals.statistics import Facts
from tests.bot.dialogue.lists import changed
from tests.bot.dialogue.places import WAYS, Step, at, go_on, walk
from tests.bot.dialogue.returned import NAMES
from tests.person import Person

TO_CARD = ("lang_ko", "safe_alone", "ph_mine", "agree", "urg_no", "CN", ("w_alone",), ("n_leave",), (), ("t_any_ko",))


def offered(person: Person) -> list[str]:
    """The partners who are offered, by name."""
    return [NAMES[each.partner] for each in person.conversation.offers]


def reached(person: Person) -> list[Effect]:
    """The ways of contact that the last press gave."""
    return list(person.all_effects(Reach))


# --- the way of contact ---


@pytest.mark.parametrize(
    ("chosen", "reach"),
    [
        (("c_return",), None),
        (("c_none",), None),
        (("nav.skip",), None),
        (("c_any",), Reach("c_any", None, "CN")),
        (("c_band", "17-22"), Reach("c_band", "17-22", "CN")),
        (("c_band", "band_none"), None),
        (("c_band", "nav.skip"), None),
    ],
)
def test_only_who_consented_to_be_written_to_can_be(chosen: tuple[str, ...], reach: Reach | None) -> None:
    """A handle only for a time band or any time; and then the screen says so."""
    person = walk(*TO_CARD, *chosen, "share_yes")

    assert reached(person) == ([] if reach is None else [reach])
    assert person.conversation.note == ("note.reach" if reach else None)


@pytest.mark.parametrize("chosen", [("c_any",), ("c_band", "17-22")])
def test_taking_the_line_out_gives_no_way_of_contact(chosen: tuple[str, ...]) -> None:
    """What is not in the packet was not consented to."""
    person = walk(*TO_CARD, *chosen, "share_less", "-contact", "nav.done", "share_yes")
    (refer,) = person.all_effects(Refer)

    assert isinstance(refer, Refer)
    assert not {"contact", "band"} & set(refer.packet.model_dump(by_alias=True))
    assert (reached(person), person.conversation.note) == ([], None)


def test_putting_the_line_back_gives_it() -> None:
    """She may change her mind on the preview."""
    person = walk(*TO_CARD, "c_any", "share_less", "-contact", "+contact", "nav.done", "share_yes")

    assert reached(person) == [Reach("c_any", None, "CN")]


def test_the_line_taken_out_for_one_partner_is_there_for_the_next() -> None:
    """Each card is a consent of its own."""
    listed = changed(2, cyber={"x_contact_modes": ["c_return", "c_any"]})
    person = go_on(
        Person(partners=listed), *TO_CARD, "c_any", "share_less", "-contact", "nav.done", "share_yes", "go_on"
    )

    assert reached(person.tap("share_yes")) == [Reach("c_any", None, "CN")]


def test_the_urgent_path_gives_no_way_of_contact() -> None:
    """It asks for none."""
    person = walk("urgent_ko", "u_locked", "send", "go_on", "CN")

    assert reached(person.tap("share_yes")) == []


@pytest.mark.parametrize("phone", ["ph_checked", "ph_other"])
def test_a_phone_that_others_see_is_never_paused_on_and_idles_sooner(phone: str) -> None:
    """On every question and the card: nothing is kept, and three minutes are all it stays."""
    person = walk("lang_ko", "safe_alone")
    for step in (phone, "agree", "urg_no", "CN", ("w_alone",), ("n_leave",), ("t_any_ko",), "c_return"):
        go_on(person, step)
        assert "nav.pause" not in person.options, person.conversation.place
        assert flow.idle_seconds(person.conversation) == 180, person.conversation.place
    assert person.conversation.place == "q11_partner"


@pytest.mark.parametrize("phone", ["ph_checked", "ph_other"])
def test_a_phone_that_others_see_idles_sooner_after_a_sending_too(phone: str) -> None:
    """Also once the answers left: the screen says that something was sent, and the number may stand on it."""
    person = walk("lang_ko", "safe_alone", phone, *TO_CARD[3:8], ("t_any_ko",), "c_return")
    while person.conversation.place not in {"m_end", "w_check"}:
        person.tap("share_yes" if "share_yes" in person.options else "go_on")
        assert flow.idle_seconds(person.conversation) == 180, person.conversation.place


@pytest.mark.parametrize(
    ("place", "seconds"),
    [("k_code", 180), ("k_word", 180), ("u1_what", 180), ("q11_partner", 600), ("k_case", 600)],
)
def test_how_long_a_screen_stays(place: str, seconds: int) -> None:
    """Three minutes on the keypad, on the words and on the urgent path; ten elsewhere."""
    assert flow.idle_seconds(at(place).conversation) == seconds


def test_the_urgent_path_idles_sooner_after_the_sending_too() -> None:
    """The receipt of an urgent sending, with the number on it, stays three minutes; also when nothing is left to decide."""
    person = walk("urgent_ko", "u_locked", "send")
    assert flow.idle_seconds(person.conversation) == 180
    person.tap("go_on", "CN", "share_yes")

    assert flow.idle_seconds(person.conversation) == 180


# --- being counted ---


@pytest.mark.parametrize(
    ("way", "there"),
    [
        (WAYS["q11_partner"], True),
        ((*TO_CARD[:6], ("w_u18",), "limits_known", *TO_CARD[7:], "c_return"), False),
        ((*TO_CARD[:6], ("w_third",), "wish_yes", ("n_leave",), ("t_any_ko",), "c_return"), False),
        (("urgent_ko", "u_locked", "send", "go_on", "CN"), False),
    ],
    ids=["herself", "under 18", "third party", "urgent"],
)
def test_who_may_choose_to_be_counted(way: tuple[Step, ...], there: bool) -> None:
    """Nobody under 18, nobody else's case and nobody in a hurry; and a forged tick changes nothing."""
    person = walk(*way) if "w_u18" not in str(way) else child(way)
    assert person.conversation.place == "q11_partner"

    assert ("+count" in person.options) is there
    before = person.conversation
    person.event(Tapped(person.screen.id, "+count"))
    assert (person.conversation == before) is not there


def child(way: tuple[Step, ...]) -> Person:
    """A child for whom somebody is found."""
    return go_on(Person(partners=changed(2, child={"x_capacity": "open"})), *way)


def test_the_tick_is_off_by_default() -> None:
    """Who does nothing about it is not counted."""
    person = at("q11_partner").tap("share_yes")

    assert list(person.all_effects(Tally)) == []
    assert person.conversation.counted == "no"


def test_who_ticked_is_counted_once_with_three_facts() -> None:
    """Region, language, class and needs of the first consent; a second partner counts nobody, and offers no tick."""
    person = walk(*TO_CARD, "c_return").tap("+count")
    assert list(person.all_effects(Tally)) == []  # ticking alone counts nobody
    person.tap("share_yes")
    assert list(person.all_effects(Tally)) == [Tally(Facts("CN", "ko", "normal", ("n_leave",)))]

    person.tap("go_on")
    assert not {"+count", "-count"} & set(person.options)
    assert list(person.tap("share_yes").all_effects(Tally)) == []


@pytest.mark.parametrize(
    ("country", "region"), [(("VN",), "transit"), (("KR",), "KR"), (("page.2", "other"), None), (("nav.skip",), None)]
)
def test_the_counted_place_is_a_region(country: tuple[str, ...], region: str | None) -> None:
    """Never a country; and nothing where none was said."""
    way: tuple[Step, ...] = (
        "lang_zh",
        "safe_alone",
        "ph_mine",
        "agree",
        "urg_days",
        *country,
        ("w_alone",),
        ("n_mind",),
    )
    person = walk(*way, "nav.skip", ("t_any_ko",), "c_return", "+count", "share_yes")

    assert list(person.all_effects(Tally)) == [Tally(Facts(region, "zh", "days", ("n_mind",)))]  # type: ignore[arg-type]


def test_a_tick_taken_back_counts_nobody() -> None:
    """Before the consent she may untick."""
    assert list(at("q11_partner").tap("+count", "-count", "share_yes").all_effects(Tally)) == []


def test_a_tick_holds_for_the_next_card() -> None:
    """It is about her and not about a partner."""
    assert len(list(at("q11_partner").tap("+count", "share_next", "share_yes").all_effects(Tally))) == 1


def test_a_tick_without_a_consent_counts_nobody() -> None:
    """Who sends nothing is in no statistics."""
    assert at("q11_partner").tap("+count", "share_no").effects == [Show()]


def test_a_tick_does_not_outlast_the_answer_that_she_is_under_18() -> None:
    """Ticked on the card, then the answer changed: a child is not counted."""
    person = replace(at("q11_partner"), partners=changed(2, child={"x_capacity": "open"})).tap("+count")
    while person.conversation.place != "q8_with":
        person.tap("nav.back")
    go_on(person, "-w_alone", ("w_u18",), "limits_known")
    while person.conversation.place != "q11_partner":
        person.tap("nav.done" if "nav.done" in person.options else "c_return")

    assert list(person.tap("share_yes").all_effects(Tally)) == []
