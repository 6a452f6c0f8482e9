"""A cell means what a person would read in it, or nothing; and a message repeats no name, number or contact."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.spreadsheet.cells import CellError, value
from referrals.spreadsheet.columns import columns
from referrals.spreadsheet.tables import Unusable


def read(column: str, cell: Any, tongue: str = "ko") -> Any:
    """Read a cell under a column."""
    return value(cell, columns()[column], tongue)  # type: ignore[arg-type]


def refused(column: str, cell: Any, tongue: str = "ko") -> str:
    """Return what is said of a cell that can't be taken."""
    with pytest.raises(CellError) as caught:
        read(column, cell, tongue)
    return str(caught.value)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-24", "2026.11.24", "2026. 11. 24.", "2026/11/24", "2026年11月24日", "2026년 11월 24일", "２０２６－１１－２４", "20261124",
        46350, 46350.0, "46350", date(2026, 11, 24), datetime(2026, 11, 24),  # noqa: DTZ001  # a date's cell has no zone
    ],
)  # fmt: skip
def test_a_date_is_read_in_every_form_that_is_certain(cell: Any) -> None:
    """The year first, in three scripts and full width; the days that Excel counts; and a date's own cell."""
    assert read("phone_verified", cell) == date(2026, 11, 24)


@pytest.mark.parametrize(
    "cell",
    [
        "24/11/2026",
        "11/24/2026",
        "26.11.24",
        "11월 24일",
        "어제",
        "2026-13-01",
        "2026-02-30",
        7,
        99999,
        46350.5,
        10**400,
        True,
    ],
)
def test_a_date_that_may_be_another_is_refused(cell: Any) -> None:
    """Which number is the month is not guessed, and neither is the year."""
    assert refused("phone_verified", cell)


def test_a_date_alone_is_the_first_minute_of_its_day() -> None:
    """So that what was confirmed never counts as fresher than it is."""
    assert read("x_capacity_at", "2026.11.24") == datetime(2026, 11, 24, tzinfo=UTC)


def test_a_time_needs_its_zone() -> None:
    """A time with its zone is turned to UTC; one without is refused, in text as in a time's own cell."""
    assert read("x_capacity_at", "2026-11-24T22:05+09:00") == datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
    assert "without its zone" in refused("x_capacity_at", "2026-11-24 22:05")
    assert "time of day" in refused("x_capacity_at", datetime(2026, 11, 24, 22, 5))  # noqa: DTZ001  # as above


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("치료·약", ("n_med",)),
        ("쉼터, 치료·약", ("n_place", "n_med")),
        ("아이 일、임신·부인과", ("n_child", "n_preg")),
        ("쉼터·치료", ("n_place", "n_med")),
        ("住处；看病、药", ("n_place", "n_med")),
        ("住处、法律", ("n_place", "n_legal")),
        ("Shelter/n_talk\nFood", ("n_place", "n_talk", "n_food")),
        ("임신, 부인과", ("n_preg",)),
        ("쉼터,,", ("n_place",)),
    ],
)
def test_several_words_in_one_cell(cell: str, codes: tuple[str, ...]) -> None:
    """Words are parted at any usual sign, and a sign within a word parts nothing."""
    assert read("x_needs", cell) == codes


def test_a_word_that_is_none_is_repeated_with_what_would_be_right() -> None:
    """The words are offered in the language of the headings."""
    assert refused("languages", "한국어, 표준말") == (
        "'표준말' is not a language; write 한국어, 한국어(북), 한국어(남), 한국어(연변), 중국어 or 영어, separated by commas"
    )
    assert "write 可接收, 有限 or 不接收" in refused("x_capacity", "maybe", "zh")
    assert "write 예 or 아니요" in refused("x_fee", "아마도")


@pytest.mark.parametrize(
    "cell",
    ["010-1234-5678", "somebody@example.invalid", "https://example.invalid/x", "０１０ １２３４ ５６７８", "x\u200b"],
)
def test_what_may_be_somebodys_is_not_repeated(cell: str) -> None:
    """A number, a handle or a link that slipped into another column stays out of the message."""
    assert refused("languages", cell).startswith("what stands there is not a language")


@given(
    st.text(min_size=1),
    st.sampled_from(
        [
            "x_alias",
            "id",
            "name",
            "phone_number",
            "key_id",
            "recipient",
            "contact_value",
            "minimum_age",
            "phone_verified",
        ]
    ),
)
def test_no_message_repeats_a_cell_that_is_no_word(cell: str, column: str) -> None:
    """Names, contacts, numbers and keys never stand in a message."""
    marked = f"⟦{cell}⟧"
    told = ""
    try:
        read(column, marked)
    except CellError as problem:
        told = str(problem)

    assert "⟦" not in told


def test_north_korea_is_never_served() -> None:
    """Its name and its code are refused with the reason, in each language (N24)."""
    for cell in ("북한", "朝鲜", "KP", "중국, North Korea"):
        assert "never served (N24)" in refused("x_countries", cell)


def test_areas_are_kept_apart() -> None:
    """Countries of several service areas are parted by a bar; a code of two capitals stands for itself."""
    assert read("x_countries", "중국, LA | 한국") == (("CN", "LA"), ("KR",))
    assert read("x_countries", "DE") == (("DE",),)
    assert "is not a country" in refused("x_countries", "베이징")


@pytest.mark.parametrize(
    ("cell", "number"), [(18, 18), (18.0, 18), ("18", 18), ("１８세", 18), ("18 岁", 18), ("168시간", 168), ("0", 0)]
)
def test_a_whole_number_may_have_its_unit(cell: Any, number: int) -> None:
    """Years and hours may be written behind it."""
    assert read("minimum_age", cell) == number


@pytest.mark.parametrize(
    "cell", ["18세 이상", "-1", "1.5", 1.5, "열여덟", True, -3, 10.0**20, 10**400, date(2026, 1, 1)]
)
def test_a_number_with_more_than_its_unit_is_refused(cell: Any) -> None:
    """Whether "18 and over" means 18 is for the operator to say."""
    assert "no whole number" in refused("minimum_age", cell)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (True, True),
        (False, False),
        ("예", True),
        ("無", None),
        ("无", False),
        ("O", True),
        ("Ｘ", False),
        (1, True),
        (0, False),
    ],
)
def test_yes_and_no(cell: Any, said: bool | None) -> None:
    """Boxes, words and signs in three languages; another word is no answer."""
    if said is None:
        assert "neither yes nor no" in refused("x_fee", cell)
    else:
        assert read("x_fee", cell) is said


def test_digits_that_a_program_made_a_number_are_refused() -> None:
    """A phone or a key's id that became a number may have lost its zeros."""
    assert "leading zero" in refused("phone_number", 212345678)
    assert "leading zero" in refused("key_id", 12345678)
    assert read("x_alias", 7) == read("x_alias", 7.0) == read("x_alias", "７") == "7"
    assert "no alias" in refused("x_alias", "07")


def test_a_key_may_come_wrapped() -> None:
    """Line ends and spaces within a long key are no part of it."""
    assert read("recipient", "age1pq1abc\n def ") == "age1pq1abcdef"


def test_an_unusable_cell_says_why() -> None:
    """A formula or a merged cell brings its own advice."""
    assert refused("name", Unusable("holds a formula")) == "holds a formula"
    assert "can't be seen" in refused("name", "가\u202e나")
