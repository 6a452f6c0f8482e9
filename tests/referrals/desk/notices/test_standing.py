"""What the pages show: how it is with an address in one word, whom notices reach, and whether the notifier is alive."""

import pytest

from referrals.casebook_pulse import Pulse
from referrals.database import Connection, transaction
from referrals.desk.notices import boxes, outgoing, standing
from referrals.desk.notices.boxes import Owner
from referrals.desk.notices.deciding import Owed, Why
from referrals.desk.notices.standing import SERVER, STALLED_AFTER, Alive, Health, Reach
from referrals.desk.notices.troubles import Trouble
from tests.filed import NOW

ADA: Owner = ("account", "a" * 32)


def entered(db: Connection, owner: Owner = ADA) -> int:
    """An address."""
    with transaction(db):
        boxes.enter(db, owner, "somebody@mail.example", NOW)
        found = boxes.of(db, owner)
    assert found is not None
    return found.box


def mailed(db: Connection, box: int, trouble: Trouble | None, now: int = NOW) -> None:
    """One try."""
    with transaction(db):
        outgoing.owe(db, Owed(box, Why.TEST), now)
        (ready,) = outgoing.ready(db, now)
        mail = outgoing.begin(db, ready.mail)
        assert mail is not None
        outgoing.finish(db, mail, trouble, now)


def test_an_address_goes_from_new_to_good(db: Connection) -> None:
    """No address, nothing sent, accepted, and good only when its owner said that one arrived: accepted is not arrived."""
    assert standing.of(db, None).health is Health.NONE
    box = entered(db)
    assert standing.of(db, box).health is Health.NEW
    mailed(db, box, None)
    assert (standing.of(db, box).health, standing.of(db, box).accepted) == (Health.UNPROVEN, NOW)
    with transaction(db):
        boxes.say_arrived(db, ADA, NOW)
    assert standing.of(db, box).health is Health.GOOD


def test_trouble_shows_with_what_comes_next(db: Connection) -> None:
    """When it is tried again, why it was not accepted, and that it was given up; a later one that is accepted ends that."""
    box = entered(db)
    mailed(db, box, Trouble.LATER)
    trying = standing.of(db, box)
    assert (trying.health, trying.trouble, trying.next_try) == (Health.TRYING, Trouble.LATER, NOW + 15)
    mailed(db, box, Trouble.ADDRESS, NOW + 15)
    failed = standing.of(db, box)
    assert (failed.health, failed.trouble, failed.failed, failed.next_try) == (
        Health.FAILED,
        Trouble.ADDRESS,
        NOW + 15,
        None,
    )
    mailed(db, box, None, NOW + 400)
    assert (standing.of(db, box).health, standing.of(db, box).trouble) == (Health.UNPROVEN, None)


def test_a_lead_sees_whom_notices_reach_and_no_address(db: Connection) -> None:
    """Everybody of her partner by name, those without an address too."""
    entered(db)
    found = standing.members(db, "P1")

    assert [(each.name, each.standing.health) for each in found] == [
        ("Ada", Health.NEW), ("Bea", Health.NONE), ("Lia", Health.NONE),
    ]  # fmt: skip
    assert "mail.example" not in repr(found)


def test_operators_see_numbers(db: Connection) -> None:
    """By partner: people, addresses with the second one, and how many of those are not reached."""
    mailed(db, entered(db), Trouble.ADDRESS)
    entered(db, ("partner", "P1"))

    assert standing.reach(db) == (Reach(None, 1, 0, 0), Reach("P1", 3, 2, 1))


@pytest.mark.parametrize(
    ("pulses", "expected"),
    [
        ({}, Alive(None, stalled=True, server=False)),
        ({SERVER: Pulse(1, NOW - STALLED_AFTER)}, Alive(NOW - STALLED_AFTER, stalled=False, server=True)),
        ({SERVER: Pulse(1, NOW - STALLED_AFTER - 1)}, Alive(NOW - STALLED_AFTER - 1, stalled=True, server=True)),
        ({SERVER: Pulse(0, NOW)}, Alive(NOW, stalled=False, server=False)),
    ],
)
def test_a_notifier_that_gives_no_sign_of_life_has_stalled(pulses: dict[str, Pulse], expected: Alive) -> None:
    """After three minutes; one that never gave any is no better."""
    assert standing.alive(pulses, NOW) == expected
