"""A whole day of the partner list by script: an editor, three operators and a bot, each with her own folder, and the real command."""

import csv
import io
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.commands.directory import register
from referrals.publishing.client import PartnerListClient
from referrals.publishing.verified import Verified
from referrals.sealing import new_identity
from tests.bot.commands.directory.office import Office, Runner, Said, founded, later
from tests.forked import program
from tests.operated import SECONDS, environment
from tests.referrals.publishing import ceremony
from tests.referrals.spreadsheet import messy
from tests.referrals.vetted import activated
from tools.words import ROOT

SHELTER = "101"  # the first partner of the sheet: a shelter for women in China
OTHER = "102"


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """How to run `naru` as a process of its own."""
    with program(tmp_path_factory.mktemp("bin")) as naru:

        def run(*arguments: str, **settings: str) -> Said:
            ended = subprocess.run(
                [naru, *arguments],
                cwd=ROOT,
                env=environment(**settings),
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
            return Said(ended.returncode, ended.stdout, ended.stderr)

        yield run


def pinned(office: Office) -> PartnerListClient:
    """A bot that took the list of the first ceremony."""
    client = office.client()
    client.pin(later())
    return client


def published(office: Office, proposer: str, *approvers: str) -> str:
    """Let these approve what waits, and publish it; the last of them has the online key. Returns what she saw."""
    assert proposer not in approvers
    for name in approvers:
        office.done(name, "approve", "--yes")
    first, last = approvers
    office.done(first, "publish", "--yes")
    return office.done(last, "publish", "--yes")


def keys_sheet(today: datetime) -> bytes:
    """A .csv with a caseworker's key for two partners, as an operator writes it."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["기관 번호", "Key id", "Key", "Key valid until"])
    for number, alias in enumerate((SHELTER, OTHER), 1):
        until = (today + timedelta(days=300)).date()
        rows.writerow([alias, f"{number:08x}", new_identity(ceremony.stream(alias)(32)).recipient, until])
    return out.getvalue().encode("utf-8-sig")


def status_of(verified: Verified, alias: str) -> str | None:
    """How a bot sees a partner."""
    partner = verified.directory.by_alias(alias)
    return None if partner is None else partner.x_status


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, process: Runner) -> Office:
    """The first ceremony, held by the real command."""
    return founded(tmp_path_factory.mktemp("day"), process)


@pytest.fixture(scope="module")
def bot(office: Office) -> PartnerListClient:
    """The bot, which saw the first list only."""
    return pinned(office)


def test_an_editor_brings_in_the_messy_sheet(office: Office) -> None:
    """Forty rows with six kinds of error: told by place, nothing taken; mended, all of it taken, and nothing of it published yet."""
    today = datetime.now(UTC).date()
    sheet = office.folder / "partners.xlsx"
    sheet.write_bytes(messy.messy(today))
    said = office.run("edi", "import", str(sheet), "--yes")
    assert said.code == 1
    for (row, heading), piece in messy.TOLD.items():
        assert any(
            f"row {row}," in line and heading.strip() in line and piece in line for line in said.out.splitlines()
        )
    assert office.done("edi", "diff") == "Partners: no partners\n"

    sheet.write_bytes(messy.mended(today))
    assert "Partners: 40 new" in office.done("edi", "import", str(sheet), "--yes")
    assert office.done("edi", "check").startswith("40 partners: nothing is wrong with what would be proposed.")


def test_it_is_proposed_reviewed_and_published(office: Office, bot: PartnerListClient) -> None:
    """The editor's proposal is opened by operators only; one approval and two signatures publish it; bots aren't told of candidates."""
    said = office.done("edi", "propose", "--yes")
    (proposal,) = (office.shared / "proposals").glob("*.proposal")
    assert proposal.name in said
    assert "가상".encode() not in proposal.read_bytes()

    seen = office.done("lee", "review", proposal.name)
    assert "Partners: 40 new" in seen
    assert "contact added: relay 지어낸 사서함 1 (tier T2)" in seen
    assert "approved by nobody so far; needs 1, and never edi" in seen
    assert "editor and holds no key" in office.refused("edi", "approve", "--yes")

    assert "Published list 2" in published(office, "edi", "lee", "kim")
    assert not list((office.shared / "proposals").glob("*.proposal"))
    verified = bot.refresh(later())
    assert (verified.refused, verified.list_version, verified.directory.partners) == (None, 2, ())


def test_two_of_different_organisations_let_people_be_sent_there(office: Office, bot: PartnerListClient) -> None:
    """Candidate, review, provisional, active, with keys, checks and a confirmed contact, by two each; it counts 24 hours later."""
    sheet = office.folder / "keys.csv"
    sheet.write_bytes(keys_sheet(datetime.now(UTC)))
    both = (SHELTER, OTHER)
    office.done("lee", "import", str(sheet), "--yes")
    office.done("lee", "check", *both, "--item", "all", "--evidence", "fictional binder 1")
    office.done("lee", "confirm", *both, "--capacity", "open")
    office.done("lee", "propose", *both, "--status", "review")
    published(office, "lee", "park", "kim")
    office.done("lee", "propose", *both, "--status", "provisional")

    office.done("park", "approve", "--yes")
    assert f"partner {SHELTER} waits for approvals (1 of 2)" in office.done("park", "publish", "--yes")
    assert "Nobody approves what she proposed herself" in office.refused("lee", "approve", "--yes")
    office.done("kim", "approve", "--yes")
    office.done("park", "publish", "--yes")
    office.done("kim", "publish", "--yes")
    office.done("lee", "propose", *both, "--status", "active")
    published(office, "lee", "park", "kim")

    assert status_of(bot.refresh(later()), SHELTER) is None
    verified = bot.refresh(later(hours=25))
    assert (status_of(verified, SHELTER), status_of(verified, OTHER), status_of(verified, "103")) == (
        "active",
        "active",
        None,
    )
    shelter = verified.directory.by_alias(SHELTER)
    assert shelter is not None
    assert (shelter.name, shelter.phones) == (None, ())


def test_one_operator_alone_suspends_a_partner(office: Office, bot: PartnerListClient) -> None:
    """It is gone with the bot's next look, after 24 hours as before; she can't take it back, and two others can."""
    said = office.done("lee", "suspend", SHELTER, "--reason", "incident", "--yes")
    assert "NOT YET PUBLISHED" in said
    assert "suspend-lee" in office.done("kim", "publish", "--renew")
    verified = bot.refresh(later(hours=25))
    assert (status_of(verified, SHELTER), status_of(verified, OTHER)) == ("suspended", "active")

    suspension = re.search(r"Suspension ([0-9a-f]{16})", said)
    assert suspension is not None
    office.done("lee", "publish", "--lift", suspension[1], "--yes")
    assert status_of(bot.refresh(later(hours=25)), SHELTER) == "suspended"
    seen = office.done("kim", "publish", "--yes")
    assert f"suspension {suspension[1]} by lee" in seen
    assert "is LIFTED: it counts again" in seen
    assert status_of(bot.refresh(later(hours=25)), SHELTER) == "active"


def test_a_coerced_operator_adds_no_partner(office: Office, bot: PartnerListClient) -> None:
    """What one operator puts into a list, naming others as its approvers, is signed by nobody else and reaches no bot."""
    park = office.key("park")
    repository = office.repository
    document = register.read(repository.read_list(park.identity).operators)
    real = document.partners.by_alias(SHELTER)
    assert real is not None
    key = real.partner.x_keys[0].model_copy(update={"recipient": new_identity(b"k" * 32).recipient})
    false = real.model_copy(update={"partner": real.partner.model_copy(update={"x_keys": (key,)})})
    others = tuple(each for each in document.partners.partners if each.alias != SHELTER)
    partners = document.partners.model_copy(
        update={"version": repository.next_version(), "partners": (*others, activated(false))}
    )
    forged = document.model_copy(update={"partners": partners})
    repository.draft_list(
        register.bot_list(forged), forged.to_bytes(), register.recipients(forged), later(), ceremony.stream("park")
    )
    repository.sign("targets", park, later())
    (office.own("park") / "online.key").write_bytes((office.own("kim") / "online.key").read_bytes())
    (office.own("park") / "online.key").chmod(0o600)

    assert "targets: signed by park, needs 1 more" in office.done("park", "publish", "--yes")
    told = office.refused("kim", "publish", "--yes")
    assert f"Don't sign this draft: partner {SHELTER} is not as it was approved" in told
    verified = bot.refresh(later(hours=25))
    assert verified.refused is None
    seen = verified.directory.by_alias(SHELTER)
    assert seen is not None
    assert [each.recipient for each in seen.x_keys] == [each.recipient for each in real.partner.x_keys]


def test_an_outsider_verifies_what_they_did(office: Office, process: Runner) -> None:
    """The logs hold, with lines that two operators vouched for; one changed line is found, with its number."""
    said = process("directory", "audit", "verify", str(office.shared))
    assert said.code == 0
    assert re.search(r"kim: \d+ lines hold; [1-9]\d* of them stood when two operators signed the list", said.out)

    log = office.shared / "audit" / "lee.log"
    lines = log.read_text("utf-8").splitlines()
    number = next(number for number, line in enumerate(lines, 1) if '"action":"suspend"' in line)
    lines[number - 1] = lines[number - 1].replace('"action":"suspend"', '"action":"confirm"')
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    said = process("directory", "audit", "verify", str(office.shared))
    assert said.code == 1
    assert f"lee: BROKEN at line {number + 1}: it does not follow the line before" in said.out
