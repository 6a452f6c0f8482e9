"""What a caseworker gets: the packet a person chose, in its envelope. Pure: bytes in, bytes out.

The JSON is canonical (sorted keys, UTF-8, no spaces, absent members left out), so a referral has exactly one form: what
was signed is what is read, and a second spelling of the same thing is refused.
"""

import json
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic_core import from_json

from referrals.errors import MalformedReferralError, TooNewError

FORMAT: Final = "naru-referral/1"
HOUR_FORMAT = "%Y-%m-%dT%H:00Z"

_FORMAT_NAME = "naru-referral/"
_MAX_CODES = 16  # a list of codes; the longest question has 15 options (domain.md 1.4, q6_needs)
# Bech32: the prefix, then 1,216 bytes of key as 1,946 symbols, then a checksum of 6 (age_keys.check_recipient).
_RECIPIENT = r"^age1pq1[02-9ac-hj-np-z]{1952}$"


def utc_hour(moment: datetime) -> str:
    """Return an aware time as its UTC hour, such as "2026-11-24T07:00Z": the finest time that ever leaves the bot."""
    if moment.tzinfo is None:
        raise ValueError("the time must say its time zone")
    return moment.astimezone(UTC).strftime(HOUR_FORMAT)


def _real_hour(text: str) -> str:
    if datetime.strptime(text, HOUR_FORMAT).replace(tzinfo=UTC).strftime(HOUR_FORMAT) != text:
        raise ValueError("not an hour")
    return text


def _distinct(codes: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(codes)) != len(codes):
        raise ValueError("a code stands twice")
    return codes


def _code(prefix: str) -> StringConstraints:
    """Return what holds for a code of the questionnaire, which alone says what codes there are."""
    return StringConstraints(pattern=rf"^{prefix}[a-z0-9_]{{1,30}}$")


UtcHour = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:00Z$"), AfterValidator(_real_hour)]
HexId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]  # 16 random bytes
PartnerId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Codes = AfterValidator(_distinct)
Need = Annotated[str, _code("n_")]
Situation = Annotated[str, _code("s_")]
With = Annotated[str, _code("w_")]
Helper = Annotated[str, _code("t_")]
Flag = Annotated[str, _code("")]


class Record(BaseModel):
    """Frozen, closed, strict, and silent about its values in representations and error messages."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        hide_input_in_errors=True,
        validate_by_name=True,
        validate_by_alias=True,
    )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    __str__ = __repr__

    @model_serializer(mode="wrap")
    def _leave_out_absent(self, serialize: Any) -> dict[str, Any]:
        return {name: value for name, value in serialize(self).items() if value is not None and value != ()}

    def to_bytes(self) -> bytes:
        """Return the record's canonical JSON: sorted keys, no spaces, UTF-8."""
        return canonical_json(self.model_dump(by_alias=True))

    @classmethod
    def from_bytes(cls, untrusted: bytes) -> Self:
        """Read canonical JSON back; raises MalformedReferralError, which names a place and never the content."""
        try:
            record = cls.model_validate_json(untrusted, by_alias=True, by_name=False)
        except ValidationError as error:
            place = _place_of(error)
        else:
            if record.to_bytes() == untrusted:
                return record
            place = "canonical form"
        # Raised out here, so that pydantic's error, which holds the input, is not carried along as the context.
        raise MalformedReferralError(place)


