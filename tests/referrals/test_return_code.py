"""A return code survives dictation, finds its misreadings, and its two keys tell nothing of each other."""

import hashlib
import itertools
import math
import unicodedata
from collections.abc import Callable

import pytest
from argon2.profiles import RFC_9106_LOW_MEMORY
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals import return_code
from referrals.errors import CheckDigitError, ReturnCodeError
from referrals.return_code import ReturnCode, derive, new_code, parse
from referrals.sealing import new_identity, open_bytes, recipient_of, seal_bytes
from referrals.secret import Secret

PEPPER = Secret(b"a fictional pepper of 32 bytes..")
DIGITS = "0123456789"


def drawing(*draws: int) -> Callable[[int], bytes]:
    """Return a source that gives these numbers, seven bytes each, in turn."""
    rest = iter(draws)
    return lambda count: next(rest).to_bytes(count, "big")


CODES = st.integers(0, 10**15 - 1).map(lambda draw: new_code(drawing(draw)))


@given(CODES, st.sampled_from(["", " ", "-", "–", "  ", "\u3000", "\n", ".", "・"]), st.booleans())
def test_a_code_is_read_however_it_is_typed(code: ReturnCode, separator: str, wide: bool) -> None:
    """Spaces, dashes and full-width digits, which a Chinese or Korean keyboard gives, don't matter."""
    typed = separator.join(code.groups)
    if wide:
        typed = typed.translate({ord(digit): ord(digit) + 0xFEE0 for digit in DIGITS})

    assert parse(typed) == code
    assert parse(f" {typed}\n") == code


@given(CODES, st.integers(0, 15), st.sampled_from(DIGITS))
def test_a_wrong_digit_is_found(code: ReturnCode, place: int, digit: str) -> None:
    """Any single wrong digit is found, wherever it stands."""
    digits = code.digits.reveal()
    wrong = digits[:place] + digit + digits[place + 1 :]

    if wrong != digits:
        with pytest.raises(CheckDigitError):
            parse(wrong)


@given(CODES, st.integers(0, 14))
def test_a_swap_of_neighbours_is_found(code: ReturnCode, place: int) -> None:
    """Two neighbouring digits that were swapped are found."""
    digits = code.digits.reveal()
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]

    if swapped != digits:
        with pytest.raises(CheckDigitError):
            parse(swapped)


def test_the_check_table_is_totally_antisymmetric() -> None:
    """Damm's two properties hold over the whole table, so both kinds of error are always found, not mostly."""
    table = return_code._DAMM
    for state in range(10):
        assert sorted(table[state]) == list(range(10))
        assert sorted(row[state] for row in table) == list(range(10))
        assert table[state][state] == 0
        for one, other in itertools.combinations(range(10), 2):
            assert table[table[state][one]][other] != table[table[state][other]][one]


def test_the_check_digit_is_damms() -> None:
    """The published example of the algorithm: 572 has the check digit 4."""
    assert return_code._damm("572") == 4
    assert return_code._damm("5724") == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1234",
        "0" * 15,
        "0" * 17,
        "x" * 16,
        "0" * 15 + "½",
        "٠" * 16,
        "0000 0000 0000 000a",
        "0" * 16 + " " * 200,
        "²" * 17,
    ],
)
def test_what_is_not_16_digits_is_told_apart(text: str) -> None:
    """Another length, letters, foreign digits and a flood are refused as no code, and not repeated."""
    with pytest.raises(ReturnCodeError) as refused:
        parse(text)

    assert not isinstance(refused.value, CheckDigitError)
    assert refused.value.place == "length"
    assert not text.strip() or text.strip() not in str(refused.value)


@given(st.text(max_size=250))
def test_any_text_is_read_or_refused(untrusted: str) -> None:
    """No text makes the reader fail in a way of its own, or read digits that aren't there."""
    try:
        code = parse(untrusted)
    except ReturnCodeError:
        return
    assert code.digits.reveal() in "".join(filter(str.isdecimal, unicodedata.normalize("NFKC", untrusted)))


def test_a_draw_that_would_favour_low_codes_is_drawn_again() -> None:
    """Seven bytes above the last whole multiple of 10^15 are thrown away; the largest below it is kept."""
    limit = 72 * 10**15

    assert new_code(drawing(limit, 2**56 - 1, 5)) == new_code(drawing(5))
    assert new_code(drawing(limit - 1)).digits.reveal()[:15] == "9" * 15
    assert 2**56 - limit < 10**15


