"""Headings and words in three languages: each means one thing, and what is not known is told."""

from collections import Counter

import pytest

from referrals.case_facts import NEEDS, SITUATIONS
from referrals.partner import Partner, Service
from referrals.spreadsheet import columns as subject
from referrals.spreadsheet.columns import (
    TONGUES,
    code_of,
    columns,
    folded,
    headings,
    known_words,
    names_a_place,
    vocabulary,
)
from referrals.spreadsheet.tables import Row, Sheet

LISTS = [
    "yes", "tier", "status", "service_status", "gender", "safeguarding", "capacity", "contact_mode", "contact_kind", "packet_field",
    "language", "country", "need", "situation",
]  # fmt: skip


def sheet(*rows: tuple[str | None, ...]) -> Sheet:
    """Return a sheet of these rows, from the first."""
    return Sheet("Sheet1", tuple(Row(number, cells) for number, cells in enumerate(rows, 1)))


def test_a_heading_means_one_column() -> None:
    """No heading, in any language or as a field's name, stands for two columns."""
    said = [{folded(name) for name in (column.name, *column.all)} for column in columns().values()]
    counts = Counter(name for names in said for name in names)

    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("words", LISTS)
def test_a_word_means_one_thing(words: str) -> None:
    """No word stands for two codes of its list, and each code has words in each language."""
    said = [{folded(name) for name in (code, *names.all)} for code, names in vocabulary(words).items()]
    counts = Counter(name for names in said for name in names)

    assert [name for name, count in counts.items() if count > 1] == []
    assert all(names.ko and names.zh and names.en for names in vocabulary(words).values())


def test_every_list_is_tested() -> None:
    """The lists above are all that there are."""
    assert set(subject._table().words) == set(LISTS)


def test_words_are_those_of_matching() -> None:
    """Needs and situations have the codes that matching knows, and no other."""
    assert tuple(vocabulary("need")) == NEEDS
    assert tuple(vocabulary("situation")) == SITUATIONS


def test_every_field_has_a_column() -> None:
    """Whatever a partner and its service hold has a column, but for the mark of a canary, which no list shows."""
    elsewhere = {"services", "phones", "x_keys", "x_canary", "status", "service_areas", "x_first_reply_h"}

    assert set(Partner.model_fields) - set(columns()) - elsewhere == set()
    assert set(Service.model_fields) - set(columns()) - elsewhere - {"id"} == set()


def test_exported_words_can_stand_beside_each_other() -> None:
    """No word that exports use holds a sign that parts words, so that a cell of several can be taken apart."""
    several = {column.words for column in columns().values() if column.kind in {"words", "areas"}}
    said = [names.first(tongue) for words in several for names in vocabulary(words).values() for tongue in TONGUES]

    assert [word for word in said if set(word) & set(",;，；/\n\t|")] == []


@pytest.mark.parametrize(
    ("one", "other"), [("cp949", "gb18030"), ("gb18030", "cp949"), ("utf-8", "cp949"), ("utf-8", "gb18030")]
)
def test_no_word_is_another_in_another_encoding(one: str, other: str) -> None:
    """The bytes of a known word never make a known word when read in another encoding: that is what tells encodings apart."""
    for word in known_words():
        try:
            misread = word.encode(one).decode(other)
        except UnicodeError:
            continue
        assert folded(misread) not in known_words()


@pytest.mark.parametrize("text", ["언어", " 언 어 ", "LANGUAGES", "Ｌａｎｇｕａｇｅｓ", "语言*", "languages:"])
def test_spaces_case_width_and_marks_do_not_count(text: str) -> None:
    """A heading is known however it is written."""
    found = headings(sheet(("번호", text)))

    assert found is not None
    assert set(found.found) == {"x_alias", "languages"}


def test_a_code_stands_for_itself() -> None:
    """Whoever writes the codes of the questionnaire is understood."""
    assert code_of("n_place", "need") == "n_place"
    assert code_of("ⅩＸ", "need") is None


def test_headings_may_stand_below_a_title() -> None:
    """The row with most known headings is the one with the headings."""
    found = headings(sheet(("우리 목록",), (), ("번호", "이름", "언어"), ("7", "이름", "한국어")))

    assert found is not None
    assert found.row == 3
    assert found.tongue == "ko"


def test_a_sheet_without_headings_has_none() -> None:
    """One known word alone makes no row of headings."""
    assert headings(sheet(("memo",), ("언어", "x"))) is None


@pytest.mark.parametrize(
    "heading",
    [
        "주소",
        "쉼터 주소",
        "地址",
        "Street address",
        "GPS",
        "위도",
        "City",
        "오시는 길",
        "location (shelter)",
        "路线",
        "안내자",
    ],
)
def test_a_column_with_places_is_dropped_and_told(heading: str) -> None:
    """Where somebody is has no column: it is named, and that it was dropped is said."""
    found = headings(sheet(("번호", "이름", heading)))

    assert found is not None
    assert len(found.found) == 2
    assert "column C" in found.notices[0]
    assert "never kept" in found.notices[0]


def test_an_address_of_mail_is_no_place() -> None:
    """A contact's heading may have the word address in it."""
    assert not names_a_place("E-mail address")
    assert not names_a_place("이메일 주소")
    assert names_a_place("home address")


def test_an_unknown_column_is_named_with_what_it_may_be() -> None:
    """Nothing is dropped silently; a slip of the keyboard is guessed at and left to the reader."""
    found = headings(sheet(("번호", "이름", "비고란", "Capactiy")))

    assert found is not None
    assert found.notices[0] == "Sheet1, column C (비고란): there is no such column; it was not read."
    assert "If it is Capacity, write it so in row 1." in found.notices[1]


def test_two_columns_of_one_meaning_are_refused() -> None:
    """Which of the two counts is not guessed."""
    found = headings(sheet(("번호", "언어", "Languages")))

    assert found is not None
    assert [str(each) for each in found.findings] == [
        "Sheet1, row 1, column C (Languages): means the same as column B; keep one of the two"
    ]
