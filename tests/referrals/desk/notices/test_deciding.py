"""Who is owed a mail: the table of who hears when, and what holds whatever happens."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.desk.notices.deciding import Box, Decision, Duty, Failing, Item, Owed, Step, Why, decide
from referrals.desk.notices.hours import last_slot

NOW = 1_795_500_000  # a Unix second in November 2026, 15 hours Seoul
MINUTE, DAY = 60, 86_400  # seconds
ADA, BEA, LEAD, SECOND, OTHER, OPERATOR = 1, 2, 3, 4, 5, 6  # addresses


def box(number: int, duty: Duty, partner: str | None = "P1", **changes: object) -> Box:
    """An address that heard today already."""
    return replace(Box(number, partner, frozenset({duty}), "Asia/Seoul", 9, NOW), **changes)  # type: ignore[arg-type]


BOXES = (
    box(ADA, Duty.CASEWORKER),
    box(BEA, Duty.CASEWORKER, available=False),
    box(LEAD, Duty.LEAD),
    box(SECOND, Duty.SECOND),
    box(OTHER, Duty.CASEWORKER, "P2"),
    box(OPERATOR, Duty.OPERATOR, None),
)
URGENT = Item("1" * 32, "P1", urgent=True, since=NOW, late=NOW + 30 * MINUTE)
LATE = Item("2" * 32, "P1", urgent=False, since=NOW - DAY, late=NOW)


def heard(decision: Decision) -> set[int]:
    """The addresses that are owed a mail."""
    return {each.box for each in decision.owed}


def steps(item: Item) -> set[tuple[str, Step]]:
    """All that can be done for an item."""
    return {(item.item, step) for step in Step}


@pytest.mark.parametrize(
    ("minutes", "before", "expected"),
    [
        (0, 0, {ADA}),
        (14, 1, set()),
        (15, 1, {ADA, BEA, LEAD, SECOND}),
        (29, 2, set()),
        (30, 2, {ADA, BEA, LEAD, SECOND, OPERATOR}),
        (31, 3, set()),
    ],
)
def test_an_urgent_one_calls_wider_circles(minutes: int, before: int, expected: set[int]) -> None:
    """At once who is available; after 15 minutes all of the partner; when it is late the operators too; each once, and no other partner."""
    told = {(URGENT.item, step) for step in Step if step <= before}

    decision = decide(BOXES, [URGENT], told, [], NOW + minutes * MINUTE)

    assert heard(decision) == expected
    assert all(each.urgent and each.why is Why.URGENT for each in decision.owed)


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ({ADA}, {BEA, LEAD, SECOND}),
        ({ADA, BEA, LEAD}, {SECOND}),
        ({ADA, BEA, LEAD, SECOND}, {OPERATOR}),
        ({ADA, BEA, LEAD, SECOND, OPERATOR}, set()),
    ],
)
def test_where_nobody_would_hear_the_next_circle_does(missing: set[int], expected: set[int]) -> None:
    """An urgent one never waits 15 minutes only because nobody there has an address or is available."""
    boxes = [each for each in BOXES if each.box not in missing]

    assert heard(decide(boxes, [URGENT], set(), [], NOW)) == expected


@pytest.mark.parametrize(("missing", "expected"), [(set(), {LEAD}), ({LEAD}, {SECOND}), ({LEAD, SECOND}, {OPERATOR})])
def test_a_late_one_calls_the_lead(missing: set[int], expected: set[int]) -> None:
    """Not urgent, once; else the second address, else the operators."""
    boxes = [each for each in BOXES if each.box not in missing]

    decision = decide(boxes, [LATE], set(), [], NOW)

    assert heard(decision) == expected
    assert not any(each.urgent for each in decision.owed)
    assert not decide(boxes, [LATE], {(LATE.item, Step.LATE)}, [], NOW)


def test_everybody_hears_at_the_hour_whether_or_not_there_is_anything() -> None:
    """A second before it nobody does; at it all do; a second time nobody does."""
    slot = last_slot("Asia/Seoul", 9, NOW + DAY)

    assert heard(decide(BOXES, [], set(), [], slot - 1)) == set()
    decision = decide(BOXES, [], set(), [], slot)
    assert heard(decision) == {each.box for each in BOXES}
    served = [replace(each, slot=slot) for each in BOXES]
    assert not decide(served, [], set(), [], slot + 1)


def test_several_reasons_make_one_mail() -> None:
    """The daily one, a late one and an urgent one come as one, which is urgent."""
    slot = last_slot("Asia/Seoul", 9, NOW + DAY)
    urgent = replace(URGENT, since=slot - 20 * MINUTE, late=slot + 10 * MINUTE)

    decision = decide(BOXES, [urgent, LATE], set(), [], slot)

    assert [each for each in decision.owed if each.box == LEAD] == [Owed(LEAD, Why.URGENT, urgent=True)]


def test_what_waits_no_more_is_forgotten() -> None:
    """What was acknowledged or taken back is none of the items any more; the note that it was told goes, and nobody hears of it."""
    decision = decide(BOXES, [], steps(URGENT), [], NOW)

    assert decision.gone == (URGENT.item,)
    assert decision.owed == ()


@pytest.mark.parametrize(
    ("failing", "missing", "expected"),
    [
        (Failing(7, ADA, alarm=False, urgent=True), set(), {SECOND}),
        (Failing(7, ADA, alarm=False, urgent=True), {SECOND}, {LEAD}),
        (Failing(7, ADA, alarm=False, urgent=True), {SECOND, LEAD}, {OPERATOR}),
        (Failing(7, SECOND, alarm=False, urgent=False), set(), {LEAD}),
        (Failing(7, SECOND, alarm=True, urgent=False), set(), {OPERATOR}),
        (Failing(7, OPERATOR, alarm=True, urgent=False), set(), set()),
        (Failing(7, OTHER, alarm=False, urgent=False), set(), {OPERATOR}),
    ],
)
def test_a_failed_mail_alarms_somebody_else(failing: Failing, missing: set[int], expected: set[int]) -> None:
    """The second address, else the lead, else the operators; an alarm that failed goes to the operators, and theirs to nobody."""
    boxes = [each for each in BOXES if each.box not in missing]

    decision = decide(boxes, [], set(), [failing], NOW)

    assert heard(decision) == expected
    assert all(each.urgent is failing.urgent and each.why is Why.ALARM for each in decision.owed)
    assert decision.alarmed == (7,)


def test_alarms_go_round_in_no_ring() -> None:
    """Two operators whose mail fails don't alarm each other for ever: an alarm that failed at an operator alarms nobody."""
    boxes = [box(OPERATOR, Duty.OPERATOR, None), box(7, Duty.OPERATOR, None)]

    first = decide(boxes, [], set(), [Failing(1, OPERATOR, alarm=False, urgent=True)], NOW)
    assert first.owed == (Owed(7, Why.ALARM, urgent=True),)
    second = decide(boxes, [], set(), [Failing(2, 7, alarm=True, urgent=True)], NOW)
    assert (second.owed, second.alarmed) == ((), (2,))


