"""Contact bands: when the one neutral line may go out. Pure: the time is given, nothing is looked up but the zone's own rules.

The codes are those of q10_contact and q10_band in dialogue/questionnaire.toml. Whatever is unknown here is closed.
"""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

# The countries with a single known time zone, and its IANA name (tzdata, zone1970.tab). China has one by law. Mongolia and Russia have
# several, so a person there is never offered a band. The questionnaire's c_band names the same countries.
_ZONES = {
    "CN": "Asia/Shanghai",
    "KH": "Asia/Phnom_Penh",
    "KR": "Asia/Seoul",
    "LA": "Asia/Vientiane",
    "MM": "Asia/Yangon",
    "TH": "Asia/Bangkok",
    "VN": "Asia/Ho_Chi_Minh",
}
# Her local time: open from the first on, closed from the second on.
_BANDS = {
    "06-10": (time(6), time(10)),
    "10-17": (time(10), time(17)),
    "17-22": (time(17), time(22)),
    "22-06": (time(22), time(6)),
}


def zone_of(country: str | None) -> str | None:
    """The IANA name of a country's only time zone; None where there is more than one or it is not known."""
    return None if country is None else _ZONES.get(country)


def may_write(mode: str | None, band: str | None, zone: str | None) -> bool:
    """Tell whether these answers allow writing to her at all, at some hour."""
    return mode == "c_any" or (mode == "c_band" and band in _BANDS and zone in _ZONES.values())


def open_now(mode: str | None, band: str | None, zone: str | None, now: float) -> bool:
    """Tell whether she may be written to at `now` (Unix seconds, UTC): in c_any always, in c_band within the band in her zone."""
    if mode == "c_any":
        return True
    if not may_write(mode, band, zone) or band is None or zone is None:
        return False
    first, last = _BANDS[band]
    local = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(zone)).time()
    return first <= local < last if first < last else local >= first or local < last
