"""What a typed text may mean. It is looked at once, in memory, and never kept (domain.md 1.6)."""

import unicodedata

# Any of these, typed at any time, erases: domain.md 1.6 and the words on the wipe button.
_WIPE_WORDS = frozenset({"그만", "지우기", "지워", "不要了", "删除", "删掉"})
_BETWEEN_DIGITS = frozenset(" -.·\t\n")


def is_wipe_word(untrusted_text: str) -> bool:
    """Tell whether she asked, in a word, to erase everything."""
    return unicodedata.normalize("NFKC", untrusted_text).strip(" .!?。！？\n\t") in _WIPE_WORDS


def code_digits(untrusted_text: str) -> str:
    """The digits of a typed return code, full-width ones included; empty if there is anything but digits and separators."""
    folded = [char for char in unicodedata.normalize("NFKC", untrusted_text) if char not in _BETWEEN_DIGITS]
    return "".join(folded) if folded and all(char in "0123456789" for char in folded) else ""
