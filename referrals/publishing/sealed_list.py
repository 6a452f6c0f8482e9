"""A list in its seal: padded to a power of two and sealed as an age file to bots and operators. Pure.

The padding is "naru-list-padded/1 LENGTH", a line feed, LENGTH bytes, then spaces. The seal hides the list, it doesn't prove it: anyone can
seal to a recipient. TUF signs the sealed file.
"""

import re
from collections.abc import Callable, Sequence

from referrals import age_format
from referrals.age_keys import identity_key, unwrap
from referrals.errors import NotSealedError, ReferralError
from referrals.publishing.errors import AlteredError, NotForThisBotError
from referrals.sealing import encrypt
from referrals.secret import Secret

MIN_BYTES = 16 * 1024  # of padded plaintext; three partners with two keys each fill it
MAX_BYTES = 64 * 1024 * 1024  # 10,000 partners with two keys each have 50 MB

_PADDED = re.compile(rb"naru-list-padded/1 (0|[1-9][0-9]{0,8})\n")


def seal_list(plaintext: bytes, recipients: Sequence[str], randomness: Callable[[int], bytes]) -> bytes:
    """Return `plaintext` padded to a power of two and sealed; raises RecipientError, and ValueError above 64 MiB."""
    padded = b"naru-list-padded/1 %d\n" % len(plaintext) + plaintext
    size = max(MIN_BYTES, 1 << (len(padded) - 1).bit_length())
    if size > MAX_BYTES:
        raise ValueError("the list is too long to be sealed")
    return encrypt(padded.ljust(size, b" "), recipients, randomness)


def open_list(untrusted: bytes, identities: Sequence[Secret[str]], place: str) -> bytes:
    """Return what `seal_list` was given; raises NotForThisBotError or AlteredError at `place`.

    Not `sealing.decrypt`, which takes no file above 1 MiB, rightly for referrals.
    """
    try:
        age_file = age_format.parse(untrusted)
        keys = (unwrap(age_file.stanzas, identity_key(identity)) for identity in identities)
        file_key = next((key for key in keys if key is not None), None)
        if file_key is not None:
            age_format.check_mac(age_file, file_key)
            return _unpad(age_format.open_payload(age_file.payload, file_key))
    except ReferralError:
        raise AlteredError(place) from None
    raise NotForThisBotError(place)


def _unpad(plaintext: bytes) -> bytes:
    start = _PADDED.match(plaintext)
    end = start.end() + int(start[1]) if start else 0
    if not start or end > len(plaintext) or plaintext[end:] != b" " * (len(plaintext) - end):
        raise NotSealedError("padding")
    return plaintext[start.end() : end]
