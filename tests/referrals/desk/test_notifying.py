"""The pages of notices: mine, my organisation's for its lead, and all for operators; an address is shown to its owner only."""

import pytest

from referrals.casebook import Casebook
from referrals.desk import audit
from referrals.desk.grants import Role
from referrals.desk.notices import boxes, outgoing
from referrals.desk.notices.boxes import Hour
from referrals.desk.notices.standing import FAILING, SERVER
from referrals.desk.store import Books
from tests.desk_rig import Rig
from tests.filed import NOW

ADDRESS = "ada@mail.example"  # fictional


def alive(rig: Rig, *, server: int = 1, at: int = NOW) -> None:
    """The notifier gives a sign of life."""
    rig.books(lambda books: books.casebook.pulses_set({SERVER: server, FAILING: 0}, at))


def owed(books: Books) -> int:
    """How many mails are on their way."""
    return len(outgoing.ready(books.desk.db, NOW))


def test_an_address_is_entered_tested_and_erased(desk: Rig) -> None:
    """Each step says what it did; the test owes one mail; the audit has that the address changed, not which it is."""
    ada = desk.account(Role.CASEWORKER, partner="P1")
    alive(desk)
    browser = desk.signed_in(ada)
    assert "No address" in browser.get("/notices").text or "Mail address" in browser.get("/notices").text

    assert browser.post("/notices/address", data={"address": ADDRESS}).headers["location"] == "/notices?address"
    assert ADDRESS in browser.get("/notices?address").text
    assert browser.post("/notices/test").headers["location"] == "/notices?test"
    assert desk.books(owed) == 1
    assert browser.post("/notices/arrived").status_code == 303
    assert "Somebody said" in browser.get("/notices").text
    assert browser.post("/notices/remove").status_code == 303
    assert ADDRESS not in browser.get("/notices").text

    entries = desk.books(lambda books: audit.latest(books.desk.db, 9))
    assert [each.action for each in entries] == ["notice_address", "notice_address"]
    assert ADDRESS not in repr(entries)


def test_what_is_no_address_is_told_and_not_repeated(desk: Rig) -> None:
    """With what to do; nothing is kept."""
    browser = desk.signed_in(desk.account(Role.CASEWORKER, partner="P1"))

    answer = browser.post("/notices/address", data={"address": "<marked>@nowhere"})

    assert answer.status_code == 422
    assert "This is not a mail address" in answer.text
    assert "marked" not in answer.text


def test_an_hour_is_chosen_or_the_organisations(desk: Rig) -> None:
    """Her own, then again her organisation's; one that the page does not offer is told."""
    ada = desk.account(Role.CASEWORKER, partner="P1")
    browser = desk.signed_in(ada)
    browser.post("/notices/address", data={"address": ADDRESS})

    def own(books: Books) -> Hour | None:
        found = boxes.of(books.desk.db, ("account", ada.account))
        assert found is not None
        return found.own_hour

    answer = browser.post("/notices/hour", data={"hour": "7", "zone": "Asia/Bangkok"})
    assert (answer.status_code, desk.books(own)) == (303, Hour("Asia/Bangkok", 7))
    assert browser.post("/notices/hour", data={"hour": "25", "zone": "UTC"}).status_code == 422
    assert browser.post("/notices/hour").status_code == 422
    assert "Use my organisation" in browser.get("/notices").text
    browser.post("/notices/hour/partner")
    assert desk.books(own) is None


def test_a_lead_sees_whom_notices_reach_and_never_where(desk: Rig) -> None:
    """Names and states; the second address, which is the organisation's, she enters herself; the hour is for all."""
    ada = desk.account(Role.CASEWORKER, partner="P1", name="Ada")
    desk.signed_in(ada).post("/notices/address", data={"address": ADDRESS})
    browser = desk.signed_in(desk.account(Role.LEAD, partner="P1", name="Lia"))
    browser.post("/notices/team/address", data={"address": "second@mail.example"})
    browser.post("/notices/team/hour", data={"hour": "8", "zone": "Asia/Shanghai"})

    page = browser.get("/notices/team").text

    assert "Ada" in page
    assert ADDRESS not in page
    assert "second@mail.example" in page
    assert desk.books(lambda books: boxes.hour_of(books.desk.db, "P1")) == Hour("Asia/Shanghai", 8)
    assert browser.post("/notices/team/hour", data={"hour": "", "zone": ""}).status_code == 422


