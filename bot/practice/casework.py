"""What the page asks of the other side: the same screen in English, and what the caseworker gets."""

from collections.abc import Awaitable, Callable
from typing import NotRequired, Protocol, TypeAlias, TypedDict

from bot.texts import Rendered

English: TypeAlias = Callable[[int], Awaitable[Rendered | None]]  # chat id -> the screen she sees now, in English


class WaitingReferral(TypedDict):
    """One sealed referral as the casebook lists it: nothing in it needs a key."""

    referral_id: str
    partner: str
    klass: str
    state: str
    created: str
    size: int  # bytes of the sealed file
    head_hex: str  # its first bytes, in hex
    desk: NotRequired[str]  # address of its page at the desk, where one runs


class CaseworkView(Protocol):
    """The caseworker's side of the demo. Only ids that `waiting` listed are asked for."""

    async def waiting(self) -> list[WaitingReferral]:
        """The referrals that lie in the casebook, oldest first."""

    async def sealed(self, referral_id: str) -> bytes:
        """The sealed file as it would be sent."""

    async def opened(self, referral_id: str, lang: str) -> str:
        """The referral opened with the caseworker's identity, as text in ko, zh or en."""
