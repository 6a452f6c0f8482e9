"""The health of the partner list on a day: what ends soon, what nobody confirmed, what is missing. Pure.

What is past already comes first. It says what `lifecycle` will do by itself, before it does.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from referrals.aligned import table
from referrals.lifecycle import day_of, lapses, state_on
from referrals.partner import CONFIRMED_DAYS, PHONE_DAYS, is_fresh
from referrals.vetting import SERVING, PartnerFile

SOON_DAYS = 14  # domain.md 6.2
_WATCHED = SERVING | {"expired", "suspended"}  # by their state on the day; for the others nothing runs out
_NEVER_BEFORE = 1971  # the year; a new partner's dates lie before it (spreadsheet.making)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be done about a partner."""

    alias: str
    state: str
    what: str
    on: date | None  # the last day on which it holds; None where it never did
    do: str
    name: str = field(default="", repr=False)

    def days(self, today: date) -> int:
        """Days left; negative when it is past, and the least of all when it never held."""
        return -(10**6) if self.on is None else (self.on - today).days


def status(files: Sequence[PartnerFile], now: datetime) -> tuple[Item, ...]:
    """Return what needs doing within 14 days, the most pressing first; `now` is an aware time, its UTC day counts."""
    today = day_of(now)
    found = [item for file in files for item in _items(file, now, today)]
    pressing = [item for item in found if item.days(today) <= SOON_DAYS]
    return tuple(sorted(pressing, key=lambda item: (item.days(today), item.alias.zfill(6), item.what)))


def told(files: Sequence[PartnerFile], now: datetime) -> str:
    """Return the counts by state, and the table of what needs doing."""
    today = day_of(now)
    states = Counter(state_on(file, today) for file in files)
    counts = ", ".join(
        f"{count} {state}" for state, count in sorted(states.items(), key=lambda each: (-each[1], each[0]))
    )
    heading = f"Partners: {counts or 'none'}"
    items = status(files, now)
    if not items:
        return f"{heading}\n\nNothing runs out within {SOON_DAYS} days, and nothing is missing."
    rows = [[item.alias, item.name, item.state, item.what, _when(item, today), item.do] for item in items]
    return f"{heading}\n\n{table(['no.', 'name', 'state', 'what', 'when', 'do'], rows, most=44)}"


def _when(item: Item, today: date) -> str:
    days = item.days(today)
    if item.on is None:
        return "missing"
    if days < 0:
        return f"{item.on}, {-days} day{'s' if days != -1 else ''} ago"
    return f"{item.on}, " + ("last day" if days == 0 else f"in {days} day{'s' if days != 1 else ''}")


def _items(file: PartnerFile, now: datetime, today: date) -> Iterator[Item]:
    state = state_on(file, today)
    if state not in _WATCHED:
        return
    for what, on, do in (*_vetting(file), *_keys(file, today), *_confirmations(file, now), *_rest(file, today)):
        yield Item(file.alias, state, what, on, do, file.name)


_Due = tuple[str, date | None, str]  # what, its last day, what to do


def _vetting(file: PartnerFile) -> Iterator[_Due]:
    yield "vetting ends", file.partner.x_vetted_until, "vet again: naru directory check"
    for check in file.checks:
        if check.item in file.required:
            yield f"check {check.item} ends", check.expires_on, "check again: naru directory check"
    for item in file.missing:
        yield f"check {item} missing", None, "check it: naru directory check"


def _keys(file: PartnerFile, today: date) -> Iterator[_Due]:
    keys = file.partner.x_keys
    if not file.partner.recipients(today):
        yield "no valid key", None, "ask for a new key; nothing can be sent there"
    for key in keys:
        yield f"key {key.id} ends", key.key_until, "ask this caseworker for a new key"


def _confirmations(file: PartnerFile, now: datetime) -> Iterator[_Due]:
    partner = file.partner
    yield "contact to confirm", _last_day(partner.x_contact_confirmed_at, CONFIRMED_DAYS), "naru directory confirm"
    if not file.contacts:
        yield "no contact", None, "add one: naru directory propose"
    for service in partner.services:
        if service.status != "active":
            continue
        last = _last_day(service.x_capacity_at, CONFIRMED_DAYS)
        yield "capacity to confirm", last, "naru directory confirm"
        held = (service.x_capacity_at + timedelta(hours=service.x_capacity_ttl_h)).date()
        if service.x_capacity == "open" and held < day_of(now) and is_fresh(service.x_capacity_at, now):
            yield "capacity open, but no longer vouched for", held, "ask again: naru directory confirm"


def _rest(file: PartnerFile, today: date) -> Iterator[_Due]:
    for phone in file.partner.phones:
        yield "public phone to verify", phone.x_last_verified + timedelta(days=PHONE_DAYS), "call it and say who did"
    if "activation" in lapses(file, today):
        yield "no activation by two", None, "naru directory propose, approve"
    for rule in file.partner.hard_rules_broken:
        yield f"hard rule {rule} broken", None, "suspend it: naru directory suspend"


def _last_day(moment: datetime, days: int) -> date | None:
    return None if moment.year < _NEVER_BEFORE else day_of(moment) + timedelta(days=days)
