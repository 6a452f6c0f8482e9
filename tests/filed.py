"""What is filed in a casebook, made by hand: fictional ids, and a time in November 2026."""

from typing import Any

from referrals.casebook import KEEP_DAYS, Casebook, hour
from referrals.casebook_view import CaseView
from referrals.filing import CardFiling, ErasureFiling, FeedbackFiling, ReportFiling, Routing
from referrals.secret import Secret

NOW = 1_795_500_000  # a Unix second in November 2026
MINUTE, HOUR, DAY = 60, 3_600, 86_400  # seconds
KEY = Secret(b"k" * 32)
FIRST, SECOND, THIRD = "1" * 32, "2" * 32, "3" * 32  # referrals
CASE, OTHER_CASE = "c" * 32, "d" * 32
VERIFIER, BLANK = "e" * 64, "b" * 64
REPORT = "f0" * 16
ADDED, TAKEN_BACK = "a" * 32, "b" * 32  # packets
TABLES = (
    "cases", "referrals", "packets", "cards", "news", "consents", "reports", "feedback",
    "replies", "resealed", "undo", "capacity", "attestations", "listed", "list_state", "pulse",
)  # fmt: skip


def routing(referral_id: str, **changes: Any) -> Routing:
    """A packet: the n-th referral of one urgent list, unless changed."""
    values: dict[str, Any] = {
        "packet_id": referral_id[:31] + "f",
        "referral_id": referral_id,
        "case_id": CASE,
        "verifier": VERIFIER,
        "kind": "referral",
        "partner": f"partner-{referral_id[0]}",
        "klass": "now",
        "position": int(referral_id[0]) - 1,
        "created": hour(NOW),
        "expires": hour(NOW + KEEP_DAYS * DAY),
    }
    return Routing.model_validate(values | changes)


def alone(referral_id: str, **changes: Any) -> Routing:
    """A referral that is delivered at once."""
    return routing(referral_id, **({"position": 0, "klass": "normal"} | changes))


def withdrawal(referral_id: str, at: int = NOW, **changes: Any) -> Routing:
    """She takes a referral back."""
    times = {"created": hour(at), "expires": hour(at + KEEP_DAYS * DAY)}
    return routing(referral_id, **({"kind": "withdrawal", "packet_id": TAKEN_BACK} | times | changes))


def addition(referral_id: str, at: int = NOW, **changes: Any) -> Routing:
    """She adds something to a referral."""
    times = {"created": hour(at), "expires": hour(at + KEEP_DAYS * DAY)}
    return routing(referral_id, **({"kind": "addition", "packet_id": ADDED} | times | changes))


def card(at: int = NOW, case_id: str = CASE, verifier: str = VERIFIER) -> CardFiling:
    """Her contact card."""
    return CardFiling(case_id=case_id, verifier=verifier, created=hour(at), expires=hour(at + KEEP_DAYS * DAY))


def report(at: int = NOW, report_id: str = REPORT) -> ReportFiling:
    """A report for the safety lead."""
    return ReportFiling(report_id=report_id, created=hour(at), expires=hour(at + KEEP_DAYS * DAY))


def feedback(referral_id: str, answer: str) -> FeedbackFiling:
    """How it was."""
    return FeedbackFiling.model_validate({"referral_id": referral_id, "answer": answer})


def erasure(case_id: str = CASE, blank: str = BLANK) -> ErasureFiling:
    """She erases all."""
    return ErasureFiling(case_id=case_id, blank=blank)


def opened_case(book: Casebook, verifier: str = VERIFIER) -> CaseView | None:
    """What her code opens."""
    return book.case(bytes.fromhex(verifier))


def states(book: Casebook, verifier: str = VERIFIER) -> list[str]:
    """The states that her code opens, in order; none when it opens nothing."""
    found = opened_case(book, verifier)
    return [] if found is None else [each.state for each in found.referrals]


def rows(book: Casebook, sql: str, *values: str | int) -> list[Any]:
    """Read the casebook's tables."""
    found: list[Any] = book._db.execute(sql, values).fetchall()
    return found


def table(book: Casebook, name: str) -> list[Any]:
    """All rows of one table, in order."""
    return sorted(rows(book, f"SELECT * FROM {name}"), key=str)  # noqa: S608  # a test's own word


def tables(book: Casebook) -> list[list[Any]]:
    """All rows of every table."""
    return [table(book, name) for name in TABLES]
