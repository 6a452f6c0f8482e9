"""What is on the screen, in keys: which lines, and which buttons are on offer.

`screen` is the only source of buttons. The engine accepts a press only if `Screen.invites` it, so an old or a forged button does no
harm: what the screen does not offer can't be pressed. texts.py turns the keys into words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.dialogue import consent, flow, offers
from bot.dialogue.conversation import FRONT, Conversation
from bot.dialogue.pages import PAGES, Page
from bot.dialogue.questionnaire import Question
from bot.dialogue.world import World
from referrals.return_code import CODE_DIGITS, GROUP_DIGITS


@dataclass(frozen=True, slots=True)
class Line:
    """Words under a key, with what fills their places: plain values, or words again."""

    key: str
    fill: Mapping[str, "str | Line"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """One button."""

    option: str  # what comes back, after the screen's id
    label: Line
    number: int | None = None  # the digit in front, so that somebody can be told "press 3"
    ticked: bool = False


Row: TypeAlias = tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen."""

    id: str  # stands in every button; may not contain ":"
    lines: tuple[Line, ...]
    rows: tuple[Row, ...]

    def invites(self, screen: str, option: str) -> bool:
        """Tell whether this button is on this screen."""
        return screen == self.id and any(choice.option == option for row in self.rows for choice in row)


# States in which a referral can still be taken back.
WITHDRAWABLE = frozenset({"queued", "held", "delivered", "acknowledged", "accepted", "need_more", "in_contact"})
# Reasons that weigh in the order but tell her nothing to decide by; the card is long enough.
_UNSAID = frozenset({"serves:all", "open_now", "dialect:north", "dialect:south", "dialect:yanbian"})
KEYPAD = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0")
_WIPE = Choice("nav.wipe", Line("nav.wipe"))
_BACK = Choice("nav.back", Line("nav.back"))


def screen(conversation: Conversation, world: World) -> Screen:
    """The screen of a conversation."""
    conversation = offers.upheld(conversation, world)
    place = conversation.place
    if place in world.questionnaire:
        found = _question(conversation, world.questionnaire[place])
    elif place in PAGES:
        found = _page(PAGES[place])
    else:
        found = _PLACES[place](conversation, world)
    if conversation.note is not None:
        return Screen(found.id, (Line(conversation.note), *found.lines), found.rows)
    return found


def _numbered(options: list[tuple[str, Line]], start: int = 1) -> tuple[Row, ...]:
    return tuple((Choice(option, label, number),) for number, (option, label) in enumerate(options, start))


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
    pages = sorted({option.page for option in offered})
    turns = [page for page in (conversation.page - 1, conversation.page + 1) if page in pages]
    rows += [
        (Choice(f"page.{page}", Line("nav.more" if page > conversation.page else "nav.earlier")),) for page in turns
    ]
    lines = [Line(_variant(question, conversation))]
    if question.why and lines[0].key == question.id:
        lines.append(Line(f"{question.id}.why"))
    return Screen(question.id, tuple(lines), (*rows, *_navigation(question)))


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


def _navigation(question: Question) -> tuple[Row, ...]:
    """Done, back, skip, pause and wipe; the front page has nothing to go back to, to skip or to keep."""
    if question.id == FRONT:
        return ((_WIPE,),)
    rows: list[Row] = []
    if question.multi:
        rows.append((Choice("nav.done", Line("nav.done")),))
    rows.append((_BACK, Choice("nav.skip", Line("nav.skip"))))
    # Nothing may be kept, and no number shown, before she said that it is safe.
    rows.append((_WIPE,) if question.id == "q1_safe" else (Choice("nav.pause", Line("nav.pause")), _WIPE))
    return tuple(rows)


def _page(page: Page) -> Screen:
    options = [(f"open.{target}", Line(f"{target}.title")) for target in page.opens]
    return Screen(page.id, tuple(Line(key) for key in page.lines), (*_numbered(options), (_BACK, _WIPE)))


def _alias(world: World, partner: str) -> Line:
    return Line("card.alias", {"alias": world.directory.partner(partner).x_alias})


def packet_line(line: consent.PacketLine) -> Line:
    """One line of the preview, in keys; a caseworker reads the same lines."""
    value = Line(line.value)
    if line.extra is not None:
        value = Line("line.both", {"first": value, "second": Line(line.extra)})
    return Line(line.label, {"value": value})


def _card(conversation: Conversation, world: World) -> Screen:
    standing = offers.now_open(conversation)
    partner = world.directory.partner(standing.partner)
    packet = offers.packet(conversation)
    hours = getattr(partner.services[standing.service].x_first_reply_h, flow.klass(conversation))
    lines = [_alias(world, standing.partner)]
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
    options += [(f"open.{page}", Line(f"{page}.title")) for page in _helpful(conversation)]
    return Screen(
        identity, tuple(lines), (*_numbered(options), (_BACK, Choice("nav.pause", Line("nav.pause"))), (_WIPE,))
    )


