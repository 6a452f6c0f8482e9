"""An operator's key file: closed without its passphrase, and clear about what is wrong with it."""

import hashlib
import json
from pathlib import Path

import pytest

from referrals.publishing import errors
from referrals.publishing.operator_key import (
    new_operator_key,
    read_key_file,
    unwrap,
    wrap,
    write_key_file,
)
from referrals.secret import Secret
from tests.referrals.publishing.ceremony import operator, stream

PASSPHRASE = Secret("동해물과 백두산이 마르고 닳도록")
KEY = operator("kim")


@pytest.fixture(scope="module")
def wrapped() -> bytes:
    """A key file's content; wrapping takes a third of a second."""
    return wrap(KEY, PASSPHRASE, stream("wrap"))


def test_the_passphrase_opens_the_file_in_any_normal_form(wrapped: bytes) -> None:
    """What comes out is what went in, also when the passphrase was typed on a machine that decomposes Korean (NFD)."""
    decomposed = Secret("\u1103\u1169\u11bc" + PASSPHRASE.reveal()[1:])

    for passphrase in (PASSPHRASE, decomposed):
        opened = unwrap(wrapped, passphrase)
        assert (opened.public, opened.identity, opened.signing) == (KEY.public, KEY.identity, KEY.signing)


def test_nothing_of_the_keys_stands_in_the_file_or_in_a_representation(wrapped: bytes) -> None:
    """Neither secret is there, raw or in hex."""
    for secret in (KEY.signing.reveal(), KEY.signing.reveal().hex().encode(), KEY.identity.reveal().encode()):
        assert secret not in wrapped
        assert repr(secret) not in repr(KEY)


def test_the_parameters_are_at_least_those_of_rfc_9106(wrapped: bytes) -> None:
    """Argon2id with 3 passes and no less than 64 MiB; a file that asks for less is not believed."""
    head = json.loads(wrapped.split(b"\n")[1])

    assert (head["kdf"], head["time_cost"], head["lanes"]) == ("argon2id", 3, 4)
    assert head["memory_kib"] >= 64 * 1024
    with pytest.raises(errors.DamagedOperatorKeyError):
        unwrap(resealed(wrapped, memory_kib=1024), PASSPHRASE)


def resealed(content: bytes, **changes: object) -> bytes:
    """Return the file with its second line changed and the checksum made good."""
    version, line, _, _ = content.split(b"\n")
    changed = json.dumps(json.loads(line) | changes, sort_keys=True, separators=(",", ":")).encode()
    lines = version + b"\n" + changed
    return lines + b"\n" + hashlib.sha256(lines).hexdigest().encode() + b"\n"


def test_a_wrong_passphrase_is_told_from_a_damaged_file(wrapped: bytes) -> None:
    """Whoever mistyped tries again; whoever has a damaged file looks for her copy."""
    with pytest.raises(errors.WrongPassphraseError):
        unwrap(wrapped, Secret("another passphrase of hers"))
    for damaged in (wrapped[:-100], wrapped.replace(b'"kim"', b'"lee"'), b"", b"\x00" * 50, wrapped + b"x"):
        with pytest.raises(errors.DamagedOperatorKeyError):
            unwrap(damaged, PASSPHRASE)
    with pytest.raises(errors.NewerOperatorKeyError):
        unwrap(wrapped.replace(b"naru-operator-key/1", b"naru-operator-key/2"), PASSPHRASE)


def test_the_seal_vouches_for_the_name(wrapped: bytes) -> None:
    """A file made over to another name, checksum and all, doesn't open."""
    with pytest.raises(errors.WrongPassphraseError):
        unwrap(resealed(wrapped, name="lee"), PASSPHRASE)


def test_a_short_passphrase_is_refused() -> None:
    """Fifteen characters are asked for."""
    with pytest.raises(errors.WeakPassphraseError):
        wrap(KEY, Secret("fourteen chars"), stream("wrap"))


def test_the_file_is_its_owners_alone(tmp_path: Path, wrapped: bytes) -> None:
    """It is written 0600, never over another, and not read when others could have."""
    path = tmp_path / "kim.key"
    write_key_file(path, wrapped)

    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key_file(path, PASSPHRASE).name == "kim"
    with pytest.raises(FileExistsError):
        write_key_file(path, wrapped)
    path.chmod(0o640)
    with pytest.raises(errors.ExposedOperatorKeyError) as caught:
        read_key_file(path, PASSPHRASE)
    assert str(tmp_path) not in str(caught.value)
    with pytest.raises(errors.MissingOperatorKeyError):
        read_key_file(tmp_path / "none.key", PASSPHRASE)


def test_a_name_that_could_be_a_path_is_refused() -> None:
    """Names stand in file names."""
    for name in ("", "k", "../kim", "Kim", "kim lee", "a" * 21):
        with pytest.raises(ValueError, match="small letters"):
            new_operator_key(name, stream("name"))
