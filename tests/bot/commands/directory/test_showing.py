"""`naru directory diff`, `status` and `why`: an operator's eyes."""

import re

from referrals.vetting import PartnersFile, dump
from tests.bot.commands.directory.office import Office, later, partner, put_list
from tests.referrals import vetted


def work_on(office: Office, name: str, *files: object) -> None:
    """Put these into an operator's working list."""
    working = PartnersFile.model_validate({"format": "naru-partner-files/1", "version": 2, "partners": files})
    (office.own(name) / "working.json").write_text(dump(working), encoding="utf-8")


def test_contacts_are_shown_only_when_asked_for(office: Office) -> None:
    """A passer-by need not read them; an approver must."""
    child = partner("CHILD")
    put_list(office, child)
    office.done("kim", "status")
    contact = child.contacts[0].model_copy(update={"value": "fictional mailbox 2"})
    work_on(office, "kim", child.model_copy(update={"contacts": (contact,)}))

    shown = office.done("kim", "diff")
    assert "contact changed\n" in shown
    assert "fictional mailbox" not in shown
    assert "relay fictional mailbox 1 (tier T2) -> relay fictional mailbox 2 (tier T2)" in office.done(
        "kim", "diff", "--contacts"
    )


def test_status_lists_what_runs_out(office: Office) -> None:
    """The most pressing first, with what to do."""
    put_list(office, partner("CHILD", x_vetted_until=str(later(days=3).date())), partner("PSY-KR"))
    out = office.done("kim", "status")

    assert "Partners: 2 active" in out
    assert "vetting ends" in out
    assert "in 3 days" in out


def test_status_says_until_when_the_list_counts_and_who_is_suspended(office: Office) -> None:
    """An expired list is named as such; a suspension stands there until two have lifted it; so does a draft that waits."""
    put_list(office, partner("SAFE-CN"), now=later(days=-16))
    assert re.search(r"^List 2: EXPIRED on ", office.done("kim", "status"), re.MULTILINE)
    put_list(office, partner("SAFE-CN"))
    office.done("kim", "suspend", partner("SAFE-CN").alias, "--reason", "incident", "--yes")
    (suspension,) = office.repository.read_suspensions("kim")
    said = office.done("kim", "status")
    assert re.search(r"^List 3: until ", said, re.MULTILINE)
    assert f"SUSPENDED by kim alone: partner {partner('SAFE-CN').alias}, incident" in said
    office.done("lee", "publish", "--lift", suspension.id, "--yes")
    assert "waits: targets: signed by lee, needs 1 more" in office.done("kim", "status")
    office.done("kim", "publish", "--yes")

    assert "SUSPENDED" not in office.done("kim", "status")


def test_why_compares_today_with_what_is_proposed(office: Office) -> None:
    """A partner that the working list suspends is first today, and not there tomorrow."""
    safe = partner("SAFE-CN")
    put_list(office, safe)
    office.done("kim", "status")
    work_on(office, "kim", vetted.with_partner(safe, x_status="suspended"))
    out = office.done("kim", "why", "--need", "쉼터", "--country", "중국", "--language", "Korean")

    assert "first: " in out
    assert "no: not active, or its service isn't (suspended)" in out
    assert "proposed: NOBODY is shown" in out


def test_a_word_that_is_none_is_answered_with_those_that_are(office: Office) -> None:
    """In one message, without the word."""
    told = office.refused("kim", "why", "--need", "castle")

    assert "one of the words is not a need; write one of: A place to stay" in told
    assert "castle" not in told
