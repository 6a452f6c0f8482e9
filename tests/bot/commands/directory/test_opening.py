"""The opening page: signed by two beside the list, carried along, and checked by whoever has the file."""

from pathlib import Path

import pytest

from bot.commands.directory.opening import opener_digest
from referrals.publishing.errors import OpenerTooLargeError
from referrals.publishing.metadata import MAX_OPENER_BYTES, OPENER
from tests.bot.commands.directory.office import Office, Said, draft_list, later, partner, put_list
from tests.invoked import invoked

PAGE, OTHER = b"<!doctype html><title>fictional opener</title>", b"<!doctype html><title>another</title>"


@pytest.fixture
def page(office: Office) -> Path:
    """The file as each builds it."""
    file = office.folder / OPENER
    file.write_bytes(PAGE)
    return file


@pytest.fixture
def signed(office: Office, page: Path) -> Office:
    """Two operators have signed the page."""
    office.done("lee", "publish", "--opener", str(page), "--yes")
    office.done("kim", "publish", "--opener", str(page), "--yes")
    return office


def check(office: Office, file: Path, root: Path | None = None, published: str | None = None) -> Said:
    """Check a file as a caseworker would, who has no folder and no key."""
    published = published or str(office.shared / "published")
    root = root or office.shared / "published" / "metadata" / "1.root.json"
    ended = invoked("directory", "check-opener", str(file), "--published", published, "--root", str(root))
    return Said(ended.exit_code, ended.stdout, ended.stderr)


def test_the_page_that_two_signed_is_known(signed: Office, page: Path) -> None:
    """With the list's number, and whose signatures were believed; a later list carries it along."""
    said = check(signed, page)
    assert said.code == 0
    assert f"is the page that list 2 vouches for. SHA-256: {opener_digest(PAGE)}" in said.out
    assert signed.key("park").public.fingerprint in said.out
    signed.done("park", "publish", "--again", "--yes")
    signed.done("kim", "publish", "--yes")

    assert "list 3 vouches" in check(signed, page).out


@pytest.mark.parametrize("content", [OTHER, PAGE + b" ", PAGE[:-1], b""])
def test_another_page_is_refused(signed: Office, page: Path, content: bytes) -> None:
    """However little differs."""
    page.write_bytes(content)
    said = check(signed, page)

    assert said.code == 1
    assert "This is not the opening page that the operators signed" in said.err


def test_a_page_that_was_changed_where_it_is_served_is_refused(signed: Office, page: Path) -> None:
    """The server can't pass its own off as theirs."""
    for served in (signed.shared / "published" / "targets").glob(f"*.{OPENER}"):
        served.write_bytes(OTHER)
    page.write_bytes(OTHER)

    assert "not the one that was signed" in check(signed, page).err


def test_one_signature_makes_no_page(office: Office, page: Path) -> None:
    """Not where it is served, and not in the draft."""
    office.done("kim", "publish", "--opener", str(page), "--yes")
    office.done("kim", "publish", "--yes")

    assert office.repository.opener() is None
    assert "vouches for no opening page" in check(office, page).err


def test_the_second_is_shown_the_page_and_can_say_which_she_built(office: Office, page: Path) -> None:
    """A draft with another one is refused."""
    office.done("kim", "publish", "--opener", str(page), "--yes")
    page.write_bytes(OTHER)
    assert "its opening page is not the file that you named" in office.refused(
        "lee", "publish", "--opener", str(page), "--yes"
    )
    assert office.repository.standing("targets").signed == ("kim",)

    assert f"opening page naru-open.html, SHA-256 {opener_digest(PAGE)}" in office.done("lee", "publish", "--yes")


def test_a_draft_whose_page_is_not_the_one_that_is_shown_is_refused(office: Office) -> None:
    """What two operators are shown follows from the digest that they sign."""
    draft_list(office, opener=opener_digest(PAGE))

    assert "its opening page is not the one that operators are shown" in office.refused("lee", "publish", "--yes")


def test_a_suspension_published_alone_leaves_the_drafted_page(office: Office, page: Path) -> None:
    """It stays in the draft folder with its list."""
    put_list(office, partner("SAFE-CN"))
    office.done("lee", "publish", "--opener", str(page), "--yes")
    office.done("kim", "suspend", partner("SAFE-CN").alias, "--reason", "other", "--yes")
    assert office.repository.read_suspensions("kim")
    assert office.repository.opener() is None

    office.done("kim", "publish", "--yes")
    assert office.repository.opener() == PAGE


def test_bots_take_a_list_with_a_page_and_one_without(signed: Office) -> None:
    """Old lists still verify, and the bot never asks for the page."""
    for served in (signed.shared / "published" / "targets").glob(f"*.{OPENER}"):
        served.unlink()
    assert signed.client().pin(later()).list_version == 2


def test_a_root_of_one_is_not_believed(signed: Office, page: Path) -> None:
    """Nor a file that is no root, nor another place than a folder or https."""
    assert "lets fewer than two operators publish, or is no root" in check(signed, page, root=page).err
    assert "should be a folder or an https address" in check(signed, page, published="ftp://example.org").err


def test_a_page_has_a_size(office: Office) -> None:
    """Four MiB."""
    draft = office.repository
    opened = draft.read_list(office.key("kim").identity)
    with pytest.raises(OpenerTooLargeError):
        draft.draft_list(
            opened.bot_list, b"", opened.bots, later(), lambda count: b"0" * count, opener=b"0" * (MAX_OPENER_BYTES + 1)
        )
