"""Doors: every method and path of the desk, with the grant it asks. There is no other way in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from starlette.responses import Response

from referrals.desk.grants import Grant

if TYPE_CHECKING:  # a visit knows the desk, and the desk its doors
    from referrals.desk.visit import Visit


class Subject(StrEnum):
    """Whose thing the path names. It is looked up, and its partner compared, before the door opens."""

    NONE = "none"
    REFERRAL = "referral_id"
    ACCOUNT = "account_id"
    REPORT = "report_id"


@dataclass(frozen=True, slots=True)
class Door:
    """One method and path, what it asks, and who answers. An id in the path is 32 hex digits and named as in Subject."""

    method: Literal["GET", "POST"]
    path: str  # as Starlette writes it: /case/{referral_id}/accept
    grant: Grant
    answer: Callable[["Visit"], Awaitable[Response]]
    subject: Subject = Subject.NONE
