"""One referral as the work pages show it: short name, state, what is owed, who has it. Pure; times are Unix seconds, UTC."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from referrals.casebook_answers import UNDO_SECONDS
from referrals.casebook_moves import DECLINE_REASONS, OUTCOMES, UNSEEN
from referrals.casebook_queue import Listed
from referrals.casebook_view import STATES
from referrals.desk.deeds import DEEDS, Done
from referrals.desk.queue_view import Due, Span, due, short, shown, span, stamp

KEYS = (
    *(f"state.{state}" for state in STATES if state not in UNSEEN),
    *(f"reason.{reason}" for reason in DECLINE_REASONS),
    *(f"outcome.{outcome}" for outcome in OUTCOMES),
    *(f"done.{deed}" for deed in DEEDS),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in the three ways in which a page gives it."""

    stamp: str  # for machines: 2026-11-24T07:00Z
    shown: str
    ago: Span

    @classmethod
    def of(cls, moment: int, now: int) -> "Moment":
        """The moment, seen from now."""
        return cls(stamp(moment), shown(moment), span(max(0, now - moment)))


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed, by when, and whether it is late."""

    what: str
    late: bool
    span: Span

    @classmethod
    def of(cls, owed: Due | None, now: int) -> "Owed | None":
        """What is owed, seen from now."""
        return None if owed is None else cls(owed.what, owed.late(now), owed.span(now))


@dataclass(frozen=True, slots=True)
class Row:
    """One referral in a list or on its own page."""

    referral_id: str = field(repr=False)
    case: str  # its short name
    klass: str
    state: str
    version: int
    fresh: bool  # something came that nobody acknowledged
    owed: Owed | None
    received: Moment
    holder: str | None  # a name; None: nobody has it
    holder_account: str | None = field(repr=False)
    packets: int
    reason: str | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Names:
    """How accounts are named to one caseworker."""

    known: Mapping[str, str] = field(repr=False)  # of live accounts
    own: str = field(repr=False)  # her account
    me: str  # the words for herself
    gone: str  # the words for an account that is not live any more

    def of(self, account: str) -> str:
        """The name of an account."""
        return self.me if account == self.own else self.known.get(account, self.gone)


def row(listed: Listed, holder: str | None, names: Names, now: int) -> Row:
    """One referral as it is shown now."""
    return Row(
        referral_id=listed.referral_id,
        case=short(listed.referral_id),
        klass=listed.klass,
        state=listed.state,
        version=listed.version,
        fresh=listed.fresh,
        owed=Owed.of(due(listed.state, listed.deadline, listed.replies), now),
        received=Moment.of(listed.arrived, now),
        holder=None if holder is None else names.of(holder),
        holder_account=holder,
        packets=listed.packets,
        reason=listed.reason,
        outcome=listed.outcome,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """One deed as it is told: by whom, what, when; and who wrote it down, if that was somebody else."""

    who: str
    action: str
    writer: str | None
    at: Moment


def told(done: Iterable[Done], names: Names, now: int) -> tuple[Told, ...]:
    """Deeds as they are told, newest first."""
    return tuple(
        Told(
            names.of(each.doer),
            each.action,
            names.of(each.account) if each.on_behalf_of else None,
            Moment.of(each.at, now),
        )
        for each in reversed(tuple(done))
    )


@dataclass(frozen=True, slots=True)
class Undo:
    """What she did last and can still undo."""

    referral_id: str = field(repr=False)
    case: str
    action: str
    version: int
    left: Span

    @classmethod
    def of(cls, done: Done | None, listed: Listed | None, now: int) -> "Undo | None":
        """The offer to undo the last deed; None when something happened since, or it stands."""
        if (
            done is None
            or listed is None
            or done.version != listed.version
            or done.action in ("undo", "ask", "reply", "attest")
        ):
            return None
        until = done.at + UNDO_SECONDS if done.action == "hand_over" else listed.undo_until
        if until is None or until <= now:
            return None
        return cls(done.referral_id, short(done.referral_id), done.action, done.version, span(until - now))
