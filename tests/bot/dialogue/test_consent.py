"""She sees each line that would be sent, may take it out, and consents to exactly what is left."""

import pytest

from bot.dialogue import consent, flow
from bot.dialogue.effects import Refer, Show
from bot.dialogue.events import Tapped
from referrals.referral import Packet
from tests.bot.dialogue.places import WAYS, at, walk
from tests.person import Person

# Every field filled: the way through all questions, with hours for news.
FULL = (*WAYS["q10_band"], "22-06")
LINES = [line.id for line in consent.lines(flow.packet(walk(*FULL).conversation))]


def packet(person: Person) -> Packet:
    """What her last press handed over."""
    (refer,) = person.all_effects(Refer)
    assert isinstance(refer, Refer)
    return refer.packet


def test_every_field_of_a_full_packet_has_its_line() -> None:
    """Nothing goes that has no line; the hours stand on the line of the way of contact."""
    fields = set(flow.packet(walk(*FULL).conversation).model_dump(by_alias=True))

    assert [
        *("klass", "country", "language", "need.n_leave", "situation.s_hurt", "danger", "with.w_alone"),
        *("helper.t_any_ko", "contact"),
    ] == LINES
    assert fields == {
        *("class", "country", "language", "needs", "situations", "danger", "with", "helper", "contact", "band")
    }


@pytest.mark.parametrize("line", LINES)
def test_a_line_taken_out_is_exactly_what_is_not_sent(line: str) -> None:
    """The packet differs from the full one by that line alone."""
    full = packet(walk(*FULL, "share_yes"))
    less = walk(*FULL, "share_less", f"-{line}", "nav.done", "share_yes")
    gone = {each.id for each in consent.lines(full)} - {each.id for each in consent.lines(packet(less))}

    assert gone == {line}
    kept = packet(less).model_dump(by_alias=True)
    name = {"klass": "class", "need": "needs", "situation": "situations"}.get(
        line.split(".", maxsplit=1)[0], line.split(".", maxsplit=1)[0]
    )
    assert kept == {
        field: value
        for field, value in full.model_dump(by_alias=True).items()
        if field != name and not (name == "contact" and field == "band")
    }


def test_all_lines_taken_out() -> None:
    """An empty packet may be sent: the partner learns that somebody is there, and how to answer."""
    person = walk(*FULL, "share_less", *(f"-{line}" for line in LINES), "nav.done", "share_yes")

    assert packet(person) == Packet()


def test_the_class_counts_even_when_it_is_taken_out() -> None:
    """The casebook still counts deadlines by it; the packet does not say it."""
    (refer,) = walk(*FULL, "share_less", "-klass", "nav.done", "share_yes").all_effects(Refer)

    assert isinstance(refer, Refer)
    assert (refer.klass, refer.packet.klass) == ("normal", None)


def test_a_line_can_be_put_back() -> None:
    """Taking out and putting back, also twice, leaves the packet whole."""
    person = walk(*FULL, "share_less", "-country", "+country", "nav.done", "share_yes")

    assert packet(person).country == "CN"


def test_what_was_taken_out_holds_for_one_card_only() -> None:
    """The next partner's card shows everything again."""
    person = walk(*WAYS["q11_partner"], "share_less", "-country", "nav.done", "share_next")

    assert person.conversation.place == "q11_partner"
    assert person.conversation.removed == ()
    assert any(line.key == "line.country" for line in person.screen.lines)


def test_the_press_of_an_older_card_is_no_consent() -> None:
    """A card that showed one line more is another card: pressing its button sends nothing and shows the present one."""
    person = walk(*FULL)
    older = person.screen.id
    person.tap("share_less", "-country", "nav.done")

    assert person.screen.id != older
    assert person.event(Tapped(older, "share_yes")).effects == [Show()]
    assert person.conversation.sent == ()


def test_the_tag_differs_by_partner_list_and_packet() -> None:
    """A press can stand only for what its own card showed."""
    one, other = Packet(country="CN"), Packet(country="LA")
    tags = {consent.tag("a", 1, one), consent.tag("b", 1, one), consent.tag("a", 2, one), consent.tag("a", 1, other)}

    assert len(tags) == 4


def test_flags_are_said_and_stay() -> None:
    """That it is for somebody else is on the card and can't be taken out."""
    person = walk(*WAYS["q8_wish"], "wish_yes", ("n_leave",), "nav.skip", "c_return")

    assert any(line.key == "flag.third_party" for line in person.screen.lines)
    assert not [option for option in person.tap("share_less").options if "flag" in option]


def test_the_card_that_is_open_when_she_reads_on_stays() -> None:
    """A page opened from the card leads back to the same card, with what she took out."""
    person = walk(*FULL, "share_less", "-country", "nav.done")
    card = person.screen.id

    assert person.tap("open.p_partner", "nav.back").screen.id == card


def test_no_back_and_no_pause_hide_on_the_list_of_lines() -> None:
    """From the lines one goes back to the card, or erases."""
    assert [option for option in at("q11_less").options if option.startswith("nav.")] == ["nav.done", "nav.wipe"]
