"""What happens next. All transitions of a conversation stand in this file.

`advance` decides; it reads no clock, draws no randomness and does nothing. A press is looked at only if the screen offers it
(`Screen.invites`), so every transition below may rely on it.
"""

from datetime import datetime
from typing import TypeAlias

from bot.dialogue import consent, flow, offers, screens
from bot.dialogue.conversation import FRONT, NOBODY, Conversation, Sent
from bot.dialogue.effects import Alarm, Append, CheckCode, Effect, Forget, MakeCode, Refer, Save, Show
from bot.dialogue.events import CodeChecked, Event, Idled, Left, MessageLost, SentMedia, Started, Tapped, Typed
from bot.dialogue.pages import PAGES
from bot.dialogue.questionnaire import Answers, Question
from bot.dialogue.typed import code_digits, is_wipe_word
from bot.dialogue.world import World
from referrals.referral import Packet
from referrals.return_code import CODE_DIGITS

Decision: TypeAlias = tuple[Conversation, tuple[Effect, ...]]

_LOCALES = {"lang_zh": "zh_Hans", "urgent_zh": "zh_Hans"}  # the Korean buttons lead to World.korean
_ERASED: Decision = (NOBODY, (Forget(),))


def advance(conversation: Conversation, event: Event, world: World, now: datetime) -> Decision:
    """Decide what an event changes. Total: any event in any conversation gives a conversation with a screen.

    `now` is an aware UTC time. The effects are to be carried out in their order.
    """
    conversation = offers.upheld(conversation.model_copy(update={"note": None}), world)
    match event:
        case Started():
            return NOBODY, (Show(),)
        case Idled():
            return NOBODY, (Forget(cover=conversation.place != FRONT),)
        case Left() | MessageLost():
            return NOBODY, (Forget(cover=False),)
        case SentMedia():
            return _shown(conversation, note=None if conversation.place == FRONT else "note.buttons")
        case Typed(untrusted_text):
            return _typed(conversation, untrusted_text)
        case CodeChecked():
            return _code_checked(conversation, event, world, now)
        case Tapped("q5_country", option) if not world.rule(option).service:
            return _ERASED  # N24: a forged choice, for no button offers it
        case Tapped(screen, option):
            if screens.screen(conversation, world).invites(screen, option):
                return _pressed(conversation, option, world, now)
            # A forged press on the card of a partner who is never offered: somebody is fishing.
            return conversation, (*((Alarm("canary"),) if offers.names_canary(screen, world) else ()), Show())


def _shown(conversation: Conversation, **changes: object) -> Decision:
    return conversation.model_copy(update=changes), (Show(),)


def _typed(conversation: Conversation, untrusted_text: str) -> Decision:
    if is_wipe_word(untrusted_text):
        return _ERASED
    if conversation.place == "k_code":
        return _digits(conversation, code_digits(untrusted_text))
    return _shown(conversation, note=None if conversation.place == FRONT else "note.buttons")


def _pressed(conversation: Conversation, option: str, world: World, now: datetime) -> Decision:
    match option.split(".", 1):
        case ["nav", "wipe"] | ["wipe_now"]:
            return _ERASED
        case ["nav", "back"]:
            return _back(conversation, world)
        case ["nav", "pause"]:
            return _pause(conversation, world)
        case ["page", page]:
            return _shown(conversation, page=int(page))
        case ["open", page]:
            return _opened(conversation, page)
        case ["phone_tips"]:
            return _opened(conversation.model_copy(update={"place": "m_sent", "fresh_code": None}), "p_phone")
        case ["key", "erase"]:
            return _shown(conversation, digits=conversation.digits[:-1])
        case ["key", digit]:
            return _digits(conversation, digit)
        case ["go_on"]:
            return _go_on(conversation.model_copy(update={"fresh_code": None}), world, now)
        case ["withdraw", referral]:
            return _withdrawn(conversation, referral, world)
        case ["resume"]:
            return _resumed(conversation, conversation.paused or "", world, now)
        case _ if conversation.place == "q11_partner":
            return _decided(conversation, option, world, now)
        case _ if conversation.place == "q11_less":
            return _taken_out(conversation, option)
        case _:
            return _answered(conversation, world.questionnaire[conversation.place], option, world, now)


# --- questions ---


