"""Whom would a person with this need see, and why not the others: on today's list and on the proposed one, side by side. Pure.

For operators. It answers with `matching.explain`, so with what a bot would do, on the part of each list that bots are told of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from referrals.aligned import cut, table
from referrals.case_facts import ISO_639, CaseFacts
from referrals.directory import Directory
from referrals.lifecycle import bot_part, day_of, state_on
from referrals.matching import Explanation, Offer, explain
from referrals.spreadsheet.columns import code_of, vocabulary
from referrals.vetting import PartnerFile

# For each rule, and for what comes after the rules, why a partner isn't shown.
WHY_NOT: Mapping[str, str] = {
    "canary": "a canary: never shown, and using it raises the alarm",
    "condition": "takes a fee, makes debts or sets a condition: never shown",
    "status": "not active, or its service isn't",
    "vetted": "its vetting has ended",
    "confirmed": "contact or capacity not confirmed within 30 days",
    "keys": "no key that is valid today",
    "excluded": "ruled out for this case",
    "country": "doesn't work in that country",
    "need": "doesn't help with that need",
    "language": "doesn't speak her language",
    "age": "doesn't take people of her age",
    "safeguarding": "child safeguarding isn't verified",
    "gender": "takes only the other gender",
    "women_staff": "no woman can answer, and she wants one",
    "contact_mode": "can't work with the way of contact that she chose",
    "capacity": "takes nobody at present",
    "urgent": "isn't there day and night, and this is urgent",
    "hub": "the duty desk: not needed beside the others",
    "hub_only": "in such a case the duty desk alone is shown",
    "rank": "would fit, but others fit better",
}
# A reason for an offer, by the part of its code before the colon.
_PLAIN: Mapping[str, str] = {
    "hub": "the duty desk",
    "women_staff": "a woman answers",
    "under_18": "safeguarding verified",
    "with_child": "takes a child with her",
    "serves:adults": "takes adults",
    "serves:children": "takes children",
    "serves:all": "takes all ages",
    "women_only": "for women only",
    "men_only": "for men only",
    "all_day": "day and night",
    "open_now": "has room now",
    "language:ko": "Korean",
    "language:zh": "Chinese",
}
_NAME_WIDTH, _MOST_WIDTH = 22, 52  # columns: two lists stand beside each other in 140
_NOT_THERE = "not on this list"
_TONGUES = {iso: tongue for tongue, iso in ISO_639.items()}  # kor -> ko
_ORDER = ("first", "second", "third")  # matching.MAX_OFFERS


@dataclass(frozen=True, slots=True)
class _List:
    """One list as a bot would have it, and what it finds there."""

    files: Mapping[str, PartnerFile]  # by alias
    found: Explanation
    day_states: Mapping[str, str]  # alias -> state on the day

    def place(self, alias: str) -> int | None:
        """The place of a partner among the offers, from 0."""
        file = self.files.get(alias)
        ids = [offer.partner_id for offer in self.found.matches.offers]
        return ids.index(file.partner.id) if file is not None and file.partner.id in ids else None

    def said(self, alias: str) -> str:
        """Why a partner is shown or not, in plain words."""
        file, place = self.files.get(alias), self.place(alias)
        if file is None:
            return _NOT_THERE
        if place is not None:
            return f"{_ORDER[place]}: {_reasons(self.found.matches.offers[place])}"
        rule = self.found.excluded.get(file.partner.id)
        if rule is None:
            return (
                "pages answer this"
                if self.found.matches.self_help_only
                else f"{self.day_states[alias]}: bots aren't told of it"
            )
        return f"no: {WHY_NOT[rule]}" + (f" ({self.day_states[alias]})" if rule == "status" else "")


class QuestionError(ValueError):
    """The question can't be asked: the message says which word isn't known, and which ones are."""


def asked(
    needs: Sequence[str],
    country: str | None = None,
    languages: Sequence[str] = ("ko",),
    *,
    urgent: bool = False,
    under_18: bool = False,
) -> CaseFacts:
    """Make a case of words as an operator writes them, in Korean, Chinese or English or as codes. Raises QuestionError.

    `country` is None where it is not known. `urgent` asks for today, as "now" does.
    """
    spoken = [_known(word, "language").partition("-") for word in languages]
    return CaseFacts(
        country=None if country is None else _known(country, "country"),
        needs=tuple(_known(word, "need") for word in needs),
        klass="now" if urgent else "normal",
        languages=frozenset(_TONGUES[code] for code, _, __ in spoken if code in _TONGUES),
        dialect=next((variety for _, __, variety in spoken if variety), None),
        under_18=under_18,
    )


def _known(untrusted_word: str, words: str) -> str:
    code = code_of(untrusted_word, words)
    if code is None:
        offered = ", ".join(names.first("en") for names in vocabulary(words).values())
        raise QuestionError(f"one of the words is not a {words}; write one of: {offered}")
    return code


def why(facts: CaseFacts, lists: Mapping[str, Sequence[PartnerFile]], now: datetime, salt: bytes) -> str:
    """Return a table of whom a person would see, and why not the others: a column for each of `lists`, by its name.

    `lists` is as {"today": ..., "proposed": ...}. `salt` decides ties; `now` is an aware time.
    """
    found = {name: _found(facts, files, now, salt) for name, files in lists.items()}
    aliases = sorted({alias for each in found.values() for alias in each.files}, key=lambda alias: _rank(alias, found))
    rows = []
    for alias in aliases:
        said = [each.said(alias) for each in found.values()]
        name = next(each.files[alias].name for each in found.values() if alias in each.files)
        rows.append([alias, cut(name, _NAME_WIDTH), *said, "" if len(set(said)) == 1 else "*"])
    told = table(["no.", "name", *found, ""], rows, most=_MOST_WIDTH)
    return "\n\n".join((told, *_remarks(found)))


def _found(facts: CaseFacts, files: Sequence[PartnerFile], now: datetime, salt: bytes) -> _List:
    day = day_of(now)
    parts = tuple(part for file in files if (part := bot_part(file, day)) is not None)
    states = {file.alias: state_on(file, day) for file in files}
    return _List({file.alias: file for file in files}, explain(facts, Directory(1, parts), now, salt), states)


def _rank(alias: str, asked: Mapping[str, _List]) -> tuple[int, int, str]:
    """Whoever is shown on a list first, in that order; the others by their number."""
    places = [place for each in asked.values() if (place := each.place(alias)) is not None]
    return (min(places, default=len(_ORDER)), int(alias) if alias.isdecimal() else 10**6, alias)


def _reasons(offer: Offer) -> str:
    return ", ".join(_plain(code) for code in offer.reasons) or "fits"


def _plain(code: str) -> str:
    kind, _, what = code.partition(":")
    if code in _PLAIN:
        return _PLAIN[code]
    if kind in {"need", "situation"}:
        prefix = "" if kind == "need" else "knows: "
        return prefix + vocabulary(kind)[what].first("en").casefold()
    return f"{what} dialect" if kind == "dialect" else code


def _remarks(asked: Mapping[str, _List]) -> list[str]:
    told = []
    for name, each in asked.items():
        if each.found.matches.hub_only:
            told.append(f"{name}: nothing else may be shown; the card says that this is the duty desk alone.")
        elif each.found.matches.self_help_only:
            told.append(f"{name}: pages answer all of it; no partner is looked for.")
        elif not each.found.matches.offers:
            told.append(f"{name}: NOBODY is shown. The person is told so, and gets the pages.")
    if len({tuple(each.said(alias) for alias in sorted(each.files)) for each in asked.values()}) > 1:
        told.append("* differs between the lists")
    return told
