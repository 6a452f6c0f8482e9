"""Forms of speech, lengths and characters: the rules that no list of words can state (domain.md 3.2, 3.4, 3.5)."""

import re
import unicodedata
from collections.abc import Iterator

from tools.wording import Finding, Fragment, Shown
from tools.wording.lists import Limits, Marks

KOREAN = frozenset({"ko", "ko_CN"})
CHINESE = frozenset({"zh_Hans"})
# Both languages stand on it before one was chosen, and in a profile: parts in the other script are its own catalogue's business.
SHARED = ("a0_open.", "meta.")

RULES = {
    "ending": "not in the formal style: a sentence ends in -니다, -니까 or -십시오 (R1)",
    "honorific": "-시- more than once in a sentence (R1)",
    "negative-question": "a question with a negation, which people answer in two ways (R9)",
    "sentence-length": "the sentence is too long (R2)",
    "paragraph-length": "too many sentences in a paragraph (R2)",
    "clause-length": "the clause is too long (3.4)",
    "screen-length": "the screen is too long (R2, 3.4)",
    "button-length": "the button is too long (1.3)",
    "latin": "Latin letters (R3)",
    "full-width": "a digit or letter of full width (3.5)",
    "emoji": "a picture sign that is not neutral, or too many of them (3.5)",
    "traditional": "a character that is not written on the mainland (3.4)",
}

_SENTENCES = re.compile(r"[^.?!…\n]+[.?!…]?")
_FORMAL = re.compile(r"(니다|니까|십시오|[0-9])$")
# Endings of the polite informal style, of plain style, of proposals and of bare commands. The nouns 필요, 중요 and 주요 end as well in 요.
_INFORMAL = re.compile(
    r"(?<![필중주])요$|[죠네군]$|(?<!니)다$|[읍합갑봅]시다$|(해라|어라|아라|하자|보자|할게|거든|잖아|해|줘|냐|렴)$"
)
_HONORIFIC = re.compile(r"십시오|십니|하시|계시|으시|시겠|셨")
_NEGATIVE = {
    "ko": re.compile(r"(\b(안|못) [^.?!\n]*|지 (않|못|마)[^.?!\n]*|(없|아니)[^.?!\n ]*)\?"),
    "zh_Hans": re.compile(r"[不没][^，。？！\n]*吗？|不是[^。？！\n]*？|没有?[^，。？！\n]*？"),
    "en": re.compile(r"(n't|\bnot\b|\bnever\b|\bno\b)[^.?!\n]*\?", re.IGNORECASE),
}
_A_NOT_A = re.compile(r"(.)[不没]\1|有没有")  # 会不会, 要不要, 有没有: not negative, the plain way to ask
_HANGUL = re.compile(r"[가-힣0-9]")
_HAN = re.compile(r"[一-鿿0-9]|[A-Za-z]+")
_CLAUSES = re.compile(r"[，。？！：；\n]")
_LATIN = re.compile(r"[A-Za-z]+")
_WIDE = re.compile(r"[０-９Ａ-Ｚａ-ｚ]")
_CONTENT = re.compile(r"\S")


def findings_of_fragment(fragment: Fragment, locale: str, limits: Limits, marks: Marks) -> Iterator[Finding]:
    """What is wrong with one line or button as a piece of speech."""
    for rule, found, measure in _of_fragment(fragment, locale, limits, marks):
        yield Finding(rule, locale, fragment.keys, found, RULES[rule], measure)


_Hit = tuple[str, str, int | None]


def _of_fragment(fragment: Fragment, locale: str, limits: Limits, marks: Marks) -> Iterator[_Hit]:
    text = fragment.text
    yield from (("full-width", sign, None) for sign in _WIDE.findall(text))
    negative = _NEGATIVE["ko" if locale in KOREAN else locale]
    if match := negative.search(_A_NOT_A.sub("", text)):
        yield "negative-question", match.group(), None
    if locale == "en":
        return
    yield from (("latin", word, None) for word in _LATIN.findall(text) if word not in marks.latin)
    if locale in KOREAN:
        yield from _korean(fragment, limits)
    else:
        yield from _chinese(fragment, limits)


def _korean(fragment: Fragment, limits: Limits) -> Iterator[_Hit]:
    text = fragment.text
    if fragment.button and (count := len(_HANGUL.findall(text))) > limits.korean_button:
        yield "button-length", text, count
    for paragraph in text.split("\n"):
        sentences = [sentence.strip() for sentence in _SENTENCES.findall(paragraph) if _CONTENT.search(sentence)]
        if len(sentences) > limits.korean_paragraph:
            yield "paragraph-length", paragraph, len(sentences)
        for sentence in sentences:
            yield from _korean_sentence(sentence, limits)


def _korean_sentence(sentence: str, limits: Limits) -> Iterator[_Hit]:
    bare = sentence.rstrip(".?!…:")
    ends = sentence[-1:] in ".?!…"
    head = bare.split(": ", maxsplit=1)[0]  # "only this is sent: one matter, the language, the hour."
    if (ends and not _FORMAL.search(bare) and not _FORMAL.search(head)) or _INFORMAL.search(bare):
        yield "ending", sentence, None
    if len(_HONORIFIC.findall(sentence)) > 1:
        yield "honorific", sentence, None
    for part in sentence.split(": "):
        if (count := len(_HANGUL.findall(part))) > limits.korean_sentence:
            yield "sentence-length", sentence, count


def _chinese(fragment: Fragment, limits: Limits) -> Iterator[_Hit]:
    text = fragment.text
    if not any(key.startswith(SHARED) for key in fragment.keys):
        # GB 2312 is the mainland's own set: what it lacks is a traditional form, or no word for people who read little.
        yield from (("traditional", sign, None) for sign in re.findall(r"[一-鿿]", text) if not _in_gb2312(sign))
    if fragment.button and (count := len(_HAN.findall(text))) > limits.chinese_button:
        yield "button-length", text, count
    for clause in _CLAUSES.split(text):
        if (count := len(_HAN.findall(clause))) > limits.chinese_clause:
            yield "clause-length", clause, count


def _in_gb2312(sign: str) -> bool:
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def findings_of_screen(shown: Shown, limits: Limits, marks: Marks) -> Iterator[Finding]:
    """What is wrong with a whole screen: its length, and what may stand on it once."""
    notes = [key for fragment in shown.fragments for key in fragment.keys if key.startswith("note.")]
    for rule, found, measure in _of_screen(shown, limits, marks):
        yield Finding(rule, shown.locale, (shown.screen, *notes), found, RULES[rule], measure)


def _of_screen(shown: Shown, limits: Limits, marks: Marks) -> Iterator[_Hit]:
    whole = "\n".join(fragment.text for fragment in shown.fragments)
    lines = "\n".join(fragment.text for fragment in shown.fragments if not fragment.button)
    emoji = [sign for sign in whole if _is_emoji(sign) and sign not in marks.signs]
    yield from (("emoji", sign, None) for sign in emoji if sign not in marks.emoji)
    if len(emoji) > limits.emoji:
        yield "emoji", f"{len(emoji)} of them", len(emoji)
    if shown.locale == "en":
        return
    if (count := len(_LATIN.findall(whole))) > limits.latin:
        yield "latin", f"{count} words", count
    letters, limit = (_HANGUL, limits.korean_screen) if shown.locale in KOREAN else (_HAN, limits.chinese_screen)
    if (count := len(letters.findall(lines))) > limit:
        yield "screen-length", f"{count} of {limit}", count


def _is_emoji(sign: str) -> bool:
    return unicodedata.category(sign) == "So" or sign in "\ufe0f\u200d"
