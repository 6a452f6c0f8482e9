"""A sealed referral opens for its caseworkers, is refused for everyone else, and changes in no way unnoticed."""

import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals import age_format, sealing
from referrals.age_keys import identity_key, new_identity, unwrap
from referrals.errors import (
    DamagedError,
    IdentityError,
    MalformedReferralError,
    NotForYouError,
    NotSealedError,
    NotTrustedError,
    OtherPartnerError,
    RecipientError,
    ReferralError,
    TooNewError,
)
from referrals.referral import Envelope, Packet, Referral, canonical_json
from referrals.sealing import PADDED_SIZES, STANZA_STEPS, decrypt, encrypt, open_bytes, open_sealed, seal, seal_bytes
from referrals.secret import Secret
from tests.interop.runner import typage_decrypt, typage_encrypt

CLASSIC = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"  # an X25519 recipient of age's own tests
BOT = Secret(b"fictional signing key, 32 bytes.")
STRANGER = Secret(b"another fictional signing key 32")
SIGNERS = {sealing.signing_public(BOT)}
CASEWORKERS = [new_identity(bytes([number]) * 32) for number in range(1, 34)]
OUTSIDER = new_identity(b"\xee" * 32)
STANZA_BYTES = len("-> mlkem768x25519 ") + 1494 + 1 + 43 + 1  # 1,120 and 32 bytes in unpadded Base64, two line feeds
HEADER_BYTES = len("age-encryption.org/v1\n") + len("--- ") + 43 + 1  # around the stanzas


def seeded(seed: int) -> Callable[[int], bytes]:
    """Return a source of bytes that is the same for the same seed: for tests only."""
    drawn = 0

    def draw(count: int) -> bytes:
        nonlocal drawn
        drawn += 1
        return hashlib.shake_256(f"{seed}/{drawn}".encode()).digest(count)

    return draw


def a_referral(**envelope: Any) -> Referral:
    """Return a fictional referral like that of story A2."""
    fields: dict[str, Any] = {
        "referral_id": "0123456789abcdef" * 2,
        "kind": "referral",
        "partner": "HUB",
        "directory_version": 7,
        "created": "2026-11-24T07:00Z",
        "expires": "2026-12-24T07:00Z",
        "consent": "fedcba9876543210" * 2,
        "questionnaire": "2026-draft-1",
        "reply_to": CASEWORKERS[5].recipient,
    }
    packet = Packet(klass="now", urgent="u_locked", language="ko", contact="c_return")
    return Referral(envelope=Envelope(**(fields | envelope)), packet=packet)


def a_file(referral: Referral | None = None, readers: int = 2, seed: int = 1, key: Secret[bytes] = BOT) -> bytes:
    """Return `referral` sealed to the first caseworkers."""
    referral = referral or a_referral()
    recipients = [identity.recipient for identity in CASEWORKERS[:readers]]
    return seal(referral, referral.envelope.partner, recipients, key, seeded(seed))


def resealed(content: bytes) -> bytes:
    """Return what someone who knows only the recipient can make: any content, padded and sealed like ours."""
    return seal_bytes(content, [CASEWORKERS[0].recipient], seeded(9))


