"""One referral as the work pages show it."""

from dataclasses import replace

from referrals.casebook_answers import UNDO_SECONDS
from referrals.desk.case_view import Moment, Names, Undo, row, told
from referrals.desk.deeds import Done
from referrals.desk.queue_view import Span
from tests.desk_work import LISTED
from tests.filed import HOUR, MINUTE, NOW

ADA, BEA, CHO = "a" * 32, "b" * 32, "c" * 32
NAMES = Names({ADA: "Ada", BEA: "Bea"}, ADA, "me", "gone")
DONE = Done(1, LISTED.referral_id, 4, "accept", "accepted", ADA, None, None, NOW)


def test_a_row() -> None:
    """A new referral: its short name, what is owed in words, how long it is here, and that nobody has it."""
    shown = row(LISTED, None, NAMES, NOW)

    assert (shown.case, shown.klass, shown.state, shown.version, shown.holder) == (
        "0A1B 2C3D",
        "now",
        "delivered",
        4,
        None,
    )
    assert shown.owed is not None
    assert (shown.owed.what, shown.owed.late, shown.owed.span) == ("acknowledge", False, Span("time.minutes", 17))
    assert shown.received.ago == Span("time.minutes", 13)


def test_names() -> None:
    """She herself is called so, a colleague by name, and who left is not named."""
    assert [row(LISTED, each, NAMES, NOW).holder for each in (ADA, BEA, CHO)] == ["me", "Bea", "gone"]


def test_deeds_are_told_newest_first() -> None:
    """What was done for somebody is told as hers, with who wrote it down."""
    later = replace(DONE, deed=2, action="in_contact", account=BEA, on_behalf_of=ADA, at=NOW + MINUTE)

    assert [(each.who, each.action, each.writer) for each in told((DONE, later), NAMES, NOW + HOUR)] == [
        ("me", "in_contact", "Bea"),
        ("me", "accept", None),
    ]


def test_what_can_be_undone() -> None:
    """Only the last step, only while the casebook keeps it open, and never an undoing."""
    undoable = replace(LISTED, undo_until=NOW + 90)

    assert Undo.of(DONE, undoable, NOW) == Undo(
        LISTED.referral_id, "0A1B 2C3D", "accept", 4, Moment.of(NOW, NOW + 90).ago
    )
    assert Undo.of(None, undoable, NOW) is None
    assert Undo.of(DONE, None, NOW) is None
    assert Undo.of(DONE, LISTED, NOW) is None
    assert Undo.of(DONE, undoable, NOW + 90) is None
    assert Undo.of(replace(DONE, version=3), undoable, NOW) is None
    assert Undo.of(replace(DONE, action="undo"), undoable, NOW) is None


def test_a_hand_over_can_be_undone_though_the_casebook_does_not_know_of_it() -> None:
    """For ten minutes, as long as nothing else was done."""
    handed = replace(DONE, action="hand_over")

    assert Undo.of(handed, LISTED, NOW + UNDO_SECONDS - 1) is not None
    assert Undo.of(handed, LISTED, NOW + UNDO_SECONDS) is None
    assert Undo.of(handed, replace(LISTED, version=5), NOW) is None
