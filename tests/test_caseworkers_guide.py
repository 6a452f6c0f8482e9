"""The caseworkers' guide says what is on the screen: every label in it is one of the desk's own, and every number is the code's."""

import re

import pytest

from referrals.casebook_answers import UNDO_SECONDS
from referrals.casebook_attested import ATTEST_DAYS
from referrals.casebook_queue import REPLY_MINUTES
from referrals.desk import invitations, passphrases, sessions
from referrals.desk.notices.deciding import _SECOND_AFTER
from referrals.matching import ACKNOWLEDGE_MINUTES
from referrals.questions import QUESTIONS
from referrals.reply import MAX_TEXT
from tools.words import ROOT, read

GUIDE = (ROOT / "docs" / "CASEWORKERS.md").read_text(encoding="utf-8")
WORDS = set(read("en", (ROOT / "locales" / "en" / "desk.po").read_bytes()).by_key.values())
# What is bold and no label: a sentence's own beginning.
OWN = {
    "bold", "Her check word.", "When the danger word was given.", "Your device.", "The sheet.", "Sheet and passkey.",
    "Somebody saw your sheet, or held your unlocked phone.",
}  # fmt: skip
LABELS = sorted({" ".join(each.split()) for each in re.findall(r"\*\*(.+?)\*\*", GUIDE, re.DOTALL)} - OWN)
HOUR, MINUTE = 3_600, 60  # seconds


@pytest.mark.parametrize("label", LABELS)
def test_every_label_is_on_a_screen(label: str) -> None:
    """What the guide tells one to press or read stands in the desk's catalogue, word for word."""
    assert label in WORDS


def test_there_are_labels() -> None:
    """The test above looks at something."""
    assert len(LABELS) > 20


def span(minutes: int) -> str:
    """A length of time as the guide's table says it."""
    if minutes < 60:
        return f"{minutes} minutes"
    return "1 hour" if minutes == 60 else f"{minutes // 60} hours"


@pytest.mark.parametrize(("name", "klass"), [("Now", "now"), ("Within days", "days"), ("Normal", "normal")])
def test_the_deadlines_are_the_codes(name: str, klass: str) -> None:
    """The table of classes."""
    assert f"| {name} | {span(ACKNOWLEDGE_MINUTES[klass])} | {span(REPLY_MINUTES[klass])} |" in GUIDE


def test_the_numbers_are_the_codes() -> None:
    """Sessions, links, undoing, attesting, second calls, the length of an answer, the questions, and the words of a sheet."""
    assert (sessions.IDLE, sessions.LONGEST, sessions.FRESH) == (15 * MINUTE, 12 * HOUR, 10 * MINUTE)
    assert invitations.LIFE == 48 * HOUR
    assert (UNDO_SECONDS, ATTEST_DAYS, _SECOND_AFTER) == (10 * MINUTE, 7, 15 * MINUTE)
    assert (MAX_TEXT, len(QUESTIONS), passphrases.PHRASE_CHARACTERS) == (300, 5, 20)