def content_of(file: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the signed line and the body of a file that the first caseworker opens."""
    _, line, body = open_bytes(file, [CASEWORKERS[0].secret]).split(b"\n", 2)
    return json.loads(line), body


GOOD = a_file()
FOR_SOMEONE_ELSE = seal(a_referral(), "HUB", [OUTSIDER.recipient], BOT, seeded(2))
ALTERED = GOOD[:-1] + bytes([GOOD[-1] ^ 1])
UNSIGNED = resealed(a_referral().to_bytes())


@pytest.mark.parametrize("reader", range(2))
def test_each_caseworker_opens_the_good_file(reader: int) -> None:
    """Every caseworker it was sealed to reads the same referral, and learns who signed it."""
    opened = open_sealed(GOOD, [CASEWORKERS[reader].secret], SIGNERS, "HUB")

    assert opened.referral == a_referral()
    assert opened.signer == sealing.signing_public(BOT)


@pytest.mark.parametrize(
    ("untrusted", "error", "place"),
    [
        (ALTERED, DamagedError, "payload"),
        (GOOD[:-1], DamagedError, "payload"),
        (UNSIGNED, NotTrustedError, "signature"),
        (a_file(key=STRANGER), NotTrustedError, "signer"),
        (FOR_SOMEONE_ELSE, NotForYouError, "stanza"),
        (a_file(a_referral(partner="CYBER")), OtherPartnerError, "partner"),
        (b"PK\x03\x04", NotSealedError, "version line"),
        (bytes(sealing.MAX_FILE_BYTES + 1), NotSealedError, "size"),
        (GOOD.replace(b"org/v1", b"org/v2", 1), TooNewError, "version line"),
        (resealed(b"naru-signed/2\n{}\n"), TooNewError, "signature"),
        (encrypt(b"naru-padded/2 5\nhello", [CASEWORKERS[0].recipient], seeded(3)), TooNewError, "padding"),
    ],
    ids=[
        "altered",
        "cut",
        "unsigned",
        "stranger",
        "someone else",
        "partner",
        "no age",
        "huge",
        "v2",
        "sign 2",
        "pad 2",
    ],
)
def test_each_bad_file_says_what_is_wrong(untrusted: bytes, error: type[ReferralError], place: str) -> None:
    """Each kind of bad file has its own error and place, and none repeats what is in the file."""
    with pytest.raises(error) as refused:
        open_sealed(untrusted, [CASEWORKERS[0].secret], SIGNERS, "HUB")

    assert (type(refused.value), refused.value.place) == (error, place)
    assert not any(word in str(refused.value) for word in ("u_locked", "0123456789abcdef", "CYBER"))


def test_an_expired_referral_opens() -> None:
    """Expiry is told, not enforced: a late caseworker still sees who waited."""
    opened = open_sealed(GOOD, [CASEWORKERS[0].secret], SIGNERS, "HUB")

    assert not opened.referral.envelope.expired(datetime(2026, 12, 24, 6, 59, tzinfo=UTC))
    assert opened.referral.envelope.expired(datetime(2026, 12, 24, 7, 0, tzinfo=UTC))


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused(position: int, change: int) -> None:
    """No byte of a sealed file can change, not even in a stanza that the reader doesn't need."""
    changed = bytearray(GOOD)
    changed[position] ^= change

    with pytest.raises(ReferralError):
        decrypt(bytes(changed), [CASEWORKERS[0].secret])


@pytest.mark.long
def test_every_changed_bit_is_refused() -> None:
    """The same for each byte of the file, one after the other."""
    for position in range(len(GOOD)):
        changed = bytearray(GOOD)
        changed[position] ^= 1 << position % 8
        with pytest.raises(ReferralError):
            decrypt(bytes(changed), [CASEWORKERS[0].secret])


@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=40))
def test_a_cut_or_longer_file_is_refused(end: int, tail: bytes) -> None:
    """A file that stops early, or goes on in other bytes, is refused."""
    for untrusted in (GOOD[:end], GOOD[:end] + tail, GOOD + tail):
        if untrusted != GOOD:
            with pytest.raises(ReferralError):
                decrypt(untrusted, [CASEWORKERS[0].secret])


@given(st.permutations(range(4)), st.integers(1, 4), st.booleans())
def test_moved_dropped_or_borrowed_stanzas_are_refused(order: list[int], kept: int, borrow: bool) -> None:
    """Stanzas can't be reordered, left out, or taken from another file to the same people."""
    mine, other = age_format.parse(GOOD), age_format.parse(a_file(seed=4))
    stanzas = [mine.stanzas[index] for index in order[:kept]]
    if borrow:
        stanzas[0] = other.stanzas[order[0]]
    header = age_format.encode_header(stanzas, bytes(16))
    covered_end = header.rindex(b"--- ")
    mac_line = GOOD[len(mine.covered) - len(b"---") : len(GOOD) - len(mine.payload)]
    untrusted = header[:covered_end] + mac_line + mine.payload

    if untrusted == GOOD:
        assert decrypt(untrusted, [CASEWORKERS[0].secret]) == decrypt(GOOD, [CASEWORKERS[0].secret])
    else:
        with pytest.raises((DamagedError, NotForYouError)):
            decrypt(untrusted, [CASEWORKERS[0].secret])


