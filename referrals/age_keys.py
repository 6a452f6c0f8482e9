"""Post-quantum age keys (mlkem768x25519): identities, recipients, and the stanza that wraps a file key for one of them.

HPKE from `cryptography` wraps (RFC 9180 in base mode: KEM 0x647a, HKDF-SHA256, ChaCha20-Poly1305) and draws its own
randomness from the operating system. Source: C2SP age.md (https://c2sp.org/age), "The mlkem768x25519 recipient type".
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey, Suite

from referrals import age_format
from referrals.age_format import FILE_KEY_BYTES, TAG_BYTES, Stanza
from referrals.errors import DamagedError, IdentityError, RecipientError
from referrals.secret import Secret

SEED_BYTES = 32  # an identity is this many random bytes

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_STANZA_TYPE = "mlkem768x25519"
_INFO = b"age-encryption.org/mlkem768x25519"
_ENCAPSULATED_BYTES = 1120  # ML-KEM-768 ciphertext 1088 + X25519 share 32
_WRAPPED_BYTES = FILE_KEY_BYTES + TAG_BYTES  # checked before decrypting, so that no longer key can be smuggled in
_MLKEM_PUBLIC_BYTES = 1184  # FIPS 203; an X25519 key of 32 bytes follows
_RECIPIENT_BYTES = _MLKEM_PUBLIC_BYTES + 32
_RECIPIENT_PREFIX = "age1pq"
_IDENTITY_PREFIX = "age-secret-key-pq-"
_MAX_KEY_TEXT = 4096  # characters; a recipient has 1,959


@dataclass(frozen=True, slots=True)
class Identity:
    """A key pair: the secret "AGE-SECRET-KEY-PQ-1…" and the recipient "age1pq1…" that files are sealed to."""

    secret: Secret[str]
    recipient: str = field(repr=False)


def new_identity(seed: bytes) -> Identity:
    """Return the identity that age derives from 32 unpredictable bytes; the same seed gives the same identity."""
    if len(seed) != SEED_BYTES:
        raise ValueError("a seed has 32 bytes")
    mlkem, x25519 = _expand_seed(seed)
    public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
    secret = age_format.encode_bech32(_IDENTITY_PREFIX, seed).upper()
    return Identity(Secret(secret), age_format.encode_bech32(_RECIPIENT_PREFIX, public))


def recipient_of(secret: Secret[str]) -> str:
    """Return the recipient "age1pq1…" of an identity; raises IdentityError."""
    return new_identity(_seed_of(secret)).recipient


def check_recipient(untrusted_text: str) -> None:
    """Raise RecipientError unless the text is a post-quantum recipient that can be sealed to."""
    recipient_key(untrusted_text, "key")


def fingerprint(recipient: str) -> str:
    """Return 30 digits in six groups, to be read aloud by two people who compare a key; raises RecipientError.

    SHA-256 of the raw key, modulo 10^30: 99 bits stand against a forger who must hit one given fingerprint.
    """
    check_recipient(recipient)
    digest = hashlib.sha256(age_format.decode_bech32(recipient)[1]).digest()
    digits = f"{int.from_bytes(digest, 'big') % 10**30:030d}"
    return " ".join(digits[start : start + 5] for start in range(0, 30, 5))


def throw_away_key(seed: bytes) -> MLKEM768X25519PublicKey:
    """Return a public key whose private half is dropped here; `seed` is 32 random bytes that nobody keeps."""
    return MLKEM768X25519PrivateKey(*_expand_seed(seed)).public_key()


def wrap(file_key: bytes, key: MLKEM768X25519PublicKey) -> Stanza:
    """Return the stanza that gives `file_key` (16 bytes) to the holder of `key`."""
    sealed = _SUITE.encrypt(file_key, key, _INFO)
    encapsulated, wrapped = sealed[:_ENCAPSULATED_BYTES], sealed[_ENCAPSULATED_BYTES:]
    return Stanza((_STANZA_TYPE, age_format.to_base64(encapsulated)), wrapped)


def unwrap(stanzas: Sequence[Stanza], key: MLKEM768X25519PrivateKey) -> bytes | None:
    """Return the file key that one of the stanzas holds for `key`, not yet checked by the header's MAC, or None.

    Raises DamagedError when a stanza of this type has the wrong form. Stanzas of other types are passed over.
    """
    for stanza in stanzas:
        if stanza.args[0] == _STANZA_TYPE:
            try:
                return _SUITE.decrypt(_wrapped_key(stanza), key, _INFO)
            except InvalidTag:
                continue
    return None


def _wrapped_key(stanza: Stanza) -> bytes:
    _, *arguments = stanza.args
    if len(arguments) != 1 or len(stanza.body) != _WRAPPED_BYTES:
        raise DamagedError("stanza")
    encapsulated = age_format.from_base64(arguments[0].encode(), "stanza")
    if len(encapsulated) != _ENCAPSULATED_BYTES:
        raise DamagedError("stanza")
    return encapsulated + stanza.body


def _expand_seed(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    expanded = hashlib.shake_256(seed).digest(96)  # draft-connolly-cfrg-xwing-kem: 64 bytes for ML-KEM, 32 for X25519
    return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])


def _seed_of(secret: Secret[str]) -> bytes:
    text = secret.reveal()
    try:
        prefix, seed = age_format.decode_bech32(text[:_MAX_KEY_TEXT])
    except ValueError:
        raise IdentityError("identity") from None
    if prefix != _IDENTITY_PREFIX or len(seed) != SEED_BYTES or text != text.upper():
        raise IdentityError("identity")
    return seed


def identity_key(secret: Secret[str]) -> MLKEM768X25519PrivateKey:
    """Return the private key of an identity; raises IdentityError."""
    return MLKEM768X25519PrivateKey(*_expand_seed(_seed_of(secret)))


def recipient_key(untrusted_text: str, place: str) -> MLKEM768X25519PublicKey:
    """Return the public key of a recipient that can really be sealed to; raises RecipientError at `place`."""
    try:
        return _read_recipient(untrusted_text)
    except ValueError:
        raise RecipientError(place) from None


@lru_cache(maxsize=1024)  # public keys only: reading one takes longer than sealing to it
def _read_recipient(untrusted_text: str) -> MLKEM768X25519PublicKey:
    prefix, raw = age_format.decode_bech32(untrusted_text[:_MAX_KEY_TEXT])
    if prefix != _RECIPIENT_PREFIX or len(raw) != _RECIPIENT_BYTES or untrusted_text != untrusted_text.lower():
        raise ValueError("not a post-quantum recipient")
    key = MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC_BYTES]),
        X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC_BYTES:]),
    )
    _SUITE.encrypt(b"", key, _INFO)  # finds an X25519 point of low order, which only fails when it is used
    return key
