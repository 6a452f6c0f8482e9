"""Which services can be offered in a case, and in which order they are worth looking at, read from the index alone. Pure.

It restates `rules` in bitmaps. What it leaves out, a rule must refuse; the points it gives must be no fewer than those of `SCORES`. A
property test holds both against the rules; `matching` then asks the rules about the few services that count.
"""

from collections.abc import Iterator
from datetime import date

from referrals.case_facts import PACKET_FIELDS, CaseFacts
from referrals.index import Index

STATED_POINTS = 128  # more than all points of domain.md 1.8 together: what she asked for comes first


def levels(facts: CaseFacts, index: Index, day: date, kind: str) -> Iterator[tuple[int, int]]:
    """Yield (points, services as a bitmap), the most points first; `kind` is hub or specialist.

    No service has more points by `SCORES` than those with which it comes here, and `STATED_POINTS` for a need that she stated.
    """
    by_points = {0: _able(facts, index, day, kind)}
    for points, services in _points(facts, index, day):
        after: dict[int, int] = {}
        for so_far, there in by_points.items():
            given = there & services
            for total, part in ((so_far + points, given), (so_far, there ^ given)):
                if part:
                    after[total] = after.get(total, 0) | part
        by_points = after
    yield from sorted(by_points.items(), reverse=True)


def _able(facts: CaseFacts, index: Index, day: date, kind: str) -> int:
    """The services that the hard filters may let through."""
    age = ("children", "all") if facts.under_18 else ("adults", "all")
    filters = [
        index.any_of("language", facts.codes_spoken),
        index.any_of("serves", age),
        index.any_of("gender", ("any", "men" if facts.male else "women")),
        index.any_of("contact", (facts.contact_to_match,)),
        index.any_of("room", ("open", "limited")),
        index.fresh.on(day),
    ]
    if kind == "specialist":
        filters.append(index.any_of("need", facts.needs_to_match))
    if facts.country is not None or kind == "specialist":
        filters.append(index.any_of("country", (facts.country,)))
    if facts.under_18:
        filters.append(index.any_of("safeguarding", ("verified",)))
    if facts.wants_woman:
        filters.append(index.any_of("women_staff", ("True",)))
    if facts.klass == "now":
        filters.append(index.any_of("all_day", ("True",)))
    able = index.any_of("kind", (kind,))
    for services in filters:
        able &= services
    return able


def _points(facts: CaseFacts, index: Index, day: date) -> Iterator[tuple[int, int]]:
    """What `SCORES` gives or takes, and the services that it is for."""
    yield STATED_POINTS, index.any_of("need", facts.needs_stated)
    for need in facts.needs_to_match:
        yield 3, index.any_of("need", (need,))
    for situation in facts.situations_to_match:
        yield 2, index.any_of("situation", (situation,))
    if facts.danger == "high":
        yield 2, index.any_of("all_day", ("True",))
    for code in facts.codes_spoken:
        yield 1, index.any_of(f"variety {code}", (facts.dialect,))
    yield 1, index.open.on(day)
    yield -1, index.any_of("wants", PACKET_FIELDS - facts.fields_offered)
