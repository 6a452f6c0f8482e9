"""Each rule of the linters catches a planted sentence, lets good ones through, and its lists and exceptions are sound."""

import pytest
from pydantic import ValidationError

from tests.bot.dialogue.purpose_words import CHINESE, KOREAN
from tools.wording import Finding, Fragment, Shown
from tools.wording.lint import everything, findings, rules, unexcused
from tools.wording.lists import Exemption, exemptions, lists, read_exemptions, read_lists

REASON = "fictional, for this test"
# rule, locale, whether a button, the sentence. All are what must never be shown.
PLANTED = [
    ("forbidden", "ko", False, "탈북을 돕습니다."),
    ("forbidden", "ko_CN", True, "구조"),
    ("forbidden", "ko", True, "NGO"),
    ("forbidden", "zh_Hans", False, "帮你逃跑。"),
    ("forbidden", "zh_Hans", True, "vpn"),
    ("loanword", "ko", False, "서비스를 고르십시오."),
    ("loanword", "ko_CN", True, "핸드폰"),
    ("dueum", "ko", False, "연락을 드립니다."),
    ("dueum", "ko_CN", True, "래일"),
    ("northern-spelling", "ko_CN", True, "여자"),
    ("false-friend", "ko", False, "일없습니다."),
    ("false-friend", "ko_CN", False, "조사를 합니다."),
    ("political", "ko", False, "동무를 찾습니다."),
    ("political", "zh_Hans", False, "同志，你好。"),
    ("address", "ko", False, "고객님이 고릅니다."),
    ("ending", "ko", False, "도와 드릴게요."),
    ("ending", "ko", False, "도와준다."),
    ("ending", "ko", True, "여기를 눌러요"),
    ("ending", "ko_CN", True, "같이 갑시다"),
    ("ending", "ko", True, "다시 해라"),
    ("honorific", "ko", False, "혼자 계시면 누르십시오."),
    ("negative-question", "ko", False, "혼자 있지 않습니까?"),
    ("negative-question", "ko_CN", False, "안 급합니까?"),
    ("negative-question", "ko", False, "급한 일이 없습니까?"),
    ("negative-question", "zh_Hans", False, "你不是一个人吗？"),
    ("negative-question", "zh_Hans", False, "没有急事？"),
    ("negative-question", "en", False, "Aren't you alone?"),
    ("sentence-length", "ko", False, "이곳에서 찾는 사람은 누구든지 여러 가지 일을 함께 의논할 수 있습니다."),
    ("paragraph-length", "ko", False, "갑니다. 옵니다. 봅니다."),
    ("clause-length", "zh_Hans", False, "这里的人可以和你一起商量各种各样的事。"),
    ("screen-length", "ko", False, "\n".join(["다시 물어보십시오."] * 12)),
    ("screen-length", "zh_Hans", False, "以后可以再问。" * 8),
    ("button-length", "ko", True, "여기서 나가는 일을 함께 의논하기"),
    ("button-length", "zh_Hans", True, "一起商量离开这里的事"),
    ("latin", "ko", True, "OK"),
    ("latin", "zh_Hans", False, "Telegram知道，Telegram看到。"),
    ("full-width", "zh_Hans", False, "请按１６个。"),
    ("full-width", "en", False, "Press ３."),
    ("emoji", "ko", True, "🆘 급합니다"),
    ("emoji", "zh_Hans", True, "❤️"),
    ("emoji", "en", True, "🇰🇷 Korea"),
    ("emoji", "ko", False, "⏱ 급합니다. ⏱"),
    ("traditional", "zh_Hans", True, "資訊"),
    ("traditional", "zh_Hans", False, "妳好。"),
    ("mainland", "zh_Hans", True, "看影片"),
    ("official", "zh_Hans", False, "您要核实吗？"),
    ("police", "ko", False, "경찰에 전화하십시오."),
    ("police", "ko_CN", False, "변방대를 찾아가십시오."),
    ("police", "ko", False, "병원에 등록하십시오."),
    ("police", "ko", False, "주민위원회에 가십시오."),
    ("police", "zh_Hans", False, "请报警。"),
    ("police", "zh_Hans", False, "去居委会。"),
    ("police", "zh_Hans", False, "打110。"),
    ("police", "en", False, "Call the police."),
    ("police", "en", False, "Register at the hospital first."),
    ("police", "en", False, "Ask the neighbourhood committee."),
    ("consulate", "ko", False, "영사관에 가십시오."),
    ("consulate", "zh_Hans", False, "去大使馆。"),
    ("consulate", "en", False, "Go to the embassy."),
    ("transport", "ko", False, "기차를 타고 국경을 넘습니다."),
    ("transport", "zh_Hans", False, "坐车去边境。"),
    ("transport", "en", False, "A broker takes you across the border by bus."),
    ("money", "ko", False, "비용은 나중에 냅니다."),
    ("money", "ko_CN", False, "돈을 받습니다."),
    ("money", "zh_Hans", False, "要付一点钱。"),
    ("money", "en", False, "You pay later."),
    ("promise", "ko", False, "안전하게 지켜 드립니다."),
    ("promise", "ko", False, "꼭 도와 드립니다."),
    ("promise", "zh_Hans", False, "我们一定来救你。"),
    ("promise", "en", False, "We will save you, it is safe and encrypted."),
    ("label", "ko", False, "불법으로 온 사람을 돕습니다."),
    ("label", "ko", False, "왜 나가지 않았습니까?"),
    ("label", "zh_Hans", False, "帮助受害者。"),
    ("label", "zh_Hans", False, "你为什么不走？"),
    ("label", "en", False, "For victims who were sold."),
    ("condition", "ko", False, "교회에 나오십시오."),
    ("condition", "ko", False, "믿는 사람 곁에 있으십시오."),
    ("condition", "zh_Hans", False, "要作证。"),
    ("condition", "en", False, "Talk to a journalist first."),
    ("asks", "ko", False, "이름이 무엇입니까?"),
    ("asks", "ko", False, "고향을 쓰십시오."),
    ("asks", "ko_CN", False, "누가 여기로 데려왔습니까?"),
    ("asks", "zh_Hans", False, "你叫什么名字？"),
    ("asks", "zh_Hans", False, "你是哪里人？"),
    ("asks", "en", False, "Where are you from?"),
    ("seen-before", "ko", False, "다시 오셨습니다."),
    ("seen-before", "zh_Hans", False, "欢迎回来。"),
    ("seen-before", "en", False, "Welcome back."),
]
GOOD = [
    ("ko", False, "돈을 받지 않습니다. 이름과 사는 곳은 쓰지 마십시오."),
    ("ko", False, "완전히 안전하다고 약속하지 못합니다."),
    ("ko", False, "이것만 보냅니다: 급한 일, 쓰는 말, 시각."),
    ("ko", True, "필요"),
    ("ko", True, "예, 지금 급합니다"),
    ("ko_CN", True, "녀자, 우리말"),
    ("ko", False, "그냥 하는 이야기도 듣습니다."),
    ("ko", False, "지금 이 화면을 혼자 보고 있습니까?"),
    ("zh_Hans", False, "最近一个月有没有这些事？"),
    ("zh_Hans", False, "这一两天会不会出大事？"),
    ("zh_Hans", False, "现在别人在看吗？"),
    ("zh_Hans", False, "不收钱。不要写名字、住址。"),
    ("zh_Hans", False, "不一定马上能帮。"),
    ("en", False, "We take no money. Don't write names."),
    ("en", False, "This is a guide for daily life."),
]


