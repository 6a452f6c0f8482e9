"""The composer's lints: what domain.md 2.3 forbids is stopped, what may frighten is said, and every approved phrase is clean."""

import pytest

from referrals.desk.opening import COVER, LINTS, PHRASES
from referrals.questions import QUESTIONS
from tests.desk_browser.runner import ask, asked
from tools.words import ROOT, read

# What must never reach her (N5, N9, N10), in either language.
STOPPED = {
    "phone": ["010-1234-5678로 전화하십시오.", "打 138 1234 5678。", "+82 10 1234 5678", "０１０１２３４５６７８"],
    "link": [
        "https://example.org 를 보십시오.",
        "请看 example.com。",
        "@helper_kim 에게 쓰십시오.",
        "加微信号 abc123。",
        "a@b.kr",
    ],
    "street": ["중앙로 12로 오십시오.", "住在3号楼2单元。", "人民路12号。", "3동 402호입니다."],
    "money": ["돈을 보내십시오.", "要付款。", "500원입니다."],
    "transport": ["기차를 타십시오.", "坐火车来。", "국경을 넘어가십시오.", "找带路的人。"],
}
SAID = {
    "place": ["연길에서 만납니다.", "在延吉见面。"],
    "promise": ["반드시 구해 줍니다.", "保证没事。"],
    "asks": ["이름이 무엇입니까?", "你叫什么名字？"],
    "loanword": ["센터로 오십시오."],
    "ending": ["알겠어요."],
    "police": ["경찰에 말하십시오.", "去找警察。"],
    "condition": ["교회에 다니십시오.", "来教会吧。"],
    "latin": ["hello"],
    "long_sentence": ["우리가 여러 가지로 알아보고 다시 쓸 테니 그때까지 아무것도 하지 말고 기다리고 있으십시오."],
}


def found(text: str, check: str | None = None) -> list[dict[str, object]]:
    """What the lints say about a text."""
    request = {"text": text} if check is None else {"text": text, "check": check}
    findings: list[dict[str, object]] = ask("findings", **request)["findings"]
    return findings


@pytest.mark.parametrize(("table", "hard"), [(STOPPED, True), (SAID, False)], ids=["stopped", "said"])
def test_each_rule_finds_its_sentences(table: dict[str, list[str]], hard: bool) -> None:
    """Every planted sentence is found under its rule, and only what the domain forbids stops the sending."""
    planted = [(rule, text) for rule, texts in table.items() for text in texts]
    answers = asked(*({"do": "findings", "text": text} for _, text in planted))
    missed = [
        (rule, text)
        for (rule, text), answer in zip(planted, answers, strict=True)
        if {"rule": rule, "hard": hard}
        not in [{"rule": each["rule"], "hard": each["hard"]} for each in answer["findings"]]
    ]

    assert missed == []


def test_nothing_stands_in_the_way_of_an_ordinary_answer() -> None:
    """Short, formal, plain sentences in both languages are found clean, the one of N10 about money among them."""
    texts = [
        "우리는 돈을 받지 않습니다.",
        "글을 받았습니다. 다음에 다시 오십시오.",
        "我们不收钱。",
        "我们收到了，也看了。",
    ]

    assert [answer["findings"] for answer in asked(*({"do": "findings", "text": text} for text in texts))] == [[]] * 4


@pytest.mark.parametrize("locale", ["ko", "zh_Hans"])
def test_every_approved_phrase_is_clean(locale: str) -> None:
    """What is sent by one tap keeps the rules that are told to who writes herself; cover talk too."""
    words = read(locale, (ROOT / "locales" / locale / "desk.po").read_bytes()).by_key
    keys = [*(f"said.{code}" for code in PHRASES), *(f"cover.{code}" for code in COVER)]
    answers = asked(*({"do": "findings", "text": words[key]} for key in keys))

    assert {key: answer["findings"] for key, answer in zip(keys, answers, strict=True) if answer["findings"]} == {}


def test_her_word_is_asked_for() -> None:
    """A reply without her word is told so; her word alone before the text is no sentence that would be found wrong."""
    assert [each["rule"] for each in found("글을 받았습니다.", "감자")] == ["check_word"]
    assert found("감자. 글을 받았습니다.", "감자") == []
    assert found("土豆。我们看了。", "土豆") == []


def test_rules_and_questions_are_those_that_python_knows() -> None:
    """Each rule that can be found has its words, and the closed questions are the same codes in the same order."""
    known = ask("rules")

    assert {rule.replace("-", "_") for rule in known["rules"]} == set(LINTS)
    assert known["questions"] == list(QUESTIONS)
