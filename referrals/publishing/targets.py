"""What is signed: the bot's list, and one operator's suspensions. Pure.

The bot's list is text, one JSON object a line, so that a record that didn't change is recognised by its line and not read again:

    {"format":"naru-list/1","lifted":["<64 hex digits>"],"signers":[...],"version":7}
    {"contact":"<64 hex digits>","record":{...a partner as `referrals.partner` reads it...}}

`lifted` are `suspension_digest`s: whose suspension it was, of whom, since when. An id alone could be borrowed by another operator, whose
suspension would end with the one that was meant.
`contact` is a mark of the partner's contact as the operators keep it: the bot can't read the contact, but sees that it changed. Above T1
names and numbers are taken out before sealing. TUF signs the sealed file (`sealed_list`).
Suspensions are plain: whoever reads them learns ids that mean nothing to him.
"""

import hashlib
import hmac
import json
from collections.abc import Container, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from referrals.directory import FORMAT as DIRECTORY_FORMAT
from referrals.directory import Directory, DirectoryError, SignerKey, load
from referrals.partner import CHECKED_RECIPIENTS, CaseworkerKey, Partner, Uuid
from referrals.publishing.errors import ListContentError, MalformedSuspensionsError
from referrals.publishing.operator_public import Name
from referrals.sealing import STANZA_STEPS
from referrals.secret import Secret

MAX_SUSPENSION_BYTES = 256 * 1024  # 64 suspensions of 64 partners each have about 170 kB
SALT_BYTES = 32  # of contact marks; kept in the operators' own target

KEY_DIGEST = 64  # characters with which a `key_mark` begins; every other mark has no more

SuspensionId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
_Lifted = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64}|[0-9a-f]{16})$")]
"""A `suspension_digest`; older lists have ids in its place, which lift nothing any more."""
Mark = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]  # SHA-256 or HMAC-SHA-256 in hex
Reason = Literal[
    "abuse", "key_lost", "unreachable", "complaint", "incident", "other"
]  # a code only: the file is public


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Suspension(_Model):
    """What one operator suspends alone: partners by id, caseworkers' keys by `key_digest`. The list lifts it by `suspension_digest`."""

    id: SuspensionId
    partners: Annotated[tuple[Uuid, ...], Field(max_length=64)] = ()
    keys: Annotated[tuple[Mark, ...], Field(max_length=64)] = ()
    reason: Reason
    since: AwareDatetime


class _Suspensions(_Model):
    format: Literal["naru-suspensions/1"] = "naru-suspensions/1"
    operator: Name
    suspensions: Annotated[tuple[Suspension, ...], Field(max_length=64)]


class _Head(_Model):
    format: Literal["naru-list/1"] = "naru-list/1"
    version: int = Field(ge=1, lt=2**53)
    signers: Annotated[tuple[SignerKey, ...], Field(min_length=1)]
    lifted: tuple[_Lifted, ...] = ()
    safety_lead: Annotated[tuple[CaseworkerKey, ...], Field(max_length=STANZA_STEPS[-1])] = ()


class _Line(_Model):
    contact: Mark
    record: Partner


@dataclass(frozen=True)
class Listed:
    """A partner as the list has it, and the mark of its contact."""

    partner: Partner = field(repr=False)
    contact: str = field(repr=False)  # 64 hex digits; see `contact_mark`

    @cached_property
    def marks(self) -> "Marks":
        """What must have stood for 24 hours before it counts, as digests that hold nothing of it."""
        own = self.partner.id
        # A partner that becomes active is new, however long it stood in the list: only then does anyone look at it.
        active = str(self.partner.x_status == "active")
        return Marks(
            _digest("partner", own, active),
            _digest("contact", own, self.contact),
            {key.recipient: key_mark(own, key.recipient) for key in self.partner.x_keys},
            {phone.number: _digest("phone", own, phone.number) for phone in self.partner.phones},
        )


