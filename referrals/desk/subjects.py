"""Whose thing a path names: looked up before a door opens, so that a forbidden id and an unknown one are the same."""

import re
from typing import Final

from referrals.desk import accounts
from referrals.desk.doors import Subject
from referrals.desk.store import Books

_ID: Final = re.compile(r"[0-9a-f]{32}")


class NoSuchSubject(Exception):
    """There is nothing of this id that a partner may know of."""


def partner_of(books: Books, subject: Subject, untrusted_id: str) -> str | None:
    """The partner whose thing it is; None for what belongs to no partner. Raises NoSuchSubject."""
    if not _ID.fullmatch(untrusted_id):
        raise NoSuchSubject
    match subject:
        case Subject.REFERRAL:
            referral = books.casebook.one(untrusted_id)  # None for a held one too: its partner must not know of it
            if referral is not None:
                return referral.partner
            # The word that a copy was deleted is owed for longer than the referral's own row lasts.
            asked = books.casebook.attestation_of(untrusted_id)
            if asked is None:
                raise NoSuchSubject
            return asked
        case Subject.ACCOUNT:
            with books.desk.reading() as db:
                account = accounts.one(db, untrusted_id)
            if account is None or account.removed is not None:
                raise NoSuchSubject
            return account.partner
        case Subject.REPORT:
            if all(report.report_id != untrusted_id for report in books.casebook.reports()):
                raise NoSuchSubject
            return None
        case Subject.NONE:
            raise ValueError("a path without a subject names nothing")
