"""The casebook: each referral once, each state only after those it may follow, nothing kept past its time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from referrals.casebook import KEEP_DAYS, Casebook, Routing, UnknownReferral, hour
from referrals.secret import Secret

NOW = 1_795_500_000  # a Unix second in November 2026
MINUTE, DAY = 60, 86_400  # seconds
KEY = Secret(b"k" * 32)
FIRST, SECOND, THIRD = "1" * 32, "2" * 32, "3" * 32
VERIFIER = "e" * 64


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    """A new casebook."""
    made = Casebook.opened(tmp_path / "casebook.db", KEY, create=True)
    yield made
    made.close()


def _routing(referral_id: str, **changes: Any) -> Routing:
    values: dict[str, Any] = {
        "packet_id": referral_id[:31] + "f",
        "referral_id": referral_id,
        "case_id": "c" * 32,
        "verifier": VERIFIER,
        "kind": "referral",
        "partner": f"partner-{referral_id[0]}",
        "klass": "now",
        "position": int(referral_id[0]) - 1,
        "created": hour(NOW),
        "expires": hour(NOW + KEEP_DAYS * DAY),
    }
    return Routing.model_validate(values | changes)


def _states(book: Casebook) -> list[str]:
    found = book.case(bytes.fromhex(VERIFIER))
    return [] if found is None else [each.state for each in found.referrals]


def test_a_repeated_delivery_changes_nothing(book: Casebook) -> None:
    """Filed once, in the state it has come to since."""
    book.receive(_routing(FIRST), b"sealed", NOW)
    book.acknowledge(FIRST, NOW + 1)
    book.receive(_routing(FIRST), b"sealed", NOW + 2)
    assert book.sealed(FIRST) == [b"sealed"]
    assert _states(book) == ["acknowledged"]


def test_an_addition_follows_its_referral(book: Casebook) -> None:
    """It is filed behind it; without a referral it is refused, to be tried again."""
    addition = _routing(FIRST, kind="addition", packet_id="a" * 32)
    with pytest.raises(UnknownReferral):
        book.receive(addition, b"more", NOW)
    book.receive(_routing(FIRST), b"sealed", NOW)
    book.receive(addition, b"more", NOW)
    assert book.sealed(FIRST) == [b"sealed", b"more"]


def test_held_ones_are_seen_by_nobody_until_those_before_stay_silent(book: Casebook) -> None:
    """Thirty minutes each, in her order."""
    for referral_id in (FIRST, SECOND, THIRD):
        book.receive(_routing(referral_id), referral_id.encode(), NOW)
    assert _states(book) == ["delivered", "held", "held"]
    assert book.sealed(SECOND) == []
    assert [each.referral_id for each in book.waiting()] == [FIRST]
    assert book.release(NOW + 29 * MINUTE) == 0
    assert book.release(NOW + 30 * MINUTE) == 1
    assert _states(book) == ["delivered", "delivered", "held"]
    assert book.release(NOW + 59 * MINUTE) == 0
    assert book.release(NOW + 60 * MINUTE) == 1
    assert _states(book) == ["delivered", "delivered", "delivered"]


def test_an_acknowledgement_destroys_what_is_held(book: Casebook) -> None:
    """Unsent, with its sealed bytes; one that arrives later is destroyed at once."""
    book.receive(_routing(FIRST), b"first", NOW)
    book.receive(_routing(SECOND), b"second", NOW)
    assert book.acknowledge(FIRST, NOW + 5) == "acknowledged"
    book.receive(_routing(THIRD), b"third", NOW + 6)
    assert _states(book) == ["acknowledged", "destroyed", "destroyed"]
    assert book.sealed(SECOND) == []
    assert book.sealed(THIRD) == []
    assert book.release(NOW + DAY) == 0


def test_an_acknowledgement_touches_no_other_case(book: Casebook) -> None:
    """What another person's list holds stays held, with its sealed bytes."""
    theirs = {"case_id": "d" * 32, "verifier": "d" * 64}
    book.receive(_routing(FIRST), b"first", NOW)
    book.receive(_routing(SECOND, **theirs, position=0), b"theirs", NOW)
    book.receive(_routing(THIRD, **theirs, position=1), b"theirs, held", NOW)
    book.acknowledge(FIRST, NOW + 5)
    found = book.case(bytes.fromhex(theirs["verifier"]))
    assert found is not None
    assert [each.state for each in found.referrals] == ["delivered", "held"]


