"""The people of one partner as its own pages name them. Functions over desk.db, inside their caller's transaction."""

from collections.abc import Mapping

from referrals.database import Connection
from referrals.desk import accounts
from referrals.desk.accounts import Account
from referrals.desk.grants import Role


def caseworkers(db: Connection, partner: str) -> list[Account]:
    """Who works on referrals at a partner at present, by name. A lead alone is not among them."""
    return [each for each in accounts.of_partner(db, partner) if Role.CASEWORKER in each.roles]


def others(db: Connection, partner: str, account: str) -> list[Account]:
    """The caseworkers of a partner without this one."""
    return [each for each in caseworkers(db, partner) if each.account != account]


def names(db: Connection, partner: str) -> Mapping[str, str]:
    """The name of each live account of a partner; an account that is not in it has left."""
    return {each.account: each.name for each in accounts.of_partner(db, partner)}
