"""What a row's marks mean, and what is wrong with them."""

import pytest

from bot.review.verdicts import Mark, Problem, judged, nearest, plain
from tools.words import placeholders

OLD = "보냅니다: {alias}"


def _cells(**values: str) -> dict[str, str]:
    return {"verdict": "", "new_words": "", "remark": "", "reviewer": ""} | values


def _judged(language: str = "ko", old: str = OLD, **values: str) -> Mark | list[Problem]:
    return judged(_cells(**values), "card.alias", old, language, placeholders)


@pytest.mark.parametrize("verdict", ["좋음", "好", "ok", "OK"])
def test_good_words_are_good_in_any_language(verdict: str) -> None:
    """A reviewer may write the verdict in her own language."""
    assert _judged(verdict=verdict, reviewer="A") == Mark("card.alias", "ok", OLD, "", "", "A")


@pytest.mark.parametrize("verdict", ["고침", "改", "Change"])
def test_new_words_come_with_the_verdict(verdict: str) -> None:
    """The change carries old and new words."""
    found = _judged(verdict=verdict, new_words="단체 {alias}", remark="짧게")

    assert found == Mark("card.alias", "change", OLD, "단체 {alias}", "짧게", "")


def test_a_remark_alone_is_no_verdict() -> None:
    """It is kept, and changes nothing."""
    found = _judged(remark="어렵다")

    assert isinstance(found, Mark)
    assert (found.verdict, found.new) == (None, "")


@pytest.mark.parametrize(
    ("values", "column", "what"),
    [
        ({"verdict": "글쎄"}, "verdict", "should be 좋음 or 고침"),
        ({"verdict": "고침"}, "new_words", "whole new text"),
        ({"new_words": "단체 {alias}"}, "verdict", "should be 고침"),
        ({"verdict": "좋음", "new_words": "단체 {alias}"}, "verdict", "should be 고침"),
        ({"verdict": "고침", "new_words": OLD}, "new_words", "stand there already"),
        ({"verdict": "고침", "new_words": "단체"}, "new_words", "exactly {alias}"),
        ({"verdict": "고침", "new_words": "{alias} {code}"}, "new_words", "exactly {alias}"),
        ({"verdict": "고침", "new_words": "{alias"}, "new_words", "exactly {alias}"),
        ({"verdict": "고침", "new_words": "{alias!r}"}, "new_words", "exactly {alias}"),
        ({"verdict": "고침", "new_words": "{alias.__class__}"}, "new_words", "exactly {alias}"),
        ({"verdict": "고침", "new_words": "｛alias｝"}, "new_words", "narrow braces"),
        ({"verdict": "고침", "new_words": "단체 {alias}\u202e"}, "new_words", "can't be seen"),
        ({"verdict": "고침", "new_words": "단체\u200b {alias}"}, "new_words", "can't be seen"),
        ({"verdict": "고침", "new_words": "단체\x1b[2J {alias}"}, "new_words", "can't be seen"),
        ({"verdict": "고침", "new_words": "단\ufffd {alias}"}, "new_words", "broken"),
    ],
)
def test_what_is_wrong_is_told_with_what_would_be_right(values: dict[str, str], column: str, what: str) -> None:
    """The column is named; the message says what should stand there, and repeats nothing of what does."""
    found = _judged(**values)

    assert isinstance(found, list)
    assert [problem for problem in found if problem.column == column and what in problem.what]


def test_words_without_placeholders_may_have_none() -> None:
    """A brace in the new words of such a text is told."""
    found = _judged(old="보냅니다", verdict="고침", new_words="{보냅니다}")

    assert isinstance(found, list)
    assert "no braces" in found[0].what


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  말 \r\n 글\r", "말\n글"),
        ("한".encode().decode(), "한"),
        ("\u1112\u1161\u11ab", "한"),
        ("가_x000D_\n나", "가\n나"),
        ("\n\n", ""),
    ],
)
def test_text_is_taken_as_the_catalogues_hold_it(typed: str, kept: str) -> None:
    """Line ends, letters in parts and spaces at the edges are no change of words."""
    assert plain(typed) == kept


@pytest.mark.parametrize("new", ["https://a.invalid", "www.a.invalid", "t.me/x", "@helper", "010 1234 5678", "110-110"])
def test_a_way_to_somebody_is_seen(new: str) -> None:
    """A link, a handle or a number that the old words did not have is pointed out; one that was there is not."""
    assert Mark("k", "change", "전화", new, "", "").brings_contact
    assert not Mark("k", "change", new, new + "!", "", "").brings_contact
    assert not Mark("k", "change", "전화", "24시간, 30분, 1.8리터", "", "").brings_contact


def test_an_unknown_key_is_told_with_the_nearest() -> None:
    """A slip of a letter finds its key; nonsense does not."""
    assert nearest("q1_saf", {"q1_safe": 1, "nav.back": 1}) == "It should probably be q1_safe."
    assert nearest("xxxxxxxx", {"q1_safe": 1}) == "It should be as it was given out."
