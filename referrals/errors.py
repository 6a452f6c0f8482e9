"""Everything that can go wrong with a referral, split by who must act.

The docstring of each error is what the person at the screen is told: what is wrong, and what to do next. Its `code` is
the stable name under which a catalogue keeps the translation. No error carries content, a key or a return code: only a
place, which is the name of a part of the format.
"""

import inspect
from typing import ClassVar


class ReferralError(Exception):
    """The referral could not be handled. Keep the file, and tell the operator of the partner list."""

    code: ClassVar[str] = "referral"

    def __init__(self, place: str = "") -> None:
        """`place` names the part of the format that was wrong, never what stood there."""
        self.place = place
        told = " ".join((inspect.getdoc(type(self)) or "").split())
        super().__init__(f"{told} (At: {place}.)" if place else told)


class NotSealedError(ReferralError):
    """This is not a sealed file. Check that you chose the right file, and download it again."""

    code = "not_sealed"


class DamagedError(ReferralError):
    """The sealed file is damaged, or was changed on its way.

    Don't use it; download it again. If that doesn't help, tell the operator of the partner list: someone may have
    altered it.
    """

    code = "damaged"


class NotForYouError(ReferralError):
    """This file was sealed for someone else: none of your keys opens it.

    Check that you used your own, newest identity file. Otherwise leave it to the colleague it was sealed for.
    """

    code = "not_for_you"


class OtherPartnerError(NotForYouError):
    """This referral was made for another partner organisation, and someone passed it on to you.

    The person did not agree to that. Don't act on it, and tell the operator of the partner list.
    """

    code = "other_partner"


class NotTrustedError(ReferralError):
    """This file was not signed by a bot that you know, so anyone could have written it.

    Don't act on it, and tell the operator of the partner list. If the bot got a new key, fetch the newest list first.
    """

    code = "not_trusted"


class TooNewError(ReferralError):
    """This file was made by a newer version of the program. Install the newest version and open it again."""

    code = "too_new"


class MalformedReferralError(ReferralError):
    """The content does not have the form of a referral, though the seal is whole.

    Keep the file, and tell the people who run the bot: this is a defect.
    """

    code = "malformed"


class RecipientError(ReferralError):
    """The keys to seal to are none, too many, damaged, or not post-quantum (age1pq1...). Nothing was sealed.

    The operator of the partner list must correct the partner's keys.
    """

    code = "recipient"


class IdentityError(ReferralError):
    """This is not a usable identity: it must be one line that begins with AGE-SECRET-KEY-PQ-1.

    Check that you chose the identity file that `naru keygen` made, and that nothing in it was cut off.
    """

    code = "identity"


class ReturnCodeError(ReferralError):
    """This is not a return code: that has 16 digits, in four groups of four.

    Look at the number again and enter it slowly.
    """

    code = "return_code"


class CheckDigitError(ReturnCodeError):
    """One of the 16 digits is wrong, or two were swapped. Look at the number again and enter it slowly."""

    code = "check_digit"
