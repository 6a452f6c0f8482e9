"""How many people a partner can take at present, from what its caseworkers say of themselves. Pure.

What is found here only ever lowers: the partner's own word in the signed list stays the most there can be, for matching takes the lower
of the two.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Lowered = Literal["limited", "closed"]
"""A level below what the signed list says."""


@dataclass(frozen=True, slots=True)
class Load:
    """One caseworker: whether she is there, and how much she has."""

    account: str  # 32 hex digits
    away: bool
    cap: int | None  # referrals at one time; None: no cap
    holds: int  # referrals that she has in hand

    @property
    def full(self) -> bool:
        """Whether she has as many as she wants at most."""
        return self.cap is not None and self.holds >= self.cap

    @property
    def out(self) -> bool:
        """Whether she can take nobody at present."""
        return self.away or self.full


def level(loads: Iterable[Load], by_lead: Lowered | None = None) -> Lowered | None:
    """What the partner's capacity is lowered to: closed when nobody can take anybody, limited when half of them can't.

    `by_lead` is what the lead lowered it to by hand: the lower of the two holds. None, not lowered, is also the answer for a partner
    without a caseworker at the desk: such a one works by the command line, and nothing is known of it here.
    """
    each = [load.out for load in loads]
    found: Lowered | None = None
    if each and all(each):
        found = "closed"
    elif each and 2 * sum(each) >= len(each):
        found = "limited"
    if "closed" in {found, by_lead}:
        return "closed"
    return found or by_lead