partners = st.sampled_from(["P1", "P2"])
duties = st.frozensets(st.sampled_from([Duty.CASEWORKER, Duty.LEAD]), min_size=1)
drawn_boxes = st.lists(
    st.one_of(
        st.builds(
            Box, box=st.just(0), partner=partners, duties=st.one_of(duties, st.just(frozenset({Duty.SECOND}))), zone=st.just("UTC"),
            hour=st.integers(0, 23), slot=st.integers(NOW - 2 * DAY, NOW), available=st.booleans(),
        ),
        st.builds(
            Box, box=st.just(0), partner=st.none(), duties=st.just(frozenset({Duty.OPERATOR})), zone=st.just("Asia/Seoul"),
            hour=st.integers(0, 23), slot=st.integers(NOW - 2 * DAY, NOW),
        ),
    ),
    max_size=8,
).map(lambda each: [replace(box, box=number) for number, box in enumerate(each, start=1)])  # fmt: skip
drawn_items = st.lists(
    st.builds(
        Item, item=st.integers(1, 6).map(lambda number: f"{number:032x}"), partner=partners, urgent=st.booleans(),
        since=st.integers(NOW - DAY, NOW), late=st.integers(NOW - DAY, NOW + DAY),
    ),
    max_size=6, unique_by=lambda item: item.item,
)  # fmt: skip


@given(drawn_boxes, drawn_items)
def test_whatever_happens_a_second_look_owes_nothing_more(boxes: list[Box], items: list[Item]) -> None:
    """Decided and written down once, the same moment owes nobody anything: a repeated round sends no second mail."""
    first = decide(boxes, items, set(), [], NOW)
    served = dict(first.slots)
    after = [replace(each, slot=served.get(each.box, each.slot)) for each in boxes]

    assert not decide(after, items, set(first.told), [], NOW)
    assert len({each.box for each in first.owed}) == len(first.owed)


@given(drawn_boxes, drawn_items)
def test_whatever_happens_an_urgent_one_is_heard_at_once_by_its_own(boxes: list[Box], items: list[Item]) -> None:
    """When anybody at all can be reached for it, somebody is owed an urgent mail in the very first look; never another partner's people."""
    decision = decide(boxes, items, set(), [], NOW)
    urgent = {each.box for each in decision.owed if each.urgent}
    own = {each.partner for each in items if each.urgent}

    for item in (each for each in items if each.urgent):
        reachable = {each.box for each in boxes if each.partner in {item.partner, None}}
        assert not reachable or reachable & urgent
    assert all(each.partner in own or each.partner is None for each in boxes if each.box in urgent)


@given(drawn_boxes, drawn_items, st.integers(NOW, NOW + 2 * DAY))
def test_the_daily_mail_depends_on_nothing_that_waits(boxes: list[Box], items: list[Item], now: int) -> None:
    """Whatever waits, the same addresses hear at their hour: that one comes says nothing."""
    busy, idle = decide(boxes, items, set(), [], now), decide(boxes, [], set(), [], now)

    assert busy.slots == idle.slots
    assert heard(idle) == {number for number, _ in idle.slots} <= heard(busy)