@given(st.binary(min_size=32, max_size=32))
@settings(max_examples=30)
def test_any_other_identity_is_refused(seed: bytes) -> None:
    """No identity but a caseworker's opens the file."""
    identity = new_identity(seed)

    if identity.recipient not in {reader.recipient for reader in CASEWORKERS[:2]}:
        with pytest.raises(NotForYouError):
            decrypt(GOOD, [identity.secret])


def test_the_right_identity_is_found_among_others() -> None:
    """An identity file with old keys in it opens what the newest of them opens; none at all opens nothing."""
    assert decrypt(GOOD, [OUTSIDER.secret, CASEWORKERS[1].secret]) == decrypt(GOOD, [CASEWORKERS[0].secret])
    with pytest.raises(NotForYouError):
        decrypt(GOOD, [])
    with pytest.raises(IdentityError):
        decrypt(GOOD, [Secret("AGE-SECRET-KEY-PQ-1CUT")])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("partner", "CYBER"),
        ("directory_version", 8),
        ("referral_id", "a" * 32),
        ("expires", "2027-12-24T07:00Z"),
    ],
)
def test_a_signature_holds_for_what_it_was_made(name: str, value: str | int) -> None:
    """A signature doesn't cover another partner, list version, id or expiry, in the signed line or in the body."""
    line, body = content_of(GOOD)
    line["statement"][name] = value
    document = json.loads(body)
    document["envelope"][name] = value

    for forged in (body, canonical_json(document)):
        untrusted = resealed(b"naru-signed/1\n" + canonical_json(line) + b"\n" + forged)
        with pytest.raises(NotTrustedError) as refused:
            open_sealed(untrusted, [CASEWORKERS[0].secret], SIGNERS)
        assert refused.value.place == "signature"


def test_a_signature_holds_for_its_body() -> None:
    """Answers can't be exchanged under a signature, and a signed line doesn't vouch for another body."""
    line, body = content_of(GOOD)
    other = a_referral().model_copy(update={"packet": Packet(klass="normal")}).to_bytes()

    for forged in (other, body + b" ", body[:-1]):
        untrusted = resealed(b"naru-signed/1\n" + canonical_json(line) + b"\n" + forged)
        with pytest.raises(NotTrustedError):
            open_sealed(untrusted, [CASEWORKERS[0].secret], SIGNERS)


def test_the_parts_of_a_signature_cannot_run_together() -> None:
    """Moving a character from one signed part to its neighbour changes what is signed."""
    first = sealing._Statement(partner="HUB1", directory_version=2, referral_id="a" * 32, expires="2026-12-24T07:00Z")
    second = sealing._Statement(partner="HUB", directory_version=12, referral_id="a" * 32, expires="2026-12-24T07:00Z")

    assert sealing._signed_message(first, b"{}") != sealing._signed_message(second, b"{}")


def test_a_line_that_differs_from_the_body_is_refused_even_if_signed() -> None:
    """If the bot ever signed a line that doesn't fit its body, the file is refused as our defect."""
    other = a_referral(referral_id="b" * 32)
    message = sealing._signed_message(sealing._statement_of(a_referral()), other.to_bytes())
    signature = Ed25519PrivateKey.from_private_bytes(BOT.reveal()).sign(message)
    line, _ = content_of(GOOD)
    line["signature"] = signature.hex()

    with pytest.raises(MalformedReferralError) as refused:
        open_sealed(
            resealed(b"naru-signed/1\n" + canonical_json(line) + b"\n" + other.to_bytes()),
            [CASEWORKERS[0].secret],
            SIGNERS,
        )
    assert refused.value.place == "envelope"


