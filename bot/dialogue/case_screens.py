"""What is on the screen after a referral was made, and when she comes back: her words, the keypad, her case, reports, taking back.

As in screens.py: only what stands here can be pressed.
"""

from bot.dialogue import offers, replies
from bot.dialogue.conversation import Conversation
from bot.dialogue.layout import BACK, SKIP, WIPE, Choice, Line, Row, Screen, numbered, pages
from bot.dialogue.words import WORDS
from bot.dialogue.world import World
from referrals.casebook_view import ReferralState
from referrals.return_code import CODE_DIGITS, GROUP_DIGITS

# States in which a referral can still be taken back.
WITHDRAWABLE = frozenset({"queued", "held", "delivered", "acknowledged", "accepted", "need_more", "in_contact"})
# States in which a partner has done something that can be said to have helped or not.
_TOLD = frozenset({"accepted", "declined", "in_contact", "completed", "no_contact_30d"})
KEYPAD = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0")
_WORDS_IN_A_ROW = 3  # as the keypad has keys: twelve words and the wipe button fit on a small phone
ID_SHOWN = 8  # hex digits of a referral's id in a button: told apart within one case, and no more than needed


def state_of(conversation: Conversation) -> ReferralState | None:
    """The referral that is looked at on its own."""
    every = conversation.seen.referrals if conversation.seen else ()
    start = conversation.asked
    return next((each for each in every if start is not None and each.referral_id.startswith(start)), None)


def withdrawable(state: ReferralState, world: World) -> bool:
    """Tell whether a referral can be taken back: it runs, and the partner can still be told."""
    return state.state in WITHDRAWABLE and offers.sealable(state.partner, world)


def alias(world: World, partner: str) -> Line:
    """What a partner is called; one that left the list has no name any more."""
    if partner not in world.directory:
        return Line("card.alias_gone")
    return Line("card.alias", {"alias": world.directory.partner(partner).x_alias})


def _words(identity: str, lines: tuple[Line, ...], without: str | None, *below: Row) -> Screen:
    offered = [word for word in WORDS if word != without]
    rows = [
        tuple(Choice(f"word.{word}", Line(f"word.{word}")) for word in offered[start : start + _WORDS_IN_A_ROW])
        for start in range(0, len(offered), _WORDS_IN_A_ROW)
    ]
    return Screen(identity, lines, (*rows, *below))


# --- choosing her words ---


def choose_check(_: Conversation, __: World) -> Screen:
    """The check word: her helper names it in the first message."""
    return _words("w_check", (Line("w_check"), Line("w_check.why")), None, (SKIP, WIPE))


def choose_danger(conversation: Conversation, _: World) -> Screen:
    """The danger word: tapped when somebody makes her come back."""
    return _words("w_danger", (Line("w_danger"),), conversation.chosen, (SKIP, WIPE))


# --- her code ---


def keypad(conversation: Conversation, _: World) -> Screen:
    """Sixteen digits, tapped."""
    keys = [Choice(f"key.{digit}", Line("key.digit", {"digit": digit})) for digit in KEYPAD]
    erase = Choice("key.erase", Line("key.erase"))
    rows = (tuple(keys[0:3]), tuple(keys[3:6]), tuple(keys[6:9]), (keys[9], erase), (BACK, WIPE))
    # How many digits stand, never which: somebody else may look at the screen.
    filled = "●" * len(conversation.digits) + "○" * (CODE_DIGITS - len(conversation.digits))
    shown = " ".join(filled[start : start + GROUP_DIGITS] for start in range(0, CODE_DIGITS, GROUP_DIGITS))
    return Screen("k_code", (Line("k_code"), Line("k_code.entered", {"digits": shown})), rows)


def gate(_: Conversation, __: World) -> Screen:
    """One word after the code: nothing is shown before she tapped it."""
    return _words("k_word", (Line("k_word"),), None, (WIPE,))


def case(conversation: Conversation, world: World) -> Screen:
    """What her code opened: each referral and how far it came."""
    every = conversation.seen.referrals if conversation.seen else ()
    lines = [Line("k_case" if every else "k_case.none")]
    looks, reads = [], []
    for state in every:
        who = alias(world, state.partner)
        said, read = _replies(conversation, state, world)
        lines += [_state_line(who, state), *said]
        reads += read
        looks.append((f"ref.{state.referral_id[:ID_SHOWN]}", Line("k_case.look", {"who": who})))
    resume = [("resume", Line("k_case.resume"))] if conversation.paused is not None else []
    last = [("new", Line("k_case.new")), *pages("p_scam"), ("erase_all", Line("k_case.erase"))]
    return Screen("k_case", tuple(lines), (*numbered([*resume, *reads, *looks, *last]), (WIPE,)))


def _replies(
    conversation: Conversation, state: ReferralState, world: World
) -> tuple[list[Line], list[tuple[str, Line]]]:
    """That a reply came under this referral, never what it says, and the button that opens the oldest."""
    who = {"who": alias(world, state.partner)}
    if replies.withheld(conversation, state, world):
        return [Line("k_case.withheld", who)], []
    there = replies.readable(conversation, state, world)
    read = [(f"reply.{each.reply_id[: replies.ID_SHOWN]}", Line("k_case.read", who)) for each in there[:1]]
    return [Line("k_case.reply", who)] if there else [], read


