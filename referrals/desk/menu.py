"""The menu on every page: where one can go, shown to those who hold the grant."""

from dataclasses import dataclass

from referrals.desk.grants import Grant


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its path, the key of its words, and the grant that its door asks."""

    path: str
    key: str
    grant: Grant


MENU = (
    Entry("/queue", "menu.queue", Grant.WORK),
    Entry("/delays", "menu.delays", Grant.LEAD),
    Entry("/reports", "menu.reports", Grant.REPORTS),
    Entry("/operate", "menu.operate", Grant.OPERATE),
    Entry("/team", "menu.team", Grant.TEAM),
    Entry("/account", "menu.account", Grant.SIGNED_IN),
)
KEYS = tuple(each.key for each in MENU)
