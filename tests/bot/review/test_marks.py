"""A marked workbook comes back: good marks are read, and each kind of mess is told by sheet, row and column."""

import io
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from bot.review.marks import Marked, PacketError, notices, opened
from bot.review.workbook import GUIDE, OTHERS, SCREENS
from bot.reviews import REVIEWED
from tests.bot.review.packets import Book, some

_NEW = "지금 혼자 있습니까?"


@pytest.mark.parametrize("language", REVIEWED)
def test_a_packet_as_it_was_given_out_says_nothing(language: str) -> None:
    """No marks, no findings, every text unread."""
    found = Book(language).marked()

    assert (found.marks, found.findings, found.ignored) == ((), (), ())
    assert found.unread == len(some(language).arrangement.entries)


@pytest.mark.parametrize(("language", "ok", "change"), [("ko", "좋음", "고침"), ("zh_Hans", "好", "改")])
def test_marks_are_read(language: str, ok: str, change: str) -> None:
    """A verdict, new words on two lines, a remark that looks like a number, and a text on no screen."""
    book = Book(language)
    book.write("q1_safe", verdict=change, new_words=" 一\r\n二 ", remark=7, reviewer="A")
    book.write("nav.back", verdict=ok)
    book.write("open.nothing", verdict=change, new_words="没有")
    found = book.marked()

    assert found.findings == ()
    assert [(mark.key, mark.verdict, mark.new) for mark in found.marks] == [
        ("nav.back", "ok", ""),
        ("q1_safe", "change", "一\n二"),
        ("open.nothing", "change", "没有"),
    ]
    assert (found.marks[1].remark, found.marks[1].reviewer) == ("7", "A")
    assert found.unread == len(some(language).arrangement.entries) - 3


def test_korean_from_a_mac_is_the_same_korean() -> None:
    """Words that a program took apart into letters are put together again, and are no change of the words given out."""
    book = Book()
    old = str(book.value("q1_safe", "ko"))

    book.write(
        "q1_safe", ko=unicodedata.normalize("NFD", old), verdict="고침", new_words=unicodedata.normalize("NFD", _NEW)
    )

    assert [mark.new for mark in book.marked().marks] == [_NEW]
    assert book.marked().findings == ()


def test_moved_columns_are_found_by_their_heading() -> None:
    """A reviewer who puts a column in front loses nothing."""
    book = Book()
    sheet, row = book.row("q1_safe")
    sheet.cell(row, book.places["verdict"]).value = "고침"
    sheet.cell(row, book.places["new_words"]).value = _NEW
    sheet.insert_cols(1)

    assert [mark.new for mark in book.marked().marks] == [_NEW]


def _changed_key(book: Book) -> None:
    book.write("q1_safe", key="q1_saf")


def _other_sheet(book: Book) -> None:
    book.write("q1_safe", key="meta.name")


def _twice(book: Book) -> None:
    book.write("q2_phone", key="q1_safe")


def _deleted(book: Book) -> None:
    sheet, row = book.row("q1_safe")
    sheet.delete_rows(row)


def _overwritten(book: Book) -> None:
    book.write("q1_safe", ko=_NEW)


def _formula(book: Book) -> None:
    book.write("q1_safe", verdict="고침", new_words="=1+1")


def _array_formula(book: Book) -> None:
    book.write("q1_safe", verdict="고침", new_words=ArrayFormula("E1:E1", "=1+1"))


def _formula_for_a_verdict(book: Book) -> None:
    book.write("q1_safe", verdict='=IF(1,"고침","")')


def _error(book: Book) -> None:
    book.write("q1_safe", verdict="고침", new_words="#REF!")


def _number(book: Book) -> None:
    book.write("q1_safe", verdict="고침", new_words=12)


def _date(book: Book) -> None:
    book.write("q10_band.06-10", verdict="고침", new_words=datetime(2026, 6, 10, tzinfo=UTC).replace(tzinfo=None))


def _placeholder(book: Book) -> None:
    book.write("card.alias", verdict="고침", new_words="단체")


def _unknown_verdict(book: Book) -> None:
    book.write("q1_safe", verdict="몰라")


def _between(book: Book) -> None:
    sheet, row = book.row("q1_safe")
    sheet.cell(row - 1, book.places["remark"]).value = "?"


def _keyless(book: Book) -> None:
    sheet = book.sheet(OTHERS)
    sheet.cell(sheet.max_row + 1, book.places["new_words"]).value = _NEW


# What is done to the file, the key in whose row it is told (None: elsewhere), the column, what is said.
MESSES: list[tuple[Callable[[Book], None], str, str]] = [
    (_changed_key, "A", "should probably be q1_safe"),
    (_changed_key, "A", "the row of q1_safe is missing"),
    (_other_sheet, "A", "belongs on the other sheet"),
    (_twice, "A", "Keep one of the two rows"),
    (_twice, "A", "the row of q2_phone is missing"),
    (_deleted, "A", "the row of q1_safe is missing"),
    (_overwritten, "C", "new words go into their own column"),
    (_formula, "E", "holds a formula"),
    (_array_formula, "E", "holds a formula"),
    (_formula_for_a_verdict, "D", "holds a formula"),
    (_error, "E", "holds an error"),
    (_number, "E", "holds a number or a date"),
    (_date, "E", "holds a number or a date"),
    (_placeholder, "E", "exactly {alias}"),
    (_unknown_verdict, "D", "좋음 or 고침"),
    (_between, "F", "row without a key"),
    (_keyless, "E", "row without a key"),
]


