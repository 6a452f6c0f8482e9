"""An operator's folder: what is wrong in it is said in one line, and never believed."""

import json
from pathlib import Path

import pytest

from bot.commands.directory import place
from bot.settings import SettingsError
from referrals.publishing import audit
from tests.bot.commands.directory.office import Office, later


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    """Whoever stands elsewhere is told how to name hers."""
    with pytest.raises(SettingsError, match=r"is no operator's folder.*--folder"):
        place.opened(tmp_path)


def test_a_damaged_folder_is_refused(beginners: Office) -> None:
    """operator.json is read whole or not at all."""
    (beginners.own("kim") / "operator.json").write_text('{"name": "kim"}', encoding="utf-8")

    assert "operator.json is damaged" in beginners.refused("kim", "status")


def test_an_editor_has_no_key(beginners: Office) -> None:
    """She is told what is hers."""
    with pytest.raises(SettingsError, match="holds no key"):
        place.opened(beginners.own("edi")).key(None)


def test_a_key_opens_for_its_passphrase_only(beginners: Office) -> None:
    """A wrong passphrase, and the key of another in one's own folder."""
    (beginners.folder / "wrong").write_text("other fictional words, of no use\n", encoding="utf-8")
    told = beginners.refused("kim", "publish", "--passphrase-file", str(beginners.folder / "wrong"))
    assert "The passphrase does not open this key" in told

    (beginners.own("kim") / "operator.key").unlink()
    (beginners.own("lee") / "operator.key").rename(beginners.own("kim") / "operator.key")
    assert "operator.key is another operator's" in beginners.refused("kim", "publish")


def test_files_are_the_owners_alone(beginners: Office) -> None:
    """Names and contacts are for nobody else on the machine."""
    for name in ("operator.json", "operator.key", "today.json", "working.json", "audit.log", "online.key"):
        assert (beginners.own("kim") / name).stat().st_mode & 0o077 == 0
    assert beginners.own("kim").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [("role", "editor"), ("id", "lee"), ("key", "0" * 64), ("key", None)],
)
def test_a_card_speaks_of_one_person(beginners: Office, field: str, value: str | None) -> None:
    """Name, role and key belong together, or the card is refused; an editor has no key."""
    path = beginners.shared / "operators" / "kim.json"
    card = json.loads(path.read_text("utf-8"))
    card["operator"][field] = value
    if field == "role":
        card["public"] = None
    path.write_text(json.dumps(card), encoding="utf-8")

    with pytest.raises(SettingsError, match=r"kim\.json doesn't fit together"):
        place.read_card(path)


def test_a_card_that_is_none_is_refused(tmp_path: Path) -> None:
    """What is no card, no text, or not there."""
    card = tmp_path / "kim.json"
    with pytest.raises(SettingsError, match="can't be read"):
        place.read_card(card)
    card.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="is no text"):
        place.read_card(card)
    card.write_text("{}", encoding="utf-8")
    with pytest.raises(SettingsError, match="is no operator's card"):
        place.read_card(card)


def test_what_the_disk_refuses_is_one_line(office: Office) -> None:
    """A file lies where a folder should be made; no traceback, and nothing half done."""
    (office.shared / "draft").rmdir()
    (office.shared / "draft").write_text("in the way", encoding="utf-8")
    told = office.refused("kim", "publish", "--again", "--yes")

    assert "can't be read or written: " in told
    assert len(told.splitlines()) == 1


def test_the_log_grows_in_both_folders(beginners: Office) -> None:
    """Long lists of subjects take several lines; every line holds."""
    own = place.opened(beginners.own("edi"))
    own.log("propose", [f"{number:08x}" for number in range(250)], 0, later())
    lines = (own.folder / "audit.log").read_text("utf-8").splitlines()

    assert len(lines) == 4
    assert audit.verify(lines) == ()
    assert (own.shared / "audit" / "edi.log").read_text("utf-8").splitlines() == lines


def test_a_log_that_does_not_hold_is_not_continued(beginners: Office) -> None:
    """Or the break would be buried."""
    own = place.opened(beginners.own("kim"))
    path = own.folder / "audit.log"
    path.write_text(path.read_text("utf-8").replace('"action":"init"', '"action":"sign"') + "x\n", encoding="utf-8")

    with pytest.raises(SettingsError, match=r"audit\.log, line 2"):
        own.log("propose", [], 0, later())
