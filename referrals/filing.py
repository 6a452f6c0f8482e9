"""What a delivery job carries to the casebook, beside the sealed file: ids without meaning, and hours. Pure.

Nothing here tells what was answered, or by whom. A job may be carried out more than once, so each filing means the same however often
it arrives.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from referrals.referral import HexId

_HOUR = 3_600  # seconds
# Hex digits of a random id that make a lane: 48 bits, so that two lanes meet only by a chance that would do no harm.
_LANE_DIGITS = 12

Hex64 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]  # 32 bytes
Answer = Literal["helped", "not", "unsafe"]  # of the one question (domain.md 4.4, feedback loop)


class FilingError(ValueError):
    """The text of a delivery job is no filing that this version knows. The message names a place, never what stood there."""


class _Filing(BaseModel):
    """Frozen, closed, and silent about its values."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    __str__ = __repr__


class Routing(_Filing):
    """A sealed packet for a partner: a referral, an addition to one, or that it is taken back."""

    packet_id: HexId  # the consent's id
    referral_id: HexId
    case_id: HexId
    verifier: Hex64  # what is stored of the return code
    kind: Literal["referral", "addition", "withdrawal"]
    partner: str  # id in the directory
    klass: Literal["now", "days", "normal"]
    position: int = Field(ge=0)  # 0: delivered at once; n: the n-th in her ordered list
    created: int  # hour
    expires: int  # hour
    recipients: tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")], ...] = ()  # marks of the keys it was sealed to
    # In which state it is filed in place of being delivered: partner or key left the list after she decided, or she took it back first.
    instead: Literal["revoked", "withdrawn"] | None = None
    list_version: int | None = Field(default=None, ge=0)  # of the partner list she chose from, for the consent's record


class CardFiling(_Filing):
    """Her contact card, sealed to the key from her own code; the newest replaces the one before."""

    kind: Literal["card"] = "card"
    case_id: HexId
    verifier: Hex64
    created: int  # hour
    expires: int  # hour


class ReportFiling(_Filing):
    """A report sealed to the safety lead; it belongs to no case."""

    kind: Literal["report"] = "report"
    report_id: HexId
    created: int  # hour
    expires: int  # hour


class FeedbackFiling(_Filing):
    """How a referral was for her. Counted once; which answer a referral got is not kept."""

    kind: Literal["feedback"] = "feedback"
    referral_id: HexId
    answer: Answer


class SeenFiling(_Filing):
    """She is back with her code and sees what is new: it is no news any more."""

    kind: Literal["seen"] = "seen"
    case_id: HexId


class ReadFiling(_Filing):
    """She read a reply, or answered it: it goes a day later."""

    kind: Literal["read"] = "read"
    case_id: HexId
    reply_id: HexId


class ErasureFiling(_Filing):
    """She erases all: from now on her code opens nothing."""

    kind: Literal["erasure"] = "erasure"
    case_id: HexId
    blank: Hex64  # random bytes that take the verifier's place


Filing: TypeAlias = Routing | CardFiling | ReportFiling | FeedbackFiling | SeenFiling | ReadFiling | ErasureFiling

_ANY: TypeAdapter[Filing] = TypeAdapter(Annotated[Filing, Field(discriminator="kind")])


def read(untrusted_json: str | bytes) -> Filing:
    """Read what `model_dump_json` wrote. Raises FilingError."""
    try:
        return _ANY.validate_json(untrusted_json)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        # The first part is the kind; the last of an unknown member is its name, which is not ours to repeat.
        place = first["loc"][1:-1] if first["type"] == "extra_forbidden" else first["loc"][1:]
    # Raised out here, so that pydantic's error, which holds the input, is not carried along as the context.
    raise FilingError(f"a delivery job can't be read (at: {'.'.join(map(str, place)) or 'document'})")


def lane_of(filing: Filing) -> int:
    """The lane in which its delivery keeps its order: negative, where the lanes of people are their chat ids, which are positive.

    Packets and feedback of one referral go one after another, and so do card and erasure of one case.
    """
    match filing:
        case Routing() | FeedbackFiling():
            return _lane(filing.referral_id)
        case CardFiling() | SeenFiling() | ReadFiling() | ErasureFiling():
            return _lane(filing.case_id)
        case ReportFiling():
            return _lane(filing.report_id)


def _lane(random_id: str) -> int:
    return -1 - int(random_id[:_LANE_DIGITS], 16)


def hour(now: float) -> int:
    """A time rounded down to its hour, the finest that is written about what a person did."""
    return int(now) // _HOUR * _HOUR
