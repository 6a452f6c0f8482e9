"""`naru directory export`: by its ending, and with nothing in it that isn't for its reader."""

import csv
import io
import json

import pytest

from referrals.spreadsheet.reader import read
from referrals.vetting import load
from tests.bot.commands.directory.office import Office, partner, put_list


@pytest.fixture
def listed(office: Office) -> Office:
    """Two partners are published."""
    put_list(office, partner("SAFE-CN"), partner("PSY-KR"))
    return office


@pytest.mark.parametrize("language", ["en", "ko", "zh"])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_spreadsheet_comes_back_as_it_was(listed: Office, ending: str, language: str) -> None:
    """In each language; nobody else may read the file."""
    file = listed.folder / f"partners.{ending}"
    assert "2 partners, version 2" in listed.done("kim", "export", str(file), "--language", language)

    assert "Partners: 2 as before" in listed.done("kim", "import", str(file), "--yes")
    assert file.stat().st_mode & 0o077 == 0


def test_other_directories_get_no_secret(listed: Office) -> None:
    """No name above T1, no contact, no key."""
    file = listed.folder / "hsds.json"
    listed.done("kim", "export", str(file))
    text = file.read_text("utf-8")

    assert len(json.loads(text)) == 2
    assert partner("SAFE-CN").name not in text
    assert "fictional mailbox" not in text
    assert "age1pq" not in text


def test_an_editor_gets_the_whole_list(listed: Office) -> None:
    """As it is published, once a second approver has agreed."""
    file = listed.folder / "today.naru"
    assert "as lee agreed" in listed.exported("kim", file)

    assert [each.alias for each in load(file.read_text("utf-8")).partners] == [
        partner(which).alias for which in ("SAFE-CN", "PSY-KR")
    ]


def test_the_working_list_can_be_exported(listed: Office) -> None:
    """An empty one has the headings."""
    file = listed.folder / "mine.csv"
    listed.done("edi", "export", str(file), "--working", "--language", "ko")
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))

    assert len(rows) == 1
    assert rows[0][0] == "번호"


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_names_and_contacts_are_left_out_by_default(listed: Office, ending: str) -> None:
    """That is said; and what comes back without them takes none away."""
    file, with_them = listed.folder / f"partners.{ending}", listed.folder / f"with.{ending}"
    assert "Names and contacts were left out" in listed.done("kim", "export", str(file))
    for each in read(file.read_bytes(), file.name).sheets:
        said = " ".join(str(cell) for row in each.rows for cell in row.cells)
        assert "fictional mailbox" not in said
        assert partner("SAFE-CN").name not in said
    listed.done("kim", "import", str(file), "--yes")
    assert listed.done("kim", "diff") == "Partners: 2 as before\n"

    listed.exported("kim", with_them, "--contacts")
    read_again = read(with_them.read_bytes(), with_them.name).sheets[0]
    assert any("fictional mailbox" in str(cell) for row in read_again.rows for cell in row.cells)


def test_what_leaves_is_logged(listed: Office) -> None:
    """In what kind of file, of which list, and who agreed."""
    listed.done("kim", "export", str(listed.folder / "partners.csv"))
    listed.exported("kim", listed.folder / "today.naru")
    lines = [(line["action"], line["subjects"][0]) for line in listed.logged("kim")[-3:]]

    assert (lines[0], lines[1][0], lines[2]) == (("export", "csv"), "ask-export", ("export", "naru"))
    assert listed.logged("kim")[-1]["subjects"] == ["naru", "agreed:lee"]
    assert listed.logged("lee")[-1]["action"] == "agree-export"


def test_an_unknown_ending_is_refused(listed: Office) -> None:
    """And nothing is written."""
    file = listed.folder / "partners.pdf"

    assert "should end in .xlsx, .csv, .json or .naru" in listed.refused("kim", "export", str(file))
    assert not file.exists()
