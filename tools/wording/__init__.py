"""Linters of what is shown: words that betray, words she may not know, forms of speech, lengths, and what is never said.

They look at rendered text and at where it stands, never at a catalogue alone: a sentence is only known once its places are filled.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fragment:
    """One line or one button in words, with the keys that it was made of: its own first, then those in its places."""

    keys: tuple[str, ...]
    text: str
    button: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """One screen in one language, with what decides how strictly it is held."""

    screen: str  # what stands before the first "." of its id: q11_partner
    locale: str
    strict: bool  # before she said that she is alone and agreed; on the urgent path without it; a notice or a profile
    fragments: tuple[Fragment, ...]
    police: bool = False  # whether the country's policy lets a screen speak of the police
    consulate: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with what is shown."""

    rule: str
    locale: str
    keys: tuple[str, ...]  # of the fragment; of a whole screen, its name
    found: str  # the word, or the measure in words
    says: str
    measure: int | None = None  # of a limit: how much it was

    def __str__(self) -> str:
        return f"{self.locale}: {' in '.join(self.keys)}: {self.rule}: {self.found!r}: {self.says}"
