"""Questions, offers and consents: what is asked next, who is offered, and what she sends.

The first half of the transitions behind engine.py, for as long as answers are there. `proceed` is where each answer leads.
"""

from datetime import datetime

from bot.dialogue import consent, flow, offers, returning
from bot.dialogue.conversation import FRONT, NOBODY, Conversation, Sent
from bot.dialogue.effects import (
    Alarm,
    Append,
    Count,
    Effect,
    Forget,
    MakeCode,
    Reach,
    Refer,
    Show,
    Tally,
    Unreach,
    Unsave,
)
from bot.dialogue.pages import PAGES
from bot.dialogue.questionnaire import Answers, Question
from bot.dialogue.returning import Decision, shown
from bot.dialogue.world import World
from referrals.referral import Packet

ERASED: Decision = (NOBODY, (Forget(),))
OVERLAYS = frozenset(PAGES) | {"k_code", "p_scam", "v_word", "v_report", "t_urgent", "m_take_back"}
"""What stands over a screen and goes back to it."""

_LOCALES = {"lang_zh": "zh_Hans", "urgent_zh": "zh_Hans"}  # the Korean buttons lead to World.korean
# Looks for partners a day before only the hub is offered: the first and two more (domain.md 2.1, row 8).
_MATCHES_A_DAY = 3
_TODAY = (FRONT, "q1_safe", "q2_phone", "q3_agree")  # what she said on this visit, before her code
# A partner with such a referral may be offered again: nobody has it any more, or what was to be done is done.
_OVER = frozenset({"withdrawn", "revoked", "expired", "destroyed", "completed", "no_contact_30d"})


def opened(conversation: Conversation, page: str) -> Decision:
    """Open a page over the screen; a page that opens another one is left with it."""
    beneath = conversation.beneath if conversation.place in OVERLAYS else conversation.place
    return shown(conversation, place=page, beneath=beneath, digits="")


# --- questions ---


def answered(conversation: Conversation, question: Question, option: str, world: World, now: datetime) -> Decision:
    """A button of a question."""
    if option == "nav.skip":
        if question.skip is None:
            return proceed(conversation, {**conversation.answers, question.id: ()}, world, now)
        option = question.skip
    elif option == "nav.done":
        return proceed(conversation, {**conversation.answers, question.id: conversation.picked}, world, now)
    elif question.multi and option[0] in "+-":
        return _ticked(conversation, question, option)
    chosen = question.option(option)
    if chosen.opens is not None:
        return opened(conversation, chosen.opens)
    if chosen.does == "wipe":
        return ERASED
    if chosen.does == "urgent":
        return to_urgent(conversation, world, now)
    if question.id == FRONT:
        locale = _LOCALES.get(option, world.korean)
        conversation = NOBODY.model_copy(update={"locale": locale, "salt": world.ids[0][:8]})
    if (question.id, option) == ("u2_send", "send"):
        return _send_urgent(conversation, world, now)
    return proceed(conversation, {**conversation.answers, question.id: (option,)}, world, now)


def _ticked(conversation: Conversation, question: Question, option: str) -> Decision:
    picked = flow.ticked(question, conversation.picked, option)
    return shown(conversation, note="note.at_most") if picked is None else shown(conversation, picked=picked)


def proceed(conversation: Conversation, answers: Answers, world: World, now: datetime) -> Decision:
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
        return shown(conversation, place="m_none")
    return shown(conversation, place=question.id)


def to_urgent(conversation: Conversation, world: World, now: datetime) -> Decision:
    """To the urgent path, with nothing that she answered. For somebody else who was not asked, the packet is marked so."""
    entry = "urgent_zh" if flow.language(conversation) == "zh" else "urgent_ko"
    unasked = "w_third" in conversation.answers.get("q8_with", ())
    kept = {name: getattr(conversation, name) for name in ("locale", "salt", "case", "had")}
    return proceed(NOBODY.model_copy(update={**kept, "third_unconfirmed": unasked}), {FRONT: (entry,)}, world, now)


# --- offers and consent ---


def _offers(conversation: Conversation, world: World, now: datetime) -> Decision:
    if flow.self_help_only(conversation.answers):
        return shown(conversation, place="m_none", offers=())
    if not world.may_send(urgent=conversation.urgent):
        return shown(conversation, place="m_stale", offers=())
    # Whoever looks again and again is shown only the hub; the urgent path stays open whatever happens.
    capped = not conversation.urgent and world.tries.matches >= _MATCHES_A_DAY
    found = offers.find(conversation, world, now, hub_only=capped)
    if found.standings:
        after, effects = shown(conversation, place="q11_partner", offers=found.standings, hub_only=found.hub_only)
    elif conversation.sent:
        after, effects = _settled(conversation)
    else:
        after, effects = shown(conversation, place="m_none", offers=())
    counted = () if conversation.urgent else (Count("match"),)
    return after, (*counted, *((Alarm("match_limit"),) if capped else ()), *effects)


