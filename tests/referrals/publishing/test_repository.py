"""An operator's work on the folder: nothing is published that two did not sign, and nobody signs what she can't read."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from referrals.publishing import errors
from referrals.publishing.repository import Repository
from referrals.publishing.targets import Suspension
from referrals.sealing import signing_public
from tests.referrals.publishing.ceremony import DAY, NOW, Ceremony, bot, online, operator


@pytest.fixture
def founded(tmp_path: Path) -> Ceremony:
    """A folder after its first ceremony."""
    return Ceremony(tmp_path / "folder").found()


def served(ceremony: Ceremony) -> dict[str, bytes]:
    """Return everything that is served, by path."""
    files = (path for path in ceremony.published.rglob("*") if path.is_file())
    return {str(path.relative_to(ceremony.published)): path.read_bytes() for path in files}


def test_a_list_is_published_with_two_signatures_and_not_with_one(founded: Ceremony) -> None:
    """Until then nothing at all is written where it is served."""
    before = served(founded)
    founded.draft_list(NOW)
    assert founded.repository.standing("targets").missing == 2
    standing = founded.repository.sign("targets", operator("kim"), NOW)
    assert (standing.signed, standing.missing, standing.ready) == (("kim",), 1, False)

    founded.repository.sign("targets", operator("kim"), NOW)  # again: still one
    with pytest.raises(errors.NotEnoughSignaturesError):
        founded.repository.publish(founded.online, NOW)
    assert served(founded) == before

    assert founded.repository.sign("targets", operator("park"), NOW).signed == ("kim", "park")
    assert founded.repository.publish(founded.online, NOW) == 2
    assert (founded.repository.targets().version, founded.repository.drafts()) == (2, ())


def test_signatures_made_on_copies_are_gathered(founded: Ceremony, tmp_path: Path) -> None:
    """Each operator signs on her own machine; a draft with other content gives nothing."""
    founded.draft_list(NOW)
    copy = Repository(Path(shutil.copytree(founded.folder, tmp_path / "copy")))
    founded.repository.sign("targets", operator("kim"), NOW)
    copy.sign("targets", operator("lee"), NOW)

    assert founded.repository.gather(copy) == ("targets",)
    assert founded.repository.standing("targets").signed == ("kim", "lee")
    assert founded.repository.gather(copy) == ()

    founded.draft_list(NOW + DAY)
    assert founded.repository.gather(copy) == ()
    assert founded.repository.standing("targets").signed == ()


def test_what_an_operator_reviews_is_what_she_signs(founded: Ceremony) -> None:
    """She opens both lists with her own identity; when a file was put in the place of the drafted one, nothing is signed."""
    founded.draft_list(NOW)
    opened = founded.repository.read_draft(operator("park").identity)
    assert (len(opened.bot_list.listed), opened.operators, opened.bots) == (
        12,
        b"names and contacts",
        (bot().recipient,),
    )
    assert founded.repository.read_list(operator("park").identity).bot_list.version == 1

    path = founded.folder / "draft" / "targets" / "partners.age"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(errors.DamagedFolderError):
        founded.repository.sign("targets", operator("kim"), NOW)


def test_the_bot_cannot_open_what_is_the_operators(founded: Ceremony) -> None:
    """Names, contacts and evidence are sealed to three people."""
    with pytest.raises(errors.NotForThisBotError, match=r"operators\.age"):
        founded.repository.read_list(bot().secret)


def test_a_draft_with_something_slipped_in_is_not_signed(founded: Ceremony) -> None:
    """Here: a list that counts ten days longer than it may."""
    founded.draft_list(NOW + 10 * DAY)

    with pytest.raises(errors.OddDraftError):
        founded.repository.sign("targets", operator("kim"), NOW)


def test_only_operators_sign_and_only_their_own_suspensions(founded: Ceremony) -> None:
    """A stranger's signature, or a colleague's on another's file, is refused before it is made."""
    founded.draft_list(NOW)
    founded.repository.draft_suspensions("kim", [], NOW)

    for role, key in (("targets", operator("choi")), ("suspend-kim", operator("lee"))):
        with pytest.raises(errors.NotAnOperatorError):
            founded.repository.sign(role, key, NOW)
    with pytest.raises(errors.NoDraftError):
        founded.repository.sign("root", operator("kim"), NOW)


def test_one_operator_alone_publishes_her_suspensions(founded: Ceremony) -> None:
    """With the online key, and without touching the list."""
    suspension = Suspension(id="1" * 16, partners=(), keys=(), reason="incident", since=NOW)
    founded.suspend("lee", [suspension], NOW)

    assert founded.repository.read_suspensions("lee") == (suspension,)
    assert (founded.repository.read_suspensions("kim"), founded.repository.read_suspensions("choi")) == ((), ())
    assert founded.repository.targets().version == 1


