"""One partner made of its rows, beside what the list has of it. Pure.

What stands in a cell is what the partner will have, and an empty cell is nothing; what has no column stays as it is. The state of the
vetting, its dates and the confirmations are not a spreadsheet's to change, and whether a partner is a canary is nowhere in one.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from referrals.partner import CaseworkerKey, FirstReply, Language, Partner, Phone, Service, ServiceArea
from referrals.spreadsheet.cells import Value
from referrals.spreadsheet.columns import Scope, columns, first_columns
from referrals.spreadsheet.rows import BROKEN, Line, has_columns, of_partner, with_scope
from referrals.spreadsheet.tables import Finding
from referrals.vetting import Contact, PartnerFile

NEVER_DAY = date(1970, 1, 1)  # a new partner's vetting and confirmations: long lapsed, whatever day it is
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_REPLIES = {"reply_now": "now", "reply_days": "days", "reply_normal": "normal"}  # column -> field of FirstReply
# column -> field, of a phone, a key and a contact
PHONE = {
    "phone_number": "number",
    "phone_verified": "x_last_verified",
    "phone_source": "x_source",
    "phone_verified_by": "x_verified_by",
}
KEY = {"key_id": "id", "recipient": "recipient", "key_until": "key_until"}
CONTACT = {"contact_kind": "kind", "contact_value": "value", "contact_tier": "tier"}
# What an empty cell means where a record needs something. A new service runs, as far as nobody says otherwise: its partner is only a
# candidate.
_OPTIONAL: Mapping[str, Any] = {
    "minimum_age": None,
    "maximum_age": None,
    "x_situations": (),
    "x_min_fields": (),
    "status": "active",
}

_Model = TypeVar("_Model", bound=BaseModel)


def made(
    own: tuple[Line, ...], before: PartnerFile | None, new_id: Callable[[], str], *, whole: bool = True
) -> tuple[PartnerFile | None, list[Finding]]:
    """The partner that the rows tell of, or None and what is wrong.

    `before` is the partner as it is in the list, None for a new one. `whole` is False where something is wrong with the rows already:
    then there is no partner, and what is wrong besides.
    """
    draft = _Draft(own, before, new_id, whole=whole)
    return draft.file(), draft.findings


class _Draft:
    """One partner in the making."""

    def __init__(
        self, own: tuple[Line, ...], before: PartnerFile | None, new_id: Callable[[], str], *, whole: bool
    ) -> None:
        self.findings: list[Finding] = []
        self._own, self._before, self._new_id, self._whole = own, before, new_id, whole
        self._said = of_partner(own, self.findings)

    def file(self) -> PartnerFile | None:
        """The partner, or None when something is wrong with it."""
        self._check_settled()
        fields = self._partner_fields()
        name, description = self._text("name"), self._text("description")
        if name is None:
            self._empty("name")
        services = self._services()
        phones = self._list("phone", lambda line: self._listed(line, "phone", Phone, PHONE))
        keys = self._list("key", lambda line: self._listed(line, "key", CaseworkerKey, KEY))
        contacts = self._list("contact", self._contact)
        if self._is_told():
            return None
        kept = {} if self._before is None else dict(self._before.partner)
        given = {"services": services, "phones": phones, "x_keys": keys}
        fields |= {field_name: each for field_name, each in given.items() if each is not None}
        fields["name"] = name if {**kept, **fields}["x_tier"] in {"T0", "T1"} else None
        partner = self._made(self._own[0], Partner, {**kept, **fields})
        if partner is None:
            return None
        rest = {} if self._before is None else dict(self._before)
        rest |= {} if contacts is None else {"contacts": contacts}
        return self._made(
            self._own[0], PartnerFile, {**rest, "partner": partner, "name": name, "description": description or ""}
        )

    def _is_told(self) -> bool:
        """Whether anything is wrong with the partner's rows: a record made of them would only be wrong again."""
        return bool(self.findings) or not self._whole

    def _empty(self, column: str) -> None:
        line = self._said[column][0] if column in self._said else self._own[0]
        self.findings.append(line.finding(column, "is empty; a partner can't be without it"))

    def _text(self, name: str) -> str | None:
        if name in self._said:
            text: str | None = self._said[name][1]
            return text
        return None if self._before is None else str(getattr(self._before, name))

    def _check_settled(self) -> None:
        """What only another command changes stands as it is, or not at all."""
        partner = None if self._before is None else self._before.partner
        for name, (line, said) in self._said.items():
            column = columns()[name]
            if said in {None, BROKEN} or not (column.settled_by or name == "id"):
                continue
            is_now = (
                "candidate"
                if partner is None and name == "x_status"
                else None
                if partner is None
                else getattr(partner, name)
            )
            if name == "id" and partner is not None and said != is_now:
                self.findings.append(
                    line.finding(name, "is not the id of the partner with this alias; take both from an export")
                )
            elif column.settled_by and said != is_now:
                right = "leave it as the export has it" if partner else "leave it empty for a new partner"
                self.findings.append(line.finding(name, f"only `{column.settled_by}` changes this; {right}"))

    def _partner_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        if self._before is None:
            given = self._said.get("id", (None, None))[1]
            fields |= {
                "id": given or self._new_id(),
                "x_status": "candidate",
                "x_vetted_until": NEVER_DAY,
                "x_contact_confirmed_at": NEVER,
            }
        for name, (_, said) in self._said.items():
            column = columns()[name]
            if column.settled_by or name in {"id", "name", "description"}:
                continue
            if said is None and column.needed:
                self._empty(name)
            fields[name] = False if said is None else said
        return fields

    def _services(self) -> tuple[Service, ...] | None:
        """The services, or None where the file has no column about them and those of now stay."""
        if not has_columns(self._own, "service"):
            return None
        now = {} if self._before is None else {service.id: service for service in self._before.partner.services}
        own = with_scope(self._own, "service") or [self._own[0]]  # all empty: told by the cells that can't be
        made = [self._service(line, now, alone=len(own) == 1) for line in own]
        return tuple(each for each in made if each is not None)

    def _service(self, line: Line, now: Mapping[str, Service], *, alone: bool) -> Service | None:
        said = line.values.get("service_id")
        if said is None and len(now) == 1 and alone:
            said = next(iter(now))
        elif said is None and now and "service_id" not in line.places:
            missing = first_columns(line.tongue, ["service_id"])
            what = f"needs the column {missing}, as an export has it: the partner has several services"
            self.findings.append(line.finding("", what))
            return None
        fields = self._fields(line, "service")
        fields.pop("service_id", None)
        if self._is_told():
            return None
        before = now.get(said or "")
        kept: dict[str, Any] = {} if before is None else dict(before)
        kept["id"] = said or self._new_id()
        return self._made(line, Service, kept | self._service_fields(line, fields, before))

    def _service_fields(self, line: Line, fields: dict[str, Any], before: Service | None) -> dict[str, Any]:
        """The fields of a service that the row's cells say; what no column says is the service's own, or nothing."""
        if before is None:
            fields = {**_OPTIONAL, **fields}
        if "service_status" in fields:
            fields["status"] = fields.pop("service_status")
        if "x_countries" in fields:
            fields["service_areas"] = tuple(ServiceArea(x_countries=each) for each in fields.pop("x_countries"))
        if "languages" in fields:
            fields["languages"] = tuple(_language(code) for code in fields["languages"])
        hours = {own: fields.pop(column) for column, own in _REPLIES.items() if column in fields}
        if hours:
            kept = {} if before is None else dict(before.x_first_reply_h)
            reply = self._made(line, FirstReply, {**kept, **hours}, _REPLIES)
            fields["x_first_reply_h"] = reply
        return fields

    def _fields(self, line: Line, scope: Scope) -> dict[str, Value]:
        """The values of a row's columns of one scope; an empty one that is needed is told."""
        fields: dict[str, Value] = {}
        for name, said in line.values.items():
            column = columns()[name]
            if column.scope != scope:
                continue
            if said is None and column.needed:
                self.findings.append(line.finding(name, f"is empty; a {scope} can't be without it"))
            fields[name] = _OPTIONAL.get(name) if said is None else said
        return fields

    def _list(self, scope: Scope, make: Callable[[Line], Any]) -> tuple[Any, ...] | None:
        """What the rows list of a scope, or None where the file has no column about it."""
        if not has_columns(self._own, scope):
            return None if self._before is not None else ()
        return tuple(each for line in with_scope(self._own, scope) if (each := make(line)) is not None)

    def _listed(self, line: Line, scope: Scope, model: type[_Model], names: Mapping[str, str]) -> _Model | None:
        fields = self._fields(line, scope)
        return self._made(line, model, {own: fields.get(column) for column, own in names.items()}, names)

    def _contact(self, line: Line) -> Contact | None:
        fields = self._fields(line, "contact")
        kind, said = fields.get("contact_kind"), fields.get("contact_value")
        known = () if self._before is None else self._before.contacts
        confirmed = next((each.confirmed_at for each in known if (each.kind, each.value) == (kind, said)), NEVER)
        if fields.get("contact_checked") not in {None, BROKEN, confirmed}:
            settled_by = columns()["contact_checked"].settled_by
            what = f"only `{settled_by}` changes this; leave it as the export has it, and empty for a new contact"
            self.findings.append(line.finding("contact_checked", what))
        named = {"contact_kind": "kind", "contact_value": "value", "contact_tier": "tier"}
        return self._made(
            line, Contact, {own: fields.get(name) for name, own in named.items()} | {"confirmed_at": confirmed}, named
        )

    def _made(
        self, line: Line, model: type[_Model], fields: Mapping[str, Any], names: Mapping[str, str] | None = None
    ) -> _Model | None:
        """A record, or None after what is wrong with it was told; nothing is told twice."""
        if self._is_told():
            return None
        try:
            return model(**fields)
        except ValidationError as error:
            column_of = {own: column for column, own in (names or {}).items()}
            for detail in error.errors(include_input=False, include_url=False, include_context=False):
                place = str(detail["loc"][0]) if detail["loc"] else ""
                told = detail["msg"].removeprefix("Value error, ")
                self.findings.append(line.finding(column_of.get(place, place), f"{told[:1].lower()}{told[1:]}"))
            return None


def _language(code: str) -> Language:
    name, _, variety = code.partition("-")
    return Language.model_validate({"code": name, "x_variety": variety or None})