@dataclass(frozen=True, slots=True)
class Marks:
    """The digests of one partner: itself, its contact, and each key and number."""

    partner: str
    contact: str
    keys: dict[str, str] = field(repr=False)  # recipient -> digest
    phones: dict[str, str] = field(repr=False)

    def all(self) -> Iterable[str]:
        """Every digest."""
        return (self.partner, self.contact, *self.keys.values(), *self.phones.values())


@dataclass(frozen=True)
class BotList:
    """The list that the bots get. `lifted` are digests of suspensions that two operators have ended."""

    version: int
    signers: tuple[str, ...] = field(repr=False)  # raw Ed25519 public keys of the bots, in hex
    listed: tuple[Listed, ...] = field(repr=False)
    lifted: tuple[str, ...] = ()
    safety_lead: tuple[CaseworkerKey, ...] = field(default=(), repr=False)  # as Directory.safety_lead_keys

    def directory(self) -> Directory:
        """The list as it would be matched on if everything in it counted; raises ListContentError when it repeats itself."""
        partners = tuple(each.partner for each in self.listed)
        try:
            return Directory(self.version, partners, self.signers, self.safety_lead)
        except ValueError as error:
            raise ListContentError(str(error).partition(":")[0]) from None

    def check_repeats(self) -> None:
        """Raise ListContentError when an id, an alias or a key names two; much cheaper than making the directory."""
        partners = [each.partner for each in self.listed]
        keys = [key.recipient for partner in partners for key in partner.x_keys]
        values = [partner.id for partner in partners], [partner.x_alias for partner in partners]
        for each in (*values, keys + [key.recipient for key in self.safety_lead]):
            if len(set(each)) != len(each):
                self.directory()
                raise ListContentError("something stands twice")

    def to_bytes(self) -> bytes:
        """The text that is sealed, without what bots may not know."""
        lifted = tuple(sorted(set(self.lifted)))
        head = _Head.model_construct(
            version=self.version, signers=self.signers, lifted=lifted, safety_lead=self.safety_lead
        )
        lines = [_canonical(head.model_dump(mode="json"))]
        for each in self.listed:
            record = disclosed(each.partner).model_dump(mode="json", exclude_defaults=True)
            lines.append(_canonical({"contact": each.contact, "record": record}))
        return b"\n".join(lines)


def disclosed(partner: Partner) -> Partner:
    """Return what bots may know of a partner: above tier T1 neither name nor number (a seized server is no map)."""
    return partner if partner.x_tier in {"T0", "T1"} else partner.model_copy(update={"name": None, "phones": ()})


def contact_mark(salt: Secret[bytes], contact: str) -> str:
    """Return the mark of a contact; `salt` is 32 random bytes that only operators have, or numbers could be guessed from it."""
    return hmac.digest(salt.reveal(), b"naru contact\n" + contact.encode(), "sha256").hex()


def key_digest(recipient: str) -> str:
    """Return the name of a key in a suspension: SHA-256 of "age1pq1...", in hex. To be read aloud there is `sealing.fingerprint`.

    Finding a key among 20,000 by that one would take the bot 19 s (0.95 ms each, measured); by this one, 0.02 s.
    """
    return hashlib.sha256(recipient.encode()).hexdigest()


def key_mark(owner: str, recipient: str) -> str:
    """Return the mark of a key that belongs to a partner, or to "safety_lead": its `key_digest`, then something of the owner's.

    A key that goes from one owner to another is new there.
    """
    return key_digest(recipient) + _digest("owner", owner)[:16]


class CheckedKeys(Container[str]):
    """The recipients whose marks are known, so that they were found good before: to check one takes half a millisecond."""

    def __init__(self, marks: Iterable[str]) -> None:
        """`marks` are any; those of keys are found by their form."""
        self._digests = frozenset(mark[:KEY_DIGEST] for mark in marks if len(mark) > KEY_DIGEST)

    def __contains__(self, recipient: object) -> bool:
        return isinstance(recipient, str) and key_digest(recipient) in self._digests


