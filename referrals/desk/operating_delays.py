"""How long referrals wait, as operators may know it: by partner and class, without content and without singling anybody out. Pure.

An operator sees counts of FEW and more, ages in steps, and of a partner's answers nothing that fewer than FEW make up. One referral is
shown by itself only when nobody acknowledged it in time: its short name, the partner and its age, which is what the issue and domain.md
4.4 ask, so that somebody calls the partner. A sum that would give a hidden count away is not formed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from referrals.casebook_attested import Attestation
from referrals.casebook_moves import OPEN
from referrals.casebook_queue import Delay, Running
from referrals.desk.queue_view import CLASSES, Span, short, span
from referrals.matching import ACKNOWLEDGE_MINUTES

FEW = 5  # referrals: from here on a count is shown as it is; the common rule of thumb for small cells (domain.md 5.4)
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400  # seconds
# Steps of ages: below how many seconds, and under which key. The first three are about the classes' own limits (domain.md 4.4).
_STEPS = ((_HOUR, "hour"), (4 * _HOUR, "hours4"), (_DAY, "day"), (3 * _DAY, "days3"), (30 * _DAY, "days30"))
_LONGEST = "longer"
AGES = (*(name for _, name in _STEPS), _LONGEST)
KEYS = tuple(f"operate.age.{name}" for name in AGES)


@dataclass(frozen=True, slots=True)
class Row:
    """One partner and class."""

    partner: str  # id
    klass: str
    open: int | None  # None: at least one, fewer than FEW
    oldest: str | None  # step of the oldest that nobody acknowledged: one of AGES; None: none waits
    late: int  # past the time to acknowledge them


@dataclass(frozen=True, slots=True)
class Late:
    """A referral that nobody acknowledged in time. Its class is not said: the age alone is what is asked for."""

    case: str = field(repr=False)  # its short name
    partner: str
    age: Span  # since it arrived
    since: int = field(repr=False)  # seconds since it arrived, to sort by


@dataclass(frozen=True, slots=True)
class Answers:
    """How one partner answered in the last 30 days."""

    partner: str
    enough: bool  # FEW or more were answered; the rest is 0 and None otherwise
    answered: int = 0
    late: int = 0
    median: int | None = None  # seconds


@dataclass(frozen=True, slots=True)
class Owed:
    """Words that one partner owes past their time: that what was taken back is deleted at its side."""

    partner: str
    overdue: int
    oldest: Span  # since it was due


def rows(waiting: Iterable[Running], now: int) -> tuple[Row, ...]:
    """Open referrals by partner and class, by partner's id and the most urgent first."""
    found: dict[tuple[str, str], list[Running]] = {}
    for each in waiting:
        if each.state in OPEN:
            found.setdefault((each.partner, each.klass), []).append(each)
    order = sorted(found, key=lambda key: (key[0], CLASSES.index(key[1])))
    return tuple(_row(partner, klass, found[partner, klass], now) for partner, klass in order)


def late(waiting: Iterable[Running], now: int) -> tuple[Late, ...]:
    """Those that nobody acknowledged in time, the oldest first."""
    found = [
        Late(short(each.referral_id), each.partner, span(now - _arrived(each)), now - _arrived(each))
        for each in waiting
        if each.state == "delivered" and each.acknowledge_by <= now
    ]
    return tuple(sorted(found, key=lambda each: (-each.since, each.partner, each.case)))


def answers(delays: Iterable[Delay]) -> tuple[Answers, ...]:
    """How partners answered, as far as enough were answered to say it."""
    return tuple(
        Answers(each.partner, enough=True, answered=each.answered, late=each.answered_late, median=each.median)
        if each.answered >= FEW
        else Answers(each.partner, enough=False)
        for each in delays
        if each.answered
    )


def owed(attestations: Iterable[Attestation], now: int) -> tuple[Owed, ...]:
    """What partners owe past its time, the longest first."""
    found: dict[str, list[int]] = {}
    for each in attestations:
        if each.late:
            found.setdefault(each.partner, []).append(each.due)
    order = sorted(found, key=lambda partner: (min(found[partner]), partner))
    return tuple(Owed(each, len(found[each]), span(now - min(found[each]))) for each in order)


def named(aliases: Mapping[str, str], partner: str) -> str:
    """What a partner is called: its alias, or the beginning of its id when it has left the list."""
    return aliases.get(partner) or f"({partner[:8]})"


def age_step(seconds: int) -> str:
    """The step of an age, one of AGES."""
    return next((name for below, name in _STEPS if seconds < below), _LONGEST)


def _row(partner: str, klass: str, found: Sequence[Running], now: int) -> Row:
    unseen = [each for each in found if each.state == "delivered"]
    oldest = max((now - _arrived(each) for each in unseen), default=None)
    return Row(
        partner,
        klass,
        len(found) if len(found) >= FEW else None,
        None if oldest is None else age_step(oldest),
        sum(each.acknowledge_by <= now for each in unseen),
    )


def _arrived(each: Running) -> int:
    return each.acknowledge_by - ACKNOWLEDGE_MINUTES[each.klass] * _MINUTE
