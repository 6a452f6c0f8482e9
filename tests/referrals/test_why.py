"""Why a partner is shown or not, on two lists beside each other: every rule has its words, and they are those of matching."""

from dataclasses import replace

import pytest

from referrals import fixtures
from referrals.directory import Directory
from referrals.lifecycle import bot_part
from referrals.matching import REASONS, RULES, CaseFacts, match
from referrals.vetting import PartnerFile
from referrals.why import WHY_NOT, QuestionError, _plain, asked, why
from tests.referrals import vetted

NEED = CaseFacts(country="CN", needs=("n_child", "n_leave"))
SALT = b"one case"
LIST = [vetted.file(name) for name in fixtures.IDS]


def told(facts: CaseFacts, *lists: list[PartnerFile]) -> dict[str, str]:
    """Return the lines of the table by the alias of the partner."""
    names = ("today", "proposed")[: len(lists)]
    text = why(facts, dict(zip(names, lists, strict=True)), vetted.NOW, SALT)
    return {line.split()[0]: line for line in text.split("\n\n")[0].splitlines()[2:]}


def closed(name: str) -> list[PartnerFile]:
    """Return the list with one partner that takes nobody."""
    old = vetted.file(name)
    service = old.partner.services[0].model_copy(update={"x_capacity": "closed"})
    new = vetted.with_partner(old, services=(service,))
    return [new if file.alias == new.alias else file for file in LIST]


def test_every_rule_has_its_words() -> None:
    """Nothing that matching can answer is left without plain words."""
    assert set(WHY_NOT) == {rule.name for rule in RULES} | {"hub", "hub_only", "rank"}
    assert all(_plain(code) != code for code in REASONS)


def test_it_says_what_a_bot_would_do() -> None:
    """The first, second and third are the offers of `match`, on what bots are told of."""
    parts = tuple(part for file in LIST if (part := bot_part(file, vetted.TODAY)) is not None)
    directory = Directory(1, parts)
    offered = [directory.partner(offer.partner_id).x_alias for offer in match(NEED, directory, vetted.NOW, SALT).offers]

    said = told(NEED, LIST)

    assert list(said)[: len(offered)] == offered
    assert [word for alias in offered for word in ("first", "second", "third") if f"{word}: " in said[alias]] == [
        "first",
        "second",
        "third",
    ][: len(offered)]


def test_each_of_the_others_has_its_reason() -> None:
    """Faith, an old vetting, a suspension, a canary and the duty desk are told apart."""
    said = told(NEED, LIST)
    words = {
        "CANARY": "a canary",
        "OLD": "(expired)",
        "SUSP": "(suspended)",
        "FAITH": "review: bots aren't told",
        "HUB": "the duty desk: not needed",
        "PSY-KR": "that country",
    }

    assert {name: text in said[vetted.file(name).alias] for name, text in words.items()} == dict.fromkeys(words, True)


def test_two_lists_stand_side_by_side() -> None:
    """What differs is marked, and what doesn't is not."""
    said = told(NEED, LIST, closed("CHILD"))

    assert "takes nobody at present" in said["5"]
    assert said["5"].endswith("*")
    assert not said["12"].endswith("*")
    assert "* differs between the lists" in why(NEED, {"today": LIST, "proposed": closed("CHILD")}, vetted.NOW, SALT)


def test_a_partner_on_one_list_only() -> None:
    """A new partner isn't on today's list."""
    said = told(NEED, [file for file in LIST if file.alias != "5"], LIST)

    assert "not on this list" in said["5"]


@pytest.mark.parametrize(
    ("facts", "remark"),
    [
        (replace(NEED, country="RU"), "today: NOBODY is shown"),
        (replace(NEED, country=None), "today: nothing else may be shown"),
        (CaseFacts(country="CN", needs=("n_info",)), "today: pages answer all of it"),
    ],
)
def test_what_the_person_is_left_with_is_said(facts: CaseFacts, remark: str) -> None:
    """Nobody at all, the duty desk alone, or pages."""
    assert remark in why(facts, {"today": LIST}, vetted.NOW, SALT)


def test_a_question_may_be_asked_in_three_languages() -> None:
    """Words of a spreadsheet and the codes of the questionnaire mean the same case."""
    meant = CaseFacts(country="CN", needs=("n_place",), languages=frozenset({"ko", "zh"}), dialect="north")

    assert asked(["쉼터"], "중국", ["북한말", "중국어"]) == meant
    assert asked(["住处"], "中国", ["韩语(朝鲜)", "中文"]) == meant
    assert asked(["n_place"], "cn", ["Korean (North)", "zh"]) == meant
    assert asked([], urgent=True, under_18=True) == CaseFacts(klass="now", under_18=True)


def test_an_unknown_word_is_told_with_those_that_are_known() -> None:
    """What was typed is not repeated."""
    with pytest.raises(QuestionError, match="not a need; write one of: A place to stay") as caught:
        asked(["fictional nonsense"])

    assert "nonsense" not in str(caught.value)
