"""Contact bands: never open outside, whatever the hour, the country and the season."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bands import may_write, open_now, zone_of
from tests.person import questionnaire

MINUTE, DAY = 60, 86_400  # seconds
BANDS = {"06-10": range(6, 10), "10-17": range(10, 17), "17-22": range(17, 22), "22-06": (*range(22, 24), *range(6))}
COUNTRIES = ("CN", "KH", "KR", "LA", "MM", "TH", "VN")


def at(zone: str, hour: int, minute: int = 0, second: int = 0) -> float:
    """Unix seconds of a local time on a day of winter."""
    return datetime(2026, 11, 24, hour, minute, second, tzinfo=ZoneInfo(zone)).timestamp()


@given(st.sampled_from(COUNTRIES), st.sampled_from(sorted(BANDS)), st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_a_band_is_open_in_its_hours_and_in_no_other(country: str, band: str, day: date) -> None:
    """Over every minute of three days: open exactly while her clock shows an hour of the band."""
    zone = zone_of(country)
    assert zone is not None
    start = datetime.combine(day, time(), UTC)
    for minute in range(3 * DAY // MINUTE):
        moment = start + timedelta(minutes=minute, seconds=minute % 60)
        assert open_now("c_band", band, zone, moment.timestamp()) == (
            moment.astimezone(ZoneInfo(zone)).hour in BANDS[band]
        )


@pytest.mark.parametrize(
    ("band", "opens", "last"),
    [("06-10", (6, 0, 0), (9, 59, 59)), ("22-06", (22, 0, 0), (5, 59, 59))],
)
def test_a_band_opens_and_closes_to_the_second(
    band: str, opens: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    """Its first second is inside, the second before it and the first after it are not; over midnight as well."""
    zone = "Asia/Shanghai"
    assert open_now("c_band", band, zone, at(zone, *opens))
    assert not open_now("c_band", band, zone, at(zone, *opens) - 1)
    assert open_now("c_band", band, zone, at(zone, *last))
    assert not open_now("c_band", band, zone, at(zone, *last) + 1)


def test_hours_are_hers_and_not_the_servers() -> None:
    """Two zones an hour and a half apart: the same moment is inside the band in one of them."""
    moment = datetime(2026, 11, 24, 2, 0, tzinfo=UTC).timestamp()  # 10:00 in China, 08:30 in Myanmar
    assert [open_now("c_band", "06-10", zone_of(country), moment) for country in ("CN", "MM")] == [False, True]


@pytest.mark.parametrize(
    ("mode", "band", "zone"),
    [
        ("c_return", "06-10", "Asia/Shanghai"), ("c_none", None, None), (None, None, None), ("c_band", None, "Asia/Shanghai"),
        ("c_band", "band_none", "Asia/Shanghai"), ("c_band", "06-10", None), ("c_band", "06-10", "Europe/Moscow"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_closed(mode: str | None, band: str | None, zone: str | None) -> None:
    """No mode that forbids writing, no unknown band and no other zone is ever open, at any hour."""
    assert not may_write(mode, band, zone)
    assert not any(open_now(mode, band, zone, at("Asia/Shanghai", hour)) for hour in range(24))


def test_any_time_is_any_time() -> None:
    """In the mode that allows it, no band and no zone is needed."""
    assert all(open_now("c_any", None, None, at("Asia/Seoul", hour)) for hour in range(24))


def test_only_countries_with_one_known_zone_have_one() -> None:
    """Exactly those to whom the questionnaire offers a band; Mongolia, Russia, other and no answer have none."""
    choices = {option.code: option for option in questionnaire()["q10_contact"].options}
    clauses = [each for alternative in choices["c_band"].only or () for each in alternative if each.of == "q5_country"]
    offered = {code for each in clauses for code in each.any or ()}
    assert offered == set(COUNTRIES)
    asked = [option.code for option in questionnaire()["q5_country"].options]
    assert {code for code in asked if zone_of(code) is not None} == offered
    assert zone_of(None) is None


def test_the_bands_are_those_of_the_questionnaire() -> None:
    """Every band that is offered can be kept, and none other."""
    asked = [option.code for option in questionnaire()["q10_band"].options]
    assert [code for code in asked if may_write("c_band", code, "Asia/Seoul")] == list(BANDS)
