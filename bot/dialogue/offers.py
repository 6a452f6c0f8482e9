"""The partners that fit, and what she decided about each: one offer is open at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.dialogue import consent, flow
from bot.dialogue.conversation import Conversation, Standing
from bot.dialogue.world import World
from referrals.matching import match
from referrals.referral import Packet


@dataclass(frozen=True, slots=True)
class Found:
    """The partners that fit, in order, none decided yet."""

    standings: tuple[Standing, ...]
    hub_only: bool  # nothing but the hub fits, or the country is unknown


def find(conversation: Conversation, world: World, now: datetime) -> Found:
    """Look for partners who fit and who do not have the case yet."""
    facts = flow.facts(conversation, consent.fields(flow.packet(conversation)))
    found = match(facts, world.directory, now, conversation.salt.encode())
    standings = tuple(
        Standing(partner=offer.partner_id, service=offer.service_index, reasons=offer.reasons) for offer in found.offers
    )
    return Found(standings, found.hub_only)


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
    return conversation.model_copy(update={"answers": {}, "offers": (), "removed": (), "picked": (), "hub_only": False})