class Packet(Record):
    """Exactly what she chose to send to this partner; a field that she removed or never answered is absent."""

    klass: Literal["now", "days", "normal"] | None = Field(
        default=None, validation_alias="class", serialization_alias="class"
    )
    urgent: Annotated[str, _code("u_")] | None = None
    country: Annotated[str, Field(pattern=r"^([A-Z]{2}|other)$")] | None = None  # ISO 3166-1 alpha-2; never finer
    language: Literal["ko", "zh"] | None = None
    needs: Annotated[tuple[Need, ...], Field(max_length=_MAX_CODES), Codes] = ()
    situations: Annotated[tuple[Situation, ...], Field(max_length=_MAX_CODES), Codes] = ()
    danger: Literal["high", "raised"] | None = None  # never "low": nobody is told that she is safe
    with_: Annotated[tuple[With, ...], Field(max_length=_MAX_CODES), Codes] = Field(
        default=(), validation_alias="with", serialization_alias="with"
    )
    helper: Annotated[tuple[Helper, ...], Field(max_length=_MAX_CODES), Codes] = ()
    contact: Annotated[str, _code("c_")] | None = None
    band: Annotated[str, Field(pattern=r"^[0-9a-z][0-9a-z_-]{0,31}$")] | None = (
        None  # hours of the country's day, such as "22-06"
    )
    check: Annotated[str, Field(pattern=r"^[a-z]{2,16}$")] | None = None  # the word by which she knows her helper
    report: Literal["money", "unsafe"] | None = None  # to the safety lead only
    about: PartnerId | None = None  # the partner that a report is about
    # Her answer to a closed question of the partner, with the question: "q_ill.today" (questions.py).
    answer: Annotated[str, Field(pattern=r"^q_[a-z0-9_]{1,30}\.[a-z0-9_]{1,30}$")] | None = None
    flags: Annotated[tuple[Flag, ...], Field(max_length=_MAX_CODES), Codes] = ()  # such as "third_party_unconfirmed"


class Envelope(Record):
    """What the partner needs to handle the packet: ids without meaning, hours, and a key to answer to."""

    referral_id: HexId
    kind: Literal["referral", "addition", "withdrawal", "report"]
    partner: PartnerId
    directory_version: int = Field(ge=0, lt=2**53)  # every JSON reader holds integers up to here
    created: UtcHour
    expires: UtcHour
    consent: HexId
    questionnaire: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,31}$")]
    reply_to: Annotated[str, Field(pattern=_RECIPIENT)] | None = (
        None  # made from her return code; its secret is nowhere
    )

    def expired(self, now: datetime) -> bool:
        """Say whether the referral is past its hour: information for the caseworker, not a reason to refuse it."""
        return now >= datetime.strptime(self.expires, HOUR_FORMAT).replace(tzinfo=UTC)


class Referral(Record):
    """One packet in its envelope, as it is signed, sealed and read."""

    format: Literal["naru-referral/1"] = FORMAT
    envelope: Envelope
    packet: Packet

    @model_validator(mode="after")
    def _only_what_its_kind_says(self) -> Self:
        if self.envelope.kind == "withdrawal" and self.packet != Packet():
            raise ValueError("a withdrawal carries no answers")
        if (self.envelope.kind == "report") != (self.packet.report is not None):
            raise ValueError("a report says what it is about, and nothing else does")
        if self.packet.answer is not None and self.envelope.kind != "addition":
            raise ValueError("an answer is added to a referral that is there")
        return self

    @classmethod
    def from_bytes(cls, untrusted: bytes) -> Self:
        """Read a referral back; raises TooNewError or MalformedReferralError."""
        check_format(untrusted, _FORMAT_NAME, FORMAT)
        return super().from_bytes(untrusted)


def canonical_json(value: Any) -> bytes:
    """Return JSON with sorted keys and no spaces, in UTF-8; numbers must be integers."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _place_of(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    # The last part of an unknown member's place is its name, which is the sender's text and not repeated.
    location = first["loc"][:-1] if first["type"] == "extra_forbidden" else first["loc"]
    return ".".join(str(part) for part in location) or "document"


def check_format(untrusted: bytes, kind: str, known: str) -> None:
    """Raise TooNewError if a document says that it is of this kind ("naru-referral/") but of another version than the known one."""
    try:
        document = from_json(untrusted)  # bounded in depth, where json.loads would exhaust the stack
    except ValueError:
        document = None  # refused by the caller, with a place
    name = document.get("format") if isinstance(document, dict) else None
    if isinstance(name, str) and name.startswith(kind) and name != known:
        raise TooNewError("format")