def _answered(conversation: Conversation, question: Question, option: str, world: World, now: datetime) -> Decision:
    if option == "nav.skip":
        if question.skip is None:
            return _proceed(conversation, {**conversation.answers, question.id: ()}, world, now)
        option = question.skip
    elif option == "nav.done":
        return _proceed(conversation, {**conversation.answers, question.id: conversation.picked}, world, now)
    elif question.multi and option[0] in "+-":
        return _ticked(conversation, question, option)
    chosen = question.option(option)
    if chosen.opens is not None:
        return _opened(conversation, chosen.opens)
    if chosen.does == "wipe":
        return _ERASED
    if chosen.does == "urgent":
        return _to_urgent(conversation, world, now)
    if question.id == FRONT:
        locale = _LOCALES.get(option, world.korean)
        conversation = NOBODY.model_copy(update={"locale": locale, "salt": world.ids[0][:8]})
    if (question.id, option) == ("u2_send", "send"):
        return _send_urgent(conversation, world, now)
    return _proceed(conversation, {**conversation.answers, question.id: (option,)}, world, now)


def _ticked(conversation: Conversation, question: Question, option: str) -> Decision:
    picked = flow.ticked(question, conversation.picked, option)
    return _shown(conversation, note="note.at_most") if picked is None else _shown(conversation, picked=picked)


def _proceed(conversation: Conversation, answers: Answers, world: World, now: datetime) -> Decision:
    """Take the answers, drop what they made unreachable, and ask what is due; offer partners when nothing is."""
    kept = flow.pruned(world.questionnaire, answers)
    country_added = bool(conversation.sent) and kept.get("q5_country") != conversation.answers.get("q5_country")
    changes = {"answers": kept, "picked": (), "page": 1, "removed": ()}
    changes["locale"] = flow.locale(conversation.locale, kept, world.korean)
    conversation = conversation.model_copy(update=changes)
    question = flow.following(world.questionnaire, kept)
    if question is None:
        conversation, effects = _offers(conversation, world, now)
        return conversation, (*(_added_country(conversation, kept, world) if country_added else ()), *effects)
    if question.id == "u2_send" and not offers.find(conversation, world, now).standings:
        return _shown(conversation, place="m_none")
    return _shown(conversation, place=question.id)


def _to_urgent(conversation: Conversation, world: World, now: datetime) -> Decision:
    """Somebody else is in danger: only that it is urgent and not confirmed goes along, nothing else she answered."""
    entry = "urgent_zh" if flow.language(conversation) == "zh" else "urgent_ko"
    bare = NOBODY.model_copy(
        update={"locale": conversation.locale, "salt": conversation.salt, "third_unconfirmed": True}
    )
    return _proceed(bare, {FRONT: (entry,)}, world, now)


def _back(conversation: Conversation, world: World) -> Decision:
    place = conversation.place
    if place in PAGES or place == "k_code":
        return _shown(conversation, place=conversation.beneath or FRONT, beneath=None, digits="")
    if conversation.sent:
        return _shown(conversation, place="m_sent")
    asked = place if place in world.questionnaire else None
    before = flow.preceding(world.questionnaire, conversation.answers, asked)
    if before == FRONT:
        return NOBODY, (Show(),)
    picked = conversation.answers[before] if world.questionnaire[before].multi else ()
    return _shown(conversation, place=before, picked=picked, page=1, offers=(), removed=())


def _opened(conversation: Conversation, page: str) -> Decision:
    beneath = conversation.beneath if conversation.place in PAGES else conversation.place
    return _shown(conversation, place=page, beneath=beneath, digits="")


# --- offers and consent ---


def _offers(conversation: Conversation, world: World, now: datetime) -> Decision:
    if flow.self_help_only(conversation.answers):
        return _shown(conversation, place="m_none", offers=())
    found = offers.find(conversation, world, now)
    if not found.standings:
        return _settled(conversation) if conversation.sent else _shown(conversation, place="m_none", offers=())
    return _shown(conversation, place="q11_partner", offers=found.standings, hub_only=found.hub_only)


def _decided(conversation: Conversation, option: str, world: World, now: datetime) -> Decision:
    match option:
        case "share_yes":
            return _consented(conversation, world)
        case "share_less":
            return _shown(conversation, place="q11_less")
        case "share_next":
            return _go_on(offers.decided(conversation, "passed"), world, now)
        case _:  # share_no: none of the offers that are left
            return _settled(conversation)


def _taken_out(conversation: Conversation, option: str) -> Decision:
    if option == "nav.done":
        return _shown(conversation, place="q11_partner")
    return _shown(conversation, removed=consent.taken_out(conversation.removed, option))


