"""N2, N5 to N7, N19 and N20: what is sent, to whom, and what is never sent by itself."""

import json
from datetime import datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from bot.dialogue.events import Tapped
from referrals import fixtures
from referrals.case_facts import NEEDS, CaseFacts
from referrals.directory import DirectoryError, load
from referrals.fixtures import IDS
from tests.bot.dialogue.lists import changed
from tests.bot.handed import enter, states
from tests.bot.rig import NOTICE, URGENT, Rig, partners
from tests.fakes import HER
from tests.person import NOW, Person, directory, questionnaire
from tests.promises.lives import CONTACT, DAY, HOUR, at_contact, later, listed, offered_by_the_rules
from tests.promises.said import everything

CHINA = ZoneInfo("Asia/Shanghai")
YESTERDAY = str(NOW.date() - timedelta(days=1))
LAPSED = [{"id": "0" * 8, "recipient": fixtures.identity(IDS["SAFE-CN"], 1).recipient, "key_until": YESTERDAY}]
NIGHT = frozenset({22, 23, 0, 1, 2, 3, 4, 5})


async def at_partners(rig: Rig) -> list[str]:
    """Ids of the partners that a sealed file lies at, each as often as files do."""
    rows = await rig.filed("SELECT partner FROM packets JOIN referrals USING (referral_id) ORDER BY packets.rowid")
    return [str(row[0]) for row in rows]


async def press(rig: Rig, screen: str, option: str) -> None:
    """A press as the messenger reports it, on whatever button."""
    held = await rig.held()
    await rig.intake.receive(rig.incoming(Tapped(screen, option), HER, held.message if held else None, "5"))
    await rig.settle()


@pytest.mark.parametrize(
    ("contact", "hours"),
    [
        (("c_return",), frozenset()),
        (("c_none",), frozenset()),
        (("c_band", "22-06"), NIGHT),
        (("c_any",), frozenset(range(24))),
    ],
    ids=["c_return", "c_none", "c_band", "c_any"],
)
async def test_n02_nothing_comes_that_she_did_not_ask_for(
    rig: Rig, contact: tuple[str, ...], hours: frozenset[int]
) -> None:
    """N2: over five days of silence, lateness and an answer, one neutral line at most, and only in the mode and hours she chose."""
    await at_contact(rig, *contact, "share_yes")
    await later(rig, 11 * 60)  # she lays the phone down, and the screen is covered
    puts = len(rig.fake.history)
    for _ in range(2 * 24):  # nobody answers: the partner is late, and that is no news for her
        await later(rig, HOUR)
    waiting = await rig.cases(rig.casebook.waiting)
    await rig.cases(lambda: rig.casebook.acknowledge(waiting[0].referral_id, int(rig.clock.now)))
    await later(rig, HOUR)
    assert len(rig.fake.history) == puts
    await rig.cases(lambda: rig.casebook.accept(waiting[0].referral_id, int(rig.clock.now)))

    came: list[int] = []
    for _ in range(3 * 24):
        await later(rig, HOUR)
        if len(rig.fake.history) > puts + len(came):
            came.append(datetime.fromtimestamp(rig.clock.now, CHINA).hour)

    assert [screen for _, screen in rig.fake.history[puts:]] == [NOTICE] * len(came)
    assert set(came) <= hours
    assert len(came) == bool(hours)


def test_n05_nothing_of_a_partner_is_shown_above_its_tier() -> None:
    """N5: on every screen a partner is its alias; a number is shown of a T0 partner in Korea alone, and no record can hold an address."""
    records = directory().partners
    secret = {each.name for each in records} | {each.id for each in records}
    secret |= {key.recipient for each in records for key in each.x_keys} | {
        service.id for each in records for service in each.services
    }
    numbers = {phone.number for each in records for phone in each.phones}
    texts = {each.text for each in everything()}

    assert [mark for mark in secret if mark and any(mark in text for text in texts)] == []
    assert {(each.country, each.place) for each in everything() if any(number in each.text for number in numbers)} == {
        ("KR", "q11_partner")
    }
    phone = {
        "number": "000-0000-0000",
        "x_last_verified": "2026-11-23",
        "x_source": "invented",
        "x_verified_by": "nobody",
    }
    for field, value in (
        ("phones", [phone]),
        ("address", "a street"),
        ("x_contact_name", "a person"),
        ("email", "a@b"),
    ):
        document = json.loads(fixtures.partners(NOW.date()))
        next(each for each in document["partners"] if each["id"] == IDS["SAFE-CN"])[field] = value
        with pytest.raises(DirectoryError):
            load(json.dumps(document), "a list that says too much")


