"""The casebook: each referral once, each state only after those it may follow, and what her code and a caseworker see of it."""

from pathlib import Path
from typing import Any

import pytest

from referrals.casebook import Casebook, Moved, RefusedMove, UnknownReferral, hour, migrations
from referrals.casebook_moves import DeclineReason
from referrals.database import open_database
from tests.filed import (
    CASE,
    DAY,
    FIRST,
    HOUR,
    KEY,
    MINUTE,
    NOW,
    REPORT,
    SECOND,
    THIRD,
    VERIFIER,
    addition,
    alone,
    card,
    erasure,
    opened_case,
    report,
    routing,
    rows,
    states,
    withdrawal,
)


def test_a_repeated_delivery_changes_nothing(book: Casebook) -> None:
    """Filed once, in the state it has come to since."""
    book.receive(routing(FIRST), b"sealed", NOW)
    book.acknowledge(FIRST, NOW + 1)
    book.receive(routing(FIRST), b"sealed", NOW + 2)
    assert book.sealed(FIRST) == [b"sealed"]
    assert states(book) == ["acknowledged"]


def test_an_addition_follows_its_referral(book: Casebook) -> None:
    """It is filed behind it; without a referral it is refused, to be tried again."""
    with pytest.raises(UnknownReferral):
        book.receive(addition(FIRST), b"more", NOW)
    book.receive(routing(FIRST), b"sealed", NOW)
    book.receive(addition(FIRST), b"more", NOW)
    assert book.sealed(FIRST) == [b"sealed", b"more"]


def test_held_ones_are_seen_by_nobody_until_those_before_stay_silent(book: Casebook) -> None:
    """Thirty minutes each, in her order."""
    for referral_id in (FIRST, SECOND, THIRD):
        book.receive(routing(referral_id), referral_id.encode(), NOW)
    assert states(book) == ["delivered", "held", "held"]
    assert book.sealed(SECOND) == []
    assert [each.referral_id for each in book.waiting()] == [FIRST]
    assert book.release(NOW + 29 * MINUTE) == 0
    assert book.release(NOW + 30 * MINUTE) == 1
    assert states(book) == ["delivered", "delivered", "held"]
    assert book.release(NOW + 59 * MINUTE) == 0
    assert book.release(NOW + 60 * MINUTE) == 1
    assert states(book) == ["delivered", "delivered", "delivered"]


def test_an_acknowledgement_destroys_what_is_held(book: Casebook) -> None:
    """Unsent, with its sealed bytes; one that arrives later is destroyed at once."""
    book.receive(routing(FIRST), b"first", NOW)
    book.receive(routing(SECOND), b"second", NOW)
    assert book.acknowledge(FIRST, NOW + 5) == Moved("acknowledged", destroyed=1, version=2)
    book.receive(routing(THIRD), b"third", NOW + 6)
    assert states(book) == ["acknowledged", "destroyed", "destroyed"]
    assert book.sealed(SECOND) == []
    assert book.sealed(THIRD) == []
    assert book.release(NOW + DAY) == 0


def test_an_acknowledgement_touches_no_other_case(book: Casebook) -> None:
    """What another person's list holds stays held, with its sealed bytes."""
    theirs = {"case_id": "d" * 32, "verifier": "d" * 64}
    book.receive(routing(FIRST), b"first", NOW)
    book.receive(routing(SECOND, **theirs, position=0), b"theirs", NOW)
    book.receive(routing(THIRD, **theirs, position=1), b"theirs, held", NOW)
    book.acknowledge(FIRST, NOW + 5)
    found = book.case(bytes.fromhex(theirs["verifier"]))
    assert found is not None
    assert [each.state for each in found.referrals] == ["delivered", "held"]


def test_one_that_did_not_arrive_yet_is_waited_for(book: Casebook) -> None:
    """The third of a list does not overtake a second that is still on its way, for thirty minutes of its own."""
    book.receive(routing(FIRST), b"first", NOW)
    book.receive(routing(THIRD), b"third", NOW + 10 * MINUTE)
    assert book.release(NOW + 39 * MINUTE) == 0
    assert book.release(NOW + 40 * MINUTE) == 1