def screen(locale: str, text: str, *, button: bool = False, strict: bool = True, **allowed: bool) -> Shown:
    """A screen with one line or button, made for these tests."""
    return Shown("planted", locale, strict, (Fragment(("planted.key",), text, button),), **allowed)


def caught(shown: Shown) -> set[str]:
    """The names of the rules that a screen breaks."""
    return {finding.rule for finding in findings(shown)}


@pytest.mark.parametrize(
    ("rule", "locale", "button", "text"), PLANTED, ids=[f"{p[0]}-{p[1]}-{i}" for i, p in enumerate(PLANTED)]
)
def test_a_planted_sentence_is_caught(rule: str, locale: str, button: bool, text: str) -> None:
    """Each rule finds what was planted for it, and names its rule, its language and its key."""
    found = [each for each in findings(screen(locale, text, button=button)) if each.rule == rule]

    assert found
    assert {each.locale for each in found} == {locale}
    assert str(found[0]).startswith(f"{locale}: planted")


def test_every_rule_has_its_planted_sentence() -> None:
    """No rule is without proof; `betrays` is the list of `forbidden` at another stage."""
    assert {rule for rule, *_ in PLANTED} | {"betrays"} == rules()


@pytest.mark.parametrize(("locale", "button", "text"), GOOD)
def test_good_words_pass(locale: str, button: bool, text: str) -> None:
    """What must be said can be said."""
    assert list(map(str, findings(screen(locale, text, button=button)))) == []


def test_words_that_betray_are_held_before_and_after_the_agreement() -> None:
    """Before it the rule is `forbidden`, after it `betrays`: an exception for one is none for the other."""
    assert "forbidden" in caught(screen("ko", "난민", strict=True))
    assert "betrays" in caught(screen("ko", "난민", strict=False))
    assert "forbidden" not in caught(screen("ko", "난민", strict=False))


