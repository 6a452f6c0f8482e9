"""Reports for the safety lead: what there is, each one opened in her browser as referrals are, and acknowledged by hand."""

from dataclasses import dataclass, field

from starlette.responses import Response

from referrals.casebook import WaitingReport
from referrals.casebook_changes import UnknownReferral
from referrals.desk import audit
from referrals.desk.audit import Action
from referrals.desk.case_view import Moment
from referrals.desk.doors import Door, Subject
from referrals.desk.grants import Grant
from referrals.desk.queue_view import short
from referrals.desk.store import Books
from referrals.desk.visit import Visit

KEYS = ("report.new", "report.acknowledged")


@dataclass(frozen=True, slots=True)
class Report:
    """One report as a page shows it."""

    report_id: str = field(repr=False)
    case: str  # its short name
    received: Moment
    acknowledged: bool

    @classmethod
    def of(cls, waiting: WaitingReport, now: int) -> "Report":
        """Seen from now."""
        return cls(waiting.report_id, short(waiting.report_id), Moment.of(waiting.received, now), waiting.acknowledged)


async def _reports(visit: Visit) -> Response:
    """Every report that is here, new ones first, then the oldest."""
    found = await visit.desk.run(lambda books: books.casebook.reports())
    rows = sorted((Report.of(each, visit.now) for each in found), key=lambda each: each.acknowledged)
    return visit.page("reports.html", rows=rows)


async def _report(visit: Visit) -> Response:
    """One report."""
    found = await visit.desk.run(lambda books: books.casebook.reports())
    for each in found:
        if each.report_id == visit.path["report_id"]:
            return visit.page("report.html", report=Report.of(each, visit.now))
    raise UnknownReferral


async def _acknowledged(visit: Visit) -> Response:
    """She has it: it goes seven days later."""
    report_id = visit.path["report_id"]

    def acknowledge(books: Books) -> None:
        with books.desk.transaction() as db:
            books.casebook.acknowledge_report(report_id, visit.now)
            audit.record(db, visit.now, visit.who.account, Action.REPORT_SEEN, report_id)

    await visit.desk.run(acknowledge)
    return visit.go(f"/reports/{report_id}")


DOORS: tuple[Door, ...] = (
    Door("GET", "/reports", Grant.REPORTS, _reports),
    Door("GET", "/reports/{report_id}", Grant.REPORTS, _report, Subject.REPORT),
    Door("POST", "/reports/{report_id}/acknowledge", Grant.REPORTS, _acknowledged, Subject.REPORT),
)
