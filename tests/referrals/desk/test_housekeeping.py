"""What the desk erases."""

from referrals.desk import accounts, audit, availability, invitations, passphrases
from referrals.desk.audit import Action
from referrals.desk.grants import Role
from referrals.desk.housekeeping import erase_past
from tests.desk_rig import Rig
from tests.desk_work import PARTNER, level

TABLES = ("sessions", "invitations", "pending_phrases", "audit")


def counts(desk: Rig) -> list[int]:
    """How many rows there are of each."""
    return [
        desk.written(lambda db, table=table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # type: ignore[misc]  # noqa: S608
        for table in TABLES
    ]


def test_everything_goes_when_its_time_is_over(desk: Rig) -> None:
    """Sessions, links and passphrases never confirmed within two days; audit after 24 months, and with it the name of who left then."""
    now = int(desk.clock())
    account = desk.account(Role.OPERATOR)
    desk.signed_in(account)
    new = passphrases.generated(desk.desk.draw)
    desk.written(lambda db: invitations.invite(db, "e" * 32, b"t" * 32, "Cy", None, {Role.OPERATOR}, None, now))
    desk.written(lambda db: passphrases.propose(db, account.account, new, "hash", now))
    for _ in range(3):
        desk.written(lambda db: audit.record(db, now, None, Action.INVITED))

    def round_at(later: int) -> list[int]:
        desk.books(lambda books: erase_past(books, later))
        return counts(desk)

    left = desk.account(Role.OPERATOR)
    desk.remove(left)
    assert round_at(now) == [1, 1, 1, 3]
    assert round_at(now + 3_600) == [0, 1, 0, 3]
    assert round_at(now + 48 * 3_600) == [0, 0, 0, 3]
    assert round_at(now + 729 * 86_400) == [0, 0, 0, 3]
    assert [each.name for each in desk.written(accounts.everybody)] == ["Ada", "Ada"]
    assert round_at(now + 731 * 86_400) == [0, 0, 0, 1]
    assert {each.account: each.name for each in desk.written(accounts.everybody)} == {
        account.account: "Ada",
        left.account: "",
    }


def test_what_nobody_settled_is_settled(desk: Rig) -> None:
    """Somebody left past every page, and said to be away before: the capacity follows at the next round, and her word is forgotten."""
    now = int(desk.clock())
    left, there = (desk.account(Role.CASEWORKER, partner=PARTNER, name=name) for name in ("Ada", "Bea"))
    desk.written(lambda db: availability.say(db, there.account, away=True, cap=None, now=now))
    desk.written(lambda db: availability.say(db, left.account, away=True, cap=None, now=now))
    desk.remove(left)
    assert level(desk) is None

    desk.books(lambda books: erase_past(books, now))

    assert level(desk) == "closed"
    assert desk.written(lambda db: db.execute("SELECT account FROM availability").fetchall()) == [(there.account,)]