@given(st.binary(max_size=300))
def test_any_signed_line_is_refused_cleanly(untrusted: bytes) -> None:
    """Whatever stands where the signed line should stand, the file is refused as one of nobody's."""
    with pytest.raises(NotTrustedError):
        open_sealed(resealed(b"naru-signed/1\n" + untrusted), [CASEWORKERS[0].secret], SIGNERS)


def test_passing_on_a_referral_does_not_make_it_ours() -> None:
    """A referral that another partner's caseworker reseals to us, signature intact, is refused."""
    for_hub = resealed(open_bytes(GOOD, [CASEWORKERS[0].secret]))

    with pytest.raises(OtherPartnerError):
        open_sealed(for_hub, [CASEWORKERS[0].secret], SIGNERS, "CYBER")


@given(st.integers(0, 16_000), st.integers(1, 32))
@settings(max_examples=60)
def test_a_file_has_one_of_twelve_sizes(length: int, readers: int) -> None:
    """Neither the length of the content nor the exact number of caseworkers shows in the size of a file."""
    file = seal_bytes(b"x" * length, [identity.recipient for identity in CASEWORKERS[:readers]], seeded(length))
    step = min(step for step in STANZA_STEPS if step >= readers)
    size = min(size for size in PADDED_SIZES if size >= length + len(f"naru-padded/1 {length}\n"))

    assert len(file) == HEADER_BYTES + step * STANZA_BYTES + 16 + size + 16
    assert open_bytes(file, [CASEWORKERS[readers - 1].secret]) == b"x" * length


def test_one_caseworker_looks_like_four() -> None:
    """A referral to one caseworker has the size and the stanzas of one to four, and one to five those of eight."""
    counts = {readers: len(age_format.parse(a_file(readers=readers)).stanzas) for readers in (1, 2, 4, 5, 8, 9, 32)}

    assert counts == {1: 4, 2: 4, 4: 4, 5: 8, 8: 8, 9: 16, 32: 32}
    assert len(a_file(readers=1)) == len(a_file(readers=4))


def test_a_caseworkers_stanza_stands_anywhere() -> None:
    """The place of a stanza says nothing: over 100 files the only real one stands in each of the four places."""
    key = identity_key(CASEWORKERS[0].secret)
    places = set()
    for seed in range(100):
        stanzas = age_format.parse(a_file(readers=1, seed=seed)).stanzas
        places.add(next(place for place, stanza in enumerate(stanzas) if unwrap([stanza], key)))

    assert places == {0, 1, 2, 3}


def test_a_padding_stanza_opens_nothing() -> None:
    """Even someone who kept the seeds of the throw-away keys gets no byte of the file."""
    drawn: list[bytes] = []

    def remembered(count: int) -> bytes:
        drawn.append(secrets.token_bytes(count))
        return drawn[-1]

    file = seal_bytes(b"fictional", [CASEWORKERS[0].recipient], remembered)
    kept = [new_identity(draw).secret for draw in drawn if len(draw) == 32]

    assert len(kept) == 3
    for secret in kept:
        with pytest.raises(DamagedError):
            decrypt(file, [secret])


@pytest.mark.parametrize(
    ("recipients", "place"),
    [
        ([], "number of keys"),
        ([identity.recipient for identity in CASEWORKERS], "number of keys"),
        ([CLASSIC], "key 1"),
        ([CASEWORKERS[0].recipient, CLASSIC], "key 2"),
        ([CASEWORKERS[0].recipient, CASEWORKERS[1].recipient[:-1]], "key 2"),
    ],
    ids=["none", "33", "classic", "mixed", "cut"],
)
def test_a_set_of_keys_that_is_not_wholly_post_quantum_is_refused(recipients: list[str], place: str) -> None:
    """Nothing is sealed to no key, to too many, or to a set with one classic or damaged key in it."""
    with pytest.raises(RecipientError) as refused:
        seal(a_referral(), "HUB", recipients, BOT, seeded(1))

    assert refused.value.place == place


