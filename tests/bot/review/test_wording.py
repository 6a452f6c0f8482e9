"""The packet speaks to its reader in her language."""

import pytest

from bot.review.wording import NAMES, display_width, guide, heading, labels, verdicts, words_heading, wrapped_lines


def test_the_guide_says_the_same_in_every_language() -> None:
    """Korean, Chinese and English have as many sentences, and none is empty."""
    assert list(guide()) == ["ko", "zh", "en"]
    assert len({(len(told.how), len(told.how_file)) for told in guide().values()}) == 1
    assert all(sentence for told in guide().values() for sentence in (*told.how, *told.how_file))


@pytest.mark.parametrize("language", NAMES)
def test_headings_differ_from_each_other(language: str) -> None:
    """A column is known by its heading alone."""
    names = ("key", "part", "verdict", "new_words", "remark", "reviewer", "note")
    titles = [heading(name, language) for name in names] + [words_heading(each) for each in NAMES]

    assert len(set(titles)) == len(titles)


def test_a_verdict_is_known_in_every_language() -> None:
    """Whichever language a reviewer's file is in."""
    assert verdicts() == {"좋음": "ok", "고침": "change", "好": "ok", "改": "change", "ok": "ok", "change": "change"}
    assert labels("ko_CN").ok == "좋음"


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("abc", 3), ("안녕", 4), ("你好，", 6), ("①", 2), ("a한", 3), ("ＯＫ", 4)]
)
def test_a_wide_character_takes_two_columns(text: str, width: int) -> None:
    """Korean, Chinese, full-width and encircled characters are drawn wide."""
    assert display_width(text) == width


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", 1), ("가" * 10, 1), ("가" * 11, 2), ("a" * 20, 1), ("가\n나\n다", 3), ("가" * 21 + "\n나", 4)],
)
def test_lines_are_counted_as_they_wrap(text: str, lines: int) -> None:
    """In a cell of 22 columns, 20 are for the text."""
    assert wrapped_lines(text, 22) == lines
