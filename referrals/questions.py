"""The closed questions that a partner can ask her without either of them typing, and the answers to each. Pure.

The codes stand in sealed replies and in what she sends back; the words are the catalogue's, under `<question>` and `<question>.<answer>`.
Each is needed to act: when to speak with her, whether she can come, who must be looked after first, and whether help is still wanted
(domain.md 4.4: need more, a question from a closed list).
"""

from collections.abc import Mapping

QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "q_when_alone": ("morning", "afternoon", "evening", "night"),
    "q_can_leave": ("yes", "sometimes", "no"),
    "q_under18": ("yes", "no"),
    "q_ill": ("today", "later", "no"),
    "q_still": ("yes", "later", "no"),
}
"""Question -> its answers, in the order of the screen."""

ANSWERS: tuple[str, ...] = tuple(
    f"{question}.{answer}" for question, answers in QUESTIONS.items() for answer in answers
)
"""Every answer with its question, as it goes back in a packet: `q_ill.today`."""


def question_of(answer: str) -> str:
    """The question that an answer such as `q_ill.today` belongs to."""
    return answer.partition(".")[0]
