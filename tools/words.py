"""The words of every language: `python -m tools.words check` and `python -m tools.words compile`.

A catalogue is `locales/<locale>/<domain>.po`: no contexts, no plurals; msgid is a stable key (`q1_safe`), msgstr the words,
with placeholders such as `{g1}`. Compiled, it is `bot/locales/<locale>/<domain>.mo`, which git ignores and the wheel holds.
The domain `naru` is what the person reads, `desk` what the staff of the desk read.
"""

import io
import re
import string
import sys
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

DOMAIN = "naru"  # what the person reads
DESK = "desk"  # what the staff of the desk read
DOMAINS = (DOMAIN, DESK)
COMPLETE = ("ko", "zh_Hans", "en")  # every key must stand in each of these
REFERENCE = "ko"  # the language the words are written in first; its placeholders are the ones that count
OVERRIDES = {"ko_CN": "ko"}  # of `naru` only: holds what differs; gettext falls back to the other by itself
ROOT = Path(__file__).resolve().parent.parent
# A fixed date in the compiled file's header, so that the same words give the same bytes on any day.
STAMP = datetime(2000, 1, 1, tzinfo=UTC)
# A whole line of a .po file. Babel takes a string whose closing quote is missing, and drops its last letter.
_LINE = re.compile(r'\s*(#.*|((msg(id|str|ctxt|id_plural)(\[\d+\])?)?\s*"([^"\\]|\\.)*"\s*)?)')


class Finding(NamedTuple):
    """One thing wrong with the words: which key, in which locale, and what is wrong."""

    key: str
    locale: str
    what: str

    def __str__(self) -> str:
        return f"{self.locale}: {self.key}: {self.what}"


@dataclass(frozen=True)
class Words:
    """One locale's catalogue: its words by key, and what was wrong with the file itself."""

    locale: str
    by_key: Mapping[str, str]  # "" where the words are missing
    findings: tuple[Finding, ...]


def read(locale: str, source: bytes) -> Words:
    """Read one .po file. Never raises for what the file holds: that becomes findings."""
    try:
        catalog = read_po(io.BytesIO(source), abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        return Words(locale, {}, (Finding("(file)", locale, f"is no .po file: {error}"),))
    return Words(
        locale, _strings(catalog), (*_entry_findings(locale, catalog), *_file_findings(locale, source, catalog))
    )


def _strings(catalog: Catalog) -> dict[str, str]:
    return {
        message.id: message.string
        for message in catalog
        if isinstance(message.id, str) and message.id and isinstance(message.string, str)
    }


def _entry_findings(locale: str, catalog: Catalog) -> Iterable[Finding]:
    for message in catalog:
        if not message.id:
            continue
        if not isinstance(message.id, str):
            yield Finding(str(message.id[0]), locale, "has a plural; keys have none")
            continue
        if message.fuzzy:
            yield Finding(message.id, locale, "is marked fuzzy: have it reviewed, then remove the mark")
        if message.context is not None:
            yield Finding(message.id, locale, "has a msgctxt; keys have none")
    for identifier in catalog.obsolete:
        yield Finding(str(identifier), locale, "is an obsolete entry (#~): remove it")


def _file_findings(locale: str, source: bytes, catalog: Catalog) -> Iterable[Finding]:
    """Say what Babel would pass over: it keeps the last of two entries with one key, and takes half a string."""
    text = source.decode()
    for number, line in enumerate(text.splitlines(), start=1):
        if not _LINE.fullmatch(line):
            yield Finding(f"(line {number})", locale, "is no whole line of a .po file: look at its quotes")
    keys = re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield Finding(key, locale, "stands there twice")
    if catalog.fuzzy:
        yield Finding("(header)", locale, "is missing, or is marked fuzzy: write it, or remove the mark")


def placeholders(words: str) -> frozenset[str]:
    """Return the names of the `{...}` in the words. Raises ValueError on a brace without its other half."""
    names = set()
    for _, name, spec, conversion in string.Formatter().parse(words):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"placeholder {{{name}}} is not a plain name")
        names.add(name)
    return frozenset(names)


def check(catalogues: Mapping[str, Words], used: AbstractSet[str], domain: str = DOMAIN) -> list[Finding]:
    """Compare every catalogue with the keys the program uses, and with the reference language. An empty list is good."""
    overriding = OVERRIDES if domain == DOMAIN else {}
    findings = [finding for words in catalogues.values() for finding in words.findings]
    findings += [
        Finding("(file)", locale, f"locales/{locale}/{domain}.po is missing")
        for locale in (*COMPLETE, *overriding)
        if locale not in catalogues
    ]
    for locale, words in catalogues.items():
        complete = locale in COMPLETE
        if not complete and locale not in overriding:
            findings.append(Finding("(file)", locale, "is a language that tools/words.py does not know"))
        findings += _key_findings(words, used, _fallback(catalogues, locale), complete=complete)
        findings += _placeholder_findings(words, catalogues.get(REFERENCE))
    return sorted(findings)


def _fallback(catalogues: Mapping[str, Words], locale: str) -> AbstractSet[str]:
    under = catalogues.get(OVERRIDES.get(locale, ""))
    return under.by_key.keys() if under else frozenset()


