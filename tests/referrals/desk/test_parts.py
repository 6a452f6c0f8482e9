"""The parts of a desk."""

import asyncio

from tests.desk_rig import Rig


def test_work_is_done_by_the_clerk(desk: Rig) -> None:
    """`await desk.run(work)` gives what the work gives, with both databases open."""
    found = asyncio.run(desk.desk.run(lambda books: (books.casebook.waiting(), books.desk.db.in_transaction)))

    assert found == ([], False)


def test_a_desk_does_not_print_itself(desk: Rig) -> None:
    """Its repr has the settings, and nothing that holds a key or a name."""
    assert repr(desk.desk) == f"Desk(settings={desk.desk.settings!r})"
