"""What happens next: what each event and each button leads to. Read this first, then the files that it leads to.

Where answers are given and partners offered, asking.py goes on; after a sending and on a return, returning.py, and with a partner's reply
replying.py.

`advance` decides; it reads no clock, draws no randomness and does nothing. A press is looked at only if the screen offers it
(`Screen.invites`), so every transition below may rely on it.
"""

from datetime import datetime

from bot.dialogue import asking, flow, offers, replying, returning, screens
from bot.dialogue.asking import ERASED, OVERLAYS, opened
from bot.dialogue.conversation import FRONT, NOBODY, Conversation
from bot.dialogue.effects import Alarm, Forget, MakeCode, Returned, Save, Show
from bot.dialogue.events import (
    CodeChecked,
    Event,
    Idled,
    Left,
    MessageLost,
    Remained,
    SentMedia,
    Started,
    Tapped,
    Typed,
)
from bot.dialogue.returning import Decision, shown
from bot.dialogue.typed import code_digits, heard
from bot.dialogue.world import World

__all__ = ["Decision", "advance"]

_CHOOSING = ("w_check", "w_danger")  # her words are chosen here
_CASE = ("k_case", "k_ref", "k_unsafe", "k_erase", "k_reply")  # her case is open here
_BACK_TO = {"k_ref": "k_case", "k_erase": "k_case", "k_reply": "k_case", "k_unsafe": "k_ref"}


def advance(conversation: Conversation, event: Event, world: World, now: datetime) -> Decision:
    """Decide what an event changes. Total: any event in any conversation gives a conversation with a screen.

    `now` is an aware UTC time. The effects are to be carried out in their order.
    """
    after, effects = _decided(offers.upheld(conversation.model_copy(update={"note": None}), world), event, world, now)
    return replying.put_away(after), effects


def _decided(conversation: Conversation, event: Event, world: World, now: datetime) -> Decision:
    match event:
        case Started():
            return NOBODY, (Show(),)
        case Idled():
            return NOBODY, (Forget(cover=conversation.place != FRONT, links=False),)
        case Left() | MessageLost():
            return NOBODY, (Forget(cover=False),)
        case SentMedia():
            return shown(conversation, note=None if conversation.place == FRONT else "note.buttons")
        case Remained():
            return shown(conversation, note="note.remains")
        case Typed(untrusted_text):
            return _typed(conversation, untrusted_text, world, now)
        case CodeChecked():
            return _code_checked(conversation, event, world, now)
        case Tapped("q5_country", option) if not world.rule(option).service:
            return ERASED  # N24: a forged choice, for no button offers it
        case Tapped(screen, option):
            if screens.screen(conversation, world).invites(screen, option):
                return _pressed(conversation, option, world, now)
            # A forged press on the card of a partner who is never offered: somebody is fishing.
            return conversation, (*((Alarm("canary"),) if offers.names_canary(screen, world) else ()), Show())


def _typed(conversation: Conversation, untrusted_text: str, world: World, now: datetime) -> Decision:
    """What was typed is answered by kind and forgotten; on the front page, whatever it was, by the front page."""
    found = heard(untrusted_text)
    if found == "wipe":
        return ERASED
    if conversation.place == "k_code":
        return returning.digits(conversation, code_digits(untrusted_text), world, now)
    if conversation.place == FRONT:
        return shown(conversation)
    if found == "distress" and flow.may_turn_urgent(conversation):
        return opened(conversation, "t_urgent")
    return shown(conversation, note="note.personal" if found == "personal" else "note.buttons")


def _pressed(conversation: Conversation, option: str, world: World, now: datetime) -> Decision:
    match option.split(".", 1):
        case ["nav", "wipe"] | ["wipe_now"]:
            return ERASED
        case ["nav", "back"]:
            return _back(conversation, world)
        case ["nav", "pause"]:
            return _pause(conversation, world)
        case ["page", page]:
            return shown(conversation, page=int(page))
        case ["open", page]:
            return opened(conversation, page)
        case ["phone_tips"]:
            return opened(conversation.model_copy(update={"place": "m_sent", "fresh_code": None}), "p_phone")
        case ["key", "erase"]:
            return shown(conversation, digits=conversation.digits[:-1])
        case ["key", digit]:
            return returning.digits(conversation, digit, world, now)
        case ["go_on"]:
            return asking.go_on(conversation.model_copy(update={"fresh_code": None}), world, now)
        case ["resume"]:
            return asking.resumed(conversation, conversation.paused or "", world, now)
        case ["new"]:
            return asking.anew(conversation, world, now)
        case ["urgent", _]:
            return asking.to_urgent(conversation, world, now)
        case ["report", _]:
            return returning.reported(conversation, world)
        case ["take_back"]:
            left = {"place": "m_sent", "fresh_code": None} if conversation.place == "r_receipt" else {}
            return opened(conversation.model_copy(update=left), "m_take_back")
        case ["take_back", _]:
            return returning.taken_back(conversation, world)
        case ["word", word]:
            return _word(conversation, word, world)
        case ["nav", "skip"] if conversation.place in _CHOOSING:
            return returning.word_chosen(conversation, None, world)
        case ["reply" | "answer" | "later", *_]:
            return replying.pressed(conversation, option, world)
        case _ if conversation.place in _CASE:
            return returning.case_pressed(conversation, option, world)
        case _ if conversation.place == "q11_partner":
            return asking.decided(conversation, option, world, now)
        case _ if conversation.place == "q11_less":
            return asking.taken_out(conversation, option)
        case _:
            return asking.answered(conversation, world.questionnaire[conversation.place], option, world, now)


def _word(conversation: Conversation, word: str, world: World) -> Decision:
    if conversation.place in _CHOOSING:
        return returning.word_chosen(conversation, word, world)
    if conversation.place == "k_word":
        return returning.word_tapped(conversation, word, world)
    return returning.word_given(conversation, word)


def _back(conversation: Conversation, world: World) -> Decision:
    place = conversation.place
    if place in _BACK_TO:
        return shown(conversation, place=_BACK_TO[place])
    if place in OVERLAYS and conversation.beneath is not None:
        return shown(conversation, place=conversation.beneath, beneath=None, digits="")
    if place in OVERLAYS:  # the everyday pages after the danger word
        return NOBODY, (Show(),)
    if conversation.sent:
        left = conversation if offers.more_to_do(conversation, world) else offers.bare(conversation)
        return shown(left, place="m_sent")
    asked = place if place in world.questionnaire else None
    before = flow.preceding(world.questionnaire, conversation.answers, asked)
    if before == FRONT:
        return NOBODY, (Show(),)
    picked = conversation.answers[before] if world.questionnaire[before].multi else ()
    return shown(conversation, place=before, picked=picked, page=1, offers=(), removed=())


def _pause(conversation: Conversation, world: World) -> Decision:
    case, code = world.case_of(conversation.case)
    if case is None:
        return conversation, (MakeCode(),)
    kept = conversation.model_copy(update={"case": case})
    hours = flow.kept_hours(conversation)
    told = {"place": "r_paused", "locale": conversation.locale, "fresh_code": code, "kept_hours": hours}
    return NOBODY.model_copy(update=told), (Save(kept.stored(), case.verifier, case.reply_to, hours), Show())


def _code_checked(conversation: Conversation, event: CodeChecked, world: World, now: datetime) -> Decision:
    if conversation.place != "k_code":
        return conversation, (Show(),)
    if event.case is None and event.saved is not None:
        after, effects = asking.resumed(conversation, event.saved, world, now)
        return after, (Returned(), *effects)
    return returning.code_checked(conversation, event, now)
