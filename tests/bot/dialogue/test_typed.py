"""What a typed text may mean, looked at once."""

import time
import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.dialogue.typed import Heard, PhrasesError, code_digits, heard, load, shipped

SHIPPED = (files("bot.dialogue") / "typed.toml").read_text("utf-8")
LONGEST = 4_096  # characters; Bot API, Message.text
# Seconds for one text. It was written for 5 ms of processor time; four times that is for a machine that does other things meanwhile.
AT_MOST = 0.020

EVERYDAY_KO = (
    """
안녕하십니까|오늘 날씨가 좋습니다|점심에 국수를 먹었습니다|커피가 맛있어요|맛있었어요|아침에 비를 맞았어요
병원에서 주사를 맞았습니다|답이 맞았습니다
감자 살 돈이 있습니까|혼자 살아요|혼자 살 하나 뺐어요|책을 주고 싶어요|꽃을 주고 싶습니다|아이가 학교에 갔습니다
시장에 다녀오겠습니다|버스가 늦게 옵니다
어머니 생신이 다음 주입니다|옷을 샀습니다|물건이 다 팔렸어요|사과를 팔아요|그때 여행을 갔어요|그때 린스를 썼어요
머리를 묶었습니다|문을 잠그고 나왔어요
밖에서 잠깐 기다려요|밖에서 잠을 잤어요|약속이 잡혔어요|물고기가 잡혔습니다|책장을 넘긴다|고비를 넘긴다
배고파 죽겠어요|더워 죽겠네|길이 어디입니까|시간이 몇 시입니까
전화를 걸었습니다|노래를 부릅니다|김치를 담갔어요|밥이 다 됐습니다|텔레비죤을 봅니다|내일 만납시다|고맙습니다
일없습니다|손님을 맞았습니다|피곤해서 잤어요
아이 옷을 빨았습니다|창피가 말이 아닙니다|눈이 옵니다|집에 있습니다|잘 모르겠습니다|무슨 말인지 모르겠어요|예|아니요
처음 써 봅니다|안내가 필요합니다|소식을 듣고 싶어요
글을 못 읽어요|천천히 하겠습니다|9월 20일 14시에 만나요|사과 3킬로에 12원입니다|방 2칸짜리 집|앞으로 3일 남았습니다
다시 친구와 활동을 합니다|도와줘|탈북|저기요
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

EVERYDAY_ZH = (
    """
你好|今天天气很好|中午吃了面条|我要卖菜|不想活动|年轻生活真好|把门关起来|被打断了|手机被打开了|打我电话|想死你了
妈妈我想死你了|猫抓我|要抓紧时间|跳楼价大甩卖
卖不出去|房子卖给别人了|请关注我|我的号被关注了|他被关心着|用刀切土豆|拿刀切菜|打死蚊子|需要卖多少|主要生活在这里
救命恩人|成就命运|孩子上学了|我去超市买东西
小区里很安静|路上车很多|在超市走路回家|今天9月20号|楼上没人吗|下班了|我在做饭|你吃了吗|谢谢|不知道|看不懂|怎么用|是的
不是|好的|等一下|我会写字|早上八点起床|明天去医院
买了两斤苹果|地铁很挤|外面下雨了|衣服洗好了|这个多少钱|一共12元|天冷了多穿衣服|今晚看电视|孩子发烧了|奶奶来了
加我微信|微信怎么用|我想学中文|农村的生活|节省时间去超市|帮帮我|想回家|头疼|没有钱
""".replace("\n", "|")
    .strip("|")
    .split("|")
)


@cache
def rows() -> dict[str, Any]:
    """The shipped file."""
    return tomllib.loads(SHIPPED)


def phrases(script: str) -> list[str]:
    """All distress phrases in a script."""
    return [phrase for row in rows()["distress"] if row["script"] == script for phrase in row["phrases"]]


def wipe_words() -> list[str]:
    """All words that erase."""
    return [word for row in rows()["wipe"] for word in row["words"]]


# --- words that erase ---


@pytest.mark.parametrize(
    "text",
    ["그만", "지우기", " 지워 ", "不要了", "删除！", "删掉。", "그만!!", "刪除", "ＳＴＯＰ", "지 워", "지우기 🙏"],
)
def test_words_that_erase(text: str) -> None:
    """With punctuation, spaces and another width around them."""
    assert heard(text) == "wipe"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "그만두고 싶지 않습니다",
        "지",
        "删",
        "아직 그만 아님",
        "그만 맞았",
        "车停了",
        "사진 지워도 됩니까",
        "不停",
        "취소하지 마",
    ],
)
def test_words_that_do_not(text: str) -> None:
    """Only the word alone: a sentence that holds it erases nothing."""
    assert heard(text) != "wipe"


# --- how a word may be written ---

WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}  # Unicode, Halfwidth and Fullwidth Forms
BETWEEN = st.sampled_from(["", "", "", " ", ".", "…", "~", "\n", "!", "·", "、", "\u200b", "\u3000", "🙏", "-"])
AROUND = st.text(st.sampled_from(" .!?~\n。！？…·\u200b\u3000🙏😢"), max_size=5)


def _wide(text: str) -> str:
    return text.translate(WIDE)


@st.composite
def written(draw: st.DrawFn, words: list[str], between: st.SearchStrategy[str] = BETWEEN) -> str:
    """One of the words, spaced, punctuated, in capitals, wide or taken apart, as people and phones write it."""
    word = draw(st.sampled_from(words))
    spaced = "".join(char + draw(between) for char in word)
    changed = draw(st.sampled_from(FORMS))
    return draw(AROUND) + changed(spaced) + draw(AROUND)


def _apart(text: str) -> str:
    """Korean letters as some phones send them: not yet joined into syllables (Unicode NFD)."""
    return normalize("NFD", text)


def _one_s(text: str) -> str:
    """With ㅅ at the end of a syllable where ㅆ belongs."""
    finals = ((char, ord(char) - 0xAC00) for char in text)
    return "".join(chr(ord(char) - 1) if 0 <= at < 11_172 and at % 28 == 20 else char for char, at in finals)


FORMS: tuple[Callable[[str], str], ...] = (str, str.upper, str.title, _wide, _apart, _one_s)


@given(written(wipe_words()))
def test_a_word_erases_however_it_is_written(text: str) -> None:
    """Width, case, spacing and punctuation make no difference."""
    assert heard(text) == "wipe"


@given(written(phrases("hangul") + phrases("han")))
def test_a_phrase_is_heard_however_it_is_written(text: str) -> None:
    """Width, spacing, punctuation and letters taken apart make no difference."""
    assert heard(text) == "distress"


@given(written(phrases("latin"), st.just("")), st.sampled_from([" ", "", "-", "  "]))
def test_a_romanised_phrase_is_heard_together_or_apart(text: str, space: str) -> None:
    """Written with spaces, without, or with dashes between its words."""
    assert heard(text.replace(" ", space)) == "distress"


@given(
    st.sampled_from(phrases("hangul")),
    st.sampled_from(["요", "습니다", "소", "어요", "는데 어떡해"]),
    st.sampled_from(["저 ", "오늘 ", ""]),
)
def test_a_phrase_is_heard_in_a_sentence(phrase: str, after: str, before: str) -> None:
    """With an ending and a word before it."""
    assert heard(before + phrase + after) == "distress"


@pytest.mark.parametrize("script", ["hangul", "han"])
def test_a_phrase_is_not_taken_out_by_what_stands_beside_it(script: str) -> None:
    """What a row excuses is excused there only: the same phrase once more, elsewhere in the text, is heard."""
    for row in (row for row in rows()["distress"] if row["script"] == script):
        for excused in row["unless"]:
            assert heard(excused) == "other", excused
            for phrase in (phrase for phrase in row["phrases"] if phrase in excused):
                assert heard(f"{excused}. {phrase}") == "distress", (excused, phrase)


@pytest.mark.parametrize(
    "text",
    [
        "남편이 때립니다",
        "남편한테 맞앗어요",
        "매일 맞고 있습니다",
        "다시 팔려가요",
        "내일 넘긴다 합니다",
        "방에 갇혀 있어요",
        "갇히웠습니다",
        "잡히웠소",
        "답새겼습니다",
        "죽구 싶소",
        "살구 싶지 않소",
        "피가 많이 나요",
        "목을 졸랐어요",
        "살려주세요",
        "공안이 왔어요",
        "북송된대요",
        "살기 싫다",
        "他打我",
        "我被关在家里了",
        "我不想活了",
        "他们要卖我",
        "他要把我賣給別人",
        "被關起來了",
        "流血了",
        "快来救我",
        "救命啊",
        "他拿刀",
        "不让我出门",
        "我要被遣返了",
        "JIU MING",
        "jiuming!",
        "sallyeojuseyo",
        "bu xiang huo le",
    ],
)
def test_distress_is_heard(text: str) -> None:
    """Sentences as they may be typed, of the South, the North, Yanbian and the mainland."""
    assert heard(text) == "distress"


@pytest.mark.parametrize("text", [*EVERYDAY_KO, *EVERYDAY_ZH])
def test_an_everyday_sentence_is_nothing(text: str) -> None:
    """Near misses among them; and what somebody tries who grabbed the phone (A8)."""
    assert heard(text) == "other"


def test_there_are_enough_everyday_sentences() -> None:
    """Sixty in each language."""
    assert min(len(set(EVERYDAY_KO)), len(set(EVERYDAY_ZH))) >= 60


@given(
    st.sampled_from([EVERYDAY_KO, EVERYDAY_ZH]).flatmap(
        lambda said: st.lists(st.sampled_from(said), min_size=1, max_size=4)
    )
)
def test_everyday_sentences_together_are_nothing(said: list[str]) -> None:
    """Put behind each other, a sentence's end and the next one's beginning are no phrase."""
    assert heard(". ".join(said)) in ("other", "wipe")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("우리 팀이 북송동 경기장에서", "distress"),  # a place's name
        ("바람에 나무가 부러지고 사람이 쓰러졌다는 소식", "distress"),  # news
        ("3号楼上没人吗", "personal"),  # a building's number, asked about in general
        ("시내에서 칼을 들고 다니면 안 됩니다", "distress"),
    ],
)
def test_false_alarms_that_are_known(text: str, said: Heard) -> None:
    """Each costs one question or one calm line; none of these is worth missing what looks the same."""
    assert heard(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "무섭습니다",
        "나 좀 어떻게 해 주세요",
        "공일공 일이삼사 오육칠팔",
        "一三八零零一三八零零零",
        "ㅅㄹㅈㅅㅇ",
        "我在延吉",
        "연길에 있어요",
    ],
)
def test_misses_that_are_known(text: str) -> None:
    """Fear without a word of the lists, numbers in words, beginnings of syllables, and cities."""
    assert heard(text) == "other"


# --- what tells who or where somebody is ---

PHONES = [
    "13800138000",
    "19912345678",
    "01012345678",
    "0111234567",
    "+8613800138000",
    "008613800138000",
    "821012345678",
    "+821012345678",
    "+85019112345678",
    "04331234567",
    "0212345678",
]
IDENTITIES = [
    "110101199003071234",
    "11010119900307123X",
    "11010119900307123x",
    "900101-2123456",
    "9001012123456",
    "900101-2******",
    "E12345678",
    "EA1234567",
    "M12345678",
    "6222021234567890123",
]
PLACES = [
    "吉林省延吉市",
    "遼寧省",
    "길림성 연길시",
    "함경북도 무산군",
    "량강도",
    "河南街15号",
    "5号楼2单元",
    "龙井市三合镇",
    "和龙县南坪镇",
    "서울시 강남구 역삼동",
    "동면 산성리 12",
    "12번지",
    "101동 1203호",
    "王家村3组",
    "강남구 테헤란로 12",
]
HANDLES = [
    "@somebody",
    "a.b@example.com",
    "t.me/somebody",
    "https://t.me/+AbC123",
    "tg://user?id=5",
    "微信号abcde",
    "微信：abc12",
    "微信 abc12345",
    "wechat: abcde1",
    "WeChat ID is abcde",
    "vx abc_123",
    "위챗 아이디 abcde",
    "위챗은 abc123",
    "QQ12345678",
    "QQ号是 1234567",
    "카톡 아이디: abcde",
    "텔레그램 아이디 abcde",
]


@pytest.mark.parametrize("text", [*PHONES, *IDENTITIES, *PLACES, *HANDLES])
@pytest.mark.parametrize("form", ["{}", "제 것은 {}", "是{}。", " {}\n", "({})"])
def test_what_tells_of_a_person(text: str, form: str) -> None:
    """Numbers, documents, addresses and names in messengers, alone and in a sentence."""
    assert heard(form.format(text)) == "personal"


@given(st.sampled_from(PHONES), st.data())
def test_a_number_is_known_with_gaps_and_in_full_width(number: str, data: st.DataObject) -> None:
    """Spaces, dashes or dots between the digits, one or two, make no difference; nor does width."""
    gaps = st.sampled_from(["", "", "", " ", "-", ".", " -", "  "])
    spaced = "".join(char + data.draw(gaps) for char in number)
    assume(sum(char.isdigit() for char in spaced) != 16)
    assert heard(data.draw(st.sampled_from([spaced, spaced.translate(WIDE)]))) == "personal"


@given(
    st.text("0123456789", min_size=16, max_size=16),
    st.sampled_from(["{}", "번호 {}", "{}입니다", "号码{}", "{} "]),
    st.sampled_from(["", " ", "-", "  ", " · "[:2]]),
)
def test_a_return_code_is_no_number_of_a_person(digits: str, form: str, gap: str) -> None:
    """Sixteen digits together or in fours, typed outside the keypad, are nothing at all."""
    groups = gap.join(digits[start : start + 4] for start in range(0, 16, 4))
    assert heard(form.format(groups)) == "other"
    assert code_digits(f" {groups}") == digits


@pytest.mark.parametrize(
    "text",
    [
        "12",
        "2026",
        "14:30",
        "1 2 3",
        "100 200 300",
        "12345678",
        "3,500",
        "100000원",
        "9월 20일 14시",
        "G123",
        "138",
        "13800138",
        "1700000000000",
        "1   3   8   0   0   1   3   8   0   0   0",
    ],
)
def test_other_numbers_are_nothing(text: str) -> None:
    """Prices, days, times and part of a code."""
    assert heard(text) == "other"


def test_the_most_urgent_is_said() -> None:
    """Distress goes before a number; a word that erases is alone and goes before all."""
    assert heard("살려주세요 010-1234-5678") == "distress"
    assert heard("다지워") == "wipe"


# --- hostile texts ---

PIECES = [
    "a",
    "가",
    "一",
    "0",
    "1",
    "13",
    "1 ",
    "1-",
    "8 6 ",
    "@",
    "@a",
    "a@",
    "a@a.",
    "\u0301\u0316",
    "a\u0301",
    "\ufdfa",
    "市",
    "市一",
    "市一一一一一一",
    "县一",
    "路1",
    "县一一一一一一",
    "시 ",
    "시 가",
    "시 가나다라마바사아",
    "군  가가가가가가로  ",
    "wx",
    "wx ",
    "微信",
    "微信 id ",
    "wx is:=:",
    "qq:::",
    "+1",
    "+1 ",
    "0 1 0 ",
    "길림",
    "함경",
    "죽고",
    "비를맞았",
    "要卖菜",
    "\U0001f600",
    "\ud800",
    " ",
    "\n",
    "커피가",
    "ﬃ",
    "İ",
    "ß",
    "①",
    "㋿",
    "6 2 ",
    "110101199003",
    "900101-1",
    "e1234567",
    "12 34 56 78 90 12 34 56 7 ",
    "把我",
    "정",
]


def seconds(work: Callable[[str], object], text: str) -> float:
    """The shortest processor time of a few."""
    taken = []
    for _ in range(5):
        before = time.process_time()
        work(text)
        taken.append(time.process_time() - before)
    return min(taken)


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
def test_no_text_of_one_piece_takes_long(piece: str) -> None:
    """Nothing goes back and forth over a text of the same piece again and again."""
    text = (piece * LONGEST)[:LONGEST]
    assert seconds(heard, text) < AT_MOST
    assert seconds(code_digits, text) < AT_MOST


@given(st.lists(st.sampled_from(PIECES) | st.text(st.characters(codec=None), max_size=4), min_size=1, max_size=6))
def test_no_mixed_text_takes_long(pieces: list[str]) -> None:
    """Nor over any mixture; and any text gives an answer."""
    text = "".join(pieces) * LONGEST
    assert heard(text[:LONGEST]) in ("wipe", "distress", "personal", "other")
    assert seconds(heard, text[:LONGEST]) < AT_MOST


def test_marks_that_combine_are_not_sorted_at_length() -> None:
    """Python's NFKC sorts them in quadratic time: 2,047 of one kind before 2,048 of another take it 25 ms."""
    assert seconds(heard, "a" + "\u0301" * 2_047 + "\u0316" * 2_048) < AT_MOST / 2
    assert seconds(code_digits, "a" + "\u0301" * 2_047 + "\u0316" * 2_048) < AT_MOST / 2


def test_a_text_of_everything_that_is_excused_does_not_take_long() -> None:
    """Every phrase is found and taken out again."""
    text = "".join(each for row in rows()["distress"] for each in row["unless"])
    assert seconds(heard, (text * 4)[:LONGEST]) < AT_MOST


def test_what_lies_past_the_longest_text_is_not_looked_at() -> None:
    """Telegram sends no longer one."""
    assert heard("가" * (LONGEST - 1) + "죽고싶") == "other"
    assert heard("가" * (LONGEST - 3) + "죽고싶") == "distress"


# --- the file ---


def test_every_row_says_who_reviewed_it_and_where_it_is_from() -> None:
    """Nothing here was reviewed yet."""
    tables = [each for name, each in rows().items() if name != "traditional"]
    for row in [*(row for table in tables for row in table), rows()["traditional"]]:
        assert row["reviewer"] == "draft, not reviewed"
        assert row["source"]


def test_no_phrase_stands_twice() -> None:
    """Each has one row."""
    for script in ("hangul", "han", "latin"):
        listed = phrases(script)
        assert sorted(listed) == sorted(set(listed))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"죽고싶", ', '"죽고 싶", ', "distress u_self: '죽고 싶' is to be written as '죽고싶'"),
        ('"年轻生", ', '"年轻人", ', "distress u_self: no phrase of the row is in '年轻人', under unless"),
        ('"jiu ming", ', '"Jiu ming", ', "'Jiu ming' is to be written in small Latin letters"),
        ('script = "hangul"', 'script = "kana"', "distress.0.script"),
        ('about = "u_self"', 'abuot = "u_self"', "distress.0"),
        ('reviewer = "draft, not reviewed"', 'reviewer = ""', "wipe.0.reviewer"),
        ("[[wipe]]", "[[wipe]", "no TOML"),
    ],
)
def test_a_list_that_could_not_work_does_not_load(old: str, new: str, says: str) -> None:
    """The message names the row and what is wrong."""
    assert old in SHIPPED
    with pytest.raises(PhrasesError, match=says.replace("(", r"\(")):
        load(SHIPPED.replace(old, new, 1))


def test_the_lists_do_not_print() -> None:
    """Nothing of them or of a text is in a repr."""
    assert "죽고싶" not in repr(shipped())


# --- a return code ---


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("1234", "1234"),
        (" 12 34 ", "1234"),
        ("１２-３４", "1234"),
        ("12·34\n", "1234"),
        ("12a4", ""),
        ("번호 1234", ""),
        ("١٢٣", ""),  # digits of another script are no digits here: a keypad has ten
        ("", ""),
        (" - ", ""),
    ],
)
def test_digits_of_a_code(text: str, digits: str) -> None:
    """Digits with separators, also full-width ones; anything else is nothing at all."""
    assert code_digits(text) == digits
