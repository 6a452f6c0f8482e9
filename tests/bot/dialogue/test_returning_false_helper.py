"""Somebody asks for money, and taking back at once: what a word can show, what is reported, what is undone."""

import pytest

from bot.dialogue.conversation import NOBODY
from bot.dialogue.effects import Append, Effect, Forget, Report, Show
from bot.dialogue.events import CodeChecked, Tapped
from bot.dialogue.words import WORDS
from tests.bot.dialogue.lists import changed
from tests.bot.dialogue.places import WAYS, Step, at, view, walk
from tests.bot.dialogue.returned import appended, back, case_open, other_partners, without_safety_lead
from tests.person import CODE, Person, case

SENT: dict[str, tuple[Step, ...]] = {
    "receipt": WAYS["r_receipt"],
    "urgent receipt": ("urgent_ko", "u_locked", "send"),
    "m_sent": WAYS["m_sent"],
    "m_end": (*WAYS["w_check"], "nav.skip"),
}


# --- checking a word ---


def test_a_word_is_checked_only_after_her_code() -> None:
    """Without it there is no word on the screen; the way to the keypad leads through the safety check (N21)."""
    safe = walk(*WAYS["q6_needs"], ("n_scam",), (), (), "nav.skip", "open.p_scam", "open.v_word")
    assert safe.options == ["open.k_code", "nav.back", "nav.wipe"]
    person = walk(*WAYS["p_scam"], "open.v_word")

    assert person.options == ["nav.back", "nav.wipe"]
    for word in WORDS:
        person.event(Tapped(person.screen.id, f"word.{word}"))
        assert (person.conversation.place, person.effects) == ("v_word", [Show()])


@pytest.mark.parametrize("word", WORDS)
def test_a_word_shows_that_he_is_false_and_never_that_he_is_not(word: str) -> None:
    """Her own check word proves nobody, any other proves that he is not ours; it is asked again as often as she likes."""
    person = case_open("accepted").tap("open.p_scam", "open.v_word", f"word.{word}")

    assert person.conversation.place == ("v_no_proof" if word == "moon" else "v_not_ours")
    assert person.effects == [Show()]
    assert person.tap("nav.back").conversation.place == "k_case"


@pytest.mark.parametrize("word", WORDS)
def test_who_chose_no_words_has_no_helper_who_could_name_one(word: str) -> None:
    """Nothing is known that could show anybody false, so nobody is called false: her card may only have gone."""
    person = back("accepted", card=None).tap("open.p_scam", "open.v_word", f"word.{word}")

    assert person.conversation.place == "v_no_proof"


def test_the_answers_differ_in_words_only() -> None:
    """Neither page leads anywhere that the other does not."""
    pages = [case_open("accepted").tap("open.p_scam", "open.v_word", f"word.{word}") for word in ("moon", "sea")]

    assert pages[0].options == pages[1].options == ["nav.back", "nav.wipe"]


# --- telling the safety lead ---


def report_of(person: Person) -> Report:
    """The one report that was decided."""
    (report,) = person.all_effects(Report)
    assert isinstance(report, Report)
    return report


@pytest.mark.parametrize(
    ("country", "known"), [(("CN",), {"country": "CN"}), (("nav.skip",), {}), (("page.2", "other"), {})]
)
def test_a_report_of_money_is_exactly_this(country: tuple[str, ...], known: dict[str, str]) -> None:
    """That it is about money, her country where she said it, her language; no key to answer to, and nothing else she said."""
    way: tuple[Step, ...] = ("lang_zh", *WAYS["q5_country"][1:], *country, ("w_alone",), ("n_scam",), "nav.skip")
    person = walk(*way, "nav.skip", "nav.skip", "open.p_scam", "open.v_report")
    assert person.effects == [Show()]
    person.tap("report.yes")
    report = report_of(person)

    assert report.packet.model_dump(by_alias=True) == {"report": "money", "language": "zh", **known}
    assert not report.answerable
    assert [type(effect) for effect in person.effects] == [Report, Show]


def test_a_report_from_an_open_case_has_no_key_and_no_partner_either() -> None:
    """It belongs to no case, although one is open."""
    person = case_open("accepted").tap("open.p_scam", "open.v_report", "report.yes")

    assert report_of(person).packet.model_dump(by_alias=True) == {"report": "money", "language": "ko"}
    assert not report_of(person).answerable