def test_what_is_taken_back_while_held_is_never_seen(book: Casebook) -> None:
    """The partner hears neither of the referral nor of its withdrawal, and no sealed byte of it is left."""
    book.receive(routing(FIRST), b"first", NOW)
    book.receive(routing(SECOND), b"second", NOW)
    book.receive(withdrawal(SECOND), b"back", NOW)
    assert book.release(NOW + DAY) == 0
    assert states(book) == ["delivered", "withdrawn"]
    assert [each.referral_id for each in book.waiting()] == [FIRST]
    assert book.sealed(SECOND) == []


def test_one_taken_back_counts_as_silent_only_from_its_time_on(book: Casebook) -> None:
    """She may be about to take back the others as well, so the next is not released at once."""
    book.receive(routing(FIRST), b"first", NOW)
    book.receive(routing(SECOND), b"second", NOW)
    book.receive(withdrawal(FIRST), b"back", NOW + 1)
    assert book.release(NOW + 29 * MINUTE) == 0
    assert book.release(NOW + 30 * MINUTE) == 1


def test_a_withdrawal_is_filed_and_ends_it(book: Casebook) -> None:
    """The partner finds it behind the referral; acknowledging changes nothing more."""
    book.receive(routing(FIRST), b"sealed", NOW)
    book.receive(withdrawal(FIRST), b"back", NOW)
    assert states(book) == ["withdrawn"]
    assert book.sealed(FIRST) == [b"sealed", b"back"]
    assert book.acknowledge(FIRST, NOW) == Moved("withdrawn", version=2)


@pytest.mark.parametrize(("acknowledged", "days"), [(True, 7), (False, 30)])
def test_sealed_files_are_gone_in_time(book: Casebook, *, acknowledged: bool, days: int) -> None:
    """Seven days after they were acknowledged, thirty at most."""
    book.receive(routing(FIRST), b"sealed", NOW)
    if acknowledged:
        book.acknowledge(FIRST, NOW)
    book.expire(NOW + days * DAY - 2 * 3_600)
    assert book.sealed(FIRST) == [b"sealed"]
    book.expire(NOW + days * DAY + 1)
    assert book.sealed(FIRST) == []
    assert states(book) == ["acknowledged" if acknowledged else "expired"]


def test_a_code_opens_its_own_case_only(book: Casebook) -> None:
    """Another verifier opens nothing."""
    book.receive(routing(FIRST), b"sealed", NOW)
    assert book.case(bytes.fromhex(VERIFIER)) is not None
    assert book.case(bytes(32)) is None


def test_the_most_urgent_and_oldest_stands_first(book: Casebook) -> None:
    """`now` before `days` before `normal`, and within a class what came first."""
    for number, klass in enumerate(("normal", "days", "now", "now"), 1):
        changes: dict[str, Any] = {
            "case_id": f"{number}" * 32,
            "verifier": f"{number}" * 64,
            "klass": klass,
            "position": 0,
        }
        changes["created"] = hour(NOW) - 3_600 * (number == 4)  # the last to arrive is older than the third
        book.receive(routing(f"{number}" * 32, **changes), b"sealed", NOW)
    assert [each.referral_id[0] for each in book.waiting()] == ["4", "3", "2", "1"]
    assert [each.referral_id[0] for each in book.waiting("partner-2")] == ["2"]


def test_what_is_not_there_is_said(book: Casebook) -> None:
    """An id that nobody has ends in its own error."""
    with pytest.raises(UnknownReferral):
        book.acknowledge(THIRD, NOW)


# --- what a caseworker does ---


