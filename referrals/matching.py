"""Who can help in this case: the rules, asked about the few services that the index leaves, in the order of their points. Pure.

When nobody passes, the hub is offered and that is said. Whoever meets a need that she stated comes before whoever fits by her age alone,
whatever the points: a girl of sixteen who is pregnant is first shown who helps with that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from referrals.case_facts import NEEDS, SELF_HELP_NEEDS, SITUATIONS, URGENT_IMPLIES, CaseFacts
from referrals.directory import Directory
from referrals.partner import Partner, Service
from referrals.preselection import STATED_POINTS, levels
from referrals.rotation import Draw, draw, number, turn
from referrals.rules import MATCHING_RULES, OVERDUE_POINTS, REASONS, RULES, SCORES, Room, lowered, reasons

__all__ = [
    "ACKNOWLEDGE_MINUTES",
    "MATCHING_RULES",
    "MAX_OFFERS",
    "NEEDS",
    "REASONS",
    "RULES",
    "SCORES",
    "SECOND_DUTY_MINUTES",
    "SELF_HELP_NEEDS",
    "SITUATIONS",
    "URGENT_IMPLIES",
    "CaseFacts",
    "Explanation",
    "Matches",
    "Offer",
    "explain",
    "match",
]

MAX_OFFERS = 3  # domain.md 1.8

# Minutes until a partner must have acknowledged, by class (domain.md 4.4, SLA).
ACKNOWLEDGE_MINUTES: Mapping[str, int] = {"now": 30, "days": 240, "normal": 1440}
_AS_SIGNED: Mapping[str, Room] = {}
SECOND_DUTY_MINUTES = 15  # for `now`: the hub's second duty person is called (domain.md 4.4)


@dataclass(frozen=True, slots=True)
class Offer:
    """A service that may be offered, and why."""

    partner_id: str
    service_index: int  # in Partner.services
    reasons: tuple[str, ...] = field(repr=False)  # codes of REASONS
    score: int = field(repr=False)
    stated: bool = field(
        default=True, repr=False
    )  # meets a need that she stated; whoever doesn't comes after all who do


@dataclass(frozen=True, slots=True)
class Matches:
    """The offers in order."""

    offers: tuple[Offer, ...]
    hub_only: bool = False  # nothing else fits or may be offered, or the country is unknown; the card must say so
    self_help_only: bool = False  # pages answer this; no partner was looked for


@dataclass(frozen=True, slots=True)
class Explanation:
    """The offers, and why every other partner is not among them: for the operator's `why`, never for a person seeking help.

    `excluded` maps a partner id to the name of the rule that it fails, or to "hub" (a hub not needed beside specialists), "hub_only"
    (a specialist, where the hub alone may be offered) or "rank" (others fit better).
    """

    matches: Matches
    excluded: Mapping[str, str] = field(repr=False)


def match(
    facts: CaseFacts,
    directory: Directory,
    now: datetime,
    salt: bytes,
    overdue: frozenset[str] = frozenset(),
    room: Mapping[str, Room] = _AS_SIGNED,
) -> Matches:
    """Find at most three offers for a case, in order.

    `now` is an aware time; its UTC day is what dates are held against. `salt` is the case's, and should stay the same as long as the
    case does: with the day it decides ties. `overdue` holds ids of partners with an overdue acknowledgement in the last 30 days; `room`
    those who said at their desk that they have less room than the signed list says.
    """
    search = _Search.of(facts, directory, now, salt, overdue, room)
    if facts.self_help_only:
        return Matches((), self_help_only=True)
    specialists = [] if facts.specialists_barred else search.first(MAX_OFFERS, "specialist")
    hubs = search.first(1, "hub") if facts.klass == "now" or not specialists else []
    return search.told(_chosen(facts, hubs, specialists))


def explain(
    facts: CaseFacts,
    directory: Directory,
    now: datetime,
    salt: bytes,
    overdue: frozenset[str] = frozenset(),
    room: Mapping[str, Room] = _AS_SIGNED,
) -> Explanation:
    """Find what `match` finds by asking every rule about every partner, and say why not; takes time with the length of the list."""
    search = _Search.of(facts, directory, now, salt, overdue, room)
    if facts.self_help_only:
        return Explanation(Matches((), self_help_only=True), {})
    found = {partner.id: search.best(partner) for partner in directory.partners}
    offers = search.in_order(each for each in found.values() if isinstance(each, Offer))
    hubs = [offer for offer in offers if directory.partner(offer.partner_id).x_hub]
    specialists = [offer for offer in offers if not directory.partner(offer.partner_id).x_hub]
    matches = _chosen(facts, hubs, [] if facts.specialists_barred else specialists)
    excluded = {partner_id: each for partner_id, each in found.items() if isinstance(each, str)}
    for offers, why in ((hubs, "hub"), (specialists, "hub_only" if facts.specialists_barred else "rank")):
        excluded |= {offer.partner_id: why for offer in offers if offer not in matches.offers}
    return Explanation(search.told(matches), excluded)


def _chosen(facts: CaseFacts, hubs: list[Offer], specialists: list[Offer]) -> Matches:
    """Specialists without a hub; the hub alone when there are none; for `now` the hub, then whoever else is there all day."""
    if not specialists:
        return Matches(tuple(hubs[:1]), hub_only=bool(hubs) or facts.specialists_barred)
    return Matches(tuple(([*hubs[:1], *specialists] if facts.klass == "now" else specialists)[:MAX_OFFERS]))


@dataclass(frozen=True, slots=True)
class _Search:
    """One case on one day."""

    facts: CaseFacts = field(repr=False)
    directory: Directory
    now: datetime
    overdue: frozenset[str] = field(repr=False)
    room: Mapping[str, Room] = field(repr=False)
    drawn: Draw = field(repr=False)

    @classmethod
    def of(
        cls,
        facts: CaseFacts,
        directory: Directory,
        now: datetime,
        salt: bytes,
        overdue: frozenset[str],
        room: Mapping[str, Room],
    ) -> "_Search":
        if now.tzinfo is None:
            raise ValueError("the time must say its time zone")
        now = now.astimezone(UTC)
        return cls(facts, directory, now, overdue, room, draw(salt, now.date().isoformat()))

    def first(self, wanted: int, kind: str) -> list[Offer]:
        """The first offers of one kind, as all of them in order would begin."""
        index = self.directory.index
        offers: dict[str, Offer] = {}
        for points, services in levels(self.facts, index, self.now.date(), kind):
            if sum(_rank(offer) > points for offer in offers.values()) >= wanted:
                break  # whoever is left ranks lower
            here = 0
            for partner in index.in_turn(services, self.drawn):
                found = offers.get(partner.id) or self.best(partner)
                if isinstance(found, Offer):
                    offers[partner.id] = found
                    here += _rank(found) == points
                if here == wanted:
                    break  # whoever is left on this level has a later turn, or ranks lower
        return self.in_order(offers.values())[:wanted]

    def in_order(self, offers: Iterable[Offer]) -> list[Offer]:
        return sorted(
            offers, key=lambda offer: (-_rank(offer), turn(number(offer.partner_id), self.drawn), offer.partner_id)
        )

    def best(self, partner: Partner) -> Offer | str:
        """The partner's best service that passes, or the rule that stopped the one that came furthest."""
        partner = lowered(partner, self.room.get(partner.id))
        passing: list[tuple[int, str, Offer]] = []
        failed: set[str] = set()
        for place, service in enumerate(partner.services):
            rule = next((rule.name for rule in RULES if not rule.passes(self.facts, partner, service, self.now)), None)
            if rule is None:
                offer = self._offer(partner, place, service)
                passing.append((-_rank(offer), service.id, offer))
            else:
                failed.add(rule)
        if not passing:
            return next(rule.name for rule in reversed(RULES) if rule.name in failed)
        return min(passing, key=lambda each: each[:2])[2]

    def _offer(self, partner: Partner, place: int, service: Service) -> Offer:
        points = sum(score.points(self.facts, partner, service, self.now) for score in SCORES)
        late = OVERDUE_POINTS if partner.id in self.overdue else 0
        stated = not self.facts.needs_stated.isdisjoint(service.x_needs)
        return Offer(partner.id, place, (), points + late, stated)

    def told(self, matches: Matches) -> Matches:
        """The same with the reasons, which only the offers made need."""
        return replace(matches, offers=tuple(self._with_reasons(offer) for offer in matches.offers))

    def _with_reasons(self, offer: Offer) -> Offer:
        partner = lowered(self.directory.partner(offer.partner_id), self.room.get(offer.partner_id))
        service = partner.services[offer.service_index]
        return replace(offer, reasons=tuple(reasons(self.facts, partner, service, self.now)))


def _rank(offer: Offer) -> int:
    return offer.score + (STATED_POINTS if offer.stated else 0)