def decided(conversation: Conversation, option: str, world: World, now: datetime) -> Decision:
    """A button of a partner's card."""
    match option:
        case "share_yes":
            if not world.may_send(urgent=conversation.urgent):
                return shown(conversation, place="m_stale", offers=(), removed=())
            return _consented(conversation, world)
        case "share_less":
            return shown(conversation, place="q11_less")
        case "+count" | "-count":
            return shown(conversation, counted="ticked" if option == "+count" else "no")
        case "share_next":
            return go_on(offers.decided(conversation, "passed"), world, now)
        case _:  # share_no: none of the offers that are left
            return _settled(conversation)


def taken_out(conversation: Conversation, option: str) -> Decision:
    """A line of the preview, taken out or put back."""
    if option == "nav.done":
        return shown(conversation, place="q11_partner")
    return shown(conversation, removed=consent.taken_out(conversation.removed, option))


def _consented(conversation: Conversation, world: World) -> Decision:
    """She consented to what the open card shows."""
    partner = offers.now_open(conversation).partner
    packet = offers.packet(conversation)
    held = len(conversation.sent) if conversation.urgent else 0
    also: list[Effect] = []
    if packet.contact in ("c_band", "c_any"):  # not if she took the line out
        also.append(Reach(packet.contact, packet.band, flow.country(conversation.answers)))
    elif packet.contact is not None and conversation.case is not None:
        also.append(Unreach())  # the way of contact she chose last is the one that counts (N2)
    after = offers.decided(conversation, "sent")
    if any(isinstance(each, Reach) for each in also):
        after = after.model_copy(update={"note": "note.reach"})
    if conversation.counted == "ticked" and flow.countable(conversation):
        also.append(Tally(flow.tally(conversation)))
        after = after.model_copy(update={"counted": "done"})
    return _referred(after, partner, packet, held, conversation, world, *also)


def _send_urgent(conversation: Conversation, world: World, now: datetime) -> Decision:
    """She consented to send the urgent packet to the first 24-hour partner, the hub."""
    found = offers.find(conversation, world, now)
    if not found.standings:
        return shown(conversation, place="m_none")
    answers = {**conversation.answers, "u2_send": ("send",)}
    answered = conversation.model_copy(update={"answers": answers, "hurried": True})
    return _referred(answered, found.standings[0].partner, flow.packet(conversation), 0, conversation, world)


def _referred(
    after: Conversation, partner: str, packet: Packet, held: int, before: Conversation, world: World, *also: Effect
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
    effects = (Refer(partner, flow.klass(after), packet, referral_id, consent_id, held), *also, Show())
    return after if offers.more_to_do(after, world) else offers.bare(after), effects


def _settled(conversation: Conversation) -> Decision:
    """The last offer is decided: the answers leave."""
    place = "w_check" if returning.words_due(conversation) else "m_end"
    return shown(offers.bare(conversation), place=place)


def _added_country(conversation: Conversation, kept: Answers, world: World) -> tuple[Effect, ...]:
    """The country goes, as a further packet, to whoever has the urgent one; skipping adds nothing."""
    country, first = flow.country(kept), conversation.sent[0]
    if country is None or not offers.in_force(first.partner, world):
        return ()
    return (Append(first.referral_id, first.partner, "addition", Packet(country=country), world.ids[1]),)


def go_on(conversation: Conversation, world: World, now: datetime) -> Decision:
    """On from the screen that says that it was sent."""
    if offers.any_open(conversation):
        return shown(conversation, place="q11_partner")
    if offers.more_to_do(conversation, world):
        return proceed(conversation, conversation.answers, world, now)
    return _settled(conversation)


# --- going on after a pause, and anew after a return ---


def resumed(conversation: Conversation, stored: str, world: World, now: datetime) -> Decision:
    """Go on where she paused, with today's answers to whether it is safe."""
    before = Conversation.restored(stored)
    fields = {"offers": (), "removed": (), "locale": conversation.locale, "had": (*before.had, *_having(conversation))}
    answers = flow.resumed(before.answers, conversation.answers)
    after, effects = proceed(before.model_copy(update=fields), answers, world, now)
    return after, (*((Unsave(before.case.verifier),) if before.case is not None else ()), *effects)


def _having(conversation: Conversation) -> tuple[str, ...]:
    """Partners who have her case, by what her code opened."""
    every = conversation.seen.referrals if conversation.seen else ()
    return tuple(each.partner for each in every if each.state not in _OVER)


def anew(conversation: Conversation, world: World, now: datetime) -> Decision:
    """A further request under the same code: she answers again, and partners who have her case are not offered twice."""
    kept = {name: getattr(conversation, name) for name in ("locale", "case", "card")}
    had = _having(conversation)
    answers = {name: given for name, given in conversation.answers.items() if name in _TODAY}
    return proceed(NOBODY.model_copy(update={**kept, "salt": world.ids[0][:8], "had": had}), answers, world, now)
