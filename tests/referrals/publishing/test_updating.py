"""One run of python-tuf's client: the time is the one given to it, and each refusal has its words."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from referrals.publishing import errors
from referrals.publishing.source import Source
from referrals.publishing.updating import MAX_FIRST, MAX_STEP, Before, Run
from tests.referrals.publishing.ceremony import DAY, HOUR, NOW, Ceremony


@pytest.fixture
def ceremony(tmp_path: Path) -> Ceremony:
    """A published list."""
    return Ceremony(tmp_path / "folder").found()


def run(ceremony: Ceremony, now: datetime = NOW) -> Run:
    """Return a run with nothing verified before."""
    folder = ceremony.folder / "run"
    folder.mkdir(exist_ok=True)
    return Run(Source(str(ceremony.published), lambda: 0.0), folder, ceremony.shipped_root(), now)


def refusal(ceremony: Ceremony, before: Before | None = None, now: datetime = NOW) -> errors.PublishingError:
    """Return why a run is refused."""
    with pytest.raises(errors.RefusedError) as caught:
        run(ceremony, now).check(before)
    return caught.value


def test_the_facts_are_those_of_the_list(ceremony: Ceremony) -> None:
    """Versions and dates of every role, and the sealed list by its hash."""
    checked = run(ceremony)
    facts = checked.check(None)
    roles = {"root", "targets", "suspend-kim", "suspend-lee", "suspend-park", "timestamp", "snapshot"}

    assert (set(facts.versions), set(facts.expires)) == (roles, roles)
    assert facts.expires["targets"] == int((NOW + 14 * DAY).timestamp())
    assert checked.suspensions == {"kim": (), "lee": (), "park": ()}
    served = ceremony.published / "targets" / f"{facts.partners_hash}.partners.age"
    assert checked.partners() == served.read_bytes()


def test_tuf_judges_by_the_time_that_is_given(ceremony: Ceremony) -> None:
    """In 2031 and a second before the timestamp ends, not by this machine's clock."""
    until = NOW + 2 * DAY

    assert run(ceremony, until - timedelta(seconds=1)).check(None).versions
    assert isinstance(refusal(ceremony, now=until), errors.ExpiredTimestampError)


@pytest.mark.parametrize("role", ["timestamp", "snapshot"])
def test_an_expired_online_role_is_named(ceremony: Ceremony, role: str) -> None:
    """Whichever of the two it is."""
    late = NOW + 8 * DAY

    def keep(signed: Any) -> None:
        signed.expires = late + DAY

    other = "snapshot" if role == "timestamp" else "timestamp"
    ceremony.forge(other, keep, [ceremony.online])
    if other == "snapshot":
        ceremony.forge("timestamp", lambda signed: setattr(signed.snapshot_meta, "version", 2), [ceremony.online])

    assert refusal(ceremony, now=late).place == role


@pytest.mark.parametrize(
    ("version", "minutes", "taken"), [(1001, 0, True), (1002, 0, False), (1061, 60, True), (1062, 60, False)]
)
def test_a_version_may_rise_by_a_bounded_step(ceremony: Ceremony, version: int, minutes: int, taken: bool) -> None:
    """By 1,000 and one a minute since the last verified list; without one, up to what 19 years could need."""
    assert (MAX_STEP, MAX_FIRST) == (1000, 10_000_000)
    online_key = run(ceremony).check(None).online_key
    before = Before(dict.fromkeys(("timestamp", "snapshot", "targets"), 1), online_key, NOW - minutes * HOUR / 60)
    ceremony.forge("timestamp", lambda signed: setattr(signed, "version", version), [ceremony.online])

    if taken:
        assert run(ceremony).check(before).versions
    else:
        assert isinstance(refusal(ceremony, before), errors.FastForwardedError)
    assert run(ceremony).check(None).versions


def test_a_list_without_partners_is_refused(ceremony: Ceremony) -> None:
    """Two operators signed it, but it isn't one."""
    secrets = [ceremony.keys[name].signing for name in ("kim", "lee")]
    ceremony.forge("targets", lambda signed: signed.targets.pop("partners.age"), secrets)
    ceremony.repository.renew(ceremony.online, NOW)

    assert isinstance(refusal(ceremony), errors.ListContentError)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"signatures": 1, "signed": 1}', b"\xff", b"[" * 10_000])
def test_what_is_no_metadata_at_all_is_altered(ceremony: Ceremony, content: bytes) -> None:
    """Whatever a server answers, the bot says so and doesn't fall over."""
    ceremony.path("timestamp").write_bytes(content)

    assert isinstance(refusal(ceremony), errors.AlteredError)


def test_a_longer_file_than_was_signed_is_altered(ceremony: Ceremony) -> None:
    """It isn't read further than its length."""
    checked = run(ceremony)
    facts = checked.check(None)
    path = ceremony.published / "targets" / f"{facts.partners_hash}.partners.age"
    path.write_bytes(path.read_bytes() + b"x")

    with pytest.raises(errors.AlteredError):
        checked.partners()


def test_a_missing_file_is_unreachable(ceremony: Ceremony) -> None:
    """The list names it, the server doesn't have it."""
    ceremony.path("suspend-kim").unlink()

    assert isinstance(refusal(ceremony), errors.UnreachableError)


def test_a_shipped_root_that_is_none_is_refused(ceremony: Ceremony) -> None:
    """Before anything is fetched; one with a single signature isn't trusted either."""
    root = json.loads(ceremony.shipped_root())
    root["signatures"].pop()

    for shipped in (b"{}", json.dumps(root).encode()):
        with pytest.raises(errors.AlteredError, match="trusted root"):
            Run(Source(str(ceremony.published), lambda: 0.0), ceremony.folder, shipped, NOW)