def test_a_case_from_its_arrival_to_its_end(book: Casebook) -> None:
    """Acknowledged, accepted, completed: she sees each, and hears of the last two."""
    book.receive(alone(FIRST), b"sealed", NOW)
    assert book.acknowledge(FIRST, NOW) == Moved("acknowledged", version=2)
    assert book.news() == []
    assert book.accept(FIRST, NOW) == Moved("accepted", version=3)
    assert book.news() == [CASE]
    book.told(CASE)
    assert book.news() == []
    assert book.complete(FIRST, NOW) == Moved("completed", version=4)
    assert (states(book), book.news()) == (["completed"], [CASE])


@pytest.mark.parametrize("reason", ["no_capacity", "suspected_misuse"])
def test_a_decline_carries_its_reason(book: Casebook, reason: DeclineReason) -> None:
    """She sees why, and hears that there is something to see."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.decline(FIRST, reason, NOW)
    found = opened_case(book)
    assert found is not None
    assert [(each.state, each.reason) for each in found.referrals] == [("declined", reason)]
    assert book.news() == [CASE]


def test_there_is_no_decline_without_a_known_reason(book: Casebook) -> None:
    """Free text never gets into the casebook."""
    book.receive(alone(FIRST), b"sealed", NOW)
    with pytest.raises(ValueError, match="no such reason"):
        book.decline(FIRST, "she is lying", NOW)  # type: ignore[arg-type]
    assert states(book) == ["delivered"]


def test_a_decline_lets_the_next_on_her_list_have_it_at_once(book: Casebook) -> None:
    """Unless it was acknowledged first: then the held ones are gone."""
    book.receive(routing(FIRST), b"first", NOW)
    book.receive(routing(SECOND), b"second", NOW)
    book.decline(FIRST, "no_capacity", NOW)
    assert book.release(NOW) == 1
    assert states(book) == ["declined", "delivered"]


def test_accepting_acknowledges(book: Casebook) -> None:
    """Nobody further down her urgent list gets it, also of those that arrive later."""
    book.receive(routing(FIRST), b"first", NOW)
    book.receive(routing(SECOND), b"second", NOW)
    assert book.accept(FIRST, NOW) == Moved("accepted", destroyed=1, version=2)
    book.receive(routing(THIRD), b"third", NOW)
    assert states(book) == ["accepted", "destroyed", "destroyed"]


def test_what_ended_leaves_the_list_with_its_files(book: Casebook) -> None:
    """A declined one is listed for the week in which its sealed file is there, and an accepted one as long as it runs."""
    book.receive(alone(FIRST), b"first", NOW)
    book.receive(alone(SECOND), b"second", NOW)
    book.decline(FIRST, "duplicate", NOW)
    book.accept(SECOND, NOW)
    assert [each.state for each in book.waiting()] == ["declined", "accepted"]
    book.expire(NOW + 7 * DAY)
    assert [each.state for each in book.waiting()] == ["accepted"]


@pytest.mark.parametrize("state", ["held", "destroyed"])
def test_what_a_partner_must_not_know_of_is_unknown_to_it(book: Casebook, state: str) -> None:
    """Guessing the id of a held or destroyed one gives the same words as an id that nobody has."""
    if state == "destroyed":
        book.receive(erasure(), None, NOW)
    book.receive(routing(SECOND), b"second", NOW)
    assert rows(book, "SELECT state FROM referrals") == [(state,)]
    for ask in (book.acknowledge, book.accept, book.complete, lambda each, now: book.decline(each, "other", now)):
        with pytest.raises(UnknownReferral):
            ask(SECOND, NOW)
    assert book.sealed(SECOND) == []


def test_an_expired_one_says_so(book: Casebook) -> None:
    """The caseworker had an old list before her."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.expire(NOW + 31 * DAY)
    with pytest.raises(RefusedMove, match="is expired"):
        book.acknowledge(FIRST, NOW + 31 * DAY)


