"""The shipped questionnaire loads, and each defect stops the program with a message that says what is wrong and where."""

from importlib.resources import files

import pytest

from bot.dialogue.pages import PAGES
from bot.dialogue.questionnaire import FLOW_RULES, Clause, QuestionnaireError, load, met
from bot.dialogue.screens import OPENABLE
from referrals.matching import MATCHING_RULES, NEEDS, SITUATIONS, URGENT_IMPLIES
from tests.person import questionnaire

SHIPPED = (files("bot.dialogue") / "questionnaire.toml").read_text("utf-8")
SMALL = """
version = "1"
max_buttons = 2

[[question]]
id = "a0_open"
purpose = "front page"
sensitivity = "L"
keep = "never"
needed_for = ["flow.language"]
options = [{ code = "yes" }, { code = "no" }]

[[question]]
id = "q1_next"
purpose = "the next one"
sensitivity = "L"
keep = "never"
needed_for = ["flow.safety"]
when = [[{ of = "a0_open", any = ["yes"] }]]
options = [{ code = "yes" }, { code = "no" }]
"""


def refusal(text: str) -> str:
    """What the program says about a questionnaire that it does not take."""
    with pytest.raises(QuestionnaireError) as stopped:
        load(text, OPENABLE)
    return str(stopped.value)


def changed(old: str, new: str, text: str = SHIPPED) -> str:
    """The questionnaire with one thing changed."""
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


def test_the_shipped_questionnaire_loads() -> None:
    """It has the questions of the field's guidance, in their order; q8_with stands directly after the country."""
    ids = [question.id for question in load(SHIPPED, OPENABLE).question]

    assert ids == [
        *("a0_open", "q1_safe", "q2_phone", "q3_agree", "q4_urgent", "u1_what", "u2_send", "q5_country"),
        *("q8_with", "q8_wish", "q8_third", "q8_limits"),
        *("q6_needs", "q7_situation", "q7b_danger", "q9_talk", "q10_contact", "q10_band"),
    ]


def test_a_small_questionnaire_loads() -> None:
    """What the tests below break is whole to begin with."""
    assert load(SMALL, OPENABLE)["q1_next"].codes == {"yes", "no"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'any = ["safe_alone"] }]]\noptions = [{ code = "ph_mine" }',
            'any = ["safe_alon"] }]]\noptions = [{ code = "ph_mine" }',
            "q2_phone, when: q1_safe has no answer 'safe_alon'",
        ),
        (
            '{ of = "q2_phone", any = ["ph_mine", "ph_shared"] },\n    { of = "q5_country"',
            '{ of = "q2_phone", any = ["ph_nobody"] },\n    { of = "q5_country"',
            "q10_contact, option c_band: q2_phone has no answer 'ph_nobody'",
        ),
        ('skip = "wish_unasked"', 'skip = "wish_never"', "q8_wish: skip names an unknown option: 'wish_never'"),
        (
            'when = [[{ of = "q8_with", any = ["w_third"] }]]',
            'when = [[{ of = "q8_whom", any = ["w_third"] }]]',
            "q8_wish, when: names an unknown question: 'q8_whom'",
        ),
        (
            'when = [[{ of = "q1_safe", any = ["safe_alone", "safe_moment"] }]]',
            'when = [[{ of = "q4_urgent", any = ["urg_no"] }]]',
            "q3_agree, when: depends on a later answer: 'q4_urgent'",
        ),
        (
            'when = [[{ of = "q10_contact", any = ["c_band"] }]]',
            'when = [[{ of = "q10_contact", any = ["c_band"] }, { of = "q1_safe", any = ["safe_moment"] }]]',
            "q10_band: no answers lead to this question",
        ),
        (
            'needed_for = ["contact_mode"]\nskip = "band_none"',
            'needed_for = []\nskip = "band_none"',
            "question.17.needed_for: Tuple should have at least 1 item",
        ),
        (
            'needed_for = ["language", "gender"]',
            'needed_for = ["curiosity"]',
            "q9_talk: needed_for names no matching rule and no flow rule: 'curiosity'",
        ),
        (
            '{ of = "q2_phone", any = ["ph_mine", "ph_shared"] },\n  { of = "q8_with"',
            '{ of = "q8_with"',
            "q7_situation: sensitivity X must be asked only when q1_safe is safe_alone and q2_phone is ph_mine or ph_shared",
        ),
        (
            '{ of = "q2_phone", any = ["ph_mine", "ph_shared"] },\n    { of = "q6_needs"',
            '{ of = "q2_phone", any = ["ph_mine", "ph_checked"] },\n    { of = "q6_needs"',
            "q7b_danger: sensitivity X must be asked only when",
        ),
        ('{ code = "n_food", page = 2 }', '{ code = "n_food" }', "q6_needs: more than 6 buttons on page 1"),
        (
            '{ code = "info", opens = "p_urgent" }',
            '{ code = "info", opens = "p_nowhere" }',
            "u2_send, option info: opens an unknown page: 'p_nowhere'",
        ),
        (
            'keep = "session"',
            'keep = "session"\nask_name = true',
            "question.0.ask_name: Extra inputs are not permitted",
        ),
        ('keep = "session"', 'keep = "forever"', "question.0.keep: Input should be 'never', 'session' or 'packet'"),
        ('id = "q9_talk"', 'id = "q8_with"', "q8_with: there are two questions with this id"),
        ('{ code = "wish_cannot" }', '{ code = "wish_yes" }', "q8_wish: option 'wish_yes' stands twice"),
        ("multi = 3", "multi = 99", "question.12.multi: Input should be less than or equal to 15"),
        ('code = "wish_cannot"', 'code = "wish:cannot"', "question.9.options.2.code: String should match pattern"),
    ],
)
def test_a_defect_is_told_with_its_place(old: str, new: str, message: str) -> None:
    """The message names the file, the question and what is wrong with it."""
    assert refusal(changed(old, new)).startswith(f"questionnaire.toml, {message}")


