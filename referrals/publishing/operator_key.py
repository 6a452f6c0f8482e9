"""An operator's key: an Ed25519 signing key and an age identity in one file under a passphrase.

The file has three lines: "naru-operator-key/1"; JSON with name, Argon2id parameters, salt, nonce and the sealed keys; SHA-256 of the first
two lines, which tells a damaged file from a wrong passphrase. The keys are sealed with ChaCha20-Poly1305 (RFC 8439) under Argon2id of the
passphrase (RFC 9106); the associated data is everything else in the file.
"""

import hashlib
import json
import os
import re
import stat
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from securesystemslib.signer import CryptoSigner, SSlibKey

from referrals.publishing.errors import (
    DamagedOperatorKeyError,
    ExposedOperatorKeyError,
    MissingOperatorKeyError,
    NewerOperatorKeyError,
    WeakPassphraseError,
    WrongPassphraseError,
)
from referrals.publishing.operator_public import NAME, Name, OperatorPublic
from referrals.sealing import new_identity, recipient_of
from referrals.secret import Secret

MIN_PASSPHRASE = 15  # characters; NIST SP 800-63B-4, 3.1.1.2, for a passphrase that is the only factor
SEED_BYTES = 32  # of either key

_VERSION_LINE = b"naru-operator-key/1"
_ANY_VERSION = re.compile(rb"naru-operator-key/[0-9]{1,4}")
_MAX_FILE_BYTES = 64 * 1024  # a file has under 1 kB
_SALT_BYTES = 16  # RFC 9106, section 3.1: 16 bytes are recommended
_NONCE_BYTES = 12  # RFC 8439
# Argon2id: the passes and lanes of the "SECOND RECOMMENDED option" of RFC 9106, section 4, with four times its 64 MiB: an operator waits
# once a session, and a stolen laptop must not be enough.
_TIME_COST = 3
_MEMORY_KIB = 256 * 1024
_LANES = 4
_WRAP_BYTES = 32

_Hex = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{2})+$")]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class _Sealed(_Model):
    """The second line of the file."""

    name: Name
    kdf: Literal["argon2id"]
    time_cost: int = Field(
        ge=_TIME_COST, le=100
    )  # passes; the upper bounds keep a forged file from hanging the machine
    memory_kib: int = Field(ge=64 * 1024, le=4 * 1024 * 1024)
    lanes: int = Field(ge=1, le=16)
    salt: _Hex
    nonce: _Hex
    sealed: _Hex

    def associated(self) -> bytes:
        """What the seal vouches for beside the keys."""
        return _VERSION_LINE + b"\n" + _canonical(self.model_dump(exclude={"sealed"}))


@dataclass(frozen=True, slots=True)
class OperatorKey:
    """An opened operator's key: it signs, and its age identity (secret "AGE-SECRET-KEY-PQ-1...") opens what is sealed to her."""

    name: str
    signing: Secret[bytes] = field(repr=False)  # Ed25519 seed, 32 bytes
    identity: Secret[str] = field(repr=False)

    @property
    def public(self) -> OperatorPublic:
        """The public half."""
        private = Ed25519PrivateKey.from_private_bytes(self.signing.reveal())
        raw = private.public_key().public_bytes_raw().hex()
        return OperatorPublic(name=self.name, signing=raw, recipient=recipient_of(self.identity))

    def signer(self) -> CryptoSigner:
        """What python-tuf signs with."""
        return signer(self.signing, self.public.key())


def new_operator_key(name: str, randomness: Callable[[int], bytes]) -> OperatorKey:
    """Return a new key for an operator: her name is 2 to 20 small letters and digits; raises ValueError for another."""
    if not re.fullmatch(NAME, name):
        raise ValueError("an operator's name is 2 to 20 small letters and digits and begins with a letter")
    identity = new_identity(randomness(SEED_BYTES))
    return OperatorKey(name, Secret(randomness(SEED_BYTES)), identity.secret)


