"""Which question comes next, and what the answers given so far amount to.

Everything here is derived from the answers: going back needs no history, and an answer that a change of mind made unreachable is
dropped by `pruned`, not hidden by a screen.
"""

from dataclasses import replace
from typing import Literal

from bot.dialogue.conversation import FRONT, Conversation
from bot.dialogue.questionnaire import Answers, Question, Questionnaire, met
from referrals.casebook_view import CaseView, ReferralState
from referrals.matching import SELF_HELP_NEEDS, CaseFacts
from referrals.referral import Packet
from referrals.statistics import Facts, region

# domain.md 1.4, q7b_danger, rule: any of these is high; worse alone is raised; none is "not stated", never "low".
_HIGH = frozenset({"d_choke", "d_kill", "d_handed"})
# Hours a paused conversation is kept: domain.md 5.3, "unfinished conversation" and "finished, not sent".
_KEPT_UNFINISHED, _KEPT_FINISHED = 24, 72
_ASKED_AGAIN = ("q1_safe", "q2_phone")  # what may have changed since she paused


def pruned(questionnaire: Questionnaire, answers: Answers) -> dict[str, tuple[str, ...]]:
    """The answers that can still be reached, in the order of the questionnaire; options no longer offered are taken out."""
    kept: dict[str, tuple[str, ...]] = {}
    for question in questionnaire.question:
        given = answers.get(question.id)
        if given is None or not met(question.when, kept):
            continue
        codes = {option.code for option in question.offered(kept)}
        left = tuple(code for code in given if code in codes)
        if left or not given:
            kept[question.id] = left
    return kept


def following(questionnaire: Questionnaire, answers: Answers) -> Question | None:
    """The first question that is due and unanswered; None when all are answered."""
    for question in questionnaire.question:
        if question.id not in answers and met(question.when, answers):
            return question
    return None


def preceding(questionnaire: Questionnaire, answers: Answers, question_id: str | None) -> str:
    """The answered question before this one (before the end if None); the front page when there is none."""
    before = FRONT
    for question in questionnaire.question:
        if question.id == question_id:
            break
        if question.id in answers:
            before = question.id
    return before


def ticked(question: Question, picked: tuple[str, ...], option: str) -> tuple[str, ...] | None:
    """The ticks after one more ("+code") or one less ("-code"); None when that would be too many.

    A press may arrive twice, so each says which it is.
    """
    codes = set(picked) - {option[1:]}
    if option[0] == "+":
        if len(codes) >= question.multi:
            return None
        codes.add(option[1:])
    return tuple(each.code for each in question.options if each.code in codes)


def resumed(before: Answers, today: Answers) -> dict[str, tuple[str, ...]]:
    """The answers of a paused conversation, with what she said today about her safety and the phone."""
    return {**before, **{question: today[question] for question in _ASKED_AGAIN if question in today}}


def kept_hours(conversation: Conversation) -> int:
    """How long the conversation is kept when she pauses it here."""
    return _KEPT_FINISHED if conversation.place in ("q11_partner", "m_stale") else _KEPT_UNFINISHED


def idle_seconds(conversation: Conversation) -> int:
    """How long the screen may stay open without a press: 3 minutes where it counts more, else 10 (domain.md 1.3)."""
    hurried, watched = conversation.urgent or conversation.hurried, conversation.watched
    short = (
        hurried
        or watched
        or conversation.place in ("k_code", "k_word", "k_reply")
        or not may_keep(conversation.answers)
    )
    return 180 if short else 600


def may_keep(answers: Answers) -> bool:
    """Tell whether a conversation may be paused: not on a phone that is looked through or is not hers (domain.md 1.4, no_resume)."""
    return not {"ph_checked", "ph_other"} & set(answers.get("q2_phone", ()))


def may_turn_urgent(conversation: Conversation) -> bool:
    """Tell whether the urgent path may be offered in the middle: she agreed to the conversation, and has sent nothing in it."""
    agreed = conversation.answers.get("q3_agree") == ("agree",)
    return agreed and not conversation.urgent and not conversation.sent


def countable(conversation: Conversation) -> bool:
    """Tell whether she may choose to be counted: no child, nobody else's case, nobody in a hurry, and only once (domain.md 5.4)."""
    company = set(conversation.answers.get("q8_with", ()))
    return not conversation.urgent and conversation.counted != "done" and not {"w_u18", "w_third"} & company


def tally(conversation: Conversation) -> Facts:
    """What one person adds to the statistics."""
    return Facts(
        region=region(country(conversation.answers)),
        language=language(conversation),
        klass=klass(conversation),
        needs=conversation.answers.get("q6_needs", ()),
    )


