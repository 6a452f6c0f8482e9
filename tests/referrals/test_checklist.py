"""The checklist has the 14 items of domain.md 4.1, and a check says where its evidence lies."""

import json
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from referrals.checklist import CHECKS, Check, CheckCode

PARTNERS = [f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2)]


def read(**changes: Any) -> Check:
    """Read a fictional check with some fields changed."""
    written = {
        "item": "identity", "evidence": "fictional binder 1", "checked_by": "lea", "checked_on": "2031-03-09",
        "expires_on": "2031-06-07",
    }  # fmt: skip
    return Check.model_validate_json(json.dumps({**written, **changes}))


def refused(**changes: Any) -> str:
    """Return what is told about a check that must be refused."""
    with pytest.raises(ValidationError) as caught:
        read(**changes)
    return str(caught.value)


def test_there_are_fourteen_items_each_with_a_meaning() -> None:
    """The table and the type name the same 14 items in the same order."""
    assert tuple(CHECKS) == get_args(CheckCode)
    assert len(CHECKS) == 14
    assert all(CHECKS.values())


def test_a_check_ends_no_sooner_than_it_was_made() -> None:
    """The day of the check may be its last day, the day before not."""
    assert read(expires_on="2031-03-09").expires_on == read().checked_on
    assert "expires_on is before checked_on" in refused(expires_on="2031-03-08")


def test_references_are_two_different_partners_and_for_identity_only() -> None:
    """One reference, the same twice, or references for training are refused."""
    assert read(references=PARTNERS).references == tuple(PARTNERS)
    for references in (PARTNERS[:1], PARTNERS[:1] * 2):
        assert "two or more different partners" in refused(references=references)
    assert "for the item identity only" in refused(item="psea", references=PARTNERS)


@pytest.mark.parametrize("evidence", ["", "a\nb", "a\x1b[2J", "a\u202eb", "a\u200bb", " a", "a\u3000", "x" * 201])
def test_what_a_reviewer_could_misread_is_refused(evidence: str) -> None:
    """A line break, an escape sequence, a turned direction, an invisible character or an outer space can't stand in a line."""
    told = refused(evidence=evidence)

    assert "type it again" in told or "String should have" in told
    assert len(evidence) < 3 or evidence not in told


def test_korean_and_chinese_evidence_is_taken() -> None:
    """A reference may be written in the operator's language."""
    assert read(evidence="서류철 3, 2쪽").evidence == "서류철 3, 2쪽"
    assert read(evidence="第三册，第二页").evidence == "第三册，第二页"


def test_a_check_says_nothing_of_itself_in_a_representation() -> None:
    """No evidence gets into a log through a repr."""
    assert repr(read()) == str(read()) == "Check(***)"
