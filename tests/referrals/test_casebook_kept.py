"""How long the casebook keeps what, with a moved clock; and that what went is in no page, free page or log."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from referrals.casebook import Casebook
from tests.filed import (
    BLANK,
    CASE,
    DAY,
    FIRST,
    HOUR,
    KEY,
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
from tests.pages import Mark, search

# Large enough for overflow pages, as a sealed file is, and nothing that stands anywhere by chance.
SEALED = b"fictional sealed mark 5c1e" * 400
CARD, REPORTED, ADDED = (bytes([letter]) * 24 + b"fictional mark 77aa" * 300 for letter in b"xyz")
MARKS: dict[str, Mark] = {
    "referral": b"fictional sealed mark 5c1e",
    "card": b"x" * 24 + b"fictional mark",
    "report": b"y" * 24 + b"fictional mark",
    "addition": b"z" * 24 + b"fictional mark",
    "verifier": bytes.fromhex(VERIFIER),
    "referral's id": FIRST,
    "case's id": CASE,
    "report's id": REPORT,
}


def _found(tmp_path: Path, book: Casebook) -> set[str]:
    """Names of the marks that are anywhere in the file or its log after the log was folded, as the retention does."""
    assert book.checkpoint()
    return {hit.mark for hit in search([tmp_path / "casebook.db"], KEY, MARKS)}


def _filled(book: Casebook) -> None:
    book.receive(card(), CARD, NOW)
    book.receive(alone(FIRST), SEALED, NOW)
    book.receive(addition(FIRST), ADDED, NOW)
    book.receive(report(), REPORTED, NOW)


def _read(book: Casebook) -> None:
    book.acknowledge(FIRST, NOW)
    book.acknowledge_report(REPORT, NOW)


def _declined(book: Casebook) -> None:
    book.decline(FIRST, "no_capacity", NOW)


def _done(book: Casebook) -> None:
    book.accept(FIRST, NOW)
    book.complete(FIRST, NOW)
    book.told(CASE)


def _taken_back(book: Casebook) -> None:
    book.receive(withdrawal(FIRST), b"back", NOW)


def _erased(book: Casebook) -> None:
    book.receive(erasure(), None, NOW)
    book.receive(withdrawal(FIRST), b"back", NOW)


def _attested(book: Casebook) -> None:
    _taken_back(book)
    book.attest(FIRST, NOW)


def _expire(book: Casebook, now: int) -> None:
    """What the bot does every few minutes, where there is no second place for the ids of what was erased."""
    book.expire(now)
    book.forget_erasures()


SEALED_MARKS = {"referral", "addition"}
IDS = {"verifier", "referral's id", "case's id"}
REPORT_MARKS = {"report", "report's id"}


@pytest.mark.parametrize(
    ("happened", "gone"),
    [
        # What is gone after how many days, told by what is gone in addition to the line before.
        (lambda _: None, {30: SEALED_MARKS | {"card"} | REPORT_MARKS, 120: IDS}),
        (_read, {7: SEALED_MARKS | REPORT_MARKS, 30: {"card"}, 120: IDS}),
        (_declined, {7: SEALED_MARKS, 30: {"card"} | REPORT_MARKS, 90: IDS}),
        (_done, {0: {"card"}, 7: SEALED_MARKS, 30: REPORT_MARKS, 90: IDS}),
        # The partner never said that it deleted its copies: that it owes this goes a year after it was due, 372 days in all.
        (
            _taken_back,
            {0: {"card"}, 30: SEALED_MARKS | REPORT_MARKS, 90: {"verifier", "case's id"}, 372: {"referral's id"}},
        ),
        (
            _erased,
            {0: {"card", "verifier"}, 30: SEALED_MARKS | REPORT_MARKS, 90: {"case's id"}, 372: {"referral's id"}},
        ),
        (_attested, {0: {"card"}, 30: SEALED_MARKS | REPORT_MARKS, 90: IDS}),
    ],
    ids=["nothing", "read", "declined", "done", "taken back", "erased", "attested"],
)
def test_what_is_past_its_time_is_in_no_page(
    book: Casebook, tmp_path: Path, happened: Callable[[Casebook], None], gone: dict[int, set[str]]
) -> None:
    """An hour before its day each is there; on its day it is in no page, free page or log of the file, and the rest still is."""
    _filled(book)
    assert _found(tmp_path, book) == set(MARKS)
    happened(book)
    left = set(MARKS)
    for day in sorted(gone):
        if day:
            _expire(book, NOW + day * DAY - HOUR)
            assert _found(tmp_path, book) == left
        _expire(book, NOW + day * DAY)
        left -= gone[day]
        assert _found(tmp_path, book) == left
    assert left == set()


REPLY, COPY = (bytes([letter]) * 24 + b"fictional mark 33cc" * 200 for letter in b"qw")


def _written(book: Casebook) -> str:
    """A reply to her, and a packet sealed anew for a colleague."""
    book.accept(FIRST, NOW)
    book.reply(FIRST, REPLY, asks=False, version=None, now=NOW)
    book.reseal(FIRST, FIRST[:31] + "f", "7" * 32, COPY)
    return book.replies_for(CASE)[0].reply_id


@pytest.mark.parametrize(
    ("happened", "hours"),
    [
        (lambda _, __: None, {"copy": 7 * 24, "reply": 30 * 24}),
        (lambda book, reply: book.replies_read([reply], NOW), {"reply": 24, "copy": 7 * 24}),
        (lambda book, _: _taken_back(book), {"reply": 0, "copy": 0}),
        (lambda book, _: book.receive(erasure(), None, NOW), {"reply": 0, "copy": 0}),
    ],
    ids=["unread", "read", "taken back", "erased"],
)
def test_what_caseworkers_made_is_in_no_page_after_its_time(
    book: Casebook, tmp_path: Path, happened: Callable[[Casebook, str], None], hours: dict[str, int]
) -> None:
    """A reply for a day after it was read, thirty at most; a colleague's copy as long as the packet; at once when she takes it back."""
    book.receive(alone(FIRST), b"sealed", NOW)
    happened(book, _written(book))
    marks: dict[str, Mark] = {"reply": b"q" * 24 + b"fictional mark", "copy": b"w" * 24 + b"fictional mark"}
    left = set(marks)
    for name, after in hours.items():
        if after:
            book.expire(NOW + (after - 1) * HOUR)
            assert book.checkpoint()
            assert {hit.mark for hit in search([tmp_path / "casebook.db"], KEY, marks)} == left
        book.expire(NOW + after * HOUR)
        left.remove(name)
    assert book.checkpoint()
    assert search([tmp_path / "casebook.db"], KEY, marks) == []


