"""A10 without its duress sign-in: an operator under threat changes CYBER's key and contact, and asks for an export.

Kim is the one who is coerced; Lee and Park are not. The list is the operators' own, signed and published, and a bot follows it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata

from referrals import fixtures, hsds_export
from referrals import lifecycle_errors as errors
from referrals.approval import Proposal, approve, propose, replaced, settle
from referrals.fixtures import IDS
from referrals.lifecycle import bot_part, day_of
from referrals.partner import CaseworkerKey, Partner
from referrals.publishing import audit
from referrals.publishing.client import PartnerListClient
from referrals.publishing.errors import NotEnoughSignaturesError, NotForThisBotError, StrayFileError, UnsignedError
from referrals.publishing.folder import Folder
from referrals.publishing.metadata import OPERATORS, THRESHOLD, Anchor, anchors_of, to_file
from referrals.publishing.sealed_list import open_list
from referrals.publishing.targets import BotList, Listed, Suspension, contact_mark, disclosed
from referrals.publishing.verified import Verified
from referrals.sealing import new_identity, signing_public
from referrals.vetting import Contact, Operator, PartnerFile, PartnersFile, dump
from tests.referrals.publishing.ceremony import DAY, HOUR, NOW, SALT, Ceremony, bot, operator, refusal, republish
from tests.referrals.vetted import changed, file, listed

CYBER = IDS["CYBER"]
OLD, NEW = "fictional mailbox 1", "fictional mailbox of the captor"
CAPTORS = new_identity(b"a fictional captor's identity".ljust(32, b".")).recipient
SIGNERS = (signing_public(fixtures.signing_key()).hex(),)


def member(name: str, organisation: str, *, lead: bool = False) -> Operator:
    """An operator who holds the key of that name."""
    key = operator(name).public.key().keyid
    return Operator(id=name, organisation=organisation, role="approver", gbv_or_safeguarding_lead=lead, key=key)


KIM, LEE, PARK = member("kim", "north-wind"), member("lee", "south-gate", lead=True), member("park", "west-pass")
OFFICE = (KIM, LEE, PARK)
BEFORE = file("CYBER")


def _captured() -> PartnerFile:
    """What Kim is told to make of it: another key, another contact, everything else as it was."""
    key = CaseworkerKey(id="badbadba", recipient=CAPTORS, key_until=day_of(NOW + 300 * DAY))
    contact = Contact(kind="relay", value=NEW, tier="T2", confirmed_at=BEFORE.contacts[0].confirmed_at)
    return changed(BEFORE, partner=BEFORE.partner.model_copy(update={"x_keys": (key,)}), contacts=(contact,))


AFTER = _captured()


@dataclass
class Office:
    """Three operators with their logs, a folder, and a bot that pinned what they published."""

    folder: Path
    files: PartnersFile = field(default_factory=lambda: listed(BEFORE, file("HUB")))
    logs: dict[str, list[str]] = field(default_factory=dict)
    ceremony: Ceremony = field(init=False)
    client: PartnerListClient = field(init=False)

    def __post_init__(self) -> None:
        """Publish the first list."""
        self.ceremony = Ceremony(self.folder / "shared")
        self.ceremony.draft_root(NOW)
        self.draft(self.files, NOW)
        for name in self.ceremony.keys:
            self.log(name, "init", [], NOW)
            self.ceremony.repository.draft_suspensions(name, [], NOW)
        self.ceremony.sign(NOW)
        self.ceremony.repository.publish(self.ceremony.online, NOW)
        self.client = self.ceremony.client(self.folder / "bot")
        self.client.pin(NOW)

    def draft(self, files: PartnersFile, now: datetime) -> None:
        """Draft a list from the operators' files, with where each log stands."""
        parts = [(each, bot_part(each, day_of(now))) for each in files.partners]
        entries = tuple(
            Listed(disclosed(part), contact_mark(SALT, "\n".join(contact.value for contact in each.contacts)))
            for each, part in parts
            if part is not None
        )
        repository = self.ceremony.repository
        anchors: dict[str, Anchor] = {name: audit.anchor(lines) for name, lines in self.logs.items()}
        bot_list = BotList(repository.next_version(), SIGNERS, entries)
        operators = dump(files).encode()
        repository.draft_list(bot_list, operators, [bot().recipient], now, self.ceremony.random, anchors)

    def log(self, name: str, action: str, subjects: Sequence[str], now: datetime) -> None:
        """Note what somebody did in her own log."""
        lines = self.logs.setdefault(name, [])
        lines.append(audit.next_line(lines, name, action, subjects, self.files.version, now))

    def agreed(self, approvers: Sequence[Operator]) -> Proposal:
        """Kim's proposal, with approvals."""
        proposal = propose(BEFORE, AFTER, KIM, NOW)
        for each in approvers:
            proposal = approve(proposal, BEFORE, AFTER, each, NOW)
        return proposal

    def publish_agreed(self, now: datetime) -> None:
        """Lee was deceived, or forced as well: the change is approved, signed by both and published."""
        made = settle(self.agreed([LEE]), BEFORE, AFTER, OFFICE, self.files, day_of(now))
        self.log("kim", "propose", [CYBER], now)
        self.log("lee", "approve", [CYBER], now)
        self.files = replaced(self.files, made.file)
        self.draft(self.files, now)
        self.ceremony.sign(now)
        self.ceremony.repository.publish(self.ceremony.online, now)

    def looked(self, now: datetime) -> Verified:
        """What the bot works with after it looked."""
        return self.client.refresh(now)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A fresh one."""
    return Office(tmp_path)


def cyber(verified: Verified) -> Partner:
    """CYBER as the bot has it."""
    return verified.directory.partner(CYBER)


def recipients(verified: Verified) -> tuple[str, ...]:
    """Whom the bot would seal to."""
    return cyber(verified).recipients(day_of(NOW))


# --- the change is pending ---


def test_the_change_waits_for_a_second_person(office: Office) -> None:
    """Without another approver it can't be settled, and her own approval is refused."""
    with pytest.raises(errors.ApprovalMissingError):
        settle(office.agreed([]), BEFORE, AFTER, OFFICE, office.files, day_of(NOW))
    with pytest.raises(errors.OwnProposalError):
        office.agreed([KIM])
    assert settle(office.agreed([LEE]), BEFORE, AFTER, OFFICE, office.files, day_of(NOW)).file.partner == AFTER.partner


