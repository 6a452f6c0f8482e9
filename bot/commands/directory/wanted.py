"""What is to change beside the partners, as `naru directory publish` is told: bots, safety leads, lifted suspensions, the opening page."""

import secrets
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from bot.commands.directory import lifting
from bot.commands.directory.opening import opener_digest
from bot.commands.directory.place import content, day, text
from bot.commands.directory.register import Bot, Lifted, Register
from bot.commands.directory.session import Session, moment
from bot.commands.running import PUBLIC_KEY, RECIPIENT
from bot.settings import SettingsError
from referrals.errors import ReferralError
from referrals.lifecycle import KEY_DAYS
from referrals.partner import CaseworkerKey
from referrals.publishing.targets import SALT_BYTES, key_digest
from referrals.sealing import check_recipient

_KEY_ID_CHARACTERS = 8  # as `naru keygen` and the fixtures have them


class Wanted:
    """What is to change beside the partners."""

    def __init__(self, bots: list[Path], leads: list[Path], lift: list[str], opener: Path | None) -> None:
        self.bots = tuple(_bot(path) for path in bots)
        self.leads = tuple(_lead(path) for path in leads)
        self.lift = tuple(lift)
        self.opener = None if opener is None else content(opener)

    def __bool__(self) -> bool:
        return bool(self.bots or self.leads or self.lift or self.opener)

    @property
    def only_opener(self) -> str | None:
        """The digest of the opening page, where nothing else is wanted: whoever signs another's draft can say which page she built."""
        return opener_digest(self.opener) if self.opener and not (self.bots or self.leads or self.lift) else None

    def head(self, work: Session, now: datetime) -> Register:
        """The next head."""
        before = work.document.head if work.document else None
        operators = before.operators if before else tuple(each.operator for each in work.place.cards().values())
        lifted = [each for each in before.lifted if isinstance(each, Lifted)] if before else []
        lifted += [each for wanted in self.lift for each in lifting.suspensions(work.place.shared, wanted)]
        try:
            return Register(
                drafted_on=day(now),
                operators=operators,
                bots=tuple(dict.fromkeys((*(before.bots if before else ()), *self.bots))),
                safety_lead=tuple(dict.fromkeys((*(before.safety_lead if before else ()), *self.leads))),
                lifted=tuple(dict.fromkeys(lifted)),
                opener=opener_digest(self.opener) if self.opener else before.opener if before else None,
                salt=before.salt if before else secrets.token_hex(SALT_BYTES),
            )
        except ValidationError as error:
            first = str(error.errors(include_input=False, include_url=False)[0]["loc"][0])
            wanted = {
                "bots": "The list is for bots, so it must name one: --bot DIR, with the folder public/ that the bot's operator gave you.",
            }
            raise SettingsError(wanted.get(first, f"{first} can't be used.")) from None


def _bot(folder: Path) -> Bot:
    """Read the two files that `naru init` made for the operators."""
    try:
        made = Bot(
            signer=text(folder / PUBLIC_KEY.name).strip(),
            recipient=text(folder / RECIPIENT.name).strip(),
        )
        check_recipient(made.recipient)
    except (ValidationError, ReferralError):
        raise SettingsError(
            f"{folder} has no public half of a bot. Ask the bot's operator for {PUBLIC_KEY} and {RECIPIENT} again."
        ) from None
    return made


def _lead(path: Path) -> CaseworkerKey:
    recipient = text(path).strip()
    until = day(moment()) + timedelta(days=KEY_DAYS)
    try:
        return CaseworkerKey(id=key_digest(recipient)[:_KEY_ID_CHARACTERS], recipient=recipient, key_until=until)
    except ValidationError:
        raise SettingsError(f"{path} should hold one recipient (age1pq1...), as `naru keygen` prints it.") from None
