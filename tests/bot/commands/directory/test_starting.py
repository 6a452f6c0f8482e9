"""`naru directory init`: a folder, a key and a card, made once and never over another."""

import pytest

from tests.bot.commands.directory.office import PASSPHRASE, Office
from tests.invoked import invoked


def arguments(office: Office, folder: str, **changes: str) -> list[str]:
    """What a new operator types."""
    told = {"name": "zoe", "organisation": "west-hill", "shared": str(office.shared), **changes}
    return ["init", str(office.own(folder)), *[word for name, value in told.items() for word in (f"--{name}", value)]]


def test_it_prints_the_fingerprint_to_read_aloud(beginners: Office) -> None:
    """Six groups of five digits, and no secret."""
    out = beginners.done("zoe", *arguments(beginners, "zoe"))
    public = beginners.key("zoe").public

    assert public.fingerprint in out
    assert PASSPHRASE not in out
    assert (beginners.shared / "operators" / "zoe.json").exists()
    assert not (beginners.own("zoe") / "online.key").exists()


def test_a_folder_is_never_replaced(beginners: Office) -> None:
    """A key that is gone is gone."""
    before = (beginners.own("kim") / "operator.key").read_bytes()
    told = beginners.refused("kim", *arguments(beginners, "kim"))

    assert "is an operator's folder already" in told
    assert (beginners.own("kim") / "operator.key").read_bytes() == before


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("name", "Zoë Q", "--name should be 2 to 20 small letters and digits"),
        ("organisation", "West Hill", "--organisation should be small letters, digits and hyphens"),
    ],
)
def test_names_are_plain(beginners: Office, field: str, value: str, expected: str) -> None:
    """They stand in the names of files and roles."""
    assert expected in beginners.refused("zoe", *arguments(beginners, "zoe", **{field: value}))


def test_a_short_passphrase_is_refused(beginners: Office) -> None:
    """Nothing but the empty folder is left, so that she can try again."""
    (beginners.folder / "short").write_text("short\n", encoding="utf-8")
    told = beginners.refused("zoe", *arguments(beginners, "zoe"), "--passphrase-file", str(beginners.folder / "short"))

    assert "passphrase is too short" in told
    assert not (beginners.shared / "operators" / "zoe.json").exists()
    beginners.done("zoe", *arguments(beginners, "zoe"))


def test_who_comes_later_compares_whose_keys_count(office: Office) -> None:
    """The published root is taken only when she says that it is theirs."""
    said = office.run("zoe", *arguments(office, "zoe"), "--role", "editor")
    assert office.key("kim").public.fingerprint in said.out
    assert not (office.own("zoe") / "root.json").exists()

    office.done("yun", *arguments(office, "yun", name="yun"), "--role", "editor", "--yes")
    assert (office.own("yun") / "root.json").exists()


def test_her_log_goes_on_after_a_lost_folder(office: Office) -> None:
    """Two operators vouch for where it stood: begun anew, it would look cut off."""
    lines = (office.own("park") / "audit.log").read_text("utf-8").splitlines()
    office.own("park").rename(office.folder / "lost")
    office.done("park", *arguments(office, "park", name="park", organisation="south-gate"), "--yes")
    now = (office.own("park") / "audit.log").read_text("utf-8").splitlines()

    assert now[:-1] == lines
    assert invoked("directory", "audit", "verify", str(office.shared)).exit_code == 0
