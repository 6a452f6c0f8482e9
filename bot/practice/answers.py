"""What the Bot API answers: a result, or a refusal in Telegram's own words."""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = Any  # what json.loads gives and json.dumps takes


class Refusal(Exception):
    """The Bot API says no: `{"ok": false, "error_code": …, "description": …}`."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        """`retry_after` is in seconds and goes with code 429 only."""
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def body(self) -> dict[str, Json]:
        """The JSON object that is sent."""
        answer: dict[str, Json] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            answer["parameters"] = {"retry_after": self.retry_after}
        return answer


def bad_request(reason: str) -> Refusal:
    """400, with the prefix that Telegram puts before every such reason."""
    return Refusal(400, f"Bad Request: {reason}")


def flooded(seconds: int) -> Refusal:
    """429: the same call may be tried again after so many seconds."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", seconds)


@dataclass(frozen=True, slots=True)
class Call:
    """One call the bot made, as the record keeps it for tests."""

    method: str  # as the Bot API spells it, or as it came when there is no such method
    params: dict[str, Json] = field(repr=False)  # decoded; empty when they could not be
    at: float  # seconds since the epoch
    status: int  # HTTP status answered; 0: the connection was cut instead
    took_effect: bool  # False for a refusal and for a fault that struck before the effect
