"""The retention table, second half: what the casebook keeps of a case, of a consent and of reports, on both sides of each limit."""

import pytest

from referrals.filing import ReportFiling, hour
from tests.bot.handed import WORDS, enter, handed_over
from tests.bot.rig import Rig
from tests.person import questionnaire
from tests.promises.lives import HOUR, at_contact, daily, later

UNKNOWN = "1234567890123452"


async def filed(rig: Rig, table: str) -> int:
    """How many rows a table of casebook.db has."""
    return int((await rig.filed(f"SELECT count(*) FROM {table}"))[0][0])  # noqa: S608  # as above


@pytest.mark.parametrize(("acknowledged", "days"), [(True, 7), (False, 30)])
async def test_retention_of_a_packet(rig: Rig, acknowledged: bool, days: int) -> None:
    """A sealed packet: 7 days after the partner said that it has it, 30 at most."""
    await at_contact(rig, "c_return", "share_yes")
    (waiting,) = await rig.cases(rig.casebook.waiting)
    if acknowledged:
        await rig.cases(lambda: rig.casebook.acknowledge(waiting.referral_id, int(rig.clock.now)))
    await daily(rig, days - 1)
    assert await filed(rig, "packets") == 1
    await daily(rig, 1)
    assert await filed(rig, "packets") == 0


@pytest.mark.parametrize("end", ["completed", "withdrawn"])
async def test_retention_of_what_is_stored_of_the_code(rig: Rig, end: str) -> None:
    """The verifier, with the referral's row: 90 days after it was closed or taken back."""
    await at_contact(rig, "c_return", "share_yes")
    (waiting,) = await rig.cases(rig.casebook.waiting)
    if end == "completed":
        await rig.cases(lambda: rig.casebook.accept(waiting.referral_id, int(rig.clock.now)))
        await rig.cases(lambda: rig.casebook.complete(waiting.referral_id, int(rig.clock.now)))
    else:
        await rig.tap("take_back", "take_back.yes")
        await rig.settle()
    await daily(rig, 89)
    assert await filed(rig, "cases") == 1
    await daily(rig, 2)
    assert (await filed(rig, "cases"), await filed(rig, "referrals")) == (0, 0)


async def test_retention_of_the_record_of_a_consent(rig: Rig) -> None:
    """That she agreed, to whom and when, without what it was: 12 months."""
    await at_contact(rig, "c_return", "share_yes")
    columns = [row[1] for row in await rig.filed("PRAGMA table_info(consents)")]
    assert columns == ["consent_id", "partner", "list_version", "sealed_hash", "given"]
    await daily(rig, 364)
    assert await filed(rig, "consents") == 1
    await daily(rig, 2)
    assert await filed(rig, "consents") == 0


async def test_retention_of_her_card(rig: Rig) -> None:
    """Her words, sealed to her code: until the case is closed, 30 days at most after she last sent something."""
    await handed_over(rig, *WORDS)
    await daily(rig, 29)
    assert await filed(rig, "cards") == 1
    await daily(rig, 1)
    assert await filed(rig, "cards") == 0


async def test_retention_of_her_card_ends_with_the_case(rig: Rig) -> None:
    """The help was given, and she has seen it: her card is gone that hour."""
    hers = await handed_over(rig, *WORDS)
    (waiting,) = await rig.cases(rig.casebook.waiting)
    await rig.cases(lambda: rig.casebook.accept(waiting.referral_id, int(rig.clock.now)))
    await rig.cases(lambda: rig.casebook.complete(waiting.referral_id, int(rig.clock.now)))
    assert await filed(rig, "cards") == 1
    await enter(rig, hers.code, "word.moon")
    await later(rig, HOUR)
    assert await filed(rig, "cards") == 0


@pytest.mark.parametrize(("acknowledged", "days"), [(True, 7), (False, 30)])
async def test_retention_of_a_report(rig: Rig, acknowledged: bool, days: int) -> None:
    """A report to the safety lead: 7 days after she said that she has it, 30 at most."""
    await rig.start()
    await rig.settle()
    await rig.tap(
        "lang_ko",
        "safe_alone",
        "ph_mine",
        "agree",
        "urg_no",
        "CN",
        "nav.done",
        "page.2",
        "page.3",
        "+n_scam",
        "nav.done",
    )
    while (await rig.conversation()).place in questionnaire():
        await rig.tap("nav.skip")
    await rig.tap("open.p_scam", "open.v_report", "report.yes")
    await rig.settle()
    (report,) = await rig.cases(rig.casebook.reports)
    if acknowledged:
        await rig.cases(lambda: rig.casebook.acknowledge_report(report.report_id, int(rig.clock.now)))
    await daily(rig, days - 1)
    assert await filed(rig, "reports") == 1
    await daily(rig, 1)
    assert await filed(rig, "reports") == 0


async def test_retention_of_counters(rig: Rig) -> None:
    """Counts stay for good, and hold neither a person nor a time finer than a day; feedback has the month."""
    hers = await handed_over(rig, *WORDS)
    (waiting,) = await rig.cases(rig.casebook.waiting)
    await rig.cases(lambda: rig.casebook.accept(waiting.referral_id, int(rig.clock.now)))
    await enter(rig, hers.code, "word.moon", f"ref.{waiting.referral_id[:8]}", "said.helped")
    await rig.settle()
    await daily(rig, 400)
    assert await rig.filed("SELECT * FROM feedback") == [(waiting.partner, "helped", "2026-11", 1)]
    columns = {
        table: [row[1] for row in await rig.rows(f"PRAGMA table_info({table})")] for table in ("alarms", "tallies")
    }
    assert columns == {
        "alarms": ["kind", "day", "count"],
        "tallies": ["quarter", "dimension", "value", "place", "count"],
    }


def test_retention_knows_only_hours() -> None:
    """What a person caused is dated to the hour in whatever the casebook files."""
    filing = ReportFiling(report_id="0" * 32, created=hour(1_795_500_123), expires=hour(1_798_000_321))
    assert (filing.created % HOUR, filing.expires % HOUR) == (0, 0)
