"""The words that partners owe when she takes something back."""

from referrals.casebook import Casebook, hour
from referrals.casebook_attested import owe
from referrals.database import transaction
from tests.filed import DAY, FIRST, NOW, SECOND, THIRD, alone, erasure, routing, table, tables, withdrawal


def owed(book: Casebook, now: int = NOW, partner: str | None = None) -> list[tuple[str, bool]]:
    """Whose words are owed, and which of them are late."""
    return [(each.referral_id, each.late) for each in book.owed_attestations(partner, now)]


def test_a_partner_that_saw_it_owes_its_word_within_seven_days(book: Casebook) -> None:
    """Each partner its own; from the seventh day on it is late."""
    book.receive(alone(FIRST), b"first", NOW)
    book.receive(alone(SECOND), b"second", NOW)
    book.receive(withdrawal(FIRST), b"back", NOW)
    assert owed(book, hour(NOW) + 7 * DAY - 1) == [(FIRST, False)]
    assert owed(book, hour(NOW) + 7 * DAY, "partner-1") == [(FIRST, True)]
    assert owed(book, NOW, "partner-2") == []
    assert (book.attestation_of(FIRST), book.attestation_of(SECOND)) == ("partner-1", None)


def test_a_partner_that_never_saw_it_owes_nothing(book: Casebook) -> None:
    """A held one was taken back unsent."""
    book.receive(routing(FIRST), b"first", NOW)
    book.receive(routing(SECOND), b"second", NOW)
    with transaction(book._db):
        owe(book._db, SECOND, NOW)
    book.receive(withdrawal(SECOND), b"back", NOW)
    assert owed(book) == []


def test_whoever_ever_had_it_owes_its_word_when_she_erases_all(book: Casebook) -> None:
    """Also one that declined or completed; once each, however often the jobs arrive."""
    for referral_id in (FIRST, SECOND):
        book.receive(alone(referral_id), b"sealed", NOW)
    book.receive(routing(THIRD, position=1), b"held", NOW)
    book.decline(SECOND, "language", NOW)
    for _ in range(2):
        book.receive(erasure(), None, NOW)
        book.receive(withdrawal(FIRST), b"back", NOW)
    assert sorted(owed(book)) == [(FIRST, False), (SECOND, False)]


def test_a_word_given_is_owed_no_more_and_given_once(book: Casebook) -> None:
    """The first time counts; for what nobody asked, there is none to give."""
    book.receive(alone(FIRST), b"sealed", NOW)
    book.receive(withdrawal(FIRST), b"back", NOW)
    assert book.attest(FIRST, NOW + DAY)
    before = tables(book)
    assert book.attest(FIRST, NOW + 2 * DAY)
    assert tables(book) == before
    assert (owed(book), book.attest(SECOND, NOW)) == ([], False)


def test_words_are_erased_in_time(book: Casebook) -> None:
    """One that was given 90 days later, one that nobody gave a year after it was due; until then it stands, though the referral is gone."""
    for referral_id in (FIRST, SECOND):
        book.receive(alone(referral_id), b"sealed", NOW)
        book.receive(withdrawal(referral_id, packet_id=referral_id[:31] + "e"), b"back", NOW)
    book.attest(FIRST, NOW + DAY)
    book.expire(NOW + 91 * DAY - 1)
    assert len(table(book, "attestations")) == 2
    book.expire(NOW + 91 * DAY)
    assert owed(book, NOW + 91 * DAY) == [(SECOND, True)]
    assert table(book, "referrals") == []
    book.expire(hour(NOW) + 372 * DAY - 1)
    assert owed(book, NOW + 400 * DAY) == [(SECOND, True)]
    book.expire(hour(NOW) + 372 * DAY)
    assert table(book, "attestations") == []
