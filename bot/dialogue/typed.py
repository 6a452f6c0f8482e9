"""What a typed text may mean. It is looked at once, in memory, and never kept (domain.md 1.6).

Nothing here asks a third party or a language model: the lists stand in typed.toml and are compared with the text as it would look on
a page, so that a full-width digit, a capital or a space more makes no difference. What is found is an occasion to offer something,
never a finding about her. The work is bounded whatever the text is: it is cut where Telegram cuts, no pattern can go back and forth,
and marks that combine are dropped before the text is normalised, for Python sorts a long run of them in quadratic time.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, TypeAlias
from unicodedata import combining, normalize

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

Heard: TypeAlias = Literal["wipe", "distress", "personal", "other"]

_LONGEST = 4_096  # characters of a text; Bot API, Message.text
_WIDEST = 3 * _LONGEST  # characters once taken apart: a Korean syllable has at most 3 letters
_CODE_DIGITS = 16  # of a return code (referrals.return_code): never taken for a phone number
_BETWEEN_DIGITS = frozenset(" -.·\t\n")

_SYLLABLES = range(0xAC00, 0xD7A4)  # Unicode, Hangul Syllables: 28 for each beginning, one for each final letter
_FINALS, _FINAL_SS = 28, 20  # the final ㅆ, which is often typed as the one before it, ㅅ
_ONE_S_FOR_TWO = {code: code - 1 for code in _SYLLABLES if (code - _SYLLABLES[0]) % _FINALS == _FINAL_SS}

_Words: TypeAlias = tuple[Annotated[str, StringConstraints(min_length=1, max_length=24)], ...]
_Told: TypeAlias = Annotated[str, StringConstraints(min_length=10)]


class PhrasesError(Exception):
    """The lists of what may be typed can't be used: the message names the row and what to mend in bot/dialogue/typed.toml."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    reviewer: _Told
    source: _Told


class _Wipe(_Row):
    words: _Words


class _Distress(_Row):
    about: str
    script: Literal["hangul", "han", "latin"]
    phrases: _Words
    unless: _Words


class _Place(_Row):
    names: _Words
    ends: _Words


class _Service(_Row):
    names: _Words


class _Traditional(_Row):
    pairs: tuple[Annotated[str, StringConstraints(min_length=2, max_length=2)], ...]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    wipe: tuple[_Wipe, ...] = Field(min_length=1)
    distress: tuple[_Distress, ...] = Field(min_length=1)
    place: tuple[_Place, ...]
    service: tuple[_Service, ...]
    traditional: _Traditional


class Phrases:
    """The lists, made ready for looking things up. Printing one shows nothing."""

    def __init__(self, read: _File) -> None:
        """Fold everything as a text is folded; raises PhrasesError for what could never be found."""
        simplified = {ord(pair[0]): ord(pair[1]) for pair in read.traditional.pairs}
        self._spelled: Mapping[int, int] = simplified | _ONE_S_FOR_TWO
        self._wipe = frozenset(self._squeezed(word) for row in read.wipe for word in row.words)
        self._phrases = tuple(self._dense(read.distress))
        self._latin = tuple(form for row in read.distress if row.script == "latin" for form in _together_or_apart(row))
        self._places = tuple(name + end for row in read.place for name in row.names for end in row.ends)
        self._patterns = (*_PASSPORTS, *_ADDRESSES, *_HANDLES, _service(read.service))

    def heard(self, untrusted_text: str) -> Heard:
        """Say what a text may mean, the most urgent first. Total: any text gives an answer."""
        folded = _folded(untrusted_text).translate(self._spelled)
        squeezed = _letters(folded)
        if squeezed in self._wipe:
            return "wipe"
        if any(_says(squeezed, *each) for each in self._phrases) or self._says_in_latin(folded):
            return "distress"
        return "personal" if self._names_somebody(folded) else "other"

    def _squeezed(self, untrusted_text: str) -> str:
        return _letters(_folded(untrusted_text).translate(self._spelled))

    def _dense(self, rows: Iterable[_Distress]) -> Iterator[tuple[str, tuple[str, ...]]]:
        for row in (row for row in rows if row.script != "latin"):
            unless = [self._squeezed(each) for each in row.unless]
            for phrase in row.phrases:
                if (found := self._squeezed(phrase)) != phrase.translate(_ONE_S_FOR_TWO):
                    raise PhrasesError(f"distress {row.about}: {phrase!r} is to be written as {found!r}")
                yield found, tuple(each for each in unless if found in each)
            for each in unless:
                if not any(self._squeezed(phrase) in each for phrase in row.phrases):
                    raise PhrasesError(f"distress {row.about}: no phrase of the row is in {each!r}, under unless")

    def _says_in_latin(self, folded: str) -> bool:
        words = f" {_NOT_LATIN.sub(' ', folded)} "
        return any(form in words for form in self._latin)

    def _names_somebody(self, folded: str) -> bool:
        if any(place in folded for place in self._places):
            return True
        numbers = _CODE.sub(_without_code, _APART.join(_DIGITS.findall(folded)))
        return any(each.search(numbers) for each in _NUMBERS) or any(each.search(folded) for each in self._patterns)


