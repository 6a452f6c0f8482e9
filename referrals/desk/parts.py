"""The parts a running desk is made of, given to it by whoever starts it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from jinja2 import Environment

from referrals.desk.assets import Assets
from referrals.desk.challenges import Challenges
from referrals.desk.clerk import Clerk
from referrals.desk.settings import DeskSettings
from referrals.desk.slowing import Slowing
from referrals.desk.store import Books
from referrals.desk.words import DeskWords, Lang

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a visit can reach."""

    clerk: Clerk = field(repr=False)
    words: DeskWords = field(repr=False)
    labels: Mapping[Lang, Mapping[str, str]] = field(repr=False)  # what the person reads, by key: for opened referrals
    clock: Callable[[], float] = field(repr=False)  # Unix seconds
    draw: Callable[[int], bytes] = field(repr=False)  # as many unpredictable bytes as asked
    settings: DeskSettings
    static: Assets = field(repr=False)
    pages: Environment = field(repr=False)
    challenges: Challenges = field(repr=False)
    slowing: Slowing = field(repr=False)

    async def run(self, work: Callable[[Books], T]) -> T:
        """Do `work(books)` in the thread that owns the databases; it holds its own transactions."""
        return await self.clerk.run(work)
