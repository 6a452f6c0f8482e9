"""What a caseworker does with a referral, and what happens when two do it at once."""

from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referrals.casebook_moves import DECLINE_REASONS, OUTCOMES
from referrals.casebook_moves import MOVES as ALLOWED
from referrals.desk.accounts import Account
from referrals.desk.grants import Role
from referrals.desk.working_moves import MOVES
from tests.desk_rig import Browser, Rig
from tests.desk_work import PARTNER, audited, deliver, do, done, holder, listed, rid, seen, take_back
from tests.filed import DAY, MINUTE

CODES = MappingProxyType({"decline": "language", "complete": "referred"})


@pytest.fixture
def ada(desk: Rig) -> Account:
    """A caseworker."""
    return desk.account(Role.CASEWORKER, partner=PARTNER, name="Ada")


@pytest.fixture
def her(desk: Rig, ada: Account) -> Browser:
    """Her browser."""
    return desk.signed_in(ada)


def test_acknowledge_accept_contact_complete(desk: Rig, ada: Account, her: Browser) -> None:
    """A whole case by single taps: states, who has it, and the audit follow; at the end nobody has it any more."""
    deliver(desk, 1)
    states, hands = [], []
    for move, form in (("acknowledge", {}), ("accept", {}), ("in_contact", {}), ("complete", {"code": OUTCOMES[0]})):
        assert do(her, desk, rid(1), move, **form).headers["location"] == f"/case/{rid(1)}"
        states.append(listed(desk, rid(1)).state)
        hands.append(holder(desk, rid(1)))

    assert states == ["acknowledged", "accepted", "in_contact", "completed"]
    assert hands == [ada.account, ada.account, ada.account, None]
    assert listed(desk, rid(1)).outcome == OUTCOMES[0]
    assert [(action, subject) for action, subject, _ in audited(desk)] == [(each, rid(1)) for each in states]


@pytest.mark.parametrize("reason", DECLINE_REASONS)
def test_decline_with_each_reason(desk: Rig, her: Browser, reason: str) -> None:
    """The reason is kept by its code."""
    deliver(desk, 1)

    assert do(her, desk, rid(1), "decline", code=reason).status_code == 303
    assert (listed(desk, rid(1)).state, listed(desk, rid(1)).reason) == ("declined", reason)


@pytest.mark.parametrize(
    ("move", "code"), [("decline", ""), ("decline", "referred"), ("decline", "<b>"), ("complete", "language")]
)
def test_a_code_that_is_none_is_asked_for_again(desk: Rig, her: Browser, move: str, code: str) -> None:
    """The page says to choose one, repeats nothing of what was sent, and nothing has changed."""
    deliver(desk, 1)
    before = listed(desk, rid(1))

    answer = do(her, desk, rid(1), move, code=code)

    assert (answer.status_code, "Choose one." in answer.text) == (422, True)
    assert "<b>" not in answer.text
    assert listed(desk, rid(1)) == before


def test_no_contact_after_thirty_days_only(desk: Rig, her: Browser) -> None:
    """Before that the page says that it is not possible, and nothing is changed."""
    deliver(desk, 1)
    do(her, desk, rid(1), "accept")

    early = do(her, desk, rid(1), "no_contact")
    assert (early.status_code, listed(desk, rid(1)).state) == (409, "accepted")
    assert "Not possible now" in early.text

    desk.clock.passes(30 * DAY)
    late = desk.signed_in(desk.account(Role.CASEWORKER, partner=PARTNER, name="Bea"))
    assert do(late, desk, rid(1), "no_contact").status_code == 303
    assert (listed(desk, rid(1)).state, holder(desk, rid(1))) == ("no_contact_30d", None)


def test_on_behalf_of_a_colleague(desk: Rig, ada: Account, her: Browser) -> None:
    """What a colleague did by telephone is hers: she has the referral, and the audit names both."""
    bea = desk.account(Role.CASEWORKER, partner=PARTNER, name="Bea")
    deliver(desk, 1)

    do(her, desk, rid(1), "accept", on_behalf=bea.account)

    assert holder(desk, rid(1)) == bea.account
    assert [(each.account, each.doer) for each in done(desk, rid(1))] == [(ada.account, bea.account)]
    assert audited(desk) == [("accepted", rid(1), bea.account)]


def test_on_behalf_of_a_stranger_is_refused(desk: Rig, her: Browser) -> None:
    """Somebody of another partner, one who left, a lead without cases, or nobody at all: nothing is done."""
    gone = desk.account(Role.CASEWORKER, partner=PARTNER, name="Dan")
    desk.remove(gone)
    others = [desk.account(Role.CASEWORKER, partner="P2"), gone, desk.account(Role.LEAD, partner=PARTNER)]
    deliver(desk, 1)

    for account in (*(each.account for each in others), "f" * 32, "<script>"):
        answer = do(her, desk, rid(1), "accept", on_behalf=account)
        assert answer.status_code == 400
        assert (listed(desk, rid(1)).state, holder(desk, rid(1)), done(desk, rid(1))) == ("delivered", None, ())


