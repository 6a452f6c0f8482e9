"""A .csv is read in the encoding and with the separator that it has, or refused: never in a wrong one."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.spreadsheet.columns import TONGUES, columns, vocabulary
from referrals.spreadsheet.csv_text import ENCODINGS, FORMULA_STARTS, SEPARATORS, guarded, read_csv, unguarded
from referrals.spreadsheet.tables import MAX_BYTES, MAX_CELL, MAX_ROWS, SpreadsheetError

KOREAN = "번호,이름,언어\r\n7,가상 단체,한국어\r\n"
CHINESE = "编号,名称,语言\r\n7,虚构机构,中文\r\n"
ENGLISH = "Alias,Name,Languages\r\n7,Fictional,Korean\r\n"


def cells(untrusted: bytes, encoding: str | None = None) -> list[tuple[object, ...]]:
    """Return the cells of each row."""
    (sheet,) = read_csv(untrusted, "list.csv", encoding).sheets  # type: ignore[arg-type]
    return [row.cells for row in sheet.rows]


def refused(untrusted: bytes, encoding: str | None = None) -> str:
    """Return what is said of a file that can't be read."""
    with pytest.raises(SpreadsheetError) as caught:
        cells(untrusted, encoding)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        (KOREAN, "utf-8", "UTF-8, separated by commas"),
        (KOREAN, "utf-8-sig", "UTF-8, separated by commas"),
        (KOREAN, "cp949", "CP949, separated by commas"),
        (KOREAN, "gb18030", "GB18030, separated by commas"),
        (CHINESE, "utf-8", "UTF-8, separated by commas"),
        (CHINESE, "gb18030", "GB18030, separated by commas"),
        (ENGLISH, "ascii", "UTF-8, separated by commas"),
        (KOREAN, "utf-16", "UTF-16, separated by commas"),
    ],
)
def test_the_encoding_is_found_out_and_said(text: str, encoding: str, said: str) -> None:
    """The text is what was written, and the file's reader learns in which encoding."""
    book = read_csv(text.encode(encoding), "list.csv")

    assert book.read_as == said
    assert [row.cells for row in book.sheets[0].rows] == [tuple(line.split(",")) for line in text.split("\r\n") if line]


@given(
    head=st.lists(st.sampled_from(list(columns())), min_size=3, max_size=8, unique=True),
    words=st.lists(st.sampled_from(sorted(vocabulary("need"))), min_size=1, max_size=4),
    tongue=st.sampled_from(TONGUES),
    encoding=st.sampled_from(ENCODINGS),
    name=st.text(st.sampled_from("가나다라마바사아자차카타파하 abc 中国人民银行机构名称龍"), max_size=30),
    separator=st.sampled_from(list(SEPARATORS)),
)
def test_a_list_is_never_read_in_a_wrong_encoding(
    head: list[str], words: list[str], tongue: str, encoding: str, name: str, separator: str
) -> None:
    """Whatever the headings, words and names are: the text comes out as it was written, or the file is refused."""
    titles = [columns()[each].first(tongue) for each in head]  # type: ignore[arg-type]
    said = [vocabulary("need")[each].first(tongue) for each in words]  # type: ignore[arg-type]
    rows = [[*titles], [name.strip(), *said]]
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows)
    try:
        untrusted = text.encode(encoding)
    except UnicodeEncodeError:
        return  # this encoding has no such letter
    try:
        found = cells(untrusted)
    except SpreadsheetError:
        return

    assert [[cell or "" for cell in row] for row in found] == rows


@pytest.mark.parametrize(("encoding", "name"), [("cp949", "가나다"), ("gb18030", "中国机构")])
def test_what_nothing_decides_is_refused(encoding: str, name: str) -> None:
    """With English headings and codes, names alone can't tell CP949 from GB18030: somebody must say it."""
    untrusted = f"Alias,Name,Needs\r\n7,{name},n_place\r\n".encode(encoding)

    assert "CP949 or GB18030, and no heading or word in it proves it" in refused(untrusted)
    assert cells(untrusted, encoding)[1] == ("7", name, "n_place")


