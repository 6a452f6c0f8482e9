"""The partners that fit, and what she decided about each: one offer is open at a time."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Literal

from bot.dialogue import consent, flow
from bot.dialogue.conversation import Conversation, Standing
from bot.dialogue.world import World
from referrals.matching import match
from referrals.referral import Packet
from referrals.rules import holds_by_itself, lowered

_CARD = frozenset({"q11_partner", "q11_less"})
# What holds for a partner by itself, on a day, whatever the case: an offer stands only as long as these are met.
_OWN = frozenset({"canary", "condition", "status", "vetted", "keys", "capacity"})


@dataclass(frozen=True, slots=True)
class Found:
    """The partners that fit, in order, none decided yet."""

    standings: tuple[Standing, ...]
    hub_only: bool  # nothing but the hub fits, or the country is unknown


def find(conversation: Conversation, world: World, now: datetime, *, hub_only: bool = False) -> Found:
    """Look for partners who fit and who do not have the case yet; with `hub_only`, for the hub alone."""
    if not world.may_send(urgent=conversation.urgent):
        return Found((), hub_only=False)
    facts = flow.facts(conversation, consent.fields(flow.packet(conversation)), hub_only=hub_only)
    found = match(facts, world.directory, now, conversation.salt.encode(), world.overdue, world.lowered)
    standings = tuple(
        Standing(partner=offer.partner_id, service=offer.service_index, reasons=offer.reasons) for offer in found.offers
    )
    return Found(standings, found.hub_only)


def upheld(conversation: Conversation, world: World) -> Conversation:
    """The conversation without open offers of partners who were suspended, filled up or left the list since the offer was made."""
    offers = tuple(each for each in conversation.offers if each.decision != "open" or _stands(each, world))
    if offers != conversation.offers:
        # What she took out of the packet holds for the open card only.
        same = any_open(conversation) and now_open(conversation) in offers
        changes = {"offers": offers, "removed": conversation.removed if same else ()}
        conversation = conversation.model_copy(update=changes | ({} if same else _back_to_card(conversation)))
        if conversation.sent and conversation.place not in _CARD and not more_to_do(conversation, world):
            conversation = bare(conversation)  # the last offer is decided by its absence
    if conversation.place in _CARD and not any_open(conversation):
        # The last offer is decided by its absence: after a sending, the answers leave; before one, she may go back and change them.
        left = bare(conversation) if conversation.sent else conversation
        return left.model_copy(update={"place": "m_sent" if conversation.sent else "m_none"})
    return conversation


def _back_to_card(conversation: Conversation) -> dict[str, str]:
    return {"place": "q11_partner"} if conversation.place == "q11_less" else {}


def _stands(standing: Standing, world: World) -> bool:
    if standing.partner not in world.directory:
        return False
    partner = lowered(world.directory.partner(standing.partner), world.lowered.get(standing.partner))
    midnight = datetime.combine(world.today, time(), UTC)
    return standing.service < len(partner.services) and holds_by_itself(
        partner, partner.services[standing.service], midnight, _OWN
    )


def in_force(partner_id: str, world: World) -> bool:
    """Tell whether something may be added to a referral that this partner has."""
    return sealable(partner_id, world) and world.directory.partner(partner_id).x_status == "active"


def sealable(partner_id: str, world: World) -> bool:
    """Tell whether the partner can still be told that a referral is taken back: it is in the list and has a key."""
    return partner_id in world.directory and bool(world.directory.partner(partner_id).recipients(world.today))


def names_canary(untrusted_screen: str, world: World) -> bool:
    """Tell whether a press claims to come from the card of a partner who is never offered."""
    kind, _, rest = untrusted_screen.partition(".")
    partner = world.directory.by_alias(rest.partition(".")[0]) if kind in _CARD else None
    return partner is not None and partner.x_canary


def any_open(conversation: Conversation) -> bool:
    """Tell whether an offer is undecided."""
    return any(standing.decision == "open" for standing in conversation.offers)


def now_open(conversation: Conversation) -> Standing:
    """The offer on the card. Called only where there is one; StopIteration otherwise, which is our own mistake."""
    return next(standing for standing in conversation.offers if standing.decision == "open")


def decided(conversation: Conversation, decision: Literal["passed", "sent"]) -> Conversation:
    """The conversation with the offer on the card decided; what she took out of the packet held for that card only."""
    current = now_open(conversation)
    marked = current.model_copy(update={"decision": decision})
    standings = tuple(marked if each is current else each for each in conversation.offers)
    return conversation.model_copy(update={"offers": standings, "removed": ()})


def packet(conversation: Conversation) -> Packet:
    """What would be sent by the open card: everything but the lines she took out."""
    return consent.without(flow.packet(conversation), conversation.removed)


def more_to_do(conversation: Conversation, world: World) -> bool:
    """Tell whether an offer is undecided or, on the urgent path, the country may still be added."""
    due = bool(conversation.answers) and flow.following(world.questionnaire, conversation.answers) is not None
    return due or any_open(conversation)


def bare(conversation: Conversation) -> Conversation:
    """The conversation without answers: they leave when the last offer is decided."""
    watched = conversation.watched or not flow.may_keep(conversation.answers)
    gone = {"answers": {}, "offers": (), "removed": (), "picked": (), "hub_only": False, "watched": watched}
    return conversation.model_copy(update=gone)
