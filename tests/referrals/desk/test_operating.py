"""The operators' pages, asked for over the real application: who gets in, what stands there, and what never does."""

import re
from html import unescape
from xml.etree import ElementTree as ET

import pytest

from referrals.casebook_listed import ListedPartner, ListState
from referrals.desk import audit, operating
from referrals.desk.audit import Action
from referrals.desk.grants import Grant, Role
from referrals.desk.store import Books
from referrals.desk.words import LANGS
from tests import filed
from tests.desk_rig import Browser, Rig
from tests.filed import DAY, HOUR, MINUTE, NOW

PATHS = [door.path for door in operating.DOORS]
LATE, SOON = "1bcdef01" + "0" * 24, "2edcba98" + "0" * 24  # referrals: nobody acknowledged the first in time


def fill(desk: Rig) -> None:
    """File referrals, and tell of list and bot, as bot and caseworkers would."""
    marks = ("m" * 32,)

    def write(books: Books) -> None:
        book = books.casebook
        for number, partner in ((LATE, "P1"), (SOON, "P2")):
            book.receive(
                filed.alone(number, case_id=number, verifier=number * 2, partner=partner, klass="days"), b"sealed", NOW
            )
        book.list_seen(
            ListState(7, NOW + 10 * DAY, "good", ("aa",), NOW + 5 * HOUR),
            [ListedPartner("P1", "11", "active", "open", marks), ListedPartner("P2", "22", "active", "open")],
        )
        book.set_capacity("P1", "limited", NOW)
        book.pulses_set(
            {"updates_last": NOW, "outbox_depth": 3, "outbox_oldest": NOW, "set_aside": 1, "alarm.canary": 2},
            NOW + 5 * HOUR,
        )
        with books.desk.transaction() as db:
            audit.record(db, NOW, "e" * 32, Action.OPENED, LATE)
            audit.record(db, NOW, None, Action.INVITED)

    desk.books(write)
    desk.books(lambda books: books.casebook.acknowledge(SOON, NOW + MINUTE, None))
    desk.clock.now = NOW + 5 * HOUR


@pytest.fixture
def operator(desk: Rig) -> Browser:
    """An operator who is signed in at a desk where something happened."""
    fill(desk)
    return desk.signed_in(desk.account(Role.OPERATOR, name="Opal"))


def text(page: str) -> str:
    """Return what a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def test_every_page_is_for_operators_and_reads_only() -> None:
    """No form of theirs sends anything."""
    assert {(door.method, door.grant) for door in operating.DOORS} == {("GET", Grant.OPERATE)}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.LEAD, Role.SAFETY_LEAD])
def test_nobody_else_gets_in(desk: Rig, path: str, role: Role) -> None:
    """To whoever is no operator it isn't there; a stranger is asked to sign in."""
    partner = "P1" if role in {Role.CASEWORKER, Role.LEAD} else None

    assert desk.signed_in(desk.account(role, partner=partner)).get(path).status_code == 404
    assert desk.browser().get(path).status_code == 303


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("lang", LANGS)
def test_every_page_in_every_language(operator: Browser, path: str, lang: str) -> None:
    """With its name, without a hole, and its charts well-formed, without script or style."""
    answer = operator.get(path, headers={"accept-language": lang})
    charts = re.findall(r"<svg.*?</svg>", answer.text, re.DOTALL)

    assert answer.status_code == 200
    assert f'lang="{"zh-Hans" if lang == "zh" else lang}"' in answer.text
    assert all(ET.fromstring(chart).get("role") == "img" for chart in charts)  # noqa: S314  # our own page
    assert len(charts) == {"/operate/directory": 1, "/operate/delays": 1, "/operate/bot": 1}.get(path, 0)
    assert " style=" not in answer.text
    assert "{" not in text(answer.text.partition('<script type="application/json"')[0])


@pytest.mark.parametrize("path", PATHS)
def test_an_empty_desk_has_pages_too(desk: Rig, path: str) -> None:
    """Before the bot's first look and the first referral."""
    assert desk.signed_in(desk.account(Role.OPERATOR)).get(path).status_code == 200


def test_no_page_has_more_of_a_referral_than_a_late_ones_code(operator: Browser) -> None:
    """No id, no content, no time of it; and of one that was acknowledged, nothing."""
    pages = {path: operator.get(path).text for path in PATHS}
    for page in pages.values():
        assert LATE not in page
        assert SOON not in page
        assert "2EDC BA98" not in page
    assert [path for path, page in pages.items() if "1BCD EF01" in page] == ["/operate/delays"]
    assert filed.VERIFIER not in "".join(pages.values())


def test_the_overview_says_what_to_look_at(operator: Browser) -> None:
    """Each line leads to the page where it stands."""
    page = operator.get("/operate").text

    assert re.findall(r'<li><a href="(/operate/[a-z]+)">([^<]*)</a></li>', page.partition("<h2>")[2]) == [
        ("/operate/delays", "1 not acknowledged in time"),
        ("/operate/directory", "1 partners without a counted key"),
        ("/operate/bot", "Jobs of the bot wait for more than 10 minutes."),
        ("/operate/bot", "1 updates set aside"),
        ("/operate/bot", "Canary alarm: 2"),
    ]


def test_the_directory_page(operator: Browser) -> None:
    """Capacity as signed and as lowered, keys that count, and what is wrong."""
    said = text(operator.get("/operate/directory").text)

    assert "List 7. It is in date." in said
    assert "22 active 0 open no counted key 11 active 1 limited (signed: open) none" in said


def test_the_delays_page(operator: Browser) -> None:
    """The late one by code, partner and age; everything else too coarse to single anybody out."""
    said = text(operator.get("/operate/delays").text)

    assert "1BCD EF01 11 5 h" in said
    assert "11 Within days 1 to 4 4 to 24 hours 1 22 Within days 1 to 4 none 0" in said
    assert "22 1 to 4 not shown not shown" in said


def test_overdue_attestations_by_partner(desk: Rig, operator: Browser) -> None:
    """Seven days after she took it back."""
    desk.books(lambda books: books.casebook.receive(filed.withdrawal(LATE, partner="P1"), b"sealed", NOW))
    assert "Nothing is overdue." in operator.get("/operate/delays").text
    desk.clock.now = NOW + 8 * DAY
    again = desk.signed_in(desk.account(Role.OPERATOR))

    assert "11 1 24 h" in text(again.get("/operate/delays").text)


def test_the_bots_page(operator: Browser) -> None:
    """Queues, and alarms with what they mean."""
    said = text(operator.get("/operate/bot").text)

    assert "The bot runs." in said
    assert "Last heard from anybody 4 to 24 hours" in said
    assert "Canary partner 2 Somebody used a partner that nobody is ever offered" in said


def test_the_staff_page(desk: Rig, operator: Browser) -> None:
    """The chain's verdict and head, deeds about accounts, and whom notices reach; a broken chain is said aloud."""
    said = text(operator.get("/operate/staff").text)
    head = desk.books(lambda books: audit.verify(books.desk.db)).head

    assert "The chain holds: all 2 entries" in said
    assert head in said
    assert "the program none invited none" in said
    assert "operators and safety leads 1 0 0" in said

    def tamper(books: Books) -> None:
        with books.desk.transaction() as db:
            db.execute("UPDATE audit SET subject = ? WHERE number = 1", (SOON,))

    desk.books(tamper)
    assert "The chain is broken at entry 1" in text(operator.get("/operate/staff").text)
    assert "The chain of the audit is broken." in text(operator.get("/operate").text)