@pytest.mark.parametrize(("locale", "words"), [("ko", KOREAN), ("ko_CN", KOREAN), ("zh_Hans", CHINESE)])
def test_the_list_holds_every_word_of_the_other_tests(locale: str, words: list[str]) -> None:
    """The words that the tests of the dialogue look for are all in the linter's list."""
    assert [word for word in words if "forbidden" not in caught(screen(locale, word))] == []


@pytest.mark.parametrize(
    ("advice", "text"), [("police", "경찰에 전화할 수 있습니다."), ("consulate", "영사관에 물을 수 있습니다.")]
)
def test_advice_hangs_on_the_policy(advice: str, text: str) -> None:
    """Each kind is closed by its own word of the policy, and by nothing else."""
    both = {"police": True, "consulate": True}

    assert advice not in caught(screen("ko", text, strict=False, **both))
    assert advice in caught(screen("ko", text, strict=False, **(both | {advice: False})))


def test_a_good_statement_does_not_hide_a_bad_one() -> None:
    """Beside "we take no money", a price is still found."""
    assert "money" in caught(screen("ko", "돈을 받지 않습니다. 요금은 나중에 냅니다."))
    assert "asks" in caught(screen("zh_Hans", "不问住址。你叫什么名字？"))
    assert "promise" in caught(screen("en", "We can't promise that it is completely safe. You are safe."))


def _finding(**changes: object) -> Finding:
    fields: dict[str, object] = {
        "rule": "money",
        "locale": "ko",
        "keys": ("line.need", "q6.n"),
        "found": "돈",
        "says": ".",
    }
    return Finding(**(fields | changes))  # type: ignore[arg-type]  # fields vary by test


@pytest.mark.parametrize(
    ("changes", "let_through"),
    [
        ({}, True),
        ({"rule": "promise"}, False),
        ({"locale": "zh_Hans"}, False),
        ({"keys": ("line.need",)}, False),
        ({"found": "빚"}, False),
        ({"measure": 5}, False),
    ],
)
def test_an_exception_lets_through_only_what_it_names(changes: dict[str, object], let_through: bool) -> None:
    """Rule, language, key and word must all be those of the exception; a measure needs one with a limit."""
    exemption = Exemption(rule="money", keys=("q6.n",), found=("돈",), locales=("ko",), reason=REASON)

    assert (unexcused([_finding(**changes)], [exemption]) == []) == let_through


@pytest.mark.parametrize(("measure", "let_through"), [(99, True), (100, True), (101, False), (None, False)])
def test_an_exception_for_a_length_ends_at_its_limit(measure: int | None, let_through: bool) -> None:
    """A screen that grows past what was let through is found again."""
    exemption = Exemption(rule="money", keys=("q6.n",), limit=100, reason=REASON)

    assert (unexcused([_finding(measure=measure)], [exemption]) == []) == let_through


def test_a_key_with_an_exception_is_still_held_by_the_other_rules() -> None:
    """The button about money may name money, and no price."""
    button = Fragment(("q6_needs.n_scam",), "돈 달라는 경찰", button=True)

    assert {each.rule for each in everything(Shown("q6_needs", "ko", strict=False, fragments=(button,)))} >= {
        "money",
        "police",
    }
    assert {each.rule for each in findings(Shown("q6_needs", "ko", strict=False, fragments=(button,)))} >= {"police"}


def test_every_exception_names_a_rule_and_a_reason() -> None:
    """An exception for a rule that is not there would let nothing through, and one without a reason is refused."""
    assert {each.rule for each in exemptions()} <= rules()
    with pytest.raises(ValidationError):
        read_exemptions('[[exception]]\nrule = "money"\nkeys = ["x"]\nreason = ""')
    with pytest.raises(ValidationError):
        read_exemptions(f'[[exception]]\nrule = "money"\nkeys = []\nreason = "{REASON}"')


def test_a_list_that_looks_for_nothing_is_refused() -> None:
    """An empty list would pass everything; so would one that points to words of a rule that has none."""
    rest = "[limits]\n" + "\n".join(f"{name} = 1" for name in type(lists().limits).model_fields)
    rest += "\n[marks]\nlatin = []\nemoji = []\nsigns = []\n"
    one = f'[[list]]\nrule = "x"\nsays = "{REASON}"\nlocales = ["ko"]\n'

    assert read_lists(one + 'words = ["y"]\n' + rest).rules == {"x"}
    for nothing in ("", 'words_of = "none"\n'):
        with pytest.raises(ValueError, match="looks for nothing"):
            read_lists(one + nothing + rest)