def test_in_the_end_only_counts_are_left(book: Casebook) -> None:
    """A year on, the record of her consent is gone too; how it was for her stays as a count."""
    _filled(book)
    _done(book)
    book.receive(feedback(FIRST, "helped"), None, NOW)
    book.receive(routing(SECOND), b"held", NOW)
    book.expire(NOW + 121 * DAY)
    book.expire(NOW + 364 * DAY)
    assert len(table(book, "consents")) == 3
    book.expire(NOW + 365 * DAY)
    assert dict(zip(TABLES, tables(book), strict=True)) == {name: [] for name in TABLES} | {
        "feedback": [("partner-1", "helped", "2026-11", 1)]
    }


def test_what_she_sends_later_keeps_her_card_and_her_code(book: Casebook) -> None:
    """Thirty days count from when she last sent something, and the code opens as long as any of her referrals is there."""
    book.receive(card(), b"card", NOW)
    book.receive(alone(FIRST), b"sealed", NOW)
    later = NOW + 20 * DAY
    book.receive(
        alone(SECOND, created=later // HOUR * HOUR, expires=(later + 30 * DAY) // HOUR * HOUR), b"sealed", later
    )
    book.expire(NOW + 49 * DAY)
    found = opened_case(book)
    assert found is not None
    assert (found.card, states(book)) == (b"card", ["expired", "delivered"])
    book.expire(NOW + 121 * DAY)
    assert states(book) == ["expired"]
    book.expire(NOW + 141 * DAY)
    assert opened_case(book) is None


def test_a_card_without_a_referral_does_not_stay_for_ever(book: Casebook) -> None:
    """Its referral never came; the card goes after thirty days, the code after ninety."""
    book.receive(card(), b"card", NOW)
    book.expire(NOW + 30 * DAY)
    found = opened_case(book)
    assert found is not None
    assert found.card is None
    book.expire(NOW + 90 * DAY)
    assert table(book, "cases") == []


def test_the_mark_of_an_erasure_goes_as_well(book: Casebook) -> None:
    """It stays for as long as anything under the case could still arrive, and no longer than a case would."""
    book.receive(erasure(), None, NOW)
    book.expire(NOW + 89 * DAY)
    book.receive(alone(THIRD, expires=NOW + 95 * DAY), b"late", NOW + 89 * DAY)
    assert rows(book, "SELECT state FROM referrals") == [("destroyed",)]
    book.expire(NOW + 180 * DAY)
    assert (table(book, "cases"), table(book, "referrals")) == ([], [])
    assert opened_case(book, BLANK) is None


def test_what_is_open_when_its_time_is_over_keeps_its_state(book: Casebook) -> None:
    """An accepted case runs on without its sealed file; one that nobody took has expired, and so has one that was held."""
    for referral_id in (FIRST, THIRD):
        book.receive(routing(referral_id, position=0, klass="normal"), b"sealed", NOW)
    book.receive(routing(SECOND), b"held", NOW)
    book.accept(FIRST, NOW)
    assert book.expire(NOW + 30 * DAY) == 3
    assert dict(rows(book, "SELECT referral_id, state FROM referrals")) == {
        FIRST: "accepted", SECOND: "expired", THIRD: "expired",
    }  # fmt: skip
    assert book.expire(NOW + 30 * DAY) == 0


def test_erasing_a_second_time_finds_nothing(book: Casebook) -> None:
    """Each look leaves the same behind as the look before, on any day of the first year."""
    _filled(book)
    _declined(book)
    for earlier, later in pairwise(range(0, 400, 25)):
        book.expire(NOW + earlier * DAY)
        once = tables(book)
        book.expire(NOW + earlier * DAY)
        assert tables(book) == once, later
