"""The audit log: whatever is changed in it is found, by anyone."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.publishing.audit import FIRST, anchor, line_hash, next_line, verify
from referrals.publishing.metadata import Anchor
from tests.referrals.publishing.ceremony import NOW


def log(length: int = 6) -> list[str]:
    """Return a log of kim's."""
    lines: list[str] = []
    for number in range(length):
        at = NOW + timedelta(minutes=number)
        lines.append(next_line(lines, "kim", "approve", [f"partner-{number}"], number, at))
    return lines


def test_a_log_that_nobody_touched_holds() -> None:
    """With its anchor and without; an empty one too."""
    assert (verify(log()), verify([]), verify(log(), anchor(log(4)))) == ((), (), ())
    assert json.loads(log()[0])["previous"] == FIRST
    assert anchor([]) == Anchor(0, FIRST)


@given(place=st.integers(0, 5), at=st.integers(0, 10**6), put=st.characters(codec="ascii"))
def test_any_changed_character_is_found(place: int, at: int, put: str) -> None:
    """At the line itself or the next, whichever no longer fits; the last line is held by the anchor."""
    lines = log()
    at %= len(lines[place])
    changed = lines[place][:at] + put + lines[place][at + 1 :]
    problems = verify([*lines[:place], changed, *lines[place + 1 :]], anchor(lines))

    assert bool(problems) == (changed != lines[place])
    assert all(problem.line in {place + 1, place + 2} for problem in problems)


@given(place=st.integers(0, 4))
def test_a_line_taken_out_or_swapped_is_found_where_it_was(place: int) -> None:
    """The first line that doesn't follow is named."""
    lines = log()
    without = lines[:place] + lines[place + 1 :]
    swapped = [*lines[:place], lines[place + 1], lines[place], *lines[place + 2 :]]

    assert [problem.line for problem in verify(without)] == [place + 1]
    assert [problem.line for problem in verify(swapped)] == [place + 1]


def test_a_cut_or_rewritten_log_is_found_by_the_anchor_alone() -> None:
    """A chain made anew is whole in itself; that it isn't the one that was signed, only the signed list tells."""
    lines = log()
    rewritten = log(3)
    rewritten.append(next_line(rewritten, "kim", "suspend", ["partner-9"], 3, NOW + timedelta(hours=1)))

    assert (verify(lines[:4]), verify(rewritten)) == ((), ())
    assert verify(lines[:4], anchor(lines))[0].line == 5
    assert verify(rewritten, anchor(lines[:4]))[0].line == 4


def test_another_operator_or_an_earlier_time_is_found() -> None:
    """A log is one operator's, and time goes on in it."""
    lines = log(2)
    foreign = next_line(lines, "lee", "approve", [], 1, NOW + timedelta(hours=1))
    early = next_line(lines, "kim", "approve", [], 1, NOW)

    assert [verify([*lines, each])[0].line for each in (foreign, early)] == [3, 3]


@pytest.mark.parametrize("subjects", [["a name"], ["한글"], ["x" * 81]])
def test_words_are_not_taken_for_ids(subjects: list[str]) -> None:
    """There is no field for case content."""
    with pytest.raises(ValueError, match="subjects"):
        next_line([], "kim", "approve", subjects, 0, NOW)


def test_a_line_hash_is_sha256_of_the_line() -> None:
    """`printf %s "$line" | sha256sum` gives the same: an outsider needs no program of ours."""
    assert line_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
