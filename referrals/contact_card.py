"""The contact card: what she and her helper know each other by, sealed to the key from her return code. Pure."""

from typing import Annotated

from pydantic import StringConstraints

from referrals.referral import Record

Word = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,16}$")]  # the code of a word on the reviewed list


class ContactCard(Record):
    """Her words and her way of contact; a member that she did not choose is absent."""

    check: Word | None = None  # opens; her helper names it
    danger: Word | None = None  # marks the case, and opens nothing
    mode: Annotated[str, StringConstraints(pattern=r"^c_[a-z]{2,10}$")] | None = None
    band: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}-[0-9]{2}$")] | None = None
