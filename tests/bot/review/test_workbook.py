"""The workbook opens well, shows every word once, and nothing in it is a formula."""

import io
import re
import zipfile

import pytest
from openpyxl import load_workbook

from bot.review.arrangement import Arrangement, Entry, Section
from bot.review.packet import Packet
from bot.review.wording import MARKS, NAMES, guide
from bot.review.workbook import GUIDE, OTHERS, SCREENS, columns, workbook
from bot.reviews import REVIEWED
from bot.texts import used_keys
from tests.bot.review.packets import Book, packet, words

INJECTED = ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("x")')


def _column(book: Book, title: str, name: str) -> list[object]:
    sheet = book.sheet(title)
    return [sheet.cell(row, book.places[name]).value for row in range(2, sheet.max_row + 1)]


@pytest.mark.parametrize("language", REVIEWED)
def test_every_key_stands_there_once_with_its_words_in_every_language(language: str) -> None:
    """Read back from the file: each used key in one row, the words beside it those that the bot says."""
    book = Book(language, packet)
    keys = [*_column(book, SCREENS, "key"), *_column(book, OTHERS, "key")]
    found = sorted(str(key) for key in keys if not str(key).startswith("■"))

    assert found == sorted(used_keys(words().questionnaire))
    for each in NAMES:
        said = [*_column(book, SCREENS, each), *_column(book, OTHERS, each)]
        beside = {key: text for key, text in zip(keys, said, strict=True) if key in found}
        assert beside == {key: words().catalogues.words(each)[key] for key in found}


def test_screens_stand_in_the_order_of_the_flow_with_their_purpose() -> None:
    """A grey row names each screen by number and id, and says what it is for."""
    book = Book("zh_Hans", packet)
    rows = [row for row in book.sheet().iter_rows(min_row=2, values_only=True) if str(row[0]).startswith("■")]
    screens = packet("zh_Hans").arrangement.screens

    assert [row[0] for row in rows] == [f"■ {number} {screen.id}" for number, screen in enumerate(screens, 1)]
    assert [row[2] for row in rows] == [screen.purpose for screen in screens]


@pytest.mark.parametrize("language", REVIEWED)
def test_it_says_how_to_review_in_three_languages_the_readers_first(language: str) -> None:
    """The first sheet is the guide."""
    book = Book(language)
    said = [row[1] for row in book.sheet(GUIDE).iter_rows(min_row=4, max_col=2, values_only=True)]
    first = guide()[NAMES[language].guide]

    assert book.book.sheetnames[0] == GUIDE
    assert said[0] == first.title
    for told in guide().values():
        assert [sentence for sentence in (*told.how_file, *told.how) if sentence not in said] == []


def test_it_opens_well() -> None:
    """Headings and keys stay in view, texts wrap, marks are open and everything else is closed without a password."""
    book = Book()
    for title in (SCREENS, OTHERS):
        sheet = book.sheet(title)
        assert sheet.freeze_panes == "C2"
        assert sheet.print_title_rows in {"1:1", "$1:$1"}
        assert (sheet.protection.sheet, sheet.protection.password) == (True, None)
        for row in sheet.iter_rows(min_row=3, max_row=8):
            for cell in row:
                name = next(name for name, place in book.places.items() if place == cell.column)
                heading = str(row[0].value).startswith("■")
                assert cell.number_format == "@"
                assert bool(cell.alignment.wrap_text) is not heading
                assert cell.protection.locked is (heading or name not in MARKS)


def test_wide_characters_have_room() -> None:
    """A column of words is wider than the longest line of a screen needs on two lines, and each row as high as its words."""
    book = Book(made=packet)
    sheet, row = book.row("p_phone")
    lines = str(book.value("p_phone", "ko")).count("\n") + 1

    assert sheet.column_dimensions["C"].width >= 40
    assert (sheet.row_dimensions[row].height or 0) >= lines * 15
    assert (sheet.row_dimensions[book.row("q1_safe.safe_alone")[1]].height or 0) < 50


def test_verdicts_are_offered_in_the_readers_language() -> None:
    """The cell of a verdict has a list to choose from."""
    offered = {language: Book(language).sheet().data_validations.dataValidation[0] for language in REVIEWED}

    assert {language: each.formula1 for language, each in offered.items()} == {
        "ko": '"좋음,고침"',
        "ko_CN": '"좋음,고침"',
        "zh_Hans": '"好,改"',
    }
    assert "D3" in offered["ko"].sqref


def test_what_begins_like_a_formula_is_text() -> None:
    """Words, comments and purposes that begin with = + - @ are text, in the file itself and when it is edited."""
    entries = tuple(Entry(f"k{number}", "text", text) for number, text in enumerate(INJECTED))
    said = {entry.key: entry.note for entry in entries}
    made = Packet(
        "ko",
        Arrangement((Section("q", "=2+2", entries[:3]),), (Section("o", "", entries[3:]),)),
        dict.fromkeys(NAMES, said),
    )
    content = workbook(made)

    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/")]
    assert not [sheet for sheet in sheets if re.search(r"<f[ >]", sheet)]
    book = load_workbook(io.BytesIO(content))
    cells = [cell for title in (SCREENS, OTHERS) for row in book[title].iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.value for cell in cells} >= {*INJECTED, "=2+2"}
    assert all(cell.quotePrefix for cell in cells if str(cell.value)[0] in "=+-@")


def test_the_words_under_review_stand_beside_the_marks() -> None:
    """Key, part, words, then the four marks, then the other languages."""
    assert [column.name for column in columns("zh_Hans")] == [
        *("key", "part", "zh_Hans", "verdict", "new_words", "remark", "reviewer", "ko", "ko_CN", "en", "note")
    ]
