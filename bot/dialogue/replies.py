"""Which replies she may open: under referrals that she did not take back, from partners that are in force; nothing of what they say."""

from bot.dialogue import offers
from bot.dialogue.conversation import Conversation, Reading, Waiting
from bot.dialogue.world import World
from referrals.casebook_view import ReferralState
from referrals.questions import QUESTIONS

ID_SHOWN = 8  # hex digits of a reply's id in a button: told apart within one case, and no more than needed
# She took it back, or nobody was ever to have it: then nobody has anything to say to her under it.
_SILENT = frozenset({"queued", "held", "withdrawn", "revoked", "expired", "destroyed"})
# States in which an answer of hers still reaches somebody who works on it.
_ANSWERABLE = frozenset({"delivered", "acknowledged", "accepted", "need_more", "in_contact"})


def _of(conversation: Conversation, state: ReferralState) -> tuple[Waiting, ...]:
    there = tuple(each for each in conversation.replies if each.referral_id == state.referral_id)
    return () if state.state in _SILENT else there


def readable(conversation: Conversation, state: ReferralState, world: World) -> tuple[Waiting, ...]:
    """The replies under a referral that she may open, oldest first."""
    return _of(conversation, state) if offers.in_force(state.partner, world) else ()


def withheld(conversation: Conversation, state: ReferralState, world: World) -> bool:
    """Tell whether replies are there that she can't open now: their partner was suspended, or is not in force for another reason."""
    return bool(_of(conversation, state)) and not offers.in_force(state.partner, world)


def every(conversation: Conversation, world: World) -> tuple[tuple[ReferralState, Waiting], ...]:
    """All replies that she may open, each with its referral: by referral, and oldest first."""
    states = conversation.seen.referrals if conversation.seen else ()
    return tuple((state, each) for state in states for each in readable(conversation, state, world))


def under_way(conversation: Conversation, world: World) -> ReferralState | None:
    """The referral whose reply is on the screen; None when it may not be read any more."""
    reading = conversation.reading
    open_ones = every(conversation, world) if reading is not None else ()
    return next((state for state, each in open_ones if reading is not None and each.reply_id == reading.reply_id), None)


def following(conversation: Conversation, world: World) -> Waiting | None:
    """The reply after the one on the screen."""
    reading = conversation.reading
    ids = [each for _, each in every(conversation, world)]
    at = next((number for number, each in enumerate(ids) if reading and each.reply_id == reading.reply_id), len(ids))
    return ids[at + 1] if at + 1 < len(ids) else None


def answers(reading: Reading, state: ReferralState) -> tuple[str, ...]:
    """The answers that she can give to what is on the screen: none to a text, and none to a question that nobody waits for any more."""
    return QUESTIONS[reading.question] if reading.question is not None and state.state in _ANSWERABLE else ()
