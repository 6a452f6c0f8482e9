"""The key notice is a file that the operators' import takes as it is."""

from datetime import date

from referrals.desk.key_notice import KEY_DAYS, Entry, key_until, notice
from referrals.desk.key_store import mark_of
from referrals.spreadsheet.reader import read
from referrals.spreadsheet.rows import lines
from tests.desk_browser.made import COLLEAGUE, OWN

MADE = 1_795_500_000  # 2026-11-24


def test_the_operators_import_reads_every_key_of_it() -> None:
    """Alias, id, recipient and last day of each are read without a finding."""
    entries = [Entry(mark_of(each.recipient), each.recipient, MADE) for each in (OWN, COLLEAGUE)]
    found = lines(read(notice("7", entries), "keys.csv", None))
    rows = found.by_alias["7"]

    assert found.findings == ()
    assert [row.values["recipient"] for row in rows] == [OWN.recipient, COLLEAGUE.recipient]
    assert [row.values["key_id"] for row in rows] == [each.mark[:16] for each in entries]
    assert {row.values["key_until"] for row in rows} == {key_until(MADE)}


def test_a_key_counts_for_a_year() -> None:
    """domain.md 4.1: the key yearly."""
    assert (key_until(MADE) - date(2026, 11, 24)).days == KEY_DAYS
