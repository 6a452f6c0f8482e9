"""The tables that decide who can help in a case: hard filters, points, and the reasons that a card may give (domain.md 1.8). Pure.

`RULES` and `SCORES` are the whole of it; `preselection` may only leave out early what a rule refuses. A rule is never widened. Reasons
and rule names are codes; the catalogues turn them into plain words.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from referrals.case_facts import ISO_639, NEEDS, SITUATIONS, CaseFacts
from referrals.partner import Partner, Service, is_fresh

Test = Callable[[CaseFacts, Partner, Service, datetime], bool]
Room: TypeAlias = Literal["limited", "closed"]
"""How much room a partner says at its desk that it has, where that is less than the signed list says."""

_ROOM = ("open", "limited", "closed")  # the most first


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
    return facts.contact_to_match in service.x_contact_modes


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


def lowered(partner: Partner, room: Room | None) -> Partner:
    """The partner with no more room than that, in any of its services; what is signed is never raised."""
    if room is None:
        return partner
    services = tuple(
        each.model_copy(update={"x_capacity": max(each.x_capacity, room, key=_ROOM.index)}) for each in partner.services
    )
    return partner.model_copy(update={"services": services})


def holds_by_itself(partner: Partner, service: Service, now: datetime, names: Collection[str]) -> bool:
    """Tell whether a service meets those of the rules, by name, that ask nothing about a case."""
    return all(rule.passes(CaseFacts(), partner, service, now) for rule in RULES if rule.name in names)


def _open_now(service: Service, now: datetime) -> bool:
    """Capacity counts as open only as long as the partner said it would hold."""
    return (
        service.x_capacity == "open"
        and (now - service.x_capacity_at).total_seconds() <= service.x_capacity_ttl_h * 3600
    )


def _has_dialect(facts: CaseFacts, service: Service) -> bool:
    spoken = {language.x_variety for language in service.languages if language.code in facts.codes_spoken}
    return facts.dialect is not None and facts.dialect in spoken


# domain.md 1.8. `overdue` (−2) is added by matching, which is told who was late.
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


def reasons(facts: CaseFacts, partner: Partner, service: Service, now: datetime) -> Iterator[str]:
    """Yield the codes of `REASONS` that are true of an offer, in their order."""
    true = set(_plain_reasons(facts, partner, service, now))
    # Of the need that an age under 18 stands for, "under_18" tells.
    true |= {f"need:{need}" for need in facts.needs_stated & set(service.x_needs)}
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
