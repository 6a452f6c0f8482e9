"""Which caseworkers can open referrals: those with a key in the signed list, or one that colleagues heard and may seal to."""

from referrals.casebook import Casebook
from referrals.database import Connection
from referrals.desk import key_store


def counted(casebook: Casebook, db: Connection, partner: str) -> frozenset[str]:
    """The accounts of a partner whose key counts today. Inside a transaction or a reading of desk.db."""
    listed = casebook.listed(partner)
    marks = frozenset() if listed is None else frozenset(listed.marks)
    return frozenset(
        key.account
        for key in key_store.of_partner(db, partner)
        if key.ended is None and (key.mark in marks or key_store.may_be_sealed_to(db, key))
    )
