"""What matching asks of 10,000 partners, answered for all of them at once: one bit for each service, in whole numbers as bitmaps. Pure.

Built once when a list is read. It only preselects: it may keep a service that doesn't fit, and must never lose one that does. Whether
a service is offered is decided by the rules of `rules`, on the few that are left. Bitmap indexes: O'Neil and Quass, Improved Query
Performance with Variant Indexes, 1997.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from itertools import compress
from operator import xor

from referrals.partner import CONFIRMED_DAYS, Partner, Service
from referrals.rotation import NUMBER_BITS, Draw, number, set_bits

Facet = tuple[str, str]  # what a service has, by kind and value


@dataclass(frozen=True, slots=True)
class _Until:
    """Which services something still holds for, by the last UTC day on which it may."""

    days: Sequence[date] = field(repr=False)
    bits: Sequence[int] = field(repr=False)  # for each day: those that hold on it or longer

    @classmethod
    def of(cls, last_days: Iterable[date | None]) -> "_Until":
        """None is for a service that it never holds for."""
        by_day: defaultdict[date, list[int]] = defaultdict(list)
        for position, last in enumerate(last_days):
            if last is not None:
                by_day[last].append(position)
        days = sorted(by_day)
        bits, held = [0] * len(days), 0
        for place in reversed(range(len(days))):
            held |= _bitmap(by_day[days[place]])
            bits[place] = held
        return cls(days, bits)

    def on(self, day: date) -> int:
        place = bisect_left(self.days, day)
        return self.bits[place] if place < len(self.days) else 0


@dataclass(frozen=True, slots=True)
class Index:
    """The bitmaps of a list. A bit's position stands for one service; the services of a partner stand side by side, by partner id."""

    owners: Sequence[Partner] = field(repr=False)  # for each position
    having: Mapping[Facet, int] = field(repr=False)
    fresh: _Until = field(repr=False)  # vetted, confirmed and with a key
    open: _Until = field(repr=False)  # said to have room
    planes: Sequence[int] = field(
        repr=False
    )  # for each bit of a partner's number (rotation), the highest first: those that have it

    @classmethod
    def of(cls, partners: Iterable[Partner]) -> "Index":
        """Build the index; 10,000 partners take about a fifth of a second."""
        ordered = sorted(partners, key=lambda partner: partner.id)
        services = [(partner, service) for partner in ordered for service in partner.services]
        positions: defaultdict[Facet, list[int]] = defaultdict(list)
        for position, (partner, service) in enumerate(services):
            for facet in _facets(partner, service):
                positions[facet].append(position)
        return cls(
            owners=[partner for partner, _ in services],
            having={facet: _bitmap(each) for facet, each in positions.items()},
            fresh=_Until.of(_last_fresh(partner, service) for partner, service in services),
            open=_Until.of(_last_open(service) for _, service in services),
            planes=_planes([number(partner.id) for partner in ordered for _ in partner.services]),
        )

    def any_of(self, kind: str, values: Iterable[str | None]) -> int:
        """Return the services that have at least one of the values; None and what nobody has count for nothing."""
        found = 0
        for value in values:
            if value is not None:
                found |= self.having.get((kind, value), 0)
        return found

    def in_turn(self, services: int, drawn: Draw, depth: int = 0) -> Iterator[Partner]:
        """Yield the partners of these services in their turn (rotation.turn, then id), each once, no further than is asked for."""
        if not services:
            return
        first = self.owners[(services & -services).bit_length() - 1]
        if first is self.owners[services.bit_length() - 1]:
            yield first
        elif depth == len(drawn):
            yield from dict.fromkeys(self.owners[position] for position in set_bits(services))
        else:
            ones = self._parity(drawn[depth].mask) & services
            zeros = services ^ ones
            sooner, later = (ones, zeros) if drawn[depth].flip else (zeros, ones)
            yield from self.in_turn(sooner, drawn, depth + 1)
            yield from self.in_turn(later, drawn, depth + 1)

    def _parity(self, mask: int) -> int:
        return reduce(xor, compress(self.planes, map(int, f"{mask:0{NUMBER_BITS}b}")), 0)


def _facets(partner: Partner, service: Service) -> Iterator[Facet]:
    if partner.x_canary or partner.hard_rules_broken or partner.x_status != "active" or service.status != "active":
        return  # a service without a facet is never preselected
    yield "kind", "hub" if partner.x_hub else "specialist"
    yield "serves", service.serves
    yield "safeguarding", service.x_child_safeguarding
    yield "gender", service.x_gender
    yield "women_staff", str(service.x_women_staff)
    yield "all_day", str(service.x_urgent_247)
    if service.x_capacity != "closed":
        yield "room", service.x_capacity
    for language in service.languages:
        yield "language", language.code
        if language.x_variety is not None:
            yield f"variety {language.code}", language.x_variety
    for kind, values in (
        ("country", service.countries),
        ("need", service.x_needs),
        ("situation", service.x_situations),
        ("contact", service.x_contact_modes),
        ("wants", service.x_min_fields),
    ):
        for value in values:
            yield kind, value


def _last_fresh(partner: Partner, service: Service) -> date | None:
    """The last day on which the service may pass the rules about dates; it may lapse in the course of that day."""
    if not partner.x_keys:
        return None
    return min(
        partner.x_vetted_until,
        max(key.key_until for key in partner.x_keys),
        _day_after(partner.x_contact_confirmed_at, timedelta(days=CONFIRMED_DAYS)),
        _day_after(service.x_capacity_at, timedelta(days=CONFIRMED_DAYS)),
    )


def _last_open(service: Service) -> date | None:
    if service.x_capacity != "open":
        return None
    return _day_after(service.x_capacity_at, timedelta(hours=service.x_capacity_ttl_h))


def _day_after(moment: datetime, delay: timedelta) -> date:
    try:
        return (moment.astimezone(UTC) + delay).date()
    except OverflowError:  # a list may say the year 9999 or 1; the rules refuse such a service by themselves
        return date.max


def _bitmap(positions: Sequence[int]) -> int:
    octets = bytearray(positions[-1] // 8 + 1)
    for position in positions:
        octets[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(octets, "little")


def _planes(numbers: Sequence[int]) -> tuple[int, ...]:
    """Turn numbers into one bitmap for each of their bits, the highest bit first."""
    rows = [f"{each:0{NUMBER_BITS}b}" for each in reversed(numbers)]
    return tuple(int("".join(column), 2) for column in zip(*rows, strict=True)) or (0,) * NUMBER_BITS
