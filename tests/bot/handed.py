"""Somebody who handed something over and comes back, on the rig: her code, her keys, and what others read of it."""

from dataclasses import dataclass

from bot.dialogue.events import Started
from referrals.directory import SAFETY_LEAD
from referrals.referral import Referral
from referrals.return_code import CodeKeys, ReturnCode, derive
from referrals.sealing import Identity, open_sealed, signing_public
from referrals.secret import Secret
from tests.bot.rig import KEYS, MEDIAN, Rig
from tests.fakes import HER

UNKNOWN = "1234567890123452"  # well formed, and nobody's
HERS = (
    9_001  # the message in which she opens the chat: none of ours has its id, so deleting it takes nothing of ours away
)


@dataclass
class Handed:
    """What she has after a sending: her code, and the keys that follow from it."""

    code: str
    keys: CodeKeys


async def handed_over(rig: Rig, *options: str) -> Handed:
    """She goes the usual way, sends to the first partner, and perhaps goes on."""
    await rig.intake.receive(rig.incoming(Started(), HER, HERS))
    await rig.settle()
    await rig.tap(*MEDIAN, "share_yes")
    code = (await rig.conversation()).fresh_code
    assert code is not None
    await rig.tap(*options)
    await rig.settle()
    return Handed(code, derive(ReturnCode(Secret(code)), KEYS.pepper))


WORDS = ("go_on", "share_no", "word.moon", "word.rain")


async def enter(rig: Rig, code: str, *options: str, chat: int = HER) -> None:
    """She comes back, says that it is safe, taps her code, and goes on."""
    await rig.intake.receive(rig.incoming(Started(), chat, HERS))
    await rig.tap("lang_ko", "safe_alone", "code", *(f"key.{digit}" for digit in code), *options, chat=chat)


async def states(rig: Rig) -> list[str]:
    """The states of all referrals."""
    return [row[0] for row in await rig.filed("SELECT state FROM referrals ORDER BY rowid")]


async def reports(rig: Rig, identity: Identity) -> list[Referral]:
    """What the holder of this key reads of all reports."""
    every = await rig.cases(rig.casebook.reports)
    sealed = [await rig.cases(lambda each=each: rig.casebook.sealed_report(each.report_id)) for each in every]  # type: ignore[misc]
    return [
        open_sealed(each, [identity.secret], [signing_public(KEYS.signing)], SAFETY_LEAD).referral for each in sealed
    ]
