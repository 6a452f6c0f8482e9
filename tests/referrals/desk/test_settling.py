"""The partner's capacity follows what its caseworkers can take."""

from referrals.desk import availability
from referrals.desk.accounts import Account
from referrals.desk.grants import Role
from referrals.desk.settling import settle, settle_all
from referrals.desk.store import Books
from tests.desk_rig import Rig
from tests.desk_work import PARTNER, deliver, do, holder, level, rid, take_back


def said(rig: Rig, account: Account, *, away: bool = False, cap: int | None = None) -> str | None:
    """She says something of herself, and the partner's capacity follows."""

    def say(books: Books) -> str | None:
        with books.desk.transaction() as db:
            availability.say(db, account.account, away=away, cap=cap, now=int(rig.clock()))
        return settle(books, PARTNER, int(rig.clock()))

    return rig.books(say)


def test_away_and_back(desk: Rig) -> None:
    """Half of them away is limited, all of them closed, and coming back lifts it; another partner is not concerned."""
    ada, bea = (desk.account(Role.CASEWORKER, partner=PARTNER, name=name) for name in ("Ada", "Bea"))
    desk.account(Role.CASEWORKER, partner="P2", name="Cho")

    assert [said(desk, ada, away=True), level(desk)] == ["limited", "limited"]
    assert [said(desk, bea, away=True), level(desk)] == ["closed", "closed"]
    assert level(desk, "P2") is None
    assert [said(desk, ada), level(desk)] == ["limited", "limited"]
    assert [said(desk, bea), level(desk)] == [None, None]


def test_a_full_desk_closes_and_opens_again(desk: Rig) -> None:
    """The only caseworker reaches her limit by accepting: closed at once; when one is completed there is room again."""
    ada = desk.account(Role.CASEWORKER, partner=PARTNER, name="Ada")
    her = desk.signed_in(ada)
    said(desk, ada, cap=1)
    referral = deliver(desk, 1)

    assert do(her, desk, referral, "accept").status_code == 303
    assert level(desk) == "closed"
    assert do(her, desk, referral, "complete", code="referred").status_code == 303
    assert level(desk) is None


def test_what_was_taken_back_makes_room(desk: Rig) -> None:
    """A referral that the person took back is in nobody's hands any more, as soon as somebody looks at the list."""
    ada = desk.account(Role.CASEWORKER, partner=PARTNER, name="Ada")
    her = desk.signed_in(ada)
    said(desk, ada, cap=1)
    do(her, desk, deliver(desk, 1), "accept")
    take_back(desk, 1)

    assert level(desk) == "closed"
    her.get("/queue")
    assert (level(desk), holder(desk, rid(1))) == (None, None)


def test_without_anybody_at_the_desk_nothing_is_lowered(desk: Rig) -> None:
    """A partner whose last caseworker left works by the command line again: as the list says."""
    ada = desk.account(Role.CASEWORKER, partner=PARTNER, name="Ada")
    said(desk, ada, away=True)
    desk.remove(ada)

    assert desk.books(lambda books: settle(books, PARTNER, int(desk.clock()))) is None
    assert level(desk) is None


def test_everything_is_settled_now_and_then(desk: Rig) -> None:
    """Somebody left and nobody thought of the capacity: the housekeeping puts it right, for each partner by itself."""
    ada, bea = (desk.account(Role.CASEWORKER, partner=PARTNER, name=name) for name in ("Ada", "Bea"))
    cho = desk.account(Role.CASEWORKER, partner="P2", name="Cho")
    said(desk, ada, away=True)
    desk.signed_in(cho).post("/availability", data={"there": "away", "cap": ""})
    desk.remove(bea)
    desk.remove(cho)
    assert (level(desk), level(desk, "P2")) == ("limited", "closed")

    desk.books(lambda books: settle_all(books, int(desk.clock())))

    assert (level(desk), level(desk, "P2")) == ("closed", None)
