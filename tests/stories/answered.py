"""Sentences about a partner's reply: sealed in the story as a browser seals it, opened by her number, read, answered."""

from dataclasses import dataclass
from datetime import timedelta

from bot.dialogue.effects import HaveRead
from bot.dialogue.events import CodeChecked
from bot.replies import opened
from referrals.casebook_replies import SealedReply
from referrals.casebook_view import CaseView
from referrals.contact_card import ContactCard
from referrals.fixtures import IDS
from referrals.questions import QUESTIONS
from tests import replied
from tests.person import NOW, case
from tests.stories.scene import Scene, catalogues, need, sentence

ELSEWHERE = "9" * 32  # a referral that is not hers


@dataclass(frozen=True)
class Written:
    """What a caseworker wrote or asked in the story, not sealed yet: her number alone says which referral it belongs to."""

    name: str
    days: int
    said: str  # a text, or the code of a closed question
    referral_id: str | None = None  # None: the right one
    damaged: bool = False


def checked(scene: Scene, view: CaseView, card: ContactCard | None) -> CodeChecked:
    """What her number opens, with the replies that were written so far, each sealed to her and opened with her key."""
    sealed = tuple(_sealed(each, view, number) for number, each in enumerate(scene.written, 1))
    partners = {each.referral_id: each.partner for each in view.referrals}
    found = opened(sealed, partners, replied.HER_IDENTITY.secret)
    scene.person.said = found.said
    return CodeChecked(view, case(), None, card, replies=found.waiting, unopened=found.unopened)


def _sealed(written: Written, view: CaseView, number: int) -> SealedReply:
    at = [each.referral_id for each in view.referrals if each.partner == IDS[written.name]]
    need(len(at) == 1, f"{written.name} has {len(at)} referrals")
    moment = NOW - timedelta(days=written.days)
    reply = replied.written(written.referral_id or at[0], IDS[written.name], moment, written.said)
    sealed = replied.sealed_reply(reply, case().reply_to)
    kept = sealed[:-1] + bytes([sealed[-1] ^ 1]) if written.damaged else sealed
    return SealedReply(f"{number:08x}" + "e" * 24, at[0], int(moment.timestamp()), kept)


# --- what caseworkers do ---


@sentence("<name> writes to her: <words>")
def writes(scene: Scene, name: str, words: str) -> None:
    """A short text, today."""
    scene.written.append(Written(name, 0, words))


@sentence("<name> wrote to her <days> days ago: <words>")
def wrote(scene: Scene, name: str, days: str, words: str) -> None:
    """A short text, some days before she comes back."""
    scene.written.append(Written(name, int(days), words))


@sentence("<name> asks her: <question>")
def asks(scene: Scene, name: str, question: str) -> None:
    """One of the closed questions, by its code."""
    need(question in QUESTIONS, list(QUESTIONS))
    scene.written.append(Written(name, 0, question))


@sentence("<name> writes to her under a referral that is not hers: <words>")
def writes_elsewhere(scene: Scene, name: str, words: str) -> None:
    """Sealed to her, and about something else."""
    scene.written.append(Written(name, 0, words, referral_id=ELSEWHERE))


@sentence("what <name> writes to her is damaged on its way: <words>")
def damaged(scene: Scene, name: str, words: str) -> None:
    """One bit of the sealed file is another."""
    scene.written.append(Written(name, 0, words, damaged=True))


# --- what she reads, and what is kept of it ---


@sentence("she reads: <words>")
def reads(scene: Scene, words: str) -> None:
    """What the partner wrote, in quotes and as it was written; only signs without width may stand between."""
    said = scene.view.text.replace("\u2060", "").splitlines()
    need(f"“{words}”" in said, scene.view.text)


@sentence("it counts as read")
def is_read(scene: Scene) -> None:
    """With this press: it is erased a day later."""
    need(any(isinstance(effect, HaveRead) for effect in scene.person.effects), scene.person.effects)


@sentence("nothing counts as read")
def is_unread(scene: Scene) -> None:
    """With this press: it is there when she comes back."""
    need(not any(isinstance(effect, HaveRead) for effect in scene.person.effects), scene.person.effects)


@sentence("nothing of it is stored: <words>")
def not_stored(scene: Scene, words: str) -> None:
    """What was written is neither on the screen nor in what is kept of the conversation."""
    need(words not in scene.person.conversation.stored(), "it is stored")
    need(words not in scene.shown[-1], scene.shown[-1])


@sentence("the program starts anew")
def starts_anew(scene: Scene) -> None:
    """What was in memory alone is gone."""
    scene.person.said = {}


@sentence("the question is: <words>")
def question_is(scene: Scene, words: str) -> None:
    """A closed question, in our own words."""
    reading = scene.person.conversation.reading
    asked = None if reading is None or reading.question is None else reading.question
    need(asked is not None, scene.view.text)
    need(catalogues().plain(asked or "", scene.person.conversation.locale or "ko") == words, scene.view.text)
    need(words in scene.view.text.splitlines(), scene.view.text)
