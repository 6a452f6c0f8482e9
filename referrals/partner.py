"""The record of a partner organisation: what it does, for whom, under which keys, and how it was vetted. Pure.

Names follow Open Referral HSDS 3.1 (organization, service, service_area, language, phone); `x_` marks what HSDS lacks, by domain.md
4.2. There is no field for an address, a person's name or a route: whatever isn't named here is refused.
"""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

from referrals.errors import RecipientError
from referrals.sealing import check_recipient

CONFIRMED_DAYS = 30  # contact and capacity are confirmed again at least this often (domain.md 4.1, N19)
PHONE_DAYS = 90  # a public number that nobody verified for longer is not shown (domain.md 2.4)
ADULT_YEARS = 18  # completed years; the questionnaire asks only "under 18"

# What makes an organisation a danger to the people sent to it (domain.md 4.1 no. 5), by the field that admits it. Nobody can
# activate a partner that has any of these.
HARD_RULES = {
    "x_fee": "no_fee",
    "x_debt": "no_debt",
    "x_faith_condition": "no_religious_condition",
    "x_testimony_condition": "no_testimony_condition",
    "x_media_condition": "no_media_condition",
    "x_marriage_condition": "no_marriage_condition",
}

Klass = Literal["now", "days", "normal"]
Tier = Literal["T0", "T1", "T2", "T3"]
Status = Literal["candidate", "review", "provisional", "active", "suspended", "expired", "removed"]
ContactMode = Literal["c_return", "c_band", "c_any"]
# Parts of a referral that a partner may say it needs, under the names that they have in its packet (referral.Packet).
PacketField = Literal[
    "class", "urgent", "country", "language", "needs", "situations", "danger", "with", "helper", "contact", "band"
]

CHECKED_RECIPIENTS = "checked_recipients"
"""Names, in a validation's context, the set of recipients found good before: to check one takes half a millisecond."""

_MAX_KEYS = 32  # as many caseworkers as a sealed file has room for (sealing.STANZA_STEPS)


def _recipient(untrusted_text: str, info: ValidationInfo) -> str:
    if info.context and untrusted_text in info.context.get(CHECKED_RECIPIENTS, ()):
        return untrusted_text
    try:
        check_recipient(untrusted_text)
    except RecipientError:
        raise ValueError(
            "not a post-quantum recipient (age1pq1...), or damaged; copy it again from `naru keygen`"
        ) from None
    return untrusted_text


def _served(country: str) -> str:
    if country == "KP":
        raise ValueError("KP is never served (N24); remove it")
    return country


def _recorded(tier: str) -> str:
    if tier == "T3":
        raise ValueError("T3 is never in a record: such a partner is known only to other partners; remove the record")
    return tier


