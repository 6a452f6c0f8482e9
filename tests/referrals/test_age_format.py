"""The age format is held to C2SP's vectors (CCTV) and to BIP 173's."""

import hashlib
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from referrals import age_format
from referrals.age_format import CHUNK_BYTES, AgeFile, Stanza
from referrals.errors import DamagedError, NotSealedError, ReferralError, TooNewError
from tests.interop.runner import Vector

FILE_KEY = bytes(range(16))
NONCE = bytes(range(16, 32))
# Refused for what only a recipient of that type can know: the format itself is sound.
TYPE_SPECIFIC = ("x25519_", "scrypt_", "hybrid_")
BIP173_VALID = (
    "A12UEL5L",
    "a12uel5l",
    "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
    "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
    "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
)
BIP173_INVALID = (
    "A12uEL5L",
    "A1G7SGD8",
    "10a06t8",
    "1qzzfhee",
    "pzry9x0s0muk",
    "1pzry9x0s0muk",
    "x1b4n0q5v",
    "li1dgmt3",
    "",
    age_format.encode_bech32("k", b"").upper().replace("K", "\u212a"),  # KELVIN SIGN: its lower case is an ASCII k
)


def _open(vector: Vector) -> bytes:
    file_key = vector.file_key or FILE_KEY  # a vector whose header is broken may come without one
    age_file = age_format.parse(vector.file)
    age_format.check_mac(age_file, file_key)
    return age_format.open_payload(age_file.payload, file_key)


def _place(vector: Vector) -> str:
    """Say where the format refuses a vector: "" when it doesn't, the error's place when it does."""
    try:
        return "" if hashlib.sha256(_open(vector)).hexdigest() == vector.payload else "other payload"
    except ReferralError as error:
        return error.place


def test_vectors_are_all_accounted_for(vectors: list[Vector]) -> None:
    """Nothing is left out in silence: the 33 armored files aren't supported, the 110 binary ones are all used."""
    expected = {"mlkem768x25519": 18, "X25519": 66, "scrypt": 25, "no recipient": 1, "armored": 33}

    assert Counter(vector.kind for vector in vectors) == expected


def test_every_binary_vector_that_succeeds_opens(vectors: list[Vector]) -> None:
    """Header, MAC and chunks of every sound binary file are read, whatever its recipients, given its file key."""
    sound = [vector for vector in vectors if not vector.armored and vector.expect == "success"]

    assert {vector.name: _place(vector) for vector in sound} == {vector.name: "" for vector in sound}
    assert len(sound) == 19


@pytest.mark.parametrize(
    ("expect", "places"),
    [
        ("header failure", {"version line", "header", "header MAC", "stanza", "stanza body", "payload nonce"}),
        ("HMAC failure", {"header MAC"}),
        ("payload failure", {"payload"}),
    ],
)
def test_every_binary_vector_that_fails_is_refused_there(vectors: list[Vector], expect: str, places: set[str]) -> None:
    """A file that breaks the format is refused, and at the layer that the vector names."""
    broken = [
        vector
        for vector in vectors
        if not vector.armored and vector.expect == expect and not vector.name.startswith(TYPE_SPECIFIC)
    ]

    assert broken
    assert {vector.name: _place(vector) for vector in broken if _place(vector) not in places} == {}


def test_a_sound_vector_is_written_again_byte_for_byte(vectors: list[Vector]) -> None:
    """What is read, and written again with its file key and nonce, is the same file: reading loses nothing."""
    for vector in vectors:
        if vector.armored or vector.expect != "success" or vector.file_key is None:
            continue
        age_file = age_format.parse(vector.file)
        header = age_format.encode_header(age_file.stanzas, vector.file_key)
        payload = age_format.seal_payload(_open(vector), vector.file_key, age_file.payload[: age_format.NONCE_BYTES])

        assert (vector.name, header + payload) == (vector.name, vector.file)


@given(st.binary(max_size=300), st.sampled_from([0, CHUNK_BYTES - 150, CHUNK_BYTES, 2 * CHUNK_BYTES]))
def test_payload_round_trip(tail: bytes, filler: int) -> None:
    """A payload of any length opens to itself, on either side of a chunk's edge."""
    plaintext = bytes(filler) + tail

    assert age_format.open_payload(age_format.seal_payload(plaintext, FILE_KEY, NONCE), FILE_KEY) == plaintext


