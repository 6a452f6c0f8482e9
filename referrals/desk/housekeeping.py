"""What is erased at the desk when its time is over: sessions, links, passphrases never confirmed, deeds, old audit and accounts.

And what follows from time alone: a partner's capacity is settled anew, should anything have been forgotten in between.
"""

from referrals.desk import accounts, audit, availability, deeds, invitations, passphrases, sessions, settling
from referrals.desk.store import Books

EVERY = 300  # seconds between two rounds


def erase_past(books: Books, now: int) -> None:
    """One round over desk.db; what is in the casebook is erased by `naru run`."""
    with books.desk.transaction() as db:
        sessions.erase_past(db, now)
        invitations.erase_past(db, now)
        passphrases.erase_past(db, now)
        audit.erase_past(db, now)
        accounts.erase_past(db, now)
        deeds.erase_past(db, now)
        availability.erase_past(db)
    settling.settle_all(books, now)
