"""The return code: 16 digits that a person keeps, and the two secrets that follow from them.

From the code comes a root (Argon2id), and from the root, under different labels, a verifier that is stored and a seed
of an age identity that never is: replies are sealed to that identity's recipient, so the server can't read them until
she is back.

What guessing costs whoever holds the pepper and the stored verifiers. A code has 10^15 values (49.8 bits), and `derive`
took 0.08 to 0.13 s on both cores of a 2-core virtual machine (argon2-cffi 25.1, medians of 20 calls). One salt serves
all codes, so each guess is tried on every live code at once, and the first of K live codes falls after
10^15 / (K + 1) guesses on average. At 0.1 s: one code costs 5 x 10^13 s, 1.6 million years of such a machine; the first
of 1,000 live codes costs 10,000 such machines 116 days. A machine built for it is faster; by how much, we don't know.
Without the pepper (256 bits) a verifier tells nothing. A live, compromised bot sees the code itself; nothing here helps
against that.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from argon2.exceptions import HashingError as DerivingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from referrals.errors import CheckDigitError, ReturnCodeError
from referrals.sealing import Identity, new_identity
from referrals.secret import Secret

# DerivingError: the memory for `derive` was not there; it is the machine's trouble and not the code's.
__all__ = [
    "CODE_DIGITS",
    "GROUP_DIGITS",
    "PEPPER_BYTES",
    "CodeKeys",
    "DerivingError",
    "ReturnCode",
    "derive",
    "new_code",
    "parse",
]

CODE_DIGITS = 16
GROUP_DIGITS = 4
PEPPER_BYTES = 32  # as long as the hash it keys; from a key file, never from a person

_RANDOM_DIGITS = CODE_DIGITS - 1  # 10^15 codes; the last digit is the check digit
_DRAW_BYTES = 7  # 2^56 is 72 times 10^15, so fewer than 1 draw in 1,000 is thrown away
_MAX_TEXT = 200  # characters of typed text that are looked at; 16 digits with any separators fit many times
_SEPARATORS = re.compile(r"[\s\u00ad\u00b7\u2010-\u2015\u2212\u30fb\u30fc_.,-]+")  # what people put between groups

# Argon2id, "SECOND RECOMMENDED option" of RFC 9106, section 4: t=3 passes, 64 MiB, p=4 lanes.
_TIME_COST = 3
_MEMORY_KIB = 64 * 1024
_LANES = 4
_KEY_BYTES = 32

# H. M. Damm, "Total anti-symmetrische Quasigruppen" (Marburg, 2004): a quasigroup of order 10 whose check digit finds
# every wrong digit and every swap of two neighbours. test_return_code.py proves both over the whole table.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


@dataclass(frozen=True, slots=True)
class ReturnCode:
    """A code whose check digit is right; it doesn't print itself."""

    digits: Secret[str]

    @property
    def groups(self) -> tuple[str, str, str, str]:
        """The four groups of four digits, for the one screen that shows them."""
        digits = self.digits.reveal()
        return digits[:4], digits[4:8], digits[8:12], digits[12:]


@dataclass(frozen=True, slots=True)
class CodeKeys:
    """What follows from a code: the verifier (32 bytes, stored) and the identity for replies (secret never stored)."""

    verifier: bytes = field(repr=False)
    identity: Identity = field(repr=False)


def new_code(randomness: Callable[[int], bytes]) -> ReturnCode:
    """Return a code drawn evenly from all 10^15; `randomness` gives as many unpredictable bytes as it is asked for."""
    codes: int = 10**_RANDOM_DIGITS
    even: int = (
        256**_DRAW_BYTES // codes * codes
    )  # a draw above this would favour the lowest codes, so it is drawn again
    while (draw := int.from_bytes(randomness(_DRAW_BYTES), "big")) >= even:
        pass
    digits = f"{draw % codes:0{_RANDOM_DIGITS}d}"
    return ReturnCode(Secret(digits + str(_damm(digits))))


def parse(untrusted_text: str) -> ReturnCode:
    """Return the code in what a person typed: full-width digits, spaces and dashes are fine.

    Raises ReturnCodeError when it isn't 16 digits, and CheckDigitError when the last digit doesn't fit the others.
    """
    if len(untrusted_text) > _MAX_TEXT:
        raise ReturnCodeError("length")
    digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", untrusted_text))
    if len(digits) != CODE_DIGITS or not (digits.isascii() and digits.isdigit()):
        raise ReturnCodeError("length")
    if _damm(digits) != 0:
        raise CheckDigitError("check digit")
    return ReturnCode(Secret(digits))


def derive(code: ReturnCode, pepper: Secret[bytes]) -> CodeKeys:
    """Return the keys of a code. Slow on purpose, and takes 64 MiB: call it off the event loop, few at a time."""
    if len(pepper.reveal()) != PEPPER_BYTES:
        raise ValueError("the pepper has 32 bytes")
    root = hash_secret_raw(
        secret=code.digits.reveal().encode("ascii"),
        salt=_labelled(pepper.reveal(), b"naru return code v1: salt"),
        time_cost=_TIME_COST,
        memory_cost=_MEMORY_KIB,
        parallelism=_LANES,
        hash_len=_KEY_BYTES,
        type=Type.ID,
    )
    seed = _labelled(root, b"naru return code v1: reply identity")
    return CodeKeys(_labelled(root, b"naru return code v1: verifier"), new_identity(seed))


def _labelled(key: bytes, label: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=_KEY_BYTES, salt=None, info=label).derive(key)


def _damm(digits: str) -> int:
    state = 0
    for digit in digits:
        state = _DAMM[state][int(digit)]
    return state
