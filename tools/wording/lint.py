"""The linters together: everything that is wrong with a screen, without what an exception lets through."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from tools.wording import Finding, Fragment, Shown
from tools.wording.lists import Exemption, exemptions, lists
from tools.wording.speech import RULES as SPEECH_RULES
from tools.wording.speech import findings_of_fragment, findings_of_screen


def rules() -> frozenset[str]:
    """The names of all rules."""
    return lists().rules | frozenset(SPEECH_RULES)


def everything(shown: Shown) -> Iterator[Finding]:
    """All findings on a screen, those that an exception lets through among them."""
    for fragment in shown.fragments:
        yield from _of_fragment(fragment, shown.locale, shown.strict, shown.police, shown.consulate)
    yield from findings_of_screen(shown, lists().limits, lists().marks)


def findings(shown: Shown) -> list[Finding]:
    """What is wrong with a screen."""
    return unexcused(everything(shown), exemptions())


def unexcused(found: Iterable[Finding], excused: Iterable[Exemption]) -> list[Finding]:
    """The findings that no exception lets through."""
    kept = tuple(excused)
    return [finding for finding in found if not any(exemption.covers(finding) for exemption in kept)]


@lru_cache(maxsize=100_000)
def _of_fragment(fragment: Fragment, locale: str, strict: bool, police: bool, consulate: bool) -> tuple[Finding, ...]:
    speech = findings_of_fragment(fragment, locale, lists().limits, lists().marks)
    return (*_of_lists(fragment, locale, strict, {"police": police, "consulate": consulate}), *speech)


def _of_lists(fragment: Fragment, locale: str, strict: bool, allowed: dict[str, bool]) -> Iterator[Finding]:
    for each in lists().lists:
        if locale not in each.locales or each.stage == ("open" if strict else "strict"):
            continue
        if each.closed_by is not None and allowed[each.closed_by]:
            continue
        text = fragment.text if each.allowed is None else each.allowed.sub(" ", fragment.text)
        for match in each.search.finditer(text):
            yield Finding(each.rule, locale, fragment.keys, match.group(), each.says)
