"""What is on the screen, in keys: which lines, and which buttons are on offer.

`screen` is the only source of buttons. The engine accepts a press only if `Screen.invites` it, so an old or a forged button does no
harm: what the screen does not offer can't be pressed. texts.py turns the keys into words.
"""

from bot.dialogue import case_screens, consent, flow, offers, reply_screens
from bot.dialogue.case_screens import alias
from bot.dialogue.conversation import FRONT, Conversation
from bot.dialogue.layout import BACK, PAUSE, SKIP, WIPE, Choice, Line, Row, Screen, numbered, pages
from bot.dialogue.pages import PAGES, Page
from bot.dialogue.questionnaire import Question
from bot.dialogue.world import World

__all__ = ["OPENABLE", "PLACES", "Choice", "Line", "Row", "Screen", "packet_line", "screen"]

# Reasons that weigh in the order but tell her nothing to decide by; the card is long enough.
_UNSAID = frozenset({"serves:all", "open_now", "dialect:north", "dialect:south", "dialect:yanbian"})


def screen(conversation: Conversation, world: World) -> Screen:
    """The screen of a conversation."""
    conversation = offers.upheld(conversation, world)
    place = conversation.place
    if place in world.questionnaire:
        found = _question(conversation, world.questionnaire[place])
        if place == "u2_send" and world.standing == "urgent_only":
            found = Screen(found.id, (Line("u2_send.stale"), *found.lines), found.rows)
    elif place in PAGES:
        found = _page(PAGES[place])
    else:
        found = _PLACES[place](conversation, world)
    if conversation.note is not None:
        return Screen(found.id, (Line(conversation.note), *found.lines), found.rows)
    return found


def _question(conversation: Conversation, question: Question) -> Screen:
    offered = question.offered(conversation.answers)
    ticked = conversation.picked if question.multi else conversation.answers.get(question.id, ())
    rows: list[Row] = []
    for number, option in enumerate(offered, 1):
        if option.page == conversation.page:
            chosen = option.code in ticked
            sign = ("-" if chosen else "+") if question.multi and option.opens is None else ""
            label = Line(f"{question.id}.{option.code}")
            rows.append((Choice(sign + option.code, label, None if question.id == FRONT else number, chosen),))
    all_pages = {option.page for option in offered}
    turns = [page for page in (conversation.page - 1, conversation.page + 1) if page in all_pages]
    rows += [
        (Choice(f"page.{page}", Line("nav.more" if page > conversation.page else "nav.earlier")),) for page in turns
    ]
    lines = [Line(_variant(question, conversation))]
    if question.why and lines[0].key == question.id:
        lines.append(Line(f"{question.id}.why"))
    return Screen(question.id, tuple(lines), (*rows, *_navigation(question, conversation)))


def _variant(question: Question, conversation: Conversation) -> str:
    """The key of the question's words, where what she said before calls for others."""
    answers = conversation.answers
    match question.id:
        case "u2_send" if conversation.third_unconfirmed:
            return "u2_send.third"  # what goes out says that it is for somebody who was not asked
        case "u2_send" if answers.get("u1_what") == ("u_self",):
            return "u2_send.self"  # she does not want to live: met before anything else is said
        case "q3_agree" if answers.get("q1_safe") == ("safe_moment",):
            return "q3_agree.short"
        case "q5_country" if conversation.sent:
            return "q5_country.added"  # answering sends: the country goes to whoever has the urgent packet
        case "q9_talk" if answers.get("q7_situation") and "q7b_danger" not in answers:
            return "q9_talk.after"  # "not your fault", which q7b_danger would have said
        case _:
            return question.id


def _navigation(question: Question, conversation: Conversation) -> tuple[Row, ...]:
    """Done, back, skip, pause and wipe; the front page has nothing to go back to, to skip or to keep."""
    if question.id == FRONT:
        return ((WIPE,),)
    rows: list[Row] = []
    if question.multi:
        rows.append((Choice("nav.done", Line("nav.done")),))
    rows.append((BACK, SKIP))
    # Nothing may be kept, and no number shown, before she said that it is safe, or on a phone that somebody looks through.
    rows.append((PAUSE, WIPE) if question.id != "q1_safe" and flow.may_keep(conversation.answers) else (WIPE,))
    return tuple(rows)


def _page(page: Page) -> Screen:
    return Screen(page.id, tuple(Line(key) for key in page.lines), (*numbered(pages(*page.opens)), (BACK, WIPE)))


def packet_line(line: consent.PacketLine) -> Line:
    """One line of the preview, in keys; a caseworker reads the same lines."""
    value = Line(line.value)
    if line.extra is not None:
        value = Line("line.both", {"first": value, "second": Line(line.extra)})
    return Line(line.label, {"value": value} if line.asked is None else {"question": Line(line.asked), "value": value})


