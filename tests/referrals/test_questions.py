"""The closed questions: a short list, whose codes fit where they are written."""

import re

from referrals.questions import ANSWERS, QUESTIONS, question_of
from referrals.referral import Packet


def test_every_question_has_a_few_answers() -> None:
    """As many as fit on one small screen, each once."""
    for question, answers in QUESTIONS.items():
        assert re.fullmatch(r"q_[a-z0-9_]{1,20}", question)
        assert 2 <= len(answers) <= 4
        assert len(set(answers)) == len(answers)


def test_every_answer_names_its_question_and_fits_into_a_packet() -> None:
    """What goes back says what was asked."""
    assert len(ANSWERS) == sum(map(len, QUESTIONS.values()))
    for answer in ANSWERS:
        assert question_of(answer) in QUESTIONS
        assert Packet.from_bytes(Packet(answer=answer).to_bytes()).answer == answer