def test_codes_are_even() -> None:
    """Over 2,000 codes every digit is as frequent in every place as chance has it (chi-squared, 9 degrees)."""
    counts = [[0] * 10 for _ in range(16)]
    stream = hashlib.shake_256(b"fictional stream").digest(8 * 2_100)
    draws = iter(stream[start : start + 7] for start in range(0, len(stream), 8))
    for _ in range(2_000):
        for place, digit in enumerate(new_code(lambda _: next(draws)).digits.reveal()):
            counts[place][int(digit)] += 1

    assert max(sum((count - 200) ** 2 / 200 for count in place) for place in counts) < 33.7  # p = 0.0001


def test_a_code_has_four_groups() -> None:
    """The screen gets four groups of four digits; this code was made once and kept."""
    assert new_code(drawing(123_456_789_012_345)).groups == ("1234", "5678", "9012", "3450")


@given(CODES, CODES)
@settings(max_examples=3)
def test_the_keys_of_a_code_are_its_own(code: ReturnCode, other: ReturnCode) -> None:
    """The same code and pepper give the same keys; another code or another pepper gives other ones."""
    keys = derive(code, PEPPER)
    same, peppered = derive(parse(" ".join(code.groups)), PEPPER), derive(code, Secret(bytes(32)))

    assert (same.verifier, same.identity.recipient) == (keys.verifier, keys.identity.recipient)
    assert keys.verifier != peppered.verifier
    assert keys.identity.recipient != peppered.identity.recipient
    assert (derive(other, PEPPER).verifier == keys.verifier) == (other == code)


def test_the_keys_of_a_code_stay_what_they_are() -> None:
    """Every later version derives what this one does: another value would lock out everyone who has a code."""
    keys = derive(new_code(drawing(123_456_789_012_345)), PEPPER)

    assert keys.verifier.hex() == "854b1f13cfee2516ed93a0cdf3696dc2480ca58ca738927a45d03100cdcb319e"
    assert (
        hashlib.sha256(keys.identity.recipient.encode()).hexdigest()
        == "43aeca1bcb46e57c14f99992d080762fbcf672d1aa3d28600f8622d1b59d778f"
    )


def test_a_reply_opens_with_the_code_and_not_with_what_is_stored() -> None:
    """A reply sealed to the code's recipient opens with the code again; the stored verifier is no key to it."""
    keys = derive(new_code(drawing(42)), PEPPER)
    reply = seal_bytes(b"fictional reply", [keys.identity.recipient], lambda count: bytes(range(count)))

    assert open_bytes(reply, [derive(new_code(drawing(42)), PEPPER).identity.secret]) == b"fictional reply"
    assert recipient_of(keys.identity.secret) == keys.identity.recipient
    assert len(keys.verifier) == 32
    assert new_identity(keys.verifier).recipient != keys.identity.recipient


def test_the_cost_is_that_of_rfc_9106() -> None:
    """The parameters are RFC 9106's second recommended option, which argon2-cffi names too."""
    ours = (return_code._TIME_COST, return_code._MEMORY_KIB, return_code._LANES)
    theirs = RFC_9106_LOW_MEMORY

    assert ours == (theirs.time_cost, theirs.memory_cost, theirs.parallelism)


def test_the_stated_cost_of_guessing_follows_from_its_figures() -> None:
    """The numbers in the module's docstring are what its formula gives at 0.1 s a guess."""
    text = " ".join((return_code.__doc__ or "").split())
    one_code_years = 10**15 / 2 * 0.1 / (365.25 * 86_400)
    first_of_1000_days = 10**15 / 1_001 * 0.1 / 10_000 / 86_400

    assert f"({math.log2(10**15):.1f} bits)" in text
    assert f"{one_code_years / 1e6:.1f} million years" in text
    assert f"{first_of_1000_days:.0f} days" in text


def test_a_short_pepper_is_a_defect() -> None:
    """A pepper that is cut off is refused before it weakens anything."""
    with pytest.raises(ValueError, match="32 bytes"):
        derive(new_code(drawing(1)), Secret(b"short"))


def test_neither_code_nor_keys_print_themselves() -> None:
    """No digit and no key stands in a representation."""
    code = new_code(drawing(123_456_789_012_345))

    assert (f"{code} {code!r}", repr(derive(code, PEPPER))) == (
        "ReturnCode(digits=***) ReturnCode(digits=***)",
        "CodeKeys()",
    )
