"""What the desk knows of the partner list, and what partners lower."""

from referrals.casebook import Casebook
from referrals.casebook_listed import ListedPartner, ListState
from tests.filed import NOW, rows

STATE = ListState(7, NOW + 1000, "good", ("ab" * 32, "cd" * 32), NOW)
PARTNERS = [
    ListedPartner("partner-2", "10", "active", "limited"),
    ListedPartner("partner-1", "2", "suspended", "open", ("1" * 32, "2" * 32)),
]


def test_the_list_is_as_the_bot_saw_it_last(book: Casebook) -> None:
    """By alias; a partner that left it is not there; when the bot only looked again, the partners stand."""
    assert (book.list_state(), book.all_listed()) == (None, ())
    book.list_seen(STATE, PARTNERS)
    later = ListState(8, NOW + 2000, "urgent_only", ("ab" * 32,), NOW + 30)
    book.list_seen(later, None)
    assert book.list_state() == later
    assert book.all_listed() == (PARTNERS[1], PARTNERS[0])
    assert (book.listed("partner-1"), book.listed("partner-3")) == (PARTNERS[1], None)
    book.list_seen(later, PARTNERS[:1])
    assert book.all_listed() == (PARTNERS[0],)


def test_a_partner_lowers_its_room_and_lifts_it_again(book: Casebook) -> None:
    """One level each; since when is kept as long as the level does not change."""
    book.set_capacity("partner-1", "limited", NOW)
    book.set_capacity("partner-2", "closed", NOW)
    book.set_capacity("partner-1", "limited", NOW + 5)
    assert book.lowered() == {"partner-1": "limited", "partner-2": "closed"}
    assert rows(book, "SELECT since FROM capacity ORDER BY partner") == [(NOW,), (NOW,)]
    book.set_capacity("partner-1", "closed", NOW + 9)
    assert rows(book, "SELECT level, since FROM capacity WHERE partner = ?", "partner-1") == [("closed", NOW + 9)]
    book.set_capacity("partner-1", None, NOW)
    assert book.lowered() == {"partner-2": "closed"}
