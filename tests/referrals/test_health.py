"""What the partner list needs within 14 days, the most pressing first."""

from datetime import timedelta

from referrals import fixtures
from referrals.health import Item, status, told
from referrals.lifecycle import bot_part, lapses
from referrals.vetting import PartnerFile
from tests.referrals import vetted

TODAY, NOW, DAY = vetted.TODAY, vetted.NOW, vetted.DAY


def items(*files: PartnerFile, days: int = 0) -> list[tuple[str, int]]:
    """Return what is to be done in so many days from today, with the days left."""
    at = NOW + days * DAY
    return [(item.what, item.days(at.date())) for item in status(files, at)]


def test_a_whole_partner_needs_nothing() -> None:
    """Vetted, confirmed and with keys: nothing is listed, and that is said."""
    assert items(vetted.file()) == []
    assert (
        told([vetted.file()], NOW) == "Partners: 1 active\n\nNothing runs out within 14 days, and nothing is missing."
    )


def test_what_ends_is_listed_from_the_fourteenth_day() -> None:
    """Not a day before, and from then on until it is mended."""
    ends = vetted.with_partner(vetted.file(), x_vetted_until=TODAY + 14 * DAY)

    assert items(ends) == [("vetting ends", 14)]
    assert items(ends, days=-1) == []
    assert ("vetting ends", -1) in items(ends, days=15)


def test_confirmations_are_asked_for_before_they_lapse() -> None:
    """Contact and capacity count 30 days: from the sixteenth they are listed, and after the thirtieth they are past."""
    (service,) = vetted.file().partner.services  # confirmed three days ago
    limited = service.model_copy(update={"x_capacity": "limited"})
    file = vetted.with_partner(vetted.file(), services=(limited,))

    assert items(file, days=12) == []
    assert items(file, days=13) == [("capacity to confirm", 14), ("contact to confirm", 14)]
    assert ("contact to confirm", -1) in items(file, days=28)


def test_stale_capacity_is_told() -> None:
    """Open for longer than the partner vouched for: matching counts it as open no longer."""
    assert ("capacity open, but no longer vouched for", -1) in items(vetted.file(), days=5)
    assert "capacity open, but no longer vouched for" not in dict(items(vetted.file(), days=4))


def test_missing_and_ending_keys() -> None:
    """A partner without a valid key can't be written to; each key is listed before it ends."""
    first, second = vetted.file().partner.x_keys
    soon = second.model_copy(update={"key_until": TODAY + 3 * DAY})

    assert items(vetted.with_partner(vetted.file(), x_keys=(first, soon))) == [(f"key {second.id} ends", 3)]
    assert items(vetted.with_partner(vetted.file(status="suspended"), x_keys=()))[0][0] == "no valid key"


def test_checks_are_told_by_name() -> None:
    """One that ends soon, and one that is missing."""
    written = vetted.written(status="suspended")
    written["checks"] = vetted.checks(psea={"expires_on": str(TODAY + 2 * DAY)})[:-7]
    found = dict(items(vetted.read(written)))

    assert found["check psea ends"] == 2
    assert found["check test_referral missing"] < -1000
    assert "check no_address missing" not in found  # a partner without places to stay needs none
    assert set(vetted.read(written).missing) == {what.split()[1] for what in found if what.endswith("missing")}


def test_nothing_lapses_without_being_listed() -> None:
    """On every day on which a partner has lapsed, the list says something that is past or missing."""
    for name in fixtures.IDS:
        file = vetted.file(name)
        for days in range(0, 120, 7):
            day = TODAY + days * DAY
            if file.partner.x_status == "active" and lapses(file, day):
                assert any(left < 0 for _, left in items(file, days=days)), (name, days)


def test_what_bots_are_told_of_is_what_is_watched() -> None:
    """Candidates run out of nothing; whoever bots know of is watched."""
    assert bot_part(vetted.file("FAITH"), TODAY) is None
    assert items(vetted.file("FAITH"), days=60) == []
    assert items(vetted.file("SUSP"), days=60) != []


def test_the_most_pressing_comes_first() -> None:
    """What is missing, then what is longest past, then what ends next."""
    found = status([vetted.file(name) for name in fixtures.IDS], NOW + 27 * DAY)
    days = [item.days((NOW + 27 * DAY).date()) for item in found]

    assert days == sorted(days)


def test_the_table_says_what_to_do() -> None:
    """Counts by state, then a line for each thing: who, what, when, and the command."""
    text = told([vetted.file("OLD"), vetted.file("MEN")], NOW)

    assert text.startswith("Partners: 1 active, 1 expired\n\n")
    assert "vetting ends" in text
    assert "2031-03-09, 1 day ago" in text
    assert "naru directory check" in text
    assert "Partners: none" in told([], NOW)


def test_an_item_shows_no_name() -> None:
    """Its representation may end in a report."""
    assert "Fictional" not in repr(Item("7", "active", "x", TODAY + timedelta(1), "y", "Fictional"))
