"""A conversation is a value that is stored as JSON, holds nothing of who she is, and prints nothing."""

import json

import pytest
from pydantic import ValidationError

from bot.dialogue.conversation import NOBODY, Conversation
from tests.bot.dialogue.places import at


def test_nobody_is_stored_as_nothing() -> None:
    """Defaults are left out."""
    assert NOBODY.stored() == "{}"


def test_what_is_stored_at_the_card() -> None:
    """The list of what one conversation holds: codes and ids without meaning."""
    stored = json.loads(at("q11_partner").conversation.stored())

    assert set(stored) == {"place", "locale", "salt", "answers", "offers"}


def test_nothing_is_printed() -> None:
    """Neither a representation nor a text says what she answered."""
    conversation = at("q11_partner").conversation

    assert repr(conversation) == str(conversation) == "Conversation(...)"
    assert repr(conversation.offers[0]) == "Standing(...)"


def test_what_can_not_be_read_is_an_error_without_content() -> None:
    """A damaged row is refused, and the message does not repeat it."""
    with pytest.raises(ValidationError) as refused:
        Conversation.restored('{"place": "q1_safe", "locale": 7, "marked-answer": "n_leave"}')

    assert "n_leave" not in str(refused.value)


def test_it_can_not_be_changed() -> None:
    """A decision gives a new conversation; the old one stays as it was read."""
    with pytest.raises(ValidationError):
        NOBODY.place = "q1_safe"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("answers", "urgent"),
    [
        ({}, False),
        ({"a0_open": ("lang_ko",)}, False),
        ({"a0_open": ("urgent_ko",)}, True),
        ({"a0_open": ("urgent_zh",)}, True),
        ({"q4_urgent": ("urg_now",)}, True),
        ({"q4_urgent": ("urg_days",)}, False),
    ],
)
def test_urgent(answers: dict[str, tuple[str, ...]], urgent: bool) -> None:
    """By the front page's button, or by what she said."""
    assert Conversation(answers=answers).urgent is urgent
