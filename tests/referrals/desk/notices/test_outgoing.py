"""Mails on their way: one for each address, tried as written down, and kept no longer than needed."""

import pytest

from referrals.database import Connection, transaction
from referrals.desk.notices import boxes, outgoing
from referrals.desk.notices.deciding import Decision, Failing, Owed, Step, Why
from referrals.desk.notices.troubles import Trouble
from referrals.desk.notices.trying import GAP, TRIES
from tests.filed import FIRST, NOW, SECOND

ADDRESS = "ada@mail.example"  # fictional


@pytest.fixture
def box(db: Connection) -> int:
    """Ada's address."""
    with transaction(db):
        boxes.enter(db, ("account", "a" * 32), ADDRESS, NOW)
        return boxes.everyone(db)[0].box


def attempt(db: Connection, trouble: Trouble | None, now: int) -> bool:
    """One round: try what is to be tried now. Says whether anything was."""
    with transaction(db):
        ready = outgoing.ready(db, now)
        for each in ready:
            mail = outgoing.begin(db, each.mail)
            assert mail is not None
            outgoing.finish(db, mail, trouble, now)
    return bool(ready)


def test_several_reasons_are_one_mail(db: Connection, box: int) -> None:
    """A test and something urgent: one row, urgent, with its address hidden from whatever prints it."""
    with transaction(db):
        outgoing.owe(db, Owed(box, Why.TEST), NOW)
        outgoing.owe(db, Owed(box, Why.URGENT, urgent=True), NOW + 1)
        (ready,) = outgoing.ready(db, NOW + 1)

    assert (ready.mail.urgent, ready.address) == (True, ADDRESS)
    assert ADDRESS not in repr(ready)
    assert attempt(db, None, NOW + 1)
    assert not attempt(db, None, NOW + 10 * GAP)


def test_a_decision_is_kept_whole(db: Connection, box: int) -> None:
    """What is owed, which daily moment was served, what was told, and what is gone."""
    with transaction(db):
        outgoing.write_down(db, Decision(told=((FIRST, Step.FIRST), (SECOND, Step.LATE))), NOW)
        outgoing.write_down(
            db, Decision((Owed(box, Why.DIGEST),), ((box, NOW + 5),), ((FIRST, Step.SECOND),), (SECOND,)), NOW
        )

        assert outgoing.told(db) == {(FIRST, Step.FIRST), (FIRST, Step.SECOND)}
        assert boxes.everyone(db)[0].slot == NOW + 5
        assert len(outgoing.ready(db, NOW)) == 1


def test_an_address_is_left_in_peace(db: Connection, box: int) -> None:
    """Five minutes between mails, but an urgent one goes at once after one that was not."""
    with transaction(db):
        outgoing.owe(db, Owed(box, Why.TEST), NOW)
    assert attempt(db, None, NOW)
    with transaction(db):
        outgoing.owe(db, Owed(box, Why.TEST), NOW + 1)
    assert not attempt(db, None, NOW + GAP - 1)
    with transaction(db):
        outgoing.owe(db, Owed(box, Why.URGENT, urgent=True), NOW + 10)
    assert attempt(db, None, NOW + 10)


def test_a_failure_is_told_once(db: Connection, box: int) -> None:
    """An urgent one after two tries in vain, any other when it is given up; and once."""
    with transaction(db):
        outgoing.owe(db, Owed(box, Why.URGENT, urgent=True), NOW)
    assert attempt(db, Trouble.LATER, NOW)
    assert outgoing.failing(db) == ()
    assert attempt(db, Trouble.LATER, NOW + 60)
    (failing,) = outgoing.failing(db)
    assert failing == Failing(failing.mail, box, alarm=False, urgent=True)
    with transaction(db):
        outgoing.write_down(db, Decision(alarmed=(failing.mail,)), NOW + 60)
    assert outgoing.failing(db) == ()


def test_one_that_is_not_urgent_is_told_when_it_is_given_up(db: Connection, box: int) -> None:
    """After all its tries, not before."""
    with transaction(db):
        outgoing.owe(db, Owed(box, Why.ALARM), NOW)
    now, tries = NOW, 0
    while attempt(db, Trouble.LATER, now):
        tries, now = tries + 1, now + 3_600
        assert bool(outgoing.failing(db)) is (tries == TRIES)

    assert tries == TRIES
    assert [(each.alarm, each.urgent) for each in outgoing.failing(db)] == [(True, False)]


def test_a_program_that_ended_in_the_middle_sends_once_more(db: Connection, box: int) -> None:
    """A try that began and whose outcome nobody wrote down: once more, and after a second such end not again."""
    with transaction(db):
        outgoing.owe(db, Owed(box, Why.DIGEST), NOW)
    now = NOW
    for again in (True, False):
        with transaction(db):
            (ready,) = outgoing.ready(db, now)
            outgoing.begin(db, ready.mail)
        assert outgoing.ready(db, now + GAP) == ()
        with transaction(db):
            assert outgoing.recover(db, now) == 1
        assert not outgoing.ready(db, now)  # it may have arrived just now
        now += GAP
        assert bool(outgoing.ready(db, now)) is again


def test_a_mail_to_an_address_that_was_erased_is_not_begun(db: Connection, box: int) -> None:
    """Between deciding and sending its owner may take it away; the end of a try under way changes nothing then."""
    with transaction(db):
        outgoing.owe(db, Owed(box, Why.TEST), NOW)
        (ready,) = outgoing.ready(db, NOW)
        boxes.forget(db, ("account", "a" * 32))
        assert outgoing.begin(db, ready.mail) is None
        outgoing.finish(db, ready.mail, None, NOW)

        assert db.execute("SELECT count(*) FROM notice_mails").fetchone() == (0,)


def test_old_mails_are_forgotten(db: Connection, box: int) -> None:
    """The newest twenty of an address stay."""
    for day in range(30):
        with transaction(db):
            outgoing.owe(db, Owed(box, Why.DIGEST), NOW + day * GAP)
        assert attempt(db, None, NOW + day * GAP)

    assert db.execute("SELECT count(*), max(owed) FROM notice_mails").fetchone() == (20, NOW + 29 * GAP)
