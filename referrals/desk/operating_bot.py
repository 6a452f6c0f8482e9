"""How the bot and its queues are, from the numbers that it leaves: counts and ages, nothing about a person. Pure.

When somebody last wrote is said in steps of hours: at a quiet time the minute would be one person's.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from referrals.casebook_pulse import Pulse
from referrals.desk.operating_delays import age_step
from referrals.desk.operating_list import QUIET_SECONDS

UPDATES, SENDS = "updates_last", "sends_last"  # Unix seconds: when the bot last got something, and last sent something
DEPTH, OLDEST = "outbox_depth", "outbox_oldest"  # jobs, and since when the oldest is due (Unix seconds; 0: none)
SET_ASIDE = "set_aside"  # updates that could not be handled
ALARM = "alarm."
ALARMS = ("canary", "match_limit", "code_limit", "partner_list")
SLOW_SECONDS = 600  # an oldest job of ten minutes: Telegram's longest usual pause is one
KEYS = tuple(f"operate.{what}.{each}" for what in ("alarm", "alarm_means") for each in (*ALARMS, "other"))


@dataclass(frozen=True, slots=True)
class Alarm:
    """How often something happened that an operator must look at."""

    kind: str  # one of ALARMS, or "other"
    count: int


@dataclass(frozen=True, slots=True)
class Bot:
    """What the page shows. None: the bot has not said it."""

    told: int | None  # when it last left a number
    quiet: bool  # it has left none for too long
    heard: str | None  # step of the age of the last update, one of operating_delays.AGES
    sent: str | None
    depth: int | None
    waits: int | None  # seconds for which the oldest job is due; 0: none is
    slow: bool
    set_aside: int | None
    alarms: tuple[Alarm, ...]


def bot(pulses: Mapping[str, Pulse], now: int) -> Bot:
    """Return how the bot is at `now`, from its numbers by name."""
    told = max((pulse.at for name, pulse in pulses.items() if _is_the_bots(name)), default=None)
    oldest = _value(pulses, OLDEST)
    waits = None if oldest is None else max(0, now - oldest) if oldest else 0
    return Bot(
        told=told,
        quiet=told is None or now - told > QUIET_SECONDS,
        heard=_age(pulses, UPDATES, now),
        sent=_age(pulses, SENDS, now),
        depth=_value(pulses, DEPTH),
        waits=waits,
        slow=waits is not None and waits > SLOW_SECONDS,
        set_aside=_value(pulses, SET_ASIDE),
        alarms=_alarms(pulses),
    )


def _is_the_bots(name: str) -> bool:
    return name in {UPDATES, SENDS, DEPTH, OLDEST, SET_ASIDE} or name.startswith(ALARM)


def _value(pulses: Mapping[str, Pulse], name: str) -> int | None:
    return pulses[name].value if name in pulses else None


def _age(pulses: Mapping[str, Pulse], name: str, now: int) -> str | None:
    moment = _value(pulses, name)
    return None if not moment else age_step(max(0, now - moment))


def _alarms(pulses: Mapping[str, Pulse]) -> tuple[Alarm, ...]:
    """Every kind that is known, also with none, so that a missing line can't look like a good one; others together."""
    counted = {name.removeprefix(ALARM): pulse.value for name, pulse in pulses.items() if name.startswith(ALARM)}
    found = [Alarm(kind, counted.pop(kind)) for kind in ALARMS if kind in counted]
    return (*found, *([Alarm("other", sum(counted.values()))] if counted else []))
