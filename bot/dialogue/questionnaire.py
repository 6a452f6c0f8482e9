"""The questions, loaded from a data file and checked before anybody is asked anything.

`load` takes the text of questionnaire.toml, never a path: who reads files is the app. A file that names an unknown code, asks a
question nobody can reach, puts a condition on a later answer or asks something that no rule needs does not load; the message says
where. Whether every question has its words is checked by texts.py, which knows the catalogues.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from referrals.matching import MATCHING_RULES

Answers: TypeAlias = Mapping[str, tuple[str, ...]]
"""Question id -> the chosen options in the order of the questionnaire; an empty tuple is a question she skipped."""

_Possible: TypeAlias = Callable[["Question", Mapping[str, frozenset[str]]], bool]

# What the conversation itself needs an answer for. A question that serves neither one of these nor a matching rule is not asked.
FLOW_RULES: Mapping[str, str] = {
    "flow.language": "which language to speak",
    "flow.urgent": "whether to go to the urgent path",
    "flow.safety": "whether anything may be shown at all",
    "flow.agreement": "nothing is kept before she agreed to the conversation",
    "flow.contact_limits": "which ways of contact may be offered on this phone",
    "flow.extreme": "whether the hardest questions may be shown on this phone",
    "flow.policy": "what may be said about the country she is in",
    "flow.third_party": "somebody else is not handed over unasked",
    "flow.child_limits": "a child hears the limits of confidentiality first",
    "flow.consent": "nothing is sent without consent",
}


class QuestionnaireError(Exception):
    """The questionnaire can't be used: the message names the question and what to mend in bot/dialogue/questionnaire.toml."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Clause(_Strict):
    """One condition on an earlier question: any of these options, or an answer (or a skip) with none of them."""

    of: str
    any: tuple[str, ...] | None = None
    none: tuple[str, ...] | None = None

    def holds(self, answers: Answers) -> bool:
        """Tell whether the answers given so far meet the clause."""
        given = answers.get(self.of)
        if given is None:
            return False
        return (self.any is None or not set(self.any).isdisjoint(given)) and set(self.none or ()).isdisjoint(given)


Condition: TypeAlias = tuple[tuple[Clause, ...], ...]
"""Alternatives of clauses: met when all clauses of one alternative hold."""


def met(condition: Condition | None, answers: Answers) -> bool:
    """Tell whether a condition is met; no condition always is."""
    return condition is None or any(all(clause.holds(answers) for clause in clauses) for clauses in condition)


class Option(_Strict):
    """One button of a question."""

    code: str = Field(pattern=r"^[A-Za-z0-9_-]{1,16}$")
    page: int = Field(default=1, ge=1, le=3)
    only: Condition | None = None  # offered only when met
    opens: str | None = None  # a page or screen to look at; not an answer
    does: Literal["wipe", "urgent"] | None = None  # ends the conversation, or goes over to the urgent path


class Question(_Strict):
    """One question: when it is asked, what for, and what may be answered."""

    id: str = Field(pattern=r"^[aqu][0-9]{1,2}[a-z]?_[a-z0-9]{1,16}$")
    purpose: str = Field(min_length=1)
    sensitivity: Literal["L", "M", "H", "X"]
    keep: Literal["never", "session", "packet"]
    needed_for: tuple[str, ...] = Field(min_length=1)
    when: Condition | None = None
    multi: int = Field(default=0, ge=0, le=15)
    skip: str | None = None
    why: bool = True  # whether the screen says in words why it is asked
    options: tuple[Option, ...] = Field(min_length=1)

    @property
    def codes(self) -> frozenset[str]:
        """The codes that can stand as an answer."""
        return frozenset(option.code for option in self.options if option.opens is None)

    def option(self, code: str) -> Option:
        """The option with this code; KeyError if there is none, which is our own mistake."""
        for option in self.options:
            if option.code == code:
                return option
        raise KeyError(code)

    def offered(self, answers: Answers) -> tuple[Option, ...]:
        """The options that may be shown after these answers."""
        return tuple(option for option in self.options if met(option.only, answers))


class Questionnaire(_Strict):
    """All questions in their order."""

    version: str = Field(min_length=1, max_length=40)
    max_buttons: int = Field(ge=2, le=10)
    question: tuple[Question, ...] = Field(min_length=1)

    def __getitem__(self, question_id: str) -> Question:
        """The question with this id; KeyError if there is none."""
        for question in self.question:
            if question.id == question_id:
                return question
        raise KeyError(question_id)

    def __contains__(self, question_id: object) -> bool:
        """Tell whether there is a question with this id."""
        return any(question.id == question_id for question in self.question)

    def keys(self) -> Iterator[str]:
        """Every key under which the catalogues must have words for the questions."""
        for question in self.question:
            yield question.id
            if question.why:
                yield f"{question.id}.why"
            for option in question.options:
                yield f"{question.id}.{option.code}"