def test_what_lee_approved_is_not_what_kim_puts_in_its_place(office: Office) -> None:
    """An approval of a harmless change can't be used for this one."""
    harmless = changed(BEFORE, description="invented")
    proposal = approve(propose(BEFORE, harmless, KIM, NOW), BEFORE, harmless, LEE, NOW)

    with pytest.raises(errors.AlteredProposalError):
        settle(proposal, BEFORE, AFTER, OFFICE, office.files, day_of(NOW))


def test_the_old_contact_is_given_notice(office: Office) -> None:
    """Before it is published, by the way the partner was known until now, and in words that say nothing of the change."""
    (notice,) = settle(office.agreed([LEE]), BEFORE, AFTER, OFFICE, office.files, day_of(NOW)).notices

    assert (notice.alias, notice.means, notice.to) == (BEFORE.alias, "relay", OLD)
    assert NEW not in json.dumps(dict(notice.text))
    assert set(notice.text) == {"en", "ko", "zh"}


# --- the bot keeps what it has ---


def test_one_signature_publishes_nothing(office: Office) -> None:
    """Kim drafts it past all approvals and signs, twice: the tools refuse, and the bot goes on with the old key."""
    office.draft(replaced(office.files, AFTER), NOW + HOUR)
    for _ in range(THRESHOLD):
        standing = office.ceremony.repository.sign("targets", office.ceremony.keys["kim"], NOW + HOUR)
        assert (standing.signed, standing.missing) == (("kim",), 1)
    with pytest.raises(NotEnoughSignaturesError):
        office.ceremony.repository.publish(office.ceremony.online, NOW + HOUR)
    seen = office.looked(NOW + HOUR)

    assert (refusal(seen), seen.list_version, seen.standing) == (None, 1, "good")
    assert (cyber(seen).x_status, recipients(seen)) == ("active", BEFORE.partner.recipients(day_of(NOW)))


