"""An export opens unharmed, and comes back through the reader as the same partners."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from referrals.spreadsheet.columns import TONGUES, Tongue, columns
from referrals.spreadsheet.csv_text import FORMULA_STARTS
from referrals.spreadsheet.drafts import drafted
from referrals.spreadsheet.reader import read
from referrals.spreadsheet.tables import MAX_ROWS, SpreadsheetError
from referrals.spreadsheet.writer import csv_file, table, xlsx_file
from referrals.vetting import PartnerFile
from tests.referrals import vetted
from tests.referrals.spreadsheet.drawn import LISTS, TODAY, files

FORMS = {
    "csv": csv_file,
    "csv without a mark": lambda partners, tongue: csv_file(partners, tongue, mark=False),
    "xlsx": xlsx_file,
}


def other(file: PartnerFile, drawn: PartnerFile) -> PartnerFile:
    """Return `drawn` with what no spreadsheet changes taken from `file`: an older version of the same partner."""
    kept = ("id", "x_alias", "x_status", "x_vetted_until", "x_contact_confirmed_at", "x_canary")
    partner = drawn.partner.model_copy(update={name: getattr(file.partner, name) for name in kept})
    return drawn.model_copy(update={"partner": partner, "contacts": tuple(reversed(file.contacts))})


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(partners=LISTS, data=st.data(), tongue=st.sampled_from(TONGUES), form=st.sampled_from(list(FORMS)))
def test_an_export_comes_back_as_it_was(
    partners: tuple[PartnerFile, ...], data: st.DataObject, tongue: Tongue, form: str
) -> None:
    """Whatever the list has now, what the exported cells say is what the partners will have, in each language and form."""
    older = tuple(other(file, data.draw(files(number))) for number, file in enumerate(partners))
    written = FORMS[form](partners, tongue)

    try:
        there = read(written, "export")
    except SpreadsheetError:  # no word in it proves its encoding, so it has to be said
        assert form == "csv without a mark"
        there = read(written, "export", encoding="utf-8")
    found = drafted(there, older, TODAY, lambda: "no new id is needed")

    assert found.findings == ()
    assert found.partners == partners


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=30)
@given(partners=LISTS)
def test_no_cell_is_a_formula(partners: tuple[PartnerFile, ...]) -> None:
    """No cell of a .csv begins with a sign that a program takes for a formula; every cell of a workbook is text, marked where need be."""
    plain = csv_file(partners).decode("utf-8-sig")
    book = load_workbook(io.BytesIO(xlsx_file(partners)))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]

    assert [cell for row in csv.reader(io.StringIO(plain)) for cell in row if cell.startswith(FORMULA_STARTS)] == []
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells if str(cell.value).startswith(FORMULA_STARTS))


@pytest.mark.parametrize("name", ["=1+1", "+82 2", "-1", "@sum", "＝1", '=HYPERLINK("x")', "'=1"])
def test_a_name_that_looks_like_a_formula_stays_a_name(name: str) -> None:
    """It is text in both forms, marked so where a program would take it for a formula, and comes back as it was."""
    known = [vetted.changed(vetted.file(), name=name)]
    (cell,) = [
        cell
        for row in load_workbook(io.BytesIO(xlsx_file(known))).worksheets[0].iter_rows(min_row=2, max_row=2)
        for cell in row
        if cell.value == name
    ]

    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert f"'{name}".replace('"', '""') in csv_file(known).decode("utf-8-sig")
    for written in (csv_file(known), xlsx_file(known)):
        assert drafted(read(written, "export"), known, TODAY, lambda: "").partners == tuple(known)


def test_excel_is_told_that_it_is_utf8() -> None:
    """A .csv begins with the byte order mark, without which Excel garbles Korean and Chinese; it can be left out."""
    partners = [vetted.file()]

    assert csv_file(partners, "ko").startswith(b"\xef\xbb\xbf")
    assert csv_file(partners, "ko", mark=False) == csv_file(partners, "ko")[3:]
    assert "\r\n" in csv_file(partners).decode("utf-8-sig")


def test_the_headings_stand_in_the_language_asked_for() -> None:
    """The first row has every column, in Korean, Chinese or English."""
    heads = {tongue: table([vetted.file()], tongue)[0] for tongue in TONGUES}

    assert {len(head) for head in heads.values()} == {len(columns())}
    assert "언어" in heads["ko"]
    assert "语言" in heads["zh"]
    assert "Languages" in heads["en"]


def test_a_canary_is_not_told_from_others() -> None:
    """The export of a partner is the same whether it is a canary or not: a leaked list is what canaries are for."""
    partner = vetted.file()
    canary = vetted.with_partner(partner, x_canary=True)

    assert canary.partner.x_canary
    assert csv_file([canary]) == csv_file([partner])


def test_vetting_stays_with_the_operators() -> None:
    """Neither evidence nor approvers are exported."""
    told = csv_file([vetted.file()]).decode("utf-8-sig")

    assert "binder" not in told
    assert "sun" not in told.replace("sunday", "")


def test_cells_with_few_answers_offer_them() -> None:
    """In the workbook, a cell that takes one of a few words offers a list of them."""
    book = load_workbook(io.BytesIO(xlsx_file([vetted.file()], "ko")))
    offered = {each.formula1 for each in book.worksheets[0].data_validations.dataValidation}

    assert '"예,아니요"' in offered
    assert '"받음,적게 받음,안 받음"' in offered


def test_a_list_too_long_to_come_back_is_not_written() -> None:
    """More rows than the reader takes are refused, and said."""
    with pytest.raises(SpreadsheetError, match=f"{MAX_ROWS} at most"):
        table([vetted.file()] * MAX_ROWS)
