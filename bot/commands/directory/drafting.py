"""A list in the making: what approvals allow, drafted by one operator and made again by the next before she signs it.

The second operator's program believes nothing of a draft: each partner in it must be as it is published, or as `approval.settle` makes it
of a proposal with verified approvals; what bots get must follow from that; and everything else that differs is told, to be agreed to.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tuf.api.metadata import Root, Timestamp

from bot.commands.directory import bundles, register
from bot.commands.directory.place import Place, day, text
from bot.commands.directory.register import Document, Register
from bot.commands.directory.session import Session, progress, same
from bot.settings import SettingsError
from referrals.approval import Notice, settle
from referrals.lifecycle_errors import ApprovalMissingError, LifecycleError
from referrals.publishing import audit
from referrals.publishing.errors import PublishingError
from referrals.publishing.folder import Folder
from referrals.publishing.metadata import Anchor, anchors_of, operators_of, suspension_role
from referrals.publishing.operator_public import OperatorPublic
from referrals.spreadsheet.drafts import merged
from referrals.vetting import PartnerFile, PartnersFile

DRAFT_DAYS = 3  # for which a draft may travel to the next operator; its 14 days run from when it was made
RENEW_DAYS = 15  # half of metadata.SUSPENSIONS_LIFE: then she signs her own file again


@dataclass(frozen=True, slots=True)
class Settling:
    """What the proposals in the shared folder come to."""

    files: Mapping[str, PartnerFile] = field(repr=False)  # by partner id
    notices: tuple[Notice, ...] = ()
    waiting: tuple[str, ...] = ()  # lines: what can't be published, and why
    subjects: tuple[str, ...] = ()  # ids of the partners that change


def settled(work: Session, on: date) -> Settling:
    """Settle every proposal that has its approvals, as of a day (UTC)."""
    if work.document is None or work.trusted is None:
        return Settling({})
    today, operators = work.document.partners, work.document.head.operators
    files: dict[str, PartnerFile] = {}
    notices: list[Notice] = []
    waiting: list[str] = []
    for path in bundles.waiting(work.place.shared / "proposals"):
        try:
            changes = bundles.opened(path, work.key.identity, work.trusted.publics).changes
        except (SettingsError, PublishingError) as error:
            waiting.append(f"{path.name} is left out. {error}")
            continue
        for proposal, after in progress("settled", changes):
            before = today.by_id(proposal.partner_id)
            if same(before, after):
                continue  # published already
            try:
                found = settle(proposal, before, after, operators, today, on)
            except ApprovalMissingError as error:
                waiting.append(f"partner {proposal.alias} waits for approvals ({error.place})")
            except LifecycleError as error:
                waiting.append(f"{path.name}: {error}")
            else:
                files[proposal.partner_id] = found.file
                notices += found.notices
    return Settling(files, tuple(notices), tuple(waiting), tuple(files))


def planned(work: Session, head: Register, settling: Settling) -> Document:
    """The next document: the published partners with what is settled, under a head."""
    partners = work.document.partners.partners if work.document else ()
    new = PartnersFile(
        format="naru-partner-files/1",
        version=work.place.repository.next_version(),
        partners=merged(partners, list(settling.files.values())),
    )
    return Document(head=head, partners=new)


def draft(work: Session, document: Document, now: datetime, opener: bytes | None = None) -> None:
    """Write the draft of a list; `opener` is a new opening page, without which the published one goes along."""
    work.place.repository.draft_list(
        register.bot_list(document),
        document.to_bytes(),
        register.recipients(document),
        now,
        secrets.token_bytes,
        _anchors(work.place),
        opener,
    )


def checked(work: Session, now: datetime) -> Document:
    """Make a draft of another operator's again, and return it where it is the same. Raises SettingsError for one not to be signed."""
    found = work.place.repository.read_draft(work.key.identity)
    document = register.read(found.operators)
    if document.partners.version != work.place.repository.next_version():
        raise SettingsError(
            "The draft is of another version than comes next. Make it anew: `naru directory publish --again`."
        )
    if not timedelta(0) <= day(now) - document.head.drafted_on <= timedelta(days=DRAFT_DAYS):
        raise SettingsError(
            f"The draft is more than {DRAFT_DAYS} days old, or from a day to come. Check this machine's clock, or make it anew: "
            "`naru directory publish --again`."
        )
    _check_partners(work, document)
    if work.document is not None and document.head.salt != work.document.head.salt:
        raise _refused("the salt of its contacts' marks is another")
    if (
        register.bot_list(document).to_bytes() != found.bot_list.to_bytes()
        or register.recipients(document) != found.bots
    ):
        raise _refused("what bots would get is not what operators are shown")
    if document.head.opener != found.opener:
        raise _refused("its opening page is not the one that operators are shown")
    keys = {each.id: each.key for each in document.head.operators if each.key}
    if keys != {each.name: each.key().keyid for each in coming_operators(work)}:
        raise _refused("its operators are not those whose keys count")
    _check_own_log(work)
    return document