def test_a_report_is_made_once_in_a_conversation() -> None:
    """Then the button is gone, and an old one does nothing."""
    person = at("v_report")
    pressed = Tapped(person.screen.id, "report.yes")
    person.event(pressed)
    assert (person.conversation.place, person.conversation.note) == ("p_scam", "note.reported")
    assert "open.v_report" not in person.options

    assert person.event(pressed).effects == [Show()]
    assert person.event(Tapped(person.screen.id, "open.v_report")).conversation.place == "p_scam"


def test_without_a_safety_lead_no_report_is_offered() -> None:
    """There is nobody to read it; a word can still be checked."""
    person = other_partners(at("p_scam"), without_safety_lead())

    assert "open.v_report" not in person.options
    assert "open.v_word" in person.options


def test_a_safety_lead_who_left_while_the_screen_was_open_is_sent_no_report() -> None:
    """The list changed between reading and pressing: there is nobody to seal to."""
    person = other_partners(at("v_report"), without_safety_lead())
    person.event(Tapped(person.screen.id, "report.yes"))

    assert list(person.all_effects(Report)) == []


def test_back_from_the_report_reports_nothing() -> None:
    """She reads what would go out, and leaves."""
    person = at("v_report").tap("nav.back")

    assert list(person.all_effects(Report)) == []
    assert not person.conversation.reported


# --- taking back at once ---


@pytest.mark.parametrize("place", SENT)
def test_what_was_sent_can_be_taken_back_while_she_is_there(place: str) -> None:
    """Every referral of this conversation gets its withdrawal, and then the conversation is erased."""
    person = walk(*SENT[place])
    sent = {each.referral_id for each in person.conversation.sent}
    person.tap("take_back")
    assert (person.conversation.place, person.effects) == ("m_take_back", [Show()])
    person.tap("take_back.yes")

    taken = [effect for effect in person.effects if isinstance(effect, Append)]
    assert {effect.referral_id for effect in taken} == sent
    assert {kind for kind, _ in appended(person).values()} == {"withdrawal"}
    assert all(content == {} for _, content in appended(person).values())
    assert (person.conversation, person.effects[-1]) == (NOBODY, Forget())


def test_all_partners_are_taken_back_and_told_apart() -> None:
    """Each packet has an id of its own."""
    person = walk(*WAYS["r_receipt"], "go_on", "share_yes", "take_back", "take_back.yes")
    taken: list[Effect] = list(person.all_effects(Append))

    assert sorted(appended(person)) == ["CYBER", "SAFE-CN"]
    assert len({effect.consent_id for effect in taken if isinstance(effect, Append)}) == 2


def test_leaving_the_receipt_for_the_confirmation_takes_the_code_off() -> None:
    """Her number stands in the row only while its own screen is open, also on the way back."""
    person = walk(*WAYS["r_receipt"])
    assert CODE in person.conversation.stored()
    person.tap("take_back")
    assert CODE not in person.conversation.stored()

    person.tap("nav.back")
    assert person.conversation.place == "m_sent"
    assert CODE not in person.conversation.stored()


@pytest.mark.parametrize(("place", "behind"), [("m_sent", "m_sent"), ("m_end", "m_end"), ("urgent receipt", "m_sent")])
def test_back_from_the_confirmation_takes_nothing_back(place: str, behind: str) -> None:
    """She thought better of it."""
    person = walk(*SENT[place], "take_back", "nav.back")

    assert (person.conversation.place, person.effects) == (behind, [Show()])
    assert person.conversation.sent


def test_there_is_nothing_to_take_back_where_nothing_was_sent() -> None:
    """The end of a conversation without a referral has no such button."""
    assert "take_back" not in at("m_end").options


def test_a_partner_who_left_the_list_does_not_stop_the_erasing() -> None:
    """Nobody can be told; what lies there is destroyed, and the conversation is erased."""
    person = other_partners(walk(*WAYS["m_take_back"]), changed(3, without="SAFE-CN")).tap("take_back.yes")

    assert [type(effect) for effect in person.effects] == [Append, Forget]


def test_what_was_sent_earlier_is_taken_back_only_from_the_case() -> None:
    """A new request takes back its own referrals, and not those of before."""
    person = walk("lang_ko", "safe_alone", "code").event(CodeChecked(view("accepted"), case()))
    person.tap("new", "ph_mine", "agree", "urg_no", "CN").choose("w_alone").choose("n_leave").choose().choose(
        "t_any_ko"
    )
    person.tap("c_return", "share_yes", "take_back", "take_back.yes")

    assert sorted(appended(person)) == ["SAFE-CN"]