def _key_findings(
    words: Words, used: AbstractSet[str], fallback: AbstractSet[str], *, complete: bool
) -> Iterable[Finding]:
    if complete:
        for key in used - words.by_key.keys():
            yield Finding(key, words.locale, "is missing")
    for key, text in words.by_key.items():
        if not text.strip():
            yield Finding(key, words.locale, "has no words")
        elif text != text.strip():
            yield Finding(key, words.locale, "begins or ends with white space")
        if key not in used:
            yield Finding(key, words.locale, "is used by no screen")
        if words.locale in OVERRIDES and key not in fallback:
            yield Finding(key, words.locale, f"overrides a key that {OVERRIDES[words.locale]} lacks")


def _placeholder_findings(words: Words, reference: Words | None) -> Iterable[Finding]:
    for key, text in words.by_key.items():
        try:
            found = placeholders(text)
        except ValueError as error:
            yield Finding(key, words.locale, str(error))
            continue
        if reference is None or words is reference or not text or not reference.by_key.get(key):
            continue
        try:
            expected = placeholders(reference.by_key[key])
        except ValueError:
            continue  # said once, of the reference itself
        if found != expected:
            yield Finding(key, words.locale, f"has placeholders {_named(found)}, {REFERENCE} has {_named(expected)}")


def _named(names: AbstractSet[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"


def sources(folder: Path, domain: str = DOMAIN) -> dict[str, Path]:
    """Return the .po file of each locale under `folder`."""
    return {path.parent.name: path for path in sorted(folder.glob(f"*/{domain}.po"))}


def compile_catalogues(source: Path, target: Path) -> list[Path]:
    """Write a .mo under `target` for every .po under `source` and return the paths. A fuzzy entry is left out.

    Raises babel.messages.pofile.PoFileError on a file that is no .po file.
    """
    return [path for domain in DOMAINS for path in _compiled(source, target, domain)]


def _compiled(source: Path, target: Path, domain: str) -> list[Path]:
    written = []
    for locale, path in sources(source, domain).items():
        catalog = read_po(io.BytesIO(path.read_bytes()), abort_invalid=True)
        catalog.creation_date = catalog.revision_date = STAMP
        compiled = io.BytesIO()
        write_mo(compiled, catalog, use_fuzzy=False)
        mo = target / locale / f"{domain}.mo"
        if not mo.exists() or mo.read_bytes() != compiled.getvalue():
            mo.parent.mkdir(parents=True, exist_ok=True)
            mo.write_bytes(compiled.getvalue())
        written.append(mo)
    for stale in set(target.glob(f"*/{domain}.mo")) - set(written):
        stale.unlink()
    return written


def used_by_the_program() -> frozenset[str]:
    """Return every key that a screen, a notice or a command can need, asked of the program itself."""
    # Here and not above: where a wheel is built, what the bot runs on is not installed.
    from bot.dialogue.questionnaire import load  # noqa: PLC0415
    from bot.dialogue.screens import OPENABLE  # noqa: PLC0415
    from bot.texts import used_keys  # noqa: PLC0415

    return used_keys(load((ROOT / "bot" / "dialogue" / "questionnaire.toml").read_text(encoding="utf-8"), OPENABLE))


# say("room.name") in a template, a module or a script: a key written there literally.
_SAID = re.compile(r"""\bsay\(\s*["']([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)["']""")


def used_by_the_desk(folder: Path = ROOT / "referrals" / "desk") -> frozenset[str]:
    """Return every key that the desk can need: those said literally, and those that a module's KEYS says it puts together."""
    files = [*folder.rglob("*.py"), *folder.glob("pages/**/*.html"), *folder.glob("browser/*.js")]
    said = {key for path in files if _ours(path) for key in _SAID.findall(path.read_text(encoding="utf-8"))}
    return frozenset(said | {key for module in _modules_of(folder) for key in getattr(module, "KEYS", ())})


def _modules_of(folder: Path) -> Iterable[ModuleType]:
    for path in sorted(each for each in folder.rglob("*.py") if _ours(each)):
        parts = path.relative_to(folder).with_suffix("").parts
        yield import_module(".".join(("referrals", "desk", *(part for part in parts if part != "__init__"))))


def _ours(path: Path) -> bool:
    return "node_modules" not in path.parts


def main(arguments: list[str]) -> int:
    """Run one of the two commands; the exit code is 0 when all is well."""
    match arguments:
        case ["compile"]:
            compile_catalogues(ROOT / "locales", ROOT / "bot" / "locales")
            return 0
        case ["check"]:
            wrong = sum(
                _checked(domain, used) for domain, used in ((DOMAIN, used_by_the_program()), (DESK, used_by_the_desk()))
            )
            return 1 if wrong else 0
        case _:
            print("usage: python -m tools.words check | compile")
            return 2


def _checked(domain: str, used: AbstractSet[str]) -> int:
    """Print what is wrong with the words of a domain; how much that is."""
    found_in = sources(ROOT / "locales", domain)
    found = check({locale: read(locale, path.read_bytes()) for locale, path in found_in.items()}, used, domain)
    for finding in found:
        print(f"{domain}: {finding}")
    if found:
        print(f"words: {len(found)} findings in {domain} (domain: locale: key: what)")
    return len(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
