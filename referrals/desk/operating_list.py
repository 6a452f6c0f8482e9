"""The health of the partner list, from what the bot tells of it: dates, keys, and how much room partners say they have. Pure.

The desk can't open the list. What ends when comes as numbers that the bot leaves (`pulse`): `list.until.ROLE` for each signed role and
`list.keys_end.PARTNER` for the day on which the first of a partner's keys that count today ends, both in Unix seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from referrals.casebook_listed import ListedPartner, ListState, Room
from referrals.casebook_pulse import Pulse

SOON_DAYS = 14  # domain.md 6.2: what ends within 14 days
QUIET_SECONDS = 300  # the bot looks every half minute; ten looks in a row that say nothing are no hiccup
UNTIL, KEYS_END = "list.until.", "list.keys_end."
WAITING = "list.waiting"  # partners, keys, numbers and contacts whose 24 hours run
TROUBLES = "list.alarms"  # what the bot finds wrong with what is published; `naru status` says what
_SERVING = frozenset({"active", "provisional"})
_DAY = 86_400  # seconds
_ROOM = ("closed", "limited", "open")  # from least to most

STANDINGS = ("good", "urgent_only", "none")
STATUSES = ("candidate", "review", "provisional", "active", "suspended", "expired", "removed")
PROBLEMS = ("no_keys", "keys_end", "no_alias", "suspended")
ROLES = ("root", "targets", "snapshot", "timestamp")
KEYS = (
    *(f"operate.standing.{each}" for each in STANDINGS),
    *(f"operate.status.{each}" for each in STATUSES),
    *(f"operate.problem.{each}" for each in PROBLEMS),
    *(f"operate.room.{each}" for each in _ROOM),
    *(f"operate.role.{each}" for each in (*ROLES, "suspend")),
)


@dataclass(frozen=True, slots=True)
class Date:
    """Until when something that was signed counts."""

    role: str  # one of ROLES, or "suspend"
    operator: str  # whose suspension file, "" for the others
    until: int  # Unix seconds
    days: int  # left, rounded down; negative when it is past


@dataclass(frozen=True, slots=True)
class Health:
    """The list as a whole."""

    version: int
    standing: str
    dates: tuple[Date, ...]  # what ends first comes first
    seen: int  # when the bot looked last
    quiet: bool  # it has not looked for too long
    signers: int  # bots whose referrals caseworkers believe
    waiting: int  # changes whose 24 hours run
    troubles: int  # what the bot finds wrong with what is published


@dataclass(frozen=True, slots=True)
class Partner:
    """One partner of the list."""

    alias: str
    status: str
    signed: str  # capacity in the list
    counts: str  # capacity that matching goes by
    keys: int  # that referrals are sealed to today
    keys_end: int | None  # days until the first of them ends
    problems: tuple[str, ...]  # of PROBLEMS

    @property
    def lowered(self) -> bool:
        """Whether it said at the desk that it has less room than the list says."""
        return self.signed != self.counts


def health(state: ListState, pulses: Mapping[str, Pulse], now: int) -> Health:
    """Return how the list is; the list's own date is known even where the bot told no others."""
    told = {name.removeprefix(UNTIL): pulse.value for name, pulse in pulses.items() if name.startswith(UNTIL)}
    until = {"targets": state.expires} | told
    dates = sorted(
        (_date(role, moment, now) for role, moment in until.items()), key=lambda date: (date.until, date.role)
    )
    waiting, troubles = (pulses[name].value if name in pulses else 0 for name in (WAITING, TROUBLES))
    quiet = now - state.seen > QUIET_SECONDS
    return Health(state.version, state.standing, tuple(dates), state.seen, quiet, len(state.signers), waiting, troubles)


def partners(
    listed: Sequence[ListedPartner], lowered: Mapping[str, Room], pulses: Mapping[str, Pulse], now: int
) -> tuple[Partner, ...]:
    """Return the partners, those with a problem first, each in the list's order."""
    made = [_partner(each, lowered.get(each.partner), pulses.get(KEYS_END + each.partner), now) for each in listed]
    return tuple(sorted(made, key=lambda partner: not partner.problems))


def _date(role: str, until: int, now: int) -> Date:
    days = (until - now) // _DAY
    if role in ROLES:
        return Date(role, "", until, days)
    return Date("suspend", role.removeprefix("suspend-"), until, days)


def _partner(each: ListedPartner, lowered: Room | None, keys_end: Pulse | None, now: int) -> Partner:
    days = None if keys_end is None or not each.marks else (keys_end.value - now) // _DAY
    counts = min(each.capacity, lowered or each.capacity, key=_ROOM.index)
    serves = each.status in _SERVING
    found = {
        "no_keys": serves and not each.marks,
        "keys_end": serves and days is not None and days <= SOON_DAYS,
        "no_alias": not each.alias.strip(),
        "suspended": each.status == "suspended",
    }
    problems = tuple(problem for problem in PROBLEMS if found[problem])
    return Partner(each.alias, each.status, each.capacity, counts, len(each.marks), days, problems)
