"""The desk's side of the casebook as a whole: each method is one transaction, and what is refused leaves every table as it was."""

from collections.abc import Callable
from pathlib import Path

import pytest

from referrals.casebook import Casebook
from referrals.casebook_desk import CasebookDesk
from tests.filed import CASE, DAY, FIRST, KEY, NOW, alone, tables

WRITES: tuple[Callable[[Casebook], object], ...] = (
    lambda book: book.acknowledge(FIRST, NOW, 1),
    lambda book: book.accept(FIRST, NOW, 1),
    lambda book: book.decline(FIRST, "language", NOW, 1),
    lambda book: book.need_more(FIRST, NOW, 1),
    lambda book: book.reply(FIRST, b"reply", asks=True, version=1, now=NOW),
    lambda book: book.reseal(FIRST, FIRST[:31] + "f", "7" * 32, b"copy"),
    lambda book: book.set_capacity("partner-1", "closed", NOW),
    lambda book: book.pulse_set("outbox_depth", 1, NOW),
)


@pytest.mark.parametrize("number", range(len(WRITES)))
def test_each_change_is_on_disk_when_it_returns(book: Casebook, tmp_path: Path, number: int) -> None:
    """Another process sees it at once, as the bot sees what the desk does."""
    book.receive(alone(FIRST), b"sealed", NOW)
    other = Casebook.opened(tmp_path / "casebook.db", KEY)
    before = tables(other)
    WRITES[number](book)
    assert tables(other) == tables(book) != before
    other.close()


def test_a_refusal_half_way_undoes_what_was_begun(book: Casebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fails between two statements of one step leaves nothing of it."""
    book.receive(alone(FIRST), b"sealed", NOW)
    before = tables(book)

    def failing(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("referrals.casebook_answers._remember", failing)
    with pytest.raises(ZeroDivisionError):
        book.accept(FIRST, NOW, 1)
    assert tables(book) == before


def test_the_bot_and_the_desk_have_one_book(book: Casebook) -> None:
    """Whatever the desk does with its own side of it, the bot's side shows."""
    book.receive(alone(FIRST), b"sealed", NOW)
    desk = CasebookDesk(book._db)
    assert desk.accept(FIRST, NOW).version == 2
    assert book.news() == [CASE]
    assert book.delays(None, NOW + DAY)[0].answered == 1
