"""Every screen has words in every language, within Telegram's limits, and no word is kept that no screen shows."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from bot.dialogue import screens
from bot.dialogue.conversation import FRONT, NOBODY, Conversation, Standing
from bot.dialogue.events import CodeChecked, Remained, SentMedia, Typed
from bot.dialogue.pages import PAGES
from bot.dialogue.questionnaire import load
from bot.dialogue.screens import OPENABLE, Line, Screen
from bot.texts import LOCALES, Catalogues, WordsError, shipped, used_keys
from referrals.casebook_moves import DECLINE_REASONS
from referrals.casebook_view import STATES, CaseView
from referrals.fixtures import IDS
from referrals.matching import REASONS
from referrals.questions import QUESTIONS
from tests.bot.dialogue.lists import changed
from tests.bot.dialogue.places import CARD, WAYS, at, view, walk
from tests.bot.dialogue.purpose_words import NEVER, PURPOSE
from tests.bot.dialogue.returned import answered
from tests.person import Person, case, questionnaire
from tools.words import ROOT, compile_catalogues

PERSONS_LOCALES = ("ko", "ko_CN", "zh_Hans")
HANGUL, HAN = re.compile(r"[가-힣ㄱ-ㅎ]"), re.compile(r"[一-鿿]")

# Keys that no screen of the dialogue shows, and what does.
SHOWN_ELSEWHERE = {
    "what Telegram shows of the bot itself; set at start by the channel": r"meta\..*",
    "the caseworker's printout (bot/opened.py)": r"open\..*",
    "the one line that is ever sent by itself (app.py)": r"notice\.line",
    "what the safety lead and the caseworker read (bot/opened.py)": r"line\.(report(\..*)?|about|answer)|flag\.danger_word",
    "reasons that a card leaves out (screens._UNSAID); the operator's `why` says them": (
        r"reason\.(serves:all|open_now|dialect:.*)"
    ),
}


@cache
def catalogues() -> Catalogues:
    """The shipped words."""
    return Catalogues(shipped(), used_keys(questionnaire()))


# --- every screen there is ---


def everywhere() -> Iterator[Screen]:
    """A screen for every place, variant, page of options, value and note."""
    for place in WAYS:
        yield at(place).screen
        yield at(place).event(SentMedia()).screen
    for page in PAGES:
        yield screens.screen(Conversation(place=page), Person().world())
    for question in questionnaire().question:
        for last in range(2, 1 + max(option.page for option in question.options)):
            yield at(question.id).tap(*(f"page.{turn}" for turn in range(2, last + 1))).screen
    yield from _variants()
    yield from _cards()
    yield from _cases()
    yield from _replies()


def _variants() -> Iterator[Screen]:
    for steps in (
        ("urgent_ko", "u_self"),
        (*WAYS["q8_third"], "third_urgent", "u_locked"),
        ("lang_ko", "safe_moment"),
        (*WAYS["u2_send"], "send", "go_on"),
        (*WAYS["u2_send"], "send", "go_on", "CN", "share_no"),
        (*WAYS["q7_situation"], ("s_papers",)),
        (*WAYS["q11_partner"], "share_yes", "go_on", "share_yes"),
        (*WAYS["q11_partner"], "share_yes", "go_on", "share_no"),
        (*WAYS["q7b_danger"], ("d_choke",), (), "c_return"),
        (*WAYS["q6_needs"], ("n_phone",), "nav.skip", "nav.skip"),
    ):
        yield walk(*steps).screen
    yield at("q6_needs").tap("+n_place", "+n_leave", "+n_med", "+n_preg").screen
    yield at("k_code").event(CodeChecked(None, None)).screen
    for event in (Typed("010-1234-5678"), Remained()):
        yield at("q6_needs").event(event).screen
    yield screens.screen(at("k_code").conversation.model_copy(update={"note": "note.code_wait"}), Person().world())
    yield at("w_danger").tap("word.rain").screen
    yield replace(at("u2_send"), standing="urgent_only").screen
    yield at("k_word").tap("word.rain").screen
    yield at("k_ref").tap("said.helped").screen
    yield at("v_report").tap("report.yes").screen
    yield walk(*WAYS["q10_contact"], "c_any", "share_yes").screen
    checked = Conversation(place="v_word", locale="ko", answers={"q1_safe": ("safe_alone",)})
    yield screens.screen(checked, Person().world())
    known = at("k_case").conversation.model_copy(update={"card": CARD})
    yield screens.screen(at("q11_partner").conversation.model_copy(update={"card": known.card}), Person().world())
    answers = {FRONT: ("urgent_ko",), "u1_what": ("u_self",)}
    yield screens.screen(Conversation(place="m_none", locale="ko", answers=answers), Person().world())
    state = at("q6_needs").tap("nav.pause").effects[0].state  # type: ignore[union-attr]
    yield at("k_code").event(CodeChecked(None, None, state)).tap("nav.pause").screen
    yield at("k_code").event(CodeChecked(view("queued"), case(), state)).screen


def _cards() -> Iterator[Screen]:
    for steps in (
        (*WAYS["q5_country"][:4], "urg_days", "nav.skip", (), ("n_leave", "n_scam"), (), ("d_worse",), (), "nav.skip"),
        (*WAYS["q5_country"], "LA", (), ("n_talk", "n_phone"), (), (), "c_band", "22-06"),
        (*WAYS["q5_country"], "KR", (), ("n_mind",), (), "nav.skip"),
        (*WAYS["u2_send"], "send", "go_on", "CN"),
        (*WAYS["q8_wish"], "wish_yes", ("n_leave",), (), "c_return"),
        (*WAYS["q8_third"], "third_urgent", "u_locked", "send", "go_on", "CN"),
        ("lang_zh", *WAYS["q11_partner"][1:]),
    ):
        yield walk(*steps).screen
    person = at("q11_partner")
    every = (Standing(partner=IDS["SAFE-CN"], service=0, reasons=REASONS),)
    yield screens.screen(person.conversation.model_copy(update={"offers": every}), person.world())


def _cases() -> Iterator[Screen]:
    (declined,) = view("declined").referrals
    every = tuple(
        replace(declined, referral_id=f"{number:08x}" + "d" * 24, reason=reason)
        for number, reason in enumerate(DECLINE_REASONS)
    )
    yield at("k_code").event(CodeChecked(view("delivered"), case())).tap("ref.00000001").screen
    yield at("k_code").event(CodeChecked(CaseView("c" * 32, every), case())).screen
    for state in STATES:
        yield at("k_code").event(CodeChecked(view(state), case())).screen
    yield at("k_code").event(CodeChecked(view(), case())).screen
    gone = view("delivered").referrals[0]
    person = at("k_code").event(CodeChecked(view("delivered"), case()))
    unknown = type(gone)(gone.referral_id, "00000000-0000-4000-8000-999999999999", "delivered")
    seen = type(view())("c" * 32, (unknown,))
    yield screens.screen(person.conversation.model_copy(update={"seen": seen}), person.world())


def _replies() -> Iterator[Screen]:
    for question in QUESTIONS:
        yield answered("need_more", said=question).tap("word.moon", "reply.e0000001").screen
    yield answered("completed", said="q_ill").tap("word.moon", "reply.e0000001").screen
    yield answered("accepted", card=None).tap("reply.e0000001").screen
    yield at("k_reply").screen
    asked = answered("need_more", "accepted", said="q_ill").tap("word.moon", "reply.e0000001")
    yield replace(asked, partners=changed(3, child={"x_status": "suspended"})).screen
    ago = asked.conversation.reading
    assert ago is not None
    old = {"reading": ago.model_copy(update={"written": date(2026, 11, 20)})}
    yield screens.screen(asked.conversation.model_copy(update=old), asked.world())
    yield asked.tap("answer.no").screen
    lost = answered("accepted")
    lost.said = {}
    yield lost.tap("word.moon", "reply.e0000001").screen
    late = view("delivered")
    seen = replace(late, referrals=(replace(late.referrals[0], late=True),))
    yield at("k_code").event(CodeChecked(seen, case())).tap("ref.00000001").screen


def keys(line: Line) -> Iterator[str]:
    """The keys of a line and of what fills it."""
    yield line.key
    for value in line.fill.values():
        if isinstance(value, Line):
            yield from keys(value)


def keys_of(screen: Screen) -> Iterator[str]:
    """Every key that a screen needs."""
    for line in (*screen.lines, *(choice.label for row in screen.rows for choice in row)):
        yield from keys(line)


@cache
def all_screens() -> tuple[Screen, ...]:
    """The screens, made once."""
    return tuple(everywhere())


def test_every_word_is_shown_somewhere() -> None:
    """A key that no screen shows is one of those that something else shows, and nothing is shown that is not checked."""
    used = used_keys(questionnaire())
    shown = {key for screen in all_screens() for key in keys_of(screen)}
    elsewhere = {key for key in used for pattern in SHOWN_ELSEWHERE.values() if re.fullmatch(pattern, key)}

    assert used - shown == elsewhere
    assert shown <= used


@pytest.mark.parametrize("locale", LOCALES)
def test_every_screen_can_be_sent(locale: str) -> None:
    """1 to 4,096 units of text, 1 to 64 bytes behind each button, and no button without a label (Bot API)."""
    for screen in all_screens():
        rendered = catalogues().render(screen, locale)
        buttons = [button for row in rendered.rows for button in row]
        assert 1 <= len(rendered.text.encode("utf-16-le")) // 2 <= 4096
        assert all(1 <= len(button.data.encode()) <= 64 for button in buttons)
        assert len({button.data for button in buttons}) == len(buttons)
        assert all(button.label.strip() for button in buttons)


# Words that stand in the other language on purpose: the choice of a language, and the words on the front page.
_BOTH = frozenset({"a0_open.lang_ko", "a0_open.lang_zh", "a0_open.urgent_ko", "a0_open.urgent_zh"})


@pytest.mark.parametrize(("locale", "foreign"), [("ko", HAN), ("ko_CN", HAN), ("zh_Hans", HANGUL)])
def test_a_screen_is_in_one_language(locale: str, foreign: re.Pattern[str]) -> None:
    """No Chinese in Korean and no Korean in Chinese."""
    for screen in all_screens():
        for line in (*screen.lines, *(choice.label for row in screen.rows for choice in row)):
            if not _BOTH & set(keys(line)):
                assert not foreign.search(catalogues().say(line, locale))


# --- the shape of a rendered screen ---


def test_before_a_language_is_chosen_both_stand_there() -> None:
    """Text and buttons in both; a button that reads the same in both stands there once."""
    front = catalogues().render(Person().screen, NOBODY.locale)

    assert HANGUL.search(front.text)
    assert HAN.search(front.text)
    assert [button.label for row in front.rows for button in row] == [
        "우리말",
        "中文",
        "⏱ 급합니다",
        "⏱ 很急",
        "생활 정보 · 生活信息",
        "지우기 · 删除",
    ]


def test_a_button_has_digit_tick_and_words() -> None:
    """In this order, and what comes back names the screen and the option."""
    ticked = at("q6_needs").tap("+n_leave")
    button = catalogues().render(ticked.screen, "ko").rows[1][0]

    assert (button.label, button.data) == ("2 ✓ 여기서 나가는 일", "q6_needs:-n_leave")


def test_lines_within_a_line_are_put_into_words() -> None:
    """The way of contact and its hours, in one line."""
    line = Line("line.contact", {"value": Line("line.both", {"first": Line("q10_contact.c_band"), "second": "6"})})

    assert catalogues().say(line, "ko") == "소식: 정한 시간에 여기로, 6"


def test_yanbian_overrides_and_falls_back() -> None:
    """Where ko_CN says nothing of its own, ko is said."""
    assert catalogues().say(Line("q5_country.VN"), "ko_CN") == "윁남(베트남)"
    assert catalogues().say(Line("q5_country.VN"), "ko") == "베트남(윁남)"
    assert catalogues().say(Line("nav.back"), "ko_CN") == catalogues().say(Line("nav.back"), "ko")


# --- what stops the program ---


@pytest.fixture
def compiled(tmp_path: Path) -> Path:
    """A copy of the compiled words that a test may spoil."""
    compile_catalogues(ROOT / "locales", tmp_path)
    return tmp_path


def test_a_missing_word_stops_the_program(compiled: Path) -> None:
    """The message names the locale and the key."""
    question = (ROOT / "bot/dialogue/questionnaire.toml").read_text("utf-8")
    asked = load(
        question.replace('{ code = "u_caught" }', '{ code = "u_caught" }, { code = "u_new" }', 1).replace(
            "max_buttons = 6", "max_buttons = 7"
        ),
        OPENABLE,
    )

    with pytest.raises(WordsError, match=r"^catalogue ko: no words for u1_what\.u_new \(1 in all\)$"):
        Catalogues(compiled, used_keys(asked))


def test_a_question_without_words_stops_the_program(compiled: Path) -> None:
    """A new question needs its words, its reason and its buttons."""
    more = """