Uuid = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Alias = Annotated[str, StringConstraints(pattern=r"^([1-9][0-9]{0,4}|[A-Z])$")]
NeedCode = Annotated[str, StringConstraints(pattern=r"^n_[a-z0-9]{1,20}$")]
SituationCode = Annotated[str, StringConstraints(pattern=r"^s_[a-z0-9]{1,20}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), AfterValidator(_served)]  # ISO 3166-1 alpha-2
Age = Annotated[int, Field(ge=0, le=120)]  # completed years
Hours = Annotated[int, Field(ge=1, le=24 * 31)]


class _Record(BaseModel):
    """Frozen, closed and strict; says nothing of its values in a representation or an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    __str__ = __repr__


class Phone(_Record):
    """A public number, with who verified it, when and by what source."""

    number: Annotated[str, StringConstraints(pattern=r"^[0-9+][0-9 -]{1,20}$")]
    x_last_verified: date
    x_source: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    x_verified_by: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Language(_Record):
    """A language in which the partner answers: ISO 639-3, with the variety of Korean where that is known."""

    code: Literal["kor", "zho", "eng"]
    x_variety: Literal["north", "south", "yanbian"] | None = None

    @model_validator(mode="after")
    def _korean_only(self) -> Self:
        if self.x_variety is not None and self.code != "kor":
            raise ValueError("x_variety is known for kor only; remove it")
        return self


class ServiceArea(_Record):
    """Where a service helps: countries, never a polygon or a city."""

    x_countries: Annotated[tuple[Country, ...], Field(min_length=1)]


class FirstReply(_Record):
    """Hours within which the partner promises its first answer, for each class of referral."""

    now: Hours
    days: Hours
    normal: Hours


class Service(_Record):
    """One kind of help, and who may have it."""

    id: Uuid
    status: Literal["active", "inactive", "defunct", "temporarily closed"]  # HSDS
    minimum_age: Age | None = None
    maximum_age: Age | None = None
    service_areas: Annotated[tuple[ServiceArea, ...], Field(min_length=1)]
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    x_needs: Annotated[tuple[NeedCode, ...], Field(min_length=1)]
    x_situations: tuple[SituationCode, ...] = ()
    x_pillar: Literal[1, 2, 3, 4]  # OSCE/ODIHR National Referral Mechanisms, 2nd edition: the four pillars
    x_urgent_247: bool
    x_gender: Literal["any", "women", "men"]
    x_women_staff: bool  # a woman can be the one who answers
    x_child_safeguarding: Literal["verified", "no"]
    x_capacity: Literal["open", "limited", "closed"]
    x_capacity_at: AwareDatetime
    x_capacity_ttl_h: Hours
    x_first_reply_h: FirstReply
    x_min_fields: tuple[PacketField, ...] = ()
    x_contact_modes: Annotated[tuple[ContactMode, ...], Field(min_length=1)]

    @property
    def countries(self) -> frozenset[str]:
        """ISO codes of every country that the service covers."""
        return frozenset(country for area in self.service_areas for country in area.x_countries)

    @property
    def serves(self) -> Literal["adults", "children", "all"]:
        """Whom the service takes, as far as under 18 or not."""
        if self.minimum_age is not None and self.minimum_age >= ADULT_YEARS:
            return "adults"
        if self.maximum_age is not None and self.maximum_age < ADULT_YEARS:
            return "children"
        return "all"

    @model_validator(mode="after")
    def _ages_in_order(self) -> Self:
        if self.minimum_age is not None and self.maximum_age is not None and self.minimum_age > self.maximum_age:
            raise ValueError("minimum_age is above maximum_age; correct one of them")
        return self


class CaseworkerKey(_Record):
    """One caseworker's public key and the last day on which anything may be sealed to it. The id says nothing of whose it is."""

    id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8,64}$")]
    recipient: Annotated[str, AfterValidator(_recipient)]
    key_until: date


class Partner(_Record):
    """An organisation with its services, its keys and the state of its vetting."""

    id: Uuid
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    phones: tuple[Phone, ...] = ()
    services: Annotated[tuple[Service, ...], Field(min_length=1)]
    x_alias: Alias  # the same for everyone, so that asking again shows nothing new
    x_tier: Annotated[Tier, AfterValidator(_recorded)]  # domain.md 4.3
    x_status: Status
    x_vetted_until: date  # the last day that counts
    x_contact_confirmed_at: AwareDatetime
    x_keys: Annotated[tuple[CaseworkerKey, ...], Field(max_length=_MAX_KEYS)] = ()
    x_hub: bool = False  # a duty desk for every need, offered when nothing else fits
    x_canary: bool = False  # never offered; use of it is an alarm (design.md, decision 8)
    x_fixture: bool = False  # fictional, for the demo and the tests
    # No default: what nobody asked the partner about must not count as "no".
    x_fee: bool
    x_debt: bool
    x_faith_condition: bool
    x_testimony_condition: bool
    x_media_condition: bool
    x_marriage_condition: bool

    @property
    def hard_rules_broken(self) -> tuple[str, ...]:
        """Names of the hard rules that forbid activating this partner."""
        return tuple(rule for name, rule in HARD_RULES.items() if getattr(self, name))

    @property
    def public_name(self) -> str | None:
        """The name a person may see; above tier T1 there is none, only the alias (N5)."""
        return self.name if self.x_tier in {"T0", "T1"} else None

    def phone_to_show(self, today: date) -> str | None:
        """Return the public number, or None when there is none, or none verified in the last 90 days."""
        for phone in self.phones:
            if timedelta(0) <= today - phone.x_last_verified <= timedelta(days=PHONE_DAYS):
                return phone.number
        return None

    def recipients(self, today: date) -> tuple[str, ...]:
        """Return the recipients (age1pq1...) to which a referral may be sealed today."""
        return tuple(key.recipient for key in self.x_keys if key.key_until >= today)

    def first_reply_hours(self, klass: str) -> int:
        """Return the hours until the first answer that all its services keep; `klass` is now, days or normal."""
        return max(int(getattr(service.x_first_reply_h, klass)) for service in self.services)

    @model_validator(mode="after")
    def _no_condition(self) -> Self:
        if self.x_status in {"active", "provisional"} and self.hard_rules_broken:
            rules = ", ".join(self.hard_rules_broken)
            raise ValueError(f"hard rule {rules}: such a partner can't be {self.x_status}; no one can activate it")
        return self

    @model_validator(mode="after")
    def _keys_usable(self) -> Self:
        if self.x_status == "active" and not self.x_keys:
            raise ValueError(
                "x_keys: an active partner needs the key of at least one caseworker; add it or suspend the partner"
            )
        for what, values in (("id", _of(self.x_keys, "id")), ("recipient", _of(self.x_keys, "recipient"))):
            if len(set(values)) != len(values):
                raise ValueError(f"x_keys: the same {what} stands twice; remove one")
        if len({service.id for service in self.services}) != len(self.services):
            raise ValueError("services: the same id stands twice; give each its own")
        return self

    @model_validator(mode="after")
    def _disclosed_by_tier(self) -> Self:
        if self.x_tier in {"T0", "T1"} and self.name is None:
            raise ValueError("name: tiers T0 and T1 are shown by name; add it or use T2")
        countries = frozenset[str]().union(*(service.countries for service in self.services))
        # domain.md 3.5: numbers are shown for KR only; elsewhere a number in a chat is evidence.
        if self.phones and (self.x_tier != "T0" or countries != {"KR"}):
            raise ValueError("phones: only a T0 partner in KR alone has a public number; remove it")
        return self


def is_fresh(confirmed: datetime, now: datetime, days: int = CONFIRMED_DAYS) -> bool:
    """Say whether something was confirmed within the last `days`, and not in the future."""
    return timedelta(0) <= now - confirmed <= timedelta(days=days)


def _of(records: tuple[Any, ...], name: str) -> tuple[Any, ...]:
    return tuple(getattr(record, name) for record in records)
