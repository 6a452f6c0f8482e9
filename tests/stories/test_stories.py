"""The stories hold: each scenario, played on the real engine with the real words."""

import re
from pathlib import Path

import pytest

from tests.stories.play import StoryError, play, stories

SCENARIOS = ("a1", "a2", "a3", "a4", "a5", "a6")


@pytest.mark.parametrize("story", stories(), ids=lambda path: path.stem)
def test_a_story_holds(story: Path) -> None:
    """Every line of the story is so, and nothing was handed over that it does not tell."""
    play(story.read_text("utf-8"), story.name)


def test_every_scenario_has_its_story() -> None:
    """A1 to A6 are there."""
    assert {story.stem.split("_")[0] for story in stories()} >= set(SCENARIOS)


def story_of(*lines: str) -> str:
    """A story with these steps."""
    return "\n".join(["About something.", "", *lines])


@pytest.mark.parametrize(
    ("lines", "number", "said"),
    [
        (["she opens the chat", "she presses 조선말"], 4, "우리말"),
        (["she presses 우리말", "she sees 안녕하십니까. 생활 안내입니다."], 4, "지금 이 화면을"),
        (["she presses 우리말", "she does not see 혼자"], 4, "혼자 있습니다"),
        (["she presses 우리말", "she can choose 1 혼자 있습니다"], 4, "잠깐만 됩니다"),
        (["she presses 우리말", "she sees the front page"], 4, "지금 이 화면을"),
        (["she presses 우리말", "nothing is known of her"], 4, "q1_safe"),
        (["she presses 우리말", "screens so far: 2"], 4, "q1_safe"),
        (["she presses 우리말", "taps so far: 2"], 4, "1"),
        (["she presses 우리말", "never shown: 혼자"], 4, "혼자"),
        (["she presses 우리말", "her number is nowhere", "she sees her number"], 5, "지금"),
        (["she presses 우리말", "HUB gets: class now"], 4, "nothing was sent"),
        (["she flies away"], 3, "no such sentence"),
    ],
)
def test_a_story_that_does_not_hold_says_where(lines: list[str], number: int, said: str) -> None:
    """It stops at the line that is not so, and tells what was seen."""
    with pytest.raises(StoryError, match=rf"wrong\.story:{number}: {re.escape(lines[number - 3])}") as stopped:
        play(story_of(*lines), "wrong.story")

    assert said in str(stopped.value)


URGENT = ("she presses ⏱ 급합니다", "she presses 2 나갈 수 없음", "she presses 1 보냅니다")


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("nothing more is sent", "Refer"),
        ("HUB gets: class now, language ko", "urgent u_locked"),
        (
            "HUB gets: class now, urgent u_locked, country CN, language ko",
            "HUB: class now, urgent u_locked, language ko",
        ),
        ("CHILD gets: class now, urgent u_locked, language ko", "HUB"),
        ("held for HUB as number 1: class now, urgent u_locked, language ko", "held=0"),
        ("HUB gets in addition: class now, urgent u_locked, language ko", "Refer"),
        ("HUB is told that it is taken back", "Refer"),
        ("her number is nowhere", "1234"),
    ],
)
def test_what_is_sent_is_compared(line: str, seen: str) -> None:
    """A wrong partner, a missing or a further answer, and a wrong place in the order are noticed."""
    with pytest.raises(StoryError, match=re.escape(seen)):
        play(story_of(*URGENT, line), "wrong.story")


def test_what_is_sent_must_be_told() -> None:
    """A story that ends without telling what was sent does not hold."""
    with pytest.raises(StoryError, match=r"wrong\.story:5: nothing more is sent"):
        play(story_of(*URGENT), "wrong.story")
