"""Tables line up in a terminal in which Korean and Chinese letters take two columns."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.aligned import cut, display_width, padded, table


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("한국어", 6), ("中文", 4), ("Ａ", 2), ("é", 1), ("e\u0301", 1), ("a\u200b", 1), ("·", 1), ("", 0)],
)
def test_a_wide_letter_takes_two_columns(text: str, columns: int) -> None:
    """Hangul, Han and full-width letters are wide; marks and invisible characters take none."""
    assert display_width(text) == columns


def test_korean_from_a_mac_is_as_wide_as_other_korean() -> None:
    """A syllable written as its single sounds is drawn as one."""
    assert display_width(unicodedata.normalize("NFD", "한국어")) == 6


@given(st.text(st.sampled_from("ab한中Ａ·e\u0301")), st.integers(1, 20))
def test_cut_text_is_never_too_wide(text: str, width: int) -> None:
    """Also where a wide letter would stand across the edge; and what fits stays whole."""
    assert display_width(cut(text, width)) <= width
    assert cut(text, width) == text or display_width(text) > width
    assert display_width(padded(cut(text, width), width)) == width


def test_columns_line_up() -> None:
    """The second column begins at the same place in every line."""
    told = table(["no.", "이름"], [["7", "가상 단체"], ["1234", "中文机构 x"], ["가", "y"]])

    assert told == ("no.   이름\n----  ----------\n7     가상 단체\n1234  中文机构 x\n가    y")


def test_long_cells_are_cut_but_not_in_the_last_column() -> None:
    """What to do stands last, and is read whole."""
    told = table(["a", "do"], [["x" * 30, "y" * 30]], most=10)

    assert "xxxxxxxxx…  " + "y" * 30 in told