@pytest.mark.parametrize(("mess", "column", "said"), MESSES, ids=lambda value: getattr(value, "__name__", None))
def test_a_mess_is_told_where_it_is(mess: Callable[[Book], None], column: str, said: str) -> None:
    """The sheet, the row and the column are named, and what would be right."""
    book = Book()
    mess(book)
    found = [each for each in book.marked().findings if said in each.what]

    assert [each.column for each in found] == [column]
    assert found[0].sheet == (OTHERS if mess is _keyless else SCREENS)
    assert str(found[0]).startswith(f"{found[0].sheet}, row {found[0].row}, column {column}: ")


def test_the_row_is_the_one_that_a_reviewer_sees() -> None:
    """Rows are counted as the spreadsheet program counts them."""
    book = Book()
    _, row = book.row("q1_safe")
    _unknown_verdict(book)

    assert [each.row for each in book.marked().findings] == [row]


def test_everything_wrong_is_told_at_once() -> None:
    """A reviewer's coordinator mends the file in one go."""
    book = Book()
    for mess in (_unknown_verdict, _placeholder, _keyless):
        mess(book)

    assert len(book.marked().findings) == 3


def test_nothing_of_the_file_is_repeated_in_a_finding() -> None:
    """What a reviewer wrote by mistake may be about herself."""
    book = Book()
    book.write("q1_safe", verdict="MARKED-1", key="MARKED-2")
    book.write("card.alias", verdict="고침", new_words="MARKED-3")
    book.write("q2_phone", ko="MARKED-4")

    assert len(book.marked().findings) >= 4
    assert "MARKED" not in "".join(map(str, book.marked().findings))


def test_a_missing_heading_is_told_with_what_it_should_be() -> None:
    """The sheet is read no further."""
    book = Book()
    book.sheet().cell(1, book.places["verdict"]).value = None
    found = book.marked().findings

    assert [str(each) for each in found] == [f"{SCREENS}, row 1, column D: the heading should be: 판정 / Verdict"]


def test_a_deleted_heading_row_is_told() -> None:
    """Every heading that is needed is named."""
    book = Book()
    book.sheet().delete_rows(1)

    assert [each.column for each in book.marked().findings] == ["A", "C", "D", "E", "F", "G"]


def _now(book: Book, **said: str) -> Marked:
    """Read it after the catalogue was changed."""
    before = some(book.language)
    own = {**before.words[book.language], **said}
    return book.marked(replace(before, words={**before.words, book.language: own}))


def test_words_that_changed_since_are_not_overwritten() -> None:
    """New words for a text that has become another are told; marks on other texts still count; a verdict on old words does not."""
    book = Book()
    book.write("q1_safe", verdict="고침", new_words=_NEW)
    book.write("q2_phone", verdict="좋음")
    book.write("q3_agree", verdict="좋음")
    found = _now(book, q1_safe="다른 글", q2_phone="다른 글")

    assert [each.column for each in found.findings] == ["C"]
    assert "older than the catalogue" in found.findings[0].what
    assert [mark.key for mark in found.marks] == ["q3_agree"]


def test_other_sheets_are_not_read_and_that_is_said() -> None:
    """A reviewer's own notes stay hers."""
    book = Book()
    book.book.create_sheet("메모").append(["q1_safe", "", "고침"])
    found = book.marked()

    assert (found.marks, found.findings) == ((), ())
    assert list(notices(found)) == ["The sheet '메모' is not of the packet and was not read."]


def test_a_number_to_call_is_pointed_out() -> None:
    """Whoever gives the marks back may be no friend."""
    book = Book()
    book.write("p_scam", verdict="고침", new_words="010 1234 5678로 거십시오.")

    assert [line for line in notices(book.marked()) if "LOOK" in line and "p_scam" in line]


def _empty() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", bytes(60_000_000))
    return out.getvalue()


def _torn() -> bytes:
    return Book().saved()[:10_000]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no Excel workbook"),
        ("열쇠,판정\nq1_safe,고침\n".encode("cp949"), "CP949"),
        ("键,判定\nq1_safe,改\n".encode("gb18030"), "no Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "saved as .xls"),
        (_torn(), "no Excel workbook"),
        (_empty(), f"The sheet {GUIDE} is missing"),
        (bytes(6_000_000), "more than 5000000 bytes"),
        (_bomb(), "unpacked"),
    ],
    ids=["nothing", "cp949", "gb18030", "xls", "torn", "other-workbook", "large", "bomb"],
)
def test_another_file_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    """It is no packet, and the message says what to give instead."""
    with pytest.raises(PacketError, match=said):
        opened(content)


@pytest.mark.parametrize("title", [GUIDE, SCREENS, OTHERS])
def test_a_missing_sheet_is_named(title: str) -> None:
    """Renamed or deleted."""
    book = Book()
    book.book[title].title = "Sheet1"

    with pytest.raises(PacketError, match=f"The sheet {title} is missing"):
        opened(book.saved())


@pytest.mark.parametrize(("row", "value"), [(1, "naru-words/2"), (1, None), (2, "en"), (2, "../ko"), (2, None)])
def test_a_packet_that_does_not_say_what_it_is_is_refused(row: int, value: str | None) -> None:
    """Its format and its language must be there; English is not reviewed so."""
    book = Book()
    book.sheet(GUIDE).cell(row, 2).value = value

    with pytest.raises(PacketError, match="rows 1 to 3"):
        opened(book.saved())


def test_endless_rows_are_refused() -> None:
    """A sheet that was filled down to its end is no packet, and would take minutes to read."""
    book = Book()
    book.sheet().cell(5_002, 1).value = "x"

    with pytest.raises(PacketError, match="more than 5000 rows"):
        opened(book.saved())
