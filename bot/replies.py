"""Replies of partners, opened with the key from a return code, and kept in memory alone while the case that they belong to is open.

The key is there only while a code is looked up, and what a reply says belongs on no disk before she taps it: so it waits here, in this
process, by chat. It goes with the conversation's case: when she leaves, erases, is idle, or somebody taps the danger word. After a restart
nothing is here, and her code opens the replies again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.dialogue.conversation import Conversation, Waiting
from referrals.casebook_replies import SealedReply
from referrals.errors import ReferralError
from referrals.reply import Reply, open_reply
from referrals.secret import Secret

_MOST = 20  # of one case, the newest: more of them than anybody writes to one person in 30 days


@dataclass(frozen=True, slots=True)
class Opened:
    """What a code opened of the replies to its case."""

    waiting: tuple[Waiting, ...] = ()  # oldest first
    said: Mapping[str, Reply] = field(default_factory=dict, repr=False)  # by the reply's id
    unopened: int = 0  # how many did not open, are malformed, or belong to another referral


def opened(sealed: Iterable[SealedReply], partners: Mapping[str, str], identity: Secret[str]) -> Opened:
    """Open the replies to a case, oldest first; `partners` has the partner of each of its referrals, by the referral's id.

    Whatever is wrong with one of them, the others open.
    """
    said: dict[str, Reply] = {}
    waiting: list[Waiting] = []
    unopened = 0
    for each in tuple(sealed)[-_MOST:]:
        partner = partners.get(each.referral_id)
        try:
            if partner is None:
                continue
            said[each.reply_id] = open_reply(each.sealed, identity, each.referral_id, partner)
        except ReferralError:
            unopened += 1
            continue
        waiting.append(Waiting(reply_id=each.reply_id, referral_id=each.referral_id))
    return Opened(tuple(waiting), said, unopened)


class Said:
    """What the replies say, by chat, for as long as the case is open there. Used in the writer's thread only."""

    def __init__(self) -> None:
        """Nothing is open."""
        self._by_chat: dict[int, Mapping[str, Reply]] = {}

    def of(self, chat: int) -> Mapping[str, Reply]:
        """What the replies to the case say that is open in this chat, by the reply's id."""
        return self._by_chat.get(chat, {})

    def settle(self, chat: int, after: Conversation, new: Opened | None) -> None:
        """Keep what a code opened just now, or what is there, if the conversation still needs it; let it go otherwise."""
        replies = after.opening.replies if after.opening is not None else after.replies
        known = self.of(chat) if new is None else new.said
        kept = {each.reply_id: known[each.reply_id] for each in replies if each.reply_id in known}
        if kept:
            self._by_chat[chat] = kept
        else:
            self._by_chat.pop(chat, None)
