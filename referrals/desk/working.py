"""The caseworker's pages: list, referral, what she does with it, her availability, deletions; the lead's view, and the safety lead's."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from starlette.responses import Response

from referrals.casebook_changes import UnknownReferral
from referrals.desk import (
    attesting,
    handing_over,
    leading,
    reporting,
    working_availability,
    working_case,
    working_moves,
    working_queue,
)
from referrals.desk.doors import Door
from referrals.desk.visit import Visit


def or_gone(answer: Callable[[Visit], Awaitable[Response]]) -> Callable[[Visit], Awaitable[Response]]:
    """A referral that was erased between the door and the page is what it is: not there."""

    async def answered(visit: Visit) -> Response:
        try:
            return await answer(visit)
        except UnknownReferral:
            return visit.page("error.html", 404, problem="error.not_found")

    return answered


DOORS: tuple[Door, ...] = tuple(
    replace(door, answer=or_gone(door.answer))
    for door in (
        *working_queue.DOORS,
        *working_case.DOORS,
        *working_moves.DOORS,
        *handing_over.DOORS,
        *working_availability.DOORS,
        *attesting.DOORS,
        *leading.DOORS,
        *reporting.DOORS,
    )
)
