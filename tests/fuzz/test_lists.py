"""Lists of partners from elsewhere, harmed: HSDS, workbooks, text with separators. Read whole, or refused in our own words, in time."""

import io
import json
import random
import zipfile
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from referrals import hsds_import
from referrals.hsds_export import export_text
from referrals.hsds_import import HsdsError
from referrals.preview import preview
from referrals.spreadsheet.drafts import drafted
from referrals.spreadsheet.reader import read
from referrals.spreadsheet.tables import SpreadsheetError
from referrals.spreadsheet.writer import csv_file, xlsx_file
from tests.fuzz.harm import Attack, Record, altered, harmed, written
from tests.referrals import vetted
from tests.referrals.spreadsheet import messy
from tests.referrals.test_hsds_import import SERVICE, organization

TODAY = date(2031, 3, 10)
NEW_ID = "00000000-0000-4000-8000-00000000abcd"
MARK = "Harbour Street 5c1e"  # an address: it may be in no draft and in no message
NAME = "list.xlsx"
# Zip and XML as an attacker writes them: entities, endless sizes, other parts.
XML = (
    b'<!DOCTYPE a [<!ENTITY b "cccccccccc">]>', b"&b;" * 50, b'<dimension ref="A1:XFD1048576"/>', b'<mergeCell ref="A1:XFD1048576"/>',
    b'<c r="ZZZ9999999"><v>1</v></c>', b'<c r="A1" t="s"><v>99999999</v></c>', b'<c t="e"><v>#REF!</v></c>',
    b'<c r="A1" t="d"><v>0000</v></c>', b"<v>nan</v>", b' t="b"', b' s="999"',
    b'<row r="0">', b'<row r="-1"/>', b'<row r="1048577"/>', b"<f>1+1</f>", b"<a>" * 2_000, b'<c r="A1"><v>1e400</v></c>',
)  # fmt: skip


@cache
def workbooks() -> tuple[bytes, ...]:
    """Workbooks as networks send them, and as we write them."""
    files = tuple(vetted.read(vetted.written(which, TODAY)) for which in ("CHILD", "HUB"))
    return messy.messy(TODAY), messy.mended(TODAY), xlsx_file(files, "ko"), xlsx_file(files, "zh")


@cache
def texts() -> tuple[bytes, ...]:
    """The same as text, in the encodings that are sent."""
    files = tuple(vetted.read(vetted.written(which, TODAY)) for which in ("CHILD", "HUB"))
    korean = csv_file(files, "ko", mark=False).decode("utf-8")
    chinese = csv_file(files, "zh", mark=False).decode("utf-8")
    return (
        csv_file(files, "ko"), csv_file(files, "en"), korean.encode("cp949", "replace"), chinese.encode("gb18030"),
        chinese.encode("utf-16"), korean.replace(",", ";").encode("utf-8"),
    )  # fmt: skip


@cache
def lists() -> tuple[Any, ...]:
    """Lists of other directories: whole, in pages, and our own export."""
    address = {"locations": [{"address": MARK}], "contacts": [{"name": MARK}]}
    service = SERVICE | {
        "languages": [{"code": "kor"}],
        "service_areas": [{"extent": "CN"}],
        "minimum_age": 18,
        "locations": [{"name": MARK}],
    }
    ours = json.loads(export_text([vetted.file("HUB", TODAY)], TODAY))
    return (
        organization(**address, services=[service, SERVICE]),
        {"contents": [organization(**address)], "total_items": 1},
        service,
        [service],
        ours,
    )


def _xlsx_case(rng: random.Random) -> bytes:
    data = rng.choice(workbooks())
    if rng.random() < 0.3:  # the container itself; mostly what is in it
        return harmed(data, rng, workbooks())
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        hurt = rng.sample(names, 1) if rng.random() < 0.5 else [name for name in names if "sheet" in name][:1]  # either
        for name in names:
            part = old.read(name)
            if name in hurt:
                part = _xml(part, rng)
            if rng.random() > 0.02:  # seldom a part is missing
                new.writestr(name, part)
    return out.getvalue()


def _xml(part: bytes, rng: random.Random) -> bytes:
    match rng.randrange(4):
        case 0:
            return harmed(part, rng)
        case 1:  # between two elements, so that it is well-formed as often as not
            ends = [at for at in range(len(part)) if part[at : at + 1] == b">"]
            at = rng.choice(ends) + 1
            return part[:at] + rng.choice(XML) + part[at:]
        case 2:
            return part.replace(
                rng.choice((b'"1"', b't="n"', b't="s"', b't="inlineStr"', b'r="A')),
                rng.choice((b'"-1"', b't="x"', b't="d"', b'r="ZZ', b'"1e9"')),
                rng.choice((1, -1)),
            )
        case _:
            return part.replace(
                b"<v>",
                b"<v>" + rng.choice((b"-", b"9" * 400, b"0x", b"1e", b"\xef\xbb\xbf", b"NaN ")),
                rng.choice((1, 30)),
            )


def check_sheet(untrusted: bytes) -> str:
    """Opened, it becomes drafts and findings, and a preview of both; or it is refused."""
    try:
        book = read(untrusted, NAME)
        found = drafted(book, (), TODAY, lambda: NEW_ID)
    except SpreadsheetError as error:
        return _refused(error)
    assert preview((), found)
    return "with findings" if found.findings else "drafted"


def _refused(error: Exception) -> str:
    """An error is a few words of ours, and repeats nobody's address."""
    assert len(str(error)) < 20_000
    assert MARK not in str(error)
    return "refused"


def check_hsds(untrusted: bytes) -> str:
    """Read as drafts without any place or person; or refused, without repeating a value."""
    try:
        found = hsds_import.load(untrusted.decode("utf-8", "replace"), "other list")
    except HsdsError as error:
        return _refused(error)
    kept = repr([(draft.id, [(service.fields, service.codes) for service in draft.services]) for draft in found.drafts])
    told = repr((found.left_out, found.unknown, [draft.missing for draft in found.drafts]))
    assert MARK not in kept + told
    return "read"


def _hsds_case(rng: random.Random) -> bytes:
    value = rng.choice(lists())
    for _ in range(rng.choice((0, 1, 1, 3))):
        value = altered(value, rng)
    data = written(value, rng)
    return harmed(data, rng) if rng.random() < 0.2 else data  # mostly by structure


def test_a_harmed_workbook_is_read_or_refused_in_time(tmp_path: Path, record_property: Record) -> None:
    """Container, parts and cells: never an error of a library's, never more time than a person waits."""
    attack = Attack("xlsx", _xlsx_case, check_sheet, short=60, long=10_000, most=10.0)
    attack.run(tmp_path, record_property)
    assert attack.ended.keys() >= {"refused", "with findings"}


def test_a_harmed_text_is_read_or_refused_in_time(tmp_path: Path, record_property: Record) -> None:
    """Encodings mixed, separators, quotation marks that are not closed."""
    attack = Attack(
        "csv", lambda rng: harmed(rng.choice(texts()), rng, texts()), check_sheet, short=200, long=40_000, most=10.0
    )
    attack.run(tmp_path, record_property)
    assert attack.ended.keys() >= {"refused", "with findings"}


def test_a_harmed_list_of_another_directory_is_read_or_refused(tmp_path: Path, record_property: Record) -> None:
    """Any JSON and any text: nothing of a place or a person is taken or told."""
    attack = Attack("hsds", _hsds_case, check_hsds, short=300, long=20_000)
    attack.run(tmp_path, record_property)
    assert attack.ended.keys() >= {"refused", "read"}
