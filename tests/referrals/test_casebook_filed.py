"""What arrives: once, in whatever order, and never against an erasure."""

import hashlib
from itertools import permutations

import pytest

from referrals.casebook import Casebook, UnknownReferral
from referrals.filing import Filing
from tests.filed import (
    BLANK,
    CASE,
    DAY,
    FIRST,
    NOW,
    REPORT,
    SECOND,
    TABLES,
    THIRD,
    VERIFIER,
    addition,
    alone,
    card,
    erasure,
    feedback,
    opened_case,
    report,
    routing,
    rows,
    states,
    table,
    tables,
    withdrawal,
)

EVERYTHING: list[tuple[Filing, bytes | None]] = [
    (alone(FIRST), b"sealed"),
    (addition(FIRST), b"more"),
    (feedback(FIRST, "unsafe"), None),
    (withdrawal(FIRST), b"back"),
    (card(), b"card"),
    (report(), b"report"),
    (erasure(), None),
]


def test_everything_twice_is_everything_once(book: Casebook) -> None:
    """Each job repeated at once, and all of them again: the tables are the same to the last column."""
    for filing, sealed in EVERYTHING:
        book.receive(filing, sealed, NOW)
        once = tables(book)
        book.receive(filing, sealed, NOW)
        assert tables(book) == once
    for filing, sealed in EVERYTHING:
        book.receive(filing, sealed, NOW)
    assert tables(book) == once


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_the_lanes_may_overtake_each_other(book: Casebook, order: tuple[int, ...]) -> None:
    """Referral with withdrawal, card with erasure, and a held referral in any order of lanes: nothing opens, nothing is shown or kept."""
    lanes: list[list[tuple[Filing, bytes | None]]] = [
        [(alone(FIRST), b"sealed"), (withdrawal(FIRST), b"back")],
        [(card(), b"card"), (erasure(), None)],
        [(routing(SECOND), b"held")],
    ]
    for lane in order:
        for filing, sealed in lanes[lane]:
            book.receive(filing, sealed, NOW)
    assert opened_case(book) is None
    assert opened_case(book, BLANK) is None
    assert [each.referral_id for each in book.waiting() if each.state != "withdrawn"] == []
    assert book.sealed(SECOND) == []
    assert rows(book, "SELECT * FROM cards") == []
    assert book.release(NOW + DAY) == 0


def test_what_was_erased_before_it_came_is_never_delivered(book: Casebook) -> None:
    """The erasure overtook the referral: no partner sees it, and the withdrawal behind it finds its place."""
    book.receive(erasure(), None, NOW)
    book.receive(alone(FIRST), b"sealed", NOW)
    book.receive(withdrawal(FIRST), b"back", NOW)
    assert rows(book, "SELECT state FROM referrals") == [("destroyed",)]
    assert rows(book, "SELECT * FROM packets") == []
    assert book.waiting() == []


def test_no_card_is_kept_for_an_erased_case(book: Casebook) -> None:
    """However it comes after the erasure: nobody could open it, and nothing would drop it."""
    book.receive(erasure(), None, NOW)
    book.receive(card(), b"card", NOW)
    assert table(book, "cards") == []


def test_what_hung_until_the_erasure_was_forgotten_opens_nothing(book: Casebook) -> None:
    """The mark of an erasure goes after ninety days; a referral from before it that comes later still is not filed at all."""
    book.receive(erasure(), None, NOW)
    book.expire(NOW + 90 * DAY)
    assert table(book, "cases") == []
    book.receive(alone(FIRST), b"sealed", NOW + 90 * DAY)
    assert opened_case(book) is None
    assert tables(book) == [[] for _ in TABLES]


def test_what_was_delivered_before_an_erasure_can_still_be_taken_back(book: Casebook) -> None:
    """The partner finds the withdrawal, though her code opens nothing any more."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.receive(erasure(), None, NOW)
    assert states(book) == []
    book.receive(withdrawal(FIRST), b"back", NOW)
    assert book.sealed(FIRST) == [b"sealed", b"back"]
    assert [each.state for each in book.waiting()] == ["withdrawn"]


def test_a_second_erasure_changes_nothing(book: Casebook) -> None:
    """The first blank stays."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.receive(erasure(), None, NOW)
    book.receive(erasure(blank="9" * 64), None, NOW)
    assert rows(book, "SELECT hex(verifier) FROM cases") == [(BLANK.upper(),)]


def test_a_card_may_come_before_its_case(book: Casebook) -> None:
    """It makes the row that the referral then finds; the newest card is what the code opens."""
    book.receive(card(), b"first card", NOW)
    found = opened_case(book)
    assert found is not None
    assert (found.card, found.referrals) == (b"first card", ())
    book.receive(alone(FIRST), b"sealed", NOW)
    book.receive(card(), b"second card", NOW)
    found = opened_case(book)
    assert found is not None
    assert (found.card, len(found.referrals)) == (b"second card", 1)
    assert "second card" not in repr(found)


