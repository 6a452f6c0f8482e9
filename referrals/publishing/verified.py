"""The rules on top of the signatures: what of a verified list counts now. Pure.

* A partner, a key, a number or a contact counts 24 hours after this bot first verified it; what stood in the list that was pinned, at once.
  Taken out and put in again, or made active, it is new again. A key replaced by another leaves at once, so that a
  stolen one isn't used for a day more.
* A suspension once seen stands until a list lifts that one of that operator; that she takes it back herself changes nothing.
* Past the date of root, list, snapshot or timestamp the list is stale: ordinary referrals are held. The urgent path stays while the
  list's own 14 days run.
* Past the date of one operator's suspension file nothing is held, since one holiday must not stop the service: what she suspended
  stands. But she can't take anybody out meanwhile, so nothing comes in: a partner, key or contact that is younger than the day before that
  date counts only once her file is signed again. Past the dates of two such files the list is stale.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from referrals.directory import Directory
from referrals.partner import Partner
from referrals.publishing.errors import ClockSetBackError, ExpiredError, ExpiredSuspensionsError, PublishingError
from referrals.publishing.metadata import suspension_role
from referrals.publishing.targets import KEY_DIGEST, BotList, Listed, Suspension, key_mark, suspension_digest

COOLING = timedelta(hours=24)  # design.md: "counts 24 hours after the bot first verified it"
LIST_ROLE = "targets"
SAFETY_LEAD = "safety_lead"  # owns keys like a partner
SILENT = (
    1  # operators whose suspension files may be past their dates at once, of three or more, before the list is stale
)

Standing = Literal["good", "urgent_only", "none"]


@dataclass(frozen=True, slots=True)
class Suspended:
    """One subject of a suspension that this bot has seen: a partner's id, or a key's digest."""

    id: str
    operator: str
    kind: Literal["partner", "key"]
    subject: str = field(repr=False)
    digest: str = ""  # `suspension_digest`; states written before there was one have none

    @property
    def what(self) -> tuple[str, str, str, str]:
        """Everything but the digest."""
        return self.id, self.operator, self.kind, self.subject


@dataclass(frozen=True, slots=True)
class State:
    """What a bot remembers of the lists that it verified. Times are Unix seconds, versions and expiry stand by role."""

    first_seen: Mapping[str, int] = field(
        repr=False
    )  # mark (see `Listed.marks`) -> when it was first verified; 0: pinned
    suspended: tuple[Suspended, ...]
    versions: Mapping[str, int]
    expires: Mapping[str, int]
    online_key: str  # key id; version jumps are judged under one online key only
    partners_hash: str  # SHA-256 of the sealed list

    def to_json(self) -> str:
        """The state as it is kept."""
        marks: dict[int, list[str]] = {}
        for mark, seen in self.first_seen.items():
            marks.setdefault(seen, []).append(mark)
        value = {
            "first_seen": sorted(marks.items()),
            "suspended": [asdict(each) for each in self.suspended],
            "versions": dict(self.versions),
            "expires": dict(self.expires),
            "online_key": self.online_key,
            "partners_hash": self.partners_hash,
        }
        return json.dumps(value, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "State":
        """Read what `to_json` wrote; raises ValueError, KeyError or TypeError. The caller knows that it is this bot's own."""
        value = json.loads(text)
        first_seen = {mark: int(seen) for seen, marks in value["first_seen"] for mark in marks}
        suspended = tuple(Suspended(**each) for each in value["suspended"])
        return cls(**(value | {"first_seen": first_seen, "suspended": suspended}))


@dataclass(frozen=True, slots=True)
class Verified:
    """The list that the bot may match on now, and what its operators must hear."""

    directory: Directory
    standing: Standing
    list_version: int
    list_expires: datetime
    refused: PublishingError | None = None  # why the newest try was refused; the last verified list stands
    alarms: tuple[PublishingError, ...] = ()  # what else is wrong, though the list was taken
    waiting: int = 0  # partners, keys, numbers and contacts whose 24 hours run
    until: Mapping[str, int] = field(default_factory=dict)  # role -> Unix seconds until which what was signed counts

    @property
    def stale(self) -> bool:
        """Whether ordinary referrals are held."""
        return self.standing != "good"

    @property
    def urgent_only(self) -> bool:
        """Whether only the urgent path may be used, to a partner that answers day and night."""
        return self.standing == "urgent_only"


@dataclass(frozen=True, slots=True)
class Facts:
    """What TUF verified about a list, apart from its content."""

    versions: Mapping[str, int]
    expires: Mapping[str, int]  # Unix seconds
    online_key: str
    partners_hash: str


def absorb(
    before: State | None,
    bot_list: BotList,
    suspensions: Mapping[str, Sequence[Suspension]],
    facts: Facts,
    now: datetime,
) -> State:
    """Return the state after a list was verified; `before` is None when it is pinned. `suspensions` stand by operator.

    Of an operator who has no entry in `suspensions` nothing new is known; what was seen of hers stands like the rest.
    """
    moment = 0 if before is None else int(now.timestamp())
    known = {} if before is None else before.first_seen
    marks = [mark for each in bot_list.listed for mark in each.marks.all()]
    marks += [key_mark(SAFETY_LEAD, key.recipient) for key in bot_list.safety_lead]
    first_seen = {mark: known.get(mark, moment) for mark in marks}
    seen = seen_suspensions(() if before is None else before.suspended, suspensions)
    standing = still(seen, bot_list.lifted)
    return State(first_seen, standing, facts.versions, facts.expires, facts.online_key, facts.partners_hash)


