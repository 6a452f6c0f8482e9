"""What the operators keep on a partner and no bot ever sees: name, contacts, and the evidence of its vetting. Pure.

A `PartnerFile` holds the `Partner` that a bot gets and what stands behind it (domain.md 4.1). Whatever isn't named here is refused;
there is no field for an address, a staff member or a route. Dates are only put in relation to each other here; what holds on a day
is `lifecycle`'s.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from referrals.checklist import CHECKS, HIGH_RISK_DAYS, OTHER_DAYS, Check, Line, OperatorId, Paragraph, Record
from referrals.directory import MAX_CHARACTERS
from referrals.partner import Partner, Tier
from referrals.places import UnreadableError, parsed, problems, told

FORMAT = "naru-partner-files/1"
# Countries where asking the police is not forbidden (domain.md 2.4). Any other is high risk, also one that nobody thought of.
LOWER_RISK = frozenset({"KR", "TH"})
SERVING = frozenset({"active", "provisional"})  # what may be sent people
ContactKind = Literal["relay", "public_phone", "pgp_mail", "signal"]


def _disclosable(tier: str) -> str:
    if tier == "T3":
        raise ValueError("T3 is never in a record; remove the contact")
    return tier


Organisation = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]  # SHA-256 in hex, as TUF's key ids
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]  # SHA-256 in hex


class Operator(Record):
    """One of the people who keep the list. An editor proposes; an approver with a key approves and suspends."""

    id: OperatorId
    organisation: Organisation
    role: Literal["editor", "approver"]
    gbv_or_safeguarding_lead: bool = False
    key: Fingerprint | None = None

    @property
    def may_approve(self) -> bool:
        """Whether this operator's approval counts: an approver who holds a key."""
        return self.role == "approver" and self.key is not None


class Contact(Record):
    """A way to reach the partner, for operators only; `tier` is the widest circle that may ever see it."""

    kind: ContactKind
    value: Line
    tier: Annotated[Tier, AfterValidator(_disclosable)]
    confirmed_at: AwareDatetime

    @model_validator(mode="after")
    def _public_is_public(self) -> Self:
        if (self.kind == "public_phone") != (self.tier == "T0"):
            raise ValueError("tier: T0 is for a public_phone and for nothing else; correct one of the two")
        return self


class Approver(Record):
    """What an approver was on the day of her approval; the table of operators may say something else later."""

    id: OperatorId
    organisation: Organisation
    gbv_or_safeguarding_lead: bool
    key: Fingerprint


class Activation(Record):
    """Who let people be sent to this partner: two with a key, from two organisations, one a lead, neither the proposer."""

    status: Literal["provisional", "active"]  # the most that it allows
    proposed_by: OperatorId
    approved_by: tuple[Approver, Approver]
    on: date
    digest: Digest  # of the file that they approved

    @model_validator(mode="after")
    def _by_two_others(self) -> Self:
        first, second = self.approved_by
        if first.id == second.id or first.organisation == second.organisation or first.key == second.key:
            raise ValueError(
                "approved_by: needs two people with their own keys from two organisations; propose it anew"
            )
        if self.proposed_by in {first.id, second.id}:
            raise ValueError("approved_by: the proposer is among the approvers; propose it anew")
        if not (first.gbv_or_safeguarding_lead or second.gbv_or_safeguarding_lead):
            raise ValueError("approved_by: neither is a GBV or safeguarding lead; propose it anew")
        return self


