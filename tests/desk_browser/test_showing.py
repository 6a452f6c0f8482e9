"""What the browser says of an opened referral is, line by line, what `naru open` says; what it exports can be read and runs nothing."""

import base64
import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest

from bot import opened
from bot.app import Words
from referrals.questions import ANSWERS
from referrals.referral import Packet, Referral
from tests.desk_browser.made import PARTNER, REFERRAL_ID, referral
from tests.desk_browser.runner import ask, asked

NOW = datetime(2026, 11, 25, tzinfo=UTC)
FULL = Packet(
    klass="days", country="CN", language="zh", needs=("n_place", "n_legal"), situations=("s_camera", "s_union"), danger="high",
    with_=("w_u18",), contact="c_band", band="22-06", check="sea", flags=("third_party",),
)  # fmt: skip
URGENT = Packet(klass="now", urgent="u_locked", danger="raised", flags=("danger_word",))
REFERRALS: list[Referral] = [
    referral(FULL), referral(URGENT), referral(Packet()), referral(Packet(), kind="withdrawal"), referral(FULL, reply_to=None),
    referral(Packet(report="money", about="P9"), kind="report", partner="safety-lead"),
    *(referral(Packet(answer=answer), kind="addition") for answer in ANSWERS),
]  # fmt: skip
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1",
    '=HYPERLINK("x")',
    "plain",
    'say "hi", all',
    "한글 中文",
]


def document(made: Referral) -> dict[str, Any]:
    """A referral as the browser has it."""
    read: dict[str, Any] = json.loads(made.to_bytes())
    return read


@pytest.mark.parametrize("language", ["ko", "zh", "en"])
def test_the_browser_says_what_the_command_says(language: str) -> None:
    """The answers, flags and envelope of every kind of referral, in the same words and the same order; no word is missing."""
    catalogues = Words.loaded().catalogues
    labels = dict(opened.labels(catalogues, language))
    requests = [
        {"do": "lines", "referral": document(each), "labels": labels, "now": NOW.timestamp() * 1000}
        for each in REFERRALS
    ]
    for made, answer in zip(REFERRALS, asked(*requests), strict=True):
        by_command = [catalogues.say(line, opened.LOCALES[language]) for line in opened.lines(made, NOW)]
        said = answer["packet"] or [labels["open.nothing"]]
        assert by_command[2:-1] == [*said, *answer["envelope"]]


def test_a_code_that_the_words_do_not_know_is_shown_as_itself() -> None:
    """A newer questionnaire's code is no blank."""
    answer = ask(
        "lines", referral=document(referral(Packet(needs=("n_new",)))), labels={"line.need": "Need: {value}"}, now=0
    )

    assert answer["packet"] == ["Need: q6_needs.n_new"]


def test_labels_hold_no_words_of_the_conversation() -> None:
    """Only what an opened referral can say is given to a browser."""
    labels = opened.labels(Words.loaded().catalogues, "en")

    assert "word.potato" in labels
    assert not any(key.startswith(("r_receipt", "q11", "a0_", "k_")) for key in labels)


def test_csv_has_its_mark_and_runs_nothing() -> None:
    """UTF-8 with BOM; a cell that a program would run is text behind an apostrophe; all else comes back as it was."""
    file = base64.b64decode(ask("csv", table=[["heading"] * 2, *([cell, "x"] for cell in FORMULAS)])["file64"])
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))

    assert file.startswith(b"\xef\xbb\xbf")
    assert [row[0] for row in rows[1:]] == [*(f"'{cell}" for cell in FORMULAS[:9]), *FORMULAS[9:]]
    assert all(row[1] == "x" for row in rows[1:])


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")  # the library writes none
def test_xlsx_is_opened_by_openpyxl_as_text() -> None:
    """Every cell is a text, as it was; none is a formula."""
    file = base64.b64decode(ask("xlsx", table=[["heading"], *([cell] for cell in FORMULAS)], sheet="기록")["file64"])
    sheet = openpyxl.load_workbook(io.BytesIO(file)).active
    assert sheet is not None
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]

    assert sheet.title == "기록"
    assert [str(cell.value).strip() for cell in cells] == [cell.strip() for cell in FORMULAS]
    assert {cell.data_type for cell in cells} == {"s"}


def test_the_table_holds_every_answer_in_words() -> None:
    """One row for each packet; what was not sent is blank."""
    labels = dict(opened.labels(Words.loaded().catalogues, "en"))
    head, full, empty = ask("table", referrals=[document(referral(FULL)), document(referral(Packet()))], labels=labels)[
        "table"
    ]
    row = dict(zip(head, full, strict=True))

    assert row["referral_id"] == REFERRAL_ID
    assert row["country"] == "China"
    assert row["needs"] == f"{labels['q6_needs.n_place']}; {labels['q6_needs.n_legal']}"
    assert row["contact"].endswith(labels["q10_band.22-06"])
    assert set(empty[4:]) == {""}


def test_primero_gets_what_domain_6_4_says_and_no_more() -> None:
    """Danger is never low, hints stay hints, consent names the partner, and the security sector is refused in the four countries."""
    answers = asked(
        *(
            {"do": "gbvims", "referrals": [document(referral(packet))]}
            for packet in (FULL, URGENT, Packet(country="KR"))
        )
    )
    full, urgent, korea = (answer["fields"] for answer in answers)

    assert full["survivor_code"] == REFERRAL_ID
    assert (full["risk_level"], urgent["risk_level"]) == ("high", "medium")
    assert "risk_level" not in korea
    assert full["service_safehouse_referral"] == full["service_legal_referral"] == "referred"
    assert full["classification_hint"] == "s_camera; s_union"
    assert full["abduction_status_time_of_incident"] == "trafficked"
    assert (full["age_hint"], full["unaccompanied_separated_status"]) == ("<18", "")
    assert full["consent_to_share_info_by_security"] == urgent["consent_to_share_info_by_security"] == "false"
    assert full["consent_to_share_info_by_safehouse"] == "true"
    assert full["consent_to_share_info_by_safehouse_organization"] == PARTNER
    assert full["consent_to_share_info_by_health"] == "false"
    assert "gbv_sexual_violence_type" not in full
    assert json.loads(answers[0]["json"])["data"]["consent_to_share_info_by_legal"] is True
    assert answers[0]["table"] == [list(full), list(full.values())]