def read_bot_list(
    untrusted: bytes,
    known: MutableMapping[bytes, Listed] | None = None,
    checked: Container[str] = (),
) -> BotList:
    """Read what `to_bytes` wrote; `known` keeps records by the digest of their line, so that only new ones are checked.

    `checked` are recipients that were found good before.

    Raises ListContentError, whose message names places only. That no id, alias or key stands twice, `BotList.directory` checks.
    """
    known = {} if known is None else known
    first, *lines = untrusted.split(b"\n")
    context = {CHECKED_RECIPIENTS: checked}
    head = _head(first, context)
    current: dict[bytes, Listed] = {}
    listed = []
    for number, line in enumerate(lines, start=1):
        digest = hashlib.sha256(line).digest()
        each = current[digest] = known.get(digest) or _listed(line, number, context)
        listed.append(each)
    known.clear()  # what is no longer in the list is not remembered
    known.update(current)
    return BotList(head.version, head.signers, tuple(listed), head.lifted, head.safety_lead)


def suspension_digest(operator: str, suspension: Suspension) -> str:
    """Return by which the list lifts a suspension: SHA-256 in hex of everything in it and of whose it is.

    Another operator's suspension under the same id, or the same operator's with another subject or time, has another digest.
    """
    value = {"operator": operator, "suspension": suspension.model_dump(mode="json")}
    return hashlib.sha256(b"naru lifted suspension\n" + _canonical(value)).hexdigest()


def suspensions_bytes(operator: str, suspensions: Sequence[Suspension]) -> bytes:
    """Return the content of one operator's suspension file."""
    return _canonical(_Suspensions(operator=operator, suspensions=tuple(suspensions)).model_dump(mode="json"))


def read_suspensions(untrusted: bytes, operator: str) -> tuple[Suspension, ...]:
    """Read one operator's suspension file; raises MalformedSuspensionsError."""
    try:
        _without_repeats(untrusted[:MAX_SUSPENSION_BYTES])
        read = _Suspensions.model_validate_json(untrusted[:MAX_SUSPENSION_BYTES])
    except (ValueError, RecursionError):
        raise MalformedSuspensionsError(operator) from None
    if read.operator != operator:
        raise MalformedSuspensionsError(operator)
    return read.suspensions


def _head(untrusted_line: bytes, context: Mapping[str, Any]) -> _Head:
    try:
        _without_repeats(untrusted_line)
        return _Head.model_validate_json(untrusted_line, context=context)
    except (ValueError, RecursionError):
        raise ListContentError("head of the list") from None


def _listed(untrusted_line: bytes, number: int, context: Mapping[str, Any]) -> Listed:
    try:
        _without_repeats(untrusted_line)
        line = _Line.model_validate_json(untrusted_line, context=context)
    except (ValueError, RecursionError):
        raise ListContentError(_place(untrusted_line, number)) from None
    if disclosed(line.record) != line.record:
        raise ListContentError(f"partner {number}: a name or number above tier T1")
    return Listed(line.record, line.contact)


def _place(untrusted_line: bytes, number: int) -> str:
    """Say where a line is wrong: `directory.load` finds the words for a record."""
    try:
        record = json.loads(untrusted_line)["record"]
        load(
            json.dumps({"format": DIRECTORY_FORMAT, "version": 1, "signers": ["0" * 64], "partners": [record]}), "line"
        )
    except DirectoryError as error:
        return f"line {number}: " + str(error).partition("\n  ")[2].partition("\n")[0].removeprefix("partner 1")
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    return f"line {number}"


def _without_repeats(untrusted_text: bytes) -> None:
    """Raise ValueError when an object names a field twice: two readers could see two lists."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("a field stands twice")
        return dict(pairs)

    json.loads(untrusted_text, object_pairs_hook=once)


def _digest(kind: str, *parts: str) -> str:
    return hashlib.sha256("\n".join((kind, *parts)).encode()).hexdigest()


def _canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
