"""Whose thing a path names."""

import pytest

from referrals.desk.doors import Subject
from referrals.desk.grants import Role
from referrals.desk.subjects import NoSuchSubject, partner_of
from tests import filed
from tests.desk_rig import Rig


def test_what_is_there_has_its_partner(desk: Rig) -> None:
    """A referral and a live account are their partner's; a report is nobody's."""
    ada = desk.account(Role.CASEWORKER, partner="P1")
    desk.books(lambda books: books.casebook.receive(filed.alone(filed.FIRST, partner="P2"), b"x", filed.NOW))
    desk.books(lambda books: books.casebook.receive(filed.report(), b"x", filed.NOW))

    assert desk.books(lambda books: partner_of(books, Subject.ACCOUNT, ada.account)) == "P1"
    assert desk.books(lambda books: partner_of(books, Subject.REFERRAL, filed.FIRST)) == "P2"
    assert desk.books(lambda books: partner_of(books, Subject.REPORT, filed.REPORT)) is None


@pytest.mark.parametrize("subject", [Subject.REFERRAL, Subject.ACCOUNT, Subject.REPORT])
@pytest.mark.parametrize("untrusted_id", ["", "1" * 31, "1" * 32, "%", "1" * 32 + "\n", "A" * 32])
def test_what_is_not_there_is_not_found(desk: Rig, subject: Subject, untrusted_id: str) -> None:
    """An unknown id and what is no id."""
    with pytest.raises(NoSuchSubject):
        desk.books(lambda books: partner_of(books, subject, untrusted_id))


def test_a_held_referral_is_not_there(desk: Rig) -> None:
    """Its partner must not know of it before it is delivered."""
    desk.books(lambda books: books.casebook.receive(filed.routing(filed.SECOND, partner="P1"), b"x", filed.NOW))

    with pytest.raises(NoSuchSubject):
        desk.books(lambda books: partner_of(books, Subject.REFERRAL, filed.SECOND))


def test_a_word_that_is_owed_is_its_partners_also_without_the_referral(desk: Rig) -> None:
    """The referral's row goes earlier than the word that its copies are deleted is given up."""
    desk.books(lambda books: books.casebook.receive(filed.alone(filed.FIRST, partner="P2"), b"x", filed.NOW))
    desk.books(lambda books: books.casebook.receive(filed.withdrawal(filed.FIRST, partner="P2"), b"x", filed.NOW))
    desk.books(lambda books: books.casebook.expire(filed.NOW + 200 * 86_400))
    assert desk.books(lambda books: books.casebook.one(filed.FIRST)) is None

    assert desk.books(lambda books: partner_of(books, Subject.REFERRAL, filed.FIRST)) == "P2"


def test_a_path_without_a_subject_is_a_mistake(desk: Rig) -> None:
    """It is never asked about."""
    with pytest.raises(ValueError, match="names nothing"):
        desk.books(lambda books: partner_of(books, Subject.NONE, "1" * 32))