def signer(secret: Secret[bytes], key: SSlibKey | None = None) -> CryptoSigner:
    """Return python-tuf's signer for a raw Ed25519 secret key (32 bytes), as the online key is kept."""
    return CryptoSigner(Ed25519PrivateKey.from_private_bytes(secret.reveal()), key)


def wrap(key: OperatorKey, passphrase: Secret[str], randomness: Callable[[int], bytes]) -> bytes:
    """Return the content of the key file; raises WeakPassphraseError."""
    if len(_normal(passphrase)) < MIN_PASSPHRASE:
        raise WeakPassphraseError
    head = _Sealed(
        name=key.name,
        kdf="argon2id",
        time_cost=_TIME_COST,
        memory_kib=_MEMORY_KIB,
        lanes=_LANES,
        salt=randomness(_SALT_BYTES).hex(),
        nonce=randomness(_NONCE_BYTES).hex(),
        sealed="00",
    )
    keys = key.signing.reveal() + key.identity.reveal().encode()
    sealed = _cipher(head, passphrase).encrypt(bytes.fromhex(head.nonce), keys, head.associated())
    lines = _VERSION_LINE + b"\n" + _canonical(head.model_dump() | {"sealed": sealed.hex()})
    return lines + b"\n" + hashlib.sha256(lines).hexdigest().encode() + b"\n"


def unwrap(untrusted_content: bytes, passphrase: Secret[str]) -> OperatorKey:
    """Return the key in a file's content; raises Damaged-, NewerOperatorKeyError or WrongPassphraseError."""
    version, _, rest = untrusted_content.rstrip(b"\n").partition(b"\n")
    if version != _VERSION_LINE:
        raise NewerOperatorKeyError if _ANY_VERSION.fullmatch(version) else DamagedOperatorKeyError
    line, _, checksum = rest.partition(b"\n")
    if hashlib.sha256(version + b"\n" + line).hexdigest().encode() != checksum:
        raise DamagedOperatorKeyError
    try:
        head = _Sealed.model_validate_json(line)
        keys = _cipher(head, passphrase).decrypt(
            bytes.fromhex(head.nonce), bytes.fromhex(head.sealed), head.associated()
        )
    except ValueError:  # pydantic's error is one
        raise DamagedOperatorKeyError from None
    except InvalidTag:
        raise WrongPassphraseError from None
    return OperatorKey(head.name, Secret(keys[:SEED_BYTES]), Secret(keys[SEED_BYTES:].decode("ascii")))


def write_key_file(path: Path, content: bytes) -> None:
    """Write a new key file that only its owner can read (0600); raises FileExistsError rather than replace one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def read_key_file(path: Path, passphrase: Secret[str]) -> OperatorKey:
    """Open the key file at `path`; raises a subclass of OperatorKeyError."""
    try:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())  # of the file that is open, not of one put in its place since
            untrusted_content = file.read(_MAX_FILE_BYTES)
    except OSError:
        raise MissingOperatorKeyError(path.name) from None
    if stat.S_IMODE(about.st_mode) not in {0o600, 0o400} or about.st_uid != os.geteuid():
        raise ExposedOperatorKeyError(path.name)
    return unwrap(untrusted_content, passphrase)


def _cipher(head: _Sealed, passphrase: Secret[str]) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(
        hash_secret_raw(
            _normal(passphrase).encode(),
            bytes.fromhex(head.salt),
            time_cost=head.time_cost,
            memory_cost=head.memory_kib,
            parallelism=head.lanes,
            hash_len=_WRAP_BYTES,
            type=Type.ID,
        )
    )


def _normal(passphrase: Secret[str]) -> str:
    # A Korean passphrase typed on another system comes in another normal form (NFD on macOS).
    return unicodedata.normalize("NFKC", passphrase.reveal())


def _canonical(value: dict[str, object]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
