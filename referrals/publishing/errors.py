"""Everything that can be wrong with a published list, an operator's key or a draft, split by what an operator must do.

The docstring of each error is what the operator is told. `place` names a role, a file or an operator, never what stands in it.
"""

import inspect
from typing import ClassVar


class PublishingError(Exception):
    """The partner list could not be used or published."""

    code: ClassVar[str] = "publishing"

    def __init__(self, place: str = "") -> None:
        """`place` names the role, file or operator concerned."""
        self.place = place
        told = " ".join((inspect.getdoc(type(self)) or "").split())
        super().__init__(f"{told} (At: {place}.)" if place else told)


# ------------------------------------------------------------------------------------- what the bot finds in a published list
class RefusedError(PublishingError):
    """The published partner list was refused; the last verified one stands."""

    code = "refused"


class UnreachableError(RefusedError):
    """The published partner list can't be reached. Check the address or folder in NARU_DIRECTORY, and that the list is served."""

    code = "unreachable"


class UnsignedError(RefusedError):
    """Too few operators have signed this: one signature does not make a list. Let a second operator review and sign it. If nobody
    published anything, someone is trying to: find out who holds the key that did sign."""

    code = "unsigned"


class KeyTwiceError(UnsignedError):
    """One key has signed twice, which counts once. Let a second operator sign. This doesn't happen by mistake: treat the one key as
    stolen and replace it (`naru directory rotate-key`)."""

    code = "key_twice"


class RevokedKeyError(UnsignedError):
    """One of the signatures is by a key that was taken out of the root, so it doesn't count. Someone has that key and uses it: tell the
    other operators, and let two whose keys stand sign."""

    code = "revoked_key"


class AlteredError(RefusedError):
    """A file is not the one that was signed: it was damaged or changed where it is served. Publish the files again from an operator's
    folder; if they change again, that server is in other hands."""

    code = "altered"


class RolledBackError(RefusedError):
    """This is an older list than one already verified: someone serves old files, or a copy went to the wrong place. Publish from the
    newest folder. If the newest folder itself is refused, an earlier list had versions far ahead: rotate the online key."""

    code = "rolled_back"


class MixedVersionsError(RefusedError):
    """Files of different versions of the list are served together. Publish the whole folder again; if that was done, someone chooses
    what this bot sees."""

    code = "mixed_versions"


class FastForwardedError(RefusedError):
    """A version number jumps further than publishing could take it, which would lock out every later list. The key that signed it is in
    other hands: rotate the online key (`naru directory rotate-key`)."""

    code = "fast_forwarded"


class ExpiredError(RefusedError):
    """Something signed is past its date, so the list is stale."""

    code = "expired"


class ExpiredRootError(ExpiredError):
    """The root, which says whose signatures count, is past its date. Two operators must sign a new root and publish it."""

    code = "expired_root"


class ExpiredTimestampError(ExpiredError):
    """The timestamp or snapshot is past its date: nothing new was published in time, or someone keeps newer files from this bot. Check
    that the publishing machine runs `naru directory publish` daily, and that this bot sees what it publishes."""

    code = "expired_timestamp"


class ExpiredListError(ExpiredError):
    """The partner list is past its 14 days, so nobody is referred any more. Two operators must review, sign and publish it again today."""

    code = "expired_list"


class ExpiredSuspensionsError(ExpiredError):
    """An operator's own suspension file is past its date. She must sign it again (`naru directory publish`), even if it is empty. Until
    then what she suspended stands and nothing new counts; when a second one is past its date, all ordinary referrals are held."""

    code = "expired_suspensions"


class ClockSetBackError(RefusedError):
    """This machine's clock is behind a time at which a list was verified, so expiry can't be judged. Correct the clock. If it was ahead
    before, the list is used again once that time is reached."""

    code = "clock_set_back"


class NotForThisBotError(RefusedError):
    """The list is not sealed to this bot's key. An operator must add this bot's recipient and publish again."""

    code = "not_for_this_bot"


class ListContentError(RefusedError):
    """The list is properly signed, but what is in it is not a partner list. Two operators signed a defect: check the draft with
    `naru directory check` and publish again."""

    code = "list_content"


class MalformedSuspensionsError(RefusedError):
    """An operator's suspension file is signed by her but can't be read, so nothing new in it counts. Ask her, by a way that is not this
    list, whether she wrote it; what she suspended before stands."""

    code = "malformed_suspensions"


class NoOpenerError(RefusedError):
    """The published list vouches for no opening page, so use none: two operators must sign it (`naru directory publish --opener FILE`)."""

    code = "no_opener"