def _consented(conversation: Conversation, world: World) -> Decision:
    """She consented to what the open card shows."""
    partner = offers.now_open(conversation).partner
    packet = offers.packet(conversation)
    held = len(conversation.sent) if conversation.urgent else 0
    return _referred(offers.decided(conversation, "sent"), partner, packet, held, conversation, world)


def _send_urgent(conversation: Conversation, world: World, now: datetime) -> Decision:
    """She consented to send the urgent packet to the first 24-hour partner, the hub."""
    found = offers.find(conversation, world, now)
    if not found.standings:
        return _shown(conversation, place="m_none")
    answered = conversation.model_copy(update={"answers": {**conversation.answers, "u2_send": ("send",)}})
    return _referred(answered, found.standings[0].partner, flow.packet(conversation), 0, conversation, world)


def _referred(
    after: Conversation, partner: str, packet: Packet, held: int, before: Conversation, world: World
) -> Decision:
    """Hand over, and show the return code on the very next screen if this was the first consent."""
    case, code = world.case_of(after.case)
    if case is None:
        return before, (MakeCode(),)
    referral_id, consent_id = world.ids
    sent = (*after.sent, Sent(referral_id=referral_id, partner=partner))
    after = after.model_copy(
        update={"case": case, "sent": sent, "fresh_code": code, "place": "r_receipt" if code else "m_sent"}
    )
    effects = (Refer(partner, flow.klass(after), packet, referral_id, consent_id, held), Show())
    return after if offers.more_to_do(after, world) else offers.bare(after), effects


def _settled(conversation: Conversation) -> Decision:
    """The last offer is decided: the answers leave."""
    return _shown(offers.bare(conversation), place="m_end")


def _added_country(conversation: Conversation, kept: Answers, world: World) -> tuple[Effect, ...]:
    """The country goes, as a further packet, to whoever has the urgent one; skipping adds nothing."""
    country, first = flow.country(kept), conversation.sent[0]
    if country is None or not offers.in_force(first.partner, world):
        return ()
    return (Append(first.referral_id, first.partner, "addition", Packet(country=country), world.ids[1]),)


def _go_on(conversation: Conversation, world: World, now: datetime) -> Decision:
    if offers.any_open(conversation):
        return _shown(conversation, place="q11_partner")
    if offers.more_to_do(conversation, world):
        return _proceed(conversation, conversation.answers, world, now)
    return _settled(conversation)


# --- pausing and coming back ---


def _pause(conversation: Conversation, world: World) -> Decision:
    case, code = world.case_of(conversation.case)
    if case is None:
        return conversation, (MakeCode(),)
    kept = conversation.model_copy(update={"case": case})
    hours = flow.kept_hours(conversation)
    shown = {"place": "r_paused", "locale": conversation.locale, "fresh_code": code, "kept_hours": hours}
    return NOBODY.model_copy(update=shown), (Save(kept.stored(), case.verifier, case.reply_to, hours), Show())


def _digits(conversation: Conversation, more: str) -> Decision:
    digits = (conversation.digits + more)[:CODE_DIGITS]
    if len(digits) < CODE_DIGITS:
        return _shown(conversation, digits=digits)
    return conversation.model_copy(update={"digits": ""}), (CheckCode(digits),)


def _code_checked(conversation: Conversation, event: CodeChecked, world: World, now: datetime) -> Decision:
    if conversation.place != "k_code":
        return conversation, (Show(),)
    if event.case is None and event.saved is None:
        return _shown(conversation, note="note.code_wrong")
    if event.case is None:
        return _resumed(conversation, event.saved or "", world, now)
    return _shown(conversation, place="k_case", beneath=None, seen=event.case, case=event.keys, paused=event.saved)


def _withdrawn(conversation: Conversation, start: str, world: World) -> Decision:
    """She takes a referral back: the partner gets a sealed withdrawal, and the list shows it at once."""
    seen, chosen = flow.withdrawn(conversation.seen, start)
    taken = Append(chosen.referral_id, chosen.partner, "withdrawal", Packet(), world.ids[1])
    return conversation.model_copy(update={"seen": seen}), (taken, Show())


def _resumed(conversation: Conversation, stored: str, world: World, now: datetime) -> Decision:
    """Go on where she paused, with today's answers to whether it is safe."""
    before = Conversation.restored(stored)
    fields = {"offers": (), "removed": (), "locale": conversation.locale}
    return _proceed(before.model_copy(update=fields), flow.resumed(before.answers, conversation.answers), world, now)
