"""What differs between two versions of a partner or of the whole list, as a note that a second person reads and approves. Pure.

Every field is compared, so that no change goes unread; a field without words of its own is named by its field. Contacts stand in it only
where they are asked for: the approver must see them, a passer-by need not. Keys stand as fingerprints, to be read aloud.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from referrals.approval import notices
from referrals.partner import HARD_RULES, CaseworkerKey, Partner, Phone, Service
from referrals.sealing import fingerprint
from referrals.spreadsheet.columns import columns, vocabulary
from referrals.vetting import Contact, PartnerFile

_YES = {True: "yes", False: "no"}
# Fields that are lists of codes -> the list of words for them.
_CODES = {
    "x_needs": "need",
    "x_situations": "situation",
    "x_contact_modes": "contact_mode",
    "x_min_fields": "packet_field",
}
_WORDS = {
    "x_tier": "tier",
    "x_status": "status",
    "x_gender": "gender",
    "x_child_safeguarding": "safeguarding",
    "x_capacity": "capacity",
}
_LABELS = {
    "x_canary": "canary",
    "x_first_reply_h": "first reply",
    "service_areas": "countries",
    "status": "service status",
    "name": "name",
}
# Compared member by member; and the bots' part of the name, which follows from the file's own name and the tier.
_TOLD_ELSEWHERE = frozenset({"services", "phones", "x_keys", "name"})
_NEVER_BEFORE = 1971  # the year; a new partner's dates lie before it (spreadsheet.making)


def diff(old: Sequence[PartnerFile], new: Sequence[PartnerFile], *, contacts: bool = False) -> str:
    """Return the note on what becomes of the list: a heading with counts, then each partner that is new, changed or gone.

    With `contacts` the contacts themselves are written out.
    """
    before = {file.partner.id: file for file in old}
    after = {file.partner.id: file for file in new}
    kinds = {"new": 0, "changed": 0, "taken out": 0, "as before": 0}
    notes = []
    for partner_id in [*before, *(each for each in after if each not in before)]:
        one, other = before.get(partner_id), after.get(partner_id)
        lines = note(one, other, contacts=contacts)
        kind = "as before" if not lines else "new" if one is None else "taken out" if other is None else "changed"
        kinds[kind] += 1
        if lines and (named := other or one):
            notes.append("\n".join((f"Partner {named.alias}", *(f"  {line}" for line in lines))))
    counts = ", ".join(f"{count} {kind}" for kind, count in kinds.items() if count) or "no partners"
    return "\n\n".join((f"Partners: {counts}", *notes))


def note(old: PartnerFile | None, new: PartnerFile | None, *, contacts: bool = False) -> tuple[str, ...]:
    """Return a line for each thing that differs in one partner; empty when nothing does. Either may be None, not both."""
    if new is None:
        return ("taken out of the list",)
    if old is None:
        return tuple(_introduced(new, contacts=contacts))
    return tuple(_changed(old, new, contacts=contacts))


def _introduced(new: PartnerFile, *, contacts: bool) -> Iterator[str]:
    partner = new.partner
    yield f"new: {_word('status', partner.x_status)}, {new.name}"
    yield f"tier: {_word('tier', partner.x_tier)}"
    for rule in partner.hard_rules_broken:
        yield f"hard rule {rule} is broken: no one can activate it"
    for number, service in enumerate(partner.services, 1):
        countries = ", ".join(sorted(_country(code) for code in service.countries))
        needs = ", ".join(_word("need", code) for code in service.x_needs)
        yield f"service {number}: {needs}; in {countries}; in {_languages(service)}; capacity {service.x_capacity}"
    yield from (f"key {key.id}, until {key.key_until}: {fingerprint(key.recipient)}" for key in partner.x_keys)
    yield from (f"public phone: {phone.number}" for phone in partner.phones)
    yield from _contacts(None, new, contacts=contacts)
    yield from _checks(None, new)


def _changed(old: PartnerFile, new: PartnerFile, *, contacts: bool) -> Iterator[str]:
    if old.name != new.name:
        yield f"name: {old.name} -> {new.name}"
    if old.description != new.description:
        yield f"description: {old.description or 'none'} -> {new.description or 'none'}"
    yield from _partner(old.partner, new.partner)
    yield from _services(old.partner, new.partner)
    yield from _keys(old.partner.x_keys, new.partner.x_keys)
    yield from _phones(old.partner.phones, new.partner.phones)
    yield from _contacts(old, new, contacts=contacts)
    yield from _checks(old, new)
    if old.activation != new.activation:
        by = " and ".join(each.id for each in new.activation.approved_by) if new.activation else "nobody"
        yield f"activation: approved by {by}"
    if told := notices(old, new):
        yield f"notice goes to the old contact ({len(told)} to bring)"


def _partner(old: Partner, new: Partner) -> Iterator[str]:
    for name in Partner.model_fields:
        one, other = getattr(old, name), getattr(new, name)
        if one == other or name in _TOLD_ELSEWHERE:
            continue
        rule = (
            f" (hard rule {HARD_RULES[name]}: no one can activate it)" if other is True and name in HARD_RULES else ""
        )
        yield f"{_label(name)}: {_said(name, one)} -> {_said(name, other)}{rule}"


def _services(old: Partner, new: Partner) -> Iterator[str]:
    before = {service.id: service for service in old.services}
    after = {service.id: service for service in new.services}
    several = len(before) > 1 or len(after) > 1
    for number, service in enumerate(new.services, 1):
        lead = f"service {number}, " if several else ""
        if service.id in before:
            yield from (f"{lead}{line}" for line in _service(before[service.id], service))
        else:
            yield f"{lead}new service: {', '.join(_word('need', code) for code in service.x_needs)}"
    for service in old.services:
        if service.id not in after:
            yield f"service taken out: {', '.join(_word('need', code) for code in service.x_needs)}"
    if list(before) != list(after) and set(before) == set(after):
        yield "services: in another order"


def _service(old: Service, new: Service) -> Iterator[str]:
    for name in Service.model_fields:
        one, other = getattr(old, name), getattr(new, name)
        if one == other:
            continue
        if name in _CODES:
            yield f"{_label(name)}: {_moved(one, other, partial(_word, _CODES[name]))}"
        elif name == "languages":
            yield f"{_label(name)}: {_languages(old)} -> {_languages(new)}"
        elif name == "service_areas":
            yield f"{_label(name)}: {_moved(sorted(old.countries), sorted(new.countries), _country)}"
        else:
            yield f"{_label(name)}: {_said(name, one)} -> {_said(name, other)}"


def _moved(old: Sequence[str], new: Sequence[str], say: Callable[[str], str]) -> str:
    """What joins and what leaves a list."""
    told = [f"+ {say(code)}" for code in new if code not in old] + [f"- {say(code)}" for code in old if code not in new]
    return ", ".join(told) or "in another order"


def _keys(old: Sequence[CaseworkerKey], new: Sequence[CaseworkerKey]) -> Iterator[str]:
    before = {key.id: key for key in old}
    after = {key.id: key for key in new}
    for key in new:
        was = before.get(key.id)
        if was is None:
            yield f"key {key.id} added, until {key.key_until}: {fingerprint(key.recipient)}"
        elif was.recipient != key.recipient:
            yield f"key {key.id} replaced: {fingerprint(was.recipient)} -> {fingerprint(key.recipient)}"
        if was is not None and was.key_until != key.key_until:
            yield f"key {key.id} valid until: {was.key_until} -> {key.key_until}"
    yield from (f"key {key.id} taken out: {fingerprint(key.recipient)}" for key in old if key.id not in after)
    if list(before) != list(after) and set(before) == set(after):
        yield "keys: in another order"


def _phones(old: Sequence[Phone], new: Sequence[Phone]) -> Iterator[str]:
    before = {phone.number: phone for phone in old}
    after = {phone.number: phone for phone in new}
    for number, phone in after.items():
        if number not in before:
            yield f"public phone added: {number}, verified {phone.x_last_verified} by {phone.x_verified_by!r}"
        elif before[number] != phone:
            yield f"public phone {number}: verified {before[number].x_last_verified} -> {phone.x_last_verified} by {phone.x_verified_by!r}"
    yield from (f"public phone taken out: {number}" for number in before if number not in after)
    if old != new and set(before) == set(after) and all(before[each] == after[each] for each in after):
        yield "public phones: in another order, or one of them twice"


def _contacts(old: PartnerFile | None, new: PartnerFile, *, contacts: bool) -> Iterator[str]:
    one = () if old is None else old.contacts
    gone = [each for each in one if (each.kind, each.value) not in {(now.kind, now.value) for now in new.contacts}]
    come = [each for each in new.contacts if (each.kind, each.value) not in {(was.kind, was.value) for was in one}]
    if len(gone) == len(come) == 1:
        told = f": {_contact(gone[0])} -> {_contact(come[0])}" if contacts else ""
        yield f"contact changed{told}"
    else:
        yield from (f"contact taken out{f': {_contact(each)}' if contacts else ''}" for each in gone)
        yield from (f"contact added{f': {_contact(each)}' if contacts else ''}" for each in come)
    if not gone and not come and one != new.contacts:
        dates = ", ".join(_day(each.confirmed_at) for each in new.contacts)
        yield f"contacts: the same, with other tiers, dates or order; confirmed {dates}"


def _contact(contact: Contact) -> str:
    return f"{contact.kind.replace('_', ' ')} {contact.value} (tier {contact.tier})"


def _checks(old: PartnerFile | None, new: PartnerFile) -> Iterator[str]:
    before = {} if old is None else {check.item: check for check in old.checks}
    after = {check.item: check for check in new.checks}
    for item, check in after.items():
        was = before.get(item)
        if was is None:
            yield f"check {item} added: by {check.checked_by}, until {check.expires_on}"
        elif was != check:
            yield f"check {item}: until {was.expires_on} -> {check.expires_on}, by {check.checked_by}"
    yield from (f"check {item} taken out" for item in before if item not in after)


def _label(name: str) -> str:
    column = columns().get(name)
    return _LABELS.get(name) or (column.first("en").casefold() if column else name)


def _said(name: str, value: Any) -> str:
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return _YES[value]
    if name in _WORDS:
        return _word(_WORDS[name], value)
    if name == "x_first_reply_h":
        return f"{value.now}/{value.days}/{value.normal} hours (now/days/normal)"
    return _day(value) if isinstance(value, date) else str(value)


def _day(moment: date) -> str:
    if moment.year < _NEVER_BEFORE:
        return "never"
    return moment.isoformat(timespec="minutes") if isinstance(moment, datetime) else moment.isoformat()


def _word(words: str, code: str) -> str:
    names = vocabulary(words).get(code)
    return code if names is None else names.first("en")


def _country(code: str) -> str:
    return _word("country", code)


def _languages(service: Service) -> str:
    return ", ".join(
        _word("language", f"{each.code}-{each.x_variety}" if each.x_variety else each.code)
        for each in service.languages
    )
