"""What a browser gets to open a case: sealed files as they lie there, and words."""

from referrals.casebook_listed import ListState
from referrals.desk.grants import Role
from referrals.desk.opening import COVER, PHRASES, check_words
from referrals.desk.sent_files import coded
from referrals.directory import SAFETY_LEAD
from tests import filed
from tests.desk_browser.made import SIGNERS
from tests.desk_rig import Rig
from tests.filed import FIRST, REPORT


def test_a_case_is_given_sealed_with_its_copies(desk: Rig) -> None:
    """The file as the bot sealed it and a colleague's copy behind; the state and version to answer on; the bots' keys to compare."""
    now = int(desk.clock())
    desk.books(lambda books: books.casebook.receive(filed.alone(FIRST, partner="P1"), b"sealed", now))
    desk.books(lambda books: books.casebook.reseal(FIRST, FIRST[:31] + "f", "9" * 32, b"copy"))
    desk.books(lambda books: books.casebook.list_seen(ListState(1, now, "good", tuple(SIGNERS), now), None))
    account = desk.account(Role.CASEWORKER, partner="P1")
    given = desk.signed_in(account).get(f"/case/{FIRST}/sealed").json()

    assert (given["referral_id"], given["partner"], given["state"], given["signers"]) == (
        FIRST,
        "P1",
        "delivered",
        SIGNERS,
    )
    assert given["version"] == desk.books(lambda books: books.casebook.one(FIRST)).version  # type: ignore[union-attr]
    (file,) = given["files"]
    assert (file["kind"], file["sealed"]) == ("referral", [coded(b"sealed"), coded(b"copy")])
    assert desk.written(
        lambda db: db.execute("SELECT actor, subject FROM audit WHERE action = 'opened'").fetchall()
    ) == [(account.account, FIRST)]


def test_nobody_else_gets_it(desk: Rig) -> None:
    """Another partner's caseworker, the lead, the operator, the safety lead, and who is not signed in."""
    now = int(desk.clock())
    desk.books(lambda books: books.casebook.receive(filed.alone(FIRST, partner="P1"), b"sealed", now))
    others = [
        desk.account(Role.CASEWORKER, partner="P2"), desk.account(Role.LEAD, partner="P1"), desk.account(Role.OPERATOR),
        desk.account(Role.SAFETY_LEAD),
    ]  # fmt: skip

    assert {desk.signed_in(each).get(f"/case/{FIRST}/sealed").status_code for each in others} == {404}
    assert desk.browser().get(f"/case/{FIRST}/sealed").status_code in {303, 401}


def test_a_report_is_given_to_the_safety_lead_alone(desk: Rig) -> None:
    """As one file for the safety lead's own key, in the same form as a case."""
    now = int(desk.clock())
    desk.books(lambda books: books.casebook.receive(filed.report(), b"sealed", now))
    given = desk.signed_in(desk.account(Role.SAFETY_LEAD)).get(f"/reports/{REPORT}/sealed").json()

    assert (given["referral_id"], given["partner"]) == (REPORT, SAFETY_LEAD)
    assert [each["sealed"] for each in given["files"]] == [[coded(b"sealed")]]
    assert (
        desk.signed_in(desk.account(Role.CASEWORKER, partner="P1")).get(f"/reports/{REPORT}/sealed").status_code == 404
    )


def test_words_come_in_her_languages(desk: Rig) -> None:
    """Labels in the caseworker's own language; phrases, cover talk and check words in both that a person reads."""
    browser = desk.signed_in(desk.account(Role.CASEWORKER, partner="P1"))
    words = browser.get("/case-words").json()

    assert words["labels"]["q5_country.CN"] == "China"
    for lang, word in (("ko", "감자"), ("zh", "土豆")):
        assert set(words["phrases"][lang]) == set(PHRASES)
        assert set(words["cover"][lang]) == set(COVER)
        assert words["checks"][lang]["potato"] == word


def test_check_words_are_found_among_labels() -> None:
    """Only those, under their codes."""
    assert check_words({"word.sea": "바다", "words": "x", "line.check": "y"}) == {"sea": "바다"}
