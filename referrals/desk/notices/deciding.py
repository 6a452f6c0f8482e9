"""Who is owed a mail now. Pure: from the addresses, what waits, and the time; everything about "who hears when" stands here.

A mail says nothing, so several reasons for one address make one mail. Each address gets one a day at its hour, whether or not there is
news. A referral of class `now` makes one at once for those of its partner who are available; after 15 minutes without an answer for all
of them, and for their lead and second address; when it is late, for the operators too. Any other late referral makes one for the lead.
What was taken back, acknowledged or is held is not among the items and makes none.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from referrals.desk.notices.hours import last_slot

_SECOND_AFTER = 15 * 60  # seconds (domain.md 4.4: the second duty person at 15 minutes)


class Duty(StrEnum):
    """What an address is heard for."""

    CASEWORKER = "caseworker"
    LEAD = "lead"
    SECOND = "second"  # a partner's second address
    OPERATOR = "operator"
    SAFETY_LEAD = "safety_lead"


class Step(IntEnum):
    """How far the calling has gone for one item; each happens once."""

    FIRST = 1
    SECOND = 2
    LATE = 3


class Why(StrEnum):
    """What a mail was owed for; kept here only, no mail shows it. The first of several reasons that stands here is noted."""

    URGENT = "urgent"
    ALARM = "alarm"  # somebody else could not be reached
    LATE = "late"
    TEST = "test"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Box:
    """One address, without the address."""

    box: int
    partner: str | None  # id in the directory; None for operators and safety lead
    duties: frozenset[Duty]
    zone: str  # IANA name
    hour: int  # 0 to 23, in that zone
    slot: int  # the newest daily moment (Unix seconds) for which a mail was owed already
    available: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """A referral that its partner has and did not acknowledge, or on an urgent one something that came since."""

    item: str = field(repr=False)  # 32 hex digits
    partner: str
    urgent: bool  # class `now`
    since: int  # Unix seconds from which its partner could see it
    late: int  # Unix seconds from which it is late


@dataclass(frozen=True, slots=True)
class Failing:
    """A mail that failed, or an urgent one that keeps failing, of which nobody else was told yet."""

    mail: int
    box: int
    alarm: bool  # whether it was itself owed because of another failure
    urgent: bool


@dataclass(frozen=True, slots=True)
class Owed:
    """One mail to one address."""

    box: int
    why: Why
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What to write down, all of it in one transaction, before anything is sent."""

    owed: tuple[Owed, ...] = ()  # at most one for each address
    slots: tuple[tuple[int, int], ...] = ()  # address, and the daily moment that is served now
    told: tuple[tuple[str, Step], ...] = ()  # items and steps that are done
    gone: tuple[str, ...] = ()  # items that wait no more
    alarmed: tuple[int, ...] = ()  # mails whose failure was told

    def __bool__(self) -> bool:
        return bool(self.owed or self.slots or self.told or self.gone or self.alarmed)


def decide(
    boxes: Sequence[Box],
    items: Sequence[Item],
    told: AbstractSet[tuple[str, Step]],
    failing: Sequence[Failing],
    now: int,
) -> Decision:
    """Say who is owed a mail at `now` (Unix seconds), given which steps are `told` already. Never more than one for one address."""
    slots = tuple((each.box, slot) for each in boxes if (slot := last_slot(each.zone, each.hour, now)) > each.slot)
    steps = [(item, step) for item in items for step in _steps(item, now) if (item.item, step) not in told]
    owed = [Owed(box, Why.DIGEST) for box, _ in slots]
    owed += [Owed(box, *_reason(item)) for item, step in steps for box in _called(item, step, boxes)]
    owed += [Owed(box, Why.ALARM, each.urgent) for each in failing for box in _alarmed(each, boxes)]
    waiting = {item.item for item in items}
    return Decision(
        owed=_one_each(owed),
        slots=slots,
        told=tuple((item.item, step) for item, step in steps),
        gone=tuple(sorted({item for item, _ in told} - waiting)),
        alarmed=tuple(each.mail for each in failing),
    )


def _steps(item: Item, now: int) -> tuple[Step, ...]:
    late = (Step.LATE,) if item.late <= now else ()
    if not item.urgent:
        return late
    second = (Step.SECOND,) if item.since + _SECOND_AFTER <= now else ()
    return (Step.FIRST, *second, *late)


def _reason(item: Item) -> tuple[Why, bool]:
    return (Why.URGENT, True) if item.urgent else (Why.LATE, False)


def _called(item: Item, step: Step, boxes: Sequence[Box]) -> list[int]:
    """Who hears at this step; when there is nobody, who would hear at the next, for silence is the one thing it must not come to."""
    own = [each for each in boxes if each.partner == item.partner]
    leads = [each for each in own if Duty.LEAD in each.duties]
    second = [each for each in own if Duty.SECOND in each.duties]
    operators = [each for each in boxes if Duty.OPERATOR in each.duties]
    if item.urgent:
        here = [each for each in own if each.available and Duty.CASEWORKER in each.duties]
        circles = {Step.FIRST: here, Step.SECOND: own, Step.LATE: [*own, *operators]}
        wider: list[list[Box]] = [circles[each] for each in Step if each >= step]
    else:
        wider = [leads, second, operators]
    return [each.box for each in next((circle for circle in wider if circle), [])]


def _alarmed(failing: Failing, boxes: Sequence[Box]) -> list[int]:
    """Who hears that this address is not reached: the second address, else the lead, else the operators. No alarm goes round in a ring."""
    failed = next((each for each in boxes if each.box == failing.box), None)
    if failed is None or (failing.alarm and Duty.OPERATOR in failed.duties):
        return []
    others = [each for each in boxes if each.box != failed.box]
    own = [each for each in others if failed.partner is not None and each.partner == failed.partner]
    circles = [
        [each for each in own if Duty.SECOND in each.duties],
        [each for each in own if Duty.LEAD in each.duties],
        [each for each in others if Duty.OPERATOR in each.duties],
    ]
    if failing.alarm:  # the second address or the lead is not reached either
        circles = circles[2:]
    return [each.box for each in next((circle for circle in circles if circle), [])]


def _one_each(owed: Iterable[Owed]) -> tuple[Owed, ...]:
    """Make one mail of all that one address is owed: urgent when one of them is."""
    merged: dict[int, Owed] = {}
    order = list(Why)
    for each in owed:
        before = merged.get(each.box, each)
        why = min(before.why, each.why, key=order.index)
        merged[each.box] = Owed(each.box, why, before.urgent or each.urgent)
    return tuple(merged[box] for box in sorted(merged))
