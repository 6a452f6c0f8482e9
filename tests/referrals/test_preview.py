"""After an import the operator reads everything that is wrong, or everything that would change; never a part of each."""

from itertools import count

from referrals.preview import preview
from referrals.spreadsheet.drafts import Drafted, drafted
from referrals.spreadsheet.reader import read
from referrals.spreadsheet.tables import Finding
from tests.referrals import vetted
from tests.referrals.spreadsheet.messy import ERRORS, ROWS, mended, messy


def screen(untrusted: bytes) -> str:
    """Return what is shown for a file beside a list of one partner."""
    numbers = count(10**9)  # away from the ids of the fixtures
    known = [vetted.file()]
    new_id = lambda: f"00000000-0000-4000-8000-{next(numbers):012x}"  # noqa: E731  # one line is enough
    return preview(known, drafted(read(untrusted, "list"), known, vetted.TODAY, new_id))


def test_errors_are_counted_and_told_and_nothing_else() -> None:
    """How many, in how many rows, and each; no partner is shown as if it had been taken."""
    told = screen(messy(vetted.TODAY))

    assert told.startswith("Read as: Excel workbook\n\nLook at this:\n  ")
    assert f"{len(ERRORS)} errors in {len(ERRORS)} rows. Nothing was taken; mend them and import again:" in told
    assert "row 7, column E (상담 언어): '한구거' is not a language" in told
    assert "Partner 1" not in told


def test_a_right_file_is_shown_as_a_change_note() -> None:
    """Counts, then each partner that is new or changed."""
    told = screen(mended(vetted.TODAY))

    assert f"Partners: {ROWS} new, 1 as before" in told
    assert "Partner 140\n  new: candidate, 가상 단체 40 (지어낸 이름)" in told
    assert "errors" not in told


def test_many_errors_are_counted() -> None:
    """The first fifty are told, and how many there are besides."""
    findings = tuple(Finding("S", row, "A", "x", "is empty") for row in range(1, 61))

    told = preview([], Drafted((), findings))

    assert told.endswith("\n  and 10 more")
    assert told.count("is empty") == 50
    assert "60 errors in 60 rows" in told
    assert "1 error in 1 row." in preview([], Drafted((), findings[:1]))