def test_a_draft_that_was_overtaken_is_refused(founded: Ceremony, tmp_path: Path) -> None:
    """Two drafts of one version: the second isn't published over the first."""
    copy = Ceremony(Path(shutil.copytree(founded.folder, tmp_path / "copy")))
    copy.draft_list(NOW)
    copy.sign(NOW)
    founded.publish(NOW)
    shutil.copytree(copy.folder / "draft", founded.folder / "draft", dirs_exist_ok=True)

    with pytest.raises(errors.OutdatedDraftError):
        founded.repository.publish(founded.online, NOW)
    outdated = copy.repository.read_draft(operator("kim").identity).bot_list
    with pytest.raises(errors.OutdatedDraftError):
        founded.repository.draft_list(outdated, b"", [bot().recipient], NOW, founded.random)


def test_a_list_that_repeats_itself_is_not_drafted(founded: Ceremony) -> None:
    """Every bot would refuse it."""
    bot_list = founded.repository.read_list(operator("kim").identity).bot_list
    doubled = replace(bot_list, version=2, listed=(*bot_list.listed, bot_list.listed[0]))

    with pytest.raises(errors.ListContentError):
        founded.repository.draft_list(doubled, b"", [bot().recipient], NOW, founded.random)


def test_a_first_publication_needs_everyones_file(tmp_path: Path) -> None:
    """A root, a list, and a suspension file of each operator, empty or not."""
    ceremony = Ceremony(tmp_path)
    ceremony.draft_root(NOW)
    ceremony.draft_list(NOW)
    ceremony.repository.draft_suspensions("kim", [], NOW)
    ceremony.sign(NOW)

    with pytest.raises(errors.NoDraftError, match="suspend-lee"):
        ceremony.repository.publish(ceremony.online, NOW)


def test_new_operators_need_a_new_list_and_their_own_files(founded: Ceremony) -> None:
    """The list names their roles, so a root alone would leave the lost key its suspensions."""
    founded.keys["park"] = operator("park", 2)
    founded.draft_root(NOW)
    founded.sign(NOW)
    with pytest.raises(errors.NotEnoughSignaturesError, match="suspend-park"):
        founded.draft_list(NOW)
        founded.sign(NOW)
        founded.repository.publish(founded.online, NOW)

    founded.repository.draft_suspensions("park", [], NOW)
    founded.sign(NOW)
    founded.repository.publish(founded.online, NOW)
    assert [public.fingerprint for public in founded.repository.operators()][2] == operator(
        "park", 2
    ).public.fingerprint


def test_a_new_root_needs_two_of_the_old_operators_and_two_of_the_new(founded: Ceremony) -> None:
    """One remaining operator can't appoint the other two."""
    publics = [operator("kim").public, operator("choi").public, operator("song").public]
    founded.repository.draft_root(publics, signing_public(founded.online), NOW)
    for key in (operator("choi"), operator("song"), operator("kim")):
        standing = founded.repository.sign("root", key, NOW)

    assert (standing.missing, standing.ready) == (1, False)
    assert founded.repository.sign("root", operator("lee"), NOW).ready


def test_another_online_key_publishes_nothing(founded: Ceremony) -> None:
    """The root names which one counts."""
    before = served(founded)
    founded.draft_list(NOW)
    founded.sign(NOW)

    for publish in (founded.repository.publish, founded.repository.renew):
        with pytest.raises(errors.NotAnOperatorError):
            publish(online(2), NOW)
    assert served(founded) == before


def test_renewing_changes_dates_and_nothing_else(founded: Ceremony) -> None:
    """It needs no operator, so that a machine can do it daily."""
    before = served(founded)

    assert founded.repository.renew(founded.online, NOW + DAY) == 2
    assert {path for path, content in served(founded).items() if before.get(path) != content} == {
        "metadata/2.snapshot.json",
        "metadata/timestamp.json",
    }


def test_publishing_that_was_broken_off_is_done_again(founded: Ceremony) -> None:
    """With the draft still there, and some of it served already."""
    founded.draft_list(NOW)
    founded.sign(NOW)
    draft = (founded.folder / "draft" / "targets.json").read_bytes()
    (founded.published / "metadata" / "2.targets.json").write_bytes(draft)

    founded.repository.publish(founded.online, NOW)

    assert (founded.repository.targets().version, founded.repository.drafts()) == (2, ())
    assert founded.repository.read_list(operator("kim").identity).bot_list.version == 2
