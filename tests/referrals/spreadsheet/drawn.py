"""Drawn partner files, fictional: whatever a record may hold, formula signs and three scripts included."""

import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from referrals import fixtures
from referrals.partner import CaseworkerKey, FirstReply, Language, Partner, Phone, Service, ServiceArea, Tier
from referrals.spreadsheet.columns import vocabulary
from referrals.vetting import Contact, PartnerFile

TODAY = date(2031, 3, 10)
RECIPIENTS = tuple(
    fixtures.identity(each, number).recipient for each in list(fixtures.IDS.values())[:6] for number in (1, 2)
)
_DANGEROUS = "=+-@'＝＋－＠\""
_LETTERS = st.characters(codec="utf-8", categories=["L", "N", "P", "S"]) | st.sampled_from(
    _DANGEROUS + ",;|가나다中文 "
)


def _line(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


TIERS: tuple[Tier, ...] = ("T0", "T1", "T2")
LINES = st.text(_LETTERS, min_size=1, max_size=30).map(_line).filter(lambda text: bool(text) and text.isprintable())
PARAGRAPHS = st.lists(LINES, max_size=3).map("\n".join)
DAYS = st.dates(date(2030, 1, 1), TODAY)
MOMENTS = st.datetimes(datetime(2030, 1, 1), datetime(2031, 3, 10), timezones=st.just(UTC))  # noqa: DTZ001  # the zone is added


def _codes(words: str, least: int = 0) -> Any:
    known = [code for code in vocabulary(words) if code != "KP"]
    return st.lists(st.sampled_from(known), min_size=least, max_size=4, unique=True).map(tuple)


AREAS = st.lists(_codes("country", 1).map(lambda codes: ServiceArea(x_countries=codes)), min_size=1, max_size=2).map(
    tuple
)
IN_KR = st.just((ServiceArea(x_countries=("KR",)),))
HOURS = st.integers(1, 24 * 31)


@st.composite
def services(draw: st.DrawFn, areas: Any = AREAS) -> Service:
    """A service of a partner."""
    ages = sorted(draw(st.lists(st.integers(0, 120), min_size=2, max_size=2)))
    return Service(
        id=str(draw(st.uuids())),
        status=draw(st.sampled_from(["active", "inactive", "defunct", "temporarily closed"])),
        minimum_age=draw(st.sampled_from([None, ages[0]])),
        maximum_age=draw(st.sampled_from([None, ages[1]])),
        service_areas=draw(areas),
        languages=tuple(_language(code) for code in draw(_codes("language", 1))),
        x_needs=draw(_codes("need", 1)),
        x_situations=draw(_codes("situation")),
        x_pillar=draw(st.sampled_from([1, 2, 3, 4])),
        x_urgent_247=draw(st.booleans()),
        x_gender=draw(st.sampled_from(["any", "women", "men"])),
        x_women_staff=draw(st.booleans()),
        x_child_safeguarding=draw(st.sampled_from(["verified", "no"])),
        x_capacity=draw(st.sampled_from(["open", "limited", "closed"])),
        x_capacity_at=draw(MOMENTS),
        x_capacity_ttl_h=draw(HOURS),
        x_first_reply_h=FirstReply(now=draw(HOURS), days=draw(HOURS), normal=draw(HOURS)),
        x_min_fields=draw(_codes("packet_field")),
        x_contact_modes=draw(_codes("contact_mode", 1)),
    )


def _language(code: str) -> Language:
    name, _, variety = code.partition("-")
    return Language.model_validate({"code": name, "x_variety": variety or None})


@st.composite
def files(draw: st.DrawFn, number: int) -> PartnerFile:
    """A partner that is not serving: its id and alias follow from `number`, from 0, and so do the keys that it may have."""
    tier: Tier = draw(st.sampled_from(TIERS))
    name = draw(LINES)
    own = RECIPIENTS[2 * number : 2 * number + 2]
    keys = [
        CaseworkerKey(id=f"{place:08x}", recipient=each, key_until=TODAY + timedelta(days=place))
        for place, each in enumerate(own)
    ]
    phone = st.builds(Phone, number=st.just("+82 000-0000"), x_last_verified=DAYS, x_source=LINES, x_verified_by=LINES)
    made = st.lists(
        services(IN_KR if tier == "T0" else AREAS), min_size=1, max_size=3, unique_by=lambda each: each.id
    ).map(tuple)
    conditions = (
        "x_fee",
        "x_debt",
        "x_faith_condition",
        "x_testimony_condition",
        "x_media_condition",
        "x_marriage_condition",
    )
    partner = Partner(
        id=f"00000000-0000-4000-8000-{900 + number:012d}",
        name=None if tier == "T2" else name,
        phones=tuple(draw(st.lists(phone, max_size=1))) if tier == "T0" else (),
        services=draw(made),
        x_alias=str(900 + number),
        x_tier=tier,
        x_status=draw(st.sampled_from(["candidate", "review", "suspended"])),
        x_vetted_until=draw(DAYS),
        x_contact_confirmed_at=draw(MOMENTS),
        x_keys=tuple(keys[: draw(st.integers(0, 2))]),
        x_hub=draw(st.booleans()),
        x_canary=draw(st.booleans()),
        x_fixture=True,
        **{condition: draw(st.booleans()) for condition in conditions},
    )
    contact = st.builds(
        Contact,
        kind=st.sampled_from(["relay", "pgp_mail", "signal"]),
        value=LINES,
        tier=st.just("T2"),
        confirmed_at=MOMENTS,
    )
    contacts = st.lists(contact, max_size=2, unique_by=lambda each: (each.kind, each.value)).map(tuple)
    return PartnerFile(partner=partner, name=name, description=draw(PARAGRAPHS), contacts=draw(contacts))


LISTS = st.integers(1, 3).flatmap(lambda count: st.tuples(*(files(number) for number in range(count))))
