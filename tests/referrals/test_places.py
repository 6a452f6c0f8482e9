"""Untrusted JSON is read whole or not at all, and what is wrong is told by place, never by value."""

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from referrals.places import SHOWN_PROBLEMS, UnreadableError, field_name, parsed, problems, told


class Member(BaseModel):
    """A member of a list, for these tests."""

    model_config = ConfigDict(extra="forbid")

    x_alias: str
    number: int = 0


class Whole(BaseModel):
    """A document with partners, for these tests."""

    partners: tuple[Member, ...]


def found(raw: object) -> list[str]:
    """Return what is told about a document that must be refused."""
    with pytest.raises(ValidationError) as caught:
        Whole.model_validate(raw)
    return problems(caught.value, raw)


def test_a_problem_is_told_by_number_alias_and_field() -> None:
    """The line says which member, by its alias where it has one, and which field; it doesn't repeat the value."""
    (line,) = found({"partners": [{"x_alias": "3"}, {"x_alias": "7", "number": "Kim"}]})

    assert line.startswith("partner 2 (alias 7), number: ")
    assert "Kim" not in line


def test_a_whole_member_that_is_none_is_told_by_its_number() -> None:
    """A member that is no object has no alias to be called by."""
    assert found({"partners": ["Kim"]})[0].startswith("partner 1: ")


def test_what_is_wrong_outside_the_members_is_told_by_its_field() -> None:
    """A missing list of members, or a document that is none, has a place too."""
    assert found({}) == ["partners: the field is missing; add it"]
    assert found(7)[0].startswith("the list: ")


@pytest.mark.parametrize("field", ["address", "locations", "latitude"])
def test_a_place_is_refused_with_the_reason(field: str) -> None:
    """A field for a place is told apart from any other unknown field."""
    assert found({"partners": [{"x_alias": "3", field: "x"}]}) == [
        f"partner 1 (alias 3), {field}: addresses and places are never kept; remove it"
    ]
    assert found({"partners": [{"x_alias": "3", "colour": "x"}]}) == [
        "partner 1 (alias 3), colour: there is no such field; remove it"
    ]


def test_a_name_from_outside_is_repeated_only_where_it_looks_like_a_field() -> None:
    """A person's name in the place of a field's, or of an alias, gets into no message."""
    (line,) = found({"partners": [{"x_alias": "Kim Y", "Kim Yong": 1}]})

    assert line == "partner 1, (odd name): there is no such field; remove it"
    assert [field_name(name) for name in ("x_fee", 3, "김", "\x1b[31m", None)] == [
        "x_fee", "3", "(odd name)", "(odd name)", "(odd name)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a": 1,\n "a": 2}', "a field stands twice"),
        ('{"a": 1', "not JSON (line 1 column 7)"),
        ('{"a": NaN}', "not JSON"),
        ("[" * 100_000 + "]" * 100_000, "longer than 1000 characters"),
        ("[" * 400 + "]" * 400, "not JSON"),
        ("", "not JSON"),
    ],
)
def test_what_is_not_one_whole_json_document_is_refused(text: str, reason: str) -> None:
    """A field named twice, an open bracket, a number that JSON lacks, too much text and too deep nesting are each refused."""
    with pytest.raises(UnreadableError) as caught:
        parsed(text, 1000)

    assert reason in str(caught.value)


def test_ten_problems_are_told_and_the_others_counted() -> None:
    """A message stays readable on a screen."""
    message = told("list", [f"place {number}" for number in range(SHOWN_PROBLEMS + 3)])

    assert message.startswith("list is refused:\n  place 0\n")
    assert message.endswith("place 9\n  and 3 more")