def seen_suspensions(
    before: Iterable[Suspended], suspensions: Mapping[str, Sequence[Suspension]]
) -> tuple[Suspended, ...]:
    """Return everything that was suspended before, and what the operators' files say now."""
    now = []
    for operator, theirs in suspensions.items():
        for each in theirs:
            digest = suspension_digest(operator, each)
            now += [Suspended(each.id, operator, "partner", subject, digest) for subject in each.partners]
            now += [Suspended(each.id, operator, "key", subject, digest) for subject in each.keys]
    told = {each.what for each in now}
    old = [each for each in before if each.digest or each.what not in told]  # one without a digest gets it here
    return tuple(dict.fromkeys((*old, *now)))


def still(seen: Iterable[Suspended], lifted: Sequence[str]) -> tuple[Suspended, ...]:
    """Return what of the suspensions a list hasn't lifted."""
    return tuple(each for each in seen if each.digest not in lifted)


@dataclass(frozen=True, slots=True)
class Basis:
    """What the directory of a moment follows from: the list, the marks whose 24 hours run, and what is suspended."""

    bot_list: BotList = field(repr=False)
    young: frozenset[str] = field(repr=False)
    partners: frozenset[str] = field(repr=False)  # ids
    keys: frozenset[str] = field(repr=False)  # digests

    @classmethod
    def of(cls, state: State, bot_list: BotList, now: datetime) -> "Basis":
        """Return the basis at `now`."""
        # While an operator's suspension file is past its date she can't take anybody out, so nothing that is younger comes in.
        watched = min([now.timestamp(), *_silent(state, now)])
        before = watched - COOLING.total_seconds()
        young = frozenset(mark for mark, seen in state.first_seen.items() if seen > before)
        subjects = {
            kind: frozenset(each.subject for each in state.suspended if each.kind == kind)
            for kind in ("partner", "key")
        }
        return cls(bot_list, young, subjects["partner"], subjects["key"])

    def gives_the_same(self, other: "Basis | None") -> bool:
        """Whether another basis leads to the same directory, which then need not be made again."""
        return (
            other is not None
            and self.bot_list is other.bot_list
            and (self.young, self.partners, self.keys) == (other.young, other.partners, other.keys)
        )

    def directory(self) -> Directory:
        """Return what of the list counts."""
        counting = (counted(each, self.young, self.partners, self.keys) for each in self.bot_list.listed)
        lead = tuple(key for key in self.bot_list.safety_lead if self._key_counts(SAFETY_LEAD, key.recipient))
        partners = tuple(partner for partner in counting if partner is not None)
        return Directory(self.bot_list.version, partners, self.bot_list.signers, lead)

    def _key_counts(self, owner: str, recipient: str) -> bool:
        mark = key_mark(owner, recipient)
        return mark not in self.young and mark[:KEY_DIGEST] not in self.keys


def judge(
    state: State,
    directory: Directory,
    waiting: int,
    now: datetime,
    refused: PublishingError | None,
    alarms: Sequence[PublishingError],
) -> Verified:
    """Return the standing of a directory at `now`. `refused` is why the newest try failed, if it did."""
    expires = datetime.fromtimestamp(state.expires[LIST_ROLE], UTC)
    standing = _standing(state, now, refused, alarms)
    return Verified(directory, standing, directory.version, expires, refused, tuple(alarms), waiting, state.expires)


def counted(listed: Listed, young: frozenset[str], partners: frozenset[str], keys: frozenset[str]) -> Partner | None:
    """Return a partner as far as it counts: None when it is new; not active when it is suspended or its contact is new.

    `young` are marks whose 24 hours run, `partners` the ids and `keys` the digests of what is suspended.
    """
    partner, marks = listed.partner, listed.marks
    if marks.partner in young and partner.x_status == "active":
        return (
            None  # one that is no longer active stays in the list, so that it can be told that something is taken back
        )
    change: dict[str, object] = {}
    if partner.id in partners:
        change["x_status"] = "suspended"
    elif marks.contact in young and partner.x_status == "active":
        change["x_status"] = "review"
    held = {key for key, mark in marks.keys.items() if mark in young or mark[:KEY_DIGEST] in keys}
    if held:
        change["x_keys"] = tuple(key for key in partner.x_keys if key.recipient not in held)
    if not young.isdisjoint(marks.phones.values()):
        change["phones"] = tuple(phone for phone in partner.phones if marks.phones[phone.number] not in young)
    return partner.model_copy(update=change) if change else partner


def _standing(
    state: State, now: datetime, refused: PublishingError | None, alarms: Sequence[PublishingError]
) -> Standing:
    moment = now.timestamp()
    if moment >= state.expires[LIST_ROLE]:
        return "none"
    silent = _silent(state, now)
    expired = sum(moment >= until for until in state.expires.values()) > len(silent)
    doubts = [each for each in (refused, *alarms) if not isinstance(each, ExpiredSuspensionsError)]
    doubtful = any(isinstance(each, ExpiredError | ClockSetBackError) for each in doubts)
    return "urgent_only" if expired or doubtful or len(silent) > SILENT else "good"


def _silent(state: State, now: datetime) -> list[int]:
    """The dates (Unix seconds) of operators' suspension files that are past them."""
    roles = suspension_role("")
    return [until for role, until in state.expires.items() if role.startswith(roles) and until <= now.timestamp()]