def load(text: str, screens: frozenset[str]) -> Questionnaire:
    """Read and check the questionnaire; `screens` are the pages an option may open. Raises QuestionnaireError."""
    try:
        questionnaire = Questionnaire.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        message = f"questionnaire.toml is not valid TOML: {error}"
        raise QuestionnaireError(message) from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        message = f"questionnaire.toml, {place}: {first['msg']}"
        raise QuestionnaireError(message) from None
    problem = next(_problems(questionnaire, screens), None)
    if problem is not None:
        raise QuestionnaireError(f"questionnaire.toml, {problem}")
    return questionnaire


def _problems(questionnaire: Questionnaire, screens: frozenset[str]) -> Iterator[str]:
    """Everything that is wrong, in the order of the file."""
    earlier: dict[str, Question] = {}
    all_ids = {question.id for question in questionnaire.question}
    for question in questionnaire.question:
        if question.id in earlier:
            yield f"{question.id}: there are two questions with this id"
        yield from _option_problems(question, questionnaire.max_buttons, screens)
        for rule in question.needed_for:
            if rule not in MATCHING_RULES and rule not in FLOW_RULES:
                yield f"{question.id}: needed_for names no matching rule and no flow rule: {rule!r}"
        conditions = [("when", question.when)] + [(f"option {option.code}", option.only) for option in question.options]
        for place, condition in conditions:
            for clause in (clause for clauses in condition or () for clause in clauses):
                yield from _clause_problems(f"{question.id}, {place}", clause, earlier, all_ids)
        earlier[question.id] = question
        if not _reachable(question, earlier):
            yield f"{question.id}: no answers lead to this question"
        if question.sensitivity == "X" and not _guarded(question, earlier):
            yield f"{question.id}: sensitivity X must be asked only when q1_safe is safe_alone and q2_phone is ph_mine or ph_shared"


def _option_problems(question: Question, max_buttons: int, screens: frozenset[str]) -> Iterator[str]:
    codes = [option.code for option in question.options]
    for code in codes:
        if codes.count(code) > 1:
            yield f"{question.id}: option {code!r} stands twice"
    if question.skip is not None and question.skip not in codes:
        yield f"{question.id}: skip names an unknown option: {question.skip!r}"
    for option in question.options:
        if option.opens is not None and option.opens not in screens:
            yield f"{question.id}, option {option.code}: opens an unknown page: {option.opens!r}"
    for page in {option.page for option in question.options}:
        if sum(option.page == page for option in question.options) > max_buttons:
            yield f"{question.id}: more than {max_buttons} buttons on page {page}"


def _clause_problems(place: str, clause: Clause, earlier: Mapping[str, Question], all_ids: set[str]) -> Iterator[str]:
    if clause.of not in all_ids:
        yield f"{place}: names an unknown question: {clause.of!r}"
    elif clause.of not in earlier:
        yield f"{place}: depends on a later answer: {clause.of!r}"
    else:
        for code in (*(clause.any or ()), *(clause.none or ())):
            if code not in earlier[clause.of].codes:
                yield f"{place}: {clause.of} has no answer {code!r}"
    if clause.any is None and clause.none is None:
        yield f"{place}: the clause on {clause.of!r} has neither any nor none"


def _guarded(question: Question, known: Mapping[str, Question]) -> bool:
    """Tell whether every way to an extreme question passes both safety checks (domain.md 1.4, sensitivity)."""
    needs = [("q1_safe", {"safe_alone"}), ("q2_phone", {"ph_mine", "ph_shared"})]

    def one(clauses: tuple[Clause, ...]) -> bool:
        direct = all(
            any(c.of == of and c.any is not None and set(c.any) <= allowed for c in clauses) for of, allowed in needs
        )
        # A question that hangs on an answer to another extreme question is guarded by that one.
        return direct or any(
            known[clause.of].sensitivity == "X" and clause.any for clause in clauses if clause.of in known
        )

    return question.when is not None and all(one(clauses) for clauses in question.when)


def _reachable(question: Question, known: Mapping[str, Question]) -> bool:
    """Tell whether some answers meet the condition and those of all questions it hangs on.

    Works on sets of codes still possible for each question that takes one answer, which is exact for the conditions a clause can
    express; a question that takes several answers never contradicts itself.
    """

    def possible(target: Question, allowed: Mapping[str, frozenset[str]]) -> bool:
        if target.when is None:
            return True
        return any(_consistent(clauses, allowed, known, possible) for clauses in target.when)

    return possible(question, {})


def _consistent(
    clauses: tuple[Clause, ...],
    allowed: Mapping[str, frozenset[str]],
    known: Mapping[str, Question],
    possible: _Possible,
) -> bool:
    narrowed = dict(allowed)
    for clause in clauses:
        source = known.get(clause.of)
        if source is None:
            return False
        left = narrowed.get(clause.of, source.codes)
        if clause.any is not None:
            wanted = frozenset(clause.any)
            left = (left & wanted) if not source.multi else (left if left & wanted else frozenset())
        if clause.none:
            left = left - frozenset(clause.none)
        if not left and (clause.any is not None or (source.skip is not None)):
            return False
        narrowed[clause.of] = left
    return all(possible(known[clause.of], narrowed) for clause in clauses)
