"""The list of partners: read from untrusted text, checked as a whole, and asked by id or alias. Pure.

`load` refuses a list with anything wrong in it rather than leaving out the wrong part: a partner that silently vanishes is a person
without help. Messages name places, never what stood there.
"""

import gc
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import to_json

from referrals.index import Index
from referrals.partner import CHECKED_RECIPIENTS, CaseworkerKey, Partner
from referrals.places import TwiceError, UnreadableError, once, parsed, problems, told
from referrals.sealing import STANZA_STEPS

FORMAT = "naru-directory/1"
SAFETY_LEAD = "safety-lead"
"""Under this id reports are sealed; no partner has it, for theirs are UUIDs."""
MAX_CHARACTERS = 64 * 1024 * 1024  # 10,000 partners with two keys each have about 45 million characters

SignerKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]  # raw Ed25519 public key, 32 bytes in hex


class DirectoryError(Exception):
    """The partner list can't be used. The message says what is wrong in it, where, and what to do; it repeats no value."""


class _Document(BaseModel):
    """The list as it is written."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    format: Literal["naru-directory/1"]
    version: int = Field(ge=1, lt=2**53)  # as Envelope.directory_version
    signers: Annotated[tuple[SignerKey, ...], Field(min_length=1)]
    partners: tuple[Partner, ...]
    safety_lead: Annotated[tuple[CaseworkerKey, ...], Field(max_length=STANZA_STEPS[-1])] = ()


@dataclass(frozen=True, slots=True)
class Directory:
    """A checked list of partners, its version, and the keys of the bots whose referrals caseworkers may trust."""

    version: int
    partners: tuple[Partner, ...] = field(repr=False)
    signers: tuple[str, ...] = field(default=(), repr=False)  # raw Ed25519 public keys in hex
    safety_lead_keys: tuple[CaseworkerKey, ...] = field(
        default=(), repr=False
    )  # of those who read reports about helpers
    _by_id: dict[str, Partner] = field(init=False, repr=False, compare=False)
    _by_alias: dict[str, Partner] = field(init=False, repr=False, compare=False)
    index: Index = field(init=False, repr=False, compare=False)  # what matching asks of all partners at once
    # SHA-256 of a record as it was read -> its partner. Only `load` fills it: what stands here has passed every check.
    records: Mapping[bytes, Partner] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {partner.id: partner for partner in self.partners})
        object.__setattr__(self, "_by_alias", {partner.x_alias: partner for partner in self.partners})
        if problem := next(_repeated(self.partners, self.safety_lead_keys), None):
            raise ValueError(problem)
        object.__setattr__(self, "index", Index.of(self.partners))
        object.__setattr__(self, "records", {})

    def __contains__(self, partner_id: str) -> bool:
        return partner_id in self._by_id

    def partner(self, partner_id: str) -> Partner:
        """Return the partner with this id; raises KeyError when the list has none (ask `in` first)."""
        return self._by_id[partner_id]

    def by_alias(self, untrusted_alias: str) -> Partner | None:
        """Return the partner with this alias, or None."""
        return self._by_alias.get(untrusted_alias)

    def safety_lead(self, today: date) -> tuple[str, ...]:
        """Return the recipients (age1pq1...) to which a report may be sealed today; none when the list names nobody."""
        return tuple(key.recipient for key in self.safety_lead_keys if key.key_until >= today)

    @property
    def has_fixtures(self) -> bool:
        """Whether any partner is fictional: such a list is for the demo and the tests only."""
        return any(partner.x_fixture for partner in self.partners)


def load(untrusted_text: str, source_name: str, before: Directory | None = None) -> Directory:
    """Read and check a whole partner list; `source_name` is how messages call it. Raises DirectoryError.

    `before` is a list that `load` gave earlier: its records are taken over where they stand in the new one unchanged, and its keys are
    not checked again. What is refused, and in which words, doesn't depend on it.
    """
    with without_collection():
        return (before and _refreshed(untrusted_text, before)) or _read(untrusted_text, source_name)


def _read(untrusted_text: str, source_name: str) -> Directory:
    try:
        raw = parsed(untrusted_text, MAX_CHARACTERS, "the partner list")
    except UnreadableError as error:
        raise _refused(source_name, [str(error)]) from None
    try:
        document = _Document.model_validate_json(untrusted_text)
    except ValidationError as error:
        raise _refused(source_name, problems(error, raw)) from None
    if repeated := list(_repeated(document.partners, document.safety_lead)):
        raise _refused(source_name, repeated)
    return _directory(document, _marks(raw["partners"]))


@contextmanager
def without_collection() -> Iterator[None]:
    """Keep the garbage collector from going through all records again and again while they are made: a third of the time otherwise."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _refreshed(untrusted_text: str, before: Directory) -> Directory | None:
    """Read a list of which most is known; None when anything is wrong with it, so that reading the whole says what and where."""
    if len(untrusted_text) > MAX_CHARACTERS:
        return None
    known = before.records
    checked = {key.recipient for partner in known.values() for key in partner.x_keys}
    try:
        raw = json.loads(untrusted_text, object_pairs_hook=once)
        if not isinstance(raw["partners"], list):
            return None  # an empty object would look like an empty list
        marks = _marks(raw["partners"])
        new = [record for record, mark in zip(raw["partners"], marks, strict=True) if mark not in known]
        document = _Document.model_validate_json(
            to_json({**raw, "partners": new}), context={CHECKED_RECIPIENTS: checked}
        )
        others = iter(document.partners)
        partners = tuple(known[mark] if mark in known else next(others) for mark in marks)
        return _directory(document.model_copy(update={"partners": partners}), marks)
    except (TwiceError, ValueError, TypeError, KeyError, RecursionError):
        return None


def _marks(records: list[Any]) -> list[bytes]:
    """A digest of each record, in which 1, 1.0 and true differ."""
    return [hashlib.sha256(to_json(record)).digest() for record in records]


def _directory(document: _Document, marks: Sequence[bytes]) -> Directory:
    directory = Directory(document.version, document.partners, document.signers, document.safety_lead)
    object.__setattr__(directory, "records", dict(zip(marks, document.partners, strict=True)))
    return directory


def _repeated(partners: Sequence[Partner], safety_lead: Sequence[CaseworkerKey]) -> Iterator[str]:
    """Find ids and aliases that name two partners, and keys that would let a partner read what another one or the safety lead gets."""
    seen: dict[tuple[str, str], int] = {}
    for index, partner in enumerate(partners):
        marks = [("id", partner.id), ("x_alias", partner.x_alias)]
        marks += [("x_keys", key.recipient) for key in partner.x_keys]
        for name, value in marks:
            first = seen.setdefault((name, value), index)
            if first != index:
                where = f"partner {index + 1} (alias {partner.x_alias}), {name}"
                yield f"{where}: the same as partner {first + 1}'s; give each partner its own"
    for index, key in enumerate(safety_lead):
        partner_index = seen.get(("x_keys", key.recipient))
        if partner_index is not None:
            yield f"safety_lead.{index}.recipient: the same as partner {partner_index + 1}'s; reports about partners must go past them all"
        if any(key.id == other.id or key.recipient == other.recipient for other in safety_lead[:index]):
            yield f"safety_lead.{index}: the same id or recipient stands twice; remove one"


def _refused(source_name: str, problems: Sequence[str]) -> DirectoryError:
    return DirectoryError(told(f"partner list {source_name}", problems))