def test_two_leads_touch_only_their_own(desk: Rig) -> None:
    """The lead of another partner sees neither people nor second address of the first."""
    desk.account(Role.CASEWORKER, partner="P1", name="Ada")
    desk.signed_in(desk.account(Role.LEAD, partner="P1")).post(
        "/notices/team/address", data={"address": "second@mail.example"}
    )
    page = desk.signed_in(desk.account(Role.LEAD, partner="P2", name="Mia")).get("/notices/team").text

    assert "Mia" in page
    assert "Ada" not in page.replace("Asia", "")
    assert "second@mail.example" not in page


@pytest.mark.parametrize("path", ["/notices", "/notices/team", "/notices/all"])
def test_pages_are_there_for_whom_they_are(desk: Rig, path: str) -> None:
    """Her own for everybody; her organisation's for the lead; all for operators; the same 404 for the others."""
    lead = desk.account(Role.LEAD, partner="P1")
    people = {
        "caseworker": desk.account(Role.CASEWORKER, partner="P1"),
        "lead": lead,
        "safety": desk.account(Role.SAFETY_LEAD),
        "operator": desk.account(Role.OPERATOR),
    }
    let_in = {"/notices": set(people), "/notices/team": {"lead"}, "/notices/all": {"operator"}}[path]

    for name, account in people.items():
        assert desk.signed_in(account).get(path).status_code == (200 if name in let_in else 404)


def test_operators_see_numbers_by_partner(desk: Rig) -> None:
    """People and addresses, no address and no name."""
    ada = desk.account(Role.CASEWORKER, partner="P1", name="Ada-marked")
    desk.signed_in(ada).post("/notices/address", data={"address": ADDRESS})
    alive(desk)
    page = desk.signed_in(desk.account(Role.OPERATOR)).get("/notices/all").text

    assert "P1" in page
    assert "Notices last ran" in page
    assert not [mark for mark in (ADDRESS, "Ada-marked") if mark in page]


@pytest.mark.parametrize(
    ("server", "at", "expected"),
    [
        (1, NOW, ""),
        (0, NOW, "No mail server is set"),
        (1, NOW - 600, "Notices have stood still"),
        (None, NOW, "Notices have not run yet"),
    ],
)
@pytest.mark.parametrize("path", ["/notices", "/notices/team", "/notices/all"])
def test_a_notifier_that_stands_still_is_told(desk: Rig, server: int | None, at: int, expected: str, path: str) -> None:
    """To everybody on these pages, with what to do; and nothing of the kind while it runs."""
    if server is not None:
        alive(desk, server=server, at=at)
    role = Role.OPERATOR if path.endswith("all") else Role.LEAD
    page = desk.signed_in(desk.account(role, partner=None if role is Role.OPERATOR else "P1")).get(path).text

    assert (expected in page) if expected else ('role="alert"' not in page)


@pytest.mark.parametrize("lang", ["ko", "zh", "en"])
def test_every_language_has_the_pages(desk: Rig, lang: str) -> None:
    """With an address, so that everything on them is shown."""
    browser = desk.signed_in(desk.account(Role.LEAD, partner="P1"))
    browser.headers["accept-language"] = lang
    browser.post("/notices/address", data={"address": ADDRESS})
    browser.post("/notices/test")

    for path in ("/notices", "/notices?test", "/notices/team"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert "{" not in answer.text.partition("<main")[2].partition("</main>")[0]


def test_the_casebook_is_opened_for_reading_only(desk: Rig) -> None:
    """No page of notices changes a referral: what they read of the casebook are the notifier's own signs of life."""
    before = desk.books(lambda books: _dump(books.casebook))
    browser = desk.signed_in(desk.account(Role.LEAD, partner="P1"))
    browser.post("/notices/address", data={"address": ADDRESS})
    browser.post("/notices/test")
    browser.get("/notices/team")

    assert desk.books(lambda books: _dump(books.casebook)) == before


def _dump(casebook: Casebook) -> list[object]:
    return [casebook._db.execute(f"SELECT * FROM {table}").fetchall() for table in ("referrals", "packets", "pulse")]  # noqa: S608
