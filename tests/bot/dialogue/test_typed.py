"""What a typed text may mean, looked at once."""

import pytest

from bot.dialogue.typed import code_digits, is_wipe_word


@pytest.mark.parametrize("text", ["그만", "지우기", " 지워 ", "不要了", "删除！", "删掉。", "그만!!"])
def test_words_that_erase(text: str) -> None:
    """With punctuation and spaces around them."""
    assert is_wipe_word(text)


@pytest.mark.parametrize("text", ["", "그만두고 싶지 않습니다", "지", "删", "아직 그만 아님"])
def test_words_that_do_not(text: str) -> None:
    """Only the word alone: a sentence that holds it erases nothing."""
    assert not is_wipe_word(text)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("1234", "1234"),
        (" 12 34 ", "1234"),
        ("１２-３４", "1234"),
        ("12·34\n", "1234"),
        ("12a4", ""),
        ("번호 1234", ""),
        ("١٢٣", ""),  # digits of another script are no digits here: a keypad has ten
        ("", ""),
        (" - ", ""),
    ],
)
def test_digits_of_a_code(text: str, digits: str) -> None:
    """Digits with separators, also full-width ones; anything else is nothing at all."""
    assert code_digits(text) == digits
