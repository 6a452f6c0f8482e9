"""How a partner's caseworkers keep up: by caseworker and class, what is open, how old, and what is late. Pure, without content."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from referrals.casebook_queue import Listed
from referrals.desk.queue_view import CLASSES, Span, due, span


@dataclass(frozen=True, slots=True)
class Delayed:
    """One caseworker's referrals of one class."""

    account: str | None = field(repr=False)  # None: nobody has them yet
    klass: str
    open: int
    oldest: Span  # age of the oldest
    late: int  # past the deadline of what is owed next


def by_caseworker(rows: Iterable[Listed], holders: Mapping[str, str], now: int) -> tuple[Delayed, ...]:
    """Open referrals gathered by who has them and by class: nobody's first, the most urgent first."""
    gathered: dict[tuple[str | None, str], list[Listed]] = {}
    for each in rows:
        gathered.setdefault((holders.get(each.referral_id), each.klass), []).append(each)
    return tuple(
        Delayed(
            account,
            klass,
            open=len(some),
            oldest=span(max(0, now - min(each.arrived for each in some))),
            late=sum(
                (owed := due(each.state, each.deadline, each.replies)) is not None and owed.late(now) for each in some
            ),
        )
        for (account, klass), some in sorted(
            gathered.items(), key=lambda found: (found[0][0] is not None, found[0][0] or "", CLASSES.index(found[0][1]))
        )
    )
