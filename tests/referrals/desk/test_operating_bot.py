"""The bot's state as operators see it, from the numbers that it leaves."""

from referrals.casebook_pulse import Pulse
from referrals.desk.operating_bot import Alarm, bot
from tests.filed import HOUR, MINUTE, NOW


def told(at: int = NOW, **values: int) -> dict[str, Pulse]:
    """Return numbers by name; `alarm_x` stands for `alarm.x`."""
    return {name.replace("alarm_", "alarm."): Pulse(value, at) for name, value in values.items()}


def test_a_bot_that_is_well() -> None:
    """When somebody last wrote is a step of hours, never a minute."""
    found = bot(
        told(
            updates_last=NOW - 90 * MINUTE, sends_last=NOW - MINUTE, outbox_depth=2, outbox_oldest=NOW - 5, set_aside=0
        ),
        NOW,
    )

    assert (found.heard, found.sent, found.depth, found.waits, found.slow, found.quiet) == (
        "hours4",
        "hour",
        2,
        5,
        False,
        False,
    )
    assert "90" not in repr(found)


def test_nothing_is_invented() -> None:
    """What the bot has not said is None; nothing at all is said as such."""
    found = bot({}, NOW)

    assert (found.told, found.quiet, found.heard, found.depth, found.waits, found.set_aside, found.alarms) == (
        None, True, None, None, None, None, (),
    )  # fmt: skip


def test_an_empty_outbox_waits_for_nothing() -> None:
    """Its oldest job is none."""
    assert bot(told(outbox_oldest=0), NOW).waits == 0


def test_trouble_is_said() -> None:
    """A job that waits for more than ten minutes, and a bot that left no number for more than five."""
    assert bot(told(outbox_oldest=NOW - 601), NOW).slow
    assert not bot(told(outbox_oldest=NOW - 600), NOW).slow
    assert bot(told(NOW - 301, outbox_depth=0), NOW).quiet


def test_others_numbers_are_no_sign_of_life() -> None:
    """The notifier's is not the bot's."""
    assert bot({"notices": Pulse(1, NOW)}, NOW).quiet


def test_alarms_by_kind() -> None:
    """Each known kind that was counted, none included; kinds of a newer bot together."""
    found = bot(told(alarm_canary=0, alarm_code_limit=4, alarm_fresh=1, alarm_newer=2), NOW + HOUR)

    assert found.alarms == (Alarm("canary", 0), Alarm("code_limit", 4), Alarm("other", 3))
