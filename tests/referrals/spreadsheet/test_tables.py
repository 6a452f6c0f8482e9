"""What a read file is made of, and how its places and texts are told."""

import pytest

from referrals.spreadsheet.tables import Finding, Row, is_written, letters, plain, shown


@pytest.mark.parametrize(
    ("index", "said"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")]
)
def test_a_column_is_named_as_a_program_names_it(index: int, said: str) -> None:
    """Columns are lettered A to Z, then AA."""
    assert letters(index) == said


def test_a_finding_says_where() -> None:
    """Sheet, row, column and heading stand before what is wrong; without a column, the row alone."""
    assert str(Finding("Sheet1", 7, "E", "언어", "is empty")) == "Sheet1, row 7, column E (언어): is empty"
    assert str(Finding("Sheet1", 7, "", "", "is empty")) == "Sheet1, row 7: is empty"


def test_text_is_composed_and_trimmed() -> None:
    """Korean as a Mac writes it becomes one letter for each syllable, and line ends and outer spaces are one kind."""
    assert plain(" \u1100\u1161 \r\nb\r") == "가\nb"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("가 나\nb", True),
        ("a\u200bb", False),
        ("a\ufffd", False),
        ("a\x07", False),
        ("\u202eabc", False),
        ("abc", True),
    ],
)
def test_unseen_characters_are_found(text: str, seen: bool) -> None:
    """Control, invisible and turning characters and replaced ones are no writing."""
    assert is_written(text) is seen


def test_what_is_repeated_is_short_and_visible() -> None:
    """A repeated heading is cut, stands on one line, and shows a question mark for what can't be seen."""
    assert shown("가\n나\u202e") == "가 나?"
    assert len(shown("x" * 100)) == 24


def test_a_row_shows_no_cells() -> None:
    """The representation of a row holds no cell: it may end in a report."""
    row = Row(3, ("secret",))

    assert "secret" not in repr(row)
    assert not row.empty
    assert Row(4, (None, "")).empty
