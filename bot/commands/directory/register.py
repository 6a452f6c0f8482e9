"""What two operators sign and only operators can open: themselves, the bots' keys, and the whole list. Pure.

From it follows what bots get: `bot_list` makes the same list on every operator's machine, so that none signs what she can't make herself.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError

from referrals.checklist import Record
from referrals.directory import SignerKey
from referrals.lifecycle import bot_part
from referrals.partner import CaseworkerKey
from referrals.publishing.errors import DamagedFolderError
from referrals.publishing.metadata import OPERATORS
from referrals.publishing.operator_public import Name
from referrals.publishing.targets import (
    BotList,
    Listed,
    Suspension,
    SuspensionId,
    contact_mark,
    disclosed,
    suspension_digest,
)
from referrals.sealing import STANZA_STEPS, fingerprint
from referrals.secret import Secret
from referrals.vetting import Digest, Operator, PartnerFile, PartnersFile, VettingError, dump, load

Salt = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Bot(Record):
    """A bot's public half, as its operator gives it: the key that signs its referrals, and the recipient its list is sealed to."""

    format: Literal["naru-bot/1"] = "naru-bot/1"
    signer: SignerKey
    recipient: str


class Lifted(Record):
    """A suspension that two operators have ended: whose it was, and all of it, so that both see what counts again."""

    operator: Name
    suspension: Suspension


class Register(Record):
    """Everything beside the partners."""

    drafted_on: date  # the day (UTC) by which the states of partners were told
    operators: tuple[Operator, ...]
    bots: Annotated[tuple[Bot, ...], Field(min_length=1)]
    safety_lead: Annotated[tuple[CaseworkerKey, ...], Field(max_length=STANZA_STEPS[-1])] = ()
    lifted: tuple[Lifted | SuspensionId, ...] = ()  # older lists have bare ids, which lift nothing any more
    salt: Salt  # of the contacts' marks
    opener: Digest | None = None  # SHA-256 of naru-open.html, the page that opens a referral without a server

    def lifts(self, operator: str, suspension: Suspension) -> bool:
        """Whether two operators have ended this suspension of this operator."""
        return suspension_digest(operator, suspension) in self.lifted_digests

    @property
    def lifted_digests(self) -> tuple[str, ...]:
        """By which bots know the suspensions that are lifted."""
        return tuple(
            suspension_digest(each.operator, each.suspension) for each in self.lifted if isinstance(each, Lifted)
        )

    def operator(self, name: str) -> Operator | None:
        """The operator of this name, or None."""
        return next((each for each in self.operators if each.id == name), None)


class Document(Record):
    """The operators' target."""

    format: Literal["naru-operators/1"] = "naru-operators/1"
    head: Register
    partners: PartnersFile

    def to_bytes(self) -> bytes:
        """The document as it is sealed."""
        return self.model_dump_json(exclude_defaults=False).encode()


def read(untrusted: bytes) -> Document:
    """Read a document; raises DamagedFolderError."""
    try:
        document = Document.model_validate_json(untrusted)
        load(dump(document.partners), OPERATORS)
    except (ValidationError, VettingError):
        raise DamagedFolderError(OPERATORS) from None
    return document


def bot_list(document: Document) -> BotList:
    """What bots get of a document."""
    register = document.head
    salt = Secret(bytes.fromhex(register.salt))
    parts = ((file, bot_part(file, register.drafted_on)) for file in document.partners.partners)
    return BotList(
        version=document.partners.version,
        signers=tuple(bot.signer for bot in register.bots),
        listed=tuple(
            Listed(disclosed(part), contact_mark(salt, _ways(file))) for file, part in parts if part is not None
        ),
        lifted=register.lifted_digests,
        safety_lead=register.safety_lead,
    )


def recipients(document: Document) -> tuple[str, ...]:
    """The bots' recipients."""
    return tuple(bot.recipient for bot in document.head.bots)


def differences(old: Register | None, new: Register, partners: Sequence[PartnerFile] = ()) -> Iterator[str]:
    """What differs beside the partners, a line each, for whoever is about to sign it; `partners` are named by their alias."""
    before = {each.id: each for each in old.operators} if old else {}
    after = {each.id: each for each in new.operators}
    for name, operator in after.items():
        was = before.get(name)
        if was is None:
            yield f"operator {name} is new: {_said(operator)}"
        elif was != operator:
            yield f"operator {name}: {_said(was)} -> {_said(operator)}" + (
                ", NEW KEY" if was.key != operator.key else ""
            )
    yield from (f"operator {name} is taken out" for name in before if name not in after)
    bots, had = set(new.bots), set(old.bots) if old else set()
    yield from (f"bot added: list key {fingerprint(each.recipient)}, signs with {each.signer}" for each in bots - had)
    yield from (f"bot taken out: list key {fingerprint(each.recipient)}" for each in had - bots)
    leads, led = set(new.safety_lead), set(old.safety_lead) if old else set()
    yield from (f"safety lead's key added: {fingerprint(each.recipient)}" for each in leads - led)
    yield from (f"safety lead's key taken out: {fingerprint(each.recipient)}" for each in led - leads)
    lifted, ended = set(new.lifted), set(old.lifted) if old else set()
    aliases = {file.partner.id: file.alias for file in partners}
    yield from sorted(f"suspension {_lifted(each, aliases)} is LIFTED: it counts again" for each in lifted - ended)
    yield from sorted(f"suspension {_lifted(each, aliases)} is no longer lifted" for each in ended - lifted)
    if new.opener != (old.opener if old else None):
        shown = new.opener or "none any more"
        yield f"opening page naru-open.html, SHA-256 {shown}: caseworkers will believe it; compare with the one that you built yourself"
    if old is not None and old.salt != new.salt:
        yield "the salt of the contacts' marks is another: every partner would wait 24 hours"


def _lifted(each: Lifted | str, aliases: Mapping[str, str]) -> str:
    if isinstance(each, str):
        return each
    what = [f"partner {aliases.get(partner, partner)}" for partner in each.suspension.partners]
    what += [f"key {digest[:16]}" for digest in each.suspension.keys]
    return (
        f"{each.suspension.id} by {each.operator} since {each.suspension.since:%Y-%m-%d %H:%M} ({each.suspension.reason}) of "
        f"{', '.join(what) or 'nothing'}"
    )


def _said(operator: Operator) -> str:
    lead = ", GBV or safeguarding lead" if operator.gbv_or_safeguarding_lead else ""
    return f"{operator.role} of {operator.organisation}{lead}"


def _ways(file: PartnerFile) -> str:
    """A partner's contacts as one text: what else stands beside them may change without making the contact new."""
    return json.dumps(sorted([each.kind, each.value] for each in file.contacts), ensure_ascii=False)
