"""Which fields of Open Referral HSDS 3.1 exist, and what happens to each when a list from elsewhere is read. Pure.

Names are those of the schemas at github.com/openreferral/specification, 3.1. A field in neither table is unknown and told as such.
"""

from collections.abc import Mapping

PLACE = "addresses and places are never kept"
PERSON = "names and numbers of people are never kept"
FEES = "says something of money: ask before x_fee is answered"
UNVERIFIED = "a number is kept only with who verified it, when and by what source: enter it by hand"
ELSEWHERE = "of another directory: not used here"
NOT_COUNTED = "capacity is the partner's own word, confirmed to us: ask"
NO_COUNTRY = "a country is taken from x_countries only, never from a name or a shape"
OWN = "decided by our own vetting, never taken from elsewhere"

# Taken, or read part by part; the conditions of the hard rules come on top.
PAGE_READ = frozenset(
    {"contents", "total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty"}
)
ORGANIZATION_READ = frozenset({"id", "name", "description", "services"})
SERVICE_READ = frozenset({"id", "status", "minimum_age", "maximum_age", "languages", "service_areas", "attributes"})
LANGUAGE_READ = frozenset({"id", "code", "x_variety"})
AREA_READ = frozenset({"id", "x_countries"})
ATTRIBUTE_READ = frozenset({"id", "link_id", "link_type", "link_entity", "value", "taxonomy_term_id", "taxonomy_term"})
# What a partner says of a service, in our own names: taken where it has the form of our record.
SERVICE_OURS = (
    "x_needs", "x_situations", "x_pillar", "x_urgent_247", "x_gender", "x_women_staff", "x_first_reply_h", "x_min_fields",
    "x_contact_modes",
)  # fmt: skip

# Known and left out, with the reason.
ORGANIZATION_LEFT: Mapping[str, str] = {
    **dict.fromkeys(("contacts",), PERSON),
    **dict.fromkeys(("phones",), UNVERIFIED),
    **dict.fromkeys(("funding",), FEES),
    **dict.fromkeys(
        (
            "alternate_name", "email", "website", "additional_websites", "tax_status", "tax_id", "year_incorporated", "legal_status",
            "logo", "uri", "parent_organization_id", "programs", "organization_identifiers", "attributes", "metadata",
        ),
        ELSEWHERE,
    ),
    **dict.fromkeys(
        ("x_alias", "x_tier", "x_status", "x_vetted_until", "x_contact_confirmed_at", "x_keys", "x_hub", "x_canary", "x_fixture"), OWN
    ),
}  # fmt: skip
SERVICE_LEFT: Mapping[str, str] = {
    **dict.fromkeys(("contacts",), PERSON),
    **dict.fromkeys(("phones",), UNVERIFIED),
    **dict.fromkeys(("fees", "fees_description", "cost_options", "funding"), FEES),
    **dict.fromkeys(("capacities", "x_capacity", "x_capacity_at", "x_capacity_ttl_h"), NOT_COUNTED),
    **dict.fromkeys(("x_child_safeguarding",), OWN),
    **dict.fromkeys(
        (
            "name", "organization_id", "organization", "program_id", "program", "alternate_name", "description", "url",
            "additional_urls", "email",
            "interpretation_services", "application_process", "wait_time", "accreditations", "eligibility_description",
            "assured_date",            "assurer_email", "licenses", "alert", "last_modified", "schedules", "required_documents", "metadata",
        ),
        ELSEWHERE,
    ),
}  # fmt: skip
LANGUAGE_LEFT: Mapping[str, str] = {
    **dict.fromkeys(("name", "note"), "the code decides, never a name or a note"),
    **dict.fromkeys(("service_id", "location_id", "phone_id", "attributes", "metadata"), ELSEWHERE),
}
AREA_LEFT: Mapping[str, str] = {
    **dict.fromkeys(("name", "description", "extent", "extent_type", "uri"), NO_COUNTRY),
    **dict.fromkeys(("service_id", "service_at_location_id", "attributes", "metadata"), ELSEWHERE),
}
ATTRIBUTE_LEFT: Mapping[str, str] = dict.fromkeys(("label", "metadata"), ELSEWHERE)
