"""Gives the part of the partner list that is no secret as Open Referral HSDS 3.1, for other directories. Pure.

Only partners that serve that day are in it, and above tier T1 only under their alias, without name, description or contact
(domain.md 4.3). Keys, contacts, evidence and canaries never are. What HSDS lacks keeps its `x_` name.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from referrals.lifecycle import state_on
from referrals.partner import HARD_RULES, Language, Phone, Service, ServiceArea
from referrals.vetting import SERVING, PartnerFile

# Open Eligibility v2.0, ids and names from github.com/auntbertha/openeligibility, CC BY-SA 3.0 (domain.md 1.7).
TAXONOMY = "Open Eligibility 2.0"
TERMS: Mapping[str, str] = {
    "1113": "Emergency Payments", "1120": "Emergency Food", "1121": "Emergency Shelter", "1122": "Help Find Missing Persons",
    "1123": "Immediate Safety", "1124": "Help Escape Violence", "1125": "Safe Housing", "1206": "Medical Care",
    "1209": "Birth Control", "1217": "Maternity Care", "1280": "Childcare", "1292": "Navigating the System", "1304": "Counseling",
    "1309": "One-on-One Support", "1316": "Virtual Support", "1346": "Citizenship & Immigration", "1374": "Workplace Rights",
    "1375": "Advocacy & Legal Aid", "1384": "Identification Recovery", "1390": "Translation & Interpretation",
}  # fmt: skip
# Our need or situation -> terms, by domain.md 1.7. What isn't here has no term of that taxonomy.
CODES: Mapping[str, tuple[str, ...]] = {
    "n_place": ("1121", "1125"), "n_leave": ("1123", "1124"), "n_path": ("1346", "1292"), "n_med": ("1206",),
    "n_preg": ("1217", "1209"), "n_mind": ("1304", "1309", "1316"), "n_talk": ("1304", "1309", "1316"), "n_child": ("1280", "1123"),
    "n_food": ("1120", "1113"), "n_family": ("1122",), "n_legal": ("1375", "1384", "1390"), "n_caught": ("1375", "1122"),
    "n_phone": ("1316",), "s_unpaid": ("1374",),
}  # fmt: skip

_LANGUAGES: Mapping[str, str] = {"kor": "Korean", "zho": "Chinese", "eng": "English"}
_UNDER_ALIAS = "A partner that is named by its number only."
# Fields of a service that stand in the export under the same name.
_SERVICE = (
    "status", "minimum_age", "maximum_age", "x_needs", "x_situations", "x_pillar", "x_urgent_247", "x_gender", "x_women_staff",
    "x_child_safeguarding", "x_capacity", "x_capacity_at", "x_capacity_ttl_h", "x_first_reply_h", "x_min_fields", "x_contact_modes",
)  # fmt: skip


def exported(files: Iterable[PartnerFile], day: date) -> list[dict[str, Any]]:
    """Return an HSDS organization with its services for each partner that serves on a day (UTC), in plain JSON values."""
    serving = (file for file in files if state_on(file, day) in SERVING and not file.partner.x_canary)
    return [_organization(file, day) for file in serving]


def export_text(files: Iterable[PartnerFile], day: date) -> str:
    """Return `exported` as text, one field a line."""
    return json.dumps(exported(files, day), ensure_ascii=False, indent=1) + "\n"


def _organization(file: PartnerFile, day: date) -> dict[str, Any]:
    partner = file.partner
    public = partner.public_name
    made: dict[str, Any] = {
        "id": partner.id,
        "name": public or partner.x_alias,
        "description": (file.description or file.name) if public else _UNDER_ALIAS,
        "services": [_service(each) for each in partner.services],
        "x_alias": partner.x_alias,
        "x_tier": partner.x_tier,
        "x_status": state_on(file, day),
        "x_vetted_until": file.vetted_until.isoformat(),
        **{name: getattr(partner, name) for name in HARD_RULES},
    }
    if partner.x_fixture:
        made["x_fixture"] = True
    number = partner.phone_to_show(day)
    if partner.x_tier == "T0" and number is not None:
        made["phones"] = [_phone(partner.id, each) for each in partner.phones if each.number == number]
    return made


def _phone(partner_id: str, phone: Phone) -> dict[str, Any]:
    made = phone.model_dump(mode="json", exclude={"x_verified_by"})  # who verified it is an operator's name
    return {"id": _uuid(partner_id, "phone", phone.number), "type": "voice", **made}


def _service(service: Service) -> dict[str, Any]:
    written = service.model_dump(mode="json", exclude_none=True)
    return {
        "id": service.id,
        "name": ", ".join(dict.fromkeys(TERMS[code] for code in _codes(service))) or ", ".join(service.x_needs),
        **{name: written[name] for name in _SERVICE if name in written},
        "service_areas": [_area(service.id, number, each) for number, each in enumerate(service.service_areas)],
        "languages": [_language(service.id, number, each) for number, each in enumerate(service.languages)],
        "attributes": list(_attributes(service)),
    }


def _codes(service: Service) -> Iterator[str]:
    for ours in (*service.x_needs, *service.x_situations):
        yield from CODES.get(ours, ())


def _area(service_id: str, number: int, area: ServiceArea) -> dict[str, Any]:
    # No extent: that is a polygon, and ours are whole countries.
    countries = list(area.x_countries)
    return {"id": _uuid(service_id, "area", str(number)), "name": ", ".join(countries), "x_countries": countries}


def _language(service_id: str, number: int, language: Language) -> dict[str, Any]:
    made = {"id": _uuid(service_id, "language", str(number)), "code": language.code, "name": _LANGUAGES[language.code]}
    return {**made, "x_variety": language.x_variety} if language.x_variety else made


def _attributes(service: Service) -> Iterator[dict[str, Any]]:
    for ours in (*service.x_needs, *service.x_situations):
        for code in CODES.get(ours, ()):
            yield {
                "id": _uuid(service.id, ours, code),
                "link_id": service.id,
                "link_entity": "service",
                "link_type": "service_type",
                "value": ours,
                "taxonomy_term": {
                    "id": _uuid(TAXONOMY, code),
                    "code": code,
                    "name": TERMS[code],
                    "description": TERMS[code],
                    "taxonomy": TAXONOMY,
                    "language": "eng",
                },
            }


def _uuid(*parts: str) -> str:
    """Return the same UUID (version 8, RFC 9562) for the same parts, so that two exports can be compared."""
    digest = bytearray(hashlib.sha256("\x1f".join(("naru-hsds", *parts)).encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