def test_one_that_did_not_arrive_yet_is_waited_for(book: Casebook) -> None:
    """The third of a list does not overtake a second that is still on its way, for thirty minutes of its own."""
    book.receive(_routing(FIRST), b"first", NOW)
    book.receive(_routing(THIRD), b"third", NOW + 10 * MINUTE)
    assert book.release(NOW + 39 * MINUTE) == 0
    assert book.release(NOW + 40 * MINUTE) == 1


def test_what_is_taken_back_while_held_is_never_seen(book: Casebook) -> None:
    """The partner hears neither of the referral nor of its withdrawal, and no sealed byte of it is left."""
    book.receive(_routing(FIRST), b"first", NOW)
    book.receive(_routing(SECOND), b"second", NOW)
    book.receive(_routing(SECOND, kind="withdrawal", packet_id="b" * 32), b"back", NOW)
    assert book.release(NOW + DAY) == 0
    assert _states(book) == ["delivered", "withdrawn"]
    assert [each.referral_id for each in book.waiting()] == [FIRST]
    assert book.sealed(SECOND) == []


def test_one_taken_back_counts_as_silent_only_from_its_time_on(book: Casebook) -> None:
    """She may be about to take back the others as well, so the next is not released at once."""
    book.receive(_routing(FIRST), b"first", NOW)
    book.receive(_routing(SECOND), b"second", NOW)
    book.receive(_routing(FIRST, kind="withdrawal", packet_id="b" * 32), b"back", NOW + 1)
    assert book.release(NOW + 29 * MINUTE) == 0
    assert book.release(NOW + 30 * MINUTE) == 1


def test_a_withdrawal_is_filed_and_ends_it(book: Casebook) -> None:
    """The partner finds it behind the referral; acknowledging changes nothing more."""
    book.receive(_routing(FIRST), b"sealed", NOW)
    book.receive(_routing(FIRST, kind="withdrawal", packet_id="b" * 32), b"back", NOW)
    assert _states(book) == ["withdrawn"]
    assert book.sealed(FIRST) == [b"sealed", b"back"]
    assert book.acknowledge(FIRST, NOW) == "withdrawn"


@pytest.mark.parametrize(("acknowledged", "days"), [(True, 7), (False, 30)])
def test_sealed_files_are_gone_in_time(book: Casebook, *, acknowledged: bool, days: int) -> None:
    """Seven days after they were acknowledged, thirty at most."""
    book.receive(_routing(FIRST), b"sealed", NOW)
    if acknowledged:
        book.acknowledge(FIRST, NOW)
    book.expire(NOW + days * DAY - 2 * 3_600)
    assert book.sealed(FIRST) == [b"sealed"]
    book.expire(NOW + days * DAY + 1)
    assert book.sealed(FIRST) == []
    assert _states(book) == ["acknowledged" if acknowledged else "expired"]


def test_a_code_opens_its_own_case_only(book: Casebook) -> None:
    """Another verifier opens nothing."""
    book.receive(_routing(FIRST), b"sealed", NOW)
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
        book.receive(_routing(f"{number}" * 32, **changes), b"sealed", NOW)
    assert [each.referral_id[0] for each in book.waiting()] == ["4", "3", "2", "1"]
    assert [each.referral_id[0] for each in book.waiting("partner-2")] == ["2"]


def test_what_is_not_there_is_said(book: Casebook) -> None:
    """An id that nobody has ends in its own error."""
    with pytest.raises(UnknownReferral):
        book.acknowledge(THIRD, NOW)
