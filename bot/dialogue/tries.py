"""What was tried lately, in counts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tries:
    """What was tried from one account, or at one case, lately; nothing in it tells whose it is."""

    codes: int = 0  # return codes or words that opened nothing, in the last 48 hours at most
    last_code: float = 0.0  # Unix seconds of the last of them; 0 if there was none
    matches: int = 0  # how often partners were looked for today (UTC)
