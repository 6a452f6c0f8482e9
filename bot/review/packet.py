"""The packet: which language is reviewed, the screens in their order, and the words of every language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.dialogue.questionnaire import Questionnaire
from bot.review.arrangement import Arrangement, arranged
from bot.review.wording import NAMES
from bot.reviews import digest
from bot.texts import ordered_keys

_MSGID = re.compile(r'^msgid "(.+)"$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Packet:
    """What one reviewer gets."""

    language: str
    arrangement: Arrangement
    words: Mapping[str, Mapping[str, str]]  # language -> key -> words, for every language of NAMES

    @property
    def digest(self) -> str:
        """The digest of the words under review."""
        return digest(self.reviewed)

    @property
    def reviewed(self) -> dict[str, str]:
        """The words under review by key, in the order of the packet."""
        own = self.words[self.language]
        return {entry.key: own[entry.key] for entry in self.arrangement.entries}

    @property
    def beside(self) -> tuple[str, ...]:
        """The other languages."""
        return tuple(language for language in NAMES if language != self.language)


def packet(
    language: str, questionnaire: Questionnaire, words: Mapping[str, Mapping[str, str]], notes: Mapping[str, str]
) -> Packet:
    """Arrange the words of every language for the review of one; `notes` are the catalogues' comments by key."""
    return Packet(language, arranged(questionnaire, ordered_keys(questionnaire), notes), words)


def comments(source: str) -> dict[str, str]:
    """The comments for readers (`#.`) in a catalogue's source, by key."""
    found = {}
    for block in source.split("\n\n"):
        if match := _MSGID.search(block):
            found[match[1]] = " ".join(line[2:].strip() for line in block.splitlines() if line.startswith("#."))
    return found
