"""`naru directory audit verify`: by anybody, without a key; whatever was done to a log is found."""

from collections.abc import Callable

import pytest

from referrals.publishing import audit
from tests.bot.commands.directory.office import Office, partner, put_list
from tests.invoked import invoked
from tests.referrals.publishing.ceremony import NOW


@pytest.fixture
def worked(office: Office) -> Office:
    """Some work is done, and two operators have vouched for the logs."""
    put_list(office, partner())
    for _ in range(2):
        office.done("kim", "publish", "--again", "--yes")
        office.done("lee", "publish", "--yes")
        office.done("kim", "publish", "--yes")
    return office


def verified(office: Office) -> tuple[int, str]:
    """The command that an outsider runs."""
    ended = invoked("directory", "audit", "verify", str(office.shared))
    return ended.exit_code, ended.stdout


def test_whole_logs_hold(worked: Office) -> None:
    """Each with the lines that two operators vouched for."""
    code, out = verified(worked)

    assert code == 0
    assert len([line for line in out.splitlines() if "lines hold" in line]) == 4
    assert worked.key("kim").public.fingerprint in out
    assert "BROKEN" not in out


def written_anew(lines: list[str]) -> list[str]:
    """A log of the same length that holds in itself."""
    made: list[str] = []
    for _ in lines:
        made.append(audit.next_line(made, "kim", "sign", ["targets"], 1, NOW))
    return made


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda lines: [lines[0].replace("init", "sign"), *lines[1:]], 2),
        (lambda lines: [*lines[:1], *lines[2:]], 2),
        (lambda lines: [lines[1], lines[0], *lines[2:]], 1),
        (lambda lines: lines[:2], 3),
        (lambda _: [], 1),
        (written_anew, None),
        (lambda lines: [*lines, "x"], None),
    ],
)
def test_a_broken_line_is_found(worked: Office, change: Callable[[list[str]], list[str]], line: int | None) -> None:
    """Changed, taken out, moved, cut off at the end, written anew as a whole, or added without a chain."""
    path = worked.shared / "audit" / "kim.log"
    lines = path.read_text("utf-8").splitlines()
    new = change(lines)
    path.write_text("".join(f"{each}\n" for each in new), encoding="utf-8")
    code, out = verified(worked)

    assert code == 1
    assert f"kim: BROKEN at line {line or ''}" in out
    assert "Keep a copy of this folder, and ask kim for her own audit.log" in out


def test_a_log_that_is_gone_is_found(worked: Office) -> None:
    """The list vouches for lines that aren't there."""
    (worked.shared / "audit" / "lee.log").unlink()
    code, out = verified(worked)

    assert code == 1
    assert "lee: BROKEN at line 1" in out


def test_a_list_that_nobody_signed_vouches_for_nothing(worked: Office) -> None:
    """Whoever writes logs anew can write the list anew too, but not its signatures; and not the root that somebody trusts."""
    mine = worked.folder / "root.json"
    mine.write_bytes((worked.shared / "published" / "metadata" / "1.root.json").read_bytes())
    path = worked.shared / "published" / "metadata" / "4.targets.json"
    whole = path.read_text("utf-8")
    path.write_text(whole.replace('"x-naru-audit"', '"x-naru-other"'), encoding="utf-8")
    ended = invoked("directory", "audit", "verify", str(worked.shared), "--root", str(mine))
    assert ended.exit_code == 1
    assert "Too few operators have signed this" in ended.stderr

    path.write_text(whole, encoding="utf-8")
    mine.write_text(mine.read_text("utf-8").replace('"threshold": 2', '"threshold": 1'), encoding="utf-8")
    assert invoked("directory", "audit", "verify", str(worked.shared), "--root", str(mine)).exit_code == 1


def test_a_folder_without_logs_is_named(office: Office) -> None:
    """Nothing to verify is no proof."""
    ended = invoked("directory", "audit", "verify", str(office.folder / "kim"))

    assert ended.exit_code == 1
    assert "has no logs. Name the shared folder" in ended.stderr
