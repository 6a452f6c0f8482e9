"""The desk after a restore: everybody outside, no old link, no mail for what is known."""

from referrals.desk import invitations, passphrases
from referrals.desk.grants import Role
from referrals.desk.notices import boxes, outgoing
from referrals.desk.notices.deciding import decide
from referrals.desk.notices.waiting import items
from referrals.desk.restored import settled
from referrals.desk.store import Books
from tests.desk_rig import Rig
from tests.desk_work import PARTNER, deliver

DAY = 86_400  # seconds


def _counts(desk: Rig) -> list[int]:
    tables = ("accounts", "sessions", "invitations", "pending_phrases")
    return [
        desk.written(lambda db, table=table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # type: ignore[misc]  # noqa: S608
        for table in tables
    ]


def _owed(desk: Rig, now: int) -> int:
    """How many mails the next round of the notices would begin with."""

    def work(books: Books) -> int:
        waiting = items(books.casebook, now)
        with books.desk.transaction() as db:
            decision = decide(boxes.everyone(db), waiting, outgoing.told(db), outgoing.failing(db), now)
            return len(decision.owed) + len(outgoing.ready(db, now))

    return desk.books(work)


def test_sessions_links_and_passphrases_under_way_are_gone_and_accounts_stay(desk: Rig) -> None:
    """Whoever has an old cookie, link or unconfirmed passphrase begins anew."""
    now = int(desk.clock())
    account = desk.account(Role.OPERATOR)
    desk.signed_in(account)
    new = passphrases.generated(desk.desk.draw)
    desk.written(lambda db: invitations.invite(db, "e" * 32, b"t" * 32, "Cy", None, {Role.OPERATOR}, None, now))
    desk.written(lambda db: passphrases.propose(db, account.account, new, "hash", now))
    assert _counts(desk) == [1, 1, 1, 1]
    desk.books(lambda books: settled(books, now))
    assert _counts(desk) == [1, 0, 0, 0]


def test_what_would_be_told_now_counts_as_told_and_later_things_do_not(desk: Rig) -> None:
    """An urgent referral and the day's digest make no mail; one that comes afterwards does."""
    now = int(desk.clock())
    account = desk.account(Role.CASEWORKER, partner=PARTNER)
    desk.written(
        lambda db: db.execute(
            "INSERT INTO notice_boxes (account, address, since, slot) VALUES (?, 'fictional@example.org', 1, 1)",
            (account.account,),
        )
    )
    deliver(desk, 1, "now")
    assert _owed(desk, now) == 1
    desk.books(lambda books: settled(books, now))
    assert _owed(desk, now) == 0
    deliver(desk, 2, "now")
    assert _owed(desk, now) == 1
