"""What matching may know of a case, in the questionnaire's codes, and what some of them stand for. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from referrals.referral import Packet

NEEDS = (
    "n_place",
    "n_leave",
    "n_med",
    "n_preg",
    "n_mind",
    "n_child",
    "n_food",
    "n_family",
    "n_legal",
    "n_path",
    "n_caught",
    "n_phone",
    "n_scam",
    "n_talk",
    "n_info",
)
SITUATIONS = (
    "s_notfree",
    "s_papers",
    "s_debt",
    "s_union",
    "s_camera",
    "s_forced",
    "s_unpaid",
    "s_report",
    "s_scamwork",
    "s_hurt",
)
SELF_HELP_NEEDS = frozenset({"n_phone", "n_scam", "n_info"})
"""Needs that pages answer, without a partner."""

# What an urgent word asks for, for matching only: it never enters the packet. Code -> needs, situations.
URGENT_IMPLIES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "u_moved": (("n_leave",), ()),
    "u_locked": (("n_leave",), ("s_notfree",)),
    "u_hurt": (("n_med",), ()),
    "u_med": (("n_med",), ()),
    "u_self": (("n_mind", "n_talk"), ()),
    "u_caught": (("n_caught",), ()),
}

ISO_639 = {"ko": "kor", "zh": "zho"}
PACKET_FIELDS = frozenset(info.serialization_alias or name for name, info in Packet.model_fields.items())


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What matching may know of a case. Codes are the questionnaire's; None, empty and False mean "not stated"."""

    country: str | None = field(default=None, repr=False)  # ISO 3166-1 alpha-2
    needs: tuple[str, ...] = field(default=(), repr=False)
    situations: tuple[str, ...] = field(default=(), repr=False)
    urgent: str | None = field(default=None, repr=False)
    klass: str = field(default="normal", repr=False)  # now, days or normal
    danger: str | None = field(default=None, repr=False)  # high or raised
    languages: frozenset[str] = field(default=frozenset({"ko"}), repr=False)  # ko, zh
    dialect: str | None = field(default=None, repr=False)  # north, south or yanbian
    under_18: bool = field(default=False, repr=False)  # not stated counts as adult; the card says whom a partner takes
    with_child: bool = field(default=False, repr=False)
    male: bool = field(default=False, repr=False)
    wants_woman: bool = field(default=False, repr=False)
    contact: str = field(default="c_return", repr=False)
    fields_offered: frozenset[str] = field(default=frozenset(), repr=False)  # parts of the packet, as named when sent
    excluded: frozenset[str] = field(default=frozenset(), repr=False)  # partner ids: conflict, or already asked
    hub_only: bool = field(default=False, repr=False)  # she has looked often enough today; never holds for class `now`

    def __post_init__(self) -> None:
        if not self.fields_offered <= PACKET_FIELDS:
            raise ValueError("fields_offered has a name that no packet has; use the names of referral.Packet as sent")

    @property
    def needs_stated(self) -> frozenset[str]:
        """Needs that she chose, and those that her urgent word stands for: what she asked for herself."""
        return frozenset(self.needs) | frozenset(URGENT_IMPLIES.get(self.urgent or "", ((), ()))[0])

    @property
    def needs_to_match(self) -> frozenset[str]:
        """Needs stated, and the one that an age under 18 stands for."""
        return self.needs_stated | (frozenset({"n_child"}) if self.under_18 else frozenset())

    @property
    def situations_to_match(self) -> frozenset[str]:
        """Situations stated, and those that an urgent word stands for."""
        return frozenset(self.situations) | frozenset(URGENT_IMPLIES.get(self.urgent or "", ((), ()))[1])

    @property
    def codes_spoken(self) -> frozenset[str]:
        """The languages as ISO 639-3, as partners give them."""
        return frozenset(ISO_639[language] for language in self.languages if language in ISO_639)

    @property
    def contact_to_match(self) -> str:
        """The contact mode that a partner must support: c_none matches like c_return, marked "no reply" (design.md, decision 9)."""
        return "c_return" if self.contact == "c_none" else self.contact

    @property
    def specialists_barred(self) -> bool:
        """Whether the hub alone may be offered; the urgent path stays open whatever happens (domain.md 2.1)."""
        return self.hub_only and self.klass != "now"

    @property
    def self_help_only(self) -> bool:
        """Whether pages answer everything she asked for."""
        return self.urgent is None and bool(self.needs) and set(self.needs) <= SELF_HELP_NEEDS