def test_a_key_named_twice_counts_once() -> None:
    """A caseworker who stands in the list twice gets one stanza."""
    file = seal(a_referral(), "HUB", [CASEWORKERS[0].recipient] * 5, BOT, seeded(1))

    assert len(age_format.parse(file).stanzas) == 4


def test_sealing_for_another_partner_than_the_envelope_is_a_defect() -> None:
    """The caller can't seal one partner's referral to another's keys by mistake."""
    with pytest.raises(ValueError, match="another partner"):
        seal(a_referral(partner="CYBER"), "HUB", [CASEWORKERS[0].recipient], BOT, seeded(1))


def test_content_that_fits_no_size_is_a_defect() -> None:
    """What is longer than the largest size is refused before anything is sealed, never cut."""
    with pytest.raises(ValueError, match="too long"):
        seal_bytes(bytes(PADDED_SIZES[-1]), [CASEWORKERS[0].recipient], seeded(1))


@pytest.mark.parametrize(
    "plaintext",
    [
        b"hello",
        b"naru-padded/1 5\nhello",
        b"naru-padded/1 9999\nhello".ljust(4096),
        b"naru-padded/1 05\nhello".ljust(4096),
        b"naru-padded/1 4\nhello".ljust(4096),
        b"naru-padded/1 5\nhello".ljust(4095),
        b"naru-padded/1 -1\nhello".ljust(4096),
    ],
)
def test_other_padding_than_ours_is_refused(plaintext: bytes) -> None:
    """Padding has one form: a second one could carry something past the reader."""
    with pytest.raises(NotTrustedError):
        open_bytes(encrypt(plaintext, [CASEWORKERS[0].recipient], seeded(1)), [CASEWORKERS[0].secret])


@pytest.mark.usefixtures("interop")
def test_age_encryption_opens_our_files() -> None:
    """Another implementation of age reads what we seal, for each caseworker and in each step of stanzas."""
    for readers in (1, 5, 9, 17):
        file = a_file(readers=readers)
        last = CASEWORKERS[readers - 1].secret

        assert typage_decrypt(file, last.reveal()) == decrypt(file, [last])
    with pytest.raises(ValueError, match="no identity matched"):
        typage_decrypt(GOOD, OUTSIDER.secret.reveal())


@pytest.mark.usefixtures("interop")
def test_we_open_files_of_age_encryption() -> None:
    """What another implementation seals to our identities opens here, over several chunks and to several people too."""
    for plaintext in (b"", b"fictional", bytes(age_format.CHUNK_BYTES), bytes(3 * age_format.CHUNK_BYTES + 1)):
        file = typage_encrypt(plaintext, CASEWORKERS[0].recipient, CASEWORKERS[1].recipient)

        assert decrypt(file, [CASEWORKERS[1].secret]) == plaintext


@pytest.mark.usefixtures("interop")
def test_a_file_of_age_encryption_is_not_a_referral() -> None:
    """Anyone with the recipient can make an age file: it opens, and is refused as unsigned."""
    file = typage_encrypt(a_referral().to_bytes(), CASEWORKERS[0].recipient)

    with pytest.raises(NotTrustedError):
        open_sealed(file, [CASEWORKERS[0].secret], SIGNERS)


def test_two_seals_of_one_referral_share_nothing() -> None:
    """Sealed twice, the same referral gives two files that have no stanza and no nonce in common."""
    first, second = (
        age_format.parse(seal(a_referral(), "HUB", [CASEWORKERS[0].recipient], BOT, secrets.token_bytes)) for _ in "ab"
    )

    assert not {stanza.args for stanza in first.stanzas} & {stanza.args for stanza in second.stanzas}
    assert first.payload[:16] != second.payload[:16]


def test_what_was_opened_does_not_print_itself() -> None:
    """No answer, id or key stands in the representation of an opened referral."""
    opened = open_sealed(GOOD, [CASEWORKERS[0].secret], SIGNERS)

    assert repr(opened) == "Opened(referral=Referral(***))"
