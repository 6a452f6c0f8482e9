"""How many screens and taps each path takes (domain.md 1.3): screens are questions and the first card; a language tap is none."""

import random
import statistics

from bot.dialogue.conversation import FRONT
from tests.bot.dialogue.places import Step, walk
from tests.person import NOW, Person, questionnaire

BEGIN = ("lang_ko", "safe_alone", "ph_mine", "agree")


def screens(*steps: Step) -> list[str]:
    """The questions and the card that were put to her on the way."""
    return answered(walk(*steps))


def answered(person: Person) -> list[str]:
    """Each question and card once, whatever was ticked or turned on it."""
    asked = questionnaire()
    return [
        place for place in dict.fromkeys(person.seen) if (place in asked and place != FRONT) or place == "q11_partner"
    ]


def test_the_usual_path_has_eleven_screens() -> None:
    """Who needs to leave, names what fits and no danger: q1 to q10 and the card."""
    path = screens(*BEGIN, "urg_no", "CN", ("w_alone",), ("n_leave",), ("s_papers",), ("t_f_ko",), "c_return")

    assert len(path) == 11
    assert path[-1] == "q11_partner"


def test_the_danger_question_makes_it_twelve() -> None:
    """One more, where what she named calls for it."""
    path = screens(*BEGIN, "urg_no", "CN", (), ("n_leave",), ("s_hurt",), ("d_worse",), (), "c_return")

    assert len(path) == 12


def test_without_the_hardest_question_it_is_ten() -> None:
    """Needs that no situation belongs to."""
    assert len(screens(*BEGIN, "urg_no", "CN", ("w_alone",), ("n_med",), ("t_f_ko",), "c_return")) == 10


def test_the_short_path_has_six_screens() -> None:
    """Who has only a moment."""
    assert len(screens("lang_ko", "safe_moment", "agree", "urg_no", "CN", ("n_leave", "n_child"))) == 6


def test_the_urgent_path_has_three_taps() -> None:
    """Language and urgent in one, the matter, and consent; then it is sent."""
    person = walk("urgent_ko", "u_locked", "send")

    assert len(person.seen) == 3
    assert len(person.conversation.sent) == 1


def test_urgent_found_out_on_the_usual_path() -> None:
    """Saying "now" leads to the urgent path at once: two more taps and it is sent."""
    person = walk(*BEGIN, "urg_now", "u_locked", "send")

    assert person.seen[-3:] == ["u1_what", "u2_send", "r_receipt"]


def test_talk_in_seoul_has_ten_screens() -> None:
    """Scenario A5."""
    assert len(screens(*BEGIN, "urg_no", "KR", ("w_alone",), ("n_mind",), ("t_f_ko",), "c_return")) <= 10


def test_the_median_person_has_eleven_screens() -> None:
    """Of 400 simulated persons on the usual path (alone, answering at random and skipping one question in ten), the median is 11±1."""
    draw = random.Random(NOW.toordinal())
    lengths: list[int] = []
    while len(lengths) < 400:
        person = walk(*BEGIN[:2])
        while person.conversation.place not in {"q11_partner", "m_none", "r_receipt", FRONT}:
            _answer(person, draw)
        if person.conversation.place == "q11_partner":
            lengths.append(len(answered(person)))

    assert 10 <= statistics.median(lengths) <= 12
    assert max(lengths) <= 14  # every question that can stand on one path: a third party's and a child's among them


def _answer(person: Person, draw: random.Random) -> None:
    """Answer the open question: never urgent and never out, one question in ten skipped."""
    question = questionnaire()[person.conversation.place]
    codes = [
        option.code
        for option in question.offered(person.conversation.answers)
        if option.opens is None
        and option.does is None
        and option.code not in {"urg_now", "wish_unasked", "wish_cannot"}
    ]
    if draw.random() < 0.1 and question.skip is None:
        person.tap("nav.skip")
    elif question.multi:
        person.choose(*draw.sample(codes, draw.randint(1, min(len(codes), 2, question.multi))))
    else:
        code = draw.choice(codes)
        while code not in person.options:
            person.tap(f"page.{person.conversation.page + 1}")
        person.tap(code)