def test_an_encoding_that_was_said_is_held_against_the_bytes() -> None:
    """Whoever says the wrong encoding is told, where the bytes can't be in it, or where another one makes known words of them."""
    assert "is not UTF-8, as was said" in refused(KOREAN.encode("cp949"), "utf-8")
    assert "is not CP949, as was said" in refused(codecs.BOM_UTF8 + ENGLISH.encode(), "cp949")
    english = "Alias,Name,Languages\r\n7,{},{}\r\n"
    assert "is not GB18030, as was said" in refused(english.format("가상", "한국어").encode("cp949"), "gb18030")
    assert "is not CP949, as was said" in refused(english.format("机构", "韩语").encode("gb18030"), "cp949")
    assert cells(codecs.BOM_UTF8 + KOREAN.encode(), "utf-8")[0][0] == "번호"


def test_short_utf8_without_a_known_word_is_refused() -> None:
    """Few letters may be well-formed UTF-8 by chance: 'ÂÊ' in UTF-8 are the bytes of a Korean syllable in CP949."""
    untrusted = b"Alias,Name\r\n7," + "쨋".encode("cp949") + b"\r\n"
    chance = b"Alias,Name\r\n7,\xc2\xb7\r\n"  # U+00B7 in UTF-8, and one syllable in CP949

    assert "proves it" in refused(chance)
    assert "proves it" in refused(untrusted)


def test_much_utf8_is_utf8() -> None:
    """Eight letters outside ASCII that are well-formed UTF-8 are no chance."""
    assert cells("Alias,Name\r\n7,가나다라마바사아\r\n".encode())[1] == ("7", "가나다라마바사아")


@pytest.mark.parametrize("separator", list(SEPARATORS))
def test_the_separator_is_found_out(separator: str) -> None:
    """Commas, semicolons and tabs, also where another of them stands within a cell."""
    text = f'번호{separator}언어\r\n7{separator}"한국어, 중국어; 영어"\r\n'

    assert cells(text.encode())[1] == ("7", "한국어, 중국어; 영어")


def test_excels_own_line_is_passed_over() -> None:
    """A first line "sep=;" is an instruction to Excel; the rows keep their numbers."""
    (sheet,) = read_csv("sep=;\r\n번호;언어\r\n7;한국어\r\n".encode(), "list.csv").sheets

    assert [(row.number, row.cells) for row in sheet.rows] == [(1, ()), (2, ("번호", "언어")), (3, ("7", "한국어"))]


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("=+-@'\t\r\n＝ ")))
def test_guarding_can_be_taken_back(text: str) -> None:
    """Guarded text begins with no sign of a formula, and is what it was once it is taken back."""
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(FORMULA_STARTS)


@pytest.mark.parametrize("text", ["=1+1", "+82 2", "-1", "@sum", "\tx", "\rx", "＝1", " =1", "'=1"])
def test_formulas_are_neutralised(text: str) -> None:
    """An apostrophe goes before whatever a program would work out."""
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize(
    ("untrusted", "said"),
    [
        (b"x" * (MAX_BYTES + 1), "more than 20 MB"),
        (b"hello\r\nworld\r\n", "no row with headings that are known"),
        (("번호,언어\r\n" + "7,한국어\r\n" * MAX_ROWS).encode(), f"more than {MAX_ROWS} rows"),
        (
            ("번호,언어\r\n" + '7,"' + "x" * (MAX_CELL + 1) + '"\r\n').encode(),
            "row 2: more than 200 columns or 32767 characters",
        ),
        ('번호,언어\r\n7,"한국어\r\n'.encode(), "row 2: the quotation marks"),
        ('번호,언어\r\n7,"한국어"x\r\n'.encode(), "row 2: the quotation marks"),
        (("번호,언어\r\n7" + "," * 300).encode(), "row 2: more than 200 columns"),
        ("번호,언어\r\n7,\x00\r\n".encode(), "no text in UTF-8 or CP949 or GB18030"),
        (codecs.BOM_UTF8 + b"\xff\xff", "says that it is UTF-8, and isn't"),
    ],
)
def test_what_is_no_list_is_refused(untrusted: bytes, said: str) -> None:
    """The message says why, and repeats nothing of the file."""
    told = refused(untrusted)

    assert said in told
    assert "hello" not in told