async def test_n06_nothing_goes_without_consent_to_exactly_that(rig: Rig) -> None:
    """N6: a press that the open card does not offer sends nothing; consent to one partner sends to that one, and only what it showed."""
    await at_contact(rig, "c_return")
    card = rig.screen(await rig.conversation()).id
    _, alias, tag = card.split(".")
    others = [each.x_alias for each in partners().partners if each.x_alias != alias]
    await rig.tap("share_less", "-country", "nav.done")
    for forged in (
        card,
        *(f"q11_partner.{each}.{tag}" for each in others),
        "q11_partner",
        f"q11_less.{alias}",
        "u2_send",
        "r_receipt",
    ):
        for option in ("share_yes", "send", "yes", "override"):
            await press(rig, forged, option)
    assert await at_partners(rig) == []

    await rig.tap("share_yes")
    await rig.settle()
    assert await at_partners(rig) == [IDS["SAFE-CN"]]
    assert (await rig.opened("SAFE-CN"))[0].packet.country is None


@pytest.mark.parametrize(
    "change",
    [
        {"x_status": "suspended"},
        {"x_status": "expired"},
        {"x_status": "review"},
        {"x_vetted_until": YESTERDAY},
        {"x_keys": LAPSED},
    ],
    ids=["suspended", "expired", "in review", "vetting lapsed", "keys lapsed"],
)
async def test_n06_nothing_goes_to_who_must_not_get_it(rig: Rig, change: dict[str, object]) -> None:
    """N6: a partner that is suspended, expired, unvetted or without keys when she presses gets nothing, though it was on the card."""
    await at_contact(rig, "c_return")
    card = rig.screen(await rig.conversation()).id
    assert card.split(".")[1] == partners().partner(IDS["SAFE-CN"]).x_alias
    listed(rig, changed(1, safe_cn=change))

    await press(rig, card, "share_yes")

    assert await at_partners(rig) == []


@pytest.mark.parametrize("answer", ["declined", "silent"])
@pytest.mark.parametrize("path", ["usual", "urgent"])
async def test_n07_what_is_refused_or_late_goes_to_nobody_else(rig: Rig, path: str, answer: str) -> None:
    """N7: whoever declines or stays silent for 40 days, nothing goes on to a partner that she did not choose as well."""
    if path == "usual":
        await at_contact(rig, "c_return", "share_yes")
    else:
        await rig.start()
        await rig.settle()
        await rig.tap(*URGENT, "go_on", "CN")
        await rig.settle()
        assert (await rig.conversation()).place == "q11_partner"  # somebody else is there all day, and she leaves it
    sent = set(await at_partners(rig))
    if answer == "declined":
        for each in await rig.cases(rig.casebook.waiting):
            await rig.cases(lambda each=each: rig.casebook.decline(each.referral_id, "no_capacity", int(rig.clock.now)))  # type: ignore[misc]
    for _ in range(40 * 4):
        await later(rig, 6 * HOUR)
        assert set(await at_partners(rig)) <= sent

    assert len(sent) == 1
    assert await states(rig) == ["declined" if answer == "declined" else "expired"]


