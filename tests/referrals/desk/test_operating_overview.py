"""What an operator is told to look at: everything that is not as it should be, and nothing else."""

from dataclasses import replace

from referrals.casebook_listed import ListedPartner, ListState
from referrals.casebook_pulse import Pulse
from referrals.desk.audit import Verdict
from referrals.desk.notices.standing import Reach
from referrals.desk.operating_bot import Bot, bot
from referrals.desk.operating_delays import Late, Owed
from referrals.desk.operating_list import Health, Partner, health, partners
from referrals.desk.operating_overview import WHATS, concerns
from referrals.desk.queue_view import Span
from tests.filed import DAY, NOW

NUMBERS = {"updates_last": NOW, "outbox_depth": 0, "outbox_oldest": 0, "set_aside": 0, "alarm.canary": 0}
GOOD_BOT = bot({name: Pulse(value, NOW) for name, value in NUMBERS.items()}, NOW)
GOOD_LIST = health(
    ListState(7, NOW + 10 * DAY, "good", ("aa",), NOW), {"list.until.timestamp": Pulse(NOW + DAY, NOW)}, NOW
)
GOOD_PARTNERS = partners([ListedPartner("P1", "1", "active", "open", ("m",))], {}, {}, NOW)
WHOLE = Verdict(3, "a" * 64, None)
REACHED = Reach("P1", people=2, addresses=3, failing=0)


def told(
    of: Health | None = GOOD_LIST,
    them: tuple[Partner, ...] = GOOD_PARTNERS,
    late: tuple[Late, ...] = (),
    owed: tuple[Owed, ...] = (),
    it: Bot = GOOD_BOT,
    verdict: Verdict = WHOLE,
    reach: Reach = REACHED,
) -> dict[str, int]:
    """Return what is told, with how many."""
    return {each.what: each.count for each in concerns(of, them, late, owed, it, verdict, [reach])}


def test_when_all_is_well_nothing_is_told() -> None:
    """Dates that are renewed daily always end soon; that is no concern."""
    assert told() == {}


def test_everything_that_is_not_well_is_told() -> None:
    """Each kind, with how many; and no other."""
    ending = health(ListState(7, NOW + 6 * DAY, "urgent_only", (), NOW - DAY), {"list.alarms": Pulse(1, NOW)}, NOW)
    broken = partners(
        [ListedPartner("P1", "1", "active", "open"), ListedPartner("P2", "2", "active", "open", ("m",))],
        {},
        {"list.keys_end.P2": Pulse(NOW + DAY, NOW)},
        NOW,
    )
    late = Late("1234 5678", "P1", Span("time.hours", 5), 18_000)
    numbers = NUMBERS | {"outbox_oldest": NOW - DAY, "set_aside": 2, "alarm.canary": 1, "alarm.code_limit": 3}
    bad = bot({name: Pulse(value, NOW - DAY) for name, value in numbers.items()}, NOW)
    found = told(
        ending, broken, (late, late), (Owed("P1", 2, Span("time.days", 1)),), bad, replace(WHOLE, broken_at=2),
        replace(REACHED, failing=1),
    )  # fmt: skip

    assert found == {
        "late": 2, "list_standing": 1, "list_quiet": 1, "list_troubles": 1, "list_ends": 1, "no_keys": 1, "keys_end": 1, "bot_quiet": 1,
        "outbox": 1, "set_aside": 2, "alarm_canary": 1, "alarm_other": 3, "audit": 1, "notices": 1, "attest": 2,
    }  # fmt: skip
    assert {*found, *told(None)} == set(WHATS)


def test_a_bot_that_never_looked_is_told() -> None:
    """Instead of what can't be known."""
    assert told(None) == {"list_unknown": 1}


def test_late_ones_come_first() -> None:
    """Somebody waits."""
    late = Late("1234 5678", "P1", Span("time.hours", 5), 18_000)
    assert next(iter(told(None, late=(late,)))) == "late"