def test_a_consent_is_recorded_without_what_it_was_to(book: Casebook) -> None:
    """Id, partner, list, hour, and a hash of the sealed bytes; a withdrawal is no consent."""
    book.receive(alone(FIRST, list_version=7), b"sealed", NOW)
    book.receive(addition(FIRST), b"more", NOW)
    book.receive(withdrawal(FIRST), b"back", NOW)
    assert rows(book, "SELECT * FROM consents ORDER BY given, rowid") == [
        (alone(FIRST).packet_id, "partner-1", 7, hashlib.sha256(b"sealed").digest(), alone(FIRST).created),
        (addition(FIRST).packet_id, "partner-1", None, hashlib.sha256(b"more").digest(), alone(FIRST).created),
    ]


def test_what_was_erased_in_time_does_not_come_back_by_a_repeat(book: Casebook) -> None:
    """The job is done again after its sealed file went: the caseworker had it a week ago."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.acknowledge(FIRST, NOW)
    book.expire(NOW + 7 * DAY)
    book.receive(alone(FIRST), b"sealed", NOW + 7 * DAY)
    assert book.sealed(FIRST) == []


@pytest.mark.parametrize(("filing", "name"), [(card(), "cards"), (report(), "reports"), (alone(FIRST), "packets")])
def test_what_comes_after_its_time_is_not_kept(book: Casebook, filing: Filing, name: str) -> None:
    """A job that hung for a month files no sealed bytes; of a referral she learns that it expired."""
    book.receive(filing, b"sealed", NOW + 31 * DAY)
    assert table(book, name) == []
    assert states(book) == (["expired"] if name == "packets" else [])


def test_a_report_belongs_to_no_case(book: Casebook) -> None:
    """It opens none, and no column of its row is an id of anything else."""
    book.receive(report(), b"report", NOW)
    assert rows(book, "SELECT * FROM reports") == [(REPORT, report().created, b"report", None, report().expires)]
    assert rows(book, "SELECT * FROM cases") == []


def test_she_is_asked_once_and_only_counted(book: Casebook) -> None:
    """The second answer counts for nothing; which answer a referral got is nowhere."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.receive(alone(SECOND, partner="partner-1"), b"sealed", NOW)
    for referral_id, answer in ((FIRST, "helped"), (FIRST, "unsafe"), (SECOND, "helped")):
        book.receive(feedback(referral_id, answer), None, NOW)
    assert rows(book, "SELECT * FROM feedback") == [("partner-1", "helped", "2026-11", 2)]
    found = opened_case(book)
    assert found is not None
    assert [each.asked for each in found.referrals] == [True, True]


def test_an_answer_about_what_no_partner_saw_counts_for_nobody(book: Casebook) -> None:
    """Also when the job is done again after the referral was released."""
    book.receive(routing(SECOND), b"held", NOW)
    book.receive(feedback(SECOND, "unsafe"), None, NOW)
    assert book.release(NOW + DAY) == 1
    book.receive(feedback(SECOND, "unsafe"), None, NOW + DAY)
    assert rows(book, "SELECT * FROM feedback") == []


@pytest.mark.parametrize(
    "filing", [addition(THIRD), withdrawal(THIRD), feedback(THIRD, "not")], ids=lambda each: each.kind
)
def test_what_came_before_its_referral_is_tried_again(book: Casebook, filing: Filing) -> None:
    """It is refused, and not half of it is kept."""
    with pytest.raises(UnknownReferral):
        book.receive(filing, b"sealed", NOW)
    assert tables(book) == [[] for _ in TABLES]


@pytest.mark.parametrize("filing", [alone(FIRST), card(), report()], ids=lambda each: each.kind)
def test_a_job_without_its_sealed_file_is_a_defect(book: Casebook, filing: Filing) -> None:
    """Nothing is filed in its place."""
    with pytest.raises(ValueError, match="without its sealed file"):
        book.receive(filing, None, NOW)
    assert tables(book) == [[] for _ in TABLES]


def test_an_ended_referral_gets_nothing_more(book: Casebook) -> None:
    """What she adds to a declined one is not filed; that she takes it back is, for the partner may have saved it."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.decline(FIRST, "language", NOW)
    book.receive(addition(FIRST), b"more", NOW)
    assert book.sealed(FIRST) == [b"sealed"]
    book.receive(withdrawal(FIRST), b"back", NOW)
    assert book.sealed(FIRST) == [b"sealed", b"back"]
    assert states(book) == ["withdrawn"]


def test_a_new_case_under_an_erased_code_is_a_new_case(book: Casebook) -> None:
    """After the erasure the same code may be given a case again; it shows that one only."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.receive(erasure(), None, NOW)
    book.receive(alone(SECOND, case_id="d" * 32), b"sealed", NOW)
    found = opened_case(book, VERIFIER)
    assert found is not None
    assert (found.case_id == CASE, [each.referral_id for each in found.referrals]) == (False, [SECOND])
