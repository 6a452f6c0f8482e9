"""The second signature: a draft that isn't what was approved is refused, whatever differs in it. Park made it, under threat."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.commands.directory import drafting, place, register, session
from bot.commands.directory.register import Bot, Document
from bot.settings import SettingsError
from referrals.publishing.metadata import Anchor
from referrals.sealing import new_identity
from referrals.vetting import PartnerFile, PartnersFile
from tests.bot.commands.directory.office import Office, draft_list, later, partner, put_list
from tests.referrals.publishing import ceremony
from tests.referrals.vetted import activated, with_partner


@pytest.fixture
def listed(office: Office) -> Office:
    """Two partners are published."""
    put_list(office, partner("SAFE-CN"), partner("CHILD"))
    return office


def checked(office: Office, name: str = "lee") -> Document:
    """What an operator's program says to the draft."""
    return drafting.checked(session.session(place.opened(office.own(name)), office.key(name)), later())


def test_the_same_list_again_may_be_signed(listed: Office) -> None:
    """Nothing differs but the version and the day."""
    draft_list(listed, partner("SAFE-CN"), partner("CHILD"))

    assert checked(listed).partners.version == 3


def other_key(file: PartnerFile) -> PartnerFile:
    """The partner with a stranger's key."""
    stranger = new_identity(b"s" * 32).recipient
    return with_partner(file, x_keys=(file.partner.x_keys[0].model_copy(update={"recipient": stranger}),))


def moved(file: PartnerFile) -> PartnerFile:
    """The partner with a stranger's mailbox."""
    contact = file.contacts[0].model_copy(update={"value": "fictional mailbox of a stranger"})
    return file.model_copy(update={"contacts": (contact,)})


@pytest.mark.parametrize(
    "change",
    [
        lambda safe, child: (safe, child, partner("PSY-KR")),  # a new one, "activated" by others
        lambda safe, child: (other_key(safe), child),
        lambda safe, child: (activated(other_key(safe), later().date()), child),
        lambda safe, child: (moved(safe), child),
        lambda safe, child: (with_partner(safe, x_status="suspended"), child),
        lambda safe, child: (safe.model_copy(update={"activation": None}), child),
    ],
)
def test_a_partner_that_nobody_approved_is_refused(
    listed: Office, change: Callable[[PartnerFile, PartnerFile], tuple[PartnerFile, ...]]
) -> None:
    """New, or with another key, contact, state or record of approval."""
    draft_list(listed, *change(partner("SAFE-CN"), partner("CHILD")))

    with pytest.raises(
        SettingsError, match=r"Don't sign this draft: partner \S+ is not as it was approved\. Nothing was signed"
    ):
        checked(listed)


def test_a_partner_that_vanished_is_refused(listed: Office) -> None:
    """A partner silently taken out is a person without help."""
    draft_list(listed, partner("SAFE-CN"))

    with pytest.raises(SettingsError, match="is missing: a partner is marked as removed, never taken out"):
        checked(listed)


def test_another_salt_or_day_is_refused(listed: Office) -> None:
    """A draft from last week, or from tomorrow."""
    files = partner("SAFE-CN"), partner("CHILD")
    draft_list(listed, *files, salt="7" * 64)
    with pytest.raises(SettingsError, match="the salt of its contacts' marks is another"):
        checked(listed)
    for days in (-4, 1):
        draft_list(listed, *files, now=later(days=days))
        with pytest.raises(SettingsError, match="more than 3 days old, or from a day to come"):
            checked(listed)


def test_operators_without_a_key_that_counts_are_refused(listed: Office) -> None:
    """A fourth approver, whom no root names."""
    (kim, *_) = [each for each in head_of(listed).operators if each.id == "kim"]
    fourth = kim.model_copy(update={"id": "zoe", "key": "0" * 64})
    draft_list(listed, partner("SAFE-CN"), partner("CHILD"), operators=(*head_of(listed).operators, fourth))

    with pytest.raises(SettingsError, match="its operators are not those whose keys count"):
        checked(listed)


def test_what_bots_get_is_made_again(listed: Office) -> None:
    """Operators are shown one list, and bots would get another; or a stranger's bot would get it too."""
    seen = document_of(listed)
    for change in (other_bots, other_partners):
        hidden = change(seen)
        listed.repository.draft_list(
            register.bot_list(hidden), seen.to_bytes(), register.recipients(hidden), later(), ceremony.stream("x")
        )
        with pytest.raises(SettingsError, match="what bots would get is not what operators are shown"):
            checked(listed)


def test_lines_in_her_name_are_found(listed: Office) -> None:
    """Park wrote Lee's log anew in the shared folder, and let the list vouch for it."""
    document = document_of(listed)
    listed.repository.draft_list(
        register.bot_list(document),
        document.to_bytes(),
        register.recipients(document),
        later(),
        ceremony.stream("x"),
        {"lee": Anchor(1, "0" * 64)},
    )
    with pytest.raises(SettingsError, match="the log of what you did is not as it says"):
        checked(listed)
    assert checked(listed, "kim").partners.version == 3


def test_a_proposal_that_cannot_be_believed_is_left_out(listed: Office) -> None:
    """It is told, and doesn't hold up the others."""
    folder = listed.shared / "proposals"
    folder.mkdir()
    (folder / "2026-01-01-edi-000000.proposal").write_bytes(b"nothing")
    settling = drafting.settled(session.session(place.opened(listed.own("lee")), listed.key("lee")), later().date())

    assert settling.files == {}
    assert len(settling.waiting) == 1
    assert "2026-01-01-edi-000000.proposal is left out" in settling.waiting[0]


def test_a_broken_log_is_not_vouched_for(listed: Office) -> None:
    """Two signatures under it would bury the break."""
    path = listed.shared / "audit" / "park.log"
    path.write_text(json.dumps({"number": 1}) + "\n", encoding="utf-8")

    assert "audit/park.log, line 1" in listed.refused("kim", "publish", "--again", "--yes")


def document_of(office: Office) -> Document:
    """The published list with the next version, as a draft of it has it."""
    document = register.read(office.repository.read_list(office.key("kim").identity).operators)
    partners = PartnersFile.model_validate({**dict(document.partners), "version": office.repository.next_version()})
    return document.model_copy(update={"partners": partners})


def head_of(office: Office) -> register.Register:
    """What stands beside the partners."""
    return document_of(office).head


def other_bots(document: Document) -> Document:
    """The document for a stranger's bot, too."""
    stranger = Bot(signer="e" * 64, recipient=new_identity(b"t" * 32).recipient)
    return document.model_copy(
        update={"head": document.head.model_copy(update={"bots": (*document.head.bots, stranger)})}
    )


def other_partners(document: Document) -> Document:
    """The document with another key for the first partner."""
    first, *rest = document.partners.partners
    partners: Any = document.partners.model_copy(update={"partners": (other_key(first), *rest)})
    return document.model_copy(update={"partners": partners})


def test_days_of_a_draft_are_counted_in_utc(listed: Office) -> None:
    """Three days on the way are allowed."""
    draft_list(listed, partner("SAFE-CN"), partner("CHILD"), now=later(days=-drafting.DRAFT_DAYS))

    assert later().date() - checked(listed).head.drafted_on == timedelta(days=3)
