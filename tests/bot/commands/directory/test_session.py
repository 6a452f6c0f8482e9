"""An operator at work: her own changes stand, others' are never undone by them, and nothing is believed unverified."""

import time

import pytest

from bot.commands.directory import place, session
from bot.settings import SettingsError
from referrals.vetting import PartnersFile
from tests.bot.commands.directory.office import Office, partner, put_list
from tests.referrals import vetted


def listed(version: int, *files: object) -> PartnersFile:
    """A list of these partners."""
    return PartnersFile.model_validate({"format": "naru-partner-files/1", "version": version, "partners": files})


def described(words: str, which: str = "CHILD") -> object:
    """A partner with a description."""
    return vetted.changed(vetted.file(which), description=words)


def test_her_changes_stand_when_a_new_list_comes(beginners: Office) -> None:
    """Where others changed another partner, and where they published hers."""
    own = place.opened(beginners.own("kim"))
    psy = vetted.file("PSY-KR")
    own.put(place.TODAY, listed(1, vetted.file("CHILD"), psy))
    own.put(place.WORKING, listed(1, described("hers"), psy))
    session.synced(own, listed(2, vetted.file("CHILD"), described("theirs", "PSY-KR")))
    assert [each.description for each in own.working().partners] == ["hers", "theirs"]

    session.synced(own, listed(3, described("hers"), described("theirs", "PSY-KR")))
    assert own.working() == own.today()


def test_she_never_undoes_what_others_changed(beginners: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """Where both changed one partner, hers is set aside and she is told: proposing it would take theirs back."""
    own = place.opened(beginners.own("kim"))
    own.put(place.TODAY, listed(1, vetted.file("CHILD")))
    own.put(place.WORKING, listed(1, described("hers")))
    session.synced(own, listed(2, described("theirs")))

    assert own.working() == listed(2, described("theirs"))
    assert "Others changed partner" in capsys.readouterr().err


def test_who_activated_is_no_change_of_hers(beginners: Office) -> None:
    """The record of the activation comes with the published list."""
    own = place.opened(beginners.own("kim"))
    before = vetted.read(vetted.written("CHILD", status="review"))
    after = vetted.file("CHILD", status="provisional")
    own.put(place.TODAY, listed(1, before))
    own.put(place.WORKING, listed(1, after.model_copy(update={"activation": None})))
    session.synced(own, listed(2, after))

    assert own.working().partners == (after,)


def test_before_the_first_list_there_is_none(beginners: Office) -> None:
    """A command that needs one says how it comes to be."""
    assert "Nothing is published yet" in beginners.refused("kim", "review")
    assert "Nothing is published yet" in beginners.refused("edi", "propose")


def test_the_newest_list_is_opened_by_itself(office: Office) -> None:
    """An approver's key is asked for only then; an editor is told whom to ask."""
    assert office.run("lee", "status").err == ""
    put_list(office, partner())
    assert "Opening your key" in office.run("lee", "status").err
    assert office.run("lee", "status").err == ""

    said = office.run("edi", "status")
    assert "Partners: none" in said.out
    assert "Your copy of the list is version 1, the published one is 2. Ask an approver" in said.err


def test_a_list_of_one_operator_is_not_opened(office: Office) -> None:
    """Park puts a list where the published one lies."""
    metadata = office.shared / "published" / "metadata"
    put_list(office, partner())
    path = metadata / "2.targets.json"
    path.write_text(path.read_text("utf-8").replace('"sig": "', '"sig": "00', 1), encoding="utf-8")

    assert "Too few operators have signed this" in office.refused("lee", "status")


def test_an_older_folder_is_refused(office: Office) -> None:
    """What she saw once she doesn't forget."""
    put_list(office, partner())
    office.done("lee", "status")
    for name in ("2.targets.json", "2.snapshot.json"):
        (office.shared / "published" / "metadata" / name).unlink()

    assert "older list than one already verified" in office.refused("lee", "publish")


def test_partners_that_are_not_there_are_counted() -> None:
    """The message repeats nothing that was typed."""
    with pytest.raises(SettingsError, match="Number 2 of the partners") as raised:
        session.chosen(listed(1, vetted.file("CHILD")), [vetted.file("CHILD").alias, "nobody"])
    assert "nobody" not in str(raised.value)


def test_long_work_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A line a second on standard error, and none for short work."""
    seconds = iter([0.0, 0.2, 0.4, 1.1, 1.1, 1.5, 2.2, 2.2])
    monkeypatch.setattr(time, "monotonic", lambda: next(seconds))

    assert list(session.progress("read", ["a", "b", "c", "d", "e"])) == ["a", "b", "c", "d", "e"]
    assert capsys.readouterr().err == "read: 2 of 5\nread: 4 of 5\n"
