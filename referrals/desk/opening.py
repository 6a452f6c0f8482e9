"""What a browser needs to open a case: its sealed files, and words for what it will find in them. Nothing of it can be read here."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from referrals.casebook_replies import SealedFile
from referrals.desk import audit
from referrals.desk.audit import Action
from referrals.desk.doors import Door, Subject
from referrals.desk.grants import Grant
from referrals.desk.sent_files import coded
from referrals.desk.store import Books
from referrals.desk.visit import Visit
from referrals.desk.words import Lang
from referrals.directory import SAFETY_LEAD

# What a caseworker can say with one tap, approved with the words of every language; and, where she gave her danger word, all there is.
PHRASES: Final = (
    "received", "no_money", "come_back", "your_choice", "no_hurry", "health_first", "alone", "erase", "not_us", "asked_others",
)  # fmt: skip
COVER: Final = ("weather", "meal", "nothing_new")
_HERS: Final[tuple[Lang, ...]] = ("ko", "zh")  # what she reads
# What the browser's modules put together: errors.js, lints.js, keypage.js, replying.js and taking.js.
_ERRORS: Final = (
    "not_sealed", "damaged", "not_for_you", "other_partner", "not_trusted", "too_new", "malformed", "recipient", "identity", "words",
    "no_passkey", "other_key", "offline", "conflict", "referral",
)  # fmt: skip
LINTS: Final = (
    "betrays", "loanword", "dueum", "false_friend", "political", "title", "mainland", "official", "police", "consulate", "transport",
    "money", "promise", "label", "condition", "asks", "phone", "link", "street", "place", "latin", "ending", "long_sentence", "long_text",
    "check_word",
)  # fmt: skip
KEYS = (
    *(f"said.{code}" for code in PHRASES),
    *(f"cover.{code}" for code in COVER),
    *(f"js.error.{code}" for code in _ERRORS),
    *(f"js.lint.{rule}" for rule in LINTS),
    *(f"js.take.{form}" for form in ("csv", "xlsx", "json", "gbvims_csv", "gbvims_json")),
    *(f"js.key.state.{state}" for state in ("made", "listed", "old")),
    *(f"js.key.way.{kind}" for kind in ("passkey", "words")),
    *(f"js.reply.in_{lang}" for lang in _HERS),
)


async def _case(visit: Visit) -> Response:
    """The sealed files of a referral, with what can't be read in them anyway."""
    referral_id = visit.path["referral_id"]

    def read(books: Books) -> dict[str, object] | None:
        listed = books.casebook.one(referral_id)
        if listed is None:
            return None
        files = books.casebook.sealed_files(referral_id)
        with books.desk.transaction() as db:
            audit.record(db, visit.now, visit.who.account, Action.OPENED, referral_id)
        return {
            "referral_id": referral_id,
            "partner": listed.partner,
            "version": listed.version,
            "state": listed.state,
            "signers": _signers(books),
            "files": [_file(each) for each in files],
        }

    found = await visit.desk.run(read)
    return visit.json_answer({"code": "gone"}, 404) if found is None else visit.json_answer(found)


async def _report(visit: Visit) -> Response:
    """The sealed file of a report to the safety lead."""
    report_id = visit.path["report_id"]

    def read(books: Books) -> dict[str, object]:
        sealed = books.casebook.sealed_report(report_id)
        with books.desk.transaction() as db:
            audit.record(db, visit.now, visit.who.account, Action.OPENED, report_id)
        return {
            "referral_id": report_id,
            "partner": SAFETY_LEAD,
            "version": 0,
            "state": "report",
            "signers": _signers(books),
            "files": [{"packet_id": report_id, "kind": "report", "received": 0, "sealed": [coded(sealed)]}],
        }

    return visit.json_answer(await visit.desk.run(read))


async def _words(visit: Visit) -> Response:
    """`/case-words`: labels in the reader's language, phrases and check words in the languages of who is answered."""
    said = visit.desk.words.say
    return visit.json_answer(
        {
            "labels": dict(visit.desk.labels[visit.lang]),
            "phrases": {lang: {code: said(f"said.{code}", lang) for code in PHRASES} for lang in _HERS},
            "cover": {lang: {code: said(f"cover.{code}", lang) for code in COVER} for lang in _HERS},
            "checks": {lang: check_words(visit.desk.labels[lang]) for lang in _HERS},
        }
    )


def check_words(labels: Mapping[str, str]) -> dict[str, str]:
    """The words by which she knows her helper, by code."""
    return {key.removeprefix("word."): text for key, text in labels.items() if key.startswith("word.")}


def _file(file: SealedFile) -> dict[str, object]:
    return {
        "packet_id": file.packet_id,
        "kind": file.kind,
        "received": file.received,
        "sealed": [coded(copy) for copy in file.copies],
    }


def _signers(books: Books) -> list[str]:
    state = books.casebook.list_state()
    return [] if state is None else list(state.signers)


DOORS: tuple[Door, ...] = (
    Door("GET", "/case/{referral_id}/sealed", Grant.WORK, _case, Subject.REFERRAL),
    Door("GET", "/reports/{report_id}/sealed", Grant.REPORTS, _report, Subject.REPORT),
    Door("GET", "/case-words", Grant.SIGNED_IN, _words),
)
