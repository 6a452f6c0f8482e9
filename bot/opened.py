"""An opened referral in words: what a caseworker reads on a screen, on paper or in her terminal."""

from collections.abc import Mapping
from datetime import datetime

from bot.dialogue import consent
from bot.dialogue.screens import Line, packet_line
from bot.texts import Catalogues
from referrals.questions import QUESTIONS
from referrals.referral import Referral

LOCALES = {"ko": "ko", "zh": "zh_Hans", "en": "en"}
"""The languages a caseworker can choose, and their catalogues."""


def lines(referral: Referral, now: datetime) -> list[Line]:
    """What an opened referral says, in keys: the answers she chose to send, then the envelope."""
    envelope = referral.envelope
    said = [Line("open.title"), Line(f"open.kind.{envelope.kind}")]
    answers = [packet_line(line) for line in consent.lines(referral.packet)]
    answers += [Line(f"flag.{flag}") for flag in referral.packet.flags]
    if referral.packet.about is not None:
        answers.append(Line("line.about", {"value": referral.packet.about}))
    said += answers or [Line("open.nothing")]
    said += [
        Line(f"open.{name}", {"value": value})
        for name, value in (
            ("partner", envelope.partner),
            ("created", envelope.created),
            ("expires", envelope.expires),
            ("id", envelope.referral_id),
            ("list", str(envelope.directory_version)),
            ("questionnaire", envelope.questionnaire),
        )
    ]
    if envelope.expired(now):
        said.append(Line("open.expired"))
    said += [
        Line("open.no_reply" if envelope.reply_to is None else "open.reply"),
        Line("open.signed"),
        Line("open.rules"),
    ]
    return said


def text(referral: Referral, catalogues: Catalogues, language: str, now: datetime) -> str:
    """An opened referral as plain text in ko, zh or en."""
    return "\n".join(catalogues.say(line, LOCALES[language]) for line in lines(referral, now)) + "\n"


# Whatever stands before the first point of a key that a line of an opened referral can need: `labels` gives no other words away.
_ROOMS = frozenset(
    {
        "line",
        "open",
        "flag",
        "word",
        "u1_what",
        "q5_country",
        "q6_needs",
        "q7_situation",
        "q8_with",
        "q9_talk",
        "q10_contact",
        "q10_band",
    }
    | QUESTIONS.keys()
)


def labels(catalogues: Catalogues, language: str) -> Mapping[str, str]:
    """The words by key that a browser needs to say what it opened, in ko, zh or en; their places are not filled."""
    words = catalogues.words(LOCALES[language])
    return {key: text for key, text in words.items() if key.partition(".")[0] in _ROOMS}