[[question]]
id = "q12_new"
purpose = "new"
sensitivity = "L"
keep = "never"
needed_for = ["flow.safety"]
options = [{ code = "yes" }]
"""
    asked = load((ROOT / "bot/dialogue/questionnaire.toml").read_text("utf-8") + more, OPENABLE)

    with pytest.raises(WordsError, match=r"q12_new, q12_new\.why, q12_new\.yes \(3 in all\)"):
        Catalogues(compiled, used_keys(asked))


@pytest.mark.parametrize("locale", ["ko", "ko_CN", "zh_Hans", "en"])
def test_a_missing_catalogue_stops_the_program(compiled: Path, locale: str) -> None:
    """The message names the file."""
    (compiled / locale / "naru.mo").unlink()

    with pytest.raises(WordsError, match=rf"^catalogue {locale}: naru\.mo is missing or can't be read$"):
        Catalogues(compiled, used_keys(questionnaire()))


# --- words that betray ---

# Shown before she said that she is alone and agreed, or to anybody who looks at the chat (domain.md 3.6).
BEFORE = re.compile(
    r"(meta|a0_open|c_\w+|nav|note|q1_safe|q2_phone|q3_agree|p_limits2?|u1_what|u2_send|key|k_code)(\..*)?"
)


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_betrays_the_purpose_before_she_agreed(locale: str) -> None:
    """None of the words of the list, in any text that may be seen before (N8), in notices, or on the urgent path."""
    words = catalogues()._words[locale]

    assert [(key, word) for key in words if BEFORE.fullmatch(key) for word in PURPOSE if word in words[key]] == []


@pytest.mark.parametrize("locale", PERSONS_LOCALES)
def test_nothing_betrays_it_later_either(locale: str) -> None:
    """No authority, no name for what she is, no route; a country's name where she is asked for hers."""
    words = catalogues()._words[locale]
    said = {key: text for key, text in words.items() if not key.startswith(("open.", "q5_country."))}

    assert [(key, word) for key, text in said.items() for word in NEVER if word in text] == []