class WrongOpenerError(RefusedError):
    """This is not the opening page that the operators signed: it is another version, or somebody changed it. Don't open anything with it.
    Ask the operators for theirs, and tell them where this one came from."""

    code = "wrong_opener"


class NotPinnedError(PublishingError):
    """This bot has no verified list yet. `naru init` pins the first one. If there was one before, the folder with its state is gone: bring
    it back from the disk, since pinning anew would forget which partners are new and which were suspended."""

    code = "not_pinned"


class PinnedError(PublishingError):
    """This bot has a verified list already; pinning anew would forget which partners are new and which were suspended."""

    code = "pinned"


class StateDamagedError(PublishingError):
    """What this bot remembers of the partner list is damaged or was changed by another hand. Stop, keep a copy, and check the disk. If no
    backup is sound, compare the list's version with the operators by phone, empty the folder and pin anew with `naru init`."""

    code = "state_damaged"


class StateUnwritableError(PublishingError):
    """What this bot remembers of the list can't be written, so nothing new is taken. Check the disk's space and the folder's owner."""

    code = "state_unwritable"


# --------------------------------------------------------------------------------------------------------- an operator's key
class OperatorKeyError(PublishingError):
    """The operator's key file can't be used."""

    code = "operator_key"


class MissingOperatorKeyError(OperatorKeyError):
    """There is no operator's key here, or it can't be read. Check the path. If it is lost, the other two operators replace it
    (`naru directory rotate-key`)."""

    code = "operator_key_missing"


class ExposedOperatorKeyError(OperatorKeyError):
    """Others on this machine can read or replace this key file, so it is not used. Make it yours alone (chmod 600); if others did use this
    machine, let the other two operators replace the key."""

    code = "operator_key_exposed"


class DamagedOperatorKeyError(OperatorKeyError):
    """This is not an operator's key file, or it is damaged. Bring back your copy of it; if there is none, the other two operators replace
    the key (`naru directory rotate-key`)."""

    code = "operator_key_damaged"


class NewerOperatorKeyError(OperatorKeyError):
    """This key file was made by a newer version of the program. Install the newest version."""

    code = "operator_key_newer"


class WrongPassphraseError(OperatorKeyError):
    """The passphrase does not open this key. Check the keyboard's language and try again."""

    code = "wrong_passphrase"


class WeakPassphraseError(OperatorKeyError):
    """The passphrase is too short: it needs 15 characters or more, for example five words drawn by dice."""

    code = "weak_passphrase"


class OperatorPublicError(OperatorKeyError):
    """This is not the public half of an operator's key. Ask her to export it again, and compare the fingerprint by phone."""

    code = "operator_public"


# ------------------------------------------------------------------------------------------------------- drafts and publishing
class DraftError(PublishingError):
    """The draft can't be made, signed or published as it is."""

    code = "draft"


class NoDraftError(DraftError):
    """There is no such draft in this folder. Make it first, or copy the newest folder here."""

    code = "draft_missing"


class DamagedFolderError(DraftError):
    """A file in this folder is missing or damaged. Copy the folder again from the operator who made the draft."""

    code = "folder_damaged"


class NotAnOperatorError(DraftError):
    """This key is not one of the operators' for this draft, so its signature would not count."""

    code = "not_an_operator"


class NotEnoughSignaturesError(DraftError):
    """The draft has too few signatures of operators. Let the next operator review and sign it, then publish again."""

    code = "draft_unsigned"


class OutdatedDraftError(DraftError):
    """Something else was published since this draft was made. Make the draft anew on the newest folder."""

    code = "draft_outdated"


class OddDraftError(DraftError):
    """This draft holds something that this program doesn't put there: other thresholds, other roles or a longer life. Don't sign it,
    and ask by phone who made it. If the operators were changed meanwhile, or this machine's clock is behind, make the draft anew."""

    code = "draft_odd"


class LapsedDraftError(DraftError):
    """This suspension file was past its date before it was published. Let her sign it again: `naru directory publish` on her machine."""

    code = "draft_lapsed"


class StrayFileError(DraftError):
    """A published file is not signed as it must be, so nothing was published and no date renewed. Somebody put it there: keep a copy, find
    out who, and copy the newest folder again from an operator who has the right one."""

    code = "stray_file"


class OpenerTooLargeError(DraftError):
    """The opening page is too large to be signed (4 MiB at most). Check that it is the file naru-open.html."""

    code = "opener_too_large"


class OperatorsError(DraftError):
    """There must be three or more operators with different names and different keys, none of them the online key."""

    code = "operators"
