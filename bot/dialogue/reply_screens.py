"""A partner's reply on the screen: who sent it, what it says or asks, and the answers she can give.

What the partner wrote is shown as it is and never interpreted: nothing in it fills a place, and nothing in it can be pressed (`inert`).
"""

import re

from bot.dialogue import replies
from bot.dialogue.case_screens import alias, case
from bot.dialogue.conversation import Conversation, Reading
from bot.dialogue.layout import BACK, WIPE, Line, Screen, numbered
from bot.dialogue.world import World
from referrals.casebook_view import ReferralState

# Messengers make links of addresses, names, commands and long numbers wherever they stand. A word joiner, which has no width, breaks them.
_JOINER = "\u2060"
_LINKED = re.compile(r"(?<=[./:@#_\\-])(?=\S)|(?<=[0-9]{3})(?=[0-9])")
# Signs that reorder the letters around them (Unicode TR 9): what is read would not be what was written.
_REORDERING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def inert(untrusted_text: str) -> str:
    """What a partner wrote, looking the same, in which nothing can be pressed and nothing reorders the rest."""
    return _LINKED.sub(_JOINER, _REORDERING.sub("", untrusted_text))


def reply(conversation: Conversation, world: World) -> Screen:
    """The reply she opened; her case where it may not be read any more."""
    reading, state = conversation.reading, replies.under_way(conversation, world)
    if reading is None or state is None:
        return case(conversation, world)
    answers = [(f"answer.{each}", Line(f"{reading.question}.{each}")) for each in replies.answers(reading, state)]
    options = [*answers, *([("later", Line("k_reply.later"))] if answers else [])]
    after = replies.following(conversation, world)
    if after is not None:
        options.append((f"reply.{after.reply_id[: replies.ID_SHOWN]}", Line("k_reply.next")))
    said = _text(conversation, reading) if reading.text is not None else _question(reading, state, world)
    lines = (Line("k_reply", {"who": alias(world, state.partner)}), *_age(reading, world), *said)
    return Screen(f"k_reply.{reading.reply_id[: replies.ID_SHOWN]}", lines, (*numbered(options), (BACK, WIPE)))


def _age(reading: Reading, world: World) -> tuple[Line, ...]:
    """How old it is, in whole days: what it says of times may be over."""
    days = (world.today - reading.written).days
    return (Line("k_reply.days", {"days": str(days)}),) if days > 0 else ()


def _text(conversation: Conversation, reading: Reading) -> tuple[Line, ...]:
    """The text, and how she knows that it is from her helper (domain.md 1.5)."""
    said = Line("k_reply.text", {"text": inert(reading.text or "")})
    check = conversation.card.check if conversation.card is not None else None
    rule = Line("k_reply.no_word") if check is None else Line("k_reply.word", {"word": Line(f"word.{check}")})
    return said, rule


def _question(reading: Reading, state: ReferralState, world: World) -> tuple[Line, ...]:
    """The question in our words, and who gets the answer."""
    asked = Line(reading.question or "")
    if not replies.answers(reading, state):
        return asked, Line("k_reply.over")
    return asked, Line("k_reply.sends", {"who": alias(world, state.partner)})


PLACES = {"k_reply": reply}