async def test_n19_nobody_is_offered_on_stale_data(rig: Rig) -> None:
    """N19: confirmed 29 days ago, partners are offered; two days later none is, and never one whose vetting has lapsed."""
    offered: list[int] = []
    for chat, days in ((HER, 26), (HER + 1, 2)):
        rig.clock.now += days * DAY
        await at_contact(rig, "c_return", chat=chat)
        offered.append(len((await rig.conversation(chat)).offers))
    assert offered[0] > 0
    assert offered[1] == 0
    assert (await rig.conversation(HER + 1)).place == "m_none"

    for list_of_today, there in ((directory(), True), (changed(2, safe_cn={"x_vetted_until": YESTERDAY}), False)):
        person = through(Person(partners=list_of_today), "CN", "n_place")
        ids = {standing.partner for standing in person.conversation.offers}
        assert (IDS["SAFE-CN"] in ids) == there
        assert IDS["OLD"] not in ids  # it fits, and its vetting ended yesterday
    # `match` leaves most out early, by dates in its index; asked of everybody, the rules themselves refuse as well.
    facts = CaseFacts(country="CN", needs=("n_place",), languages=frozenset({"ko"}))
    assert IDS["OLD"] not in offered_by_the_rules(facts, directory(), NOW)
    assert offered_by_the_rules(facts, directory(), NOW + timedelta(days=28)) == []


def through(person: Person, country: str, need: str, *company: str) -> Person:
    """Answer country, need and company; everything else is skipped."""
    person.tap("lang_ko", "safe_alone", "ph_mine", "agree", "urg_no")
    while (place := person.conversation.place) in questionnaire():
        match place:
            case "q5_country":
                while country not in person.options:
                    person.tap(f"page.{person.conversation.page + 1}")
                person.tap(country)
            case "q8_with":
                person.choose(*company)
            case "q8_limits":
                person.tap("limits_known")
            case "q6_needs":
                person.choose(need)
            case _:
                person.tap("nav.skip")
    return person


def test_n20_a_child_is_never_sent_to_who_is_not_trained_for_children() -> None:
    """N20: whoever says that she is under 18 is offered only safeguarded partners that take children, in every country, for every need."""
    countries = sorted(option.code for option in questionnaire()["q5_country"].options)
    # All of them meet every need, so that only the rules about children stand between them and her.
    willing = {"x_needs": NEEDS, "x_gender": "any"}
    listed_for_all = changed(
        3,
        safe_cn=willing | {"x_child_safeguarding": "verified"},
        cyber=willing | {"x_child_safeguarding": "no"},
        men=willing,
        health=willing,
    )
    seen = 0
    for partners_then, country, need in product((directory(), listed_for_all), countries, NEEDS):
        conversation = through(Person(partners=partners_then), country, need, "w_u18").conversation
        for standing in conversation.offers:
            service = partners_then.partner(standing.partner).services[standing.service]
            assert service.x_child_safeguarding == "verified"
            assert (service.minimum_age or 0) < 18
            seen += 1
        facts = CaseFacts(country=country, needs=(need,), languages=frozenset({"ko", "zh"}), under_18=True)
        for partner in offered_by_the_rules(facts, partners_then, NOW):
            services = partners_then.partner(partner).services
            assert [
                each for each in services if each.x_child_safeguarding == "verified" and (each.minimum_age or 0) < 18
            ]
    assert seen > 100
    grown = through(Person(partners=listed_for_all), "CN", "n_place").conversation.offers
    assert {IDS["SAFE-CN"], IDS["CYBER"]} & {standing.partner for standing in grown}  # to adults they are offered


async def test_n02_the_mode_she_chose_last_counts(rig: Rig) -> None:
    """N2: who chose "only when I return" for a further request is not written to any more, whatever she allowed before."""
    await at_contact(rig, "c_any", "share_yes")
    code = (await rig.conversation()).fresh_code
    assert code is not None
    await later(rig, 11 * 60)
    await enter(rig, code, "new", *CONTACT[2:], "c_return", "share_yes")
    await later(rig, 11 * 60)
    puts = len(rig.fake.history)

    for each in await rig.cases(rig.casebook.waiting):
        await rig.cases(lambda each=each: rig.casebook.accept(each.referral_id, int(rig.clock.now)))  # type: ignore[misc]
    for _ in range(30):
        await later(rig, HOUR)

    assert rig.fake.history[puts:] == []