def test_what_she_added_later_is_acknowledged_by_itself(book: Casebook) -> None:
    """A withdrawal that comes a month after the acknowledgement is there for the caseworker to see, and goes a week after she saw it."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.acknowledge(FIRST, NOW)
    book.receive(withdrawal(FIRST, NOW + 20 * DAY), b"back", NOW + 20 * DAY)
    book.expire(NOW + 20 * DAY)
    assert book.sealed(FIRST) == [b"back"]
    assert [each.state for each in book.waiting()] == ["withdrawn"]
    assert book.acknowledge(FIRST, NOW + 21 * DAY) == Moved("withdrawn", version=3)
    book.expire(NOW + 28 * DAY)
    assert book.sealed(FIRST) == []


# --- who is late ---


@pytest.mark.parametrize(
    ("days_ago", "answer", "late"),
    [
        (1, None, True),
        (29, None, True),
        (32, None, False),  # its deadline passed more than 30 days ago
        (0, None, False),  # a day has not passed
        (2, "in time", False),
        (2, "late", True),
        (2, "declined in time", False),
        (2, "taken back in time", False),
        (4, "taken back late", True),
    ],
)
def test_a_partner_counts_as_late_for_thirty_days(
    book: Casebook, days_ago: int, answer: str | None, late: bool
) -> None:
    """Late is who answered after the deadline, or not at all though nothing was taken back before it."""
    came = NOW - days_ago * DAY - (MINUTE if days_ago else 0)
    book.receive(alone(FIRST, created=hour(came)), b"sealed", came)
    match answer:
        case "in time":
            book.acknowledge(FIRST, came + HOUR)
        case "late":
            book.accept(FIRST, came + DAY + MINUTE)
        case "declined in time":
            book.decline(FIRST, "other", came + HOUR)
        case "taken back in time":
            book.receive(withdrawal(FIRST, came + HOUR), b"back", came + HOUR)
        case "taken back late":
            book.receive(withdrawal(FIRST, came + 3 * DAY), b"back", came + 3 * DAY)
        case _:
            pass
    assert book.overdue(NOW) == (frozenset({"partner-1"}) if late else frozenset())


def test_nobody_is_late_with_what_was_never_delivered(book: Casebook) -> None:
    """Held, destroyed and taken back while held: the partner knew of none; released: its own half hour counts."""
    for referral_id in (FIRST, SECOND, THIRD):
        book.receive(routing(referral_id), b"sealed", NOW)
    assert book.overdue(NOW + 30 * MINUTE) == {"partner-1"}
    book.receive(withdrawal(THIRD), b"back", NOW)
    book.release(NOW + 40 * MINUTE)
    assert book.overdue(NOW + 69 * MINUTE) == {"partner-1"}
    assert book.overdue(NOW + 70 * MINUTE) == {"partner-1", "partner-2"}


# --- the safety lead ---


def test_reports_are_listed_oldest_first_and_opened_by_id(book: Casebook) -> None:
    """An acknowledged one stays for its week, marked; no report is among the referrals."""
    book.receive(report(NOW, "f" * 32), b"second", NOW)
    book.receive(report(NOW - DAY), b"first", NOW)
    book.acknowledge_report(REPORT, NOW)
    assert [(each.report_id, each.acknowledged, each.size) for each in book.reports()] == [
        (REPORT, True, 5),
        ("f" * 32, False, 6),
    ]
    assert book.sealed_report(REPORT) == b"first"
    assert book.waiting() == []
    for ask in (book.sealed_report, lambda each: book.acknowledge_report(each, NOW)):
        with pytest.raises(UnknownReferral):
            ask(THIRD)


# --- the file ---


def test_a_casebook_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """What was there keeps its state; its sealed file keeps its time, and the partner its deadline."""
    path = tmp_path / "casebook.db"
    old = open_database(path, KEY, migrations()[:1], create=True)
    old.execute("INSERT INTO cases VALUES (?, ?, ?)", (CASE, bytes.fromhex(VERIFIER), hour(NOW)))
    values: tuple[Any, ...] = (hour(NOW), NOW + 30 * MINUTE, None, hour(NOW + 30 * DAY), 1)
    old.execute(
        "INSERT INTO referrals VALUES (?, ?, 'partner-1', 'now', 'delivered', 0, ?, ?, ?, ?, ?)", (FIRST, CASE, *values)
    )
    old.execute(
        "INSERT INTO referrals VALUES (?, ?, 'partner-2', 'now', 'held', 1, ?, ?, ?, ?, ?)", (SECOND, CASE, *values)
    )
    old.execute("INSERT INTO packets VALUES (?, ?, 'referral', ?, ?)", ("f" * 32, FIRST, hour(NOW), b"sealed"))
    old.close()

    book = Casebook.opened(path, KEY)
    book.receive(card(), b"card", NOW)
    book.receive(addition(FIRST), b"more", NOW)
    assert states(book) == ["delivered", "held"]
    assert book.overdue(NOW + DAY) == {"partner-1"}
    book.expire(NOW + 29 * DAY)
    assert book.sealed(FIRST) == [b"sealed", b"more"]
    book.expire(NOW + 30 * DAY)
    assert (book.sealed(FIRST), states(book)) == ([], ["expired", "expired"])
    book.close()


def test_a_casebook_of_the_second_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """Whoever used it through the second version finds at the desk: what is new, since when, and nothing to undo or to attest."""
    path = tmp_path / "casebook.db"
    old = open_database(path, KEY, migrations()[:2], create=True)
    old.execute("INSERT INTO cases VALUES (?, ?, ?, ?, NULL)", (CASE, bytes.fromhex(VERIFIER), hour(NOW), hour(NOW)))
    for referral_id, state, answered, closed in (
        (FIRST, "accepted", NOW + 90, None), (SECOND, "delivered", None, None), (THIRD, "withdrawn", None, hour(NOW + DAY)),
    ):  # fmt: skip
        old.execute(
            """INSERT INTO referrals (referral_id, case_id, partner, class, state, position, created, acknowledge_by, expires, version,
                   delivered, answered, acknowledged, closed)
               VALUES (?, ?, 'partner-1', 'days', ?, 0, ?, ?, ?, 4, ?, ?, ?, ?)""",
            (
                referral_id, CASE, state, hour(NOW), NOW + 4 * HOUR, hour(NOW + 30 * DAY), hour(NOW), answered, answered, closed,
            ),
        )  # fmt: skip
        old.execute(
            "INSERT INTO packets VALUES (?, ?, 'referral', ?, ?, ?, ?)",
            (referral_id[:31] + "f", referral_id, hour(NOW), b"sealed", hour(NOW + 30 * DAY), answered),
        )
    old.close()

    book = Casebook.opened(path, KEY)
    page = book.queue("partner-1", NOW)
    assert [(each.referral_id, each.fresh, each.changed) for each in page.rows] == [
        (SECOND, True, hour(NOW)),
        (FIRST, False, NOW + 90),
    ]
    assert (page.total, page.waiting, page.now_count) == (2, 1, 0)
    assert book.owed_attestations(None, NOW) == ()
    assert book.accept(SECOND, NOW + DAY, version=4) == Moved("accepted", version=5)
    assert book.undo(SECOND, NOW + DAY, version=5).state == "delivered"
    with pytest.raises(RefusedMove):
        book.undo(FIRST, NOW + DAY, version=4)
    assert book.no_contact(FIRST, NOW + 31 * DAY).state == "no_contact_30d"
    book.close()


def test_what_nobody_acknowledged_in_time_is_called_late_to_her(book: Casebook) -> None:
    """From its deadline on, as long as nobody has it; without a time nothing is."""
    book.receive(alone(FIRST), b"sealed", NOW)
    verifier = bytes.fromhex(VERIFIER)

    def late(now: int | None) -> list[bool]:
        found = book.case(verifier, now)
        assert found is not None
        return [each.late for each in found.referrals]

    assert (late(NOW + DAY - 1), late(NOW + DAY), late(None)) == ([False], [True], [False])
    book.acknowledge(FIRST, NOW + 2 * DAY)
    assert late(NOW + 3 * DAY) == [False]
