"""What would be sent, line by line: she sees each line, may take it out, and consents to exactly what is left.

The id of the card's screen carries a digest of the packet (`tag`), so that a press on an older card, which showed something else,
is not a consent to what the card shows now.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from referrals.questions import question_of
from referrals.referral import Packet


@dataclass(frozen=True, slots=True)
class PacketLine:
    """One line of the preview."""

    id: str  # "country", or "need.n_leave" where a field holds several answers
    label: str  # key of the words for the field
    value: str  # key of the words for the answer
    extra: str | None = None  # key of the words for a second answer on the same line: the hours of a band
    asked: str | None = None  # key of the words for the question that a partner asked, where it is one of those


# Field of the packet -> the question whose words name its values. In the order in which they are shown.
_SINGLE = {"klass": "line.klass", "urgent": "u1_what", "country": "q5_country", "language": "line.language"}
_SEVERAL = {"needs": ("need", "q6_needs"), "situations": ("situation", "q7_situation")}
_LATE_SEVERAL = {"with_": ("with", "q8_with"), "helper": ("helper", "q9_talk")}


def lines(packet: Packet) -> tuple[PacketLine, ...]:
    """Every answer in the packet that she can take out, in the order shown."""
    found: list[PacketLine] = []
    for field, words in _SINGLE.items():
        value = getattr(packet, field)
        if value is not None:
            found.append(PacketLine(field, f"line.{field}", f"{words}.{value}"))
    found += _several(packet, _SEVERAL)
    if packet.danger is not None:
        found.append(PacketLine("danger", "line.danger", f"line.danger.{packet.danger}"))
    found += _several(packet, _LATE_SEVERAL)
    if packet.contact is not None:
        band = None if packet.band is None else f"q10_band.{packet.band}"
        found.append(PacketLine("contact", "line.contact", f"q10_contact.{packet.contact}", band))
    if packet.check is not None:
        found.append(PacketLine("check", "line.check", f"word.{packet.check}"))
    if packet.answer is not None:
        found.append(PacketLine("answer", "line.answer", packet.answer, asked=question_of(packet.answer)))
    if packet.report is not None:
        found.append(PacketLine("report", "line.report", f"line.report.{packet.report}"))
    return tuple(found)


def _several(packet: Packet, fields: dict[str, tuple[str, str]]) -> list[PacketLine]:
    return [
        PacketLine(f"{name}.{code}", f"line.{name}", f"{words}.{code}")
        for field, (name, words) in fields.items()
        for code in getattr(packet, field)
    ]


def without(packet: Packet, removed: Iterable[str]) -> Packet:
    """The packet without the lines that she took out."""
    gone = set(removed)
    changes: dict[str, object] = {field: None for field in (*_SINGLE, "danger", "check") if field in gone}
    for field, (name, _) in {**_SEVERAL, **_LATE_SEVERAL}.items():
        changes[field] = tuple(code for code in getattr(packet, field) if f"{name}.{code}" not in gone)
    if "contact" in gone:
        changes |= {"contact": None, "band": None}
    return packet.model_copy(update=changes)


def taken_out(removed: tuple[str, ...], option: str) -> tuple[str, ...]:
    """The ids of the removed lines after one more ("-id") or one less ("+id"); harmless when it arrives twice."""
    others = tuple(line for line in removed if line != option[1:])
    return (*others, option[1:]) if option[0] == "-" else others


def fields(packet: Packet) -> frozenset[str]:
    """Names of the fields that the packet would carry: what matching weighs against a partner's wishes."""
    return frozenset(packet.model_dump(by_alias=True)) - {"flags", "check"}


def tag(partner: str, directory_version: int, packet: Packet) -> str:
    """Eight hex digits of SHA-256 over what a card shows: who gets it, by which list, and exactly what."""
    shown = f"{partner}\n{directory_version}\n{packet.model_dump_json()}"
    return hashlib.sha256(shown.encode()).hexdigest()[:8]
