"""What she does with a partner's reply: she opens it, answers a closed question, or puts it off.

A third part of the transitions behind engine.py. A reply is opened by her own tap, after check, code and word; what it says is in the
conversation only while its screen is open (`put_away`). It is shown on every phone: she said a moment ago that nobody looks on, her own
judgement counts more than ours (domain.md 1.1), and a phone that others look through is often the only one she has (A1). What such a phone
changes is how long: a reply that was left there is not offered again before her next code (domain.md 1.4, wipe_each_step).
"""

from datetime import datetime

from bot.dialogue import flow, replies
from bot.dialogue.conversation import Conversation, Reading
from bot.dialogue.effects import Append, HaveRead
from bot.dialogue.returning import Decision, shown
from bot.dialogue.world import World
from referrals.referral import HOUR_FORMAT, Packet

PLACE = "k_reply"


def pressed(conversation: Conversation, option: str, world: World) -> Decision:
    """A button that opens a reply, or one of those under an open one."""
    match option.split(".", 1):
        case ["reply", start]:
            return _opened(conversation, start, world)
        case ["answer", answer]:
            return _answered(conversation, answer, world)
        case _:  # later
            return shown(conversation, place="k_case")


def _opened(conversation: Conversation, start: str, world: World) -> Decision:
    """Put a reply on the screen. A text is read with that; a question that waits for her stays until she answers it."""
    state, chosen = next(pair for pair in replies.every(conversation, world) if pair[1].reply_id.startswith(start))
    reply = world.replies.get(chosen.reply_id)
    if reply is None:  # the program was started anew since she entered her code, which alone opens it
        return shown(conversation, place="k_case", note="note.reply_again")
    reading = Reading(
        reply_id=chosen.reply_id,
        referral_id=chosen.referral_id,
        written=datetime.strptime(reply.written, HOUR_FORMAT).date(),  # noqa: DTZ007  # a UTC hour
        text=reply.text,
        question=reply.question,
    )
    after, effects = shown(conversation, place=PLACE, reading=reading)
    waits_for_her = bool(replies.answers(reading, state))
    return after, effects if waits_for_her else (HaveRead(chosen.reply_id), *effects)


def _answered(conversation: Conversation, answer: str, world: World) -> Decision:
    """Her answer goes to the partner who asked, as a sealed addition; the question is not on the screen again."""
    reading, state = conversation.reading, replies.under_way(conversation, world)
    if reading is None or state is None:
        return shown(conversation, place="k_case")
    packet = Packet(answer=f"{reading.question}.{answer}")
    said = Append(state.referral_id, state.partner, "addition", packet, world.ids[1])
    after, effects = shown(_without(conversation, reading), place="k_case", note="note.answered")
    return after, (said, HaveRead(reading.reply_id), *effects)


def _without(conversation: Conversation, reading: Reading) -> Conversation:
    left = tuple(each for each in conversation.replies if each.reply_id != reading.reply_id)
    return conversation.model_copy(update={"replies": left})


def put_away(conversation: Conversation) -> Conversation:
    """The conversation without the words of a reply, unless they are on the screen."""
    reading = conversation.reading
    if reading is None or conversation.place == PLACE:
        return conversation
    if conversation.watched or not flow.may_keep(conversation.answers):
        conversation = _without(conversation, reading)
    beneath = "k_case" if conversation.beneath == PLACE else conversation.beneath
    return conversation.model_copy(update={"reading": None, "beneath": beneath})
