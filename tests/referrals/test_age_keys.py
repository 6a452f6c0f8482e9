"""Post-quantum age keys are the ones that C2SP's vectors and age-encryption know."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals import age_format
from referrals.age_keys import Identity, check_recipient, fingerprint, new_identity, recipient_of
from referrals.errors import DamagedError, IdentityError, NotForYouError, RecipientError, ReferralError
from referrals.sealing import decrypt
from referrals.secret import Secret
from tests.interop.runner import Vector, typage

IDENTITY = new_identity(bytes(range(32)))
CLASSIC = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"  # an X25519 recipient of age's own tests

# What a vector's outcome is for us. HPKE gives one answer for every ciphertext that does not open, so three files that
# other programs call malformed are, for us, files that our key doesn't open: the vectors' README allows that.
EXPECTED: dict[str, type[ReferralError]] = {"no match": NotForYouError, "header failure": DamagedError}
ALIASED = {"hybrid_identity", "hybrid_low_order", "hybrid_x25519_arg"}


def _outcome(vector: Vector) -> str:
    identities = [Secret(text) for text in vector.identities if text.startswith("AGE-SECRET-KEY-PQ-1")]
    try:
        return hashlib.sha256(decrypt(vector.file, identities)).hexdigest()
    except ReferralError as error:
        return type(error).__name__


def _expected(vector: Vector) -> str | None:
    if vector.expect == "success":
        return vector.payload
    return (NotForYouError if vector.name in ALIASED else EXPECTED[vector.expect]).__name__


def test_every_hybrid_vector_has_its_outcome(vectors: list[Vector]) -> None:
    """All 18 binary mlkem768x25519 vectors open to their payload or are refused for their reason."""
    ours = [vector for vector in vectors if vector.kind == "mlkem768x25519" and not vector.armored]

    assert {vector.name: _outcome(vector) for vector in ours} == {vector.name: _expected(vector) for vector in ours}
    assert len(ours) == 18
    assert sum(vector.expect == "success" for vector in ours) == 4


def test_a_vector_for_another_kind_of_key_is_for_someone_else(vectors: list[Vector]) -> None:
    """A sound file to a passphrase or a classic key isn't called damaged: it is simply not ours."""
    for vector in vectors:
        if vector.kind in {"X25519", "scrypt"} and vector.expect == "success" and len(vector.file) < 1024 * 1024:
            with pytest.raises(NotForYouError):
                decrypt(vector.file, [IDENTITY.secret])


@pytest.mark.usefixtures("interop")
def test_age_encryption_derives_the_same_recipient() -> None:
    """An identity that we make has, in age-encryption, the recipient that it has here."""
    for seed in (bytes(32), bytes(range(32)), b"\xff" * 32):
        identity = new_identity(seed)

        assert typage("recipient", identity=identity.secret.reveal())["recipient"] == identity.recipient


@pytest.mark.usefixtures("interop")
def test_an_identity_of_age_encryption_works_here() -> None:
    """An identity that age-encryption makes has, here, the recipient that it has there."""
    made = typage("generate")

    assert recipient_of(Secret(made["identity"])) == made["recipient"]


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
@settings(max_examples=30)
def test_a_seed_is_an_identity(seed: bytes, other: bytes) -> None:
    """The same seed gives the same identity, another seed another one, and the secret alone gives the recipient."""
    identity = new_identity(seed)

    assert new_identity(seed).recipient == identity.recipient == recipient_of(identity.secret)
    assert (new_identity(other).recipient == identity.recipient) == (other == seed)


def test_a_seed_has_32_bytes() -> None:
    """A short seed is a programmer's mistake, not a weak key."""
    with pytest.raises(ValueError, match="32 bytes"):
        new_identity(bytes(31))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age1pq1",
        CLASSIC,
        IDENTITY.recipient.upper(),
        IDENTITY.recipient[:-1],
        IDENTITY.recipient.replace("age1pq1", "age1qq1"),
        IDENTITY.recipient + " ",
        IDENTITY.recipient * 3,
        IDENTITY.secret.reveal(),
        age_format.encode_bech32("age1pq", bytes(1215)),
        age_format.encode_bech32("age1pq", b"\xff" * 1216),  # ML-KEM coefficients above the modulus
        age_format.encode_bech32("age1pq", age_format.decode_bech32(IDENTITY.recipient)[1][:1184] + bytes(32)),
    ],
    ids=[
        "empty",
        "prefix",
        "classic",
        "upper",
        "cut",
        "wrong",
        "space",
        "long",
        "secret",
        "short",
        "modulus",
        "low order",
    ],
)
def test_only_a_whole_post_quantum_recipient_is_one(text: str) -> None:
    """A recipient that is classic, cut, misspelt or can't be sealed to is refused, and its text isn't repeated."""
    with pytest.raises(RecipientError) as refused:
        check_recipient(text)

    assert len(text) < 20 or text not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AGE-SECRET-KEY-PQ-1",
        IDENTITY.secret.reveal()[:-1],
        IDENTITY.secret.reveal().lower(),
        IDENTITY.secret.reveal() + "\n",
        IDENTITY.recipient,
        age_format.encode_bech32("age-secret-key-", bytes(32)).upper(),
        age_format.encode_bech32("age-secret-key-pq-", bytes(31)).upper(),
    ],
    ids=["empty", "prefix", "cut", "lower", "line feed", "recipient", "classic", "short"],
)
def test_only_a_whole_identity_is_one(text: str) -> None:
    """An identity that is classic, cut or misspelt is refused, and its text isn't repeated."""
    with pytest.raises(IdentityError) as refused:
        recipient_of(Secret(text))

    assert len(text) < 20 or text not in str(refused.value)


def test_fingerprint_can_be_read_aloud() -> None:
    """A fingerprint is 30 digits in six groups, always the same for a key, and another key's differs."""
    assert fingerprint(new_identity(bytes(32)).recipient) == "60966 74195 54993 54251 30104 05367"
    assert fingerprint(new_identity(bytes(32)).recipient) != fingerprint(IDENTITY.recipient)
    with pytest.raises(RecipientError):
        fingerprint(CLASSIC)


def test_an_identity_does_not_print_itself() -> None:
    """Neither half of an identity stands in its representation."""
    identity = Identity(Secret("AGE-SECRET-KEY-PQ-1FICTIONAL"), "age1pq1fictional")

    assert "FICTIONAL" not in f"{identity} {identity!r}".upper()