def _state_line(who: Line, state: ReferralState) -> Line:
    late = state.state == "delivered" and state.late
    said = Line("k_case.line", {"who": who, "state": Line("state.late" if late else f"state.{state.state}")})
    if state.reason is None:
        return said
    return Line("k_case.because", {"line": said, "reason": Line(f"declined.{state.reason}")})


def referral(conversation: Conversation, world: World) -> Screen:
    """One referral: taking it back, and one question that may be left alone."""
    state = state_of(conversation)
    if state is None:
        return case(conversation, world)
    who = alias(world, state.partner)
    lines, options = [_state_line(who, state)], []
    if withdrawable(state, world):
        options.append(("withdraw", Line("k_case.withdraw", {"who": who})))
    if state.state in _TOLD and not state.asked:
        lines.append(Line("k_ref.ask"))
        options += [("said.helped", Line("k_ref.helped")), ("said.not", Line("k_ref.not"))]
        if world.safety_lead:
            options.append(("said.unsafe", Line("k_ref.unsafe")))
    if _goes_on_elsewhere(state):
        options.append(("new", Line("k_ref.elsewhere")))
    return Screen(f"k_ref.{conversation.asked}", tuple(lines), (*numbered(options), (BACK, WIPE)))


def _goes_on_elsewhere(state: ReferralState) -> bool:
    """Tell whether nobody works on it, so that she is offered to ask somewhere else; nothing goes on by itself (N7)."""
    return state.state in {"declined", "no_contact_30d"} or (state.state == "delivered" and state.late)


def unsafe(conversation: Conversation, world: World) -> Screen:
    """Exactly what the safety lead would get about a partner, and her consent to it."""
    state = state_of(conversation)
    who = alias(world, state.partner) if state else Line("card.alias_gone")
    options = (
        [("unsafe.yes", Line("k_unsafe.yes"))] if world.safety_lead else []
    )  # she may have left the list meanwhile
    return Screen(
        f"k_unsafe.{conversation.asked}", (Line("k_unsafe", {"who": who}),), (*numbered(options), (BACK, WIPE))
    )


def erase(_: Conversation, __: World) -> Screen:
    """Before everything is taken back and erased for good."""
    return Screen("k_erase", (Line("k_erase"),), (*numbered([("erase.yes", Line("k_erase.yes"))]), (BACK, WIPE)))


def erased(_: Conversation, __: World) -> Screen:
    """Everything was taken back and erased."""
    return Screen("k_erased", (Line("k_erased"),), ((WIPE,),))


# --- somebody asks for money; somebody else is urgent; taking back at once ---


def scam(conversation: Conversation, world: World) -> Screen:
    """Somebody asks for money: checking a word, and telling the safety lead."""
    options = pages("v_word", *(("v_report",) if _reportable(conversation, world) else ()))
    return Screen("p_scam", (Line("p_scam"),), (*numbered(options), (BACK, WIPE)))


def _reportable(conversation: Conversation, world: World) -> bool:
    return bool(world.safety_lead) and not conversation.reported


def verify(conversation: Conversation, _: World) -> Screen:
    """The word that somebody gave her: it can show that he is false, never that he is not."""
    if conversation.seen is None:
        # The keypad stands behind the safety check, wherever she comes from (N21).
        keypad_too = pages("k_code") if conversation.answers.get("q1_safe") else []
        return Screen("v_word", (Line("v_word.code"),), (*numbered(keypad_too), (BACK, WIPE)))
    return _words("v_word.given", (Line("v_word"),), None, (BACK, WIPE))


def report(conversation: Conversation, world: World) -> Screen:
    """Exactly what the safety lead would get, and her consent to it."""
    options = [("report.yes", Line("v_report.yes"))] if _reportable(conversation, world) else []
    return Screen("v_report", (Line("v_report"),), (*numbered(options), (BACK, WIPE)))


def ask_urgent(_: Conversation, __: World) -> Screen:
    """She typed of danger: the urgent path is offered, never assumed."""
    options = [("urgent.yes", Line("t_urgent.yes")), ("nav.back", Line("t_urgent.no"))]
    return Screen("t_urgent", (Line("t_urgent"),), (*numbered(options), (WIPE,)))


def take_back(_: Conversation, __: World) -> Screen:
    """Before what was sent in this conversation is taken back and the conversation erased."""
    options = [("take_back.yes", Line("m_take_back.yes"))]
    return Screen("m_take_back", (Line("m_take_back"),), (*numbered(options), (BACK, WIPE)))


PLACES = {
    "w_check": choose_check,
    "w_danger": choose_danger,
    "k_code": keypad,
    "k_word": gate,
    "k_case": case,
    "k_ref": referral,
    "k_unsafe": unsafe,
    "k_erase": erase,
    "k_erased": erased,
    "p_scam": scam,
    "v_word": verify,
    "v_report": report,
    "t_urgent": ask_urgent,
    "m_take_back": take_back,
}