class PartnerFile(Record):
    """All that the operators know of a partner: the part for the bots, its name and contacts, and its vetting."""

    partner: Partner
    name: Line
    description: Paragraph = ""
    contacts: tuple[Contact, ...] = ()
    checks: tuple[Check, ...] = ()
    activation: Activation | None = None  # written by `lifecycle.settle` only

    @property
    def alias(self) -> str:
        """How messages and screens call the partner."""
        return self.partner.x_alias

    @property
    def country_risk(self) -> Literal["high", "other"]:
        """`high` as soon as one country is outside LOWER_RISK."""
        countries = {country for service in self.partner.services for country in service.countries}
        return "other" if countries <= LOWER_RISK else "high"

    @property
    def check_days(self) -> int:
        """Days for which a check of this partner counts."""
        return HIGH_RISK_DAYS if self.country_risk == "high" else OTHER_DAYS

    @property
    def required(self) -> tuple[str, ...]:
        """Items that must be there: all, but child safeguarding for child services only, and no address for shelters only."""
        services = self.partner.services
        # Whoever is shown to a child, takes only children, or offers help with a child.
        child = any(
            each.x_child_safeguarding == "verified" or each.serves == "children" or "n_child" in each.x_needs
            for each in services
        )
        shelter = any("n_place" in each.x_needs for each in services)
        spared = {"child_safeguarding": not child, "no_address": not shelter}
        return tuple(item for item in CHECKS if not spared.get(item))

    @property
    def missing(self) -> tuple[str, ...]:
        """Required items that nobody has checked."""
        there = {check.item for check in self.checks}
        return tuple(item for item in self.required if item not in there)

    @property
    def vetted_until(self) -> date:
        """The last day on which the vetting counts: what the record says, or sooner where a required item ends."""
        return min(
            [self.partner.x_vetted_until, *(each.expires_on for each in self.checks if each.item in self.required)]
        )

    @model_validator(mode="after")
    def _named_by_tier(self) -> Self:
        if self.partner.name != (self.name if self.partner.x_tier in {"T0", "T1"} else None):
            raise ValueError("partner.name: the same as name in tiers T0 and T1, and absent above; correct it")
        return self

    @model_validator(mode="after")
    def _contacts_by_tier(self) -> Self:
        for index, contact in enumerate(self.contacts):
            if contact.tier < self.partner.x_tier:
                raise ValueError(f"contacts.{index}.tier: more open than the partner's own; use {self.partner.x_tier}")
        return self

    @model_validator(mode="after")
    def _checks_in_bounds(self) -> Self:
        for item, times in Counter(check.item for check in self.checks).items():
            if times > 1:
                raise ValueError(f"checks: {item} stands twice; keep the newer one")
        for index, check in enumerate(self.checks):
            if check.expires_on - check.checked_on > timedelta(days=self.check_days):
                raise ValueError(
                    f"checks.{index}.expires_on: a check counts {self.check_days} days in these countries; use an earlier day"
                )
            if self.partner.id in check.references:
                raise ValueError(f"checks.{index}.references: a partner can't vouch for itself; correct it")
        return self


class PartnersFile(Record):
    """The operators' list: every partner in every state, the removed ones too, so that no alias is used again."""

    format: Literal["naru-partner-files/1"]
    version: int = Field(ge=1, lt=2**53)  # counts up with each publication
    partners: tuple[PartnerFile, ...]

    def by_alias(self, untrusted_alias: str) -> PartnerFile | None:
        """Return the partner with this alias, or None."""
        return next((each for each in self.partners if each.alias == untrusted_alias), None)

    def by_id(self, partner_id: str) -> PartnerFile | None:
        """Return the partner with this id, or None."""
        return next((each for each in self.partners if each.partner.id == partner_id), None)


class VettingError(Exception):
    """The operators' list can't be used. The message says what is wrong in it, where, and what to do; it repeats no value."""


def load(untrusted_text: str, source_name: str = "operators' list") -> PartnersFile:
    """Read and check the operators' whole list; `source_name` is how messages call it. Raises VettingError."""
    try:
        raw = parsed(untrusted_text, MAX_CHARACTERS)
        document = PartnersFile.model_validate_json(untrusted_text)
    except UnreadableError as error:
        raise VettingError(told(source_name, [str(error)])) from None
    except ValidationError as error:
        raise VettingError(told(source_name, problems(error, raw, ("partner", "x_alias")))) from None
    if found := [*repeated(document.partners), *_unknown_references(document.partners)]:
        raise VettingError(told(source_name, found))
    return document


def dump(document: PartnersFile) -> str:
    """Return the list as text for `load`: one field a line, so that two versions can be compared line by line."""
    return (
        json.dumps(
            document.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False, indent=1, sort_keys=True
        )
        + "\n"
    )


def digest(file: PartnerFile) -> str:
    """Return the SHA-256 (hex) of all that operators decide about; the record of their decision is not part of it."""
    content = file.model_dump(mode="json", exclude={"activation"})
    return hashlib.sha256(
        json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def repeated(files: Sequence[PartnerFile]) -> Iterator[str]:
    """Find ids and aliases that name two partners, and keys that would let one partner read what another one gets."""
    seen: dict[tuple[str, str], int] = {}
    for index, partner in enumerate(each.partner for each in files):
        marks = [
            ("id", partner.id),
            ("x_alias", partner.x_alias),
            *(("x_keys", key.recipient) for key in partner.x_keys),
        ]
        for name, value in marks:
            first = seen.setdefault((name, value), index)
            if first != index:
                where = f"partner {index + 1} (alias {partner.x_alias}), partner.{name}"
                yield f"{where}: the same as partner {first + 1}'s; give each partner its own"


def _unknown_references(files: Sequence[PartnerFile]) -> Iterator[str]:
    known = {each.partner.id for each in files}
    for index, file in enumerate(files):
        for number, check in enumerate(file.checks):
            if not known.issuperset(check.references):
                yield f"partner {index + 1} (alias {file.alias}), checks.{number}.references: no such partner in this list; correct it"
