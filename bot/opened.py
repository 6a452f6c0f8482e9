"""An opened referral in words: what a caseworker reads on a screen, on paper or in her terminal."""

from datetime import datetime

from bot.dialogue import consent
from bot.dialogue.screens import Line, packet_line
from bot.texts import Catalogues
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