def _check_partners(work: Session, document: Document) -> None:
    today = {each.partner.id: each for each in work.document.partners.partners} if work.document else {}
    new = {each.partner.id: each for each in document.partners.partners}
    allowed = settled(work, document.head.drafted_on).files
    for partner_id, file in new.items():
        if file != today.get(partner_id) and file != allowed.get(partner_id):
            raise _refused(f"partner {file.alias} is not as it was approved")
    if gone := [each.alias for partner_id, each in today.items() if partner_id not in new]:
        raise _refused(f"partner {', '.join(gone)} is missing: a partner is marked as removed, never taken out")


def _check_own_log(work: Session) -> None:
    """Where her own log stood, as the draft says, must be a place in it: or somebody else wrote lines in her name."""
    draft_of = Folder(work.place.shared).drafted("targets").signed
    signed = anchors_of(draft_of).get(work.place.me.name)
    path = work.place.folder / "audit.log"
    if problems := audit.verify(text(path).splitlines() if path.exists() else [], signed):
        raise _refused(f"the log of what you did is not as it says ({problems[0].why})")


def _refused(what: str) -> SettingsError:
    return SettingsError(
        f"Don't sign this draft: {what}. Nothing was signed. Copy the newest shared folder; if it is the same there, "
        "call the operator who made it, by a way on which you know her."
    )


def coming_root(work: Session) -> Root | None:
    """The drafted root, or the published one, or None."""
    folder = Folder(work.place.shared)
    if Root.type in folder.drafts():
        root: Root = folder.drafted(Root.type).signed
        return root
    return work.trusted.root.signed if work.trusted else None


def coming_operators(work: Session) -> tuple[OperatorPublic, ...]:
    """The operators whose keys will count."""
    root = coming_root(work)
    return operators_of(root) if root else ()


def online_public(root: Root) -> bytes:
    """The raw public online key of a root."""
    return bytes.fromhex(root.keys[root.roles[Timestamp.type].keyids[0]].keyval["public"])


def root_lines(work: Session) -> Iterator[str]:
    """What a drafted root changes: whose keys will count, to be compared by phone, and by which online key dates are signed."""
    folder = Folder(work.place.shared)
    if Root.type not in folder.drafts():
        return
    new: Root = folder.drafted(Root.type).signed
    before = work.trusted.publics if work.trusted else {}
    after = {each.name: each for each in operators_of(new)}
    for name, public in after.items():
        if before.get(name) != public:
            yield f"key of {name} will count; compare by phone: {public.fingerprint}"
    yield from (f"key of {name} will NOT count any more" for name in before if after.get(name) != before[name])
    if work.trusted is None or online_public(work.trusted.root.signed) != online_public(new):
        yield f"dates are signed by a new online key: {online_public(new).hex()}"


def sign_all(work: Session, now: datetime) -> list[str]:
    """Sign root and list; returns the roles."""
    repository, name = work.place.repository, work.key.name
    done: list[str] = []
    for role in ("root", "targets"):
        if role in repository.drafts() and name not in repository.standing(role).signed:
            repository.sign(role, work.key, now)
            done.append(role)
    return done


def sign_own(work: Session, now: datetime) -> bool:
    """Sign her own suspension file where it is due, made from her published one: never what a draft of others holds."""
    repository, name = work.place.repository, work.key.name
    own = suspension_role(name)
    due = _own_is_due(work, own, now)
    if due:
        repository.draft_suspensions(name, repository.read_suspensions(name), now)
        repository.sign(own, work.key, now)
    return due


def _own_is_due(work: Session, role: str, now: datetime) -> bool:
    folder, repository = Folder(work.place.shared), work.place.repository
    if role in repository.drafts():
        return name_missing(work, role)
    if not folder.has(role):
        return True
    published = folder.newest(role)
    targets = folder.drafted("targets").signed if "targets" in repository.drafts() else repository.targets()
    counts = targets.get_verification_result(role, published.signed_bytes, published.signatures)
    return not counts or published.signed.expires - now < timedelta(days=RENEW_DAYS)


def name_missing(work: Session, role: str) -> bool:
    """Whether her signature doesn't stand under a draft."""
    return work.key.name not in work.place.repository.standing(role).signed


def _anchors(place: Place) -> dict[str, Anchor]:
    """Where each operator's log stands in the shared folder. Raises SettingsError for one that doesn't hold."""
    anchors = {}
    for path in sorted((place.shared / "audit").glob("*.log")):
        lines = text(path).splitlines()
        if problems := audit.verify(lines):
            raise SettingsError(
                f"audit/{path.name}, line {problems[0].line}: {problems[0].why}. Ask {path.stem} for her own copy."
            )
        anchors[path.stem] = audit.anchor(lines)
    return anchors
