"""`naru directory agree`: names and contacts leave the seal by two, once, and for a short time."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands.directory import agreeing, place
from bot.commands.directory.agreeing import COUNTS, agreed_by
from bot.commands.directory.session import started
from bot.settings import SettingsError
from tests.bot.commands.directory.office import Office, later, partner, put_list


@pytest.fixture
def asking(office: Office) -> Office:
    """Kim asks for a whole list."""
    put_list(office, partner("SAFE-CN"))
    office.done("kim", "export", str(office.folder / "today.naru"))
    return office


def request(office: Office) -> Path:
    """The one open request."""
    (path,) = (office.shared / "exports").glob("*.request")
    return path


def agreed(office: Office, **by: int) -> str | None:
    """Who agreed, at a time from now."""
    publics = {name: office.key(name).public for name in ("kim", "lee", "park")}
    return agreed_by(request(office), publics, "kim", later(**by))


def test_nobody_agrees_with_herself(asking: Office) -> None:
    """Neither by the command nor by a file of hers."""
    assert "No other operator asks" in asking.refused("kim", "agree", "--yes")
    asking.done("lee", "agree", "--yes")
    (theirs,) = (asking.shared / "exports").glob("*.lee.agreement")
    theirs.rename(theirs.with_name(theirs.name.replace("lee", "kim")))
    mine = json.loads(request(asking).read_text("utf-8"))
    assert mine["by"] == "kim"
    work = started(asking.own("kim"), asking.folder / "passphrase")
    theirs.with_name(theirs.name.replace("lee", "kim")).unlink()
    agreeing._sign(work, request(asking), 2)

    assert agreed(asking) is None


def test_without_a_yes_nothing_is_signed(asking: Office) -> None:
    """She is told what would leave, and by whom it is wanted."""
    said = asking.run("lee", "agree")

    assert said.code == 1
    assert "kim asks for NAMES AND CONTACTS of list 2 in a .naru file" in said.out
    assert agreed(asking) is None


def test_an_agreement_counts_once_and_not_for_long(asking: Office) -> None:
    """For three days; and the next file is asked for anew."""
    asking.done("lee", "agree", "--yes")
    assert agreed(asking) == "lee"
    assert agreed(asking, days=COUNTS.days, seconds=60) is None

    asking.done("kim", "export", str(asking.folder / "today.naru"))
    assert (asking.folder / "today.naru").exists()
    assert "Nothing was written" in asking.done("kim", "export", str(asking.folder / "again.naru"))


def test_it_is_for_this_request_alone(asking: Office) -> None:
    """Changed afterwards, it is another; a signature that isn't hers is told."""
    asking.done("lee", "agree", "--yes")
    path = request(asking)
    path.write_text(path.read_text("utf-8").replace('".naru"', '".xlsx"'), "utf-8")
    with pytest.raises(SettingsError, match="the signature is not lee's"):
        agreed(asking)


def test_whose_key_does_not_count_agrees_to_nothing(asking: Office) -> None:
    """One who was taken out, or never was an operator."""
    asking.done("lee", "agree", "--yes")
    assert agreed_by(request(asking), {"kim": asking.key("kim").public}, "kim", later()) is None


def test_what_is_damaged_is_told(asking: Office) -> None:
    """With the file's name."""
    asking.done("lee", "agree", "--yes")
    (theirs,) = (asking.shared / "exports").glob("*.agreement")
    theirs.write_text("{}", "utf-8")
    assert "is damaged" in asking.refused("kim", "export", str(asking.folder / "today.naru"))
    request(asking).write_text("{}", "utf-8")
    assert "is damaged" in asking.refused("lee", "agree", "--yes")


def test_the_same_request_is_not_written_twice(asking: Office) -> None:
    """But one for another kind of file is another, and one that is too old is forgotten."""
    own = place.opened(asking.own("kim"))
    first = request(asking)

    assert agreeing.asked(own, ".naru", 2, working=False, now=later()) == first
    assert agreeing.asked(own, ".csv", 2, working=False, now=later()) != first
    assert agreeing.asked(own, ".naru", 2, working=False, now=later() + COUNTS + timedelta(minutes=1)) != first