def load(text: str) -> Phrases:
    """Read the text of typed.toml. Raises PhrasesError."""
    try:
        return Phrases(_File.model_validate(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise PhrasesError(f"no TOML: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise PhrasesError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


@cache
def shipped() -> Phrases:
    """The lists of this package, read once: a table in another notation than Python's. Raises PhrasesError."""
    return load((files("bot.dialogue") / "typed.toml").read_text("utf-8"))


def heard(untrusted_text: str) -> Heard:
    """Say what a text may mean by the shipped lists: a wish to erase, distress, something about a person, or nothing known."""
    return shipped().heard(untrusted_text)


def code_digits(untrusted_text: str) -> str:
    """The digits of a typed return code, full-width ones included; empty if there is anything but digits and separators."""
    folded = [char for char in _folded(untrusted_text) if char not in _BETWEEN_DIGITS]
    return "".join(folded) if folded and all(char in "0123456789" for char in folded) else ""


# --- a text as it is compared ---


def _folded(untrusted_text: str) -> str:
    """The text without accents, width or case: NFKC, but in linear time. At most _LONGEST characters, whatever they fold to."""
    plain = "".join([char for char in untrusted_text[:_LONGEST] if not combining(char)])
    apart = normalize("NFKD", plain)[:_WIDEST]
    return normalize("NFC", "".join([char for char in apart if not combining(char)])).casefold()[:_LONGEST]


def _letters(folded: str) -> str:
    return "".join(filter(str.isalnum, folded))


def _says(squeezed: str, phrase: str, unless: Sequence[str]) -> bool:
    if phrase not in squeezed:
        return False
    for each in unless:
        squeezed = squeezed.replace(each, "\n")
    return phrase in squeezed


def _together_or_apart(row: _Distress) -> Iterator[str]:
    for phrase in row.phrases:
        words = phrase.split()
        if not all(word.isascii() and word.isalpha() and word.islower() for word in words):
            raise PhrasesError(f"distress {row.about}: {phrase!r} is to be written in small Latin letters")
        yield f" {phrase} "
        yield f" {''.join(words)} "


_NOT_LATIN = re.compile(r"[^a-z0-9]+")

# --- what tells who or where somebody is ---
#
# Each pattern begins with something that is rarely there, or is of bounded length, so that no text makes it go back and forth.

_GAP = r"[ \-.·()\t\n]{0,2}"  # what people write between the digits of one number
_ALONE, _ENDS = r"(?<![0-9])", r"(?![0-9])"
# Where numbers are, so that only these places are searched for them.
_DIGITS = re.compile(rf"(?:\+{_GAP})?[0-9][0-9 \-.·()\t\n*x]{{6,}}")
_APART = "\n\n\n"  # between two of them; wider than a gap

_CODE = re.compile(rf"{_ALONE}[0-9]{{16}}{_ENDS}|{_ALONE}[0-9]{{1,4}}(?:[ \-.·\t\n]{{1,2}}[0-9]{{1,4}}){{3,15}}{_ENDS}")


def _without_code(found: re.Match[str]) -> str:
    return " " if sum(char.isdigit() for char in found.group()) == _CODE_DIGITS else found.group()


def _number(start: str, *digits: int, end: str = _ENDS) -> re.Pattern[str]:
    """A number that begins so, and goes on with one of these counts of digits, gaps or not."""
    more = "|".join(rf"(?:{_GAP}[0-9]){{{count}}}{end}" for count in sorted(digits, reverse=True))
    return re.compile(rf"{_ALONE}{start}(?:{more})")


def _gapped(*digits: str) -> str:
    return _GAP.join(digits)


_MONTH, _DAY = "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"

_NUMBERS = (
    # A Chinese mobile number: 1, 3 to 9, and 9 digits more; with the country's 86 or 0086 before it.
    _number(_gapped("1", "[3-9]"), 9),
    _number(_gapped("8", "6", "1", "[3-9]"), 9),
    _number(_gapped("0", "0", "8", "6", "1", "[3-9]"), 9),
    # A Korean mobile number: 010, 011, 016 to 019 and 7 or 8 digits; abroad 82 and no 0.
    _number(_gapped("0", "1", "[016-9]"), 7, 8),
    _number(_gapped("8", "2", "0?", "1", "[016-9]"), 7, 8),
    _number(_gapped("0", "0", "8", "2", "0?", "1", "[016-9]"), 7, 8),
    # A Korean or Chinese number with an area: 02, 031 to 064, 070; 010, 02x, 03xx to 09xx.
    _number(_gapped("0", "2"), 7, 8),
    _number(_gapped("0", "[3-7]", "[0-9]"), 7, 8),
    _number(_gapped("0", "[3-9]", "[0-9]", "[0-9]"), 7, 8),
    # Any number with its country: a plus sign, and 8 to 15 digits (ITU-T E.164).
    re.compile(rf"\+{_GAP}[1-9](?:{_GAP}[0-9]){{7,14}}{_ENDS}"),
    # A Chinese identity number: 6 of the place, 8 of the birth, 3 and one that may be X (GB 11643).
    re.compile(rf"{_ALONE}[1-9][0-9]{{5}}{_GAP}(?:18|19|20)[0-9]{{2}}{_GAP}{_MONTH}{_GAP}{_DAY}{_GAP}[0-9]{{3}}[0-9x]{_ENDS}"),
    # A Korean one: 6 of the birth, 7 that are often starred but for the first.
    re.compile(rf"{_ALONE}[0-9]{{2}}{_MONTH}{_DAY}{_GAP}[1-8][0-9*]{{6}}{_ENDS}"),
    # A bank card: 62 and 17 digits (UnionPay's longest).
    re.compile(rf"{_ALONE}6{_GAP}2(?:{_GAP}[0-9]){{17}}{_ENDS}"),
)  # fmt: skip

_PASSPORTS = (
    # A passport, Chinese (E or G and 8, or E with a letter and 7) or Korean (M and 8, or M 3 digits, a letter and 4).
    re.compile(r"(?<![a-z0-9])(?:[egm][0-9]{8}|e[a-z][0-9]{7}|m[0-9]{3}[a-z][0-9]{4})(?![a-z0-9])"),
)

_ADDRESSES = (
    # Chinese: a road, a village or a group with a number; a building, a stair, a flat.
    re.compile(r"(?:[路街巷弄屯]|[村乡镇])[ ]?[0-9]{1,5}[ ]?(?:号|弄|组|队)|[0-9]{1,4}(?:号楼|栋|幢|单元)|[0-9]{3,4}室"),
    # A county or a township with something below it; not 超市 or 小区, which are a shop and a housing block.
    re.compile(r"(?<![超城夜菜股都花楼门上])[市县州盟][一-鿿]{1,6}(?:[县镇乡屯](?![城村下])|(?<![农山乡下])村|(?<![小地城社景校园山郊市林灾])区)"),
    re.compile(r"[县镇乡][一-鿿]{1,6}(?<![农山乡下])[村屯组]"),
    # Korean: a lot number; a block and a flat; a part of a town with a road or village and a number behind it.
    re.compile(r"[0-9]{1,4}[ ]?번지|[0-9]{1,4}동[ ]?[0-9]{1,4}호"),
    re.compile(r"[가-힣][시군구읍면][ ]{1,2}[가-힣]{1,8}(?:로|길|동|리|면|읍)[ ]{0,2}[0-9]{1,4}(?![0-9시분일월년명개살원])"),
    re.compile(r"[가-힣][시도][ ]{1,2}[가-힣]{1,4}[시군구][ ]{1,2}[가-힣]{1,5}(?:읍|면|동|리|구)(?![가-힣])"),
)  # fmt: skip

_HANDLES = (
    re.compile(r"(?<=[a-z0-9_.+\-])@[a-z0-9\-]{1,63}\.[a-z]{2}"),  # e-mail
    re.compile(r"(?<![a-z0-9_.+\-@])@[a-z][a-z0-9_]{3,31}(?![a-z0-9_@])"),
    re.compile(r"(?:t|telegram|wa|line|u\.wechat|instagram|facebook)\.(?:me|com)/[a-z0-9_+.~\-]{3}|tg://"),
)


def _service(rows: Iterable[_Service]) -> re.Pattern[str]:
    """A messenger's name and, within a few characters, an id: digits, or letters with a digit, a dash or a sign of naming."""
    names = _any_of(name for row in rows for name in row.names)
    said = r"(?:[ ]?(?:id is|id|아이디|번호|이름|号码|号|账号|帐号|是|는|은|:|=|->)){1,3}[ ]?"
    return re.compile(
        rf"(?<![a-z0-9])(?:{names})(?:{said}[a-z0-9_][a-z0-9_\-]{{4}}|[ ]?[0-9]{{5}}|[ ][a-z_\-]{{1,16}}[0-9][a-z0-9_\-]{{2}})"
    )


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))