def test_the_country_is_the_only_place_for_its_name() -> None:
    """South Korea is named on its button and nowhere else."""
    for locale, name in (("ko", "한국"), ("ko_CN", "한국"), ("zh_Hans", "韩国")):
        assert [key for key, text in catalogues()._words[locale].items() if name in text] == ["q5_country.KR"]


# Loanwords of the South and words with another meaning in the North (domain.md 3.3), as far as they may ever be tempting here.
FOREIGN = [
    "서비스",
    "센터",
    "상담",
    "핸드폰",
    "휴대폰",
    "스마트폰",
    "메시지",
    "채팅",
    "챗봇",
    "앱",
    "어플",
    "링크",
    "클릭",
    "터치",
    "버튼",
    "메뉴",
    "온라인",
    "다운로드",
    "업로드",
    "사이트",
    "홈페이지",
    "서버",
    "데이터",
    "파일",
    "아이디",
    "패스워드",
    "비밀번호",
    "코드",
    "로그인",
    "계정",
    "프로필",
    "카메라",
    "아파트",
    "호텔",
    "비자",
    "스태프",
    "매니저",
    "케이스",
    "파트너",
    "네트워크",
    "인터뷰",
    "체크",
    "옵션",
    "스킵",
    "리스트",
    "이메일",
    "트라우마",
    "스트레스",
    "우울증",
    "브로커",
    "프라이버시",
    "봉사",
    "동무",
    "동지",
    "조사",
    "등록",
    "심사",
    "고객님",
    "이용자님",
    "회원님",
]


