"""Seals a referral to a partner's caseworkers, and opens it.

A sealed file is an ordinary age file, so any age program that knows post-quantum keys opens it. From the outside in:

    age v1       one mlkem768x25519 stanza per caseworker, in random order, padded in number with ones nobody can open
    padding      "naru-padded/1 LENGTH", a line feed, LENGTH bytes, then spaces, so that a file has one of a few sizes
    signature    "naru-signed/1", a line feed, one line of JSON saying who signed what, then the body
    body         the canonical JSON of the referral

The keys are in `age_keys`, the bytes of the format in `age_format`; the signature is Ed25519 (RFC 8032). HPKE draws its
own randomness from the operating system; every other random byte comes from the argument `randomness`, which must be
`secrets.token_bytes` or as good.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import Field

from referrals import age_format
from referrals.age_format import FILE_KEY_BYTES, NONCE_BYTES
from referrals.age_keys import (
    SEED_BYTES,
    Identity,
    check_recipient,
    fingerprint,
    identity_key,
    new_identity,
    recipient_key,
    recipient_of,
    throw_away_key,
    unwrap,
    wrap,
)
from referrals.errors import (
    MalformedReferralError,
    NotForYouError,
    NotSealedError,
    NotTrustedError,
    OtherPartnerError,
    RecipientError,
    TooNewError,
)
from referrals.referral import HexId, PartnerId, Record, Referral, UtcHour
from referrals.secret import Secret

# What the rest of the project needs of a seal, keys included, so that it imports this module and no cryptography.
__all__ = [
    "MAX_FILE_BYTES",
    "PADDED_SIZES",
    "STANZA_STEPS",
    "Identity",
    "Opened",
    "Randomness",
    "check_recipient",
    "decrypt",
    "encrypt",
    "fingerprint",
    "new_identity",
    "open_bytes",
    "open_sealed",
    "recipient_of",
    "seal",
    "seal_bytes",
    "signing_public",
]

Randomness = Callable[[int], bytes]  # the number of bytes wanted -> that many unpredictable bytes

PADDED_SIZES = (4096, 8192, 16384)  # bytes of plaintext; design.md: "padded to fixed sizes"
STANZA_STEPS = (4, 8, 16, 32)  # stanzas in a file, so that a team that gains or loses one looks the same
MAX_FILE_BYTES = 1024 * 1024  # our largest file is 67 kB; more than this is not read

_PADDED = re.compile(rb"naru-padded/1 (0|[1-9][0-9]{0,4})\n")
_PADDED_VERSION = re.compile(rb"naru-padded/[0-9]{1,4} ")
_SIGNED_LINE = b"naru-signed/1\n"
_SIGNED_VERSION = re.compile(rb"naru-signed/[0-9]{1,4}\n")
_SIGNATURE_DOMAIN = b"naru referral signature v1"
_Hex64 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Hex128 = Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


class _Statement(Record):
    """What is signed beside the body: to whom, under which partner list, which referral, until when."""

    partner: PartnerId
    directory_version: int = Field(ge=0, lt=2**53)
    referral_id: HexId
    expires: UtcHour


class _Signed(Record):
    """A statement, its Ed25519 signature (64 bytes in hex) and the raw public key that made it (32 bytes in hex)."""

    statement: _Statement
    signer: _Hex64
    signature: _Hex128


@dataclass(frozen=True, slots=True)
class Opened:
    """A referral whose seal, signature and form were all checked, and the raw public key (32 bytes) that signed it."""

    referral: Referral
    signer: bytes = field(repr=False)


def signing_public(secret: Secret[bytes]) -> bytes:
    """Return the raw Ed25519 public key (32 bytes) of a raw secret key (32 bytes)."""
    return Ed25519PrivateKey.from_private_bytes(secret.reveal()).public_key().public_bytes_raw()


def seal(
    referral: Referral, partner_id: str, recipients: Sequence[str], signing_key: Secret[bytes], randomness: Randomness
) -> bytes:
    """Return `referral` signed by the bot's Ed25519 key (32 raw bytes) and sealed to the recipients of `partner_id`.

    Raises RecipientError. A referral whose envelope names another partner is a defect of the caller: ValueError.
    """
    if referral.envelope.partner != partner_id:
        raise ValueError("the envelope names another partner")
    body = referral.to_bytes()
    signer = Ed25519PrivateKey.from_private_bytes(signing_key.reveal())
    statement = _statement_of(referral)
    signed = _Signed(
        statement=statement,
        signer=signer.public_key().public_bytes_raw().hex(),
        signature=signer.sign(_signed_message(statement, body)).hex(),
    )
    return seal_bytes(_SIGNED_LINE + signed.to_bytes() + b"\n" + body, recipients, randomness)


def open_sealed(
    untrusted: bytes, identities: Sequence[Secret[str]], trusted_signers: Collection[bytes], partner: str | None = None
) -> Opened:
    """Open, verify and read a sealed referral.

    `trusted_signers` are raw Ed25519 public keys (32 bytes each); `partner` is the reader's own id.

    Raises a ReferralError: NotSealed, TooNew, Damaged, NotForYou, OtherPartner, NotTrusted, Malformed or Identity.
    An expired referral opens: `Envelope.expired` says so.
    """
    signed, body = _verify(open_bytes(untrusted, identities), trusted_signers)
    if partner is not None and signed.statement.partner != partner:
        raise OtherPartnerError("partner")
    referral = Referral.from_bytes(body)
    if _statement_of(referral) != signed.statement:
        raise MalformedReferralError("envelope")
    return Opened(referral, bytes.fromhex(signed.signer))


def seal_bytes(plaintext: bytes, recipients: Sequence[str], randomness: Randomness) -> bytes:
    """Return `plaintext` padded and sealed, unsigned, for what carries its own proof or needs none.

    Raises RecipientError; ValueError when it doesn't fit in the largest size (16 KiB less a line).
    """
    return encrypt(_pad(plaintext), recipients, randomness)


def open_bytes(untrusted: bytes, identities: Sequence[Secret[str]]) -> bytes:
    """Return what `seal_bytes` was given, by whomever: anyone can seal to a recipient. Raises a ReferralError."""
    return _unpad(decrypt(untrusted, identities))


def encrypt(plaintext: bytes, recipients: Sequence[str], randomness: Randomness) -> bytes:
    """Return a binary age file to post-quantum recipients, without hiding the length; raises RecipientError."""
    keys = [recipient_key(text, f"key {count}") for count, text in enumerate(dict.fromkeys(recipients), start=1)]
    steps = [step for step in STANZA_STEPS if step >= len(keys)]
    if not keys or not steps:
        raise RecipientError("number of keys")
    file_key = randomness(FILE_KEY_BYTES)
    stanzas = [wrap(file_key, key) for key in keys]
    while len(stanzas) < steps[0]:
        # To a key that is forgotten at once, and around bytes that are no file key: even its holder could open nothing.
        stanzas.append(wrap(randomness(FILE_KEY_BYTES), throw_away_key(randomness(SEED_BYTES))))
    places = [(randomness(8), stanza) for stanza in stanzas]
    shuffled = [stanza for _, stanza in sorted(places, key=lambda place: place[0])]
    payload = age_format.seal_payload(plaintext, file_key, randomness(NONCE_BYTES))
    return age_format.encode_header(shuffled, file_key) + payload


def decrypt(untrusted: bytes, identities: Sequence[Secret[str]]) -> bytes:
    """Return the plaintext of a binary age file that one of the identities opens; raises a ReferralError."""
    if len(untrusted) > MAX_FILE_BYTES:
        raise NotSealedError("size")
    keys = [identity_key(secret) for secret in identities]
    age_file = age_format.parse(untrusted)
    for key in keys:
        file_key = unwrap(age_file.stanzas, key)
        if file_key is not None:
            age_format.check_mac(age_file, file_key)
            return age_format.open_payload(age_file.payload, file_key)
    raise NotForYouError("stanza")


def _pad(content: bytes) -> bytes:
    padded = b"naru-padded/1 %d\n" % len(content) + content
    for size in PADDED_SIZES:
        if len(padded) <= size:
            return padded.ljust(size, b" ")
    raise ValueError("the content is too long to be sealed")


def _unpad(plaintext: bytes) -> bytes:
    start = _PADDED.match(plaintext)
    if not start:
        newer = _PADDED_VERSION.match(plaintext) and not plaintext.startswith(b"naru-padded/1 ")
        raise TooNewError("padding") if newer else NotTrustedError("padding")  # an age file of some other program
    end = start.end() + int(start[1])
    if len(plaintext) not in PADDED_SIZES or end > len(plaintext) or plaintext[end:].strip(b" "):
        raise NotTrustedError("padding")
    return plaintext[start.end() : end]


def _verify(untrusted: bytes, trusted_signers: Collection[bytes]) -> tuple[_Signed, bytes]:
    if not untrusted.startswith(_SIGNED_LINE):
        raise TooNewError("signature") if _SIGNED_VERSION.match(untrusted) else NotTrustedError("signature")
    untrusted_line, _, untrusted_body = untrusted[len(_SIGNED_LINE) :].partition(b"\n")
    try:
        untrusted_signed = _Signed.from_bytes(untrusted_line)
    except MalformedReferralError:
        raise NotTrustedError("signature") from None
    signer = bytes.fromhex(untrusted_signed.signer)
    if signer not in trusted_signers:
        raise NotTrustedError("signer")
    message = _signed_message(untrusted_signed.statement, untrusted_body)
    try:
        Ed25519PublicKey.from_public_bytes(signer).verify(bytes.fromhex(untrusted_signed.signature), message)
    except (InvalidSignature, ValueError):
        raise NotTrustedError("signature") from None
    return untrusted_signed, untrusted_body


def _statement_of(referral: Referral) -> _Statement:
    envelope = referral.envelope
    return _Statement(
        partner=envelope.partner,
        directory_version=envelope.directory_version,
        referral_id=envelope.referral_id,
        expires=envelope.expires,
    )


def _signed_message(statement: _Statement, body: bytes) -> bytes:
    """Return what is signed: each part after its length in 8 bytes, so that no two lists of parts look the same."""
    texts = (statement.partner, str(statement.directory_version), statement.referral_id, statement.expires)
    parts = (_SIGNATURE_DOMAIN, *(text.encode() for text in texts), body)
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)
