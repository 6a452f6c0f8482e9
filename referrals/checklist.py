"""The checklist behind "vetted" (domain.md 4.1), and the form of an operators' record. Pure.

A check says where its evidence lies, never what it says.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator

from referrals.partner import Uuid

HIGH_RISK_DAYS = 90  # how long a check counts where being found out is deadly (domain.md 4.1)
OTHER_DAYS = 180  # elsewhere (domain.md 4.1)
REFERENCES = 2  # independent references from active partners, where registration is impossible (domain.md 4.1 no. 1)

# The 14 items of the checklist, in the order and with the meaning of domain.md 4.1.
CHECKS: Mapping[str, str] = {
    "identity": "legal identity or, where registration is impossible, two independent references from active partners",
    "leadership": "background of leadership and staff, with a declaration of conflicts of interest",
    "psea": "policy on protection from sexual exploitation and abuse, with a channel to report it",
    "child_safeguarding": "child-safeguarding policy and training",
    "conduct": "code of conduct: no fee, debt or success money, no condition of religion, testimony, media or marriage",
    "case_management": "survivor-centred case-management training of named roles",
    "data_sharing": "data-sharing agreement: retention at most ours, notice of a breach to us within 24 hours",
    "device_keys": "device and key security: full-disk encryption, key ceremony by video, fingerprint read aloud",
    "no_ties": "declares no link to brokers, marriage agencies, entertainment or streaming, intelligence or police tasking",
    "safe_contact": "safe-contact protocol, and language test with a native listener",
    "test_referral": "test referral answered in time",
    "staff_care": "staff care and supervision",
    "incidents": "incident history and complaints looked into",
    "no_address": "confirms that no address of a shelter is given to us",
}

CheckCode = Literal[
    "identity", "leadership", "psea", "child_safeguarding", "conduct", "case_management", "data_sharing", "device_keys", "no_ties",
    "safe_contact", "test_referral", "staff_care", "incidents", "no_address",
]  # fmt: skip


def _one_line(text: str) -> str:
    # Control and direction characters could rewrite what a reviewer sees on a terminal or in a spreadsheet.
    if not text.isprintable() or text != text.strip():
        raise ValueError("has an invisible character, a line break or an outer space; type it again")
    return text


def _lines(text: str) -> str:
    for line in text.split("\n"):
        _one_line(line)
    return text


Line = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_one_line)]
Paragraph = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_lines)]
OperatorId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]


class Record(BaseModel):
    """Frozen, closed and strict; says nothing of its values in a representation or an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    __str__ = __repr__


class Check(Record):
    """One item of the checklist: where the evidence lies, who looked at it, when, and until when it counts."""

    item: CheckCode
    evidence: Line  # a reference to where it is kept, not the evidence
    references: tuple[Uuid, ...] = ()  # ids of partners that vouch, for `identity` only
    checked_by: OperatorId
    checked_on: date
    expires_on: date  # the last day that counts

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.expires_on < self.checked_on:
            raise ValueError("expires_on is before checked_on; correct one of them")
        if self.references and (self.item != "identity" or len(set(self.references)) < REFERENCES):
            raise ValueError("references: two or more different partners, for the item identity only; correct it")
        return self
