"""What happens after something was sent, and when she comes back: her words, her code, her case, reports, taking back.

The second half of the transitions in engine.py, split by one question: is a case open, or was something sent? What leads back to
questions or offers is decided there. The same rules hold: pure, and only what the screen offers can be pressed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeAlias

from bot.dialogue import flow, offers
from bot.dialogue.case_screens import WITHDRAWABLE, state_of, withdrawable
from bot.dialogue.conversation import NOBODY, Conversation, Opening, Sent
from bot.dialogue.effects import (
    Alarm,
    Append,
    CheckCode,
    Count,
    Effect,
    EraseCase,
    Feedback,
    Forget,
    KeepCard,
    Report,
    Returned,
    Show,
    Unreach,
    Unsave,
)
from bot.dialogue.events import CodeChecked
from bot.dialogue.world import Tries, World
from referrals.casebook_view import ReferralState
from referrals.contact_card import ContactCard
from referrals.referral import Packet
from referrals.return_code import CODE_DIGITS

Decision: TypeAlias = tuple[Conversation, tuple[Effect, ...]]

# Codes that open nothing, before trying gets slower: she may mistype 16 digits a few times in a hurry. Then each further try waits,
# at most a quarter of an hour, so that nobody can lock her out. Guessing is hopeless anyway (return_code.py); this saves the work of
# deriving keys for everybody else.
_FREE_TRIES = 5
_FIRST_WAIT, _LONGEST_WAIT = 60, 900  # seconds, doubling


def shown(conversation: Conversation, **changes: object) -> Decision:
    """The conversation with these changes, on the screen."""
    return conversation.model_copy(update=changes), (Show(),)


# --- her words, after the last decision ---


def words_due(conversation: Conversation) -> bool:
    """Tell whether she may choose her words now: something was sent, not in a hurry, and she has none yet."""
    return bool(conversation.sent) and conversation.card is None and not conversation.hurried


def word_chosen(conversation: Conversation, word: str | None, world: World) -> Decision:
    """Take the check word, then the danger word; the card is sealed to her, the check word to each partner who has the case."""
    if conversation.place == "w_check":
        return (
            shown(conversation, place="m_end") if word is None else shown(conversation, place="w_danger", chosen=word)
        )
    card = ContactCard(check=conversation.chosen, danger=word)
    after = conversation.model_copy(update={"place": "m_end", "chosen": None, "note": "note.words_kept"})
    told = _appended([(each.referral_id, each.partner) for each in conversation.sent], Packet(check=card.check), world)
    return after, (KeepCard(card), *told, Show())


def _appended(referrals: list[tuple[str, str]], packet: Packet, world: World) -> tuple[Append, ...]:
    """The same addition to each referral (its id and its partner) whose partner is still in force."""
    return tuple(
        Append(referral_id, partner, "addition", packet, world.packet_id(number))
        for number, (referral_id, partner) in enumerate(referrals)
        if offers.in_force(partner, world)
    )


# --- her code ---


def wait(tries: Tries) -> int:
    """Seconds from the last code that opened nothing until the next may be tried."""
    over = tries.codes - _FREE_TRIES
    return 0 if over < 0 else int(min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(over, 16)))


def waits(tries: Tries, now: datetime) -> bool:
    """Tell whether the next try must wait. Below 0 the clock was set back: then nobody waits for it to catch up."""
    return 0 <= now.timestamp() - tries.last_code < wait(tries)


def digits(conversation: Conversation, more: str, world: World, now: datetime) -> Decision:
    """Take digits; the sixteenth asks what the code opens, unless trying has become slow."""
    entered = (conversation.digits + more)[:CODE_DIGITS]
    if len(entered) < CODE_DIGITS:
        return shown(conversation, digits=entered)
    cleared = conversation.model_copy(update={"digits": ""})
    if waits(world.tries, now):
        return cleared.model_copy(update={"note": "note.code_wait"}), (Alarm("code_limit"), Show())
    return cleared, (CheckCode(entered),)


def code_checked(conversation: Conversation, event: CodeChecked, now: datetime) -> Decision:
    """What a code opened, when it is not only a paused conversation: one word first, if she chose words."""
    if event.case is None or event.keys is None:
        return _wrong(conversation, "code")
    opening = Opening(seen=event.case, case=event.keys, paused=event.saved, card=event.card, replies=event.replies)
    opened = conversation.model_copy(update={"opening": opening})
    alarms = (Alarm("reply"),) if event.unopened else ()
    if event.card is None or event.card.check is None:
        after, effects = _arrived(opened, opening)
        return after, (*alarms, *effects)
    if waits(event.words, now):  # somebody has her code and guesses: from whatever account, it gets slower
        return conversation.model_copy(update={"note": "note.code_wait"}), (Alarm("code_limit"), Show())
    after, effects = shown(opened, place="k_word")
    return after, (*alarms, *effects)


def _wrong(conversation: Conversation, what: Literal["code", "word"]) -> Decision:
    """A code or a word that opens nothing: the same words for each, and everything that was opened is let go."""
    keypad = {"place": "k_code", "note": "note.code_wrong", "opening": None}
    counted = (Count("code"),) if what == "code" else (Count("code"), Count("word"))
    return conversation.model_copy(update=keypad), (*counted, Show())


def _arrived(conversation: Conversation, opening: Opening) -> Decision:
    """Her case is open. On a phone that somebody looks through, nothing is sent any more, whatever she chose before."""
    # The danger word has done its work; it is not kept any longer than it takes to tap.
    card = None if opening.card is None else ContactCard(check=opening.card.check)
    found = {
        "seen": opening.seen,
        "case": opening.case,
        "paused": opening.paused,
        "card": card,
        "replies": opening.replies,
    }
    after = conversation.model_copy(
        update={**found, "opening": None, "place": "k_case", "beneath": None, "asked": None}
    )
    silenced = () if flow.may_keep(conversation.answers) else (Unreach(),)
    return after, (Returned(), *silenced, Show())


def word_tapped(conversation: Conversation, word: str, world: World) -> Decision:
    """Her check word opens; her danger word marks the case and shows everyday pages; any other is a wrong code."""
    opening = conversation.opening
    card = opening.card if opening is not None else None
    if opening is not None and card is not None and word == card.check:
        return _arrived(conversation, opening)
    if opening is not None and card is not None and word == card.danger:
        return _under_duress(conversation, opening, world)
    return _wrong(conversation, "word")


def _under_duress(conversation: Conversation, opening: Opening, world: World) -> Decision:
    """Somebody makes her come back: the partners learn it, nothing more is sent to this phone, and the screen is an everyday page."""
    running = [(each.referral_id, each.partner) for each in opening.seen.referrals if withdrawable(each, world)]
    marks = _appended(running, Packet(flags=("danger_word",)), world)
    cover = NOBODY.model_copy(update={"locale": conversation.locale, "place": "c_menu", "note": "note.no_news"})
    return cover, (*marks, Unreach(), Show())


# --- her case ---


def case_pressed(conversation: Conversation, option: str, world: World) -> Decision:
    """What she does with her case: look at one referral, take it back, say how it was, erase all."""
    match option.split(".", 1):
        case ["ref", start]:
            return shown(conversation, place="k_ref", asked=start)
        case ["withdraw"]:
            return _withdrawn(conversation, world)
        case ["said", "unsafe"]:
            return shown(conversation, place="k_unsafe")
        case ["said", answer]:
            return _answered(conversation, answer)
        case ["unsafe", _]:
            return _unsafe(conversation, world)
        case ["erase_all"]:
            return shown(conversation, place="k_erase")
        case _:  # erase.yes
            return _erased(conversation, world)


def _withdrawn(conversation: Conversation, world: World) -> Decision:
    """She takes a referral back: the partner gets a sealed withdrawal, and the list shows it at once."""
    chosen = state_of(conversation)
    if chosen is None:
        return shown(conversation, place="k_case")
    seen = flow.noted(conversation.seen, chosen, state="withdrawn", reason=None)
    taken = Append(chosen.referral_id, chosen.partner, "withdrawal", Packet(), world.ids[1])
    return conversation.model_copy(update={"seen": seen, "place": "k_case"}), (taken, Show())


def _answered(conversation: Conversation, answer: str, *others: Effect) -> Decision:
    chosen = state_of(conversation)
    if chosen is None:
        return shown(conversation, place="k_case")
    seen = flow.noted(conversation.seen, chosen, asked=True)
    said = Feedback(chosen.referral_id, answer)  # type: ignore[arg-type]  # one of the buttons of k_ref
    changes = {"seen": seen, "place": "k_case", "note": "note.thanks"}
    return conversation.model_copy(update=changes), (said, *others, Show())


def _unsafe(conversation: Conversation, world: World) -> Decision:
    """She was not safe with a partner: the safety lead learns it, and no partner does."""
    chosen = state_of(conversation)
    packet = Packet(report="unsafe", about=chosen.partner if chosen else None, language=flow.language(conversation))
    return _answered(conversation, "unsafe", Report(packet, world.ids[0], answerable=True))


def _erased(conversation: Conversation, world: World) -> Decision:
    """Everything is taken back and erased; from now on her code opens nothing."""
    every = conversation.seen.referrals if conversation.seen else ()
    # Also where nobody can be told any more: then what lies there is destroyed.
    taken = _withdrawals([each for each in every if each.state in WITHDRAWABLE], world)
    saved = (Unsave(conversation.case.verifier),) if conversation.case is not None else ()
    blank = NOBODY.model_copy(update={"locale": conversation.locale, "place": "k_erased"})
    return blank, (*taken, EraseCase(), Unreach(), *saved, Show())


def _withdrawals(referrals: Sequence[Sent | ReferralState], world: World) -> tuple[Append, ...]:
    return tuple(
        Append(each.referral_id, each.partner, "withdrawal", Packet(), world.packet_id(number))
        for number, each in enumerate(referrals)
    )


# --- somebody who asks for money ---


def word_given(conversation: Conversation, word: str) -> Decision:
    """The word that somebody gave her can show that he is false; that he is not, no word can show."""
    card = conversation.card  # without one, nothing is known that could show anybody false
    return shown(conversation, place="v_not_ours" if card is not None and word != card.check else "v_no_proof")


def reported(conversation: Conversation, world: World) -> Decision:
    """She tells the safety lead that somebody asks for money: that, her country and her language, and nothing to find her by."""
    packet = Packet(report="money", country=flow.country(conversation.answers), language=flow.language(conversation))
    changes = {"place": "p_scam", "reported": True, "note": "note.reported"}
    return conversation.model_copy(update=changes), (Report(packet, world.ids[0], answerable=False), Show())


# --- taking back at once ---


def taken_back(conversation: Conversation, world: World) -> Decision:
    """What was sent in this conversation is taken back, and the conversation is erased."""
    return NOBODY, (*_withdrawals(conversation.sent, world), Forget())
