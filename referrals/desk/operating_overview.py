"""What an operator must look at now, gathered from the other pages. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from referrals.desk.audit import Verdict
from referrals.desk.notices.standing import Reach
from referrals.desk.operating_bot import Bot
from referrals.desk.operating_delays import Late, Owed
from referrals.desk.operating_list import Health, Partner

SOON_DAYS = 7  # half of the list's life: from then on two operators should sign it again (docs/OPERATORS.md)
DIRECTORY, DELAYS, BOT, STAFF = "/operate/directory", "/operate/delays", "/operate/bot", "/operate/staff"
WHATS = (
    "list_unknown",
    "list_standing",
    "list_quiet",
    "list_troubles",
    "list_ends",
    "no_keys",
    "keys_end",
    "late",
    "attest",
    "bot_quiet",
    "outbox",
    "set_aside",
    "alarm_canary",
    "alarm_other",
    "audit",
    "notices",
)
KEYS = tuple(f"operate.concern.{what}" for what in WHATS)


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing to look at: which, how many, and on which page it stands."""

    what: str  # one of WHATS
    count: int
    page: str


def concerns(
    health: Health | None,
    partners: Sequence[Partner],
    late: Sequence[Late],
    owed: Sequence[Owed],
    bot: Bot,
    verdict: Verdict,
    reach: Sequence[Reach],
) -> tuple[Concern, ...]:
    """Return everything that is not as it should be, what concerns people who wait first."""
    found = (
        Concern("late", len(late), DELAYS),
        *_list(health, partners),
        *_bot(bot),
        Concern("audit", int(verdict.broken_at is not None), STAFF),
        Concern("notices", sum(each.failing for each in reach), STAFF),
        Concern("attest", sum(each.overdue for each in owed), DELAYS),
    )
    return tuple(each for each in found if each.count > 0)


def _list(health: Health | None, partners: Sequence[Partner]) -> Iterator[Concern]:
    if health is None:
        yield Concern("list_unknown", 1, DIRECTORY)
        return
    yield Concern("list_standing", int(health.standing != "good"), DIRECTORY)
    yield Concern("list_quiet", int(health.quiet), DIRECTORY)
    yield Concern("list_troubles", health.troubles, DIRECTORY)
    # Snapshot and timestamp are renewed daily and always end soon; that they were not is the standing's matter.
    lasting = [date for date in health.dates if date.role not in {"snapshot", "timestamp"}]
    yield Concern("list_ends", sum(date.days < SOON_DAYS for date in lasting), DIRECTORY)
    for problem in ("no_keys", "keys_end"):
        yield Concern(problem, sum(problem in partner.problems for partner in partners), DIRECTORY)


def _bot(bot: Bot) -> Iterator[Concern]:
    yield Concern("bot_quiet", int(bot.quiet), BOT)
    yield Concern("outbox", int(bot.slow), BOT)
    yield Concern("set_aside", bot.set_aside or 0, BOT)
    counts = {alarm.kind: alarm.count for alarm in bot.alarms}
    yield Concern("alarm_canary", counts.pop("canary", 0), BOT)
    yield Concern("alarm_other", sum(counts.values()), BOT)