@pytest.mark.parametrize("version", [None, "", "x", "-1", "1.0", "9" * 40, "١"])
def test_a_form_without_a_version_is_no_form_of_ours(desk: Rig, her: Browser, version: str | None) -> None:
    """There is no way around the check for changes: without a number nothing is done."""
    deliver(desk, 1)

    answer = her.post(f"/case/{rid(1)}/accept", data={} if version is None else {"version": version})

    assert (answer.status_code, listed(desk, rid(1)).state) == (400, "delivered")


def test_a_slip_is_undone(desk: Rig, her: Browser) -> None:
    """Within ten minutes a step is taken back: the state, and who had it before."""
    ben = desk.account(Role.CASEWORKER, partner=PARTNER, name="Ben")
    deliver(desk, 1)
    do(desk.signed_in(ben), desk, rid(1), "acknowledge")
    do(her, desk, rid(1), "accept")

    assert do(her, desk, rid(1), "undo").status_code == 303
    assert (listed(desk, rid(1)).state, holder(desk, rid(1))) == ("acknowledged", ben.account)
    assert do(her, desk, rid(1), "undo").status_code == 409  # an undoing is not undone


def test_a_slip_of_ten_minutes_ago_stands(desk: Rig, her: Browser) -> None:
    """After ten minutes, and for an urgent one from the start, it says that it can't be undone; nothing is changed."""
    deliver(desk, 1)
    do(her, desk, rid(1), "decline", code="language")
    desk.clock.passes(10 * MINUTE)
    late = do(her, desk, rid(1), "undo")

    deliver(desk, 2, "now")
    do(her, desk, rid(2), "accept")
    urgent = do(her, desk, rid(2), "undo")

    for answer, number, state in ((late, 1, "declined"), (urgent, 2, "accepted")):
        assert (answer.status_code, listed(desk, rid(number)).state) == (409, state)
        assert "can&#39;t be undone any more" in answer.text


def test_it_is_hers_no_more_when_the_person_took_it_back(desk: Rig, her: Browser) -> None:
    """What was decided before she took it back is not done after."""
    deliver(desk, 1)
    form = seen(desk, rid(1))
    take_back(desk, 1)

    answer = her.post(f"/case/{rid(1)}/accept", data=form)

    assert (answer.status_code, listed(desk, rid(1)).state) == (409, "withdrawn")
    assert "The person or the system changed it." in answer.text
    assert "It can&#39;t be done in the state it has now." in answer.text


STEPS = st.lists(
    st.tuples(st.sampled_from(("ada", "bea")), st.sampled_from((*MOVES, "undo", "look", "minutes"))),
    min_size=2,
    max_size=14,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_two_people_never_overwrite_each_other(desk: Rig, steps: list[tuple[str, str]]) -> None:
    """Two caseworkers with pages of any age: a step is done only from a page that shows the referral as it is.

    Whatever else is sent is answered by the conflict screen, and neither the state nor the holder nor the list of deeds changes.
    """
    people = desk.books(
        lambda books: [row[0] for row in books.desk.db.execute("SELECT account FROM accounts ORDER BY rowid")]
    )
    if not people:
        desk.account(Role.CASEWORKER, partner=PARTNER, name="Ada")
        desk.account(Role.CASEWORKER, partner=PARTNER, name="Bea")
    ada, bea = desk.books(lambda books: [_account(row) for row in books.desk.db.execute(_ACCOUNTS)])
    browsers = {"ada": desk.signed_in(ada), "bea": desk.signed_in(bea)}
    number = (
        desk.books(lambda books: books.desk.db.execute("SELECT count(*) FROM deeds").fetchone()[0])
        + 1_000
        + desk._random.randrange(10**6)
    )
    of = deliver(desk, number)
    pages = dict.fromkeys(browsers, seen(desk, of))

    for name, step in steps:
        if step == "look":
            pages[name] = seen(desk, of)
            continue
        if step == "minutes":
            desk.clock.passes(4 * MINUTE)
            for each in browsers.values():
                each.get("/account")  # both stay signed in: after 15 idle minutes they would not be
            continue
        before = (listed(desk, of), holder(desk, of), done(desk, of))
        current = pages[name] == seen(desk, of)
        answer = browsers[name].post(f"/case/{of}/{step}", data={**pages[name], "code": CODES.get(step, "")})
        if answer.status_code == 303:
            assert current
            assert step == "undo" or step in ALLOWED[before[0].state]
            assert done(desk, of)[:-1] == before[2]
            pages[name] = seen(desk, of)
        else:
            assert answer.status_code == 409
            assert (listed(desk, of), holder(desk, of), done(desk, of)) == before
            if not current and step != "undo":
                assert "It changed meanwhile" in answer.text


_ACCOUNTS = "SELECT account, name, partner, lang, created FROM accounts ORDER BY name"


def _account(row: tuple[str, str, str, str, int]) -> Account:
    return Account(row[0], row[1], row[2], frozenset({Role.CASEWORKER}), "en", row[4])
