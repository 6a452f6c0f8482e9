"""Who can help in this case: hard filters, then a small score that is explained (domain.md 1.8). Pure.

`RULES` and `SCORES` are the whole of it. A rule is never widened: when nobody passes, the hub is offered and that is said. Reasons and
rule names are codes; the catalogues turn them into plain words.
"""

import hmac
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from referrals.case_facts import ISO_639, NEEDS, SELF_HELP_NEEDS, SITUATIONS, URGENT_IMPLIES, CaseFacts
from referrals.directory import Directory
from referrals.partner import Partner, Service, is_fresh

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
    "Matches",
    "Offer",
    "match",
]

MAX_OFFERS = 3  # domain.md 1.8

# Minutes until a partner must have acknowledged, by class (domain.md 4.4, SLA).
ACKNOWLEDGE_MINUTES: Mapping[str, int] = {"now": 30, "days": 240, "normal": 1440}
SECOND_DUTY_MINUTES = 15  # for `now`: the hub's second duty person is called (domain.md 4.4)

Test = Callable[[CaseFacts, Partner, Service, datetime], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """A hard filter: a service that doesn't pass is not offered, whatever its score."""

    name: str
    passes: Test


@dataclass(frozen=True, slots=True)
class Score:
    """Points for order only; it never admits and never removes."""

    name: str
    points: Callable[[CaseFacts, Partner, Service, datetime], int]


def _country(facts: CaseFacts, partner: Partner, service: Service, _: datetime) -> bool:
    return partner.x_hub if facts.country is None else facts.country in service.countries


def _need(facts: CaseFacts, partner: Partner, service: Service, _: datetime) -> bool:
    return partner.x_hub or bool(facts.needs_to_match & set(service.x_needs))


def _age(facts: CaseFacts, _: Partner, service: Service, __: datetime) -> bool:
    # Her age is never asked, only the side of 18: a service from 14 years may fit a person under 18, and its caseworker finds out.
    return service.serves != ("adults" if facts.under_18 else "children")


def _safeguarding(facts: CaseFacts, _: Partner, service: Service, __: datetime) -> bool:
    return not facts.under_18 or service.x_child_safeguarding == "verified"  # N20


def _gender(facts: CaseFacts, _: Partner, service: Service, __: datetime) -> bool:
    # The questionnaire lets a man say so, and assumes a woman otherwise.
    return service.x_gender != ("women" if facts.male else "men")


def _contact(facts: CaseFacts, _: Partner, service: Service, __: datetime) -> bool:
    # c_none matches like c_return, marked "no reply" (design.md, decision 9).
    return ("c_return" if facts.contact == "c_none" else facts.contact) in service.x_contact_modes


def _confirmed(_: CaseFacts, partner: Partner, service: Service, now: datetime) -> bool:
    return is_fresh(partner.x_contact_confirmed_at, now) and is_fresh(service.x_capacity_at, now)  # N19; domain.md 4.1


def _speaks(facts: CaseFacts, _: Partner, service: Service, __: datetime) -> bool:
    return bool(facts.codes_spoken & {language.code for language in service.languages})


# In this order, so that "why not" names the first thing that stands in the way.
RULES: tuple[Rule, ...] = (
    Rule("canary", lambda _, partner, __, ___: not partner.x_canary),
    Rule("condition", lambda _, partner, __, ___: not partner.hard_rules_broken),
    Rule("status", lambda _, partner, service, __: partner.x_status == "active" and service.status == "active"),
    Rule("vetted", lambda _, partner, __, now: partner.x_vetted_until >= now.date()),
    Rule("confirmed", _confirmed),
    Rule("keys", lambda _, partner, __, now: bool(partner.recipients(now.date()))),
    Rule("excluded", lambda facts, partner, _, __: partner.id not in facts.excluded),
    Rule("country", _country),
    Rule("need", _need),
    Rule("language", _speaks),
    Rule("age", _age),
    Rule("safeguarding", _safeguarding),
    Rule("gender", _gender),
    Rule("women_staff", lambda facts, _, service, __: not facts.wants_woman or service.x_women_staff),
    Rule("contact_mode", _contact),
    Rule("capacity", lambda _, __, service, ___: service.x_capacity != "closed"),
    Rule("urgent", lambda facts, _, service, __: facts.klass != "now" or service.x_urgent_247),
)


def _open_now(service: Service, now: datetime) -> bool:
    """Capacity counts as open only as long as the partner said it would hold."""
    return (
        service.x_capacity == "open"
        and (now - service.x_capacity_at).total_seconds() <= service.x_capacity_ttl_h * 3600
    )


def _has_dialect(facts: CaseFacts, service: Service) -> bool:
    spoken = {language.x_variety for language in service.languages if language.code in facts.codes_spoken}
    return facts.dialect is not None and facts.dialect in spoken


# domain.md 1.8. `overdue` (−2) is added by `match`, which is told who was late.
SCORES: tuple[Score, ...] = (
    Score("need", lambda facts, _, service, __: 3 * len(facts.needs_to_match & set(service.x_needs))),
    Score("situation", lambda facts, _, service, __: 2 * len(facts.situations_to_match & set(service.x_situations))),
    Score("danger", lambda facts, _, service, __: 2 if facts.danger == "high" and service.x_urgent_247 else 0),
    Score("dialect", lambda facts, _, service, __: 1 if _has_dialect(facts, service) else 0),
    Score("open_now", lambda _, __, service, now: 1 if _open_now(service, now) else 0),
    Score("fields", lambda facts, _, service, __: 0 if set(service.x_min_fields) <= facts.fields_offered else -1),
)
OVERDUE_POINTS = -2  # acknowledgements overdue in the last 30 days

MATCHING_RULES = frozenset({rule.name for rule in RULES} | {score.name for score in SCORES} | {"overdue"})
"""What a question may name as its reason to be asked (`needed_for`)."""

REASONS: tuple[str, ...] = (
    "hub",
    *(f"need:{need}" for need in NEEDS),
    *(f"situation:{situation}" for situation in SITUATIONS),
    "language:ko",
    "language:zh",
    "dialect:north",
    "dialect:south",
    "dialect:yanbian",
    "women_staff",
    "under_18",
    "with_child",
    "serves:adults",
    "serves:children",
    "serves:all",
    "women_only",
    "men_only",
    "all_day",
    "open_now",
)
"""Every code that an offer can give as a reason, in the order in which reasons are given."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A service that may be offered, and why."""

    partner_id: str
    service_index: int  # in Partner.services
    reasons: tuple[str, ...] = field(repr=False)  # codes of REASONS
    score: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class Matches:
    """The offers in order, and why every other partner is not among them.

    `excluded` maps a partner id to the name of the rule that it fails, or to "hub" (a hub not needed beside specialists) or "rank"
    (others fit better). It is for the operator's `why`, never for a person seeking help.
    """

    offers: tuple[Offer, ...]
    hub_only: bool = False  # nothing else fits, or the country is unknown; the card must say so
    self_help_only: bool = False  # pages answer this; no partner was looked for
    excluded: Mapping[str, str] = field(default_factory=dict, repr=False)


def match(
    facts: CaseFacts, directory: Directory, now: datetime, salt: bytes, overdue: frozenset[str] = frozenset()
) -> Matches:
    """Find at most three offers for a case, in order.

    `now` is an aware time; its UTC day is what dates are held against. `salt` is the case's, and should stay the same as long as the
    case does: with the day it decides ties. `overdue` holds ids of partners with an overdue acknowledgement in the last 30 days.
    """
    if now.tzinfo is None:
        raise ValueError("the time must say its time zone")
    now = now.astimezone(UTC)
    if facts.self_help_only:
        return Matches((), self_help_only=True)
    offers: list[Offer] = []
    excluded: dict[str, str] = {}
    for partner in directory.partners:
        found = _best(facts, partner, now, overdue)
        if isinstance(found, Offer):
            offers.append(found)
        else:
            excluded[partner.id] = found
    day = now.date().isoformat()
    offers.sort(key=lambda offer: (-offer.score, hmac.digest(salt, f"{day} {offer.partner_id}".encode(), "sha256")))
    chosen, hub_only = _choose(facts, offers, directory)
    kept = {offer.partner_id for offer in chosen}
    for offer in offers:
        if offer.partner_id not in kept:
            excluded[offer.partner_id] = "hub" if directory.partner(offer.partner_id).x_hub else "rank"
    return Matches(chosen, hub_only=hub_only, excluded=excluded)


def _refusal(facts: CaseFacts, partner: Partner, service: Service, now: datetime) -> str | None:
    return next((rule.name for rule in RULES if not rule.passes(facts, partner, service, now)), None)


def _choose(facts: CaseFacts, offers: list[Offer], directory: Directory) -> tuple[tuple[Offer, ...], bool]:
    """Specialists without a hub; the hub alone when there are none; for `now` the hub, then whoever else is there all day."""
    hubs = [offer for offer in offers if directory.partner(offer.partner_id).x_hub][:1]
    others = [offer for offer in offers if not directory.partner(offer.partner_id).x_hub]
    if not others:
        return tuple(hubs), bool(hubs)
    return tuple(([*hubs, *others] if facts.klass == "now" else others)[:MAX_OFFERS]), False


def _best(facts: CaseFacts, partner: Partner, now: datetime, overdue: frozenset[str]) -> Offer | str:
    """The partner's best service that passes, or the rule that stopped the one that came furthest."""
    late = OVERDUE_POINTS if partner.id in overdue else 0
    passing: list[tuple[int, str, int]] = []
    failed: set[str] = set()
    for index, service in enumerate(partner.services):
        rule = _refusal(facts, partner, service, now)
        if rule is None:
            points = sum(score.points(facts, partner, service, now) for score in SCORES)
            passing.append((-points - late, service.id, index))
        else:
            failed.add(rule)
    if not passing:
        return next(rule.name for rule in reversed(RULES) if rule.name in failed)
    points, _, index = min(passing)
    return Offer(partner.id, index, tuple(_reasons(facts, partner, partner.services[index], now)), -points)


def _reasons(facts: CaseFacts, partner: Partner, service: Service, now: datetime) -> Iterator[str]:
    true = set(_plain_reasons(facts, partner, service, now))
    asked = set(facts.needs) | (facts.needs_to_match - {"n_child"})  # for somebody under 18, "under_18" says it
    true |= {f"need:{need}" for need in asked & set(service.x_needs)}
    true |= {f"situation:{situation}" for situation in facts.situations_to_match & set(service.x_situations)}
    codes = {language.code for language in service.languages}
    true |= {f"language:{language}" for language in facts.languages if ISO_639.get(language) in codes}
    true |= {f"serves:{service.serves}"}
    if _has_dialect(facts, service):
        true.add(f"dialect:{facts.dialect}")
    return (reason for reason in REASONS if reason in true)


def _plain_reasons(facts: CaseFacts, partner: Partner, service: Service, now: datetime) -> Iterator[str]:
    said = {
        "hub": partner.x_hub,
        "women_staff": service.x_women_staff,
        "under_18": facts.under_18 and service.x_child_safeguarding == "verified",
        "with_child": facts.with_child and "n_child" in service.x_needs,
        "women_only": service.x_gender == "women",
        "men_only": service.x_gender == "men",
        "all_day": service.x_urgent_247,
        "open_now": _open_now(service, now),
    }
    return (reason for reason, holds in said.items() if holds)
