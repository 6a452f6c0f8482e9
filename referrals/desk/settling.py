"""Whatever changes who can take whom ends here: the partner's capacity in the casebook follows at once."""

from referrals.desk import assignments, availability, capacity
from referrals.desk.capacity import Lowered
from referrals.desk.colleagues import caseworkers
from referrals.desk.store import Books


def settle(books: Books, partner: str, now: int) -> Lowered | None:
    """Lower the partner's capacity in the casebook to what its caseworkers can take now, or lift it again. Returns what holds.

    To be called after an account of the partner came or went, said that she is away or back, or got or gave up a referral; outside of
    a transaction.
    """
    with books.desk.transaction() as db:
        taken_back = [each.referral_id for each in books.casebook.owed_attestations(partner, now)]
        assignments.let_go(db, taken_back)
        accounts = [each.account for each in caseworkers(db, partner)]
        found = capacity.level(availability.loads(db, partner, accounts), availability.lowered_by_lead(db, partner))
    if books.casebook.lowered().get(partner) != found:
        books.casebook.set_capacity(partner, found, now)
    return found


def settle_all(books: Books, now: int) -> None:
    """Settle every partner that has somebody at the desk, or had: for the daily housekeeping, whatever was forgotten in between."""
    with books.desk.reading() as db:
        staffed = {row[0] for row in db.execute("SELECT DISTINCT partner FROM accounts WHERE partner IS NOT NULL")}
    for partner in sorted(staffed | books.casebook.lowered().keys()):
        settle(books, partner, now)
