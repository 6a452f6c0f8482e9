"""Nothing in the shared folder is believed for standing there: each thing that a colleague under threat could put there is refused."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import Metadata

from bot.commands.directory import trust
from referrals.publishing import metadata as roles
from referrals.publishing.errors import (
    AlteredError,
    DamagedFolderError,
    PublishingError,
    RevokedKeyError,
    RolledBackError,
    UnsignedError,
)
from referrals.publishing.operator_key import OperatorKey
from referrals.sealing import signing_public
from tests.referrals.publishing.ceremony import DAY, NOW, Ceremony, operator


@pytest.fixture
def ceremony(tmp_path: Path) -> Ceremony:
    """A published list."""
    return Ceremony(tmp_path / "shared").found()


def pinned(ceremony: Ceremony) -> bytes:
    """The root that an operator verified at the first ceremony."""
    return ceremony.shipped_root()


def test_what_two_signed_is_believed(ceremony: Ceremony) -> None:
    """Also after it has expired: operators must be able to renew it."""
    trusted = trust.verified(ceremony.folder, pinned(ceremony), 1)

    assert trusted.targets.version == 1
    assert sorted(trusted.publics) == ["kim", "lee", "park"]


def test_a_list_of_one_is_refused(ceremony: Ceremony) -> None:
    """A list in published/ that one operator signed."""
    ceremony.forge("targets", lambda _: None, [ceremony.keys["park"].signing])

    with pytest.raises(UnsignedError):
        trust.verified(ceremony.folder, pinned(ceremony), 1)


def test_an_older_list_is_refused(ceremony: Ceremony) -> None:
    """Older than one that she has seen."""
    with pytest.raises(RolledBackError):
        trust.verified(ceremony.folder, pinned(ceremony), 2)


def test_another_first_root_is_refused(ceremony: Ceremony, tmp_path: Path) -> None:
    """Properly signed, by keys of a stranger's own."""
    stranger = Ceremony(tmp_path / "other")
    stranger.keys = {name: operator(name, 7) for name in stranger.keys}
    stranger.found()

    with pytest.raises(AlteredError):
        trust.verified(stranger.folder, pinned(ceremony), 1)


def test_a_new_root_is_followed(ceremony: Ceremony) -> None:
    """Signed by two of the old and two of the new; then the old key counts no more."""
    rotate(ceremony)
    trusted = trust.verified(ceremony.folder, pinned(ceremony), 1)

    assert trusted.root.signed.version == 2
    assert trusted.publics["park"] == operator("park", 2).public
    assert trust.verified(ceremony.folder, trusted.root_file, 2).publics == trusted.publics


def test_a_new_root_of_its_own_making_is_refused(ceremony: Ceremony) -> None:
    """New keys that nobody of the old ones signed for, with a list that they signed properly."""
    keys = [operator(name, 9) for name in ("kim", "lee", "park")]
    put_root(ceremony, keys, keys)
    ceremony.forge("targets", lambda _: None, [key.signing for key in keys])

    with pytest.raises(UnsignedError) as raised:
        trust.verified(ceremony.folder, pinned(ceremony), 1)
    assert raised.value.place == "root"


def test_a_new_root_must_hold_by_itself_too(ceremony: Ceremony) -> None:
    """Two of the old signed, and of the new keys only one: the others' owners may not have them."""
    old = [ceremony.keys[name] for name in ("kim", "lee")]
    put_root(ceremony, [old[0], operator("lee", 9), operator("park", 9)], old)
    ceremony.forge("targets", lambda _: None, [old[0].signing, operator("lee", 9).signing])

    with pytest.raises(UnsignedError) as raised:
        trust.verified(ceremony.folder, pinned(ceremony), 1)
    assert raised.value.place == "root"


def put_root(ceremony: Ceremony, keys: Sequence[OperatorKey], signers: Sequence[OperatorKey]) -> None:
    """Put a second root into published/, whoever may have signed it."""
    root = roles.make_root([key.public for key in keys], signing_public(ceremony.online), 2, NOW)
    for key in signers:
        root.sign(key.signer(), append=True)
    (ceremony.published / "metadata" / "2.root.json").write_bytes(roles.to_file(root))


def test_a_suspension_file_of_another_is_refused(ceremony: Ceremony) -> None:
    """Park writes one in Kim's name."""
    ceremony.forge("suspend-kim", lambda _: None, [ceremony.keys["park"].signing])

    with pytest.raises(RevokedKeyError):
        trust.verified(ceremony.folder, pinned(ceremony), 1)


@pytest.mark.parametrize(
    ("content", "error"), [(b"{}", DamagedFolderError), (b"", DamagedFolderError), (None, DamagedFolderError)]
)
def test_what_is_no_root_is_refused(ceremony: Ceremony, content: bytes | None, error: type[PublishingError]) -> None:
    """Also metadata of another role in its place."""
    if content is None:
        content = ceremony.path("targets").read_bytes()
    with pytest.raises(error):
        trust.verified(ceremony.folder, content, 1)


def test_a_root_that_is_gone_is_not_replaced_by_an_older(ceremony: Ceremony) -> None:
    """She pinned root 2, and the folder ends with 1."""
    rotate(ceremony)
    second = ceremony.path("root").read_bytes()
    ceremony.path("root").unlink()

    with pytest.raises(RolledBackError):
        trust.verified(ceremony.folder, second, 1)


def test_the_first_root_is_signed_by_those_it_names(ceremony: Ceremony) -> None:
    """And one's own signature is found under it."""
    root = trust.first_root(ceremony.folder)
    assert trust.signed_by(root, ceremony.keys["kim"].public)
    assert not trust.signed_by(root, operator("kim", 2).public)

    read: Metadata[Any] = Metadata.from_bytes(ceremony.path("root").read_bytes())
    read.signatures.popitem()
    ceremony.path("root").write_bytes(roles.to_file(read))
    with pytest.raises(UnsignedError):
        trust.first_root(ceremony.folder)


def rotate(ceremony: Ceremony) -> None:
    """Replace Park's key by the rules."""
    ceremony.keys["park"] = operator("park", 2)
    ceremony.draft_root(NOW + DAY)
    ceremony.draft_list(NOW + DAY)
    ceremony.repository.draft_suspensions("park", [], NOW + DAY)
    ceremony.sign(NOW + DAY)
    ceremony.repository.publish(ceremony.online, NOW + DAY)