def noted(seen: CaseView | None, changed: ReferralState, **changes: object) -> CaseView:
    """What her code opened, with one referral changed."""
    if seen is None:
        raise ValueError("no case is open that could change")
    states = tuple(replace(each, **changes) if each == changed else each for each in seen.referrals)  # type: ignore[arg-type]
    return replace(seen, referrals=states)


def locale(chosen: str | None, answers: Answers, korean: str) -> str | None:
    """The catalogue to speak from: Korean as `korean` says, but that of the South for somebody who said that she is there."""
    if chosen is None or not chosen.startswith("ko"):
        return chosen
    return "ko" if country(answers) == "KR" else korean


def klass(conversation: Conversation) -> Literal["now", "days", "normal"]:
    """The class of the referral: skipping the question leaves it normal."""
    if conversation.urgent:
        return "now"
    return "days" if conversation.answers.get("q4_urgent") == ("urg_days",) else "normal"


def language(conversation: Conversation) -> Literal["ko", "zh"]:
    """The language she chose, as a referral says it: ko or zh."""
    return "zh" if (conversation.locale or "").startswith("zh") else "ko"


def danger(answers: Answers) -> Literal["high", "raised"] | None:
    """The class that her answers to the danger questions give; never "low"."""
    given = set(answers.get("q7b_danger", ()))
    if given & _HIGH:
        return "high"
    return "raised" if given else None


def country(answers: Answers) -> str | None:
    """The country she is in; None when she skipped it or it is another one."""
    given = answers.get("q5_country", ())
    return given[0] if given and given[0] != "other" else None


def contact(answers: Answers) -> str:
    """The way of contact she chose; only her own return unless she chose another."""
    chosen = next(iter(answers.get("q10_contact", ())), "c_return")
    band = next(iter(answers.get("q10_band", ())), "band_none")
    return "c_return" if chosen == "c_band" and band == "band_none" else chosen


def packet(conversation: Conversation) -> Packet:
    """Everything that could be sent, before she took anything out."""
    answers = conversation.answers
    urgent = conversation.urgent
    mode = contact(answers)
    flags = []
    if conversation.third_unconfirmed:
        flags.append("third_party_unconfirmed")
    elif "w_third" in answers.get("q8_with", ()):
        flags.append("third_party")
    return Packet(
        klass=klass(conversation),
        urgent=next(iter(answers.get("u1_what", ())), None) if urgent else None,
        country=country(answers),
        language=language(conversation),
        needs=() if urgent else answers.get("q6_needs", ()),
        situations=answers.get("q7_situation", ()),
        danger=danger(answers),
        with_=tuple(code for code in answers.get("q8_with", ()) if code != "w_third"),
        helper=answers.get("q9_talk", ()),
        contact=None if urgent else mode,
        band=answers["q10_band"][0] if mode == "c_band" else None,
        check=None if urgent or conversation.card is None else conversation.card.check,
        flags=tuple(flags),
    )


def facts(conversation: Conversation, offered: frozenset[str], *, hub_only: bool = False) -> CaseFacts:
    """What matching may know of the case; `offered` are the names of the packet's parts. Partners who have it are excluded."""
    answers = conversation.answers
    company, helper = set(answers.get("q8_with", ())), set(answers.get("q9_talk", ()))
    languages = {language(conversation)} | {code[-2:] for code in helper if code.endswith(("_ko", "_zh"))}
    return CaseFacts(
        country=country(answers),
        needs=() if conversation.urgent else answers.get("q6_needs", ()),
        situations=answers.get("q7_situation", ()),
        urgent=next(iter(answers.get("u1_what", ())), None) if conversation.urgent else None,
        klass=klass(conversation),
        danger=danger(answers),
        languages=frozenset(languages),
        dialect={"ko_CN": "north", "ko": "south"}.get(conversation.locale or ""),
        under_18="w_u18" in company,
        with_child="w_child" in company,
        male="t_male" in helper,
        wants_woman=bool({"t_f_ko", "t_f_zh"} & helper),
        contact=contact(answers),
        hub_only=hub_only,
        fields_offered=offered,
        # The urgent path stays open (N23): whoever has her case from an earlier time may be who is there day and night.
        excluded=frozenset(sent.partner for sent in conversation.sent)
        | frozenset(() if conversation.urgent else conversation.had),
    )


def self_help_only(answers: Answers) -> bool:
    """Tell whether all she needs are pages to read."""
    needs = answers.get("q6_needs", ())
    return bool(needs) and set(needs) <= SELF_HELP_NEEDS