def test_bad_toml_is_told_with_its_line() -> None:
    """A file that is no TOML says at which line reading stopped."""
    assert refusal(changed('version = "1"', "version =", SMALL)) == (
        "questionnaire.toml is not valid TOML: Invalid value (at line 2, column 10)"
    )


def test_a_clause_that_says_nothing_is_refused() -> None:
    """A clause needs `any` or `none`."""
    text = changed('{ of = "a0_open", any = ["yes"] }', '{ of = "a0_open" }', SMALL)

    assert "q1_next, when: the clause on 'a0_open' has neither any nor none" in refusal(text)


@pytest.mark.parametrize(
    "when",
    [
        '[[{ of = "a0_open", any = ["yes"], none = ["yes"] }]]',
        '[[{ of = "a0_open", any = ["yes"] }, { of = "a0_open", any = ["no"] }]]',
        "[]",
    ],
)
def test_a_question_that_contradicts_itself_is_unreachable(when: str) -> None:
    """Conditions that no answers can meet are found, and not only unknown names."""
    text = changed('[[{ of = "a0_open", any = ["yes"] }]]', when, SMALL)

    assert "q1_next: no answers lead to this question" in refusal(text)


def test_a_question_behind_an_unreachable_answer_is_unreachable() -> None:
    """Reachability follows the conditions of the questions that a condition names."""
    further = changed('id = "q1_next"', 'id = "q2_last"', "[[question]]" + SMALL.rsplit("[[question]]", 1)[1])
    third = further.replace(
        '{ of = "a0_open", any = ["yes"] }', '{ of = "q1_next", any = ["yes"] }, { of = "a0_open", any = ["no"] }'
    )

    assert "q2_last: no answers lead to this question" in refusal(SMALL + third)


@pytest.mark.parametrize(
    ("clause", "given", "holds"),
    [
        (Clause(of="q", any=("a",)), {"q": ("a",)}, True),
        (Clause(of="q", any=("a",)), {"q": ("b",)}, False),
        (Clause(of="q", any=("a",)), {"q": ()}, False),
        (Clause(of="q", any=("a",)), {}, False),
        (Clause(of="q", none=("a",)), {"q": ("b",)}, True),
        (Clause(of="q", none=("a",)), {"q": ()}, True),
        (Clause(of="q", none=("a",)), {"q": ("a", "b")}, False),
        (Clause(of="q", none=("a",)), {}, False),
        (Clause(of="q", any=("a",), none=("b",)), {"q": ("a", "b")}, False),
    ],
)
def test_a_clause_looks_at_given_answers_only(clause: Clause, given: dict[str, tuple[str, ...]], holds: bool) -> None:
    """A skipped question counts as answered with nothing; one that was not asked meets no clause."""
    assert clause.holds(given) is holds


def test_alternatives_of_clauses() -> None:
    """All clauses of one alternative must hold, and one alternative is enough."""
    one, other = Clause(of="q", any=("a",)), Clause(of="r", any=("b",))

    assert not met(((one, other),), {"q": ("a",)})
    assert met(((one,), (other,)), {"q": ("a",)})
    assert met(None, {})


def test_every_flow_rule_is_needed() -> None:
    """No rule of the flow stands there that no question serves."""
    used = {rule for question in questionnaire().question for rule in question.needed_for}

    assert set(FLOW_RULES) <= used
    assert used <= set(FLOW_RULES) | MATCHING_RULES


def test_codes_are_those_of_matching() -> None:
    """Needs, situations and urgent words are the ones that partners are matched by."""
    asked = questionnaire()

    assert tuple(option.code for option in asked["q6_needs"].options) == NEEDS
    assert tuple(option.code for option in asked["q7_situation"].options) == SITUATIONS
    assert asked["u1_what"].codes == set(URGENT_IMPLIES)


def test_a_question_of_sensitivity_x_can_always_be_skipped() -> None:
    """The hardest questions may be left open, and skipping stands for no answer."""
    assert {question.id for question in questionnaire().question if question.sensitivity == "X"} == {
        "q7_situation",
        "q7b_danger",
    }
    assert all(question.skip is None for question in questionnaire().question if question.sensitivity == "X")


def test_every_page_is_opened_by_something() -> None:
    """No page is written that nobody can get to."""
    opened = {option.opens for question in questionnaire().question for option in question.options}
    opened |= {target for page in PAGES.values() for target in page.opens}

    assert set(PAGES) - opened <= {
        "p_info",
        "p_partner",
        "v_not_ours",
        "v_no_proof",
    }  # opened by the screens after the questions
