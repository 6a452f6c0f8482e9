"""`naru directory import`: shown first, all or nothing."""

import csv
import io
import json

import pytest

from referrals import hsds_export
from referrals.spreadsheet.writer import csv_file
from tests.bot.commands.directory.office import Office, later, partner, put_list
from tests.referrals import vetted
from tests.referrals.spreadsheet import messy


def candidate() -> bytes:
    """A .csv of one candidate, without the columns that only other commands change."""
    made = csv_file([vetted.read(vetted.written("CHILD", later().date(), "candidate"))])
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
    settled = {"Status", "Vetted until", "Contact confirmed", "This contact confirmed"}
    kept = [number for number, heading in enumerate(rows[0]) if heading not in settled]
    out = io.StringIO()
    csv.writer(out).writerows([[row[number] for number in kept] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def test_errors_are_told_by_place_and_nothing_is_taken(office: Office) -> None:
    """Exit 1, each error with its row and column, and the working list as it was."""
    before = (office.own("edi") / "working.json").read_bytes()
    sheet = office.folder / "messy.xlsx"
    sheet.write_bytes(messy.messy(later().date()))
    said = office.run("edi", "import", str(sheet), "--yes")

    assert said.code == 1
    assert "8 errors in 8 rows. Nothing was taken; mend them and import again:" in said.out
    assert (office.own("edi") / "working.json").read_bytes() == before


def test_it_is_shown_before_it_is_taken(office: Office) -> None:
    """Nobody said yes, so nothing is taken; with --yes it is; a second time there is nothing to take."""
    sheet = office.folder / "one.csv"
    sheet.write_bytes(candidate())
    said = office.run("edi", "import", str(sheet))
    assert said.code == 0
    assert "Partners: 1 new" in said.out
    assert said.out.endswith("Nothing was changed.\n")
    assert "Partners: no partners" in office.done("edi", "diff")

    assert "Nothing is proposed yet" in office.done("edi", "import", str(sheet), "--yes")
    assert "The working list has all of it already" in office.done("edi", "import", str(sheet), "--yes")


def test_an_editor_takes_the_published_list(office: Office) -> None:
    """From an approver's file; never an older one, and no approver does: hers is the signed one."""
    put_list(office, partner())
    old, new = office.folder / "old.naru", office.folder / "new.naru"
    office.exported("kim", old)
    put_list(office, partner(), partner("CHILD"))
    office.exported("kim", new)

    assert "version 3, with 2 partners" in office.done("edi", "import", str(new))
    assert (office.logged("edi")[-1]["action"], office.logged("edi")[-1]["list_version"]) == ("import", 3)
    assert "older than today.json" in office.refused("edi", "import", str(old))
    assert "Only editors import a .naru file" in office.refused("kim", "import", str(new))


def test_another_directorys_list_is_looked_at_only(office: Office) -> None:
    """What is missing for a referral is listed; nothing is guessed and nothing taken."""
    file = office.folder / "other.json"
    file.write_text(json.dumps(hsds_export.exported([partner("PSY-KR")], later().date())), encoding="utf-8")
    before = (office.own("edi") / "working.json").read_bytes()
    out = office.done("edi", "import", str(file))

    assert out.startswith("1 organisations in other.json. Nothing of it was taken")
    assert "missing for a referral: x_alias" in out
    assert (office.own("edi") / "working.json").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("none.xlsx", None, "none.xlsx can't be read: No such file"),
        ("empty.csv", b"", "empty.csv is empty"),
        ("odd.csv", b"a,b\n1,2\n", "odd.csv has no row with headings that are known"),
        ("odd.json", b"{", "odd.json"),
        ("odd.naru", b"{}", "odd.naru"),
    ],
)
def test_what_cannot_be_read_is_one_clear_message(
    office: Office, name: str, content: bytes | None, expected: str
) -> None:
    """With the file's name, and what to do."""
    if content is not None:
        (office.folder / name).write_bytes(content)

    assert expected in office.refused("edi", "import", str(office.folder / name))
