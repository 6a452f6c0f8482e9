"""All or nothing: a file with one thing wrong proposes nothing, and what is wrong has its place and what would be right."""

import re
from collections.abc import Sequence
from itertools import count

import pytest

from referrals.changes import diff
from referrals.spreadsheet.drafts import Drafted, drafted, merged
from referrals.spreadsheet.reader import read
from referrals.spreadsheet.writer import csv_file, xlsx_file
from referrals.vetting import PartnerFile
from tests.referrals import vetted
from tests.referrals.spreadsheet.messy import ERRORS, FIRST_ALIAS, ROWS, SHEET, TOLD, mended, messy

TODAY = vetted.TODAY


def draft(untrusted: bytes, current: Sequence[PartnerFile] = ()) -> Drafted:
    """Read a file beside a list."""
    numbers = count(10**9)  # away from the ids of the fixtures
    return drafted(read(untrusted, "list.csv"), current, TODAY, lambda: f"00000000-0000-4000-8000-{next(numbers):012x}")


def text(*lines: str) -> bytes:
    """Return a .csv of these lines."""
    return "\r\n".join(lines).encode()


def test_a_messy_spreadsheet_proposes_nothing_and_tells_each_error() -> None:
    """Eight errors of six kinds in 40 Korean rows: each by sheet, row and column, and nothing else is called wrong."""
    found = draft(messy(TODAY))

    assert found.partners == ()
    assert {(each.row, each.heading) for each in found.findings} == set(TOLD)
    assert len(found.findings) == len(ERRORS)
    for each in found.findings:
        assert TOLD[each.row, each.heading] in each.what
        assert str(each).startswith(f"{SHEET}, row {each.row}, column ")


def test_the_mended_spreadsheet_is_read_whole() -> None:
    """Every row becomes a candidate; the column with addresses and the unknown one are named."""
    found = draft(mended(TODAY))

    assert found.findings == ()
    assert [partner.alias for partner in found.partners] == [str(FIRST_ALIAS + number) for number in range(ROWS)]
    assert {partner.partner.x_status for partner in found.partners} == {"candidate"}
    assert [re.sub(r"^.*\((.*)\): ", r"\1: ", notice).split(".")[0] for notice in found.notices] == [
        "주소: names a place",
        "비고: there is no such column; it was not read",
        "메모: has no row with known headings; the sheet was not read",
    ]


def test_nothing_of_an_address_gets_into_a_draft() -> None:
    """What stands in a column of addresses is in no record."""
    found = draft(mended(TODAY))

    assert not any("주소" in partner.model_dump_json() for partner in found.partners)


def test_one_error_holds_back_the_whole_file() -> None:
    """A right row beside a wrong one is not taken either."""
    right, wrong = vetted.file(), vetted.file("MEN")
    untrusted = csv_file([right, wrong]).decode("utf-8-sig").replace("Fictional Fair Wages (invented)", "")

    assert len(draft(csv_file([right, wrong]), [right, wrong]).partners) == 2
    assert draft(untrusted.encode(), [right, wrong]).partners == ()


def test_a_preview_shows_what_would_change() -> None:
    """New, changed and unchanged partners are counted; those that the file doesn't name stay."""
    known = [vetted.file("CHILD"), vetted.file("MEN"), vetted.file("HUB")]
    found = draft(text("Alias,Capacity", "5,closed", "12,limited"), known)

    note = diff(known, merged(known, found.partners))

    assert note.startswith("Partners: 2 changed, 1 as before")
    assert "  capacity: open -> closed" in note
    assert found.notices == ("Not in the file, and left as they are: partner 7.",)


def test_new_partners_need_all_columns_and_are_told_once() -> None:
    """Two new partners in a file of two columns are one error."""
    found = draft(text("Alias,Name", "901,Fictional", "902,Invented"))

    assert len(found.findings) == 1
    assert "a new partner needs more columns: Tier, Fee" in found.findings[0].what


def test_another_partners_key_is_refused() -> None:
    """One partner's caseworkers must not read what another one gets."""
    one, other = vetted.file("CHILD"), vetted.file("MEN")
    untrusted = csv_file([one]).replace(
        one.partner.x_keys[0].recipient.encode(), other.partner.x_keys[0].recipient.encode()
    )

    (finding,) = draft(untrusted, [one, other]).findings

    assert (finding.heading, finding.what) == ("Public key", "belongs to partner 12 already; each partner has its own")


def test_a_removed_partners_alias_is_not_used_again() -> None:
    """An alias means the same partner for ever."""
    gone = vetted.file("SUSP", status="removed")

    (finding,) = draft(csv_file([gone]), [gone]).findings

    assert "never used again" in finding.what


def test_a_day_to_come_is_refused() -> None:
    """Nothing was confirmed tomorrow."""
    known = [vetted.file()]

    assert draft(text("Alias,Capacity as of", "5,2031-03-10"), known).findings == ()
    (finding,) = draft(text("Alias,Capacity as of", "5,2031-03-11"), known).findings
    assert "lies in the future" in finding.what


def test_a_hard_rule_is_pointed_out() -> None:
    """A candidate with a condition may be recorded; that it can never serve is said at once."""
    faith = vetted.file("FAITH")

    assert "hard rule no_religious_condition" in draft(csv_file([faith]), [faith]).notices[0]


@pytest.mark.parametrize("write", [csv_file, xlsx_file])
def test_findings_and_drafts_show_no_name(write: object) -> None:
    """Neither a representation nor a message repeats a name or a contact."""
    known = [vetted.file()]
    found = draft(write(known), known)  # type: ignore[operator]

    assert len(found.partners) == 1
    assert "Fictional" not in repr(found)
    assert "mailbox" not in repr(found)
