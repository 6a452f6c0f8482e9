"""The list's health as operators see it: dates, keys, and the lower of two capacities."""

from referrals.casebook_listed import ListedPartner, ListState
from referrals.casebook_pulse import Pulse
from referrals.desk.operating_list import SOON_DAYS, Date, health, partners
from tests.filed import DAY, NOW

STATE = ListState(7, NOW + 10 * DAY, "good", ("aa",), NOW - 30)


def listed(partner: str, **changes: object) -> ListedPartner:
    """Return an active partner with two keys, unless changed."""
    values: dict[str, object] = {"alias": partner[1:], "status": "active", "capacity": "open", "marks": ("m1", "m2")}
    return ListedPartner(partner, **(values | changes))  # type: ignore[arg-type]  # a test says which


def pulse(value: int) -> Pulse:
    """Return a number counted now."""
    return Pulse(value, NOW)


def test_what_ends_first_comes_first() -> None:
    """Root, list, dates and each operator's suspension file; the list's own date also where the bot told no other."""
    told = {
        "list.until.root": pulse(NOW + 300 * DAY),
        "list.until.suspend-kim": pulse(NOW - 1),
        "list.until.timestamp": pulse(NOW + 2 * DAY - 1),
    }

    assert health(STATE, told, NOW).dates == (
        Date("suspend", "kim", NOW - 1, -1),
        Date("timestamp", "", NOW + 2 * DAY - 1, 1),
        Date("targets", "", NOW + 10 * DAY, 10),
        Date("root", "", NOW + 300 * DAY, 300),
    )
    assert health(STATE, {}, NOW).dates == (Date("targets", "", NOW + 10 * DAY, 10),)


def test_a_bot_that_stopped_looking_is_told() -> None:
    """Ten looks in a row that are missing."""
    assert not health(STATE, {}, STATE.seen + 300).quiet
    assert health(STATE, {}, STATE.seen + 301).quiet


def test_the_whole_list() -> None:
    """Its number, standing, bots, what waits for its 24 hours, and what is wrong with it."""
    found = health(STATE, {"list.waiting": pulse(3), "list.alarms": pulse(2)}, NOW)

    assert (found.version, found.standing, found.signers, found.waiting, found.troubles) == (7, "good", 1, 3, 2)


def test_partners_with_a_problem_come_first() -> None:
    """Without a counted key, with one that ends soon, without an alias, suspended."""
    ends = {"list.keys_end.P4": pulse(NOW + SOON_DAYS * DAY), "list.keys_end.P5": pulse(NOW + (SOON_DAYS + 1) * DAY)}
    found = partners(
        [
            listed("P1"),
            listed("P2", marks=()),
            listed("P3", status="suspended"),
            listed("P4"),
            listed("P5"),
            listed("P6", alias=" "),
            listed("P7", marks=(), status="candidate"),
        ],
        {},
        ends,
        NOW,
    )

    assert [(each.alias, each.problems, each.keys_end) for each in found] == [
        ("2", ("no_keys",), None),
        ("3", ("suspended",), None),
        ("4", ("keys_end",), SOON_DAYS),
        (" ", ("no_alias",), None),
        ("1", (), None),
        ("5", (), SOON_DAYS + 1),
        ("7", (), None),
    ]


def test_the_lower_capacity_counts() -> None:
    """What is said at the desk never raises what was signed."""
    found = partners(
        [listed("P1"), listed("P2", capacity="closed"), listed("P3")], {"P1": "limited", "P2": "limited"}, {}, NOW
    )

    assert [(each.signed, each.counts, each.lowered) for each in found] == [
        ("open", "limited", True),
        ("closed", "closed", False),
        ("open", "open", False),
    ]