@given(st.integers(0, CHUNK_BYTES + 600), st.integers(1, 255))
def test_a_changed_payload_is_refused(position: int, change: int) -> None:
    """No byte of nonce or chunks can change, in the first chunk or the last."""
    payload = bytearray(age_format.seal_payload(bytes(CHUNK_BYTES + 600), FILE_KEY, NONCE))
    payload[position] ^= change

    with pytest.raises(DamagedError):
        age_format.open_payload(bytes(payload), FILE_KEY)


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 2), (0, 1), (0, 1, 2, 2), (0, 1, 1, 2)])
def test_chunks_moved_dropped_or_doubled_are_refused(order: tuple[int, ...]) -> None:
    """Chunks count: none can be moved, left out or repeated."""
    payload = age_format.seal_payload(bytes(2 * CHUNK_BYTES + 5), FILE_KEY, NONCE)
    size = CHUNK_BYTES + age_format.TAG_BYTES
    chunks = [payload[16 + start : 16 + start + size] for start in range(0, len(payload) - 16, size)]

    with pytest.raises(DamagedError):
        age_format.open_payload(payload[:16] + b"".join(chunks[index] for index in order), FILE_KEY)


@given(
    st.lists(st.tuples(st.from_regex(r"[!-~]{1,20}", fullmatch=True), st.binary(max_size=200)), min_size=1, max_size=4)
)
@example([("type", bytes(48))])
@example([("type", b"")])
def test_header_round_trip(stanzas: list[tuple[str, bytes]]) -> None:
    """A header of any stanzas is read as it was written, a body that fills its last line included."""
    written = tuple(Stanza((kind, "argument"), body) for kind, body in stanzas)
    age_file = age_format.parse(age_format.encode_header(written, FILE_KEY) + bytes(16))
    age_format.check_mac(age_file, FILE_KEY)

    assert age_file.stanzas == written


@pytest.mark.parametrize(
    ("untrusted", "error"),
    [
        (b"", NotSealedError),
        (b"%PDF-1.7\n", NotSealedError),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", NotSealedError),
        (b"age-encryption.org/v2\n", TooNewError),
        (b"age-encryption.org/v1", NotSealedError),
        (b"age-encryption.org/v1\n", DamagedError),
        (b"age-encryption.org/v1\n--- " + b"A" * 43 + b"\n" + bytes(16), DamagedError),
        (b"age-encryption.org/v1\n" + b"-> a\n\n" * 11_000 + b"--- " + b"A" * 43 + b"\n" + bytes(16), DamagedError),
    ],
)
def test_a_file_that_is_not_ours_says_what_it_is(untrusted: bytes, error: type[ReferralError]) -> None:
    """Not an age file, a newer one, a cut one, one to nobody and one with an endless header are told apart."""
    with pytest.raises(error):
        age_format.parse(untrusted)


@given(st.binary(max_size=400))
def test_any_bytes_parse_or_are_refused(untrusted: bytes) -> None:
    """No bytes after a sound first line make the reader fail in a way of its own."""
    try:
        parsed = age_format.parse(b"age-encryption.org/v1\n" + untrusted)
    except ReferralError:
        return
    assert isinstance(parsed, AgeFile)


@pytest.mark.parametrize("text", BIP173_VALID)
def test_bech32_reads_and_writes_bip173(text: str) -> None:
    """BIP 173's valid strings are read, and written again the same."""
    prefix, data = age_format.decode_bech32(text)

    assert age_format.encode_bech32(prefix, data) == text.lower()


@pytest.mark.parametrize("text", BIP173_INVALID)
def test_bech32_refuses_bip173(text: str) -> None:
    """BIP 173's invalid strings are refused."""
    with pytest.raises(ValueError, match=r"Bech32|checksum|case"):
        age_format.decode_bech32(text)


@pytest.mark.parametrize("symbols", [(0, 1), (0, 0, 0)])
def test_bech32_has_one_text_for_each_key(symbols: tuple[int, ...]) -> None:
    """Symbols whose left-over bits aren't zero, or are a whole symbol, are refused (BIP 173)."""
    with pytest.raises(ValueError, match="padding"):
        age_format._regroup(bytes(symbols), 5, 8, pad=False)


@given(st.binary(max_size=64), st.integers(min_value=0), st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7l"))
def test_bech32_finds_a_wrong_symbol(data: bytes, place: int, symbol: str) -> None:
    """Data of any length comes back, and a single wrong symbol anywhere in it is found."""
    text = age_format.encode_bech32("age", data)
    start = len("age1")
    index = start + place % (len(text) - start)
    wrong = text[:index] + symbol + text[index + 1 :]

    assert age_format.decode_bech32(text) == ("age", data)
    if wrong != text:
        with pytest.raises(ValueError, match="checksum"):
            age_format.decode_bech32(wrong)
