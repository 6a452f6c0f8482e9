"""Recorded reviews of the words, and what is still owed: two named reviews for each language, of the words as they are now.

Reviews stand in locales/reviews.toml. Each names the digest of the words that were read, so that changed words are unreviewed again.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.texts import Catalogues

Language = Literal["ko", "ko_CN", "zh_Hans"]
Role = Literal["native", "survivor"]
REVIEWED: tuple[Language, ...] = get_args(
    Language
)  # en is for caseworkers and readers of the demo, never for the person
NEEDED = 2  # named reviews for each language (domain.md 8: two review rounds)
FILE = "reviews.toml"


class ReviewsError(Exception):
    """The record of reviews can't be used: the message says where, and what it should be."""


class Review(BaseModel):
    """One reading of all the words of one language."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    language: Language
    reviewer: str = Field(min_length=1, max_length=60, repr=False)  # a name or a pseudonym, as the reviewer wants it
    role: Role
    date: date
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")  # of the words that were read: see `digest`

    def as_toml(self) -> str:
        """The review as it stands in the record."""
        # A JSON string is a TOML string but for U+007F, which no name holds that is printable.
        strings = [
            f"{name} = {json.dumps(getattr(self, name), ensure_ascii=False)}"
            for name in ("language", "reviewer", "role", "digest")
        ]
        return "\n".join(("[[review]]", *strings, f"date = {self.date.isoformat()}", ""))


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    review: tuple[Review, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """What one language still lacks."""

    language: str
    current: tuple[Review, ...]  # of the words as they are now, one for each reviewer
    older: int  # reviews of words that were changed since


def digest(words: Mapping[str, str]) -> str:
    """SHA-256, in hex, of a language's words: of their JSON with the keys in order and no spaces, in UTF-8."""
    text = json.dumps(dict(words), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def digests(catalogues: Catalogues, keys: Iterable[str]) -> dict[str, str]:
    """The digest of each language under review, over the words of `keys`."""
    wanted = tuple(keys)
    spoken = {language: catalogues.words(language) for language in REVIEWED}
    return {language: digest({key: words[key] for key in wanted}) for language, words in spoken.items()}


def parse(untrusted_text: str) -> tuple[Review, ...]:
    """Read the record. Raises ReviewsError."""
    try:
        return _File.model_validate(tomllib.loads(untrusted_text)).review
    except tomllib.TOMLDecodeError as error:
        raise ReviewsError(f"{FILE} is no TOML ({error}). Restore it from its last good version.") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
        raise ReviewsError(f"{FILE}, {place}: {first['msg']}. Mend it as its first lines say.") from None


def missing_reviews(reviews: Iterable[Review], current: Mapping[str, str]) -> tuple[Missing, ...]:
    """The languages of `current` (language to digest) that lack reviews of those words; who read twice counts once."""
    kept = tuple(reviews)
    found = []
    for language, now in current.items():
        own = [review for review in kept if review.language == language]
        readers = {review.reviewer.casefold(): review for review in own if review.digest == now}
        if len(readers) < NEEDED:
            older = sum(review.digest != now for review in own)
            found.append(Missing(language, tuple(readers.values()), older))
    return tuple(found)


def lines(missing: Iterable[Missing]) -> list[str]:
    """What is to be said of it, one line for each language; none when nothing is owed. No line names a reviewer."""
    return [
        f"Words, {each.language}: {len(each.current)} of {NEEDED} reviews of the words as they are now"
        f" (native: {_count(each, 'native')}, survivor: {_count(each, 'survivor')}, of older words: {each.older})."
        " They are drafts, not for real use: see `naru words packet`."
        for each in missing
    ]


def _count(missing: Missing, role: str) -> int:
    return sum(review.role == role for review in missing.current)


def recorded() -> Traversable | Path:
    """Where the record lies: beside the compiled catalogues of an installed bot, or in locales/ of a working copy."""
    installed = files("bot") / "locales" / FILE
    return installed if installed.is_file() else Path(__file__).resolve().parent.parent / "locales" / FILE


def owed(catalogues: Catalogues, keys: Iterable[str], record: Traversable | Path | None = None) -> list[str]:
    """What `naru run` and `naru status` say. Never raises: a broken record counts no review, and must not stop the bot."""
    reviews: tuple[Review, ...] = ()
    told = []
    try:
        reviews = parse((record or recorded()).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        told.append(f"Words: {FILE} is missing or can't be read as text, so no review counts.")
    except ReviewsError as error:
        told.append(f"Words: {error} No review counts until then.")
    return [*told, *lines(missing_reviews(reviews, digests(catalogues, keys)))]
