"""Numbers that the bot leaves."""

from referrals.casebook import Casebook
from referrals.casebook_pulse import Pulse
from tests.filed import NOW


def test_the_newest_number_stands_with_its_time(book: Casebook) -> None:
    """By name; the others are left as they were."""
    book.pulses_set({"outbox_depth": 3, "set_aside": 0}, NOW)
    book.pulse_set("outbox_depth", 5, NOW + 30)
    assert book.pulses() == {"outbox_depth": Pulse(5, NOW + 30), "set_aside": Pulse(0, NOW)}


def test_numbers_of_one_beginning_are_replaced_together(book: Casebook) -> None:
    """Of a partner that left the list no number stays; a wildcard in the beginning is none."""
    book.pulses_set({"list.a.1": 1, "list.a.2": 2, "listXa.3": 3}, NOW)
    book.pulses_set({"list.a.2": 4}, NOW, instead_of="list.a.")
    assert {name: each.value for name, each in book.pulses().items()} == {"list.a.2": 4, "listXa.3": 3}
    book.pulses_set({}, NOW, instead_of="%")
    assert len(book.pulses()) == 2
