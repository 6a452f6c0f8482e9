"""What a person took back or erased is gone from the desk; here a caseworker confirms that nothing of it is left with the partner."""

from dataclasses import dataclass, field

from starlette.responses import Response

from referrals.casebook_attested import Attestation
from referrals.casebook_changes import UnknownReferral
from referrals.desk import assignments, audit
from referrals.desk.audit import Action
from referrals.desk.case_view import Moment
from referrals.desk.doors import Door, Subject
from referrals.desk.grants import Grant
from referrals.desk.queue_view import Span, short, span
from referrals.desk.store import Books
from referrals.desk.visit import Visit


@dataclass(frozen=True, slots=True)
class Owing:
    """One word that is owed, as a page shows it."""

    referral_id: str = field(repr=False)
    case: str
    due: Moment
    late: bool
    span: Span  # left, or late by

    @classmethod
    def of(cls, owed: Attestation, now: int) -> "Owing":
        """Seen from now."""
        due = Moment.of(owed.due, now)
        return cls(owed.referral_id, short(owed.referral_id), due, owed.late, span(abs(owed.due - now)))


def owing(books: Books, partner: str, now: int) -> tuple[Owing, ...]:
    """What a partner owes, the longest first."""
    return tuple(Owing.of(each, now) for each in books.casebook.owed_attestations(partner, now))


async def _owed(visit: Visit) -> Response:
    """What is owed, the longest first."""
    return await _page(visit)


async def _page(visit: Visit, *, wrong: bool = False) -> Response:
    rows = await visit.desk.run(lambda books: owing(books, visit.who.partner or "", visit.now))
    return visit.page("attest.html", 422 if wrong else 200, rows=rows, wrong=wrong)


async def _attested(visit: Visit) -> Response:
    """She confirms one."""
    if visit.form.get("gone") != "yes":
        return await _page(visit, wrong=True)
    referral_id = visit.path["referral_id"]

    def attest(books: Books) -> None:
        with books.desk.transaction() as db:
            if not books.casebook.attest(referral_id, visit.now):
                raise UnknownReferral
            assignments.let_go(db, [referral_id])
            audit.record(db, visit.now, visit.who.account, Action.ATTESTED, referral_id)

    await visit.desk.run(attest)
    return visit.go("/attest")


DOORS: tuple[Door, ...] = (
    Door("GET", "/attest", Grant.WORK, _owed),
    Door("POST", "/attest/{referral_id}", Grant.WORK, _attested, Subject.REFERRAL),
)
