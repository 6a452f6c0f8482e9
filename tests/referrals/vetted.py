"""Fictional partner files and operators for the tests of vetting: whole, vetted yesterday, and approved by people who don't exist."""

import json
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from referrals import fixtures
from referrals.checklist import CHECKS
from referrals.vetting import Activation, Operator, PartnerFile, PartnersFile, digest

TODAY = date(2031, 3, 10)
NOW = datetime(2031, 3, 10, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def operator(name: str, organisation: str, role: str = "approver", *, lead: bool = False, key: bool = True) -> Operator:
    """Return a fictional operator; her key's fingerprint follows from her name."""
    fingerprint = name.encode().hex().ljust(64, "0")[:64] if key else None
    return Operator.model_validate({
        "id": name, "organisation": organisation, "role": role, "gbv_or_safeguarding_lead": lead, "key": fingerprint,
    })  # fmt: skip


EDITOR = operator("edi", "north-wind", "editor", key=False)
LEAD = operator("lea", "north-wind", lead=True)
SECOND = operator("sun", "south-gate")
THIRD = operator("tam", "south-gate", lead=True)
OPERATORS = (EDITOR, LEAD, SECOND, THIRD)


def checks(day: date = TODAY, **changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all 14 items as they are written, checked the day before `day` and good for 60 days after it; `item={...}` changes one."""
    written = {"checked_by": "lea", "checked_on": str(day - DAY), "expires_on": str(day + timedelta(days=60))}
    return [{"item": item, "evidence": "fictional binder 1", **written, **changes.get(item, {})} for item in CHECKS]


def written(which: str = "CHILD", day: date = TODAY, status: str | None = None, **partner: Any) -> dict[str, Any]:
    """Return a fixture's file as it is written, without an activation; `partner` changes fields of the bots' part."""
    (record,) = (each for each in _fixtures(day) if each["id"] == fixtures.IDS[which])
    confirmed = record["x_contact_confirmed_at"]
    name = record["name"]
    record = {
        **record,
        "x_status": status or record["x_status"],
        "name": name if record["x_tier"] in {"T0", "T1"} else None,
    }
    contact = {"kind": "relay", "value": "fictional mailbox 1", "tier": "T2", "confirmed_at": confirmed}
    return {"partner": {**record, **partner}, "name": name, "contacts": [contact], "checks": checks(day)}


@lru_cache(maxsize=4)
def _fixture_text(day: date) -> str:
    return fixtures.partners(day)


def _fixtures(day: date) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(_fixture_text(day))["partners"]
    return found


def read(untrusted: dict[str, Any]) -> PartnerFile:
    """Read a file as the operators' list does."""
    return PartnerFile.model_validate_json(json.dumps(untrusted))


def file(which: str = "CHILD", day: date = TODAY, status: str | None = None, **partner: Any) -> PartnerFile:
    """Return a fixture's file; one that serves was activated on `day` by LEAD and SECOND."""
    made = read(written(which, day, status, **partner))
    return activated(made, day) if made.partner.x_status in {"active", "provisional"} else made


def activated(made: PartnerFile, day: date = TODAY) -> PartnerFile:
    """Return the file with the record of a lawful activation in its present state."""
    approvers = tuple(each.model_dump(exclude={"role"}) for each in (LEAD, SECOND))
    activation = Activation.model_validate_json(json.dumps({
        "status": made.partner.x_status, "proposed_by": "edi", "approved_by": approvers, "on": str(day), "digest": digest(made),
    }))  # fmt: skip
    return PartnerFile.model_validate({**dict(made), "activation": activation})


def with_partner(made: PartnerFile, **changes: Any) -> PartnerFile:
    """Return the file with fields of the bots' part changed and checked again, the activation untouched."""
    return changed(made, partner=made.partner.model_copy(update=changes))


def changed(made: PartnerFile, **changes: Any) -> PartnerFile:
    """Return the file with fields changed and checked again."""
    return PartnerFile.model_validate_json(made.model_copy(update=changes).model_dump_json())


def listed(*files: PartnerFile) -> PartnersFile:
    """Return the operators' list of these files."""
    return PartnersFile(format="naru-partner-files/1", version=1, partners=files)


def moment(day: date) -> datetime:
    """Return noon of a day, UTC."""
    return datetime.combine(day, time(12), UTC)
