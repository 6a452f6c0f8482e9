"""Ways to every place of the dialogue, so that a test can begin anywhere."""

from collections.abc import Mapping

from bot.dialogue.conversation import Waiting
from bot.dialogue.events import CodeChecked, Typed
from referrals.casebook_view import CaseView, ReferralState
from referrals.contact_card import ContactCard
from referrals.fixtures import IDS
from referrals.reply import Reply
from tests.person import NOW, Person, case
from tests.replied import written

# A tap is a text; a question with several answers gets a tuple, and then "nav.done".
Step = str | tuple[str, ...]

_BEGIN = ("lang_ko", "safe_alone", "ph_mine", "agree", "urg_no", "CN")
_NEEDS = (*_BEGIN, ("w_alone",))
_TALK = (*_NEEDS, ("n_leave",), ("s_hurt",), ("d_worse",))
_CONTACT = (*_TALK, ("t_any_ko",))
_CARD = (*_CONTACT, "c_return")
_URGENT = ("urgent_ko", "u_locked", "send")

WAYS: Mapping[str, tuple[Step, ...]] = {
    "a0_open": (),
    "q1_safe": _BEGIN[:1],
    "q2_phone": _BEGIN[:2],
    "q3_agree": _BEGIN[:3],
    "q4_urgent": _BEGIN[:4],
    "u1_what": ("urgent_ko",),
    "u2_send": ("urgent_ko", "u_locked"),
    "q5_country": _BEGIN[:5],
    "q8_with": _BEGIN,
    "q8_wish": (*_BEGIN, ("w_third",)),
    "q8_third": (*_BEGIN, ("w_third",), "wish_unasked"),
    "q8_limits": (*_BEGIN, ("w_u18",)),
    "q6_needs": _NEEDS,
    "q7_situation": (*_NEEDS, ("n_leave",)),
    "q7b_danger": (*_NEEDS, ("n_leave",), ("s_hurt",)),
    "q9_talk": _TALK,
    "q10_contact": _CONTACT,
    "q10_band": (*_CONTACT, "c_band"),
    "q11_partner": _CARD,
    "q11_less": (*_CARD, "share_less"),
    "r_receipt": (*_CARD, "share_yes"),
    "m_sent": (*_URGENT, "go_on", "nav.back"),
    "m_take_back": (*_CARD, "share_yes", "take_back"),
    "w_check": (*_CARD, "share_yes", "go_on", "share_no"),
    "w_danger": (*_CARD, "share_yes", "go_on", "share_no", "word.moon"),
    "t_urgent": (*_NEEDS,),
    "m_stale": (*_CONTACT,),
    "m_end": (*_CARD, "share_no"),
    "m_none": (*_BEGIN[:5], "page.2", "RU", ("w_alone",), ("n_place",), "nav.skip", "nav.skip", "nav.skip"),
    "r_paused": (*_NEEDS, "nav.pause"),
    "k_code": (*_BEGIN[:2], "code"),
    "k_word": (*_BEGIN[:2], "code"),
    "k_case": (*_BEGIN[:2], "code"),
    "k_ref": (*_BEGIN[:2], "code"),
    "k_reply": (*_BEGIN[:2], "code"),
    "k_unsafe": (*_BEGIN[:2], "code"),
    "k_erase": (*_BEGIN[:2], "code"),
    "k_erased": (*_BEGIN[:2], "code"),
    "c_menu": ("cover",),
    "c_rice": ("cover", "open.c_rice"),
    "p_limits": (*_BEGIN[:3], "more"),
    "p_limits2": (*_BEGIN[:3], "more", "open.p_limits2"),
    "p_urgent": ("urgent_ko", "u_locked", "info"),
    "p_partner": (*_CARD, "open.p_partner"),
    "p_phone": (*_CARD, "share_yes", "phone_tips"),
    "p_phone2": (*_CARD, "share_yes", "phone_tips", "open.p_phone2"),
    "p_scam": (*_CARD, "share_no", "open.p_scam"),
    "v_word": (*_BEGIN[:2], "code"),
    "v_not_ours": (*_BEGIN[:2], "code"),
    "v_no_proof": (*_BEGIN[:2], "code"),
    "v_report": (*_CARD, "share_no", "open.p_scam", "open.v_report"),
}
CARD = ContactCard(check="moon", danger="rain")
# Where the code leads on from k_case, or from the word before it.
_AFTER_CODE: Mapping[str, tuple[str, ...]] = {
    "k_word": (),
    "k_case": ("word.moon",),
    "k_ref": ("word.moon", "ref.00000002"),
    "k_reply": ("word.moon", "reply.e0000001"),
    "k_unsafe": ("word.moon", "ref.00000002", "said.unsafe"),
    "k_erase": ("word.moon", "erase_all"),
    "k_erased": ("word.moon", "erase_all", "erase.yes"),
    "v_word": ("word.moon", "open.p_scam", "open.v_word"),
    "v_not_ours": ("word.moon", "open.p_scam", "open.v_word", "word.sea"),
    "v_no_proof": ("word.moon", "open.p_scam", "open.v_word", "word.moon"),
}


def walk(*steps: Step, korean: str = "ko_CN") -> Person:
    """A person who took these steps."""
    return go_on(Person(korean=korean), *steps)


def go_on(person: Person, *steps: Step) -> Person:
    """The same person, after these steps more."""
    for step in steps:
        if isinstance(step, str):
            person.tap(step)
        else:
            person.choose(*step)
    return person


def at(place: str) -> Person:
    """A person who is at this place."""
    person = walk(*WAYS[place])
    if place in _AFTER_CODE:
        opened = view("acknowledged", "declined")
        person.said = replies(opened)
        person.event(CodeChecked(opened, case(), card=CARD, replies=waiting(opened))).tap(*_AFTER_CODE[place])
    if place == "m_stale":
        person.standing = "urgent_only"
        person.tap("c_return")
    if place == "t_urgent":
        person.event(Typed("죽고 싶다"))
    assert person.conversation.place == place
    return person


TEXT = "moon. fictional {who} {text}"  # what a partner might write: nothing in it fills a place


def replies(seen: CaseView, said: str = TEXT) -> dict[str, Reply]:
    """A reply to each referral, by its id: a text, or a closed question where that is named. Ids begin with e0000001."""
    return {
        f"e{number:07x}" + "0" * 24: written(each.referral_id, each.partner, NOW, said)
        for number, each in enumerate(seen.referrals, 1)
    }


def waiting(seen: CaseView) -> tuple[Waiting, ...]:
    """That these replies are there, as a code finds them."""
    return tuple(Waiting(reply_id=reply_id, referral_id=reply.referral_id) for reply_id, reply in replies(seen).items())


def view(*states: str) -> CaseView:
    """A case with a referral in each of these states, to different partners."""
    partners = ("CHILD", "SAFE-CN", "HUB", "CYBER")
    referrals = (
        ReferralState(f"{number:08x}" + "0" * 24, IDS[name], state)
        for number, (name, state) in enumerate(zip(partners, states, strict=False), 1)
    )
    return CaseView("c" * 32, tuple(referrals))