@pytest.mark.parametrize("locale", ["ko", "ko_CN"])
def test_korean_that_is_understood_in_the_north(locale: str) -> None:
    """Formal endings only, and none of the loanwords."""
    words = {key: text for key, text in catalogues()._words[locale].items() if not key.startswith("open.")}
    lines = [(key, line) for key, text in words.items() for line in re.split(r"(?<=[.?!])\s|\n", text)]

    assert [(key, word) for key, text in words.items() for word in FOREIGN if word in text] == []
    assert [
        (key, line)
        for key, line in lines
        if re.search(r"([요죠]|(?<!니)까)[.!?]?$", line) and not re.search("아니요", line)
    ] == []


# Officialese and forms from outside the mainland (domain.md 3.4).
UNFIT = ["您", "資訊", "影片", "相关部门", "核实", "登记", "备案", "举报", "移交", "信息安全", "韩语", "朝鲜语"]


def test_chinese_in_plain_words() -> None:
    """No official tone; Korean is 朝语."""
    words = {key: text for key, text in catalogues()._words["zh_Hans"].items() if not key.startswith("open.")}

    assert [(key, word) for key, text in words.items() for word in UNFIT if word in text] == []


@pytest.mark.parametrize("locale", PERSONS_LOCALES)
def test_money_is_named_only_to_say_that_none_is_taken(locale: str) -> None:
    """The pages that say so, the needs and situations that she may name, and nothing else (N10)."""
    money = re.compile("돈을|돈 |돈,|钱")
    named = {
        key for key, text in catalogues()._words[locale].items() if money.search(text) and not key.startswith("open.")
    }

    assert named <= {
        *("q3_agree", "q3_agree.short", "p_urgent", "p_scam", "p_scam.title", "p_info"),
        *("q6_needs.n_scam", "reason.need:n_scam", "q7_situation.s_debt", "q7_situation.s_unpaid"),
        *("reason.situation:s_debt", "reason.situation:s_unpaid"),
        *("v_report", "v_report.title", "v_not_ours", "v_no_proof", "line.report.money"),  # somebody else asked for it
        "r_receipt.keep",  # a number may be written down as if it were a price
    }
