"""What is on a screen: numbered buttons in one column, and nothing that can't be pressed."""

import pytest

from bot.dialogue.case_screens import KEYPAD
from bot.dialogue.screens import Screen
from tests.bot.dialogue.places import WAYS, at, walk
from tests.person import questionnaire

EVERYWHERE = sorted(WAYS)


def choices(screen: Screen) -> list[str]:
    """Every option of a screen."""
    return [choice.option for row in screen.rows for choice in row]


@pytest.mark.parametrize("place", EVERYWHERE)
def test_buttons_differ_and_are_invited(place: str) -> None:
    """No two buttons of a screen are the same, and each is one that the engine takes."""
    screen = at(place).screen
    options = choices(screen)

    assert len(set(options)) == len(options)
    assert all(screen.invites(screen.id, option) for option in options)
    assert not screen.invites("other", options[0])
    assert not screen.invites(screen.id, "other")


@pytest.mark.parametrize("place", [place for place in EVERYWHERE if place not in {"a0_open", "k_code"}])
def test_numbered_buttons_stand_alone_and_count_up(place: str) -> None:
    """One column, digit first, so that somebody can be told "press 3"."""
    rows = at(place).screen.rows
    numbered = [row for row in rows if any(choice.number is not None for choice in row)]
    numbers = [row[0].number for row in numbered]

    assert all(len(row) == 1 for row in numbered)
    assert numbers == list(range(1, len(numbers) + 1))


def test_numbers_go_on_over_the_pages() -> None:
    """The first need of the second page is the seventh."""
    numbers = [choice.number for row in at("q6_needs").tap("page.2").screen.rows for choice in row if choice.number]

    assert numbers == [7, 8, 9, 10, 11, 12]


def test_at_most_six_options_stand_on_a_page() -> None:
    """On every page of every question."""
    for question in questionnaire().question:
        for page in (1, 2, 3):
            assert sum(option.page == page for option in question.options) <= questionnaire().max_buttons == 6


def test_the_keypad_is_a_keypad() -> None:
    """Ten digits in the order of a telephone."""
    assert [row[0].option for row in at("k_code").screen.rows[:4]] == ["key.1", "key.4", "key.7", "key.0"]
    assert len(KEYPAD) == len(set(KEYPAD)) == 10


def test_an_answered_question_shows_what_was_chosen() -> None:
    """Going back, she sees her answer ticked."""
    screen = at("q8_with").tap("nav.back").screen

    assert [choice.option for row in screen.rows for choice in row if choice.ticked] == ["CN"]


@pytest.mark.parametrize(
    ("steps", "key"),
    [
        (WAYS["u2_send"], "u2_send"),
        (("urgent_ko", "u_self"), "u2_send.self"),
        ((*WAYS["q8_third"], "third_urgent", "u_self"), "u2_send.third"),
        (WAYS["q3_agree"], "q3_agree"),
        (("lang_ko", "safe_moment"), "q3_agree.short"),
        (WAYS["q5_country"], "q5_country"),
        ((*WAYS["u2_send"], "send", "go_on"), "q5_country.added"),
        ((*WAYS["q7_situation"], ("s_papers",)), "q9_talk.after"),
        (WAYS["q9_talk"], "q9_talk"),
    ],
)
def test_words_fit_what_she_said_before(steps: tuple[str | tuple[str, ...], ...], key: str) -> None:
    """A question that follows on something grave, or sends by being answered, says so."""
    assert walk(*steps).screen.lines[0].key == key


def test_not_your_fault_is_said_once() -> None:
    """By the danger question, or after it where that was not asked; never twice (domain.md 1.4, notes)."""
    asked = walk(*WAYS["q9_talk"])
    skipped = walk(*WAYS["q7_situation"], "nav.skip")

    assert asked.screen.lines[0].key == "q9_talk"
    assert skipped.screen.lines[0].key == "q9_talk"  # she named nothing, so nothing is answered


def test_why_is_said_where_it_is_asked() -> None:
    """Each question that has a reason shows it."""
    for question in questionnaire().question:
        if question.why:
            assert f"{question.id}.why" in [line.key for line in at(question.id).screen.lines]