def _helpful(conversation: Conversation) -> list[str]:
    """Pages that answer to what she needs, and the limits of what a partner can keep to itself."""
    needs = conversation.answers.get("q6_needs", ())
    pages = [page for need, page in (("n_scam", "p_scam"), ("n_phone", "p_phone")) if need in needs]
    return [*pages, "p_partner"]


def _less(conversation: Conversation, world: World) -> Screen:
    standing = offers.now_open(conversation)
    rows: list[Row] = []
    for number, line in enumerate(consent.lines(flow.packet(conversation)), 1):
        out = line.id in conversation.removed
        rows.append((Choice(("+" if out else "-") + line.id, packet_line(line), number, ticked=not out),))
    alias = world.directory.partner(standing.partner).x_alias
    rows.append((Choice("nav.done", Line("nav.done")), _WIPE))
    return Screen(f"q11_less.{alias}", (_alias(world, standing.partner), Line("q11_less")), tuple(rows))


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
    return (*_numbered(options), (_WIPE,))


def _sent(conversation: Conversation, world: World) -> Screen:
    return Screen("m_sent", (Line("m_sent"),), _afterwards(conversation, world))


def _end(conversation: Conversation, _: World) -> Screen:
    lines = (Line("m_end.sent" if conversation.sent else "m_end.nothing"),)
    options = [
        ("wipe_now", Line("r_receipt.wipe_now")),
        ("open.p_phone", Line("p_phone.title")),
        ("open.p_scam", Line("p_scam.title")),
    ]
    return Screen("m_end", lines, (*_numbered(options), (_WIPE,)))


def _none(conversation: Conversation, _: World) -> Screen:
    key = "m_none.self_help" if flow.self_help_only(conversation.answers) else "m_none"
    if conversation.answers.get("u1_what") == ("u_self",):
        key = "m_none.self"
    pages = [(f"open.{page}", Line(f"{page}.title")) for page in ("p_phone", "p_scam", "p_info")]
    return Screen("m_none", (Line(key),), (*_numbered(pages), (_BACK, _WIPE)))


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
    return Screen("r_paused", tuple(lines), (*_numbered([("wipe_now", Line("r_receipt.wipe_now"))]), (_WIPE,)))


def _keypad(conversation: Conversation, _: World) -> Screen:
    keys = [Choice(f"key.{digit}", Line("key.digit", {"digit": digit})) for digit in KEYPAD]
    erase = Choice("key.erase", Line("key.erase"))
    rows = (tuple(keys[0:3]), tuple(keys[3:6]), tuple(keys[6:9]), (keys[9], erase), (_BACK, _WIPE))
    # How many digits stand, never which: somebody else may look at the screen.
    filled = "●" * len(conversation.digits) + "○" * (CODE_DIGITS - len(conversation.digits))
    shown = " ".join(filled[start : start + GROUP_DIGITS] for start in range(0, CODE_DIGITS, GROUP_DIGITS))
    return Screen("k_code", (Line("k_code"), Line("k_code.entered", {"digits": shown})), rows)


def _case(conversation: Conversation, world: World) -> Screen:
    options = [("resume", Line("k_case.resume"))] if conversation.paused is not None else []
    lines = [Line("k_case" if conversation.seen and conversation.seen.referrals else "k_case.none")]
    for state in conversation.seen.referrals if conversation.seen else ():
        known = state.partner in world.directory
        who = _alias(world, state.partner) if known else Line("card.alias_gone")
        lines.append(Line("k_case.line", {"who": who, "state": Line(f"state.{state.state}")}))
        if state.state in WITHDRAWABLE and offers.sealable(state.partner, world):
            options.append((f"withdraw.{state.referral_id[:8]}", Line("k_case.withdraw", {"who": who})))
    options += [("wipe_now", Line("r_receipt.wipe_now")), ("open.p_scam", Line("p_scam.title"))]
    return Screen("k_case", tuple(lines), (*_numbered(options), (_WIPE,)))


_PLACES = {
    "q11_partner": _card,
    "q11_less": _less,
    "r_receipt": _receipt,
    "m_sent": _sent,
    "m_end": _end,
    "m_none": _none,
    "r_paused": _paused,
    "k_code": _keypad,
    "k_case": _case,
}
PLACES: frozenset[str] = frozenset(_PLACES)
OPENABLE: frozenset[str] = frozenset(PAGES) | {"k_code"}
