"""A catalogue's source (.po) with other words: its order and comments stay, and nothing is written unless all of it is right.

Works in a working copy only: it relies on tools/words.py, which checks the catalogues, and on Babel, which builds them.
"""

import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.pofile import normalize

from bot.review.packet import comments
from tools.words import COMPLETE, DOMAIN, OVERRIDES, Words, check, placeholders, read, sources

__all__ = ["CatalogueError", "Change", "placeholders", "planned", "read_all", "replace", "said", "write"]

_MSGID = re.compile(r'msgid "(.+)"')
_MSGSTR = r'msgstr ".*"\n(?:".*"\n)*'
_HEADER = re.compile(rf'^msgid ""\n{_MSGSTR}', re.MULTILINE)


class CatalogueError(Exception):
    """The catalogues can't be changed so: the message says what is wrong, a line for each."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file to be replaced."""

    path: Path
    old: bytes = field(repr=False)
    new: bytes = field(repr=False)


def read_all(folder: Path, used: frozenset[str]) -> dict[str, tuple[Path, bytes, Words]]:
    """Every catalogue's source below `folder`: its path, its bytes, and what they say, which is checked. Raises CatalogueError."""
    found = {}
    try:
        for locale, path in sources(folder).items():
            source = path.read_bytes()
            found[locale] = (path, source, read(locale, source))
    except OSError as error:
        raise CatalogueError(f"A catalogue below {folder} can't be read: {error.strerror}.") from None
    missing = [locale for locale in (*COMPLETE, *OVERRIDES) if locale not in found]
    if missing:
        raise CatalogueError(
            f"{folder / missing[0] / DOMAIN}.po is missing. Name the locales/ of a working copy with --catalogues."
        )
    _checked({locale: words for locale, (_, _, words) in found.items()}, used)
    return found


def _checked(catalogues: Mapping[str, Words], used: frozenset[str]) -> None:
    if findings := check(catalogues, used):
        raise CatalogueError("\n".join(("the catalogues would not pass:", *(str(finding) for finding in findings))))


def said(catalogues: Mapping[str, tuple[Path, bytes, Words]]) -> dict[str, dict[str, str]]:
    """The words of each language by key: where a language only overrides another, with those of the other beneath."""
    own = {locale: dict(words.by_key) for locale, (_, _, words) in catalogues.items()}
    return {locale: {**own.get(OVERRIDES.get(locale, ""), {}), **words} for locale, words in own.items()}


def planned(
    catalogues: Mapping[str, tuple[Path, bytes, Words]], language: str, words: Mapping[str, str], used: frozenset[str]
) -> Change:
    """The language's file with these words by key, checked together with the other languages. Raises CatalogueError."""
    path, old, before = catalogues[language]
    under = catalogues[OVERRIDES[language]] if language in OVERRIDES else None
    beneath = under[2].by_key if under else {}
    wanted = {key: None if beneath.get(key) == text else text for key, text in words.items()}
    source = old.decode().rstrip("\n") + "\n"
    for key, text in wanted.items():
        source = _with(source, key, text, (under[1] if under else old).decode())
    new = source.encode()
    after = read(language, new)
    kept = {key: text for key, text in before.by_key.items() if key not in wanted}
    if dict(after.by_key) != kept | {key: text for key, text in wanted.items() if text is not None}:
        raise CatalogueError(
            f"{path} is not laid out as other catalogues are (one msgid line for each key): nothing was changed."
        )
    _checked({locale: after if locale == language else each[2] for locale, each in catalogues.items()}, used)
    return Change(path, old, new)


def _with(source: str, key: str, text: str | None, reference: str) -> str:
    """The source with other words under a key; None takes the entry out, and a new one goes where `reference` has it."""
    entry = _entry(source, key)
    # Width 0: a line of the file for each line of the words, as the catalogues are written.
    said_so = None if text is None else f'msgid "{key}"\nmsgstr {normalize(text, width=0)}\n'
    if entry is not None and said_so is not None:
        return source[: entry.start()] + said_so + source[entry.end() :]
    if entry is not None:
        above = re.search(r"(?:^#.*\n)*\Z", source[: entry.start()], re.MULTILINE)
        start = entry.start() if above is None else above.start()
        return (source[:start] + source[entry.end() :].lstrip("\n")).rstrip("\n") + "\n"
    return source if said_so is None else _inserted(source, key, said_so, reference)


def _entry(source: str, key: str) -> re.Match[str] | None:
    return re.search(rf'^msgid "{re.escape(key)}"\n{_MSGSTR}', source, re.MULTILINE)


def _inserted(source: str, key: str, entry: str, reference: str) -> str:
    order = _MSGID.findall(reference)
    after = [each for each in order[: order.index(key) if key in order else None] if f'\nmsgid "{each}"\n' in source]
    note = comments(reference).get(key, "")
    block = (f"#. {note}\n" if note else "") + entry
    before = (_entry(source, after[-1]) if after else None) or _HEADER.search(source)
    if before is None:
        return f"{source.rstrip()}\n\n{block}"
    return f"{source[: before.end()].rstrip()}\n\n{block}\n{source[before.end() :].lstrip()}".rstrip("\n") + "\n"


def write(change: Change) -> None:
    """Put the new file in the place of the old one, whole or not at all. Raises CatalogueError."""
    try:
        if change.path.read_bytes() != change.old:
            raise CatalogueError(f"{change.path} was changed meanwhile: nothing was written. Run the command again.")
        replace(change.path, change.new)
    except OSError as error:
        raise CatalogueError(f"{change.path} can't be written: {error.strerror}. Nothing was changed.") from None


def replace(path: Path, content: bytes) -> None:
    """Write a file beside the old one, then put it in its place. Raises OSError, with the old file as it was."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(path.stat().st_mode if path.exists() else 0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