def test_with_the_online_key_too_the_bot_refuses_her_list(office: Office) -> None:
    """She puts the files there by hand, under a snapshot that counts: refused, an alarm, and the old snapshot stands."""
    office.draft(replaced(office.files, AFTER), NOW + HOUR)
    office.ceremony.repository.sign("targets", office.ceremony.keys["kim"], NOW + HOUR)
    shared = Folder(office.ceremony.folder)
    draft: Metadata[object] = shared.drafted("targets")  # type: ignore[type-var]
    for target in shared.drafted("targets").signed.targets.values():
        shared.publish_content(target)
    (office.ceremony.published / "metadata" / "2.targets.json").write_bytes(to_file(draft))
    with pytest.raises(StrayFileError):  # the others' own tool finds it, and renews nothing
        office.ceremony.repository.renew(office.ceremony.online, NOW + HOUR)
    republish(office.ceremony)
    seen = office.looked(NOW + HOUR)

    assert (refusal(seen), seen.list_version, seen.standing) == (UnsignedError, 1, "good")
    assert (cyber(seen).x_status, recipients(seen)) == ("active", BEFORE.partner.recipients(day_of(NOW)))


def test_a_change_that_two_signed_counts_for_nothing_during_24_hours(office: Office) -> None:
    """Nothing is sealed to the new key and nobody is sent there, so that the notice has its time; the old key is out at once."""
    published = NOW + HOUR
    office.publish_agreed(published)
    for later in (0 * HOUR, 12 * HOUR, 24 * HOUR - HOUR / 60):
        seen = office.looked(published + later)
        assert (seen.list_version, seen.standing) == (2, "good")
        assert (cyber(seen).x_status, recipients(seen)) == ("review", ())
    seen = office.looked(published + 24 * HOUR)

    assert (cyber(seen).x_status, recipients(seen)) == ("active", (CAPTORS,))


def test_what_the_old_contact_reports_in_time_ends_it(office: Office) -> None:
    """Within the 24 hours one operator suspends the partner, and the new key never gets anything."""
    office.publish_agreed(NOW + HOUR)
    office.looked(NOW + HOUR)
    reported = NOW + 3 * HOUR
    made = Suspension(id="a" * 16, partners=(CYBER,), reason="incident", since=reported)
    office.ceremony.suspend("park", [made], reported)
    office.looked(NOW + 3 * HOUR)

    assert cyber(office.looked(NOW + 26 * HOUR)).x_status == "suspended"


# --- the export, and the log ---


def test_the_export_for_other_directories_has_nothing_to_hunt_with(office: Office) -> None:
    """No name above T1, no contact and no key."""
    text = hsds_export.export_text(office.files.partners, day_of(NOW))
    secret = [OLD, BEFORE.name, *(key.recipient for each in office.files.partners for key in each.partner.x_keys)]

    assert len(json.loads(text)) == len(office.files.partners)
    assert [each for each in secret if each in text] == []
    assert all(each in dump(office.files) for each in secret)


def test_the_bots_key_opens_no_contact(office: Office) -> None:
    """Whoever makes her hand over the bot's folder and key still can't read what only operators get."""
    repository = office.ceremony.repository
    target = repository.targets().targets[OPERATORS]
    sealed = (office.ceremony.published / "targets" / target.get_prefixed_paths()[0]).read_bytes()

    with pytest.raises(NotForThisBotError):
        open_list(sealed, [bot().secret], OPERATORS)
    assert OLD in repository.read_list(office.ceremony.keys["park"].identity).operators.decode()


def test_the_audit_chain_verifies_and_what_she_takes_out_shows(office: Office) -> None:
    """Against the list that two signed: her log holds, and doesn't once her proposal is cut off, changed or written anew."""
    office.publish_agreed(NOW + HOUR)
    anchors = anchors_of(office.ceremony.repository.targets())
    lines, signed = office.logs["kim"], anchors["kim"]
    anew = [audit.next_line([], "kim", "init", [], 1, NOW)]
    anew.append(audit.next_line(anew, "kim", "confirm", [CYBER], 1, NOW + HOUR))

    assert {name: audit.verify(office.logs[name], anchors[name]) for name in anchors} == dict.fromkeys(anchors, ())
    assert [json.loads(line)["action"] for line in lines] == ["init", "propose"]
    assert [problem.line for problem in audit.verify(lines[:1], signed)] == [2]
    assert [problem.line for problem in audit.verify([lines[0].replace("init", "sign"), lines[1]])] == [2]
    assert [problem.line for problem in audit.verify(anew, signed)] == [2]