def _card(conversation: Conversation, world: World) -> Screen:
    standing = offers.now_open(conversation)
    partner = world.directory.partner(standing.partner)
    packet = offers.packet(conversation)
    hours = getattr(partner.services[standing.service].x_first_reply_h, flow.klass(conversation))
    lines = [alias(world, standing.partner)]
    if conversation.hub_only:
        lines.append(Line("card.hub_unknown" if flow.country(conversation.answers) is None else "card.hub_none"))
    lines += [Line(f"reason.{reason}") for reason in standing.reasons if reason not in _UNSAID]
    lines.append(Line("card.reply", {"hours": str(hours)}))
    phone = partner.phone_to_show(world.today)
    if phone is not None and world.rule(flow.country(conversation.answers)).show_numbers:
        lines.append(Line("card.phone", {"number": phone}))
    if conversation.urgent:
        lines.append(Line("card.held"))
    lines.append(Line("card.sends"))
    lines += [packet_line(line) for line in consent.lines(packet)]
    lines += [Line(f"flag.{flag}") for flag in packet.flags]
    lines += [Line("card.envelope"), Line("q11_partner")]
    identity = f"q11_partner.{partner.x_alias}.{consent.tag(standing.partner, world.directory.version, packet)}"
    options = [(code, Line(f"q11_partner.{code}")) for code in ("share_yes", "share_less", "share_next", "share_no")]
    rows = list(numbered([*options, *pages(*_helpful(conversation))]))
    if flow.countable(conversation):
        ticked = conversation.counted == "ticked"
        rows.append((Choice("-count" if ticked else "+count", Line("q11_partner.count"), ticked=ticked),))
    rows.append((BACK, PAUSE) if flow.may_keep(conversation.answers) else (BACK,))
    return Screen(identity, tuple(lines), (*rows, (WIPE,)))


def _helpful(conversation: Conversation) -> list[str]:
    """Pages that answer to what she needs, and the limits of what a partner can keep to itself."""
    needs = conversation.answers.get("q6_needs", ())
    return [*(page for need, page in (("n_scam", "p_scam"), ("n_phone", "p_phone")) if need in needs), "p_partner"]


def _less(conversation: Conversation, world: World) -> Screen:
    standing = offers.now_open(conversation)
    rows: list[Row] = []
    for number, line in enumerate(consent.lines(flow.packet(conversation)), 1):
        out = line.id in conversation.removed
        rows.append((Choice(("+" if out else "-") + line.id, packet_line(line), number, ticked=not out),))
    number_of = world.directory.partner(standing.partner).x_alias
    rows.append((Choice("nav.done", Line("nav.done")), WIPE))
    return Screen(f"q11_less.{number_of}", (alias(world, standing.partner), Line("q11_less")), tuple(rows))


def _code_groups(conversation: Conversation) -> dict[str, str | Line]:
    code = conversation.fresh_code or ""
    return {f"g{number}": code[4 * number - 4 : 4 * number] for number in range(1, 5)}


def _receipt(conversation: Conversation, world: World) -> Screen:
    lines = [Line("r_receipt.sent")]
    lines += [Line("r_receipt", _code_groups(conversation)), Line("r_receipt.keep"), Line("r_receipt.lost")]
    return Screen("r_receipt", tuple(lines), _afterwards(conversation, world, keep_code=True))


def _afterwards(conversation: Conversation, world: World, *, keep_code: bool = False) -> tuple[Row, ...]:
    """What can be done after something was sent; leaving the screen with the code on it says so on the button."""
    on = "m_sent.go_on" if offers.more_to_do(conversation, world) else "m_sent.finish"
    options = [("go_on", Line("r_receipt.kept" if keep_code else on))]
    options += [("wipe_now", Line("r_receipt.wipe_now")), ("phone_tips", Line("r_receipt.phone_tips"))]
    options += [("take_back", Line("m_sent.take_back"))]
    return (*numbered(options), (WIPE,))


def _sent(conversation: Conversation, world: World) -> Screen:
    return Screen("m_sent", (Line("m_sent"),), _afterwards(conversation, world))


def _end(conversation: Conversation, _: World) -> Screen:
    lines = (Line("m_end.sent" if conversation.sent else "m_end.nothing"),)
    options = [("wipe_now", Line("r_receipt.wipe_now")), *pages("p_phone", "p_scam")]
    if conversation.sent:
        options.append(("take_back", Line("m_sent.take_back")))
    return Screen("m_end", lines, (*numbered(options), (WIPE,)))


def _none(conversation: Conversation, _: World) -> Screen:
    key = "m_none.self_help" if flow.self_help_only(conversation.answers) else "m_none"
    if conversation.answers.get("u1_what") == ("u_self",):
        key = "m_none.self"
    return Screen("m_none", (Line(key),), (*numbered(pages("p_phone", "p_scam", "p_info")), (BACK, WIPE)))


def _stale(conversation: Conversation, _: World) -> Screen:
    """The partner list could not be renewed in time: nothing is sent by an old one, and what she said can be put aside."""
    navigation = (BACK, PAUSE) if flow.may_keep(conversation.answers) else (BACK,)
    return Screen("m_stale", (Line("m_stale"),), (*numbered(pages("p_phone", "p_scam")), navigation, (WIPE,)))


def _paused(conversation: Conversation, _: World) -> Screen:
    if conversation.fresh_code is None:
        lines = [Line("r_paused.known", {"hours": str(conversation.kept_hours)})]
    else:
        lines = [
            Line("r_paused", {"hours": str(conversation.kept_hours)}),
            Line("r_receipt", _code_groups(conversation)),
            Line("r_receipt.keep"),
            Line("r_receipt.lost"),
        ]
    return Screen("r_paused", tuple(lines), (*numbered([("wipe_now", Line("r_receipt.wipe_now"))]), (WIPE,)))


_PLACES = {
    "q11_partner": _card,
    "q11_less": _less,
    "r_receipt": _receipt,
    "m_sent": _sent,
    "m_end": _end,
    "m_none": _none,
    "m_stale": _stale,
    "r_paused": _paused,
    **case_screens.PLACES,
    **reply_screens.PLACES,
}
PLACES: frozenset[str] = frozenset(_PLACES)
OPENABLE: frozenset[str] = frozenset(PAGES) | {"k_code", "p_scam"}
